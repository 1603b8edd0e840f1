"""Appending to the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
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
    """Append an entry for each item; see ``journal.record``. Within ``together`` they are appended at its end."""
    _in_transaction()
    remaining = iter(items)
    written: list[Entry] = []
    while drafts := [_draft(act, by, item) for item in islice(remaining, AT_ONCE)]:
        held = _held.get()
        if held is None:
            _chain(drafts)
        else:
            held += [(draft, _standing()) for draft in drafts]
        written += drafts
    return written


@contextmanager
def together() -> Iterator[None]:
    """See ``journal.together``."""
    _in_transaction()
    if _held.get() is not None:
        yield
        return
    held: list[tuple[Entry, Callable[[], None]]] = []
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    # What was rolled back to a savepoint meanwhile was not done: Django has dropped what was to follow its commit.
    standing = {id(follows[1]) for follows in _connection().run_on_commit}
    drafts = [draft for draft, call in held if id(call) in standing]
    for place in range(0, len(drafts), AT_ONCE):
        _chain(drafts[place : place + AT_ONCE])


_held: ContextVar[list[tuple[Entry, Callable[[], None]]] | None] = ContextVar("held", default=None)
"""The entries of ``together``, each with what tells whether it still stands."""


def _connection() -> BaseDatabaseWrapper:
    return connections[router.db_for_write(Entry)]


def _in_transaction() -> None:
    if not _connection().in_atomic_block:
        raise transaction.TransactionManagementError("a journal entry belongs in the transaction of its act")


def _standing() -> Callable[[], None]:
    """Something that Django forgets if the present savepoint is rolled back."""

    def nothing() -> None:
        """Nothing is left to do once the transaction has been committed."""

    transaction.on_commit(nothing, using=router.db_for_write(Entry))
    return nothing


def _chain(drafts: list[Entry]) -> None:
    """Give entries their place at the end of the chain, and write them."""
    # Whoever holds the head appends; the others wait, so that no two entries hang on the same one.
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    for entry in drafts:
        entry.sequence, entry.previous, entry.moment = head.sequence + 1, head.digest, timezone.now()
        entry.digest = digest(entry)
        head.sequence, head.digest = entry.sequence, entry.digest
    Entry.objects.bulk_create(drafts)
    head.save(update_fields=["sequence", "digest"])


def _draft(act: str, by: Viewer, item: Item) -> Entry:
    """What an entry tells, without its place in the chain."""
    subject = item.subject
    return Entry(
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
    )


def _short(field: str, value: object) -> str:
    """Text no longer than its field: SQLite would keep it whole, PostgreSQL refuse it."""
    return text(value, LENGTHS[field])
