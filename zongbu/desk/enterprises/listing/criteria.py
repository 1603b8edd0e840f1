"""What a list is asked for, as its address says it: words, filters, order, columns, page. Knows no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from zongbu.desk.enterprises.listing.catalogue import DEFAULT_COLUMNS, DEFAULT_SORT, catalogue
from zongbu.desk.enterprises.listing.industry import SECTIONS
from zongbu.desk.enterprises.listing.text import LONGEST
from zongbu.desk.kernel.numbers import small_int

ROWS = 50
"""Rows of a page."""
LAST_PAGE = 200
"""Pages that can be leafed through; beyond that a filter or the export serves better."""
MOST = ROWS * LAST_PAGE
"""Rows beyond which nothing is counted or sorted."""
MOST_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Criteria:
    """Everything that decides which rows a list shows, and how. Immutable; what makes no sense is left out.

    Attributes:
        q: the words looked for, as typed.
        district, status, star, industry: one of each must fit; empty means any. ``industry`` holds sections (a
            letter) and beginnings of codes (digits).
        has, lacks: identifiers of facts that must all be known, or all be unknown.
        sort: a column, with ``-`` before it for descending.
        columns: what is shown, in this order; the name always comes first.
        page: from 1.
    """

    q: str = ""
    district: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    star: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    sort: str = DEFAULT_SORT
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q) or self.narrowed

    @property
    def plain(self) -> Criteria:
        """The same columns and order without words and filters."""
        return Criteria(sort=self.sort, columns=self.columns)

    def query(self, **changes: Any) -> str:
        """The query string of an address, with changes; what is as usual is not written. Page 1 unless told."""
        return urlencode(replace(self, **({"page": 1} | changes)).pairs, safe=",")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values as an address has them; what is as usual is left out."""
        found: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if field.name == "columns":
                found.append(("columns", ",".join(value)))
            elif isinstance(value, tuple):
                found += [(field.name, one) for one in value]
            else:
                found.append((field.name, str(value)))
        return found

    def address(self, **changes: Any) -> str:
        """The query string with its question mark; says so where everything is asked for."""
        return f"?{self.query(**changes) or 'all=1'}"

    @property
    def narrowed(self) -> bool:
        """Whether a filter narrows the list, the words left aside."""
        return any(getattr(self, name) for name in FILTERS)

    def on_page(self, page: int) -> Criteria:
        """The same on another page."""
        return replace(self, page=page)

    def without(self, name: str, value: str = "") -> str:
        """The address with one filter value (or the words) taken away."""
        if name == "q":
            return self.address(q="")
        return self.address(**{name: tuple(one for one in getattr(self, name) if one != value)})

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def sorted_by(self) -> str:
        return self.sort.removeprefix("-")

    def plain_data(self) -> dict[str, Any]:
        """What a saved view keeps: everything but the page."""
        return {
            field.name: list(value) if isinstance(value := getattr(self, field.name), tuple) else value
            for field in fields(self)
            if field.name != "page"
        }


FILTERS = ("district", "status", "star", "industry", "has", "lacks")


def read(given: Mapping[str, Sequence[str]], districts: Iterable[str], statuses: Iterable[str]) -> Criteria:
    """The criteria that an address asks for; ``given`` maps a name to all its values (``dict(request.GET.lists())``).

    Values that are unknown (an old link, a mistyped address) are left out: a list never fails for its address.
    """
    offered = catalogue()
    facts, optional = offered.facts, offered.optional
    known: dict[str, Callable[[str], bool]] = {
        "district": frozenset(districts).__contains__,
        "status": frozenset(statuses).__contains__,
        "star": frozenset("012345").__contains__,
        "industry": lambda value: value in SECTIONS or re.fullmatch("[0-9]{2,4}", value) is not None,
        "has": facts.__contains__,
        "lacks": facts.__contains__,
    }
    chosen: dict[str, Any] = {
        name: tuple(dict.fromkeys(value for value in _flat(given.get(name, ())) if fits(value)))
        for name, fits in known.items()
    }
    chosen["lacks"] = tuple(name for name in chosen["lacks"] if name not in chosen["has"])
    sort = _last(given, "sort")
    columns = tuple(dict.fromkeys(name for name in _flat(given.get("columns", ())) if name in optional))
    return Criteria(
        q=" ".join(_last(given, "q").split())[:LONGEST],
        sort=sort if sort.removeprefix("-") in offered.sortable else DEFAULT_SORT,
        columns=columns[:MOST_COLUMNS] or DEFAULT_COLUMNS,
        page=max(1, min(small_int(_last(given, "page")) or 1, LAST_PAGE)),
        **chosen,
    )


def _flat(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1].strip()
