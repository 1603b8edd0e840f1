"""Markdown → Policy: clauses and citations, definitions and their places, examples, other policies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.law import toy
from zongbu.law import InputError, Policy, PolicyError, find_policy, load_policy, shipped_policies
from zongbu.law.document.definitions import Text, read_definitions, read_fields, split_note
from zongbu.law.document.markdown import Block, read_document
from zongbu.law.errors import Problem

LAKE = """\
---
标识: lake
名称: 湖市灯塔企业办法
状态: 施行
施行: 2030-01-01
有效至: 2034-12-31
编号: "0030"
---
# 一、总则

办法的目的。

## （一）标准

灯塔企业的标准，
分两行写。

第二段。

### 1.规模

```事实
年产值 [output]: 元, 申报, 上年度, 无法改变 —— 全年的产值
```

```参数
门槛 [floor] = 10亿元 —— 正文写作“十亿”
```

### 2、机构

```规则
灯塔企业 [is_lighthouse] =
  年产值 >= 门槛
```

# 第二章 附则

## 1.失信

## 2．其他

# 施行

自公布之日起施行。
"""


def test_headings_give_the_citations() -> None:
    policy = load_policy(toy.write(LAKE))
    assert [(clause.citation, clause.title, clause.level) for clause in policy.clauses] == [
        ("一", "总则", 1),
        ("（一）", "标准", 2),
        ("（一）1", "规模", 3),
        ("（一）2", "机构", 3),
        ("第二章", "附则", 1),
        ("第二章1", "失信", 2),
        ("第二章2", "其他", 2),
        ("施行", "施行", 1),
    ]


def test_what_stands_under_a_heading_belongs_to_it() -> None:
    policy = load_policy(toy.write(LAKE))
    assert policy.clause("（一）").restatement == "灯塔企业的标准，\n分两行写。\n\n第二段。"
    assert policy.clause("施行").restatement == "自公布之日起施行。"
    parameter, rule = policy.parameters["floor"], policy.rules["is_lighthouse"]
    assert (parameter.clause, parameter.line, parameter.periods[0].note) == ("（一）1", 27, "正文写作“十亿”")
    assert (rule.clause, rule.title, rule.kind, rule.line) == ("（一）2", "灯塔企业", "规则", 33)


def test_the_head_is_kept_as_text() -> None:
    policy = load_policy(toy.write(LAKE))
    assert policy.head["编号"] == "0030"
    assert (policy.effective_from, policy.effective_until) == (date(2030, 1, 1), date(2034, 12, 31))


def test_a_fact_of_the_policy_itself() -> None:
    fact = load_policy(toy.write(LAKE)).dictionary["output"]
    assert (fact.title, fact.type, fact.kind, fact.unit, fact.period) == (
        "年产值",
        "money",
        "declared",
        "元",
        "prior_year",
    )
    assert (fact.actionable, fact.negative, fact.definition) == (False, False, "全年的产值")


def test_windows_line_ends_and_byte_order_mark_change_nothing() -> None:
    plain = load_policy(toy.write(LAKE))
    path = Path(toy.write(LAKE, name="windows")).with_name("windows-2.md")
    path.write_bytes(b"\xef\xbb\xbf" + LAKE.replace("\n", "\r\n").encode())
    other = load_policy(path)
    assert other.version == plain.version
    assert other.rules == plain.rules


def test_another_encoding_is_refused_by_name() -> None:
    path = Path(toy.write(LAKE, name="gbk"))
    path.write_bytes(LAKE.encode("gbk"))
    with pytest.raises(InputError, match="不是 UTF-8 编码"):
        load_policy(path)


# --- the pieces ------------------------------------------------------------------------------------------


def test_lines_of_a_block_count_from_its_first() -> None:
    document = read_document(LAKE, "lake.md")
    blocks = [(block.kind, block.line) for section in document.sections for block in section.blocks]
    assert blocks == [("事实", 23), ("参数", 27), ("规则", 33)]


def test_definitions_with_their_lines() -> None:
    problems: list[Problem] = []
    text = "甲 [a] = 乙 且\n  丙\n\n  且 丁\n\n戊 [b] = 己\n"
    found = read_definitions(Block("规则", text, 10), "（一）", "x.md", problems)
    assert not problems
    assert [(one.title, one.identifier, one.line) for one in found] == [("甲", "a", 10), ("戊", "b", 15)]
    assert found[0].rest == Text("乙 且\n  丙\n\n  且 丁", 10, 9)


def test_fields_of_a_measure() -> None:
    text = "补助 [m]:\n  对象: 甲 且\n    乙\n  说明：两行\n    的说明\n  责任单位: 部门: 一处\n"
    (definition,) = read_definitions(Block("措施", text, 1), "（一）", "x.md", [])
    fields = read_fields(definition)
    assert {key: text.value for key, text in fields.items()} == {
        "对象": "甲 且\n    乙",
        "说明": "两行\n    的说明",
        "责任单位": "部门: 一处",
    }
    assert (fields["对象"].line, fields["对象"].column) == (2, 7)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("10亿元 —— 来源", "10亿元", "来源"),
        ("10亿元", "10亿元", ""),
        ("未公布 ——", "未公布", ""),
        ("3 —— 甲 —— 乙", "3", "甲 —— 乙"),
    ],
)
def test_a_note_stands_behind_a_long_dash(text: str, value: str, note: str) -> None:
    assert split_note(Text(text, 1, 1)) == (Text(value, 1, 1), note)


# --- examples --------------------------------------------------------------------------------------------


def test_examples() -> None:
    policy = toy.policy(
        toy.block("事实", "年产值 [output]: 元, 申报")
        + toy.block("规则", "达标 [reaches] = 年产值 >= 3元")
        + toy.block(
            "示例",
            "- 名称: 恰好",
            "  基准日: 2024-01-01",
            "  事实: {年产值: 3元}",
            "  结果: {达标: 是}",
            "- {名称: 不知道, 基准日: 2024-01-01, 结果: {达标: 待定}, 缺: {达标: [年产值]}}",
        )
    )
    exact, unknown = policy.examples
    assert (exact.title, exact.as_of, exact.facts, exact.results) == (
        "恰好",
        date(2024, 1, 1),
        {"年产值": "3元"},
        {"达标": "是"},
    )
    assert (unknown.results, unknown.missing) == ({"达标": None}, {"达标": frozenset({"年产值"})})
    assert (exact.clause, exact.line, unknown.line) == ("一", 18, 22)


def test_an_empty_block_of_examples_is_fine() -> None:
    assert toy.policy("```示例\n```\n").examples == ()


# --- finding ---------------------------------------------------------------------------------------------


def test_shipped_policies_are_found_by_name() -> None:
    names = [path.stem for path in shipped_policies()]
    assert names == ["binjiang-draft", "hangzhou-2023"]
    for name in names:
        assert load_policy(name).identifier == name


def test_a_policy_by_path_or_beside_another() -> None:
    path = toy.write(LAKE, name="lake")
    assert find_policy(path) == find_policy(str(path)) == path
    assert find_policy("lake", beside=path.parent) == path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hangzhou-2032", "没有政策「hangzhou-2032」。是否想写「hangzhou-2023」？"),
        ("庐州", "没有政策「庐州」。现有政策：binjiang-draft、hangzhou-2023"),
        ("nowhere/at-all.md", "没有政策「nowhere/at-all.md」。"),
    ],
)
def test_an_unknown_policy_is_met_with_advice(name: str, message: str) -> None:
    with pytest.raises(InputError) as found:
        load_policy(name)
    assert str(found.value).startswith(message)


# --- other policies --------------------------------------------------------------------------------------

CITY = """\
---
标识: {name}
名称: 湖市办法
状态: 施行
施行: 2020-01-01
---
# 一、总则

```事实
年产值 [output]: 元, 申报
```
```参数
门槛 [floor]: 元 = 未公布
奖励标准 [award] = {{3: 100万元}}
```
```解释
口径 [reading]:
  从宽 (默认): 含本数
  从严: 不含本数
```
```步骤
够大 [large] = 如果(口径 = 「从宽」, 年产值 >= 门槛, 年产值 > 门槛)
```
```规则
灯塔企业 [is_lighthouse] = 够大
用到奖励 [uses_award] = 奖励标准[3] > 0元
```
"""
DISTRICT = """\
---
标识: {name}
名称: 湖区办法
状态: 施行
施行: 2020-01-01
---
# 一、总则

```规则
区级灯塔 [is_district_lighthouse] = {city}.灯塔企业
区级奖励 [district_award] = {city}.奖励标准[3] * 50%
```
"""


def city_and_district(name: str) -> tuple[Path, Path]:
    city = toy.write(CITY.format(name=f"{name}-city"), name=f"{name}-city")
    district = DISTRICT.format(name=f"{name}-district", city=f"{name}-city")
    return city, toy.write(district, name=f"{name}-district")


def test_another_policy_s_rule_brings_all_it_needs() -> None:
    _, path = city_and_district("bring")
    policy = load_policy(path)
    assert set(policy.rules) == {
        "bring-city.large",
        "bring-city.is_lighthouse",
        "is_district_lighthouse",
        "district_award",
    }
    assert set(policy.parameters) == {"bring-city.floor", "bring-city.award"}
    assert set(policy.readings) == {"bring-city.reading"}
    assert policy.dictionary["output"].title == "年产值"
    assert policy.rules["bring-city.large"].policy == "bring-city"
    assert policy.results == ("is_district_lighthouse", "district_award")
    assert list(policy.based_on) == ["bring-city"]


def test_another_policy_s_parameters_and_readings_can_be_set() -> None:
    _, path = city_and_district("set")
    policy, as_of = load_policy(path), date(2024, 1, 1)
    entered = {"set-city": {"floor": {"value": "3元"}}}
    for reading, answer in (("从宽", True), ("从严", False)):
        assessment = policy.assess(
            {"年产值": "3元"}, as_of=as_of, parameters=entered, readings={"set-city.reading": reading}
        )
        assert assessment["is_district_lighthouse"] is answer
        assert assessment["district_award"] == Decimal("500000")
    assert policy.assess({"年产值": "3元"}, as_of=as_of)["is_district_lighthouse"] is None


def test_policies_that_need_each_other_are_refused() -> None:
    for one, other in (("ring-a", "ring-b"), ("ring-b", "ring-a")):
        toy.write(DISTRICT.format(name=one, city=other), name=one)
    with pytest.raises(PolicyError, match="政策互相引用成环：ring-a → ring-b → ring-a"):
        load_policy(find_policy("ring-a", beside=Path(toy.write("", name="ring-c")).parent))


STREET = """\
---
标识: {name}-street
名称: 湖街办法
状态: 施行
施行: 2020-01-01
---
# 一、总则

```规则
街道灯塔 [is_street_lighthouse] = {name}-district.区级灯塔
街道奖励 [street_award] = {name}-district.区级奖励 * 50%
```
"""


def chain(name: str) -> Policy:
    city_and_district(name)
    return load_policy(toy.write(STREET.format(name=name), name=f"{name}-street"))


def test_a_chain_of_policies() -> None:
    policy = chain("chain")
    assert {"chain-city.large", "chain-district.is_district_lighthouse"} <= set(policy.rules)
    answers = policy.assess({"年产值": "3元"}, as_of=date(2024, 1, 1)).results
    assert answers == {"is_street_lighthouse": None, "street_award": Decimal(250_000)}


def test_a_chain_of_policies_explains_itself_in_english() -> None:
    document = chain("english").assess({"年产值": "3元"}, as_of=date(2024, 1, 1)).document("en")
    assert document["results"]["is_street_lighthouse"]["unpublished"] == ["english-city.floor"]


def test_a_chain_of_policies_takes_the_values_of_each() -> None:
    entered = {"entered-city": {"floor": {"value": "3元"}}}
    assessment = chain("entered").assess({"年产值": "3元"}, as_of=date(2024, 1, 1), parameters=entered)
    assert assessment["is_street_lighthouse"] is True


def test_a_policy_is_read_anew_when_one_it_builds_on_has_changed(tmp_path: Path) -> None:
    base, above = tmp_path / "base.md", tmp_path / "above.md"
    head = "---\n标识: {0}\n名称: 办法\n状态: 施行\n---\n"
    rule = "# 一\n```事实\n产值 [output]: 元, 申报\n```\n```参数\n门槛 [floor] = {0}亿元\n```\n```规则\n达标 [r] = 产值 >= 门槛\n```\n"
    base.write_text(head.format("base") + rule.format(1), "utf-8")
    above.write_text(head.format("above") + "# 一\n```规则\n两级达标 [both] = base.达标\n```\n", "utf-8")
    facts, day = {"output": "1亿元"}, date(2024, 1, 1)
    assert load_policy(above) is load_policy(above)
    assert load_policy(above).assess(facts, as_of=day)["both"] is True
    base.write_text(head.format("base") + rule.format(2), "utf-8")
    assert load_policy(above).assess(facts, as_of=day)["both"] is False
