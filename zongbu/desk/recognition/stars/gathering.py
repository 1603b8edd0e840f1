"""Whom an evaluation is about, and the values of its indicators with where each comes from; in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from zongbu.desk.enterprises import queries, values
from zongbu.desk.enterprises.models import Enterprise, Recording
from zongbu.desk.recognition.models import Recognition, Revocation
from zongbu.desk.recognition.queries import holding
from zongbu.desk.recognition.stars.definition import Definition, Kind
from zongbu.desk.recognition.stars.models import EnteredScore, Evaluation

BATCH = 2000
"""Enterprises that are read at a time."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is recorded (empty: unknown), the primary key of its record, and its kind of source."""

    text: str = ""
    record: int | None = None
    source: str = ""


UNKNOWN = Value()


@dataclass(frozen=True, slots=True)
class Gathered:
    """An enterprise with its values, in the order of the indicators."""

    enterprise: int
    uscc: str
    name: str
    district: str
    values: tuple[Value, ...]


def population(day: date, now: date | None = None) -> QuerySet[Enterprise]:
    """The enterprises recognised on a day, each once.

    One whose title was revoked is not rated again while its ban runs, even if its recognition stands.

    Args:
        now: the day of the computation (default: today). What was revoked or barred between the two is left out.
    """
    now = now or timezone.localdate()
    recognised = Recognition.objects.filter(holding(day)).exclude(revoked_on__lte=now).order_by().values("enterprise")
    barred = Revocation.objects.filter(barring(day) | barring(now))
    return Enterprise.objects.filter(pk__in=recognised).exclude(
        pk__in=barred.order_by().values("recognition__enterprise")
    )


def barring(day: date) -> Q:
    """Approved revocations whose ban runs on a day: who they concern is given no star."""
    return Q(state="approved", effective_on__lte=day, ban__last_day__gte=day, ban__withdrawn_at=None)


def gather(
    evaluation: Evaluation, definition: Definition, known_at: datetime, tell: Callable[[int], None] | None = None
) -> Iterator[Gathered]:
    """The values of all enterprises of an evaluation, as far as they were known at a moment.

    Args:
        tell: is given how many enterprises have been read, after each batch.
    """
    done, after, now = 0, 0, timezone.localdate(known_at)
    while batch := list(population(evaluation.as_of, now).filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield from _read(evaluation, definition, known_at, batch)
        done, after = done + len(batch), batch[-1].pk
        if tell is not None:
            tell(done)


def _read(
    evaluation: Evaluation, definition: Definition, known_at: datetime, batch: Sequence[Enterprise]
) -> Iterator[Gathered]:
    keys = [one.pk for one in batch]
    wanted = {one.fact for one in definition.indicators if one.kind == Kind.FACT}
    latest = queries.latest_of_many(keys, evaluation.as_of, known_at, facts=wanted) if wanted else {}
    recordings = {entry.recording for found in latest.values() for entry in found.values()}
    sources = dict(Recording.objects.filter(pk__in=recordings).values_list("pk", "source"))
    entered: dict[tuple[int, str], Value] = {}
    if any(one.kind == Kind.SCORE for one in definition.indicators):
        found = EnteredScore.objects.filter(evaluation=evaluation, enterprise__in=keys, entered_at__lte=known_at)
        for owner, key, value, pk in found.values_list("enterprise_id", "key", "value", "pk"):
            entered[owner, key] = Value(values.written(value), pk, Kind.SCORE)
    dictionary = values.dictionary()
    places = [
        (one.kind, one.key, one.fact)
        if one.kind == Kind.SCORE or dictionary[one.fact].period != "prior_year"
        else (one.kind, one.key, f"{one.fact}@{evaluation.year - 1}")
        for one in definition.indicators
    ]
    for enterprise in batch:
        known = latest.get(enterprise.pk, {})
        row = []
        for kind, key, fact in places:
            if kind == Kind.SCORE:
                row.append(entered.get((enterprise.pk, key), UNKNOWN))
                continue
            entry = known.get(fact)
            usable = entry is not None and bool(entry.value)
            row.append(Value(entry.value, entry.record, sources[entry.recording]) if entry and usable else UNKNOWN)
        yield Gathered(enterprise.pk, enterprise.uscc, enterprise.name, enterprise.district, tuple(row))
