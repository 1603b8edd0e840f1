"""Numbers with units and the names of types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from zongbu.law.literals import TYPES, UNITS, parse_date, parse_number, parse_type
from zongbu.law.nodes import CODE, INTEGER, MONEY, PURE, RATIO, YUAN, Type


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10亿元", "1000000000", "元"),
        ("5000万元", "50000000", "元"),
        ("1.5万亿元", "1500000000000", "元"),
        ("3.50元", "3.50", "元"),
        ("0元", "0", "元"),
        ("10%", "0.1", ""),
        ("0.5％", "0.005", ""),
        ("2家", "2", "家"),
        ("3万家", "30000", "家"),
        ("7天", "7", "天"),
        ("7日", "7", "天"),
        ("5工作日", "5", "个工作日"),
        ("5个工作日", "5", "个工作日"),
        ("2年", "2", "年"),
        ("10万", "100000", ""),
        ("３", "3", ""),
    ],
)
def test_a_number_with_its_unit(text: str, value: str, unit: str) -> None:
    number, type_, _ = parse_number(text)
    assert (number, type_) == (Decimal(value), Type("number", unit))


@pytest.mark.parametrize(
    ("text", "unit"), [("3加", "加"), ("2 家", "2 家"), ("亿元", "亿元"), ("3.元", "3.元"), ("1,000元", "1,000元")]
)
def test_what_is_no_number_names_the_offender(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match=r".") as found:
        parse_number(text)
    assert str(found.value) == unit


def test_every_unit_reads_as_itself_and_has_a_type() -> None:
    for unit in UNITS:
        assert parse_number(f"3{unit}")[1] == TYPES[unit][0] == Type("number", unit)


def test_widths_follow_the_kind_of_number() -> None:
    widths = {text: parse_number(text)[2] for text in ("3元", "3", "3.0", "3%", "3家")}
    assert widths == {"3元": MONEY, "3": INTEGER, "3.0": RATIO, "3%": RATIO, "3家": INTEGER}


def test_dates() -> None:
    assert parse_date("2021-12-31") == parse_date("2021年12月31日") == date(2021, 12, 31)
    with pytest.raises(ValueError, match="day"):
        parse_date("2023-02-29")


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("元", YUAN),
        ("比例", PURE),
        ("整数", PURE),
        ("个工作日", Type("number", "个工作日")),
        ("代码集", Type("set", item=CODE)),
        ("整数→元", Type("table", key=PURE, item=YUAN)),
        ("文字 → 比例", Type("table", key=TYPES["文字"][0], item=PURE)),
    ],
)
def test_a_type_by_name(text: str, type_: Type) -> None:
    assert parse_type(text)[0] == type_


def test_the_width_of_a_table_is_that_of_its_values() -> None:
    assert parse_type("整数→比例")[1] == RATIO


@pytest.mark.parametrize(("text", "offender"), [("金额", "金额"), ("整数→钱", "钱"), ("等级→元", "等级"), ("", "")])
def test_an_unknown_type_is_named(text: str, offender: str) -> None:
    with pytest.raises(KeyError) as found:
        parse_type(text)
    assert found.value.args == (offender,)


def test_types_say_what_they_are() -> None:
    assert str(parse_type("整数→元")[0]) == "数→元"
    assert str(parse_type("选项集")[0]) == "文字集"
    assert {str(type_) for type_, _ in (TYPES["是否"], TYPES["日期"], TYPES["代码"])} == {"是否", "日期", "代码"}
