"""What could still change an undetermined result: exactly those facts, no fewer and no more."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import random_formulas, toy
from tests.law.critical import critical_values
from tests.law.effort import FACTOR, effort
from tests.law.test_engines_agree import DEMO, random_policy, random_rows
from zongbu.law import Policy, load_policy
from zongbu.law.assessor import Assessor
from zongbu.law.parameters import Overrides

AS_OF = date(2023, 6, 30)
SHIPPED_CASES = [
    pytest.param(identifier, parameters, id=f"{identifier}-{'demonstration' if parameters else 'published'}")
    for identifier in ("hangzhou-2023", "binjiang-draft")
    for parameters in (None, DEMO)
]
Values = Mapping[str, list[Any]]


def asks_for_values(assessor: Assessor, result: str) -> bool:
    """Whether 有值(…) occurs in what a result needs: only then may knowing more overturn it."""
    assessment = assessor.assess_values({})
    return assessment._gaps.asks_for_values(assessor.policy.rules[result].node)


def completions(row: Mapping[str, Any], open_facts: list[str], values: Values, chance: random.Random) -> dict[str, Any]:
    """The row with some of its open facts filled in, at critical values."""
    filled = [fact for fact in open_facts if chance.random() < 0.7]
    return {**row, **{fact: chance.choice(values[fact]) for fact in filled}}


def assert_nothing_else_matters(
    assessor: Assessor, rows: list[dict[str, Any]], values: Values, chance: random.Random, tries: int
) -> Counter[str]:
    """Filling in what is not named leaves an undetermined result undetermined and a determined one as it is."""
    seen: Counter[str] = Counter()
    volatile = {result for result in assessor.results if asks_for_values(assessor, result)}
    for row in rows:
        assessment = assessor.assess_values(row)
        for result, value in assessment.results.items():
            named = assessment.missing(result).facts
            if value is not None:
                assert not named
                if result in volatile:
                    continue
            others = [fact for fact in values if row.get(fact) is None and fact not in named]
            seen["undetermined" if value is None else "determined"] += 1
            for _ in range(tries):
                more = completions(row, others, values, chance)
                later = assessor.assess_values(more).results[result]
                changed = {fact: more[fact] for fact in others if more[fact] is not None}
                assert later == value, f"{result} was {value}, became {later} by {changed}; missing was {list(named)}"
    return seen


@pytest.mark.parametrize(("identifier", "parameters"), SHIPPED_CASES)
def test_facts_that_are_not_named_do_not_matter(identifier: str, parameters: Overrides | None) -> None:
    policy, chance = load_policy(identifier), random.Random(identifier)
    values = critical_values(policy, AS_OF, parameters)
    assessor = policy.assessor(as_of=AS_OF, parameters=parameters, results=tuple(policy.rules))
    rows = random_rows(policy, AS_OF, parameters, 9 * FACTOR)
    seen = assert_nothing_else_matters(assessor, rows, values, chance, 3)
    assert min(seen.values()) > 50, seen


def test_facts_that_are_not_named_do_not_matter_in_random_policies() -> None:
    counts: Counter[str] = Counter()

    @effort(40, shrink=False)
    @given(st.data())
    def unnamed(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, readings = data.draw(random_formulas.scenarios(written, policy))
        rows = data.draw(random_formulas.rows(policy, as_of, parameters, most=4))
        assessor = policy.assessor(as_of=as_of, parameters=parameters, readings=readings)
        values = critical_values(policy, as_of, parameters)
        chance = random.Random(data.draw(st.integers(0, 999)))
        assert_nothing_else_matters(assessor, rows, values, chance, 3)

    unnamed()


# --- every named fact can matter -------------------------------------------------------------------------


class Search:
    """Looks for values of the other missing facts under which one missing fact changes the result.

    It fills in the others one after the other, each with a value that keeps the fact missing, and tries the
    fact's own critical values on the way. Bounded: ``tries`` starts, each value of a fact once per start.
    """

    def __init__(self, assessor: Assessor, values: Values, chance: random.Random) -> None:
        self.assessor, self.values, self.chance, self.tries = assessor, values, chance, 40 if FACTOR == 1 else 200

    def decides(self, row: Mapping[str, Any], result: str, fact: str) -> bool:
        return any(self._decides_once(dict(row), result, fact) for _ in range(self.tries))

    def _decides_once(self, row: dict[str, Any], result: str, fact: str) -> bool:
        while not self._changes(row, result, fact):
            named = [name for name in self._named(row, result) if name != fact]
            if not named:
                return False
            other = self.chance.choice(named)
            for value in self.chance.sample(self.values[other], len(self.values[other])):
                tried = {**row, other: value}
                if fact in self._named(tried, result):
                    row = tried
                    break
            else:
                return False
        return True

    def _changes(self, row: Mapping[str, Any], result: str, fact: str) -> bool:
        tried = [None, *self.values[fact]]
        return len({self.assessor.assess_values({**row, fact: value}).results[result] for value in tried}) > 1

    def _named(self, row: Mapping[str, Any], result: str) -> dict[str, None]:
        return self.assessor.assess_values(row).missing(result).facts


def named_facts(assessor: Assessor, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Row, undetermined result, fact that it names."""
    for row in rows:
        assessment = assessor.assess_values(row)
        for result, value in assessment.results.items():
            if value is None:
                for fact in assessment.missing(result).facts:
                    yield row, result, fact


@pytest.mark.parametrize(("identifier", "parameters"), SHIPPED_CASES)
def test_every_fact_that_is_named_can_change_the_result(identifier: str, parameters: Overrides | None) -> None:
    """Where an unpublished parameter stands in the way too, the fact must matter once that has a value."""
    policy, chance = load_policy(identifier), random.Random(identifier)
    assessor = policy.assessor(as_of=AS_OF, parameters=parameters)
    searches = [
        Search(policy.assessor(as_of=AS_OF, parameters=entered), critical_values(policy, AS_OF, entered), chance)
        for entered in ((parameters,) if parameters else (DEMO, None))
    ]
    rows = random_rows(policy, AS_OF, parameters, 15 * FACTOR)
    found = [one for one in named_facts(assessor, rows) if not is_known_limit(policy, *one)]
    idle = {
        (result, fact) for row, result, fact in found if not any(one.decides(row, result, fact) for one in searches)
    }
    assert not idle, "no values were found for which these facts matter"
    assert len(found) > 30


def is_known_limit(policy: Policy, row: Mapping[str, Any], result: str, fact: str) -> bool:
    """A code too coarse to tell keeps a finding undecided that no completion of unknown facts can reach."""
    code = row.get("industry_code")
    listed = {value for name in policy.parameters for value in _codes(policy, name)}
    coarse = code is not None and any(other.startswith(code) and other != code for other in listed)
    return coarse and fact == "industry_exclusion_finding"


def _codes(policy: Policy, parameter: str) -> tuple[str, ...]:
    values = [period.value for period in policy.parameters[parameter].periods]
    return tuple(code for value in values if isinstance(value, tuple) for code in value)


# --- case by case ----------------------------------------------------------------------------------------


def missing(policy: Policy, facts: dict[str, Any], result: str, **more: Any) -> tuple[list[str], list[str]]:
    """Titles of the facts and parameters that a result lacks."""
    gap = policy.assess(facts, as_of=AS_OF, **more).missing(result)
    return [policy.dictionary[fact].title for fact in gap.facts], [
        policy.parameters[name].title for name in gap.parameters
    ]


def test_a_met_condition_inside_an_unmet_one_is_not_asked_again() -> None:
    policy = toy.rules(
        "果 [r] = 甲 且 (乙 或 丙) 且 非 丁",
        facts="\n".join(f"{title} [{name}]: 是否, 申报" for title, name in zip("甲乙丙丁", "abcd", strict=True)),
    )
    assert missing(policy, {"乙": "是"}, "r") == (["甲", "丁"], [])
    assert missing(policy, {"甲": "是", "乙": "否"}, "r") == (["丙", "丁"], [])
    assert missing(policy, {"丁": "是"}, "r") == ([], [])


def test_a_fact_read_twice_is_named_once_in_reading_order() -> None:
    policy = toy.rules(
        "果 [r] = 乙额 > 甲额 且 甲额 > 3元 且 乙额 > 4元", facts="甲额 [a]: 元, 申报\n乙额 [b]: 元, 申报"
    )
    assert missing(policy, {}, "r") == (["乙额", "甲额"], [])


def test_unpublished_parameters_are_listed_apart() -> None:
    policy = toy.rules(
        "果 [r] = 甲额 >= 门槛 且 行业 属于 名录",
        facts="甲额 [a]: 元, 申报\n行业 [trade]: 代码, 登记",
        parameters="门槛 [floor]: 元 = 未公布\n名录 [codes]: 代码集 = 未公布",
    )
    assert missing(policy, {}, "r") == (["甲额", "行业"], ["门槛"])
    assert missing(policy, {"甲额": "3元", "行业": "66"}, "r") == ([], ["门槛", "名录"])
    entered = {"toy": {"floor": {"value": "3元"}, "codes": {"value": "{66}"}}}
    assert missing(policy, {"甲额": "3元"}, "r", parameters=entered) == (["行业"], [])


def test_a_zero_divisor_is_a_reason_and_no_missing_fact() -> None:
    policy = toy.rules("果 [r] = 甲额 / 乙额 > 3", facts="甲额 [a]: 元, 申报\n乙额 [b]: 元, 申报")
    gap = policy.assess({"乙额": "0元"}, as_of=AS_OF).missing("r")
    assert len(gap.divisors) == 1
    assert list(gap.facts) == ["a"]
    assert not policy.assess({"乙额": "2元"}, as_of=AS_OF).missing("r").divisors


def test_a_determined_result_lacks_nothing() -> None:
    policy = toy.rules("果 [r] = 甲 或 乙", facts="甲 [a]: 是否, 申报\n乙 [b]: 是否, 申报")
    gap = policy.assess({"甲": "是"}, as_of=AS_OF).missing("r")
    assert (gap.facts, gap.parameters, gap.divisors, gap.entries) == ({}, {}, [], [])


def test_the_document_says_which_results_a_fact_decides() -> None:
    policy = toy.rules("甲果 [r_a] = 甲", "乙果 [r_b] = 甲 且 乙", facts="甲 [a]: 是否, 认定\n乙 [b]: 是否, 申报")
    document = policy.assess({}, as_of=AS_OF).document()
    assert document["missing"] == {
        "a": {"title": "甲", "kind": "finding", "decides": ["r_a", "r_b"]},
        "b": {"title": "乙", "kind": "declared", "decides": ["r_b"]},
    }


COARSE = toy.rules(
    "果 [r] = 行业 属于 名录",
    "直写 [s] = 行业 属于 {4411}",
    facts="行业 [trade]: 代码, 登记",
    parameters="名录 [codes] = {4411}",
)


def test_a_code_too_coarse_to_tell_does_not_make_the_set_unpublished() -> None:
    assert missing(COARSE, {"行业": "44"}, "r")[1] == []


def test_a_code_too_coarse_to_tell_is_named_or_given_as_the_reason() -> None:
    entry = COARSE.assess({"行业": "44"}, as_of=AS_OF).document()["results"]["s"]
    assert entry["missing"] or entry["reasons"]


def test_an_unpublished_entry_of_a_table_is_unpublished() -> None:
    policy = toy.rules(
        "果 [r] = 标准[等级]", facts="等级 [n]: 整数, 认定", parameters="标准 [table] = {3: 未公布, 4: 1元}"
    )
    assert missing(policy, {"等级": 3}, "r") == ([], ["标准"])


def test_a_way_that_is_settled_with_another_is_not_asked_for() -> None:
    """With 乙 met, 果 is 甲 whatever 丙 is: 丙 cannot matter."""
    policy = toy.rules(
        "基本 [base] = 甲",
        "一路 [way] = 基本 且 乙",
        "果 [r] = 基本 且 (一路 或 丙)",
        facts="甲 [a]: 是否, 申报\n乙 [b]: 是否, 申报\n丙 [c]: 是否, 申报",
    )
    assert missing(policy, {"乙": "是"}, "r") == (["甲"], [])


def test_branches_that_agree_decide_though_the_condition_is_open() -> None:
    policy = toy.rules("果 [r] = 如果(丙, 是, 如果(丙, 甲, 是))", facts="甲 [a]: 是否, 申报\n丙 [c]: 是否, 申报")
    assert missing(policy, {}, "r") == (["丙", "甲"], [])
