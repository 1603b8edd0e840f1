"""What the list of claims is asked for: tab, filters, order, columns; read from an address and written into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from zongbu.desk.kernel import lists
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support.flow import CLAIM, LEADS
from zongbu.desk.support.listing.columns import COLUMNS, SORTS
from zongbu.desk.support.models import Claim

STATES = tuple(state.name for state in CLAIM.states if state.name != "draft")
HANDLERS = DISTRICT | DEPARTMENT | CITY
"""Whose organisations handle claims."""
WAITING = ("submitted", "accepted", "verified")
"""The states in which a claim waits for the office that handles it, the last for its lead alone."""
MINE, UNASSIGNED, ALL = "mine", "unassigned", "all"


def desk_of(viewer: Viewer) -> tuple[str, ...]:
    """The states in which a claim waits for the viewer's office: the lead decides, everybody examines."""
    if viewer.role not in HANDLERS:
        return ()
    return WAITING if viewer.role in LEADS else WAITING[:2]


@dataclass(frozen=True, slots=True)
class Criteria(lists.Asked):
    """What the list is asked for. ``show`` is ``mine``, ``unassigned``, ``all`` or a state; amounts are in yuan."""

    measure: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    overdue: bool = False

    usual_columns: ClassVar[tuple[str, ...]] = (
        "receipt", "measure", "year", "district", "state", "due", "amount", "submitted",
    )  # fmt: skip


def read(given: Mapping[str, Sequence[Any]], viewer: Viewer) -> Criteria:
    """The criteria that an address asks for; what does not exist is left out."""
    asked = lists.Given(given)
    usual = MINE if viewer.role in HANDLERS else ALL
    shows = {ALL, *STATES, *((MINE,) if usual == MINE else ()), *((UNASSIGNED,) if viewer.role in CITY else ())}
    return Criteria(
        **asked.frame(
            show=asked.one_of("show", shows, usual),
            columns=COLUMNS,
            usual_columns=Criteria.usual_columns,
            sorts=SORTS,
            sort="due",
        ),
        measure=tuple(one for one in asked.several("measure", most=30) if "." in one),
        year=tuple(one for one in asked.numbers("year") if len(one) < 5),
        district=asked.several("district", DISTRICTS),
        way=asked.several("way", Claim.Way.values),
        least=_yuan(asked.last("least")),
        most=_yuan(asked.last("most")),
        overdue=asked.ticked("overdue"),
    )


def _yuan(text: str) -> str:
    """An amount in yuan as it was typed, where it is one."""
    plain = text.replace(",", "").replace("，", "").strip()[:18]
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return ""
    return plain if value.is_finite() and abs(value) < 10**14 else ""
