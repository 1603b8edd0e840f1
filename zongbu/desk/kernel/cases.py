"""The cases of an enterprise: each app lists its own in ``cases.py``, the enterprise's page shows them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list: number, what it is, where it is (``tone``: action, met, open, refused, neutral), until when."""

    number: str
    title: StrOrPromise
    state: StrOrPromise
    tone: str
    since: datetime
    url: str
    due: date | None = None
