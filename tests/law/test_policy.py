"""A loaded policy: when it is in force, what it publishes, and when its version changes."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from tests.law import toy
from tests.law.test_document import CITY, DISTRICT
from zongbu.law import Policy, load_policy
from zongbu.law.document import find
from zongbu.law.facts import Dictionary, load_dictionary
from zongbu.law.verify import verify

FACTS = "年产值 [output]: 元, 申报\n等级 [grade]: 整数, 认定"


def with_head(head: str) -> Policy:
    return toy.policy(toy.block("规则", "甲 [r] = 独立法人"), head=f"---\n标识: toy\n名称: 办法\n{head}\n---\n")


@pytest.mark.parametrize(
    ("head", "active", "days"),
    [
        ("状态: 施行\n施行: 2023-02-20\n有效至: 2028-02-20", True, {"2023-02-19": False, "2023-02-20": True, "2028-02-20": True, "2028-02-21": False}),
        ("状态: 施行\n施行: 2023-02-20", True, {"2023-02-19": False, "2999-01-01": True}),
        ("状态: 征求意见\n施行: 2023-02-20", False, {"2024-01-01": False}),
        ("状态: 施行\n施行: 未定", False, {"2024-01-01": False}),
        ("状态: 施行", False, {"2024-01-01": False}),
        ("状态: 废止\n施行: 2023-02-20", False, {"2024-01-01": False}),
    ],
)  # fmt: skip
def test_in_force(head: str, active: bool, days: dict[str, bool]) -> None:
    policy = with_head(head)
    assert policy.may_be_activated is active
    assert {day: policy.in_force(date.fromisoformat(day)) for day in days} == days


def test_the_shipped_policies() -> None:
    city, draft = load_policy("hangzhou-2023"), load_policy("binjiang-draft")
    assert city.status == "施行"
    assert city.in_force(date(2023, 6, 30))
    assert not city.in_force(date(2023, 2, 19))
    assert draft.status == "征求意见"
    assert not draft.may_be_activated


def test_results_are_rules_then_amounts_in_the_order_of_the_file() -> None:
    policy = toy.policy(
        toy.block("事实", *FACTS.splitlines())
        + toy.block("措施", "奖励 [award]:", "  类别: 奖补", "  对象: 甲", "  金额: 年产值", "名额 [quota]:", "  类别: 名额",
                    "  对象: 甲", "  数量: 3个", "服务 [service]:", "  类别: 服务", "  对象: 是")
        + toy.block("规则", "甲 [first] = 乙", "乙 [second] = 年产值 > 0元")
        + toy.block("步骤", "丙 [step] = 非 甲")
    )  # fmt: skip
    assert policy.results == ("first", "second", "award")
    assert [rule.kind for rule in policy.rules.values()].count("措施") == 3
    names = list(policy.rules)
    assert names.index("second") < names.index("first") < names.index("award")


def test_measures_keep_what_the_file_says() -> None:
    policy = toy.policy(
        toy.block("措施", "奖励 [award]:", "  类别: 奖补", "  对象: 独立法人", "  金额: 1元", "  互斥: 服务、名额",
                  "  责任单位: 区、县（市）", "  说明: 甲：乙", "服务 [service]:", "  类别: 服务", "  对象: 是",
                  "名额 [quota]:", "  类别: 名额", "  对象: 是", "  数量: 2个")
    )  # fmt: skip
    award = policy.measures["award"]
    assert (award.category, award.exclusive_with, award.clause) == ("奖补", ("service", "quota"), "一")
    assert dict(award.details) == {"责任单位": "区、县（市）", "说明": "甲：乙"}
    assert policy.measures["service"].amount is None


def test_a_clause_by_its_citation() -> None:
    assert load_policy("hangzhou-2023").clause("（三）2").title == "规模要求"
    with pytest.raises(KeyError):
        load_policy("hangzhou-2023").clause("（九十九）")


# --- the version -----------------------------------------------------------------------------------------

BODY = toy.block("事实", *FACTS.splitlines()) + toy.block("规则", "甲 [r] = 独立法人 且 年产值 > 0元")


def version(body: str, name: str) -> str:
    return load_policy(toy.write(body, name=name)).version


def test_a_version_is_a_content_hash() -> None:
    found = version(BODY, "version-1")
    assert len(found) == 64
    assert found == version(BODY, "version-2"), "the name of the file does not matter"


@pytest.mark.parametrize(
    "changed",
    [BODY.replace("0元", "1元"), BODY.replace("甲 [r]", "乙 [r]"), BODY.replace("申报", "登记"), BODY + "一句话。"],
    ids=["figure", "title", "kind", "prose"],
)
def test_any_change_of_the_file_changes_the_version(changed: str) -> None:
    assert version(changed, "version-3") != version(BODY, "version-1")


def test_comparing_policies_does_not_look_at_where_they_lie() -> None:
    assert load_policy(toy.write(BODY, name="version-1")).rules == load_policy(toy.write(BODY, name="version-2")).rules


def with_dictionary(monkeypatch: pytest.MonkeyPatch, name: str, identifier: str, **changes: object) -> str:
    """The version when a fact of the shipped dictionary were declared otherwise."""
    changed = Dictionary(
        dataclasses.replace(fact, **changes) if fact.identifier == identifier else fact  # type: ignore[arg-type]
        for fact in load_dictionary().values()
    )
    with monkeypatch.context() as context:
        context.setattr(find, "load_dictionary", lambda: changed)
        return version(BODY, name)


@pytest.mark.parametrize(
    ("number", "changes"),
    list(
        enumerate(
            [
                {"type": "choice", "choices": {"yes": "是的", "no": "不是"}},
                {"type": "integer", "negative": True},
                {"period": "prior_year"},
                {"format": "industry"},
            ]
        )
    ),
    ids=["type", "sign", "period", "format"],
)
def test_another_meaning_of_a_fact_that_is_read_changes_the_version(
    monkeypatch: pytest.MonkeyPatch, number: int, changes: dict[str, object]
) -> None:
    if "type" in changes:  # the formula would not fit any more: another fact, read as it is
        body_version = with_reading(monkeypatch, f"meaning-{number}", {})
        assert with_reading(monkeypatch, f"meaning-{number}-changed", changes) != body_version
    else:
        assert with_dictionary(monkeypatch, f"meaning-{number}", "is_legal_person", **changes) != version(
            BODY, "version-1"
        )


def with_reading(monkeypatch: pytest.MonkeyPatch, name: str, changes: dict[str, object]) -> str:
    changed = Dictionary(
        dataclasses.replace(fact, **changes) if fact.identifier == "is_legal_person" else fact  # type: ignore[arg-type]
        for fact in load_dictionary().values()
    )
    with monkeypatch.context() as context:
        context.setattr(find, "load_dictionary", lambda: changed)
        return version(toy.block("规则", "甲 [r] = 有值(独立法人)"), name)


@pytest.mark.parametrize(
    ("number", "identifier", "changes"),
    [
        (0, "is_legal_person", {"definition": "换一种说法"}),
        (1, "is_legal_person", {"title_en": "Another title", "aliases": ("法人独立",)}),
        (2, "is_legal_person", {"kind": "declared", "actionable": False}),
        (3, "in_city_revenue", {"period": None, "negative": True}),
    ],
    ids=["definition", "names", "who can act", "a fact that is not read"],
)
def test_other_words_for_a_fact_do_not(
    monkeypatch: pytest.MonkeyPatch, number: int, identifier: str, changes: dict[str, object]
) -> None:
    assert with_dictionary(monkeypatch, f"words-{number}", identifier, **changes) == version(BODY, "version-1")


def test_a_change_of_the_policy_it_builds_on_changes_the_version(tmp_path: Path) -> None:
    versions = []
    for number, figure in enumerate(("100万元", "200万元", "100万元")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "based-city.md").write_text(CITY.format(name="based-city").replace("100万元", figure), "utf-8")
        (folder / "based-district.md").write_text(DISTRICT.format(name="based-district", city="based-city"), "utf-8")
        versions.append(load_policy(folder / "based-district.md").version)
    assert versions[0] == versions[2] != versions[1]


# --- notices ---------------------------------------------------------------------------------------------

WATCHED = (
    toy.block("事实", "年产值 [output]: 元, 申报", "上限 [limit]: 元, 申报")
    + toy.block("参数", "严 [strict]: 是否 = 未公布")
    + toy.block("规则", "甲 [r] = 年产值 > 0元")
    + toy.block("提示", "超过上限 [over] = 年产值 > 上限", "从严 [strictly] = 超过上限 且 严")
)


def test_a_notice_is_told_where_it_holds_and_changes_no_result() -> None:
    policy = toy.policy(WATCHED)
    assert policy.results == ("r",)
    assert policy.notices == ("over", "strictly")
    above = policy.assess({"output": "3元", "limit": "2元"}, as_of=date(2024, 1, 1))
    assert above.notices == ("over",)
    assert above.remarks(above.assessor.names("zh")) == ["提示 一：超过上限"]
    assert above.document()["remarks"] == ["提示 一：超过上限"]
    for facts in ({"output": "2元", "limit": "2元"}, {"output": "3元"}, {}):
        assert policy.assess(facts, as_of=date(2024, 1, 1)).notices == ()


def test_parameters_given_for_a_notice_are_recorded_so_that_it_comes_out_again() -> None:
    policy = toy.policy(WATCHED)
    given = {"toy": {"strict": {"value": "是", "source": "演示参数"}}}
    found = policy.assess({"output": "3元", "limit": "2元"}, as_of=date(2024, 1, 1), parameters=given)
    assert found.notices == ("over", "strictly")
    assert "strict" in found.document()["parameters"]
    assert verify(found.document(), policy).identical


def test_a_later_document_is_pointed_to_from_its_year_on() -> None:
    policy = load_policy("hangzhou-2023")
    told = {
        year: [
            remark for remark in policy.assess({}, as_of=date(year, 6, 30)).document()["remarks"] if "后续" in remark
        ]
        for year in (2023, 2024)
    }
    assert told[2023] == []
    assert "杭政办〔2024〕1号" in told[2024][0]
