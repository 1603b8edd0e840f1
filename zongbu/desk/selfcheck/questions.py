"""Which fact to ask for next: always one that can still change a result, and the one that settles most.

What can still change is the engine's knowledge (``Assessment.missing``); here is only the choice among those facts.
An enterprise is asked first for what it knows itself, and only then what a department has found. Whatever is answered
with 不知道 is not asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zongbu.law import Policy, nodes
from zongbu.law.assessor import Assessor
from zongbu.law.compile import needed_rules
from zongbu.law.explain.assessment import Assessment
from zongbu.law.facts import Fact
from zongbu.law.parameters import Overrides
from zongbu.law.policy import Rule

LOOKED_UP = frozenset({"date", "ratio", "money", "text"})
"""Types of facts that have to be looked up: asked for after those that one knows by heart, other things being equal."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is: ``answered`` questions, and ``most`` that may still come."""

    answered: int
    most: int

    @property
    def share(self) -> int:
        """Percent done, at the least."""
        whole = self.answered + self.most
        return 100 * self.answered // whole if whole else 100


def next_fact(
    policy: Policy,
    answers: Mapping[str, str | None],
    as_of: date,
    *,
    recorded: Mapping[str, str] | None = None,
    goals: Iterable[str] = (),
    parameters: Overrides | None = None,
    coarse: Collection[str] = (),
) -> Fact | None:
    """The fact to ask for next; None if no unanswered fact can change an undetermined result.

    Args:
        policy: the policy.
        answers: fact → value as text, or None where the answer was 不知道.
        as_of: the day whose law applies.
        recorded: facts that are known already (of the enterprise's record); answers win.
        goals: results beyond the published ones.
        parameters: values of unpublished parameters, see ``library.parameters.overrides``.
        coarse: facts that were asked again for a finer code and got none.

    Raises:
        InputError: an answer cannot be read, or a goal is unknown.
    """
    assessor = assessor_for(policy, as_of, goals, parameters)
    return choose(assessor.assess(facts_of(answers, recorded)), answers, coarse)


def assessor_for(policy: Policy, as_of: date, goals: Iterable[str], parameters: Overrides | None) -> Assessor:
    """The assessor of the published results and of the further goals."""
    return policy.assessor(as_of=as_of, parameters=parameters, results=(*policy.results, *goals))


def facts_of(answers: Mapping[str, str | None], recorded: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is known: the recorded facts, and over them the answers."""
    return {**(recorded or {}), **{fact: value for fact, value in answers.items() if value is not None}}


@dataclass(slots=True)
class Weight:
    """How many undetermined results hang on a fact: conditions (规则), and all of them."""

    rules: int = 0
    all: int = 0


def open_facts(
    assessment: Assessment, answers: Mapping[str, str | None], coarse: Collection[str] = ()
) -> dict[str, Weight]:
    """The facts that may be asked for, in the order of the rules, with what hangs on each.

    A fact that has a value may be among them: a code too coarse to tell is asked for once more.
    """
    rules = assessment.assessor.policy.rules
    found: dict[str, Weight] = {}
    for result, value in assessment.results.items():
        if value is not None:
            continue
        for fact in assessment.missing(result).facts:
            if fact in coarse or (fact in answers and answers[fact] is None):
                continue
            weight = found.setdefault(fact, Weight())
            weight.all += 1
            weight.rules += rules[result].kind == "规则"
    return found


def choose(assessment: Assessment, answers: Mapping[str, str | None], coarse: Collection[str] = ()) -> Fact | None:
    """The fact to ask for next under an assessment of what is known.

    First what the conditions hang on (where one fails, no amount has to be asked about), and there what an enterprise
    knows before what a department finds; then what only measures hang on. A finding among the latter is a decision
    that the enterprise has been told (its star rating), so it waits for nothing.
    """
    dictionary = assessment.assessor.policy.dictionary
    found = open_facts(assessment, answers, coarse)
    if not found:
        return None
    order = {fact: position for position, fact in enumerate(found)}

    def rank(identifier: str) -> tuple[bool, bool, int, bool, int]:
        fact, weight = dictionary[identifier], found[identifier]
        for_measures = weight.rules == 0
        waits = fact.kind == "finding" and not for_measures
        return for_measures, waits, -weight.all, fact.type in LOOKED_UP, order[identifier]

    return dictionary[min(found, key=rank)]


def progress(assessment: Assessment, answers: Mapping[str, str | None], coarse: Collection[str] = ()) -> Progress:
    """How many questions have been answered, and how many may still come at most."""
    policy = assessment.assessor.policy
    undetermined = [result for result, value in assessment.results.items() if value is None]
    if not open_facts(assessment, answers, coarse):
        return Progress(len(answers), 0)
    read = facts_read(policy, undetermined)
    unknown = sum(1 for fact in read if assessment.facts.get(fact) is None and fact not in answers)
    again = sum(1 for fact in open_facts(assessment, answers, coarse) if assessment.facts.get(fact) is not None)
    return Progress(len(answers), unknown + again)


MOST_REMEMBERED = 1000
"""Sets of results of a policy for which it is remembered what they read."""


def facts_read(policy: Policy, results: Iterable[str]) -> dict[str, tuple[Rule, ...]]:
    """The facts that results read → the rules that read them directly, both in the order of the rules."""
    wanted = tuple(results)
    remembered: dict[tuple[str, ...], dict[str, tuple[Rule, ...]]] = policy.__dict__.setdefault("_facts_read", {})
    if wanted not in remembered:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        remembered[wanted] = _facts_read(policy, wanted)
    return dict(remembered[wanted])


def _facts_read(policy: Policy, results: Iterable[str]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for name in needed_rules(policy.rules, results):
        rule = policy.rules[name]
        for node in nodes.walk(rule.node):
            if isinstance(node, nodes.FactRef):
                readers = found.setdefault(node.identifier, [])
                if rule not in readers:
                    readers.append(rule)
    return {fact: tuple(rules) for fact, rules in found.items()}
