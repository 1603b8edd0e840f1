"""What the list of claims is asked for: tab, filters, order, columns; read from an address and written into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support.flow import CLAIM, LEADS
from zongbu.desk.support.listing.columns import COLUMNS, DEFAULT_COLUMNS, SORTS
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
class Criteria:
    """What the list is asked for. ``show`` is ``mine``, ``unassigned``, ``all`` or a state; amounts are in yuan."""

    show: str = ALL
    q: str = ""
    measure: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    overdue: bool = False
    sort: str = "due"
    columns: tuple[str, ...] = ()
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        chosen = (self.q, self.measure, self.year, self.district, self.way, self.least, self.most, self.overdue)
        return any(chosen)

    @property
    def sorted_by(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the page."""
        found = [("show", self.show)]
        found += [(name, getattr(self, name)) for name in ("q", "least", "most") if getattr(self, name)]
        for name in FILTERS:
            found += [(name, value) for value in getattr(self, name)]
        found += [("overdue", "1")] if self.overdue else []
        found += [("sort", self.sort)]
        return found + ([("columns", ",".join(self.columns))] if self.columns != DEFAULT_COLUMNS else [])

    def address(self, **changes: Any) -> str:
        """The address of the list with changes."""
        return f"?{urlencode(replace(self, **changes).pairs)}"

    def without(self, name: str, value: str) -> str:
        """The address without one filter."""
        now = getattr(self, name)
        if isinstance(now, tuple):
            return self.address(**{name: tuple(one for one in now if one != value)})
        return self.address(**{name: type(now)()})


FILTERS = ("measure", "year", "district", "way")


def read(given: Mapping[str, list[str]], viewer: Viewer) -> Criteria:
    """The criteria that an address asks for; what does not exist is left out."""

    def some(name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        known = set(allowed)
        return tuple(dict.fromkeys(one for one in given.get(name, []) if one in known))

    def last(name: str) -> str:
        return (given.get(name) or [""])[-1]

    sort, columns = last("sort"), [one for text in given.get("columns", []) for one in text.split(",")]
    usual = MINE if viewer.role in HANDLERS else ALL
    shows = {ALL, *STATES, *((MINE,) if usual == MINE else ()), *((UNASSIGNED,) if viewer.role in CITY else ())}
    page = last("page")
    return Criteria(
        show=last("show") if last("show") in shows else usual,
        q=" ".join(last("q").split())[:100],
        measure=tuple(dict.fromkeys(one[:200] for one in given.get("measure", []) if "." in one))[:30],
        year=tuple(dict.fromkeys(one for one in given.get("year", []) if one.isascii() and one.isdigit()))[:20],
        district=some("district", DISTRICTS),
        way=some("way", Claim.Way.values),
        least=_yuan(last("least")),
        most=_yuan(last("most")),
        overdue=last("overdue") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        columns=tuple(dict.fromkeys(one for one in columns if one in COLUMNS)) or DEFAULT_COLUMNS,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _yuan(text: str) -> str:
    """An amount in yuan as it was typed, where it is one."""
    plain = text.replace(",", "").replace("，", "").strip()[:18]
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return ""
    return plain if value.is_finite() and abs(value) < 10**14 else ""
