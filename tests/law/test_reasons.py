"""The because-tree: what stands on each line, in which language, and what is shown at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.law import toy
from tests.law.effort import FACTOR
from tests.law.engines import reference
from tests.law.test_engines_agree import DEMO, random_rows
from tests.spec.table import because_text
from zongbu.law import Policy, load_policy, nodes
from zongbu.law.explain.reasons import Reason

AS_OF = date(2024, 6, 30)
FACTS = """\
甲 [a]: 是否, 申报
产值 [output]: 元, 申报
成本 [cost]: 元, 申报, 可为负
家数 [units]: 家, 登记
等级 [grade]: 整数, 认定
占比 [share]: 比例, 申报
登记日 [opened]: 日期, 登记
行业 [trade]: 代码, 登记
板块 [board]: 选项{none: 无, main: 主板}, 登记"""


def tree(formula: str, facts: dict[str, Any], lang: str = "zh", **blocks: str) -> str:
    policy = toy.rules(f"果 [r] = {formula}", facts=FACTS, **blocks)
    return because_text(policy.assess(facts, as_of=AS_OF), "r", lang)


def lines(formula: str, facts: dict[str, Any], lang: str = "zh", **blocks: str) -> list[str]:
    return [line.strip() for line in tree(formula, facts, lang, **blocks).splitlines()[1:]]


@pytest.mark.parametrize(
    ("formula", "facts", "line"),
    [
        ("甲", {"甲": "是"}, "✓ 甲：是"),
        ("甲", {}, "? 甲：未知"),
        ("非 甲", {"甲": "是"}, "✗ 不得：甲"),
        ("产值 >= 10亿元", {"产值": "8.2亿元"}, "✗ 产值 8.20亿元 ≥ 10.00亿元，差 1.80亿元"),
        ("产值 <= 1万元", {"产值": "3万元"}, "✗ 产值 3.00万元 ≤ 1.00万元，超出 2.00万元"),
        ("产值 > 3元", {"产值": "3元"}, "✗ 产值 3.00元 > 3.00元"),
        ("产值 >= 3元", {}, "? 产值 未知 ≥ 3.00元"),
        (
            "产值 >= 10亿元",
            {"产值": "999999999.99元"},
            "✗ 产值 999,999,999.99元 ≥ 10.00亿元 1,000,000,000.00元，差 0.01元",
        ),
        ("产值 / 成本 >= 10%", {"产值": "6元", "成本": "82元"}, "✗ 产值 6.00元 ÷ 成本 82.00元 = 7.32% ≥ 0.1，差 2.68%"),
        ("产值 / 成本 >= 10%", {"产值": "6元", "成本": "0元"}, "? 产值 6.00元 ÷ 成本 0.00元 = 未知 ≥ 0.1"),
        (
            "(产值 + 成本) * 2 > 3元",
            {"产值": "1元", "成本": "-3元"},
            "✗ (产值 1.00元 + 成本 -3.00元) × 2 = -4.00元 > 3.00元，差 7.00元",
        ),
        (
            "最大(产值, 成本) > 3元",
            {"产值": "1元", "成本": "2元"},
            "✗ 最大(产值 1.00元, 成本 2.00元) = 2.00元 > 3.00元，差 1.00元",
        ),
        (
            "四舍五入(产值 * 30%, 1) > 3元",
            {"产值": "100.05元"},
            "✓ 产值 100.05元 × 0.3 = 30.00元（四舍五入到 1 位小数） > 3.00元",
        ),
        ("家数 >= 2家", {"家数": 1}, "✗ 家数 1家 ≥ 2家，差 1家"),
        ("等级 = 3", {"等级": 2}, "✗ 等级 2 = 3"),
        ("占比 < 50%", {"占比": "33.3333%"}, "✓ 占比 33.33% < 0.5"),
        ("登记日 + 2年 > 基准日", {"登记日": "2022-02-28"}, "✗ 登记日 + 2年 2024年2月28日 > 基准日 2024年6月30日"),
        ("行业 属于 {66, 67}", {"行业": "6621"}, "✓ 行业 6621 属于 66、67"),
        ("板块 = 「主板」", {"板块": "无"}, "✗ 板块 无 = 主板"),
        ("板块 属于 {「main」}", {"板块": "主板"}, "✓ 板块 主板 属于 主板"),
        ("有值(产值)", {}, "✗ 已有值：产值"),
    ],
)
def test_a_line_in_chinese(formula: str, facts: dict[str, Any], line: str) -> None:
    assert lines(formula, facts)[0] == line


@pytest.mark.parametrize(
    ("formula", "facts", "line"),
    [
        ("甲", {"甲": "否"}, "✗ A: no"),
        (
            "产值 >= 10亿元",
            {"产值": "8.2亿元"},
            "✗ Output CNY 820.00 million ≥ CNY 1.00 billion, short by CNY 180.00 million",
        ),
        ("登记日 <= 2021-12-31", {"登记日": "2022-01-01"}, "✗ Opened 1 January 2022 ≤ 31 December 2021"),
        ("家数 >= 2家", {}, "? Units unknown ≥ 2"),
        ("非 甲", {"甲": "否"}, "✓ must not hold: A"),
        ("行业 属于 {66}", {"行业": "65"}, "✗ Trade 65 is in 66"),
    ],
)
def test_a_line_in_english(formula: str, facts: dict[str, Any], line: str) -> None:
    assert lines(formula, facts, "en")[0] == line


def test_a_look_up_shows_table_and_key() -> None:
    found = lines("标准[等级] > 3元", {"等级": 3}, parameters="标准 [table] = {3: 5元}")
    assert found[0] == "✓ 标准[3] 5.00元 > 3.00元"


def test_a_reading_shows_the_one_in_force() -> None:
    readings = "口径 [way]:\n  从宽 (默认): 一\n  从严: 二"
    assert lines("如果(口径 = 「从宽」, 甲, 非 甲)", {"甲": "是"}, readings=readings) == ["✓ 口径：从宽", "✓ 甲：是"]


def test_an_unpublished_parameter_says_so() -> None:
    assert lines("产值 > 门槛", {"产值": "3元"}, parameters="门槛 [floor]: 元 = 未公布") == [
        "? 产值 3.00元 > 门槛 未公布"
    ]


def test_steps_are_laid_out_where_they_are_used() -> None:
    found = tree("非 够大 且 甲", {"产值": "3元"}, steps="够大 [large] = 产值 > 2元 或 甲")
    assert found.splitlines() == [
        "✗ 果（以下各项都要满足）",
        "    ✗ 不得：够大",
        "        ✓ 产值 3.00元 > 2.00元",
        "        ? 甲：未知",
        "    ? 甲：未知",
    ]


def test_published_results_are_pointed_at() -> None:
    policy = toy.rules("甲果 [one] = 甲", "乙果 [two] = 甲果 且 产值 > 3元", facts=FACTS)
    found = because_text(policy.assess({"甲": "是"}, as_of=AS_OF), "two").splitlines()
    assert found[1:] == ["    ✓ 甲果（见该项）", "    ? 产值 未知 > 3.00元"]


def test_clauses_are_those_of_the_rule_that_speaks() -> None:
    body = (
        "# 一、总则\n\n"
        + toy.block("事实", *FACTS.splitlines())
        + "## （一）规模\n\n"
        + toy.block("步骤", "够大 [large] = 产值 >= 10元")
        + "## （二）认定\n\n"
        + toy.block("规则", "果 [r] = 甲 且 够大")
    )
    reason = toy.policy(body).assess({}, as_of=AS_OF).because["r"]
    own, step = reason.children
    assert (reason.clause, own.clause, step.clause, step.children[0].clause) == ("（二）", "（二）", "（一）", "（一）")
    assert (reason.identifier, own.identifier, step.identifier) == ("r", "", "large")


def test_values_of_lines_are_exact() -> None:
    policy = toy.rules("果 [r] = 产值 / 成本", facts=FACTS)
    reason = policy.assess({"产值": "1元", "成本": "3元"}, as_of=AS_OF).because["r"]
    assert reason.value * 3 == 1
    assert (reason.unit, reason.is_condition) == ("", False)


# --- properties ------------------------------------------------------------------------------------------


def walk(reason: Reason) -> Iterator[Reason]:
    yield reason
    for child in reason.children:
        yield from walk(child)


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_every_line_of_the_shipped_policies(identifier: str) -> None:
    """Every line has words in both languages, a clause that exists, and the value that the reference gives."""
    policy = load_policy(identifier)
    assessor = policy.assessor(as_of=AS_OF, parameters=DEMO)
    citations = {clause.citation for known in (policy, *policy.based_on.values()) for clause in known.clauses}
    for row in random_rows(policy, AS_OF, DEMO, 9 * FACTOR):
        assessment = assessor.assess_values(row)
        walker = reference(policy, row, AS_OF, DEMO)
        for result, top in assessment.because.items():
            assert top.value == walker.rule(result)
            for reason in walk(top):
                assert reason.clause in citations
                assert reason.value == walker.value(reason.template.node)
                for lang in ("zh", "en"):
                    text = reason.text(assessment.book(lang))
                    assert text == text.strip() != ""
                    assert "None" not in text


@pytest.mark.parametrize(
    "identifier",
    [
        "hangzhou-2023",
        "binjiang-draft",
    ],
)
def test_english_lines_hold_no_chinese(identifier: str) -> None:
    policy = load_policy(identifier)
    assessor = policy.assessor(as_of=AS_OF, parameters=DEMO)
    book_text = {
        reason.text(assessment.book("en"))
        for row in random_rows(policy, AS_OF, DEMO, 9)
        for assessment in [assessor.assess_values(row)]
        for top in assessment.because.values()
        for reason in walk(top)
    }
    assert not [text for text in book_text if any("㐀" <= character <= "鿿" for character in text)]


def test_what_decides_is_shown() -> None:
    """A condition that is not met has a line beneath it that is not met, down to a fact or a figure."""
    policy = load_policy("hangzhou-2023")
    assessor = policy.assessor(as_of=AS_OF, parameters=DEMO)
    for row in random_rows(policy, AS_OF, DEMO, 30 * FACTOR):
        for top in assessor.assess_values(row).because.values():
            for reason in walk(top):
                if isinstance(reason.template.node, nodes.And) and reason.value is False and reason.children:
                    assert any(child.value is False for child in reason.children)
                if isinstance(reason.template.node, nodes.Or) and reason.value is True and reason.children:
                    assert any(child.value is True for child in reason.children)


def test_a_policy_without_english_titles_falls_back_to_identifiers() -> None:
    policy: Policy = toy.rules("大果 [big_result] = 产值 > 3元", facts=FACTS)
    assert because_text(policy.assess({}, as_of=AS_OF), "big_result", "en").splitlines()[0] == "? Big result"
