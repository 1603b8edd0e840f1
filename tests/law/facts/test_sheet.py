"""Workbooks written by real programs: openpyxl, XlsxWriter and LibreOffice."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from zongbu.law.errors import InputError

HEADER = [
    "企业名称",
    "统一社会信用代码",
    "行业代码",
    "登记在杭",
    "在杭登记日",
    "市外分公司数",
    "上年度在杭营业收入",
    "上市交易所",
]


def written(path: Path, rows: list[list[object]], *, name: str = "汇总表") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_cells_of_every_kind(look: Any, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.xlsx",
        [
            HEADER,
            ["甲公司", "91330100799655058B", 6511, True, date(2021, 12, 31), 2, 1.2e9, "上交所"],
            ["乙公司", None, "C4411", "否", datetime(2022, 1, 5, 8, 30), "3家", "12.3亿元", None],
            ["丙公司", None, 6513.0, 1, "2021/1/5", 2.0, 0.1 + 0.2, "-"],
            [360, None, "65", "√", 44561, None, 1234567.1 * 3, "无"],
        ],
    )
    seen = look(path)
    assert seen.rejects == []
    assert seen.staged.sheet == "汇总表"
    assert seen.staged.rows == 4
    assert seen.column("name") == ["甲公司", "乙公司", "丙公司", "360"]
    assert seen.column("industry_code") == ["6511", "4411", "6513", "65"]
    assert seen.column("registered_in_city") == [True, False, True, True]
    assert seen.column("city_entry_date") == [
        date(2021, 12, 31),
        date(2022, 1, 5),
        date(2021, 1, 5),
        date(2021, 12, 31),
    ]
    assert seen.column("branches_outside_city") == [2, 3, 2, None]
    assert seen.column("in_city_revenue") == [
        Decimal(x) for x in ("1200000000.00", "1230000000.00", "0.30", "3703701.30")
    ]
    assert seen.column("stock_exchange") == ["SSE", None, None, "none"]
    assert list(seen.rows) == [2, 3, 4, 5]


def test_bad_cells(look: Any, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.xlsx",
        [
            HEADER,
            ["甲公司", None, 6511, "是", 5, 2.5, -1, "上交所"],
            ["乙公司", None, None, None, None, None, None, None],
        ],
    )
    seen = look(path)
    assert list(seen.rows) == [3]
    assert [(row, title, reason) for row, title, _, reason in seen.rejects] == [
        (2, "在杭登记日", "应为日期，如 2021-12-31"),
        (2, "市外分公司数", "应为整数"),
        (2, "上年度在杭营业收入", "不能小于零"),
    ]


def test_excel_formats_dates_percent_and_formulas(look: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("数据")
    day = book.add_format({"num_format": "yyyy年m月d日"})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet.write_row(0, 0, ["企业名称", "在杭登记日", "在杭营收（万元）", "处于禁申期"])
    sheet.write_row(1, 0, ["甲"])
    sheet.write_datetime(1, 1, datetime(2020, 2, 29), day)
    sheet.write_formula(1, 2, "=1000*5", money, 5000)
    sheet.write_boolean(1, 3, False)
    sheet.write_row(2, 0, ["乙"])
    sheet.write_datetime(2, 1, datetime(2020, 2, 29, 12), day)
    sheet.write_number(2, 2, 123456.789012, money)
    book.close()
    seen = look(path)
    assert seen.rows == {
        2: {
            "name": "甲",
            "city_entry_date": date(2020, 2, 29),
            "in_city_revenue": Decimal(50_000_000),
            "is_banned": False,
        },
        3: {
            "name": "乙",
            "city_entry_date": date(2020, 2, 29),
            "in_city_revenue": Decimal("1234567890.12"),
            "is_banned": None,
        },
    }


def test_titles_and_blank_rows_above_the_header(look: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.merge_range("B3:E3", "杭州市总部企业情况汇总表（企业名称以执照为准）")
    sheet.write_row(3, 1, ["填报单位", "发改委", "单位：元", "2023年"])
    sheet.write_row(5, 1, ["序号", "企业名称", "星级", "备注"])
    sheet.write_row(6, 1, [1, "甲", 3])
    sheet.write_row(8, 1, [2, "乙", "四星级"])
    sheet.write_row(9, 1, ["", "", "", ""])
    sheet.write_blank(20, 1, None, book.add_format({"border": 1}))
    book.close()
    seen = look(path)
    assert seen.rows == {7: {"name": "甲", "star": 3}, 9: {"name": "乙", "star": 4}}
    assert seen.staged.unknown_columns == ("序号", "备注")


def test_the_sheet_to_read(look: Any, tmp_path: Path) -> None:
    path = tmp_path / "d.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("填表说明").write(0, 0, "请逐行填写")
    book.add_worksheet("旧表").write_row(0, 0, ["企业名称", "星级"])
    book.get_worksheet_by_name("旧表").hide()
    for name, star in (("一季度", 1), ("二季度", 2)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["企业名称", "星级"])
        sheet.write_row(1, 0, ["甲", star])
    book.add_worksheet("空表")
    book.close()
    assert (look(path).staged.sheet, look(path).column("star")) == ("一季度", [1])
    assert look(path, sheet="二季度").column("star") == [2]
    with pytest.raises(InputError, match="没有名为「三季度」的工作表；现有：填表说明、旧表、一季度、二季度、空表"):
        look(path, sheet="三季度")
    with pytest.raises(InputError, match="工作表「空表」是空的"):
        look(path, sheet="空表")
    with pytest.raises(InputError, match="没有一列是已知的事实。看到的列：「请逐行填写」"):
        look(path, sheet="填表说明")


def test_empty_workbook(look: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是空的"):
        look(written(tmp_path / "e.xlsx", []))


def test_two_hundred_columns(look: Any, tmp_path: Path) -> None:
    header = [f"指标{i}" for i in range(200)]
    header[3], header[120], header[199] = "企业名称", "星级", "在杭营收"
    rows: list[list[object]] = [list(header)]
    rows += [[f"{i}" if j == 3 else i % 5 for j in range(200)] for i in range(50)]
    seen = look(written(tmp_path / "f.xlsx", rows))
    assert len(seen.rows) == 50
    assert len(seen.staged.unknown_columns) == 197
    assert seen.rows[9] == {"name": "7", "star": 2, "in_city_revenue": Decimal(2)}


def test_the_same_table_as_csv_and_as_workbook(look: Any, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["企业名称", "星级", "在杭营收", "在杭登记日", "登记在杭"],
        ["甲\n公司", "三星级", "1,234.50", "2021/1/5", "是"],
        ['乙"公司"', "", "约3亿", "2021-02-30", "×"],
        ["丙,公司", 2, 0.5, "", ""],
    ]
    text = "\n".join(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    book, plain = look(written(tmp_path / "g.xlsx", rows)), look(text)
    assert book.rows == plain.rows
    assert book.rejects == plain.rejects


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_not_a_workbook(look: Any, tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InputError, match="不是真正的 Excel 工作簿"):
        look("<html><table><tr><td>企业名称</td></tr></table></html>", name=f"a{suffix}")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(InputError, match="不是能读的 Excel 工作簿"):
        look(tmp_path / "b.xlsx")


def test_a_workbook_under_another_suffix_is_still_read(look: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "h.xlsx", [["企业名称", "星级"], ["甲", 3]])
    assert look(path.rename(tmp_path / "h.csv")).column("star") == [3]


def test_a_damaged_workbook(look: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "i.xlsx", [["企业名称", "星级"], ["甲", 3]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="不是能读的 Excel 工作簿"):
        look(path)


def test_a_workbook_that_an_office_program_saved(look: Any) -> None:
    """``office.xlsx`` was saved by LibreOffice Calc 7.4 from a CSV: it made 134 of the code 0134."""
    seen = look(Path(__file__).parent / "office.xlsx")
    assert seen.rows == {
        2: {
            "name": "杭州甲科技有限公司",
            "district": "330108",
            "registered_in_city": True,
            "industry_code": "6513",
            "city_entry_date": date(2015, 3, 1),
            "in_city_revenue": Decimal("1200005000.00"),
            "branches_outside_city": 3,
            "state_ownership": "none",
        },
        3: {
            "name": "杭州乙实业有限公司",
            "district": "330102",
            "registered_in_city": False,
            "industry_code": "65",
            "city_entry_date": date(2022, 1, 5),
            "in_city_revenue": Decimal("82000000.00"),
            "branches_outside_city": 2,
            "state_ownership": "provincial",
        },
    }
    assert [(row, column, value) for row, column, value, _ in seen.rejects] == [
        (4, "行业代码", "134"),
        (5, "在杭登记日", "00:00:00"),
        (5, "上年度在杭营业收入（万元）", "-1.0"),
    ]
