"""Which facts count in a case: what was submitted, and what was confirmed over it.

The register goes by the newest record. A case may not: what an enterprise declares after it has submitted counts only
once it has submitted again, and what a department has confirmed in the case is not undone by declaring it anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Q

from zongbu.desk.enterprises import queries, values
from zongbu.desk.enterprises.models import FactRecord, Source
from zongbu.desk.enterprises.queries import Latest
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.recognition.models import Application, Round

SUBMITTING = ("submit", "register", "resubmit", "resubmit_to_city")
"""Acts by which an enterprise stands by what it has declared so far."""


WITH_ENTERPRISE = ("draft", "returned", "returned_by_city")
"""States in which the enterprise changes its application: it sees what it has declared meanwhile."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What counts in a case: value by identifier, as the engine takes it, and the record behind each key."""

    values: dict[str, str]
    records: dict[str, Latest]


class _Row(NamedTuple):
    enterprise: int
    fact: str
    year: int | None
    entry: Latest
    declared: bool
    moment: datetime
    source_name: str


def of_case(application: Application, known_at: datetime | None = None) -> CaseFacts:
    """What counts in one case, now or as it was known at a moment; five queries."""
    return of_cases(application.round, [application], known_at)[application.pk]


def of_cases(
    round: Round, applications: Collection[Application], known_at: datetime | None = None
) -> dict[int, CaseFacts]:
    """What counts in cases of one round, by primary key; five queries whatever their number."""
    keys = [one.enterprise_id for one in applications]
    submitted = _submitted(applications, known_at)
    rows: dict[int, list[_Row]] = defaultdict(list)
    for row in _rows(keys, round, known_at):
        rows[row.enterprise].append(row)
    chosen = {
        one.pk: _chosen(rows[one.enterprise_id], submitted.get(one.pk), one.receipt, one.state in WITH_ENTERPRISE)
        for one in applications
    }
    facts = queries.facts_from({one.enterprise_id: chosen[one.pk] for one in applications}, keys, round.as_of, known_at)
    dictionary = round.law.dictionary
    return {
        one.pk: CaseFacts(values.only(facts[one.enterprise_id], dictionary), chosen[one.pk]) for one in applications
    }


def _submitted(applications: Iterable[Application], known_at: datetime | None) -> dict[int, datetime]:
    """When each application was last submitted."""
    acts = Participation.objects.filter(
        flow="recognition_application", act__in=SUBMITTING, case__in=[str(one.pk) for one in applications]
    )
    if known_at is not None:
        acts = acts.filter(moment__lte=known_at)
    return {int(case): moment for case, moment in acts.order_by().values_list("case").annotate(last=Max("moment"))}


def _rows(keys: list[int], round: Round, known_at: datetime | None) -> Iterable[_Row]:
    records = FactRecord.objects.filter(enterprise__in=keys).filter(
        Q(year__isnull=False) | Q(valid_from__lte=round.as_of)
    )
    if known_at is not None:
        records = records.filter(recording__recorded_at__lte=known_at)
    found = records.order_by("pk").values_list(
        "enterprise_id", "fact", "year", "value", "valid_from", "recording_id", "pk",
        "recording__source", "recording__recorded_at", "recording__source_name",
    )  # fmt: skip
    for enterprise, fact, year, value, valid_from, recording, record, source, moment, name in found.iterator(5000):
        entry = Latest(value, valid_from, recording, record)
        yield _Row(enterprise, fact, year, entry, source == Source.DECLARED, moment, name)


def _chosen(rows: Iterable[_Row], submitted: datetime | None, receipt: str, open_to_change: bool) -> dict[str, Latest]:
    """The records that count: the newest, as in the register, but for what this case rules out."""
    answer: dict[str, Latest] = {}
    confirmed: dict[str, Latest] = {}
    declared: set[str] = set()
    for row in rows:
        if row.declared and submitted is not None and not open_to_change and row.moment > submitted:
            continue
        key = row.fact if row.year is None else f"{row.fact}@{row.year}"
        before = answer.get(key)
        if before is None or row.year is not None or row.entry.valid_from >= before.valid_from:
            answer[key] = row.entry
            (declared.add if row.declared else declared.discard)(key)
        if not row.declared and row.source_name.endswith(receipt):
            confirmed[key] = row.entry
    # What a department has confirmed in this case stands over what the enterprise says.
    return answer | {key: entry for key, entry in confirmed.items() if key in declared}
