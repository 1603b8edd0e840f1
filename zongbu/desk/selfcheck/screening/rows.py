"""The rows of a screening: filtered, paged and written out, straight from its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, overload

import duckdb

from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import files
from zongbu.law.facts.forms import quoted

PAGE = 50
BY_NAME = "name COLLATE zh"
"""By pinyin, as the register sorts on PostgreSQL (and nearly so on SQLite); by code points names are in no order."""
SORTS = {"name": BY_NAME, "-name": f"{BY_NAME} DESC", "uscc": "uscc", "-uscc": "uscc DESC"}
ANSWERS = ("met", "not_met", "undetermined")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are shown: part of a name or code, a district, one answer of one result; and in which order."""

    text: str = ""
    district: str = ""
    result: str = ""
    answer: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Row:
    """An enterprise of a screening; ``answers`` are in the order of the results: True, False, None or an amount."""

    name: str
    uscc: str
    district: str
    answers: tuple[bool | Decimal | int | str | None, ...]


@contextmanager
def _opened() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": 2})
    try:
        yield connection
    finally:
        connection.close()


def count(screening: Screening, chosen: Filter) -> int:
    """How many rows a filter lets through."""
    where, values = _where(screening, chosen)
    with _opened() as connection:
        found = connection.execute(_select("count(*)", where), [_path(screening), *values]).fetchone()
    assert found is not None
    return int(found[0])


def page(screening: Screening, chosen: Filter, offset: int, limit: int = PAGE) -> list[Row]:
    """Some rows."""
    cut = f" LIMIT {int(limit)} OFFSET {int(offset)}"
    with _opened() as connection:
        return [row for part in _rows(connection, screening, chosen, cut) for row in part]


def every(screening: Screening, chosen: Filter) -> Iterator[Row]:
    """All rows that a filter lets through, a few thousand in memory at a time."""
    with _opened() as connection:
        for part in _rows(connection, screening, chosen, ""):
            yield from part


def one(screening: Screening, uscc: str) -> Row | None:
    """The row of an enterprise; None if it was not screened."""
    with _opened() as connection:
        query = _select(_columns(screening), " WHERE uscc = ? LIMIT 1")
        found = connection.execute(query, [_path(screening), uscc]).fetchone()
    return None if found is None else _row(found)


def _rows(
    connection: duckdb.DuckDBPyConnection, screening: Screening, chosen: Filter, limit: str
) -> Iterator[list[Row]]:
    where, values = _where(screening, chosen)
    order = SORTS.get(chosen.sort) or _result_order(screening, chosen.sort)
    query = _select(_columns(screening), f"{where} ORDER BY {order}, uscc{limit}")
    cursor = connection.execute(query, [_path(screening), *values])
    while part := cursor.fetchmany(5000):
        yield [_row(found) for found in part]


def _select(columns: str, rest: str) -> str:
    # Columns are quoted and of the screening's own results; what people type travels as values.
    return f"SELECT {columns} FROM read_parquet(?){rest}"  # noqa: S608


def _result_order(screening: Screening, sort: str) -> str:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in screening.results:
        return SORTS["name"]
    return f"{quoted(name)} {'DESC' if down else 'ASC'} NULLS LAST, {BY_NAME}"


def _columns(screening: Screening) -> str:
    return ", ".join(["name", "uscc", "district", *(quoted(result) for result in screening.results)])


def _where(screening: Screening, chosen: Filter) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if chosen.text:
        parts.append("(contains(name, ?) OR contains(uscc, ?))")
        values += [chosen.text, chosen.text.upper()]
    if chosen.district:
        parts.append("district = ?")
        values.append(chosen.district)
    if chosen.result in screening.results and chosen.answer in ANSWERS:
        column = quoted(chosen.result)
        met = {"amount": f"{column} > 0", "condition": column}.get(screening.counts[chosen.result]["kind"], "false")
        parts.append(
            {"met": met, "not_met": f"{column} IS NOT NULL AND NOT ({met})", "undetermined": f"{column} IS NULL"}[
                chosen.answer
            ]
        )
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _path(screening: Screening) -> str:
    return str(files.answers(screening))


def _row(found: tuple[Any, ...]) -> Row:
    name, uscc, district, *answers = found
    return Row(name or "", uscc or "", district or "", tuple(answers))


class Rows(Sequence[Row]):
    """The rows of a screening as a sequence that Django's paginator can cut: two quick queries a page."""

    def __init__(self, screening: Screening, chosen: Filter) -> None:
        self._screening, self._chosen = screening, chosen
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = count(self._screening, self._chosen)
        return self._count

    @overload
    def __getitem__(self, wanted: int) -> Row: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Row]: ...

    def __getitem__(self, wanted: int | slice) -> Row | list[Row]:
        if isinstance(wanted, int):
            return page(self._screening, self._chosen, wanted, 1)[0]
        start, stop, _step = wanted.indices(len(self))
        return page(self._screening, self._chosen, start, stop - start)
