"""The rows of a computation: in the order in which a person computes, each once, to the fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.law import toy
from zongbu.law import InputError, load_policy
from zongbu.law.explain.computation import Step, computation

DAY = date(2024, 12, 31)
POLICY = load_policy("hangzhou-2023").decided(["is_headquarters"])
AWARDS = {"star_award_amount": "{3: 100万元, 4: 300万元, 5: 500万元}"}
RENTING = {"星级": 3, "在杭有自有办公用房": "否", "认定当年实付租金": "200.05元", "首次购置": "否"}
CAPPED = {"subsidy_cap_reading": "设上限"}


def rows(
    result: str,
    facts: dict[str, Any],
    parameters: dict[str, str] | None = None,
    *,
    lang: str = "zh",
    readings: dict[str, str] | None = None,
) -> tuple[Step, ...]:
    """The computation of a result for a recognised enterprise."""
    entered = {name: {"value": value, "source": "演示参数"} for name, value in (parameters or {}).items()}
    assessment = POLICY.assess(
        {"is_headquarters_decided": True, **facts},
        as_of=DAY,
        parameters={"hangzhou-2023": entered},
        readings=readings,
        results=[result],
    )
    return computation(assessment, result, lang)


def told(steps: tuple[Step, ...]) -> list[tuple[str, str, str]]:
    return [(step.kind, step.label, step.value_text) for step in steps]


def test_from_three_stars_to_five() -> None:
    assert told(rows("star_award", {"星级": 5, "已奖励最高星级": 3}, AWARDS)) == [
        ("condition", "总部企业", "满足"),
        ("condition", "星级 5 ≥ 评定门槛 3", "满足"),
        ("condition", "星级 5 ≤ 已奖励最高星级 3", "否"),
        ("base", "星级", "5"),
        ("parameter", "星级奖励标准[星级 5]", "500.00万元"),
        ("condition", "已奖励最高星级 3 ≥ 评定门槛 3", "是"),
        ("base", "已奖励最高星级", "3"),
        ("parameter", "星级奖励标准[已奖励最高星级 3]", "100.00万元"),
        ("step", "已奖励标准", "100.00万元"),
        ("step", "星级奖励标准[星级] − 已奖励标准", "400.00万元"),
        ("choice", "应发差额", "400.00万元"),
        ("result", "星级培育奖励", "400.00万元"),
    ]


def test_a_row_says_where_it_comes_from() -> None:
    found = {step.label: step for step in rows("star_award", {"星级": 5, "已奖励最高星级": 3}, AWARDS)}
    entry = found["星级奖励标准[星级 5]"]
    assert (entry.value, entry.clause, entry.source, entry.demonstration) == (5000000, "（六）", "演示参数", True)
    assert found["应发差额"].formula == "最大(0.00元, 星级奖励标准[星级] − 已奖励标准)"
    assert found["总部企业"].clause == "（三）"
    assert found["已奖励最高星级"].source == "登记或部门数据"


def test_the_same_in_english() -> None:
    steps = told(rows("star_award", {"星级": 5, "已奖励最高星级": 3}, AWARDS, lang="en"))
    assert steps[0] == ("condition", "Headquarters enterprise", "met")
    assert steps[-1] == ("result", "Star award", "CNY 4.00 million")
    assert not any("㐀" <= sign <= "鿿" for row in steps for text in row for sign in text)


def test_half_a_fen_and_a_cap() -> None:
    parameters = {"rent_subsidy_ratio": "50%", "rent_subsidy_cap": "80元"}
    steps = rows("rent_subsidy", RENTING, parameters, readings=CAPPED)
    assert told(steps) == [
        ("condition", "符合办公用房补助条件", "满足"),
        ("condition", "补助上限口径", "设上限"),
        ("base", "认定当年实付租金", "200.05元"),
        ("parameter", "租房补助比例", "50%"),
        ("step", "认定当年实付租金 × 租房补助比例", "100.025元"),
        ("rounding", "租房补助测算额", "100.03元"),
        ("parameter", "租房补助上限", "80.00元"),
        ("cap", "租房补助应补额", "80.00元"),
        ("result", "租房补助", "80.00元"),
    ]
    assert steps[4].value == Decimal("100.025")
    assert steps[5].formula == "认定当年实付租金 × 租房补助比例（四舍五入到 2 位小数）"


def test_a_choice_between_measures() -> None:
    parameters = {"rent_subsidy_ratio": "50%", "purchase_subsidy_ratio": "5%"}
    steps = told(rows("office_subsidy", RENTING, parameters))
    assert steps[-5:] == [
        ("step", "租房补助", "100.03元"),
        ("condition", "首次购置", "不满足"),
        ("step", "购房补助", "0.00元"),
        ("choice", "最大(租房补助, 购房补助)", "100.03元"),
        ("result", "办公用房补助", "100.03元"),
    ]
    assert len(steps) == len(set(steps)), "each row once"


def test_who_is_not_entitled_gets_nothing() -> None:
    steps = rows("star_award", {"星级": 2})
    assert told(steps)[1:] == [
        ("condition", "星级 2 ≥ 评定门槛 3，差 1", "不满足"),
        ("result", "星级培育奖励", "0.00元"),
    ]
    assert steps[-1].formula == "不符合对象"


def test_unpublished_figures_are_named() -> None:
    steps = told(rows("rent_subsidy", RENTING, {"rent_subsidy_ratio": "50%"}, readings=CAPPED))
    found = {label: text for _, label, text in steps}
    assert found["租房补助测算额"] == "100.03元"
    assert found["租房补助上限"] == "待定（租房补助上限：未公布）"
    assert found["租房补助"] == "待定（租房补助上限：未公布）"


def test_missing_facts_are_named() -> None:
    steps = rows("star_award", {"星级": 5}, AWARDS)
    found = {step.label: step for step in steps}
    assert found["已奖励最高星级"].value_text == "待定（缺 已奖励最高星级）"
    assert found["应发差额"].formula.startswith("如果 星级 ≤ 已奖励最高星级，则 0.00元，否则 最大(")
    assert (steps[-1].value, steps[-1].value_text) == (None, "待定（缺 已奖励最高星级）")


def test_an_open_entitlement_shows_the_amount_it_would_be() -> None:
    steps = rows("star_award", {"is_headquarters_decided": None, "星级": 5, "已奖励最高星级": 3}, AWARDS)
    assert steps[0].value_text == "待定（缺 总部企业（认定结果））"
    assert ("choice", "应发差额", "400.00万元") in told(steps)
    assert steps[-1].formula == "应发差额"
    assert steps[-1].value_text == "待定（缺 总部企业（认定结果））"


def test_a_key_that_the_table_lacks() -> None:
    steps = rows("star_award", {"星级": 5, "已奖励最高星级": 0}, {"star_award_amount": "{3: 100万元}"})
    assert steps[-1].value_text == "待定（星级奖励标准里没有 星级 5 这一行）"


def test_a_division_by_zero() -> None:
    policy = toy.rules(
        "比 [ratio] = 甲 / 乙", facts="甲 [one]: 元, 登记\n乙 [other]: 元, 登记"
    )  # fmt: skip
    steps = computation(policy.assess({"one": "1元", "other": "0元"}, as_of=DAY), "ratio")
    assert steps[-1].value_text == "待定（乙 为零，比值没有意义）"


def test_shares_of_city_and_district() -> None:
    steps = rows(
        "star_award_district_part", {"星级": 3, "已奖励最高星级": 0}, {**AWARDS, "star_award_city_share": "33%"}
    )
    assert told(steps)[-5:] == [
        ("step", "星级培育奖励", "100.00万元"),
        ("parameter", "奖励市级承担比例", "33%"),
        ("step", "星级培育奖励 × 奖励市级承担比例", "33.00万元"),
        ("rounding", "奖励市级承担额", "33.00万元"),
        ("result", "奖励区县承担额", "67.00万元"),
    ]


@pytest.mark.parametrize("result", ["no_such_rule", "rent_subsidy"])
def test_what_was_not_assessed_is_refused(result: str) -> None:
    assessment = POLICY.assess({}, as_of=DAY, results=["star_award"])
    with pytest.raises(InputError, match="没有计算"):
        computation(assessment, result)


@pytest.mark.parametrize(
    "policy", [load_policy("hangzhou-2023"), load_policy("binjiang-draft")], ids=lambda p: p.identifier
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_measure_has_rows_for_every_example(policy: Any, lang: str) -> None:
    measures = tuple(policy.measures)
    for example in policy.examples[::4]:
        parameters = {policy.identifier: {
            next(name for name, known in policy.parameters.items() if known.title == title): {"value": value}
            for title, value in example.parameters.items()
        }}  # fmt: skip
        assessment = policy.assess(example.facts, as_of=example.as_of, parameters=parameters,
                                   readings=example.readings, results=measures)  # fmt: skip
        for measure in measures:
            steps = computation(assessment, measure, lang)
            assert steps[-1].kind == "result"
            assert steps[-1].value == assessment[measure]
