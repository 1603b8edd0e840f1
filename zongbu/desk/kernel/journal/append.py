"""Appending to the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from zongbu.desk.kernel.journal.chain import digest
from zongbu.desk.kernel.journal.models import Entry, Head
from zongbu.desk.kernel.scope import Viewer


def append(
    act: str,
    by: Viewer,
    subject: Model | None,
    *,
    case: str,
    reason: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Entry:
    """See ``journal.record``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a journal entry belongs in the transaction of its act")
    # Whoever holds the head appends; the others wait, so that no two entries hang on the same one.
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entry = Entry(
        sequence=head.sequence + 1,
        moment=timezone.now(),
        act=act,
        person=by.person,
        person_name=by.name,
        role=by.role,
        organisation=by.organisation,
        organisation_name=by.organisation_name,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject=str(subject.pk) if subject is not None else "",
        subject_name=str(subject)[:200] if subject is not None else "",
        case=case,
        reason=reason,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        address=by.address,
        algorithm=getattr(settings, "JOURNAL_ALGORITHM", "sha256"),
        previous=head.digest,
    )
    entry.digest = digest(entry)
    entry.save(force_insert=True)
    head.sequence, head.digest = entry.sequence, entry.digest
    head.save()
    return entry
