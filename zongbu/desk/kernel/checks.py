"""What ``manage check`` says about the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, connections

from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.journal.algorithms import ALGORITHMS, chosen


@register(Tags.security)
def algorithm_is_known(**_: Any) -> list[CheckMessage]:
    """The journal's digest algorithm can be computed on this machine."""
    if chosen() in ALGORITHMS:
        return []
    hint = f"Choose one of: {', '.join(sorted(ALGORITHMS))}."
    if chosen() == "sm3":
        hint = f"This machine's OpenSSL has no SM3 (it needs 1.1.1 or newer, built with SM3). {hint}"
    return [Error(f"JOURNAL_ALGORITHM is {chosen()!r}, which cannot be computed here.", hint=hint, id="kernel.E001")]


@register(Tags.database)
def journal_is_guarded(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The triggers that keep the journal append-only are in the database (asked with ``check --database``)."""
    found: list[CheckMessage] = []
    for using in databases or ():
        try:
            tables = set(connections[using].introspection.table_names())
            absent = triggers.missing(connections[using]) if triggers.ENTRY in tables else []
        except OperationalError:
            continue  # that the database cannot be reached others say
        if absent:
            found.append(
                Error(
                    f"The database {using!r} does not protect the journal: {', '.join(absent)} missing.",
                    hint="Find out who removed them, run `zongbu journal verify`, then `manage migrate`.",
                    id="kernel.E002",
                )
            )
    return found
