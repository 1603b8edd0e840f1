"""Appending to the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Model
from django.utils import timezone

from zongbu.desk.kernel.journal.algorithms import chosen
from zongbu.desk.kernel.journal.chain import digest
from zongbu.desk.kernel.journal.models import Entry, Head
from zongbu.desk.kernel.journal.plain import plain, text
from zongbu.desk.kernel.scope import Viewer

AT_ONCE = 500
"""Entries that are written in one statement."""


LENGTHS = {field.name: field.max_length for field in Entry._meta.fields}


@dataclass(frozen=True, slots=True)
class Item:
    """What one of many entries tells, see ``journal.record_many``."""

    subject: Model | None = None
    case: str = ""
    reason: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def append(act: str, by: Viewer, items: Iterable[Item]) -> list[Entry]:
    """Append an entry for each item; see ``journal.record``."""
    if not connections[router.db_for_write(Entry)].in_atomic_block:
        raise transaction.TransactionManagementError("a journal entry belongs in the transaction of its act")
    # Whoever holds the head appends; the others wait, so that no two entries hang on the same one.
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    remaining = iter(items)
    written: list[Entry] = []
    while chunk := list(islice(remaining, AT_ONCE)):
        entries = []
        for item in chunk:
            entry = _entry(act, by, item, head)
            head.sequence, head.digest = entry.sequence, entry.digest
            entries.append(entry)
        Entry.objects.bulk_create(entries)
        written += entries
    if written:
        head.save(update_fields=["sequence", "digest"])
    return written


def _entry(act: str, by: Viewer, item: Item, head: Head) -> Entry:
    subject = item.subject
    entry = Entry(
        sequence=head.sequence + 1,
        moment=timezone.now(),
        act=_short("act", act),
        person=by.person,
        person_name=_short("person_name", by.name),
        role=_short("role", by.role.value),
        organisation=by.organisation,
        organisation_name=_short("organisation_name", by.organisation_name),
        subject_kind=_short("subject_kind", subject._meta.label_lower if subject is not None else ""),
        subject=_short("subject", subject.pk if subject is not None else ""),
        subject_name=_short("subject_name", subject if subject is not None else ""),
        case=_short("case", item.case),
        reason=text(item.reason),
        before=plain(item.before) if item.before is not None else None,
        after=plain(item.after) if item.after is not None else None,
        address=_short("address", by.address),
        algorithm=chosen(),
        previous=head.digest,
    )
    entry.digest = digest(entry)
    return entry


def _short(field: str, value: object) -> str:
    """Text no longer than its field: SQLite would keep it whole, PostgreSQL refuse it."""
    return text(value, LENGTHS[field])
