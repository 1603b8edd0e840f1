"""The facts on which a claim rests, with who said them, for the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from zongbu.desk.enterprises import queries, showing, values
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, Recording
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import Offering
from zongbu.law.decided import decided_fact
from zongbu.law.facts import Fact


@dataclass(frozen=True, slots=True)
class Line:
    """A fact for the page: ``value`` is what counts, ``recording`` tells who said it."""

    fact: Fact
    title: str
    year: int | None
    value: str
    recording: Recording | None
    files: tuple[EvidenceFile, ...]

    @property
    def identifier(self) -> str:
        return self.fact.identifier


def lines(
    enterprise: Enterprise, one: Entitlement, apart_from: Iterable[str] = (), *, unknown: bool = False
) -> list[Line]:
    """The facts on which a measure's amount rests, in the order of its rules; three queries.

    Args:
        unknown: also those that are not known.
    """
    as_of, left_out = one.assessment.assessor.as_of, set(apart_from)
    latest = queries.latest_of_many([enterprise.pk], as_of, timezone.now()).get(enterprise.pk, {})
    recordings = queries.recordings({entry.recording for entry in latest.values()})
    found = []
    for fact in read_facts(one.offering):
        value = one.facts.get(fact.identifier, "")
        if fact.identifier in left_out or not (value or unknown):
            continue
        year = as_of.year - 1 if fact.period == "prior_year" else None
        entry = latest.get(values.Key(fact, year).text)
        recording = recordings.get(entry.recording) if entry is not None and entry.value == value else None
        files = tuple(link.file for link in recording.evidence_links.all()) if recording is not None else ()
        found.append(Line(fact, showing.title(fact), year, showing.show(fact, value), recording, files))
    return found


def read_facts(offering: Offering) -> list[Fact]:
    """The facts that a measure's amount rests on, in the order of the rules."""
    policy = offering.policy
    own = {decided_fact(name) for name in policy.decisions}
    names = [name for name in facts_read(policy, [offering.amount_result]) if name not in own]
    return [policy.dictionary[name] for name in names]
