"""An enterprise under a policy, now: its recorded facts through the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.language import language
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policies
from zongbu.law import Policy
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import outline
from zongbu.law.explain.view import Answer, Gap, Outline
from zongbu.law.facts import BadFacts


@dataclass(frozen=True, slots=True)
class Assessed:
    """A policy with what it says of an enterprise. ``faults`` instead of an outline: facts it cannot read."""

    policy: Policy
    assessment: Assessment | None
    outline: Outline | None
    faults: tuple[str, ...] = ()

    @property
    def answers(self) -> list[tuple[str, str, Answer]]:
        """The conditions among the results: identifier, title, answer."""
        if self.outline is None:
            return []
        rules = self.policy.rules
        return [
            (row.identifier, row.title, row.answer)
            for row in self.outline.results
            if rules[row.identifier].kind == "规则" and rules[row.identifier].node.type.kind == "boolean"
        ]

    @property
    def tally(self) -> dict[str, int]:
        """How many conditions are met, not met, undetermined."""
        tones = [answer.tone for _identifier, _title, answer in self.answers]
        return {tone: tones.count(tone) for tone in ("met", "not_met", "undetermined")}

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self.outline.missing if self.outline is not None else ()

    @property
    def suppliers(self) -> list[tuple[str, list[str]]]:
        """Who has to supply what is missing: the words for the supplier, the titles."""
        found: dict[str, list[str]] = {}
        for gap in self.gaps:
            found.setdefault(gap.supplier, []).append(gap.title)
        return list(found.items())


def assess(enterprise: Enterprise, policy: Policy, as_of: date, facts: dict[str, str] | None = None) -> Assessed:
    """Assess an enterprise under a policy with its recorded facts on a day; ``facts`` where they are at hand."""
    found = facts if facts is not None else queries.facts_at(enterprise, as_of, policy=policy)
    try:
        assessment = policy.assess(found, as_of=as_of, parameters=overrides(policy.identifier, as_of))
    except BadFacts as error:  # kept before the dictionary changed
        return Assessed(policy, None, None, tuple(map(str, error.faults)))
    return Assessed(policy, assessment, outline(assessment, language()))


def active(as_of: date) -> list[Policy]:
    """The policies in force on a day; where there are none, all that may be activated."""
    found = [policy for policy in policies() if policy.in_force(as_of)]
    return found or [policy for policy in policies() if policy.may_be_activated]
