"""The journal: append-only and hash-chained. ``record`` appends, ``verify`` finds the first break.

Whoever records holds the end of the chain until the transaction ends. So locks are always taken in this order, or two
transactions wait for each other: first what the act is about (a register of its own as that of the groups, then the
row of the enterprise, the person or the case, then what hangs on it), the journal last. An act that has recorded locks
nothing more; what must come before it, as the upload of its evidence, is a transaction of its own.

Imports nothing at the top: Django loads this package before its models may be imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

    from zongbu.desk.kernel.journal.append import Item
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
        before, after: what changed; amounts, dates and choices become text. No secrets and no personal data beyond
            need.

    Raises:
        TransactionManagementError: called outside a transaction.
    """
    from zongbu.desk.kernel.journal.append import Item, append

    return append(act, by, [Item(subject, case, reason, before, after)])[0]


def record_many(act: str, by: Viewer, items: Iterable[Item]) -> int:
    """Append one entry per ``Item`` (``kernel.journal.append.Item``) of a mass act; returns how many.

    Holds the end of the chain until the transaction ends, so let it be among the last things that are done.

    Raises:
        TransactionManagementError: called outside a transaction.
    """
    from zongbu.desk.kernel.journal.append import append

    return len(append(act, by, items))


def together() -> AbstractContextManager[None]:
    """Append what is recorded within, in its order, when the block ends: ``with journal.together(): …``.

    For an act that records several things: the end of the chain is held from the last of them to the end of the
    transaction, no longer. What fails, or is rolled back to a savepoint, leaves no entry. Blocks within blocks are
    one; until the outermost ends, what ``record`` returns has no number yet.

    Raises:
        TransactionManagementError: called outside a transaction.
    """
    from zongbu.desk.kernel.journal.append import together

    return together()


def verify(known: tuple[int, str] | None = None) -> Break | None:
    """The first altered, missing or reordered entry; None if the whole chain holds.

    Goes through the whole journal in bounded memory, while others go on writing.

    Args:
        known: number and digest of an entry that was noted down elsewhere at an earlier time. It shows what the
            chain alone cannot: that everything from there on was written anew by somebody who commands the database.
    """
    from zongbu.desk.kernel.journal.chain import against, first_break, stored, where_it_ends

    end = where_it_ends()
    found = first_break(stored(end.sequence), end)
    if known is not None and (found is None or found.sequence > known[0]):
        found = against(known) or found
    return found
