"""The journal: append-only and hash-chained. ``record`` appends, ``verify`` finds the first break.

Imports nothing at the top: Django loads this package before its models may be imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from zongbu.desk.kernel.journal.chain import Break
    from zongbu.desk.kernel.journal.models import Entry
    from zongbu.desk.kernel.scope import Viewer


def record(
    act: str,
    by: Viewer,
    subject: Model | None = None,
    *,
    case: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Entry:
    """Append an entry; belongs in the transaction of the act that it tells of.

    Args:
        act: what was done, as ``app.act`` (``people.invite``).
        by: who did it.
        subject: the object concerned; kept by its model's label, key and name.
        case: the number of the case, where there is one.
        before, after: plain data (fit for JSON) of what changed. No secrets and no personal data beyond need.

    Raises:
        TransactionManagementError: called outside a transaction.
    """
    from zongbu.desk.kernel.journal.append import append

    return append(act, by, subject, case=case, reason=reason, before=before, after=after)


def verify() -> Break | None:
    """The first altered, missing or reordered entry; None if the whole chain holds."""
    from zongbu.desk.kernel.journal.chain import first_break
    from zongbu.desk.kernel.journal.models import Entry, Head

    head = Head.objects.filter(pk=1).first()
    end = (head.sequence, head.digest) if head is not None else (0, "")
    return first_break(Entry.objects.order_by("sequence").iterator(), end)
