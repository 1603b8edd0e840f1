"""The facts of one enterprise: names, years, and all faults at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from zongbu.law.errors import InputError
from zongbu.law.facts import BadFacts, load_dictionary, prepare

FACTS = load_dictionary()
AS_OF = date(2023, 6, 30)
BILLION = Decimal("1000000000.00")


def values(**facts: Any) -> dict[str, Any]:
    return prepare(facts, FACTS, AS_OF)[0]


def test_names_of_every_kind() -> None:
    given = {
        "企业名称": "某公司",
        "is_banned": "否",
        "市外分公司": "2家",
        "上年度在杭营业收入（亿元）": "10",
        "星级": None,
    }
    found, warnings = prepare(given, FACTS, AS_OF)
    assert found == {
        "name": "某公司",
        "is_banned": False,
        "branches_outside_city": 2,
        "in_city_revenue": BILLION,
        "star": None,
    }
    assert warnings == []


@pytest.mark.parametrize(
    "given",
    [
        {"上年度在杭营业收入": "10亿元"},
        {"上年度在杭营业收入": {2022: "10亿元", 2023: "12亿元"}},
        {"上年度在杭营业收入": {"2022": "10亿元", "2021": "无此数"}},
        {"上年度在杭营业收入": {"2022年": "10亿元"}},
        {"in_city_revenue@2022": "10亿元"},
        {"上年度在杭营业收入@2022": "10亿元", "上年度在杭营业收入@2023": "垃圾"},
        {"2022年度在杭营业收入（万元）": 100000},
    ],
)
def test_the_year_before_the_as_of_date(given: dict[str, Any]) -> None:
    assert prepare(given, FACTS, AS_OF) == ({"in_city_revenue": BILLION}, [])


def test_only_other_years() -> None:
    for given in ({"上年度在杭营业收入": {2021: 1}}, {"in_city_revenue@2023": 1}):
        found, warnings = prepare(given, FACTS, AS_OF)
        assert found == {}
        assert [str(doubt) for doubt in warnings] == [
            "「上年度在杭营业收入」没有给出 2022 年（基准日的上一年）的数，按未知处理"
        ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"上年度在杭营业收人": 1}, "上年度在杭营业收人：不是已知的事实，是不是「上年度在杭营业收入」？"),
        ({"in_city_revenu": 1}, "是不是「in_city_revenue」？"),
        ({"食堂菜单": 1}, "zongbu facts"),
        ({"在杭营收": "abc"}, "在杭营收「abc」：应为数字"),
        ({"在杭营收": 1, "in_city_revenue": 1}, "与「在杭营收」重复"),
        ({"in_city_revenue": 1, "in_city_revenue@2022": 1}, "重复"),
        ({"in_city_revenue": {2022: 1, "2022": 1}}, "重复"),
        ({"星级": {2022: 3}}, "不分年度"),
        ({"in_city_revenue@2022": {2022: 3}}, "已经有年份"),
        ({"in_city_revenue": {"去年": 3}}, "「去年」不是年份"),
        ({"in_city_revenue": [1]}, "不能是列表"),
    ],
)
def test_faults(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare(given, FACTS, AS_OF)
    assert message in str(caught.value)


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(BadFacts) as caught:
        prepare({"星级": "x", "在杭登记日": "2023-02-30", "不知道": 1, "登记在杭": "是"}, FACTS, AS_OF)
    assert [fault.name for fault in caught.value.faults] == ["星级", "在杭登记日", "不知道"]
    assert str(caught.value).startswith("有 3 项事实不能使用：\n  星级「x」：应为数字\n  ")


def test_an_odd_credit_code_only_warns() -> None:
    found, warnings = prepare({"uscc": "91330108MA27X0K65M"}, FACTS, AS_OF)
    assert found == {"uscc": "91330108MA27X0K65M"}
    (doubt,) = warnings
    assert doubt.text("zh") == "统一社会信用代码「91330108MA27X0K65M」校验位不符（早期代码可能如此，请核对）"
    assert doubt.text("en") == (
        "Unified social credit code 91330108MA27X0K65M: "
        "the check character does not fit (so it is with some early codes; please compare)"
    )
    assert prepare({"uscc": "91330100799655058B"}, FACTS, AS_OF)[1] == []


def test_long_values_are_shortened_in_messages() -> None:
    with pytest.raises(BadFacts) as caught:
        values(star="长" * 500)
    assert len(str(caught.value)) < 100
