"""What a reader is shown: which lines decide, what is good news, where references lead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from zongbu.law.amounts import fen_of
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import exact_amount, outline
from zongbu.law.explain.view import Line, Outline, Row

Assess = Callable[..., Assessment]
Facts = dict[str, Any]


def walk(line: Line) -> Iterator[Line]:
    yield line
    for child in line.children:
        yield from walk(child)


def row_of(view: Outline, identifier: str) -> Row:
    return next(row for row in (*view.results, *view.supporting) if row.identifier == identifier)


def line_of(view: Outline, identifier: str, text: str) -> Line:
    return next(line for line in walk(row_of(view, identifier).because) if line.text.startswith(text))


# --- reasons ---------------------------------------------------------------------------------------------


class TestDecisiveLines:
    def test_of_what_is_not_met_only_what_fails(self, assess: Assess, small: Facts) -> None:
        view = outline(assess(small))
        rnd = row_of(view, "is_rnd_headquarters").because
        assert {line.text for line in rnd.children if line.decisive} == {"研发占比达标"}

    def test_of_what_is_met_by_all_everything(self, assess: Assess, small: Facts) -> None:
        basic = row_of(outline(assess(small)), "meets_basic_conditions").because
        assert all(line.decisive for line in basic.children)

    def test_of_what_is_met_by_one_that_one(self, assess: Assess, small: Facts) -> None:
        view = outline(assess(small))
        counted = line_of(view, "meets_basic_conditions", "合计达标")
        assert [line.decisive for line in counted.children] == [True, False, False]
        assert line_of(view, "meets_basic_conditions", "市外控股子公司数").decisive is False

    def test_of_what_is_undetermined_only_that(self, assess: Assess, small: Facts) -> None:
        headquarters = row_of(outline(assess(small)), "is_headquarters").because
        assert [line.decisive for line in headquarters.children] == [False, True]

    def test_beneath_a_step_that_must_not_hold(self, assess: Assess, small: Facts) -> None:
        view = outline(assess({**small, "行业代码": "6621"}))
        excluded = line_of(view, "meets_basic_conditions", "不得：行业被排除")
        assert excluded.answer.tone == "not_met"
        assert [line.decisive for line in excluded.children] == [True, True]


class TestTones:
    def test_a_thing_not_allowed_is_good_news_when_absent(self, assess: Assess, small: Facts) -> None:
        line = line_of(outline(assess(small)), "meets_basic_conditions", "国有属性")
        assert (line.answer.sign, line.answer.text, line.answer.tone) == ("✗", "否", "met")

    def test_a_case_distinction_is_neither(self, assess: Assess, small: Facts) -> None:
        line = line_of(outline(assess(small)), "meets_scale", "存量企业")
        assert (line.answer.sign, line.answer.text, line.answer.tone) == ("✓", "是", "plain")

        excluded = line_of(outline(assess(small)), "meets_basic_conditions", "不得：行业被排除")
        assert [line.answer.tone for line in excluded.children] == ["plain", "met"]

    def test_the_condition_of_a_measure_is_to_be_met(self, assess: Assess, large: Facts) -> None:
        view = outline(assess(large, demonstration=True))
        assert line_of(view, "star_award", "星级 4 ≥").answer.tone == "met"

    def test_numbers_have_a_sign_of_their_own(self, assess: Assess, large: Facts) -> None:
        view = outline(assess(large, demonstration=True))
        assert line_of(view, "rent_subsidy", "租房补助应补额").answer.sign == "·"
        assert line_of(outline(assess(large)), "rent_subsidy", "租房补助应补额").answer.sign == "?"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("results", [None, ["star_award"], ["office_subsidy", "is_incumbent"]])
def test_every_reference_leads_somewhere(assess: Assess, large: Facts, lang: str, results: list[str] | None) -> None:
    view = outline(assess(large, results=results), lang)
    shown = {row.identifier for row in (*view.results, *view.supporting)}
    assert len(shown) == len(view.results) + len(view.supporting)
    referred = {
        line.refers_to for row in (*view.results, *view.supporting) for line in walk(row.because) if line.refers_to
    }
    assert referred <= shown
    assert {row.identifier for row in view.supporting} <= referred


def test_clauses_of_another_policy_carry_its_number(assess: Assess, small: Facts) -> None:
    view = outline(assess(small, policy="binjiang-draft"))
    basic = row_of(view, "hangzhou-2023.meets_basic_conditions")
    assert basic.clause == "杭政办〔2023〕3号（三）1"
    assert all(line.clause.startswith("杭政办〔2023〕3号") for line in walk(basic.because))
    own = row_of(view, "matching_fund")
    assert own.clause == "（二）"
    reference = next(line for line in walk(own.because) if line.refers_to == "hangzhou-2023.is_headquarters")
    assert reference.clause == "杭政办〔2023〕3号（三）"


# --- answers ---------------------------------------------------------------------------------------------


def test_answers(assess: Assess, large: Facts) -> None:
    answers = {row.identifier: str(row.answer) for row in outline(assess(large, demonstration=True)).results}
    assert answers["is_headquarters"] == "✓ 满足"
    assert answers["is_rnd_headquarters"] == "✗ 不满足"
    assert answers["star_award"] == "200.00万元"
    assert answers["rent_subsidy"] == "370,370.37元"
    unpublished = {row.identifier: row for row in outline(assess(large)).results}
    assert str(unpublished["star_award"].answer) == "? 待定"
    assert unpublished["star_award"].why == ("星级奖励标准：未公布",)


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        ("0", "0.00元", "CNY 0.00"),
        ("9999.99", "9,999.99元", "CNY 9,999.99"),
        ("10000", "1.00万元", "CNY 10,000.00"),
        ("10000.01", "10,000.01元", "CNY 10,000.01"),
        ("999999", "999,999.00元", "CNY 999,999.00"),
        ("820000000", "8.20亿元", "CNY 820.00 million"),
        ("820000000.01", "820,000,000.01元", "CNY 820,000,000.01"),
        ("-50000000", "-5,000.00万元", "CNY -50.00 million"),
    ],
)
def test_an_exact_amount_loses_nothing(yuan: str, zh: str, en: str) -> None:
    from decimal import Decimal

    assert exact_amount(fen_of(Decimal(yuan)), "zh") == zh
    assert exact_amount(fen_of(Decimal(yuan)), "en") == en


# --- what to do next -------------------------------------------------------------------------------------


def test_missing_facts_say_who_can_supply_them(assess: Assess, large: Facts) -> None:
    del large["在杭经营"]
    large["符合产业发展导向"] = None
    view = outline(assess(large, results=["is_headquarters", "meets_basic_conditions"]))
    assert [(gap.title, gap.supplier, gap.decides) for gap in view.missing] == [
        ("符合产业发展导向", "由主管部门认定", ("总部企业", "符合基本条件")),
        ("在杭经营", "企业申报", ("总部企业", "符合基本条件")),
    ]


def test_a_distance_has_a_share(assess: Assess, small: Facts) -> None:
    view = outline(assess(small))
    shorts = {row.identifier: shorts for row, shorts in view.shortfalls}
    (scale,) = shorts["meets_scale"]
    assert scale.share == Fraction(82, 100)
    assert "还差 1.80亿元" in scale.text


def test_ways_in_the_nearest_first(assess: Assess, small: Facts) -> None:
    view = outline(assess({**small, "上市交易所": "未上市", "具备研发条件与稳定经费": "是"}))
    (short,) = next(shorts for row, shorts in view.shortfalls if row.identifier == "is_headquarters")
    assert short.text == ""
    texts = ["；".join(part.text for part in way) for way in short.ways]
    assert ["还差 1.80亿元" in texts[0], "还差 2,200.00万元" in texts[1], "上市交易所" in texts[2]] == [True] * 3


def test_a_bound_that_does_not_count(assess: Assess) -> None:
    facts = {"全市百亿级总部企业数": 60}
    ((_, (short,)),) = outline(assess(facts, results=["ten_billion_target_met"])).shortfalls
    assert short.text.startswith("全市百亿级总部企业数 要超过 60家，现在恰好相等")


def test_readings_that_matter(assess: Assess) -> None:
    facts = {"市外分公司数": 1, "市外控股子公司数": 1, "登记在杭": "是"}
    view = outline(assess(facts, results=["meets_branch_condition"]))
    (note,) = view.readings
    assert (note.title, note.used, note.clause) == ("分支机构口径", "合计", "（三）1")
    changes = {change.option: change for change in note.changes}
    assert changes["仅分公司"].meaning == "只数分公司，满两家"
    assert [tuple(map(str, change)) for change in changes["仅分公司"].results] == [
        ("分支机构达标", "✓ 满足", "✗ 不满足")
    ]


def test_facts_and_parameters_that_were_used(assess: Assess, large: Facts) -> None:
    view = outline(assess({**large, "注册区县": "滨江区", "最低持股比例": "50%"}, demonstration=True))
    facts = {fact.title: fact.value for fact in view.facts}
    assert facts["上年度在杭营业收入"] == "12.00亿元"
    assert facts["认定当年实付租金"] == "1,234,567.89元"
    assert facts["在杭登记日"] == "2015年3月1日"
    assert facts["国有属性"] == "无"
    assert facts["注册区县"] == "330108 滨江区"
    assert facts["最低持股比例"] == "50%"
    assert facts["市外分公司数"] == "3家"
    parameters = {entry.title: entry for entry in view.parameters}
    assert parameters["认可交易所"].value.startswith("上海证券交易所、")
    assert parameters["星级奖励标准"].value == "3: 100.00万元；4: 300.00万元；5: 500.00万元"
    assert parameters["星级奖励标准"].marked
    assert parameters["存量营收门槛"].source == "政策原文"
    assert {entry.title: entry.value for entry in outline(assess(large)).parameters}["租房补助比例"] == "未公布"
