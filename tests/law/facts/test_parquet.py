"""Parquet: used in place, checked only as far as types and statistics leave room for doubt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary, Fact, load_dictionary


@pytest.fixture
def write(tmp_path: Path):
    def write_query(query: str, name: str = "table.parquet", options: str = "") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet{options})")
        return path

    return write_query


CLEAN = """
    SELECT '杭州科技股份有限公司A' || i AS name, '330108' AS 注册区县, i % 2 = 0 AS registered_in_city,
           DATE '2020-01-01' + i::INTEGER AS 在杭登记日,
           (i % 5)::INTEGER AS star, (i * 1.25)::DECIMAL(18,2) AS 上年度在杭营业收入, '6513' AS industry_code,
           ['none', 'SSE'][1 + i % 2] AS stock_exchange
    FROM range(1, 3001) t(i)
"""


def kind(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    row = connection.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [relation]
    ).fetchone()
    assert row is not None
    return str(row[0])


def tables(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT sum(estimated_size) FROM duckdb_tables()").fetchone()
    return int(row[0] or 0) if row else 0


def test_a_clean_file_is_used_in_place(look: Any, write: Any, connection: duckdb.DuckDBPyConnection) -> None:
    seen = look(write(CLEAN))
    assert len(seen.staged.facts) == 8
    assert kind(connection, seen.staged.relation) == "VIEW"
    assert seen.staged.ordered
    view = connection.execute("SELECT sql FROM duckdb_views() WHERE view_name = ?", [seen.staged.relation]).fetchall()[
        0
    ][0]
    assert "JOIN" not in view
    assert "DECIMAL" not in view
    assert " >= " not in view
    assert seen.rejects == []
    assert seen.staged.rows == 3000
    assert seen.staged.never_unknown == {
        "name",
        "district",
        "registered_in_city",
        "city_entry_date",
        "star",
        "in_city_revenue",
        "industry_code",
        "stock_exchange",
    }
    assert seen.rows[1] == {
        "name": "杭州科技股份有限公司A1",
        "district": "330108",
        "registered_in_city": False,
        "city_entry_date": date(2020, 1, 2),
        "star": 1,
        "in_city_revenue": Decimal("1.25"),
        "industry_code": "6513",
        "stock_exchange": "SSE",
    }
    assert list(seen.rows) == list(range(1, 3001))


@pytest.mark.parametrize(
    ("fact", "sql", "values"),
    [
        ("in_city_revenue", "1::TINYINT", Decimal("1.00")),
        ("in_city_revenue", "1::UBIGINT", Decimal("1.00")),
        ("in_city_revenue", "1::HUGEINT", Decimal("1.00")),
        ("in_city_revenue", "1.5::DOUBLE", Decimal("1.50")),
        ("in_city_revenue", "0.1::FLOAT", Decimal("0.10")),
        ("in_city_revenue", "(0.1::DOUBLE + 0.2::DOUBLE)", Decimal("0.30")),
        ("in_city_revenue", "12345678901234.56::DOUBLE", Decimal("12345678901234.56")),
        ("in_city_revenue", "'NaN'::DOUBLE", None),
        ("in_city_revenue", "1.5::DECIMAL(10,1)", Decimal("1.50")),
        ("in_city_revenue", "1.5000::DECIMAL(20,4)", Decimal("1.50")),
        ("in_city_revenue", "1.5::DECIMAL(38,2)", Decimal("1.50")),
        ("in_city_revenue", "'12.3亿元'", Decimal("1230000000.00")),
        ("in_city_revenue", "NULL::DECIMAL(18,2)", None),
        ("star", "3::BIGINT", 3),
        ("star", "3.0::DOUBLE", 3),
        ("star", "3::DECIMAL(18,0)", 3),
        ("star", "'三星级'", 3),
        ("registered_in_city", "true", True),
        ("registered_in_city", "1::INTEGER", True),
        ("registered_in_city", "'否'", False),
        ("city_entry_date", "DATE '2021-12-31'", date(2021, 12, 31)),
        ("city_entry_date", "TIMESTAMP '2021-12-31 23:00:00'", date(2021, 12, 31)),
        ("city_entry_date", "TIMESTAMPTZ '2021-12-30 16:00:00+00'", date(2021, 12, 31)),
        ("city_entry_date", "'2021/12/31'", date(2021, 12, 31)),
        ("city_entry_date", "20211231", date(2021, 12, 31)),
        ("stock_exchange", "'深交所'", "SZSE"),
        ("stock_exchange", "'SZSE'::ENUM('SZSE','SSE')", "SZSE"),
        ("district", "330108", "330108"),
        ("district", "'滨江'", "330108"),
        ("industry_code", "6511", "6511"),
        ("industry_code", "6511.0::DOUBLE", "6511"),
        ("industry_code", "'C4411'", "4411"),
        ("name", "360", "360"),
        ("name", "'  浙江某某科技股份有限公司'", "浙江某某科技股份有限公司"),
    ],
)
def test_types(look: Any, write: Any, fact: str, sql: str, values: Any) -> None:
    seen = look(write(f"SELECT {sql} AS {fact}"))
    assert seen.rows == {1: {fact: values}}
    assert seen.rejects == []


@pytest.mark.parametrize(
    ("fact", "sql", "reason"),
    [
        ("in_city_revenue", "-1::DECIMAL(18,2)", "不能小于零"),
        ("in_city_revenue", "-1::BIGINT", "不能小于零"),
        ("in_city_revenue", "-0.01::DOUBLE", "不能小于零"),
        ("in_city_revenue", "0.123::DOUBLE", "精确到分"),
        ("in_city_revenue", "0.123::DECIMAL(18,3)", "精确到分"),
        ("in_city_revenue", "1e16::DOUBLE", ""),
        ("in_city_revenue", "'inf'::DOUBLE", "应为数字"),
        ("in_city_revenue", "10000000000000000::BIGINT", "金额过大"),
        ("in_city_revenue", "true", "应为数字"),
        ("in_city_revenue", "[1, 2]", ""),
        ("star", "-1::INTEGER", "不能小于零"),
        ("star", "2.5::DOUBLE", "应为整数"),
        ("star", "1000000000::INTEGER", "数目过大"),
        ("registered_in_city", "2::INTEGER", "「是」或「否」"),
        ("city_entry_date", "DATE '1000-01-01'", "年份须在"),
        ("city_entry_date", "DATE '9999-12-31'", "年份须在"),
        ("city_entry_date", "DATE 'infinity'", "应为日期"),
        ("stock_exchange", "'上交厅'", "不在可选范围"),
        ("industry_code", "1::INTEGER", "二至四位数字"),
    ],
)
def test_rejects(look: Any, write: Any, fact: str, sql: str, reason: str) -> None:
    good = {
        "in_city_revenue": "100",
        "star": "3",
        "registered_in_city": "是",
        "city_entry_date": "2021-01-01",
    }
    seen = look(write(f"SELECT {sql} AS {fact}, 'A' AS name"))
    assert seen.rows == {}
    assert seen.staged.rows == 1
    [(row, title, _, why)] = seen.rejects
    assert (row, title) == (1, fact)
    assert reason in why
    unasked = look(write(f"SELECT {sql} AS {fact}, 'A' AS name"), wanted=frozenset(("is_banned",)))
    assert unasked.rows == {1: {"name": "A"}}
    assert unasked.rejects == []
    assert good


def test_only_the_bad_rows_are_left_out(look: Any, write: Any, connection: duckdb.DuckDBPyConnection) -> None:
    seen = look(write(CLEAN.replace("(i * 1.25)", "CASE WHEN i IN (7, 2000) THEN -i ELSE i * 1.25 END")))
    assert [(row, value) for row, _, value, _ in seen.rejects] == [(7, "-7.00"), (2000, "-2000.00")]
    assert len(seen.rows) == 2998
    assert 7 not in seen.rows
    assert seen.rows[8]["in_city_revenue"] == Decimal(10)
    assert kind(connection, seen.staged.relation) == "VIEW"
    assert tables(connection) < 100


def test_messy_text_columns(look: Any, write: Any) -> None:
    seen = look(
        write(
            """
            SELECT 'A' || i AS name,
                   [i || '万', '￥' || i, '-', i || '.50'][1 + i % 4] AS 在杭营收,
                   CASE WHEN i = 50 THEN '去年' ELSE '2021/' || (1 + i % 12) || '/3' END AS 在杭登记日
            FROM range(200) t(i)
            """
        )
    )
    assert [(row, title, value) for row, title, value, _ in seen.rejects] == [(51, "在杭登记日", "去年")]
    assert seen.rows[5]["in_city_revenue"] == Decimal(40_000)
    assert seen.rows[2]["in_city_revenue"] == Decimal(1)
    assert seen.rows[3]["in_city_revenue"] is None
    assert seen.rows[4]["in_city_revenue"] == Decimal("3.50")
    assert "city_entry_date" in seen.staged.never_unknown
    assert "in_city_revenue" not in seen.staged.never_unknown


def test_text_columns_with_many_different_words(look: Any, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zongbu.law.facts.parquet.FEW", 20)
    monkeypatch.setattr("zongbu.law.facts.resolve.JOIN_LIMIT", 20)
    seen = look(
        write(
            "SELECT '行业' || i AS name, 'C' || (1000 + i % 100) || ' 某业' AS 行业代码, i AS star FROM range(300) t(i)"
        )
    )
    assert seen.column("industry_code") == [str(1000 + i % 100) for i in range(300)]
    assert seen.rejects == []


def test_unknowns_are_found_however_they_are_written(look: Any, write: Any) -> None:
    seen = look(
        write(
            """
            SELECT CASE WHEN i = 1 THEN NULL ELSE i::DOUBLE END AS 在杭营收,
                   CASE WHEN i = 1 THEN 'NaN'::DOUBLE ELSE 1 END AS 在杭研发费用,
                   CASE WHEN i = 1 THEN '' ELSE 'SSE' END AS 上市交易所,
                   CASE WHEN i = 1 THEN '未知' ELSE 'none' END AS 国有属性,
                   true AS 登记在杭
            FROM range(3) t(i)
            """
        )
    )
    assert seen.rows[2] == {
        "in_city_revenue": None,
        "rnd_expense": None,
        "stock_exchange": None,
        "state_ownership": None,
        "registered_in_city": True,
    }
    assert seen.staged.never_unknown == {"registered_in_city"}


def test_years_units_and_duplicates(look: Any, write: Any) -> None:
    seen = look(
        write(
            """
            SELECT 5000.5::DECIMAL(18,4) AS "在杭营收@2022（万元）",
                   1 AS "在杭营收@2021",
                   7::DOUBLE AS "在杭研发费用（亿元）"
            """
        )
    )
    assert seen.rows == {1: {"in_city_revenue": Decimal("50005000.00"), "rnd_expense": Decimal("700000000.00")}}
    with pytest.raises(InputError, match="都是「星级」"):
        look(write("SELECT 1 AS star, 2 AS 星级"))


def test_folders_and_patterns(look: Any, write: Any, tmp_path: Path) -> None:
    write("SELECT i AS star, 'b' AS name FROM range(2) t(i)", "many/b.parquet")
    write("SELECT i + 5 AS star, 'a' AS name FROM range(3) t(i)", "many/a.parquet")
    for path in (tmp_path / "many", tmp_path / "many" / "*.parquet"):
        seen = look(path)
        assert seen.column("star") == [5, 6, 7, 0, 1]
        assert list(seen.rows) == [1, 2, 3, 4, 5]
        assert seen.staged.rows == 5
    write("SELECT 3 AS star, -1 AS 市外分公司数", "many/c.parquet")
    seen = look(tmp_path / "many")
    assert len(seen.rows) == 5
    assert [row for row, *_ in seen.rejects] == [6]
    assert seen.rows[1]["branches_outside_city"] is None


def test_partitioned_folders_keep_codes_as_text(look: Any, write: Any, tmp_path: Path) -> None:
    write("SELECT 1 AS star", "parts/industry_code=0134/a.parquet")
    write("SELECT 2 AS star", "parts/industry_code=6513/a.parquet")
    assert look(tmp_path / "parts").column("industry_code") == ["0134", "6513"]


def test_columns_kept_for_show(look: Any, write: Any) -> None:
    seen = look(
        write("SELECT ' 甲 ' AS name, '滨江' AS district, '外地' AS 备注, 3 AS star"),
        wanted=frozenset(("star",)),
    )
    assert seen.rows == {1: {"name": " 甲 ", "district": "330108", "star": 3}}
    assert look(write("SELECT '外地某县' AS district, 3 AS star"), wanted=frozenset(("star",))).column("district") == [
        "外地某县"
    ]


def test_an_empty_table(look: Any, write: Any) -> None:
    seen = look(write("SELECT 'x' AS name, 1.5::DOUBLE AS 在杭营收, 'SSE' AS stock_exchange WHERE false"))
    assert seen.rows == {}
    assert seen.staged.rows == 0
    assert seen.rejects == []


def test_facts_that_may_be_negative_or_ratios(look: Any, write: Any) -> None:
    facts = load_dictionary().merged(
        [
            Fact("profit", "利润", "money", unit="元", negative=True),
            Fact("share", "比例", "ratio"),
            Fact("change", "增减", "integer", negative=True),
        ]
    )
    seen = look(
        write(
            "SELECT -1.5::DECIMAL(18,2) AS profit, 1/3::DOUBLE AS share, -2::BIGINT AS change "
            "UNION ALL SELECT 2, 0.5, 3 UNION ALL SELECT 2, 30, 3"
        ),
        dictionary=facts,
    )
    assert seen.rows[1] == {"profit": Decimal("-1.50"), "share": Decimal("0.333333"), "change": -2}
    assert [(row, title) for row, title, *_ in seen.rejects] == [(3, "share")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PAR1 but nothing else", "不是能读的 Parquet 文件"),
        (b"not at all", "不是 Parquet 文件"),
        (b"", "文件是空的"),
    ],
)
def test_not_parquet(look: Any, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        look(content, name="a.parquet")
    assert "\n" not in str(caught.value)


def test_no_known_column(look: Any, write: Any) -> None:
    with pytest.raises(InputError, match="没有一列是已知的事实。看到的列：「a」、「营收」"):
        look(write("SELECT 1 AS a, 2 AS 营收"))


def test_a_dictionary_of_another_city(look: Any, write: Any) -> None:
    facts = Dictionary([Fact("name", "企业名称", "text"), Fact("jobs", "就业人数", "integer", unit="人")])
    assert look(write("SELECT 'A' AS name, 20 AS 就业人数"), dictionary=facts).rows == {1: {"name": "A", "jobs": 20}}
