"""The record on which a decision rests, and its recomputation years later (``zongbu replay``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import FactRecord, Recording
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.library.kept import policy_as_of
from zongbu.desk.library.parameters import overrides
from zongbu.desk.recognition.casefacts import CaseFacts, of_case, of_cases
from zongbu.desk.recognition.models import Application, Decision, Proposal, Round
from zongbu.law import InputError
from zongbu.law.assessor import Assessor
from zongbu.law.facts import BadFacts
from zongbu.law.verify import Difference, verify


@dataclass(frozen=True, slots=True)
class Record:
    """What the engine says of an application, with all that it takes to say it again."""

    computed: bool | None
    fields: dict[str, Any]

    def agrees(self, outcome: str) -> bool:
        """Whether a decision is the engine's result; undetermined agrees with none."""
        return self.computed is (outcome == Proposal.RECOGNISE)

    @property
    def words(self) -> str:
        """The result in a word."""
        return answer_word(self.computed)


def answer_word(value: bool | None) -> str:
    """One of the three answers in a word."""
    return {True: _("满足"), False: _("不满足"), None: _("待定")}[value]


def of(application: Application, known_at: datetime) -> Record:
    """Assess an application on its round's day with what is known at a moment.

    Raises:
        Refused: the policy is another text than when the round was announced, or recorded facts cannot be read.
    """
    round = application.round
    law = round.law
    case = of_case(application, known_at)
    try:
        assessment = law.assess(
            case.values, as_of=round.as_of, parameters=overrides(law.identifier, round.as_of, known_at)
        )
    except BadFacts as error:
        raise Refused(
            _("企业档案中的数据不能使用：%(faults)s") % {"faults": "；".join(map(str, error.faults))}
        ) from None
    results = assessment.results
    return Record(
        results[round.qualifies],
        {
            "computed": results[round.qualifies],
            "tracks": [name for name in round.tracks if results.get(name) is True],
            "as_of": round.as_of,
            "known_at": known_at,
            "policy": law.identifier,
            "version": law.version,
            "assessment": assessment.document(),
            "sources": sources(case, round, set(assessment.facts)),
        },
    )


def sources(case: CaseFacts, round: Round, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Where each fact came from: the record, its recording, and what kind of source that was."""
    kinds = dict(
        Recording.objects.filter(pk__in={one.recording for one in case.records.values()}).values_list("pk", "source")
    )
    prior = f"@{round.as_of.year - 1}"
    return {
        key.removesuffix(prior): {"record": one.record, "recording": one.recording, "source": kinds[one.recording]}
        for key, one in sorted(case.records.items())
        if key.removesuffix(prior) in wanted and one.value
    }


# --- recomputation -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision recomputed: what differs (nothing: identical), and what it would be with what is known today."""

    decision: Decision
    differences: tuple[Difference, ...]
    now: bool | None = None
    asked_now: bool = False

    @property
    def identical(self) -> bool:
        return not self.differences

    @property
    def would_change(self) -> bool:
        """Whether facts corrected since then give another result."""
        return self.asked_now and self.now is not self.decision.computed

    @property
    def change(self) -> str:
        """What the result was and what it would be now, in words."""
        return _("当时%(then)s，按现在的事实%(now)s") % {
            "then": answer_word(self.decision.computed),
            "now": answer_word(self.now),
        }


def _recomputed(decision: Decision, assessors: dict[bytes, Assessor]) -> tuple[Difference, ...]:
    """What differs when a decision is recomputed; what cannot be recomputed differs as a whole, and says why."""
    try:
        found = verify(decision.assessment, policy_as_of(decision.policy, decision.version), assessors=assessors)
    except InputError as error:
        return (Difference("assessment", decision.version[:12], str(error)),)
    results = decision.assessment["results"]
    met = [name for name in decision.tracks if results.get(name, {}).get("value") is True]
    differing = () if met == decision.tracks else (Difference("tracks", decision.tracks, met),)
    return (*found.differences, *differing)


CORRECTED_MOST = 500
"""Decisions that a page assesses anew; ``zongbu replay --today`` goes through all."""


def corrected(round: Round) -> tuple[list[Replayed], int]:
    """Decisions that came out otherwise with what is recorded by now, and how many had new records at all.

    Only the latest decision on each application, and only of enterprises of which something was recorded since; the
    number of queries does not depend on how many there are.
    """
    newer = FactRecord.objects.filter(
        enterprise=OuterRef("application__enterprise"), recording__recorded_at__gt=OuterRef("known_at")
    )
    later = Decision.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    found = decisions_of(round).filter(Exists(newer)).exclude(Exists(later))
    count, looked_at = found.count(), list(found.order_by("-pk")[:CORRECTED_MOST])
    law = round.law
    assessor = law.assessor(
        as_of=round.as_of, parameters=overrides(law.identifier, round.as_of), results=[round.qualifies]
    )
    facts = of_cases(round, [one.application for one in looked_at])
    answer = []
    for decision in looked_at:
        try:
            now = assessor.assess(facts[decision.application_id].values).results[round.qualifies]
        except BadFacts:
            continue
        one = Replayed(decision, (), now, True)
        if one.would_change:
            answer.append(one)
    return answer, count


def find_round(text: str) -> Round:
    """The round of a year, a number (``policy/year``) or a primary key.

    Raises:
        InputError: there is none, or several policies have a round in that year.
    """
    policy, _slash, year = text.rpartition("/")
    found = Round.objects.exclude(state="cancelled")
    if policy:
        found = found.filter(policy=policy, year=small_int(year) or 0)
    else:
        number = small_int(text) or 0
        found = found.filter(year=number) if found.filter(year=number).exists() else found.filter(pk=number)
    rounds = list(found[:2])
    if not rounds:
        raise InputError(f"没有认定批次「{text}」")
    if len(rounds) > 1:
        raise InputError(f"{text} 年不止一个批次，请写成 政策/年度，如 {rounds[0].number}")
    return rounds[0]


def decisions_of(round: Round) -> QuerySet[Decision]:
    """Every decision of a round, in the order in which they were made."""
    found: QuerySet[Decision] = Decision.objects.filter(application__round=round)
    return found.select_related("application__round", "application__enterprise").order_by("pk")


def replay(
    decisions: Iterable[Decision], *, today: bool = False, tell: Callable[[int], None] | None = None
) -> Iterator[Replayed]:
    """Recompute decisions from what they carry.

    Args:
        today: also assess each with the facts that are known now for the same day.
        tell: is given how many are done.
    """
    assessors: dict[bytes, Assessor] = {}
    for number, decision in enumerate(decisions, 1):
        differences = _recomputed(decision, assessors)
        recorded = decision.assessment["results"].get(decision.application.round.qualifies, {}).get("value")
        if recorded is not decision.computed:
            differences = (*differences, Difference("computed", decision.computed, recorded))
        now, asked = None, today
        if today:
            try:
                now = of(decision.application, timezone.now()).computed
            except (Refused, InputError) as error:
                differences, asked = (*differences, Difference("today", decision.computed, str(error))), False
        yield Replayed(decision, differences, now, asked)
        if tell is not None:
            tell(number)
