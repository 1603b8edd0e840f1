"""Which columns of a table are which facts: finding the header, matching titles, picking the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from zongbu.law.errors import InputError
from zongbu.law.facts.dictionary import Dictionary, Fact
from zongbu.law.facts.titles import Heading, read_title

KEPT: Final = frozenset(("name", "uscc", "district"))
"""Facts that say who a row is about: always read when present, never a reason to reject a row unasked."""

HEADER_ROWS: Final = 20
"""The header must be among this many first rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be read. ``position`` counts from 0; ``wanted`` is false for those kept only for show:
    whatever cannot be read in them stays as it is."""

    fact: Fact
    title: str
    position: int
    scale: Decimal
    wanted: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """What a header means: the columns to read, titles that are no fact, wanted facts without a column."""

    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]


def find_header(rows: Iterable[Sequence[object]], dictionary: Dictionary) -> int | None:
    """Position of the header among the first rows: the first with two known names, else with one.

    (One known name alone may stand in a line above the header, such as 填报单位名称.)
    """
    single: int | None = None
    for index, row in enumerate(rows):
        if index >= HEADER_ROWS:
            break
        known = {heading.fact.identifier for cell in row if (heading := _read(cell, dictionary))}
        if len(known) >= 2:
            return index
        if known and single is None:
            single = index
    return single


def match_columns(
    titles: Sequence[object], dictionary: Dictionary, as_of: date, wanted: frozenset[str] | None
) -> Layout:
    """The layout of a header.

    Of a fact of the prior year the column of year(as_of) − 1 counts, or a plain column when no column
    names that year. Raises :class:`InputError` when two columns claim the same fact.
    """
    year = as_of.year - 1
    plain: dict[str, Column] = {}
    dated: dict[str, Column] = {}
    unknown: list[str] = []
    for position, cell in enumerate(titles):
        title = str(cell).strip() if cell is not None else ""
        heading = _read(title, dictionary)
        if heading is None:
            if title:
                unknown.append(title)
            continue
        fact = heading.fact
        is_wanted = wanted is None or fact.identifier in wanted
        if (heading.year not in (None, year)) or not (is_wanted or fact.identifier in KEPT):
            continue
        group = plain if heading.year is None else dated
        column = Column(fact, title, position, heading.scale, is_wanted)
        first = plain.get(fact.identifier) or dated.get(fact.identifier)
        if first is not None:
            raise InputError(
                f"第 {first.position + 1} 列「{first.title}」和第 {position + 1} 列「{title}」"
                f"都是「{fact.title}」，请只留一列"
            )
        group[fact.identifier] = column
    columns = sorted((*plain.values(), *dated.values()), key=lambda column: column.position)
    present = {column.fact.identifier for column in columns}
    expected = dictionary if wanted is None else [name for name in dictionary if name in wanted]
    absent = tuple(name for name in expected if name not in present)
    return Layout(tuple(columns), tuple(dict.fromkeys(unknown)), absent)


def nothing_known(place: str, titles: Iterable[object], dictionary: Dictionary) -> InputError:
    """The error for a table without a single known column: the titles seen and what they may mean."""
    seen = list(dict.fromkeys(text for title in titles if (text := str(title or "").strip())))
    hints = [f"「{title}」→「{near}」" for title in seen if (near := dictionary.nearest(title))][:3]
    shown = "、".join(f"「{title[:20]}」" for title in seen[:8]) + ("等" if len(seen) > 8 else "")
    advice = f"；是不是 {'，'.join(hints)}？" if hints else "；列名请用事实的标题或标识，zongbu facts 列出全部"
    return InputError(f"{place}：没有一列是已知的事实。看到的列：{shown or '（没有文字）'}{advice}")


def _read(cell: object, dictionary: Dictionary) -> Heading | None:
    text = str(cell).strip() if cell is not None else ""
    return read_title(text, dictionary) if text and len(text) <= 100 else None
