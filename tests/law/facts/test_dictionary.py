"""The dictionary of facts: the shipped one, and what is said about a malformed one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from zongbu.law.errors import InputError, PolicyError
from zongbu.law.facts import Dictionary, Fact, faults_of, load_dictionary
from zongbu.law.facts.dictionary import DEFAULT_PATH, _load

FACTS = {
    "name": ("企业名称", "text", "registry"),
    "uscc": ("统一社会信用代码", "text", "registry"),
    "district": ("注册区县", "code", "registry"),
    "registered_in_city": ("登记在杭", "boolean", "registry"),
    "city_entry_date": ("在杭登记日", "date", "registry"),
    "operates_in_city": ("在杭经营", "boolean", "declared"),
    "is_legal_person": ("独立法人", "boolean", "registry"),
    "unified_accounting": ("统一核算", "boolean", "declared"),
    "fits_industrial_orientation": ("符合产业发展导向", "boolean", "finding"),
    "branches_outside_city": ("市外分公司数", "integer", "registry"),
    "subsidiaries_outside_city": ("市外控股子公司数", "integer", "registry"),
    "on_dishonesty_list": ("在严重违法失信名单", "boolean", "registry"),
    "industry_code": ("行业代码", "code", "registry"),
    "industry_exclusion_finding": ("属于排除行业", "boolean", "finding"),
    "state_ownership": ("国有属性", "choice", "registry"),
    "in_city_revenue": ("上年度在杭营业收入", "money", "declared"),
    "rnd_expense": ("上年度在杭研发费用", "money", "declared"),
    "has_rnd_conditions": ("具备研发条件与稳定经费", "boolean", "finding"),
    "stock_exchange": ("上市交易所", "choice", "registry"),
    "other_exchange_finding": ("其他交易所认可", "boolean", "finding"),
    "listing_entity_in_city": ("上市主体在杭", "boolean", "registry"),
    "banned_until": ("禁申期至", "date", "registry"),
    "is_banned": ("处于禁申期", "boolean", "registry"),
    "star": ("星级", "integer", "finding"),
    "highest_star_paid": ("已奖励最高星级", "integer", "registry"),
    "owns_office": ("在杭有自有办公用房", "boolean", "registry"),
    "rent_paid": ("认定当年实付租金", "money", "declared"),
    "purchase_price": ("首次购房成交额", "money", "declared"),
    "is_first_purchase": ("首次购置", "boolean", "registry"),
}


def test_shipped_dictionary_is_the_published_one() -> None:
    dictionary = load_dictionary()
    assert {name: (fact.title, fact.type, fact.kind) for name, fact in dictionary.items()} == FACTS
    for fact in dictionary.values():
        assert fact.definition
        assert fact.definition_en
        assert fact.title_en
        assert fact.unit == {"money": "元"}.get(
            fact.type, "家" if fact.type == "integer" and "数" in fact.title else ""
        )
    assert {name for name, fact in dictionary.items() if fact.period} == {"in_city_revenue", "rnd_expense"}
    assert not any(fact.negative for fact in dictionary.values())


def test_shipped_choices() -> None:
    dictionary = load_dictionary()
    assert dict(dictionary["stock_exchange"].choices) == {
        "none": "未上市",
        "SSE": "上海证券交易所",
        "SZSE": "深圳证券交易所",
        "HKEX": "香港联交所",
        "NASDAQ": "纳斯达克交易所",
        "NYSE": "纽约证券交易所",
        "other": "其他交易所",
    }
    assert list(dictionary["state_ownership"].choices.values()) == ["无", "央企", "省属", "市属", "区属"]
    assert len(dictionary["district"].choices) == 13


def test_loading_is_quick() -> None:
    best = min(_timed() for _ in range(5))
    assert best < 0.05  # about 0.008 s on the machine it was written on; room for a busy one


def _timed() -> float:
    start = time.perf_counter()
    _load(DEFAULT_PATH)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "name",
    [
        "in_city_revenue",
        "上年度在杭营业收入",
        " 上年度 在杭营业收入：",
        "IN_CITY_REVENUE",
        "*在杭营收",
        "上年度在杭\n营业收入",
    ],
)
def test_by_name(name: str) -> None:
    fact = load_dictionary().by_name(name)
    assert fact is not None
    assert fact.identifier == "in_city_revenue"


def test_by_name_and_nearest_of_strangers() -> None:
    dictionary = load_dictionary()
    assert dictionary.by_name("营业收入合计") is None
    assert dictionary.nearest("上年度在杭营业收人") == "上年度在杭营业收入"
    assert dictionary.nearest("in_city_revenu") == "in_city_revenue"
    assert dictionary.nearest("食堂菜单") is None
    assert dictionary.nearest("") is None


def test_merged() -> None:
    dictionary = load_dictionary()
    own = Fact("floor_area", "办公面积", "integer", unit="平方米", definition="自用办公面积。")
    more = dictionary.merged([own])
    assert more["floor_area"] is own
    assert len(more) == len(dictionary) + 1
    assert "floor_area" not in dictionary
    assert more.merged([own]) is not None
    assert len(more.merged([own])) == len(more)
    with pytest.raises(InputError, match="事实标识重复：star"):
        dictionary.merged([Fact("star", "星", "integer")])
    with pytest.raises(InputError, match="「星级」同时是事实 star 和 grade 的名称"):
        dictionary.merged([Fact("grade", "星级", "integer")])


def test_signature_is_about_meaning_only() -> None:
    one = Dictionary([Fact("a", "甲", "money", unit="元"), Fact("b", "乙", "choice", choices={"x": "某"})])
    reworded = Dictionary(
        [
            Fact("b", "乙乙", "choice", choices={"x": "某"}, aliases=("别名",)),
            Fact("a", "甲甲", "money", unit="元", definition="新的说法", actionable=False),
        ]
    )
    assert one.signature() == reworded.signature()
    assert one.signature(["a"]) == reworded.signature(["a"]) != one.signature()
    for changed in (
        Fact("a", "甲", "money", unit="元", negative=True),
        Fact("a", "甲", "money", unit="元", period="prior_year"),
        Fact("a", "甲", "integer"),
    ):
        assert Dictionary([changed]).signature() != one.signature(["a"])
    assert Dictionary([Fact("b", "乙", "choice", choices={"x": "另一"})]).signature() != one.signature(["b"])


CHOICE = "a: {title: 甲, type: choice, kind: registry, definition: 甲。, "
MALFORMED = {
    "unknown key": (
        "a:\n  title: 甲\n  type: text\n  kind: registry\n  definiton: 甲。\n",
        ["f.yaml:5:3: 不认识的键「definiton」（是不是「definition」？）", "缺少 definition"],
    ),
    "unknown type": (
        "a:\n  title: 甲\n  type: mony\n  kind: registry\n  definition: 甲。\n",
        ["f.yaml:1:1: type 不能是「mony」", "是不是「money」？"],
    ),
    "duplicate identifier": (
        "a: {title: 甲, type: text, kind: registry, definition: 甲。}\n"
        "a: {title: 乙, type: text, kind: registry, definition: 乙。}\n",
        ["f.yaml:2:1: 重复的键「a」"],
    ),
    "duplicate key": (
        "a:\n  title: 甲\n  title: 乙\n  type: text\n  kind: registry\n  definition: 甲。\n",
        ["f.yaml:3:3"],
    ),
    "duplicate title": (
        "a: {title: 甲, type: text, kind: registry, definition: 甲。}\n"
        "b: {title: 乙, type: text, kind: registry, definition: 乙。, aliases: [甲]}\n",
        ["f.yaml:2:1: 名称与事实 a 重复「甲」"],
    ),
    "wrong kind of value": (
        "a: {title: 甲, type: text, kind: registry, definition: 甲。, negative: 也许}\n",
        ["negative 应为true 或 false「也许」"],
    ),
    "unquoted codes": (
        "a: {title: 甲, type: code, kind: registry, definition: 甲。, choices: {0134: 某}}\n",
        ["应为文字", "加上引号"],
    ),
    "choice without options": (
        "a: {title: 甲, type: choice, kind: registry, definition: 甲。}\n",
        ["须列出 choices"],
    ),
    "alias of no option": (
        CHOICE + "choices: {xyz: 某}, option_aliases: {xyx: [某某]}}\n",
        ["option_aliases 的「xyx」不在 choices 里（是不是「xyz」？）"],
    ),
    "one word for two options": (
        CHOICE + "choices: {x: 某, y: 谋}, option_aliases: {x: [谋]}}\n",
        ["「谋」同时是选项 x 和 y 的写法"],
    ),
    "not YAML": ("a: [1, 2\nb: }", ["f.yaml:2:", "不是合法的 YAML"]),
    "not a table": ("- 甲\n- 乙\n", ["f.yaml:1:1: 事实字典应为"]),
    "empty": ("", ["f.yaml:1:1: 事实字典应为"]),
    "fact is text": ("a: 甲\n", ["f.yaml:1:1: 事实的内容应为「键: 值」的表「a」"]),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed(case: str, tmp_path: Path) -> None:
    text, expected = MALFORMED[case]
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_dictionary(tmp_path / "f.yaml")
    for words in expected:
        assert words in str(caught.value)


def test_every_problem_is_reported(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(
        "a: {titel: 甲}\nb: {title: 乙, type: x, kind: y, definition: 乙。}\n", encoding="utf-8"
    )
    with pytest.raises(PolicyError) as caught:
        load_dictionary(tmp_path / "f.yaml")
    assert len(caught.value.problems) >= 4


def test_unreadable_dictionary(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="读不了事实字典"):
        load_dictionary(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("fact", "fault"),
    [
        (Fact("中文", "甲", "text"), "只能用英文字母"),
        (Fact("a", " ", "text"), "缺少标题"),
        (Fact("a", "甲", "text", period="year"), "period"),
        (Fact("a", "甲", "text", format="phone"), "format"),
        (Fact("a", "甲", "money"), "unit 只能是 元"),
        (Fact("a", "甲", "date", negative=True), "negative"),
        (Fact("a", "甲", "boolean", unit="家"), "unit"),
        (Fact("a", "甲", "integer", option_aliases={"三": ("三星",)}), "应为整数"),
    ],
)
def test_faults_of(fact: Fact, fault: str) -> None:
    assert any(fault in found for found in faults_of(fact))


def test_shipped_facts_have_no_fault() -> None:
    assert [fault for fact in load_dictionary().values() for fault in faults_of(fact)] == []
