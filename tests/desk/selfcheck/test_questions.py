"""Questions: only such as can still change a result, and none left out."""

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
from tests.law.test_engines_agree import DEMO, random_policy
from tests.law.test_missing import Search, completions, is_known_limit
from zongbu.desk.selfcheck import questions
from zongbu.desk.selfcheck.answers import State, canonical
from zongbu.law import Policy, load_policy
from zongbu.law.errors import InputError
from zongbu.law.explain.assessment import Assessment
from zongbu.law.facts import Fact, parse
from zongbu.law.parameters import Overrides

AS_OF = date(2023, 6, 30)
Values = Mapping[str, list[Any]]


def texts(policy: Policy, values: Values) -> dict[str, list[str]]:
    """The critical values of each fact, as somebody would answer them; those that nobody can write are left out."""
    found: dict[str, list[str]] = {}
    for name, known in values.items():
        fact = policy.dictionary[name]
        found[name] = []
        for value in known:
            try:
                if value is not None and parse(fact, canonical(fact, value)) == value:
                    found[name].append(canonical(fact, value))
            except InputError:
                pass
    return found


def talk(
    policy: Policy, answers: Mapping[str, list[str]], chance: random.Random, as_of: date, parameters: Overrides | None
) -> Iterator[tuple[State, Assessment, Fact | None]]:
    """A talk from the first question to the end, answering at random; at the end the fact is None."""
    state = State(policy.identifier, as_of)
    while True:
        assessor = questions.assessor_for(policy, as_of, (), parameters)
        assessment = assessor.assess(questions.facts_of(state.answers))
        fact = questions.choose(assessment, state.answers, state.coarse)
        yield state, assessment, fact
        if fact is None:
            return
        known = answers[fact.identifier]
        state = state.answered(fact.identifier, chance.choice(known) if known and chance.random() < 0.85 else None)


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_every_question_can_change_a_result(identifier: str) -> None:
    """Where an unpublished parameter stands in the way too, the fact must matter once that has a value."""
    policy, chance = load_policy(identifier), random.Random(identifier)
    values = critical_values(policy, AS_OF, DEMO)
    answers = texts(policy, values)
    search = Search(policy.assessor(as_of=AS_OF, parameters=DEMO), values, chance)
    asked = 0
    for _ in range(12 * FACTOR):
        for _state, assessment, fact in talk(policy, answers, chance, AS_OF, None):
            if fact is None:
                break
            asked += 1
            row = dict(assessment.facts)
            open_results = [
                result
                for result, value in assessment.results.items()
                if value is None and fact.identifier in assessment.missing(result).facts
            ]
            assert open_results
            if any(is_known_limit(policy, row, result, fact.identifier) for result in open_results):
                continue
            assert any(search.decides(row, result, fact.identifier) for result in open_results), fact.title
    assert asked > 20


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_after_the_last_question_no_unanswered_fact_can_change_anything(identifier: str) -> None:
    policy, chance = load_policy(identifier), random.Random(identifier)
    values = critical_values(policy, AS_OF, None)
    for _ in range(40 * FACTOR):
        *_, (state, assessment, _none) = talk(policy, texts(policy, values), chance, AS_OF, None)
        nothing_is_left(state, assessment, values, chance)


def nothing_is_left(state: State, assessment: Assessment, values: Values, chance: random.Random) -> None:
    """Filling in facts that were never asked for leaves every undetermined result as it is."""
    others = [fact for fact in values if fact not in state.answers]
    undetermined = [result for result, value in assessment.results.items() if value is None]
    for _ in range(3):
        later = assessment.assessor.assess_values(completions(assessment.facts, others, values, chance))
        assert all(later.results[result] is None for result in undetermined)


def test_random_policies_are_asked_about_to_the_end() -> None:
    counts: Counter[str] = Counter()

    @effort(20, shrink=False)
    @given(st.data())
    def asked(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, _readings = data.draw(random_formulas.scenarios(written, policy))
        chance = random.Random(data.draw(st.integers(0, 999)))
        values = critical_values(policy, as_of, parameters)
        most: list[int] = []
        for state, assessment, fact in talk(policy, texts(policy, values), chance, as_of, parameters):
            most.append(questions.progress(assessment, state.answers, state.coarse).most)
            if fact is None:
                nothing_is_left(state, assessment, values, chance)
            else:
                assert any(fact.identifier in assessment.missing(result).facts for result in assessment.results)
                counts["questions"] += 1
        assert all(len(most) - 1 - position <= promised for position, promised in enumerate(most))

    asked()
    assert counts["questions"] > 20


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_no_more_questions_come_than_were_announced(identifier: str) -> None:
    policy, chance = load_policy(identifier), random.Random(identifier)
    answers = texts(policy, critical_values(policy, AS_OF, None))
    for _ in range(40 * FACTOR):
        most = [
            questions.progress(assessment, state.answers, state.coarse).most
            for state, assessment, _fact in talk(policy, answers, chance, AS_OF, None)
        ]
        assert all(len(most) - 1 - position <= promised for position, promised in enumerate(most))
        assert most[-1] == 0


# --- case by case -----------------------------------------------------------------------------------------


def ask(policy: Policy, answers: Mapping[str, str | None], **more: Any) -> str | None:
    fact = questions.next_fact(policy, answers, AS_OF, **more)
    return None if fact is None else fact.identifier


BOTH = toy.rules(
    "甲果 [r_a] = 认 且 甲 且 额 > 1元",
    "乙果 [r_b] = 甲 且 乙",
    facts="认 [found]: 是否, 认定\n甲 [a]: 是否, 申报\n乙 [b]: 是否, 申报\n额 [amount]: 元, 申报",
)


def test_what_most_results_hang_on_comes_first_and_findings_last() -> None:
    assert ask(BOTH, {}) == "a"
    assert ask(BOTH, {"a": "是"}) == "b"
    assert ask(BOTH, {"a": "是", "b": "是"}) == "amount"
    assert ask(BOTH, {"a": "是", "b": "是", "amount": "2"}) == "found"
    assert ask(BOTH, {"a": "否"}) is None


def test_not_known_is_an_answer_and_is_not_asked_again() -> None:
    assert ask(BOTH, {"a": None}) == "b"
    assert ask(BOTH, {"a": None, "b": None, "amount": None, "found": None}) is None


def test_recorded_facts_are_not_asked_for() -> None:
    assert ask(BOTH, {}, recorded={"a": "true", "b": "true"}) == "amount"
    assert ask(BOTH, {"a": "否"}, recorded={"a": "true"}) is None


COARSE = toy.rules("果 [r] = 行业 属于 {4411}", facts="行业 [trade]: 代码, 登记")


def test_a_code_too_coarse_to_tell_is_asked_for_once_more() -> None:
    state = State("toy", AS_OF).answered("trade", "44")
    assert ask(COARSE, state.answers, coarse=state.coarse) == "trade"
    state = state.answered("trade", "44")
    assert ask(COARSE, state.answers, coarse=state.coarse) is None
    assert ask(COARSE, state.answered("trade", "4411").answers) is None


def test_measures_are_asked_about_on_request() -> None:
    policy = load_policy("hangzhou-2023")
    known = {"registered_in_city": "否", "is_banned": "否"}
    answers: dict[str, str | None] = dict(known)
    while fact := questions.next_fact(policy, answers, AS_OF):
        answers[fact.identifier] = None
    asked = questions.next_fact(policy, answers, AS_OF, goals=["homecoming"])
    assert asked is not None
    assert asked.identifier == "is_gone_out_enterprise"
