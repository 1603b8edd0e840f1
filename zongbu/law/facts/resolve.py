"""From cells to exact values: what the SQL shortcuts leave is read by ``values.parse``, once per word.

A :class:`Source` is any relation that gives, for each column, a value (by a shortcut) or the odd text
that no shortcut understands. :func:`resolve` parses each different odd text once and joins the answers
back: one meaning, whatever the format of the table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import uuid4

import duckdb

from zongbu.law.facts.columns import Column
from zongbu.law.facts.forms import SQL_TYPES, file_literal, literal, quoted
from zongbu.law.facts.values import BadValue, Value, parse

JOIN_LIMIT: Final = 20_000
"""Up to this many different odd texts are joined in whenever the relation is read; with more the result
is written to a table of its own."""

BUFFER: Final = "max_line_size=2097152, buffer_size=8388608"
"""DuckDB's own 32 MB for each buffer would be too much for a small memory limit."""

_CSV: Final = (
    "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', new_line='\\n', strict_mode=true, " + BUFFER
)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a column, as SQL over a row of the source.

    ``value`` is the value or NULL, ``odd`` the text to be parsed where there is no value (an empty string
    when there is surely none). ``clean`` may be used instead of ``value`` once nothing odd was found;
    ``sure`` says that every cell is odd, so that looking for oddities is needless. ``never_null``: known
    to be without NULL.
    """

    column: Column
    value: str
    odd: str = ""
    clean: str = ""
    sure: bool = False
    never_null: bool = False

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.column.fact.type]


@dataclass(frozen=True, slots=True)
class Source:
    """A relation in the order of the sheet: SQL for FROM and for the row number, and its columns."""

    relation: str
    row: str
    cells: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The relation of values and the table of rejects, by name; see ``tables.Staged``."""

    relation: str
    rejects: str
    never_unknown: frozenset[str]
    ordered: bool


@dataclass(frozen=True, slots=True)
class _Parsed:
    """The table (raw, value, reason) of a column's odd texts, and what is in it."""

    table: str
    words: int = 0
    bad: bool = False
    nulls: bool = False
    same: bool = True
    unknown_rows: bool = False


def fresh(kind: str) -> str:
    """A new name for a table or a view."""
    return f"zb_{kind}_{uuid4().hex[:12]}"


def read_text(path: Path, columns: dict[str, str]) -> str:
    """SQL that reads a CSV file of our own writing (no header, every field quoted as ``csv`` does)."""
    described = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    return f"read_csv({file_literal(path)}, {_CSV}, columns={{{described}}})"


def resolve(
    connection: duckdb.DuckDBPyConnection, source: Source, folder: Path, ragged: Path | None = None
) -> Resolved:
    """Parse every odd cell of ``source`` and make its relation and its rejects.

    ``folder`` takes temporary files; ``ragged`` is a CSV file (row, text, reason) of rows that never
    became cells. A column that is not wanted keeps as text whatever cannot be read in it.
    """
    ready: list[Cells] = []
    parsed: dict[int, _Parsed] = {}
    for index, cells in enumerate(_survey(connection, source)):
        found = cells
        if cells.odd:
            entry = _parse_column(connection, source, cells, folder)
            if not entry.words or (cells.sure and entry.same and not entry.bad):
                found = replace(cells, value=cells.clean or cells.value, odd="")
            else:
                parsed[index] = entry
            if cells.sure:
                found = replace(found, never_null=not entry.unknown_rows)
            found = replace(found, never_null=found.never_null and not entry.nulls)
        ready.append(found)
    source = replace(source, cells=tuple(ready))
    rejects = _make_rejects(connection, source, parsed, ragged)
    never = frozenset(cells.column.fact.identifier for cells in ready if cells.never_null)
    relation, query = fresh("facts"), _select(source, parsed)
    if sum(entry.words for entry in parsed.values()) > JOIN_LIMIT:
        connection.execute(f"CREATE TABLE {relation} AS {query} ORDER BY _row")
        return Resolved(relation, rejects, never, ordered=True)
    connection.execute(f"CREATE VIEW {relation} AS {query}")
    return Resolved(relation, rejects, never, ordered=not parsed)


def _survey(connection: duckdb.DuckDBPyConnection, source: Source) -> list[Cells]:
    """The columns, those without anything odd marked so; one pass over those that may hold something."""
    asked = [cells for cells in source.cells if cells.odd and not cells.sure]
    if not asked:
        return list(source.cells)
    inner = ", ".join(f"{cells.value} AS v{i}, {cells.odd} AS o{i}" for i, cells in enumerate(asked))
    counts = ", ".join(f"count(v{i}), count(o{i})" for i in range(len(asked)))
    row = connection.execute(f"SELECT count(*), {counts} FROM (SELECT {inner} FROM {source.relation})").fetchone()
    assert row is not None
    rows, found = row[0], {}
    for i, cells in enumerate(asked):
        values, oddities = row[1 + 2 * i], row[2 + 2 * i]
        known = replace(cells, never_null=values + oddities == rows)
        found[cells.column.position] = known if oddities else replace(known, value=cells.clean or cells.value, odd="")
    return [found.get(cells.column.position, cells) for cells in source.cells]


def _parse_column(connection: duckdb.DuckDBPyConnection, source: Source, cells: Cells, folder: Path) -> _Parsed:
    """Parse the different odd texts of one column, streaming through a file: any number will do."""
    table, column = fresh("words"), cells.column
    path = folder / f"{table}.csv"
    words, bad, nulls, same, unknown_rows = 0, False, False, True, False
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for raw in _different(connection, source, cells):
            if raw is None:
                unknown_rows = True
                continue
            value, reason = understand(column, raw)
            words += 1
            bad = bad or bool(reason)
            nulls = nulls or (value is None and not reason)
            same = same and value == raw
            writer.writerow((raw, written(value), reason))
    read = read_text(path, {"raw": "VARCHAR", "value": "VARCHAR", "reason": "VARCHAR"})
    connection.execute(f"CREATE TABLE {table} AS SELECT raw, value::{cells.sql_type} AS value, reason FROM {read}")
    path.unlink()
    return _Parsed(table, words, bad, nulls, same, unknown_rows)


def _different(connection: duckdb.DuckDBPyConnection, source: Source, cells: Cells) -> Iterator[str | None]:
    where = "" if cells.sure else "WHERE odd IS NOT NULL"
    result = connection.execute(f"SELECT DISTINCT odd FROM (SELECT {cells.odd} AS odd FROM {source.relation}) {where}")
    while rows := result.fetchmany(10_000):
        for (raw,) in rows:
            yield raw


def understand(column: Column, raw: str) -> tuple[Value, str]:
    """The value of an odd text, and why there is none (empty if it can be read)."""
    try:
        return parse(column.fact, raw, scale=column.scale), ""
    except BadValue as error:
        return (None, error.reason) if column.wanted else (raw, "")


def written(value: Value) -> str:
    """A value as text that SQL casts back to it; unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _layer(source: Source, cells: dict[int, Cells], odd: set[int]) -> str:
    """A subquery with the row number, the values v… and the odd texts o… of the given columns."""
    columns = [f"{source.row} AS _row"]
    columns += [f"{each.value} AS v{index}" for index, each in cells.items()]
    columns += [f"{cells[index].odd} AS o{index}" for index in sorted(odd)]
    return f"(SELECT {', '.join(columns)} FROM {source.relation})"


def _select(source: Source, parsed: dict[int, _Parsed]) -> str:
    columns = ["s._row"]
    for index, cells in enumerate(source.cells):
        value = f"s.v{index}"
        if index in parsed:
            value = f"p{index}.value" if cells.sure else f"coalesce(s.v{index}, p{index}.value)"
        columns.append(f"{value} AS {quoted(cells.column.fact.identifier)}")
    joins = "".join(f" LEFT JOIN {entry.table} p{i} ON s.o{i} = p{i}.raw" for i, entry in parsed.items())
    bad = [f"p{index}.reason IS NULL" for index, entry in parsed.items() if entry.bad]
    where = f" WHERE {' AND '.join(bad)}" if bad else ""
    layer = _layer(source, dict(enumerate(source.cells)), set(parsed))
    return f"SELECT {', '.join(columns)} FROM {layer} s{joins}{where}"


def _make_rejects(
    connection: duckdb.DuckDBPyConnection, source: Source, parsed: dict[int, _Parsed], ragged: Path | None
) -> str:
    name = fresh("rejects")
    parts: list[str] = []
    for index, entry in parsed.items():
        if entry.bad:
            column = source.cells[index].column
            layer = _layer(source, {index: source.cells[index]}, {index})
            parts.append(
                f"SELECT s._row::BIGINT, {literal(column.title)}, s.o{index}, p.reason, {column.position} "
                f"FROM {layer} s JOIN {entry.table} p ON s.o{index} = p.raw WHERE p.reason IS NOT NULL"
            )
    if ragged is not None:
        read = read_text(ragged, {"row_number": "BIGINT", "value": "VARCHAR", "reason": "VARCHAR"})
        parts.append(f"SELECT row_number, '', coalesce(value, ''), reason, -1 FROM {read}")
    shape = "row_number, column_title, value, reason"
    empty = "SELECT NULL::BIGINT, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, 0 WHERE false"
    union = " UNION ALL ".join(parts or [empty])
    connection.execute(
        f"CREATE TABLE {name} AS SELECT {shape} FROM ({union}) AS found({shape}, place) ORDER BY row_number, place"
    )
    return name
