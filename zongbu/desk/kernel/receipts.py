"""Numbers for people: easily read to one another, and telling nothing of how many there are."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that are not mistaken for one another."""
LENGTH = 8
"""Signs behind the day: of thirty thousand numbers drawn on one day, two are alike in one of two thousand such days."""


def drawn(length: int) -> str:
    """So many signs, drawn."""
    return "".join(secrets.choice(SIGNS) for _place in range(length))


def receipt(letters: str) -> str:
    """A number: letters for the kind, the day and eight signs."""
    return f"{letters}{timezone.localdate():%Y%m%d}-{drawn(LENGTH)}"


def unlike(rows: Sequence[Any], letters: str) -> None:
    """Draw anew where two of very many rows that are about to be stored (of one model, with ``receipt``) have drawn the
    same number, or one that is stored already; one query as a rule."""
    if not rows:
        return
    model: type[Model] = type(rows[0])
    while True:
        counted = Counter(one.receipt for one in rows)
        taken = set(model._base_manager.filter(receipt__in=list(counted)).values_list("receipt", flat=True))
        again = []
        for one in rows:
            if one.receipt in taken or counted[one.receipt] > 1:
                counted[one.receipt] -= 1
                again.append(one)
        if not again:
            return
        for one in again:
            one.receipt = receipt(letters)
