"""What a measure declares beside its formulas: who pays, how often, to whom, what it records and adds up."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law import toy
from zongbu.law import load_policy
from zongbu.law.document.measures import level_of
from zongbu.law.policy import Measure, Payer, Policy, Reimbursement

DAY = date(2024, 6, 30)
FACTS = toy.block(
    "事实",
    "曾奖 [paid_before]: 整数, 登记",
    "用过另一项 [drew_other]: 是否, 登记",
    "区县支出 [spending]: 元, 登记, 上年度",
)
STEPS = toy.block(
    "步骤",
    "市担 [city_part] = 四舍五入(奖励 * 50%, 2)",
    "区担 [district_part] = 奖励 - 市担",
    "奖后 [paid_after] = 最大(星级, 曾奖)",
    "上限 [ceiling] = 舍去(区县支出 * 20%, 2)",
)


def of(*lines: str, extra: str = "", head: str = toy.HEAD) -> tuple[Policy, Measure]:
    """The policy and its measure 奖励, declared with these lines."""
    body = FACTS + STEPS + extra + toy.block("措施", "奖励 [award]:", "  类别: 奖补", "  对象: 独立法人",
                                              "  金额: 100元", *(f"  {line}" for line in lines))  # fmt: skip
    policy = toy.policy(body, head=head)
    return policy, policy.measures["award"]


def test_what_is_not_declared_has_a_default() -> None:
    _, measure = of()
    assert (measure.way, measure.recipient, measure.frequency) == ("", "enterprise", "yearly")
    assert (measure.payers, measure.records, measure.not_stacking, measure.units) == ((), (), (), ())
    assert (measure.drew_other, measure.reimburses, measure.facts) == ("", None, ())


def test_who_pays() -> None:
    assert of("分担: 市级 = 市担、区县 = 区担")[1].payers == (
        Payer("city", "city_part"),
        Payer("district", "district_part"),
    )
    assert of("分担: 区县")[1].payers == (Payer("district", ""),)
    assert of("分担: 部门")[1].payers == (Payer("department", ""),)


@pytest.mark.parametrize(("word", "way"), [("申报", "claim"), ("免申即享", "offer"), ("合计", "combined")])
def test_the_way(word: str, way: str) -> None:
    assert of(f"方式: {word}")[1].way == way


def test_recipient_and_frequency() -> None:
    _, measure = of("收款: 个人", "频次: 每件")
    assert (measure.recipient, measure.frequency) == ("person", "each")


def test_what_is_recorded_once_paid() -> None:
    _, measure = of("记录: 曾奖 = 奖后")
    assert measure.records == (("paid_before", "paid_after"),)
    assert measure.facts == ("paid_before",)


def test_an_earlier_draw_of_another_measure() -> None:
    other = toy.block("措施", "租金 [rent]:", "  类别: 奖补", "  对象: 是")
    assert of("互斥: 租金", "前次: 用过另一项", extra=other)[1].drew_other == "drew_other"


def test_what_counts_against_it_may_stand_in_another_policy() -> None:
    other = toy.block("措施", "租金 [rent]:", "  类别: 奖补", "  对象: 是")
    policy, measure = of("不重复: 租金、hangzhou-2023.星级培育奖励", extra=other)
    assert measure.not_stacking == ("rent", "hangzhou-2023.star_award")
    assert policy.based_on["hangzhou-2023"] is load_policy("hangzhou-2023")
    assert not any(rule.policy for rule in policy.rules.values()), "nothing is taken over for a name alone"


def test_what_makes_good_the_payments_of_others() -> None:
    other = toy.block(
        "措施", "租金 [rent]:", "  类别: 奖补", "  对象: 是", "购房 [purchase]:", "  类别: 奖补", "  对象: 是"
    )
    _, measure = of("收款: 区县", "汇总: 租金、购房", "支出: 区县支出", "上限: 上限", extra=other)
    assert measure.reimburses == Reimbursement(("rent", "purchase"), "spending", "ceiling")


def test_what_is_declared_is_kept_as_written_too() -> None:
    assert of("分担: 市级 = 市担、区县 = 区担", "频次: 一次")[1].details == {
        "分担": "市级 = 市担、区县 = 区担",
        "频次": "一次",
    }


def test_a_declaration_is_part_of_the_version() -> None:
    assert of("频次: 一次")[0].version != of("频次: 每件")[0].version


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("区、县（市）总部经济工作机构", ("区、县（市）总部经济工作机构",)),
        ("市总部办会同财政部门", ("市总部办", "财政部门")),
        ("市总部办、区、县（市）总部经济工作机构", ("市总部办", "区、县（市）总部经济工作机构")),
        ("科技部门和经信部门、市场监管部门", ("科技部门", "经信部门", "市场监管部门")),
    ],
)
def test_units_are_told_apart(text: str, units: tuple[str, ...]) -> None:
    assert of(f"责任单位: {text}")[1].units == units


@pytest.mark.parametrize(
    ("unit", "is_district", "level"),
    [
        ("市总部办", False, "city"),
        ("市级有关部门", False, "city"),
        ("区、县（市）教育部门", False, "district"),
        ("科技部门", False, "department"),
        ("科技部门", True, "district"),
    ],
)
def test_who_handles_it(unit: str, is_district: bool, level: str) -> None:
    assert level_of((unit,), is_district) == level


def test_under_a_district_policy_the_district_handles_it() -> None:
    head = toy.HEAD.replace("状态:", '行政区划: "330108"\n状态:')
    assert of("责任单位: 区科技局", head=head)[1].level == "district"
    city = toy.HEAD.replace("状态:", '行政区划: "330100"\n状态:')
    assert of("责任单位: 科技部门", head=city)[1].level == "department"
    assert of(head=city)[1].level == "city", "what names no unit falls to the office"


TERMS = toy.block(
    "参数",
    "年限 [years] = 2年",
    "空着 [empty]: 天 = 未公布",
    "审核 [review]:",
    "  2024-01-01 至 2024-12-31 = 5个工作日",
    "  2025-01-01 起 = 3个工作日",
)


def test_the_term_is_the_first_parameter_that_counts_days() -> None:
    policy, _ = of("期限: {年限}内，{空着}后{审核}", extra=TERMS)
    assert policy.term_of("award", DAY) == (5, "个工作日")
    assert policy.term_of("award", date(2025, 6, 30)) == (3, "个工作日")
    assert policy.term_of("award", DAY, {"toy": {"empty": {"value": "7天"}}}) == (7, "天")


def test_without_a_term_there_is_none() -> None:
    assert of("期限: 年底以前")[0].term_of("award", DAY) is None
    assert of("期限: {空着}", extra=toy.block("参数", "空着 [empty]: 天 = 未公布"))[0].term_of("award", DAY) is None


def test_the_result_that_recognition_decides() -> None:
    rule = toy.block("规则", "总部企业 [is_headquarters] = 独立法人")
    assert toy.policy(rule).recognises == ""
    assert toy.policy(rule, head=toy.HEAD.replace("状态:", "认定结果: 总部企业\n状态:")).recognises == "is_headquarters"
