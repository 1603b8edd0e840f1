"""The SQL shortcuts mean what ``parse`` means: whatever one of them accepts, ``parse`` reads the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.law.facts import BadValue, Fact, load_dictionary, parse
from zongbu.law.facts.forms import SQL_TYPES, text_value, typed_value
from zongbu.law.facts.text import BLANKS
from zongbu.law.facts.uscc import check_uscc, odd_uscc_sql
from zongbu.law.facts.words import FALSE_WORDS, TRUE_WORDS, UNKNOWN_WORDS

FACTS: dict[str, Fact] = dict(load_dictionary()) | {
    "profit": Fact("profit", "利润", "money", unit="元", negative=True),
    "change": Fact("change", "增减", "integer", negative=True),
    "share": Fact("share", "比例", "ratio"),
    "growth": Fact("growth", "增长率", "ratio", negative=True),
    "licence": Fact("licence", "许可证号", "code"),
}
SCALED = [
    ("in_city_revenue", 10_000),
    ("profit", 100_000_000),
    ("rnd_expense", 1000),
    ("share", Decimal("0.01")),
]
CONNECTION = duckdb.connect()


def shortcut(fact: Fact, cells: list[str], scale: Decimal | int = 1) -> list[Any]:
    value = text_value(fact, "cell", Decimal(scale))
    rows = CONNECTION.execute(f"SELECT {value} FROM (SELECT unnest(?::VARCHAR[]) AS cell)", [cells]).fetchall()
    return [row[0] for row in rows]


def agree(fact: Fact, cells: list[str], scale: Decimal | int = 1) -> None:
    for cell, found in zip(cells, shortcut(fact, cells, scale), strict=True):
        if found is not None:
            assert found == parse(fact, cell, scale=scale), cell


DIGITS = st.text("0123456789", min_size=0, max_size=18)
NUMBERS = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["", "", "", "-", "+", "￥"]),
    st.one_of(DIGITS, st.integers(0, 10**17).map("{:,}".format)),
    st.one_of(st.just(""), DIGITS.map(lambda digits: "." + digits[:9])),
    st.sampled_from(["", "", "", "万", "亿", "万元", "亿元", "元", "%", "家", " ", "万亿"]),
)
DATES = st.builds(
    lambda year, first, month, second, day, end: f"{year}{first}{month}{second}{day}{end}",
    st.integers(1850, 3050),
    st.sampled_from("-/.年"),
    st.one_of(st.integers(0, 13).map(str), st.integers(0, 13).map("{:02}".format)),
    st.sampled_from("-/.月"),
    st.one_of(st.integers(0, 32).map(str), st.integers(0, 32).map("{:02}".format)),
    st.sampled_from(["", "日", " 00:00:00", " 08:00"]),
) | st.integers(18_000_000, 30_000_000).map(str)
WORDS = sorted({word for fact in FACTS.values() for word in fact.words} | UNKNOWN_WORDS | {*TRUE_WORDS, *FALSE_WORDS})
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(str.upper),
    st.text("公司甲乙ABC019.-_ \u3000\ufeff\ufffd\u200b'\"%", max_size=14),
    st.text(max_size=14),
    st.from_regex(r"[A-Ua-t]?[0-9]{1,6}(\.0)?", fullmatch=True),
)
CELLS = st.lists(NUMBERS | DATES | TEXTS.filter(lambda text: "\0" not in text), min_size=40, max_size=120)


@pytest.mark.parametrize("identifier", FACTS)
def test_shortcuts_agree_on_words(identifier: str) -> None:
    agree(FACTS[identifier], [*WORDS, *(word.upper() for word in WORDS), *(word + BLANKS[0] for word in WORDS)])


@settings(max_examples=20, deadline=None)
@given(cells=CELLS)
def test_shortcuts_agree(cells: list[str]) -> None:
    for fact in FACTS.values():
        agree(fact, cells)
    for identifier, scale in SCALED:
        agree(FACTS[identifier], cells, scale)


@pytest.mark.parametrize(
    ("identifier", "cells"),
    [
        ("in_city_revenue", ["0", "10", "1234.5", "1234.50", "1,234.50", "1,234,567", "12.3亿元", "5000万"]),
        ("in_city_revenue", ["100.0", "9999999999999999.99", "12.5000"]),
        ("profit", ["-5", "-1,234.50", "-3.5亿"]),
        ("branches_outside_city", ["0", "2", "2.0", "2家", "999999999"]),
        ("city_entry_date", ["2021-12-31", "2021-12-31 00:00:00", "2021/12/31", "2021/1/5", "2021.1.5"]),
        ("city_entry_date", ["2021-1-5", "20211231", "2021年1月5日"]),
        ("is_banned", ["是", "否", "有", "无", "TRUE", "False", "Y", "n", "1", "0", "√", "×"]),
        ("stock_exchange", ["SSE", "上海证券交易所", "上交所", "未上市", "无"]),
        ("district", ["330108", "滨江", "滨江区", "450000"]),
        ("industry_code", ["65", "6513", "C4411"]),
        ("star", ["3", "三星级", "3.0"]),
        ("share", ["0.3", "30%", "33.33%", "1", "0", ".5"]),
        ("name", ["杭州某某科技股份有限公司"]),
        ("uscc", ["91330108MA27X0K65M"]),
    ],
)  # fmt: skip
def test_common_cells_take_the_shortcut(identifier: str, cells: list[str]) -> None:
    found = shortcut(FACTS[identifier], cells)
    assert None not in found
    assert found == [parse(FACTS[identifier], cell) for cell in cells]


def test_scaled_columns_take_the_shortcut() -> None:
    assert shortcut(FACTS["in_city_revenue"], ["5000", "1234.5", "1,234.567891", "5000.00"], 10_000) == [
        Decimal("50000000.00"),
        Decimal("12345000.00"),
        Decimal("12345678.91"),
        Decimal("50000000.00"),
    ]


AMOUNTS = st.decimals(min_value=0, max_value=10**15, places=2) | st.decimals(min_value=0, max_value=10**9, places=3)
DOUBLES = st.lists(
    st.floats()
    | AMOUNTS.map(float)
    | st.tuples(AMOUNTS.map(float), st.floats(-1e-7, 1e-7)).map(sum)
    | st.tuples(AMOUNTS.map(float), AMOUNTS.map(float)).map(sum),
    min_size=20,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(cells=DOUBLES)
def test_doubles_agree(cells: list[float]) -> None:
    for identifier in ("in_city_revenue", "profit", "share", "growth"):
        fact = FACTS[identifier]
        value = typed_value(fact, "cell", "DOUBLE")
        rows = CONNECTION.execute(
            f"SELECT cell, {value}, cell::VARCHAR FROM (SELECT unnest(?::DOUBLE[]) AS cell)", [cells]
        ).fetchall()
        for cell, found, text in rows:
            if found is not None:
                assert found == parse(fact, cell)
            elif cell is not None:  # the text that parse is given instead means the same number
                assert outcome(fact, text) == outcome(fact, cell)


def outcome(fact: Fact, raw: object) -> object:
    try:
        return parse(fact, raw)
    except BadValue:
        return BadValue


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-10, 2 * 10**9), min_size=10))
def test_integers_agree(cells: list[int]) -> None:
    for identifier in ("in_city_revenue", "profit", "branches_outside_city", "change"):
        value = typed_value(FACTS[identifier], "cell", "BIGINT")
        rows = CONNECTION.execute(f"SELECT cell, {value} FROM (SELECT unnest(?::BIGINT[]) AS cell)", [cells]).fetchall()
        for cell, found in rows:
            try:
                assert found == parse(FACTS[identifier], cell)
            except BadValue:
                assert found is None


@settings(max_examples=40, deadline=None)
@given(codes=st.lists(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOZ", min_size=17, max_size=19), min_size=5))
def test_credit_codes_agree(codes: list[str]) -> None:
    sql = odd_uscc_sql("code")
    rows = CONNECTION.execute(f"SELECT code, {sql} FROM (SELECT unnest(?::VARCHAR[]) AS code)", [codes]).fetchall()
    assert all(odd == (check_uscc(code) is not None) for code, odd in rows)


def test_every_type_has_an_sql_type() -> None:
    assert {fact.type for fact in FACTS.values()} == set(SQL_TYPES)


def test_large_amounts_in_a_column_of_hundred_millions() -> None:
    # The product of two narrow decimals would overflow in DuckDB.
    assert shortcut(FACTS["in_city_revenue"], ["18000000", "99999999.9999999999"], 10**8) == [
        Decimal("1800000000000000.00"),
        Decimal("9999999999999999.99"),
    ]
