"""Lists of cases that officials work through: what such a list is asked for, its columns, headings, filters and chips.

What the cases are, and how they are found, each app says itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.law.amounts import day as in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS = 50
"""Rows of a page."""
Options = Sequence[tuple[str, str]]
"""Values and labels that can be chosen among."""
_FRAME = frozenset(("show", "sort", "columns", "page"))
RowT = TypeVar("RowT")


# --- what is asked for -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for, as its address says it: tab, words, order, columns, page.

    Sub-classes add their filters as fields, each with a default that filters nothing: a tuple of values of which one
    must fit, a text, or a tick.
    """

    show: str = ""
    q: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    page: int = 1

    usual_columns: ClassVar[tuple[str, ...]] = ()

    @property
    def filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in _FRAME)

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
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _FRAME or not value:
                continue
            if isinstance(value, tuple):
                found += [(one.name, each) for each in value]
            else:
                found.append((one.name, "1" if value is True else str(value)))
        found.append(("sort", self.sort))
        return found + ([("columns", ",".join(self.columns))] if self.columns != self.usual_columns else [])

    @property
    def told(self) -> dict[str, object]:
        """The same for the journal, one entry for each name."""
        found: dict[str, object] = {}
        for name, value in self.pairs:
            found[name] = f"{found[name]},{value}" if name in found else value
        return found

    def address(self, **changes: Any) -> str:
        """The address of the list with changes; page 1."""
        return f"?{urlencode(replace(self, **changes).pairs)}"

    def without(self, name: str, value: str = "") -> str:
        """The address without one filter value."""
        now = getattr(self, name)
        if isinstance(now, tuple):
            return self.address(**{name: tuple(one for one in now if one != value)})
        return self.address(**{name: type(now)()})


class Given:
    """The parameters of an address. A list never fails for its address: what makes no sense is left out."""

    def __init__(self, given: Mapping[str, Sequence[Any]]) -> None:
        self._given = {name: [str(one) for one in values] for name, values in given.items()}

    def last(self, name: str) -> str:
        """The value given last, or nothing."""
        return (self._given.get(name) or [""])[-1]

    def ticked(self, name: str) -> bool:
        return self.last(name) == "1"

    def one_of(self, name: str, allowed: Collection[str], usual: str) -> str:
        """The value given last where it is allowed, else the usual one."""
        given = self.last(name)
        return given if given in allowed else usual

    def several(self, name: str, allowed: Collection[str] | None = None, most: int = 20) -> tuple[str, ...]:
        """The values given, each once; those that are allowed, or of 200 characters at most."""
        values = (one[:200] for one in self._given.get(name, []) if one)
        return tuple(dict.fromkeys(one for one in values if allowed is None or one in allowed))[:most]

    def numbers(self, name: str) -> tuple[str, ...]:
        """The values given that are whole numbers of nine digits at most."""
        return tuple(one for one in self.several(name) if one.isascii() and one.isdigit() and len(one) < 10)

    def frame(
        self, *, show: str, columns: Collection[str], usual_columns: tuple[str, ...], sorts: Collection[str], sort: str
    ) -> dict[str, Any]:
        """The fields of ``Asked``. ``show`` is the tab that was found; the others are what there is, and the usual."""
        named = (one for text in self._given.get("columns", []) for one in text.split(","))
        wanted = self.last("sort")
        return {
            "show": show,
            "q": " ".join(self.last("q").split())[:100],
            "sort": wanted if wanted.removeprefix("-") in sorts else sort,
            "columns": tuple(dict.fromkeys(one for one in named if one in columns)) or usual_columns,
            "page": small_int(self.last("page")) or 1,
        }


# --- columns -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column(Generic[RowT]):
    """A column; ``text`` is what the page shows, ``tone`` colours a label (empty: plain text), ``cell`` is what a file
    holds where that is no text. ``falling``: a click sorts from the largest or newest down."""

    name: str
    title: StrOrPromise
    text: Callable[[RowT], str]
    tone: Callable[[RowT], str] | None = None
    numeric: bool = False
    cell: Callable[[RowT], Any] | None = None
    falling: bool = False

    def shown(self, row: RowT) -> tuple[Column[RowT], str, str]:
        """The column itself, text and tone of a row's cell."""
        return self, self.text(row), self.tone(row) if self.tone is not None else ""


def by_name(*columns: Column[RowT]) -> dict[str, Column[RowT]]:
    """Columns by their names, in this order."""
    return {one.name: one for one in columns}


def moment(value: datetime | None) -> str:
    """The day of a moment, in words."""
    return in_words(timezone.localdate(value), language()) if value is not None else ""


# --- what the page shows -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: where a click leads, and how the list is sorted by it (none, ascending, descending)."""

    title: str
    address: str = ""
    sorted: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is at work, and the address of the list without it."""

    label: str
    address: str


def headings(
    asked: Asked, first: StrOrPromise, columns: Iterable[Column[Any]], sorts: Collection[str]
) -> list[Heading]:
    """The headings of a table whose first column is the name, called ``first``."""
    found = [_heading(asked, "name", first, sorts)]
    return found + [
        _heading(asked, one.name, one.title, sorts, numeric=one.numeric, falling=one.falling) for one in columns
    ]


def _heading(
    asked: Asked,
    name: str,
    title: StrOrPromise,
    sorts: Collection[str],
    *,
    numeric: bool = False,
    falling: bool = False,
) -> Heading:
    if name not in sorts:
        return Heading(str(title), numeric=numeric)
    order = ""
    if asked.sorted_by == name:
        order = "descending" if asked.descending else "ascending"
    ways = (f"-{name}", name) if falling else (name, f"-{name}")
    return Heading(str(title), asked.address(sort=ways[asked.sort == ways[0]]), order, numeric)


def filters(
    asked: Asked, offered: Mapping[str, Options], legends: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[str, str, bool]], int]]:
    """Name, legend, options (value, label, chosen) and number chosen of every filter that offers anything."""
    found = []
    for name, legend in legends.items():
        chosen = getattr(asked, name)
        if offered[name]:
            options = [(value, label, value in chosen) for value, label in offered[name]]
            found.append((name, legend, options, len(chosen)))
    return found


def chips(asked: Asked, offered: Mapping[str, Options], more: Mapping[str, str]) -> list[Chip]:
    """The filters at work. ``more`` says what the texts and ticks among them mean."""
    found = [Chip(_("含「%(words)s」") % {"words": asked.q}, asked.without("q"))] if asked.q else []
    for name, options in offered.items():
        labels = dict(options)
        found += [Chip(labels.get(value, value), asked.without(name, value)) for value in getattr(asked, name)]
    return found + [Chip(label, asked.without(name)) for name, label in more.items() if getattr(asked, name)]


def choosable(asked: Asked, columns: Mapping[str, Column[Any]]) -> list[tuple[str, str, bool]]:
    """All columns: name, title, whether it is shown."""
    return [(name, str(one.title), name in asked.columns) for name, one in columns.items()]
