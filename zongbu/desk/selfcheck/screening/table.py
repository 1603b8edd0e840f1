"""From the register to a table that the engine screens: one row per enterprise, the facts that the results read.

The rows hold exactly what ``enterprises.queries.facts_at`` gives for the same day and moment. Where nothing but the
newest records can matter, the copy that each enterprise keeps of them (``Enterprise.known``) is read instead, which is
many times faster.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import QuerySet

from zongbu.desk.enterprises import queries, values
from zongbu.desk.enterprises.models import Ban, DishonestyListing, Enterprise, FactRecord
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.law import Policy
from zongbu.law.screen.request import CARRIED

BATCH = 2000
"""Enterprises that are read at a time."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and for how many each fact is unknown."""

    rows: int
    lacking: dict[str, int]


def write_table(
    path: Path,
    policy: Policy,
    found: QuerySet[Enterprise],
    *,
    as_of: date,
    known_at: datetime,
    results: Iterable[str],
    tell: Callable[[float], None],
) -> Written:
    """Write the table as CSV.

    Args:
        found: the enterprises of the scope.
        results: the results whose facts are written.
        tell: told the share done, 0 to 1, after each batch; may raise to break off.
    """
    read = list(facts_read(policy, results))
    columns = list(dict.fromkeys([*CARRIED, *read]))
    lacking = dict.fromkeys(read, 0)
    total, done = found.count(), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for batch in batches(found):
            facts = facts_of(batch, policy, as_of, known_at)
            for enterprise in batch:
                row = {**facts[enterprise.pk], "name": enterprise.name, "uscc": enterprise.uscc}
                writer.writerow([row.get(column, "") for column in columns])
                for fact in read:
                    lacking[fact] += not row.get(fact)
            done += len(batch)
            tell(done / total if total else 1.0)
    return Written(done, {fact: number for fact, number in lacking.items() if number})


def batches(found: QuerySet[Enterprise]) -> Iterator[list[Enterprise]]:
    """The enterprises in batches by primary key, so that no cursor stays open while others write."""
    after = 0
    while batch := list(found.order_by("pk").filter(pk__gt=after)[:BATCH]):
        yield batch
        after = batch[-1].pk


def facts_of(batch: Sequence[Enterprise], policy: Policy, as_of: date, known_at: datetime) -> dict[int, dict[str, str]]:
    """``facts_at`` of each enterprise, by primary key."""
    keys = [enterprise.pk for enterprise in batch]
    slow = {enterprise.pk for enterprise in batch if enterprise.updated_at > known_at}
    slow |= set(FactRecord.objects.filter(enterprise__in=keys, year=None, valid_from__gt=as_of).values_list(
        "enterprise", flat=True
    ))  # fmt: skip
    for dated in (DishonestyListing, Ban):
        slow |= set(dated.objects.filter(enterprise__in=keys).values_list("enterprise", flat=True))
    quick = {
        enterprise.pk: values.only(values.at(enterprise.known, as_of), policy.dictionary)
        for enterprise in batch
        if enterprise.pk not in slow
    }
    if not slow:
        return quick
    read = queries.facts_of_many([one for one in batch if one.pk in slow], as_of, known_at, policy=policy)
    return quick | read
