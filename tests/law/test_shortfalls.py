"""How far from met: each failing condition of 且, the nearest way of 或, and what nobody can act on."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.law import toy
from tests.law.critical import critical_values
from tests.law.effort import FACTOR
from tests.law.test_engines_agree import DEMO, random_rows
from zongbu.law import Policy, load_policy
from zongbu.law.explain.shortfalls import Shortfall

AS_OF = date(2023, 6, 30)
FACTS = """\
甲 [a]: 是否, 申报
乙 [b]: 是否, 申报
天生 [born]: 是否, 登记, 无法改变
产值 [output]: 元, 申报
研发 [rnd]: 元, 申报
家数 [units]: 家, 登记
等级 [grade]: 整数, 认定
登记日 [opened]: 日期, 登记, 无法改变
行业 [trade]: 代码, 登记, 无法改变
板块 [board]: 选项{none: 无, main: 主板}, 登记"""


def policy(*rules: str, **blocks: str) -> Policy:
    return toy.rules(*rules, facts=FACTS, **blocks)


def short(policy: Policy, facts: dict[str, Any], result: str = "r", lang: str = "zh") -> list[str]:
    assessment = policy.assess(facts, as_of=AS_OF)
    return [part.text(assessment.trace, assessment.book(lang)) for part in assessment.shortfalls(result)]


def parts(policy: Policy, facts: dict[str, Any], result: str = "r") -> tuple[Shortfall, ...]:
    return policy.assess(facts, as_of=AS_OF).shortfalls(result)


# --- what is listed --------------------------------------------------------------------------------------


def test_a_result_that_is_met_or_undetermined_lacks_nothing() -> None:
    found = policy("果 [r] = 甲 且 产值 >= 10元")
    assert short(found, {"甲": "是", "产值": "10元"}) == []
    assert short(found, {"甲": "是"}) == []


def test_every_failing_condition_is_listed_and_undetermined_ones_are_not() -> None:
    found = policy("果 [r] = 甲 且 乙 且 产值 >= 10元 且 家数 > 2家")
    assert short(found, {"甲": "否", "产值": "9.99元", "家数": 2}) == [
        "要做到：甲",
        "产值 要达到 10.00元，现为 9.99元，还差 0.01元",
        "家数 要超过 2家，现在恰好相等",
    ]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("产值 >= 10元", "产值 要达到 10.00元，现为 3.00元，还差 7.00元"),
        ("产值 <= 1元", "产值 不得超过 1.00元，现为 3.00元，超出 2.00元"),
        ("非 产值 >= 1元", "产值 不得超过 1.00元，现为 3.00元，超出 2.00元"),
        ("非 (产值 < 10元)", "产值 要达到 10.00元，现为 3.00元，还差 7.00元"),
        ("产值 = 10元", "要做到：产值 3.00元 = 10.00元"),
        ("产值 / 研发 >= 2", "产值 要达到 8.00元，现为 3.00元，还差 5.00元"),
        ("等级 >= 3", "等级 要达到 3，现为 2，还差 1"),
        ("板块 = 「主板」", "要做到：板块 无 = 主板"),
        ("板块 属于 {「主板」}", "要做到：板块 属于 主板"),
        ("登记日 <= 2021-12-31", "要做到：登记日 2022年1月1日 ≤ 2021年12月31日（企业无法改变）"),
        ("非 行业 属于 {66}", "要消除：行业 属于 66（企业无法改变）"),
    ],
)
def test_one_condition_in_words(formula: str, text: str) -> None:
    facts = {"产值": "3元", "研发": "4元", "等级": 2, "板块": "无", "登记日": "2022-01-01", "行业": "6621"}
    assert short(policy(f"果 [r] = {formula}"), facts) == [text]


def test_conditions_are_told_in_english_too() -> None:
    found = policy("果 [r] = 非 天生 且 产值 >= 10元")
    assert short(found, {"产值": "3元", "天生": "是"}, lang="en") == [
        "must no longer hold: Born (cannot be acted on)",
        "Output must reach CNY 10.00; it is CNY 3.00, CNY 7.00 to go",
    ]


# --- ways in ---------------------------------------------------------------------------------------------


def test_the_nearest_way_stands_first() -> None:
    found = policy("果 [r] = 天生 或 (甲 且 乙) 或 产值 >= 10元 或 研发 >= 5元")
    (shortfall,) = parts(found, {"天生": "否", "甲": "否", "乙": "否", "产值": "3元", "研发": "4元"})
    ways = [[part.facts for part in way] for way in shortfall.alternatives]
    # One step that can be acted on, by the smaller relative gap; then two steps; last what nobody can change.
    assert ways == [[("rnd",)], [("output",)], [("a",), ("b",)], [("born",)]]
    assert shortfall.actionable
    assert set(shortfall.facts) == {"rnd", "output", "a", "b", "born"}


def test_what_is_undetermined_on_a_way_is_no_shortfall() -> None:
    found = policy("果 [r] = 甲 或 (乙 且 产值 >= 10元)")
    (shortfall,) = parts(found, {"甲": "否", "产值": "3元"})
    # A distance that can be told comes before all or nothing.
    assert [[part.facts for part in way] for way in shortfall.alternatives] == [[("output",)], [("a",)]]


def test_ways_none_of_which_can_be_acted_on() -> None:
    (shortfall,) = parts(policy("果 [r] = 天生 或 登记日 <= 2021-12-31"), {"天生": "否", "登记日": "2022-01-01"})
    assert not shortfall.actionable


def test_not_all_of_is_one_of_not() -> None:
    (shortfall,) = parts(policy("果 [r] = 非 (甲 且 乙)"), {"甲": "是", "乙": "是"})
    assert [[part.facts for part in way] for way in shortfall.alternatives] == [[("a",)], [("b",)]]
    assert not any(part.wanted for way in shortfall.alternatives for part in way)


def test_steps_are_followed_with_their_own_clause() -> None:
    body = (
        "# 一、总则\n\n"
        + toy.block("事实", *FACTS.splitlines())
        + "## （一）规模\n\n"
        + toy.block("步骤", "够大 [large] = 产值 >= 10元")
        + "## （二）认定\n\n"
        + toy.block("规则", "果 [r] = 甲 且 够大")
    )
    (shortfall,) = parts(toy.policy(body), {"甲": "是", "产值": "3元"})
    assert shortfall.clause == "（一）"


def test_only_the_branch_taken_counts() -> None:
    found = policy("果 [r] = 如果(天生, 产值 >= 10元, 产值 >= 5元)")
    assert short(found, {"天生": "是", "产值": "3元"}) == ["产值 要达到 10.00元，现为 3.00元，还差 7.00元"]
    assert short(found, {"天生": "否", "产值": "3元"}) == ["产值 要达到 5.00元，现为 3.00元，还差 2.00元"]


def test_an_amount_lacks_what_its_entitlement_lacks() -> None:
    found = toy.policy(
        toy.block("事实", *FACTS.splitlines())
        + toy.block("措施", "补助 [r]:", "  类别: 奖补", "  对象: 产值 >= 10元", "  金额: 研发")
        + toy.block("规则", "数额 [n] = 产值 * 2")
    )
    assert short(found, {"产值": "3元"}) == ["产值 要达到 10.00元，现为 3.00元，还差 7.00元"]
    assert short(found, {"产值": "3元"}, "n") == []


def test_the_gap_is_exact() -> None:
    (shortfall,) = parts(policy("果 [r] = 产值 / 研发 >= 33.3333%"), {"产值": "1元", "研发": "4元"})
    assert shortfall.gap == Fraction(4) * Fraction("0.333333") - 1


def test_as_plain_data() -> None:
    found = policy("果 [r] = 产值 >= 10元 且 (甲 或 乙)")
    document = found.assess({"产值": "3元", "甲": "否", "乙": "否"}, as_of=AS_OF).document()
    first, second = document["shortfalls"]["r"]
    assert first == {
        "text": "产值 要达到 10.00元，现为 3.00元，还差 7.00元",
        "clause": "一",
        "facts": ["output"],
        "actionable": True,
        "gap": "7.00",
        "unit": "元",
    }
    assert [[part["text"] for part in way] for way in second["alternatives"]] == [["要做到：甲"], ["要做到：乙"]]


# --- properties ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_only_what_is_not_met_is_short_and_says_of_what(identifier: str) -> None:
    loaded = load_policy(identifier)
    for row in random_rows(loaded, AS_OF, DEMO, 30 * FACTOR):
        assessment = loaded.assessor(as_of=AS_OF, parameters=DEMO).assess_values(row)
        for result, value in assessment.results.items():
            found = assessment.shortfalls(result)
            kind = loaded.rules[result].node.type.kind
            if kind == "boolean":
                assert bool(found) is (value is False), result
            for shortfall in found:
                assert shortfall.text(assessment.trace, assessment.book())
                assert shortfall.text(assessment.trace, assessment.book("en"))


def test_closing_the_gap_of_a_threshold_meets_it() -> None:
    found, chance = policy("果 [r] = 产值 / 研发 >= 30% 且 产值 >= 10元"), random.Random(7)
    values = critical_values(found, AS_OF)
    for _ in range(100):
        facts = {name: chance.choice(values[name]) for name in ("output", "rnd")}
        while parts(found, facts):
            gap = max(Fraction(part.gap or 0) for part in parts(found, facts))
            assert gap > 0
            fen = -(-(Fraction(facts["output"]) + gap) * 100 // 1)  # to the next fen
            if fen >= 10**18:
                break
            facts = {**facts, "output": Decimal(int(fen)) / 100}
        else:
            assert found.assess(facts, as_of=AS_OF)["r"] in (True, None)
