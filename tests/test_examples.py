"""The shipped examples: real enterprises, honest about what is known."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from zongbu.law.facts.dictionary import Dictionary, load_dictionary
from zongbu.law.facts.values import parse

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CSV = EXAMPLES / "hangzhou-listed.csv"
NOT_FACTS = {"证券代码", "来源", "说明"}
STAND_IN = "合并口径，代替在杭营收"
FROM_THE_SOURCE = {"7020", "6930"}  # classes that the source itself names


@cache
def dictionary() -> Dictionary:
    return load_dictionary()


@cache
def rows() -> tuple[dict[str, str], ...]:
    with CSV.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def fact_of(column: str) -> str | None:
    name, _, year = column.partition("@")
    fact = dictionary().by_name(name)
    if fact is None:
        return None
    assert not year or (fact.period == "prior_year" and re.fullmatch(r"20\d\d", year)), column
    return fact.identifier


def value(column: str, raw: Any) -> Any:
    return parse(dictionary()[fact_of(column) or ""], raw)


def test_the_file_is_plain_utf8() -> None:
    content = CSV.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert "杭州海康威视数字技术股份有限公司" in content.decode("utf-8")


def test_there_are_enough_real_enterprises_each_once() -> None:
    names = [row["企业名称"] for row in rows()]
    assert len(names) == len(set(names)) == 49
    assert all(None not in row and None not in row.values() for row in rows())  # no ragged rows


def test_every_column_is_a_known_fact_or_a_named_remark() -> None:
    unknown = {column for column in rows()[0] if fact_of(column) is None}
    assert unknown == NOT_FACTS


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["企业名称"])
def test_every_value_can_be_read(row: dict[str, str]) -> None:
    for column, raw in row.items():
        if column not in NOT_FACTS and raw:
            assert value(column, raw) is not None, column


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["企业名称"])
def test_amounts_are_yuan_with_two_places_and_said_to_be_a_stand_in(row: dict[str, str]) -> None:
    amounts = {column: raw for column, raw in row.items() if "@" in column and raw}
    for column, raw in amounts.items():
        assert re.fullmatch(r"\d+\.\d\d", raw), column
        # figures are published in 亿元 with two places at most: none is below 1亿元
        assert value(column, raw) == Decimal(raw) >= 10**8
    assert (STAND_IN in row["说明"]) is bool(amounts)
    assert row["来源"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["企业名称"])
def test_no_code_is_invented(row: dict[str, str]) -> None:
    assert row["统一社会信用代码"] == ""
    if row["行业代码"] and row["行业代码"] not in FROM_THE_SOURCE:
        assert "推断" in row["说明"]
    if row["注册区县"]:
        assert row["注册区县"] in dictionary()["district"].choices
        assert row["登记在杭"] == "是"


def test_sources_say_what_was_verified() -> None:
    kinds = ("公开来源已核", "凭记忆，未核实", "公开常识，未逐项核实")
    assert all(any(kind in row["来源"] for kind in kinds) for row in rows())


def by_name(part: str) -> dict[str, str]:
    (row,) = (row for row in rows() if part in row["企业名称"])
    return row


def test_some_rows_in_full() -> None:
    hikvision = by_name("海康威视")
    assert hikvision["上年度在杭营业收入@2022"] == "83166000000.00"
    assert hikvision["上年度在杭研发费用@2023"] == "11393000000.00"
    assert value("国有属性", hikvision["国有属性"]) == "central"
    # nothing is listed for 2022, so nothing is filled in
    assert by_name("传化智联")["上年度在杭营业收入@2022"] == ""
    # a developer's consolidated revenue is mostly income that the policy leaves out
    assert by_name("滨江房产")["上年度在杭营业收入@2022"] == ""
    assert by_name("恒逸石化")["登记在杭"] == "否"
    assert by_name("阿里巴巴")["上市主体在杭"] == by_name("吉利")["上市主体在杭"] == "否"
    assert value("上市交易所", by_name("天铭科技")["上市交易所"]) == "other"
    assert by_name("连连数字")["上市交易所"] == ""


def test_one_enterprise_agrees_with_the_table() -> None:
    facts = yaml.safe_load((EXAMPLES / "one-enterprise.yaml").read_text(encoding="utf-8"))
    row = by_name(facts["企业名称"])
    assert len(facts) >= 8
    for column, raw in facts.items():
        assert value(column, raw) == value(column, row[column]), column


def test_the_readme_names_every_column() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for column in rows()[0]:
        assert column.partition("@")[0] in readme
