"""A policy under which results have been decided: the decision is a fact, all else is as before."""

from __future__ import annotations

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from zongbu.law import InputError, load_policy
from zongbu.law.decided import decided_fact
from zongbu.law.policy import Policy
from zongbu.law.verify import verify

DAY = date(2024, 6, 30)
CITY = load_policy("hangzhou-2023")
DISTRICT = load_policy("binjiang-draft")
RATES = {"hangzhou-2023": {"rent_subsidy_ratio": {"value": "30%"}, "purchase_subsidy_ratio": {"value": "5%"}}}
RENTING = {"星级": 3, "在杭有自有办公用房": "否", "认定当年实付租金": "200万元", "首次购置": "否"}


@pytest.fixture
def recognised() -> Policy:
    return CITY.decided(["is_headquarters"])


def test_what_was_decided_takes_the_place_of_the_conditions(recognised: Policy) -> None:
    facts = {**RENTING, "总部企业（认定结果）": "是"}
    assert recognised.assess(facts, as_of=DAY, parameters=RATES)["rent_subsidy"] == 600000
    assert CITY.assess(RENTING, as_of=DAY, parameters=RATES)["rent_subsidy"] is None
    refused = recognised.assess({**RENTING, "is_headquarters_decided": False}, as_of=DAY, parameters=RATES)
    assert (refused["is_headquarters"], refused["rent_subsidy"]) == (False, 0)


def test_it_does_not_matter_what_the_figures_say(recognised: Policy) -> None:
    facts = {"国有属性": "市属", "is_headquarters_decided": True}
    assert recognised.assess(facts, as_of=DAY)["is_headquarters"] is True
    assert CITY.assess({"国有属性": "市属"}, as_of=DAY)["is_headquarters"] is False


def test_without_a_decision_it_is_unknown_and_only_the_decision_is_missing(recognised: Policy) -> None:
    assessment = recognised.assess(RENTING, as_of=DAY, parameters=RATES, results=["is_headquarters", "rent_subsidy"])
    assert assessment["rent_subsidy"] is None
    assert list(assessment.missing("rent_subsidy").facts) == ["is_headquarters_decided"]
    assert assessment.shortfalls("is_headquarters") == ()


def test_the_fact(recognised: Policy) -> None:
    fact = recognised.dictionary["is_headquarters_decided"]
    assert (fact.title, fact.title_en) == ("总部企业（认定结果）", "Headquarters enterprise (as decided)")
    assert (fact.type, fact.kind, fact.actionable) == ("boolean", "registry", False)
    assert "is_headquarters_decided" not in CITY.dictionary


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "总部企业（认定结果）：是"), ("en", "Headquarters enterprise (as decided): yes")],
)
def test_the_reason_is_the_decision(recognised: Policy, lang: str, text: str) -> None:
    assessment = recognised.assess({"is_headquarters_decided": True}, as_of=DAY)
    (line,) = assessment.because["is_headquarters"].children
    assert line.text(assessment.book(lang)) == text
    assert line.clause == "（三）"


def test_the_version_names_policy_and_decisions(recognised: Policy) -> None:
    assert recognised.version not in (CITY.version, CITY.decided(["may_apply"]).version)
    assert recognised.base_version == CITY.base_version == CITY.version
    assert (recognised.decisions, CITY.decisions) == (("is_headquarters",), ())


def test_a_derivation_is_made_once(recognised: Policy) -> None:
    assert CITY.decided(["总部企业", "is_headquarters"]) is recognised
    assert CITY.decided([]) is CITY
    both = CITY.decided(["may_apply", "is_headquarters"])
    assert recognised.decided(["may_apply"]) is both
    assert both.decided([]) is both


def test_a_record_is_verified_under_the_same_derivation_only(recognised: Policy) -> None:
    facts = {**RENTING, "is_headquarters_decided": True}
    for lang in ("zh", "en"):
        record: dict[str, Any] = json.loads(recognised.assess(facts, as_of=DAY, parameters=RATES).json(lang))
        assert verify(record, recognised).identical
        record["facts"]["is_headquarters_decided"] = False
        assert not verify(record, recognised).identical
    plain = json.loads(recognised.assess(RENTING, as_of=DAY, parameters=RATES).json())
    assert not verify(plain, CITY).same_version
    with pytest.raises(InputError, match="政策版本不同"):
        verify(record, CITY)


def test_a_screening_says_the_same(recognised: Policy, tmp_path: Path) -> None:
    columns = ("总部企业（认定结果）", "星级", "在杭有自有办公用房", "认定当年实付租金")
    rows = list(product(("是", "否", ""), ("3", "2", ""), ("是", "否"), ("200.05",)))
    table = tmp_path / "enterprises.csv"
    table.write_text("\n".join(",".join(row) for row in (columns, *rows)), "utf-8")
    results = ["is_headquarters", "eligible_for_office_subsidy", "rent_subsidy"]
    screening = recognised.screen(table, as_of=DAY, results=results, parameters=RATES)
    assessor = recognised.assessor(as_of=DAY, results=results, parameters=RATES)
    found = [assessor.assess(dict(zip(columns, row, strict=True))).results for row in rows]
    for result in results:
        assert screening.counts[result].undetermined == sum(one[result] is None for one in found)
    assert screening.counts["is_headquarters"].met == 6
    assert screening.counts["rent_subsidy"].total == sum(one["rent_subsidy"] or 0 for one in found) > 0


# --- results of another policy ---------------------------------------------------------------------------


def test_a_result_of_another_policy() -> None:
    derived = DISTRICT.decided(["hangzhou-2023.is_headquarters"])
    name = decided_fact("hangzhou-2023.is_headquarters")
    assert name == "hangzhou_2023_is_headquarters_decided"
    facts = {name: "是", "星级": 3, "注册区县": "330108"}
    parameters = {"binjiang-draft": {"matching_fund_amount": {"value": "{3: 50万元}"}}}
    assessment = derived.assess(facts, as_of=DAY, parameters=parameters)
    assert assessment["matching_fund"] == 500000
    assert derived.dictionary[name].title_en == "Headquarters enterprise (as decided)"
    record = json.loads(assessment.json())
    assert verify(record, derived).identical


@pytest.mark.parametrize("result", ["no_such_rule", "highest_star_paid", "binjiang-draft.is_district_headquarters"])
def test_an_unknown_result_is_refused(result: str) -> None:
    with pytest.raises(InputError, match="没有结果"):
        CITY.decided([result])


def test_an_amount_cannot_be_decided() -> None:
    with pytest.raises(InputError, match="不是条件"):
        CITY.decided(["rent_subsidy"])
