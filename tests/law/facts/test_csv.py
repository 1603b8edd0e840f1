"""CSV as offices send it."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zongbu.law.errors import InputError
from zongbu.law.facts import BadValue, load_dictionary, loading, parse
from zongbu.law.facts.delimited import records, survey
from zongbu.law.facts.tables import stage

HEADER = "企业名称,注册区县,登记在杭,在杭登记日,市外分公司数,上年度在杭营业收入,上市交易所"
FIRST = "甲公司,滨江,是,2021/12/31,2家,12.3亿元,上交所"
SECOND = "乙公司,330102,否,2022-01-05,0,100,"


def test_values_types_and_row_numbers(look: Any) -> None:
    seen = look("\n".join((HEADER, FIRST, SECOND)) + "\n")
    assert seen.rows == {
        2: {
            "name": "甲公司",
            "district": "330108",
            "registered_in_city": True,
            "city_entry_date": date(2021, 12, 31),
            "branches_outside_city": 2,
            "in_city_revenue": Decimal("1230000000.00"),
            "stock_exchange": "SSE",
        },
        3: {
            "name": "乙公司",
            "district": "330102",
            "registered_in_city": False,
            "city_entry_date": date(2022, 1, 5),
            "branches_outside_city": 0,
            "in_city_revenue": Decimal("100.00"),
            "stock_exchange": None,
        },
    }
    assert seen.types == {
        "_row": "BIGINT",
        "name": "VARCHAR",
        "district": "VARCHAR",
        "registered_in_city": "BOOLEAN",
        "city_entry_date": "DATE",
        "branches_outside_city": "INTEGER",
        "in_city_revenue": "DECIMAL(18,2)",
        "stock_exchange": "VARCHAR",
    }
    assert seen.rejects == []
    assert seen.staged.rows == 2
    assert seen.staged.never_unknown == set(seen.staged.facts) - {"stock_exchange"}
    assert seen.staged.unknown_columns == ()
    assert seen.staged.warnings == ()
    assert "star" in seen.staged.absent
    assert "in_city_revenue" not in seen.staged.absent


@pytest.mark.parametrize(
    ("encoding", "delimiter", "ending"),
    [
        ("utf-8", ",", "\n"),
        ("utf-8", "\t", "\r\n"),
        ("utf-8", ";", "\r"),
        ("utf-8-sig", ",", "\r\n"),
        ("utf-8-sig", ";", "\n"),
        ("gbk", ",", "\r\n"),
        ("gbk", "\t", "\n"),
        ("gb18030", ",", "\r\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-16", ",", "\n"),
    ],
)
def test_encodings_delimiters_and_line_ends(look: Any, encoding: str, delimiter: str, ending: str) -> None:
    text = ending.join((HEADER, FIRST, SECOND)).replace(",", delimiter)
    for tail in ("", ending):
        seen = look((text + tail).encode(encoding))
        assert seen.column("name") == ["甲公司", "乙公司"]
        assert list(seen.rows) == [2, 3]
        assert seen.column("in_city_revenue") == [Decimal("1230000000.00"), Decimal(100)]
        assert seen.rejects == []


def test_a_long_gbk_file_is_recognised_where_its_first_block_is_plain_ascii(look: Any) -> None:
    padding = "x" * 1000
    rows = [f"{padding},1" for _ in range(2200)] + ["杭州某某科技有限公司,2"]
    seen = look(("name,star\n" + "\n".join(rows) + "\n").encode("gbk"))
    assert seen.rows[2202]["name"] == "杭州某某科技有限公司"
    assert len(seen.rows) == 2201


def test_damaged_utf8_is_not_taken_for_gbk(look: Any) -> None:
    text = "\n".join((HEADER, FIRST, SECOND, FIRST.replace("甲公司", "丙丙丙公司"))).encode()
    broken = text.replace("丙丙丙".encode(), b"\xe4\xb8" + "丙丙".encode())
    seen = look(broken)
    assert seen.column("name")[:2] == ["甲公司", "乙公司"]
    assert [(row, title, reason) for row, title, _, reason in seen.rejects] == [
        (4, "企业名称", "含有乱码，请用正确的编码重新导出")
    ]
    kept = look(broken, wanted=frozenset(("star",)))  # a name nobody asked for is no reason to lose the row
    assert "\ufffd" in kept.column("name")[2]
    assert kept.rejects == []


@pytest.mark.parametrize(
    ("cell", "column", "reason"),
    [
        ("2023-02-30", "在杭登记日", "没有2023年2月30日这一天"),
        ("-1", "市外分公司数", "不能小于零"),
        ("约3亿", "上年度在杭营业收入", "应为一个确定的数，不能是约数或范围"),
        ("abc", "上年度在杭营业收入", "应为数字"),
        ("也许", "登记在杭", "应为「是」或「否」"),
        ("上交厅", "上市交易所", "是不是「上海证券交易所」"),
    ],
)
def test_a_bad_cell_rejects_its_row_only(look: Any, cell: str, column: str, reason: str) -> None:
    cells = FIRST.split(",")
    cells[HEADER.split(",").index(column)] = cell
    seen = look("\n".join((HEADER, SECOND, ",".join(cells), SECOND)))
    assert list(seen.rows) == [2, 4]
    [(row, title, value, why)] = seen.rejects
    assert (row, title, value) == (3, column, cell)
    assert reason in why
    assert seen.staged.rows == 3
    unasked = look("\n".join((HEADER, ",".join(cells))), wanted=frozenset(("is_banned",)))
    assert len(unasked.rows) == 1
    assert unasked.rejects == []
    assert unasked.staged.absent == ("is_banned",)


def test_every_bad_cell_of_a_row_is_listed(look: Any) -> None:
    seen = look("企业名称,星级,在杭登记日\n甲,x,y\n乙,3,2021-01-01\n丙,2,z\n")
    assert list(seen.rows) == [3]
    assert [(row, title, value) for row, title, value, _ in seen.rejects] == [
        (2, "星级", "x"),
        (2, "在杭登记日", "y"),
        (4, "在杭登记日", "z"),
    ]


RAGGED = """企业名称,星级,登记在杭
甲,3,是
乙,3

丙,3,是,多了
"丁
公司",3,是
戊,3,是,,
,,
"己,3,是
庚,2,否
"""


def test_ragged_rows_are_told_and_nothing_else_is_lost(look: Any) -> None:
    seen = look(RAGGED)
    assert {row: cells["name"] for row, cells in seen.rows.items()} == {
        2: "甲",
        6: "丁\n公司",
        7: "戊",
        10: "庚",
    }
    assert seen.rejects == [
        (3, "", "乙,3", "单元格少于表头：表头 3 格，这一行 2 格"),
        (5, "", "丙,3,是,多了", "单元格多于表头：表头 3 格，这一行 4 格"),
        (9, "", '"己,3,是', "引号没有成对（或单元格过长），分不清单元格"),
    ]
    assert seen.staged.rows == 7


def test_an_open_quote_swallows_nothing(look: Any) -> None:
    rows = [f"公司{i},{i % 6}" for i in range(1000)]
    rows[300] = '"公司300,1'
    rows[600] = '公司"六百,1'
    rows[700] = '"公司"七百,1'
    seen = look("企业名称,星级\n" + "\n".join(rows) + "\n")
    assert [row for row, *_ in seen.rejects] == [302, 702]
    assert len(seen.rows) == 998
    assert seen.rows[602]["name"] == '公司"六百'


def test_titles_above_the_header(look: Any) -> None:
    seen = look("杭州市总部企业申报汇总表,,\n填报单位：,企业名称,2023年\n序号,企业名称,星级\n1,甲,3\n")
    assert seen.rows == {4: {"name": "甲", "star": 3}}
    assert seen.staged.unknown_columns == ("序号",)


def test_a_header_with_line_breaks(look: Any) -> None:
    seen = look('"企业\n名称","上年度在杭\n营业收入\n（万元）"\n甲,5000\n')
    assert seen.rows == {2: {"name": "甲", "in_city_revenue": Decimal("50000000.00")}}


def test_one_known_column_is_enough(look: Any) -> None:
    assert look("备注,星级\n某,3\n").column("star") == [3]


def test_no_known_column(look: Any) -> None:
    with pytest.raises(InputError) as caught:
        look("单位代号,上年度在杭营业收人\n1,2\n")
    assert "没有一列是已知的事实。看到的列：「单位代号」、「上年度在杭营业收人」" in str(caught.value)
    assert "「上年度在杭营业收人」→「上年度在杭营业收入」" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "header", ["星级,星级", "star,星级", "上年度在杭营业收入,在杭营收@2022", "在杭营收@2022,2022年在杭营收"]
)
def test_two_columns_for_one_fact(look: Any, header: str) -> None:
    with pytest.raises(InputError, match=r"第 1 列「.*」和第 2 列「.*」都是「.*」，请只留一列"):
        look(header + "\n1,1\n")


def test_the_year_before_the_as_of_date_is_read(look: Any) -> None:
    text = "in_city_revenue@2021,in_city_revenue@2022,在杭研发费用（2023年）\n1,2,3\n"
    assert look(text).rows == {2: {"in_city_revenue": Decimal(2)}}
    assert look(text, as_of=date(2022, 1, 1)).rows == {2: {"in_city_revenue": Decimal(1)}}
    assert look(text, as_of=date(2024, 1, 1)).rows == {2: {"rnd_expense": Decimal(3)}}
    seen = look("in_city_revenue@2021,上年度在杭营业收入\n1,2\n")
    assert seen.column("in_city_revenue") == [Decimal(2)]
    assert seen.staged.unknown_columns == ()


def test_only_wanted_columns_and_the_kept_ones(look: Any) -> None:
    text = "企业名称,统一社会信用代码,注册区县,星级,登记在杭\n甲,9133,外地某县,3,是\n"
    seen = look(text, wanted=frozenset(("star", "is_banned")))
    assert seen.rows == {2: {"name": "甲", "uscc": "9133", "district": "外地某县", "star": 3}}
    assert seen.rejects == []
    assert seen.staged.absent == ("is_banned",)
    assert look(text).rejects[0][:3] == (2, "注册区县", "外地某县")


def test_odd_credit_codes_only_warn(look: Any) -> None:
    seen = look("企业名称,统一社会信用代码\n甲,91330100799655058B\n乙,91330108MA27X0K65M\n丙,\n丁,123\n")
    assert len(seen.rows) == 4
    assert seen.rejects == []
    assert seen.staged.warnings == ("2 行的统一社会信用代码校验不符（只提示，不影响结果）",)


def test_many_columns(look: Any) -> None:
    header = [f"列{i}" for i in range(200)]
    header[150], header[199] = "星级", "企业名称"
    cells = [str(i % 5) for i in range(200)]
    seen = look(",".join(header) + "\n" + ",".join(cells) + "\n")
    assert seen.rows == {2: {"star": 0, "name": "4"}}
    assert len(seen.staged.unknown_columns) == 198


def test_header_only(look: Any) -> None:
    seen = look(HEADER + "\n")
    assert seen.rows == {}
    assert seen.staged.rows == 0
    assert seen.rejects == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf", "文件是空的"),
        (b"a\0b,c\0d\n" * 10, "二进制"),
        (b"nom\xe9,\xe8t\xe9\n" * 500, "认不出文字编码"),
    ],
)
def test_unusable_files(look: Any, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        look(content)


def test_a_file_without_lines(look: Any) -> None:
    with pytest.raises(InputError, match="不是表格"):
        look(b"x" * (9 << 20))


CELL = st.text("甲乙AB12,;\"'\n\r\t 　-", max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_both_ways_of_reading_agree(
    look: Any, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, ...]], ending: str
) -> None:
    """DuckDB's own reader and the careful one give the same rows, numbers and rejects."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending)
    writer.writerows([("企业名称", "许可", "星级"), *rows])
    quick = look(text.getvalue())
    with monkeypatch.context() as patch:
        patch.setattr(loading, "_read_plain", lambda *_: None)
        careful = look(text.getvalue())
    assert quick.rows == careful.rows
    # (Python's reader drops blanks at the start of a cell.)
    assert [(*r[:2], r[2].lstrip(" "), r[3]) for r in quick.rejects] == [
        (*r[:2], r[2].lstrip(" "), r[3]) for r in careful.rejects
    ]
    assert quick.staged.rows == careful.staged.rows


def test_plain_files_are_read_by_duckdb_alone(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the careful way was taken")

    monkeypatch.setattr(loading, "_write_and_read", never)
    for ending in ("\n", "\r\n"):
        assert len(look(ending.join((HEADER, FIRST, FIRST.replace("甲公司", f'"甲{ending}公司"'), SECOND))).rows) == 3


MESSY = {
    "in_city_revenue": [
        "1,234.50",
        "12.3亿元",
        "￥5",
        " 5 ",
        "５００万",
        "-1",
        "约1亿",
        "",
        "-",
        "1e9",
        "0.1",
        "30.005",
    ],
    "city_entry_date": ["2021/1/5", "2021-02-30", "2021年1月5日", "44561", "20210105", "去年", "", "无"],
    "is_banned": ["是", "×", "也许", "", "Y", "暂无"],
    "state_ownership": ["省属", "市属国企", "无", "部属", "", "民营"],
    "star": ["三星级", "3", "３", "2.5", "", "无"],
    "industry_code": ["C4411", "6513.0", "1", "", "65 软件"],
    "name": ["甲　", "某某科技股份有限公司", " 某某科技股份有限公司", "无", ""],
}


def test_every_cell_means_what_parse_says(look: Any) -> None:
    choose = random.Random(5)
    facts = load_dictionary()
    table = [[choose.choice(cells) for cells in MESSY.values()] for _ in range(3000)]
    text = io.StringIO()
    csv.writer(text).writerows([list(MESSY), *table])
    seen = look(text.getvalue())
    rejected = set()
    for number, cells in enumerate(table, 2):
        for identifier, cell in zip(MESSY, cells, strict=True):
            try:
                value = parse(facts[identifier], cell)
            except BadValue as error:
                rejected.add((number, identifier, cell, error.reason))
            else:
                assert number not in seen.rows or seen.rows[number][identifier] == value
    blank = {number for number, cells in enumerate(table, 2) if not any(cells)}
    assert set(seen.rejects) == rejected
    assert set(seen.rows) == set(range(2, 3002)) - {row[0] for row in rejected} - blank


def test_more_odd_words_than_are_joined_in(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zongbu.law.facts.resolve.JOIN_LIMIT", 10)
    rows = [f"公司{i},￥{i} 元,{'x' if i == 7 else 3}" for i in range(100)]
    seen = look("企业名称,在杭营收,星级\n" + "\n".join(rows))
    assert seen.staged.ordered
    assert seen.column("in_city_revenue") == [Decimal(i) for i in range(100) if i != 7]
    assert [row for row, *_ in seen.rejects] == [9]


def test_a_file_larger_than_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    block = "".join(
        f"杭州第{i}号科技股份有限公司,{i}.25,2021/{i % 12 + 1}/3,是,备注{'很长' * 40}\n" for i in range(20_000)
    ).encode()
    with path.open("wb") as file:
        file.write("企业名称,在杭营收,在杭登记日,登记在杭,备注\n".encode())
        for _ in range(8):
            file.write(block)
        file.write("短行,1\n".encode())
    assert path.stat().st_size > 45e6
    shares: list[float] = []
    config = {"memory_limit": "40MB", "threads": 2, "temp_directory": str(tmp_path / "spill")}
    with duckdb.connect(str(tmp_path / "work.duckdb"), config=config) as connection:
        staged = stage(connection, path, load_dictionary(), as_of=date(2023, 6, 30), progress=shares.append)
        row = connection.execute(f"SELECT count(*), max(_row), sum(in_city_revenue) FROM {staged.relation}").fetchone()
        rejects = connection.execute(f"SELECT row_number FROM {staged.rejects}").fetchall()
    assert row == (160_000, 160_001, Decimal(8 * (19_999 * 10_000 + 5000)))
    assert rejects == [(160_002,)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) < 300


def test_settings_of_the_connection_stay(look: Any, connection: duckdb.DuckDBPyConnection) -> None:
    names = ("preserve_insertion_order", "enable_progress_bar", "enable_progress_bar_print")
    query = f"SELECT {', '.join(f'current_setting({chr(39)}{name}{chr(39)})' for name in names)}"
    connection.execute("SET preserve_insertion_order = false")
    before = connection.execute(query).fetchone()
    assert list(look("\n".join((HEADER, FIRST, SECOND))).rows) == [2, 3]
    assert connection.execute(query).fetchone() == before


def test_records_count_rows_like_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b'a,b\n\n"x\ny",2\n3, "4"\n')
    assert list(records(path, "utf-8", ",")) == [["a", "b"], [], ["x\ny", "2"], ["3", "4"]]


def test_survey_counts_records(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for content, plain, number in (
        (b"a\nb\n", True, 2),
        (b"a\r\nb", True, 2),
        (b'a\n"b\nc"\n"d""\nx"""\n', True, 3),
        (b"a\n\nb\n", False, 3),
        (b"a\n,,\nb\n", False, 3),
        (b"a\r\nb\n", False, 2),
    ):
        path.write_bytes(content)
        found = survey(path, lambda _: None)
        assert (found.plain, found.records) == (plain, number), content
