"""The facts on which a claim rests, with who said them, for the pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from zongbu.desk.enterprises import queries, showing, values
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, Recording
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.desk.support.entitlement import Entitlement
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


def lines(enterprise: Enterprise, one: Entitlement, apart_from: Iterable[str] = ()) -> list[Line]:
    """The facts that a measure reads and that are known, in the order of its rules; four queries."""
    law, as_of = one.offering.policy, one.assessment.assessor.as_of
    left_out = set(apart_from)
    facts = queries.facts_at(enterprise, as_of, policy=law)
    latest = queries.latest_of_many([enterprise.pk], as_of, timezone.now()).get(enterprise.pk, {})
    recordings = queries.recordings({entry.recording for entry in latest.values()})
    found = []
    for name in facts_read(law, [one.offering.amount_result]):
        fact = law.dictionary.get(name)
        value = facts.get(name, "")
        if fact is None or not value or name in left_out:
            continue
        year = as_of.year - 1 if fact.period == "prior_year" else None
        entry = latest.get(values.Key(fact, year).text)
        recording = recordings.get(entry.recording) if entry is not None and entry.value == value else None
        files = tuple(link.file for link in recording.evidence_links.all()) if recording is not None else ()
        found.append(Line(fact, showing.title(fact), year, showing.show(fact, value), recording, files))
    return found
