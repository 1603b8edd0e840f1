"""Verifying recorded assessments: what was written comes out again, and what was changed is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zongbu.law import InputError, load_policy, read_overrides
from zongbu.law.document import shipped_policies
from zongbu.law.facts import Fact
from zongbu.law.verify import ABSENT, read_document, verify

POLICIES = {file.stem: load_policy(file) for file in shipped_policies()}
DEMONSTRATION = read_overrides(Path(__file__).parents[2] / "zongbu" / "policies" / "demo-parameters.yaml")
FACTS: dict[str, Any] = {
    "企业名称": "杭州某某科技股份有限公司",
    "登记在杭": "是",
    "在杭经营": True,
    "独立法人": "是",
    "统一核算": "是",
    "符合产业发展导向": "是",
    "市外分公司数": "3家",
    "在严重违法失信名单": "否",
    "行业代码": "I6513",
    "国有属性": "无",
    "在杭登记日": "2015/3/1",
    "上年度在杭营业收入@2022": "8.2亿元",
    "上年度在杭研发费用": {2021: "1万元", 2022: "6000万"},
    "星级": "三星级",
    "认定当年实付租金": "1,234,567.89",
}


def document(**options: Any) -> dict[str, Any]:
    lang = options.pop("lang", "zh")
    facts = options.pop("facts", FACTS)
    policy = POLICIES[options.pop("policy", "hangzhou-2023")]
    assessment = policy.assess(facts, as_of=options.pop("as_of", date(2023, 6, 30)), **options)
    return through_json(assessment.document(lang))


def through_json(content: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(content, ensure_ascii=False))
    return copied


# --- what was recorded comes out again -------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("parameters", [None, DEMONSTRATION])
def test_a_record_is_identical(lang: str, policy: str, parameters: Any) -> None:
    verification = verify(document(policy=policy, lang=lang, parameters=parameters))
    assert verification.differences == ()
    assert verification.identical
    assert verification.same_version


def test_readings_and_chosen_results() -> None:
    record = document(readings={"分支机构口径": "仅子公司"}, results=["总部企业", "is_incumbent"])
    assert list(record["results"]) == ["is_headquarters", "is_incumbent"]
    assert record["readings"]["branch_reading"]["used"] == "仅子公司"
    assert verify(record).identical


def test_a_remark_on_how_facts_were_written_is_no_difference() -> None:
    record = document(facts={**FACTS, "上年度在杭研发费用": {2021: "1万元"}, "uscc": "91330100000000000X"})
    assert len(record["remarks"]) == 2
    assert verify(record).identical


def test_what_no_assessment_has_is_a_difference() -> None:
    found = verify({**document(), "case": "2023-0001"}).differences
    assert [(item.path, item.recorded, item.recomputed) for item in found] == [("case", "2023-0001", ABSENT)]


def test_changed_results_that_reasons_refer_to() -> None:
    record = document(results=["is_headquarters"])
    name = next(name for name, entry in record["referred"].items() if entry["value"] is True)
    record["referred"][name]["value"] = False
    assert [item.path for item in verify(record).differences] == [f"referred.{name}.value"]
    del record["referred"]
    assert [item.path for item in verify(record).differences] == ["referred"]


@pytest.mark.parametrize(
    "remark",
    [
        "经市发改委核定，按二级执行",
        "「上年度在杭营业收入」没有给出 2022 年（基准日的上一年）的数，按未知处理",  # the record holds it
        "「上年度在杭研发费用」没有给出 2021 年（基准日的上一年）的数，按未知处理",  # not the year before
        {"text": "某"},
    ],
)
def test_a_remark_that_was_added(remark: Any) -> None:
    record = document(facts={**FACTS, "上年度在杭研发费用": {2021: "1万元"}})
    assert verify(record).identical
    record["remarks"].append(remark)
    assert [(item.recorded, item.recomputed) for item in verify(record).differences] == [(remark, ABSENT)]


def test_remarks_that_were_repeated_or_are_none() -> None:
    record = document(parameters=DEMONSTRATION)
    record["remarks"] *= 2
    assert [item.path for item in verify(record).differences] == ["remarks[1]"]
    assert [item.path for item in verify({**record, "remarks": "无"}).differences] == ["remarks"]


def money() -> st.SearchStrategy[Any]:
    fen = st.one_of(
        st.sampled_from([0, 1, 5 * 10**9, 5 * 10**10 - 1, 5 * 10**10, 10**11 - 1, 10**11, 10**17]),
        st.integers(0, 10**15),
    )
    yuan = fen.map(lambda number: Decimal(number).scaleb(-2))
    return st.one_of(
        yuan,
        yuan.map(lambda amount: f"{amount:,.2f}元"),
        yuan.map(str),
        st.integers(0, 9999).map(lambda count: f"{count}.{count % 100:02d}亿元"),
    )


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Raw values of a fact in the forms that people and programs use."""
    day = st.dates(date(1990, 1, 1), date(2030, 12, 31))
    known: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd"), max_size=20),
        "code": st.sampled_from([*fact.choices] or ["6513", "I65", "6760", "0134", 6621, 7010.0, "70"]),
        "boolean": st.sampled_from([True, False, "是", "否", "Y", 0]),
        "integer": st.integers(0, 6) if fact.identifier.endswith("star") else st.integers(0, 999_999_999),
        "money": money(),
        "ratio": st.one_of(st.sampled_from(["50%", "150%", "0.3", Decimal("0.333333"), 1, "12.345678%"])),
        "date": st.one_of(day, day.map(str), day.map(lambda d: f"{d.year}年{d.month}月{d.day}日")),
        "choice": st.sampled_from([*fact.choices, *fact.choices.values()] or [""]),
    }
    return st.one_of(st.none(), st.just("未知"), known[fact.type], known[fact.type])


def facts_of(policy: str) -> st.SearchStrategy[dict[str, Any]]:
    dictionary = POLICIES[policy].dictionary
    optional = {fact.title: values(fact) for fact in dictionary.values() if fact.format != "uscc"}
    return st.fixed_dictionaries({}, optional=optional)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_record_is_identical(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(POLICIES)))
    policy = POLICIES[name]
    readings = {
        identifier: data.draw(st.sampled_from([*reading.options]))
        for identifier, reading in policy.readings.items()
        if data.draw(st.booleans())
    }
    record = document(
        policy=name,
        facts=data.draw(facts_of(name)),
        as_of=data.draw(st.dates(date(2022, 1, 1), date(2029, 12, 31))),
        parameters=data.draw(st.sampled_from([None, DEMONSTRATION])),
        readings=readings,
        results=data.draw(st.one_of(st.none(), st.lists(st.sampled_from([*policy.rules]), min_size=1))),
        lang=data.draw(st.sampled_from(["zh", "en"])),
    )
    assert verify(record).differences == ()


# --- what was changed is found ---------------------------------------------------------------------------


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (put("results", "meets_scale", "value", value=True), "results.meets_scale.value"),
        (put("results", "meets_scale", "clause", value="（四）"), "results.meets_scale.clause"),
        (
            put("results", "meets_scale", "because", "children", 1, "text", value="够了"),
            "results.meets_scale.because.children[1].text",
        ),
        (put("shortfalls", "meets_scale", 0, "gap", value="1.00"), "shortfalls.meets_scale[0].gap"),
        (put("shortfalls", value={}), "shortfalls.meets_scale"),
        (put("missing", "stock_exchange", "decides", 0, value="x"), "missing.stock_exchange.decides[0]"),
        (put("missing", "extra", value={}), "missing.extra"),
        (put("title", value="另一政策"), "title"),
        (
            put("parameters", "incumbent_revenue_floor", "value", value="1元"),
            "parameters.incumbent_revenue_floor.value",
        ),
        (put("facts", "in_city_revenue", value="12亿元"), "results.meets_scale.value"),
        (put("facts", "registered_in_city", value=False), "results.meets_basic_conditions.value"),
        (put("as_of", value="2030-06-30"), "remarks"),
        (put("lang", value="en"), "results.is_headquarters.title"),
        (put("readings", "branch_reading", "used", value="仅子公司"), "results.meets_basic_conditions"),
    ],
)
def test_a_changed_record(change: Callable[[dict[str, Any]], None], path: str) -> None:
    record = document()
    change(record)
    verification = verify(record)
    assert not verification.identical
    assert any(difference.path.startswith(path) for difference in verification.differences)


def test_demonstration_values_are_part_of_the_record() -> None:
    record = document(parameters=DEMONSTRATION)
    assert verify(record).identical
    hidden = copy.deepcopy(record)
    hidden["remarks"] = []
    (difference,) = verify(hidden).differences
    assert difference.path == "remarks"
    assert "演示参数" in str(difference)
    unsourced = copy.deepcopy(record)
    del unsourced["parameters"]["rent_subsidy_ratio"]["source"]
    assert "parameters.rent_subsidy_ratio.value" in {d.path for d in verify(unsourced).differences}
    raised = copy.deepcopy(record)
    raised["parameters"]["rent_subsidy_ratio"]["value"] = "0.4"
    assert any("rent_subsidy" in d.path for d in verify(raised).differences)


def test_a_missing_section_is_a_difference() -> None:
    record = document()
    del record["shortfalls"]
    assert ("shortfalls", ABSENT) in {(d.path, d.recorded) for d in verify(record).differences}


def test_long_texts_are_shown_where_they_differ() -> None:
    record = document()
    because = record["results"]["is_rnd_headquarters"]["because"]["children"][2]["children"][0]
    because["text"] = because["text"].replace("差 2.68%", "差 2.69%")
    (difference,) = verify(record).differences
    assert "2.69%" in str(difference)
    assert "2.68%" in str(difference)
    assert len(str(difference)) < 300


# --- the policy ------------------------------------------------------------------------------------------


def test_a_policy_that_was_changed_since(tmp_path: Path) -> None:
    original = POLICIES["hangzhou-2023"].path.read_text("utf-8")
    file = tmp_path / "hangzhou-2023.md"
    file.write_text(
        original.replace("[incumbent_revenue_floor] = 10亿元", "[incumbent_revenue_floor] = 8亿元"), "utf-8"
    )
    record = document()
    verification = verify(record, file)
    assert not verification.identical
    assert not verification.same_version
    assert verification.differences[0].path == "version"
    assert "results.meets_scale.value" in {difference.path for difference in verification.differences}
    assert verify(record).identical
    assert verify(record, POLICIES["hangzhou-2023"]).identical


def test_a_policy_whose_wording_alone_was_changed(tmp_path: Path) -> None:
    original = POLICIES["hangzhou-2023"].path.read_text("utf-8")
    file = tmp_path / "hangzhou-2023.md"
    file.write_text(original + "\n<!-- 校对 -->\n", "utf-8")
    assert [difference.path for difference in verify(document(), file).differences] == ["version"]


def test_a_record_that_another_version_cannot_compute(tmp_path: Path) -> None:
    file = tmp_path / "hangzhou-2023.md"
    file.write_text(
        "---\n标识: hangzhou-2023\n名称: 旧稿\n状态: 废止\n---\n# 一、认定\n```规则\n在杭 [here] = 登记在杭\n```\n",
        "utf-8",
    )
    with pytest.raises(InputError, match=r"政策版本不同：记录为 .*不能重算：.*没有结果"):
        verify(document(), file)


def test_the_wrong_policy() -> None:
    with pytest.raises(InputError, match="记录依据的是政策「hangzhou-2023」，给出的文件是「binjiang-draft」"):
        verify(document(), "binjiang-draft")


@pytest.mark.parametrize("name", ["nowhere", "../policies/hangzhou-2023.md", "/etc/passwd"])
def test_a_policy_that_does_not_come_with_zongbu(name: str) -> None:
    with pytest.raises(InputError, match="--policy"):
        verify({**document(), "policy": name})


# --- documents that are none -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: record.pop("facts"), "缺少「facts」"),
        (lambda record: record.update(results=[]), "「results」不是应有的形式"),
        (lambda record: record.update(as_of="2023/6/30"), "2023/6/30"),
        (lambda record: record.update(as_of="20230630"), "20230630"),
        (lambda record: record.update(lang="fr"), "zh 或 en"),
        (lambda record: record.update(parameters=[1]), "「parameters」"),
        (lambda record: record.update(readings={"branch_reading": "合计"}), "「readings」"),
        (lambda record: record["facts"].update(in_city_revenue="很多"), "很多"),
        (lambda record: record["facts"].update(revenue="1"), "revenue"),
        (lambda record: record["results"].update(is_great={}), "is_great"),
        (lambda record: record["readings"].update(other={"used": "x"}), "other"),
        (lambda record: record["readings"]["branch_reading"].update(used="x"), "x"),
        (
            lambda record: record["parameters"]["rent_subsidy_ratio"].update(value="x", source="x"),
            "租房补助比例",
        ),
    ],
)
def test_a_document_that_cannot_be_used(change: Callable[[dict[str, Any]], Any], message: str) -> None:
    record = document()
    change(record)
    with pytest.raises(InputError, match=message):
        verify(record)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"policy": "hangz', "不是合格的 JSON（第 1 行第 12 列）"),
        (b"[1, 2]", "不是评估记录"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[" * 100_000, "嵌套过深"),
        (b"", "JSON"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "assessment.json"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_document(file)
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到文件"):
        read_document(tmp_path / "none.json")
    with pytest.raises(InputError, match="文件夹"):
        read_document(tmp_path)


def test_a_file_with_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "assessment.json"
    file.write_text(json.dumps(document(), ensure_ascii=False), "utf-8-sig")
    assert verify(read_document(file)).identical
