"""New records of enterprises that a group has already named."""

from __future__ import annotations

from collections.abc import Iterable

from zongbu.desk.enterprises.models import Enterprise, GroupTie


def join_groups(made: Iterable[Enterprise]) -> None:
    """Point the ties that name a code to the new record of that code; nobody hangs on it yet, so no circle closes."""
    by_code = {enterprise.uscc: enterprise for enterprise in made}
    for tie in GroupTie.objects.filter(child=None, uscc__in=by_code):
        tie.child = by_code[tie.uscc]
        tie.save(update_fields=["child"])
