"""English titles: complete for the shipped policies, and nothing in the companion that does not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.law.critical import facts_read
from zongbu.law import Policy, PolicyError, load_policy, shipped_policies
from zongbu.law.names import Names

TOY = """\
---
标识: toy
名称: 湖市灯塔企业办法
状态: 施行
施行: 2023-01-01
---
# 一、总则
```规则
甲 [r_a] = 登记在杭
```
"""
SHIPPED = [path.stem for path in shipped_policies()]


def companion(policy: Policy) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(policy.path.with_suffix(".en.yaml").read_text("utf-8"))
    return content


def own(identifiers: Any) -> set[str]:
    """Identifiers of the policy itself, not of those it builds on."""
    return {identifier for identifier in identifiers if "." not in identifier}


@pytest.fixture(params=SHIPPED)
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(request.param)


def test_every_name_has_an_english_title(policy: Policy) -> None:
    titles = companion(policy)["titles"]
    wanted = own(policy.parameters) | own(policy.rules) | own(policy.readings) | own(policy.measures)
    assert wanted - set(titles) == set()
    assert all(isinstance(title, str) and title.isascii() and title == title.strip() for title in titles.values())


def test_every_fact_that_is_read_has_an_english_title(policy: Policy) -> None:
    names, fallback = Names(policy, "en"), []
    for fact in facts_read(policy):
        title = names.fact(fact)
        assert title.isascii()
        if title == fact.replace("_", " ").capitalize() and fact not in companion(policy)["titles"]:
            fallback.append(fact)
    assert not [fact for fact in fallback if not policy.dictionary[fact].title_en]


def test_no_title_is_left_over(policy: Policy) -> None:
    known = {*policy.parameters, *policy.rules, *policy.readings, *policy.measures, *policy.dictionary}
    assert set(companion(policy)["titles"]) - known == set()


def test_every_option_has_its_english(policy: Policy) -> None:
    """Options of all readings; of the policy's own facts where it gives them."""
    options = companion(policy).get("options", {})
    assert own(policy.readings) <= set(options)
    for name, entries in options.items():
        known = policy.readings[name].options if name in policy.readings else policy.dictionary[name].choices.values()
        assert set(entries) == set(known), name
    assert all(text.isascii() for entries in options.values() for text in entries.values())


def test_every_clause_has_title_and_restatement_in_english(policy: Policy) -> None:
    clauses = companion(policy)["clauses"]
    assert set(clauses) == {clause.citation for clause in policy.clauses}
    for clause in policy.clauses:
        assert clauses[clause.citation]["title"]
        assert bool(clauses[clause.citation].get("restatement")) is bool(clause.restatement), clause.citation


def test_titles_in_chinese_are_those_of_the_file(policy: Policy) -> None:
    names = Names(policy)
    assert all(names.rule(name) == rule.title for name, rule in policy.rules.items())
    assert all(names.parameter(name) == parameter.title for name, parameter in policy.parameters.items())
    assert all(names.fact(name) == policy.dictionary[name].title for name in facts_read(policy))
    assert all(names.clause_title(clause.citation) == clause.title for clause in policy.clauses)


def test_names_of_another_policy_come_from_its_own_companion() -> None:
    district, city = load_policy("binjiang-draft"), load_policy("hangzhou-2023")
    foreign = [name for name in district.rules if name.startswith("hangzhou-2023.")]
    assert foreign
    for name in foreign:
        assert Names(district, "en").rule(name) == Names(city, "en").rule(name.partition(".")[2])
    for name in (name for name in district.readings if "." in name):
        option = district.readings[name].default
        assert Names(district, "en").reading_option(name, option).isascii()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("titles:\n  a: [\n", "toy.en.yaml:3:1: 读不懂"),
        ("titles: 3", "toy.en.yaml:1:9: 这里应是「名称: 英文」的表"),
        ("options:\n  a: b", "toy.en.yaml:2:6: 这里应是"),
        ("clauses: {（一）: 总}", "toy.en.yaml:1:16: 这里应是"),
        ("- a", "toy.en.yaml:1:1: 这里应是"),
        ("titles: " + "[" * 200_000, "toy.en.yaml:1:28: 嵌套过深"),
    ],
)
def test_a_companion_that_cannot_be_used(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "toy.md"
    path.write_text(TOY, "utf-8")
    path.with_suffix(".en.yaml").write_text(content, "utf-8")
    names = Names(load_policy(path), "en")
    with pytest.raises(PolicyError) as refused:
        names.rule("r_a"), names.reading_option("x", "y"), names.clause_title("一")
    assert str(refused.value).startswith(message)


def test_an_empty_companion(tmp_path: Path) -> None:
    path = tmp_path / "toy.md"
    path.write_text(TOY, "utf-8")
    path.with_suffix(".en.yaml").write_text("titles:\n", "utf-8")
    assert Names(load_policy(path), "en").rule("r_a") == "R a"


def test_shipped_policies_are_named_as_their_files() -> None:
    assert [load_policy(name).identifier for name in SHIPPED] == SHIPPED
