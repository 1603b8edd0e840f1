"""Titles of columns: the fact, the year and the unit they stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zongbu.law.facts import Dictionary, Fact, load_dictionary, read_title

FACTS = load_dictionary().merged([Fact("share", "持股比例", "ratio", definition="持股比例。")])


@pytest.mark.parametrize(
    ("title", "identifier", "year", "scale"),
    [
        ("企业名称", "name", None, "1"),
        ("*企业名称：", "name", None, "1"),
        ("企业\n名称", "name", None, "1"),
        ("企业名称（必填）", "name", None, "1"),
        ("登记在杭（是/否）", "registered_in_city", None, "1"),
        ("在杭登记日(YYYY-MM-DD)", "city_entry_date", None, "1"),
        ("上年度在杭营业收入", "in_city_revenue", None, "1"),
        ("上年度在杭营业收入（万元）", "in_city_revenue", None, "10000"),
        ("上年度在杭营业收入（单位：亿元）", "in_city_revenue", None, "100000000"),
        ("上年度在杭营业收入【人民币万元】", "in_city_revenue", None, "10000"),
        ("上年度在杭营业收入(元)", "in_city_revenue", None, "1"),
        ("上年度在杭营业收入@2022", "in_city_revenue", 2022, "1"),
        ("in_city_revenue@2022", "in_city_revenue", 2022, "1"),
        ("in_city_revenue@2022(万元)", "in_city_revenue", 2022, "10000"),
        ("in_city_revenue（万元）@2022", "in_city_revenue", 2022, "10000"),
        ("上年度在杭营业收入（2022年）", "in_city_revenue", 2022, "1"),
        ("2022年度在杭营业收入", "in_city_revenue", 2022, "1"),
        ("2022年在杭营业收入（万元）（必填）", "in_city_revenue", 2022, "10000"),
        ("市外分公司数（家）", "branches_outside_city", None, "1"),
        ("持股比例（%）", "share", None, "0.01"),
    ],
)
def test_known_titles(title: str, identifier: str, year: int | None, scale: str) -> None:
    heading = read_title(title, FACTS)
    assert heading is not None
    assert (heading.fact.identifier, heading.year, heading.scale) == (identifier, year, Decimal(scale))


@pytest.mark.parametrize(
    "title",
    [
        "",
        "营业收入",
        "上年度在杭营业收入（美元）",
        "上年度在杭营业收入（合并口径）",
        "上年度在杭营业收入（万元）（亿元）",
        "上年度在杭营业收入（）",
        "企业名称（英文）",
        "企业名称@2022",
        "2022年企业名称",
        "2022年上年度在杭营业收入",  # is it 2022 or the year before?
        "in_city_revenue@22",
        "in_city_revenue@2022@2021",
        "市外分公司数（万元）",
        "登记在杭（家）",
    ],
)
def test_unknown_titles(title: str) -> None:
    assert read_title(title, FACTS) is None


def test_a_title_may_itself_hold_brackets() -> None:
    facts = Dictionary([Fact("area", "面积（万元）", "integer")])
    heading = read_title("面积(万元)", facts)
    assert heading is not None
    assert heading.scale == 1
