"""Which facts count in a case: what was submitted, and what was confirmed over it.

The register goes by the newest record. A case may not: what an enterprise declares after it has submitted counts only
once it has submitted again, and what a department has confirmed in the case is not undone by declaring it anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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


class Row(NamedTuple):
    """A record: of whom, of what (``year`` for facts of a prior year), who said it and when."""

    enterprise: int
    fact: str
    year: int | None
    entry: Latest
    declared: bool
    moment: datetime
    source_name: str

    @property
    def key(self) -> str:
        """``identifier`` or ``identifier@year``."""
        return self.fact if self.year is None else f"{self.fact}@{self.year}"


def _counts(answer: dict[str, Latest], row: Row) -> bool:
    """Let a record count in place of an earlier one, unless that is of a later day; whether it does."""
    before = answer.get(row.key)
    if before is not None and row.year is None and row.entry.valid_from < before.valid_from:
        return False
    answer[row.key] = row.entry
    return True


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What counts in a case: value by identifier, as the engine takes it, and the record behind each key.

    ``rows`` is everything on record of the enterprise until the round's day, in the order in which it was recorded.
    """

    values: dict[str, str]
    records: dict[str, Latest]
    rows: Sequence[Row] = ()

    def registered(self) -> dict[str, Latest]:
        """What counts in the register for each key, whatever the case rules out; see ``queries.latest_of_many``."""
        found: dict[str, Latest] = {}
        for row in self.rows:
            _counts(found, row)
        return found

    def declared(self) -> dict[str, str]:
        """What the enterprise itself declared last: key (``identifier`` or ``…@year``) → value."""
        return {row.key: row.entry.value for row in self.rows if row.declared}


def of_case(
    application: Application, known_at: datetime | None = None, past: Iterable[Participation] | None = None
) -> CaseFacts:
    """What counts in one case, now or as it was known at a moment; five queries, one less where ``past``, all that
    was done to it, is given."""
    submitted = None
    if past is not None:
        moments = [one.moment for one in past if one.act in SUBMITTING and (known_at is None or one.moment <= known_at)]
        submitted = {application.pk: max(moments)} if moments else {}
    return _of_cases(application.round, [application], known_at, submitted)[application.pk]


def of_cases(
    round: Round, applications: Collection[Application], known_at: datetime | None = None
) -> dict[int, CaseFacts]:
    """What counts in cases of one round, by primary key; five queries whatever their number."""
    return _of_cases(round, applications, known_at, None)


def _of_cases(
    round: Round,
    applications: Collection[Application],
    known_at: datetime | None,
    submitted: dict[int, datetime] | None,
) -> dict[int, CaseFacts]:
    keys = [one.enterprise_id for one in applications]
    if submitted is None:
        submitted = _submitted(applications, known_at)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in _rows(keys, round, known_at):
        rows[row.enterprise].append(row)
    chosen = {
        one.pk: _chosen(rows[one.enterprise_id], submitted.get(one.pk), one.receipt, one.state in WITH_ENTERPRISE)
        for one in applications
    }
    facts = queries.facts_from({one.enterprise_id: chosen[one.pk] for one in applications}, keys, round.as_of, known_at)
    dictionary = round.law.dictionary
    return {
        one.pk: CaseFacts(values.only(facts[one.enterprise_id], dictionary), chosen[one.pk], rows[one.enterprise_id])
        for one in applications
    }


def _submitted(applications: Iterable[Application], known_at: datetime | None) -> dict[int, datetime]:
    """When each application was last submitted."""
    acts = Participation.objects.filter(
        flow="recognition_application", act__in=SUBMITTING, case__in=[str(one.pk) for one in applications]
    )
    if known_at is not None:
        acts = acts.filter(moment__lte=known_at)
    return {int(case): moment for case, moment in acts.order_by().values_list("case").annotate(last=Max("moment"))}


def _rows(keys: list[int], round: Round, known_at: datetime | None) -> Iterable[Row]:
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
        yield Row(enterprise, fact, year, entry, source == Source.DECLARED, moment, name)


def _chosen(rows: Iterable[Row], submitted: datetime | None, receipt: str, open_to_change: bool) -> dict[str, Latest]:
    """The records that count: the newest, as in the register, but for what this case rules out."""
    answer: dict[str, Latest] = {}
    confirmed: dict[str, Latest] = {}
    declared: set[str] = set()
    for row in rows:
        if row.declared and submitted is not None and not open_to_change and row.moment > submitted:
            continue
        if _counts(answer, row):
            (declared.add if row.declared else declared.discard)(row.key)
        if not row.declared and row.source_name.endswith(receipt):
            confirmed[row.key] = row.entry
    # What a department has confirmed in this case stands over what the enterprise says.
    return answer | {key: entry for key, entry in confirmed.items() if key in declared}
