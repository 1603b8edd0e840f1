"""CSV files and workbooks → a base table in DuckDB, from which ``resolve`` makes exact values.

A plain CSV is read by DuckDB itself. Everything else (workbooks, GBK, ragged rows, empty rows, titles
above the header) is first written, row by row, as a plain CSV of the needed columns.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from zongbu.law.facts.columns import Layout, match_columns
from zongbu.law.facts.delimited import Ragged, Survey, data_rows, find_text_header, records, survey
from zongbu.law.facts.dictionary import Dictionary
from zongbu.law.facts.forms import file_literal, literal, text_value
from zongbu.law.facts.resolve import BUFFER, Cells, Source, fresh, read_text


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source, what its header means, its number of data rows, and the rows that fit no header."""

    source: Source
    layout: Layout
    rows: int
    ragged: Path | None = None
    sheet: str | None = None


class Progress:
    """The share done; never falls, and is told in steps of at least half a percent."""

    def __init__(self, listener: Callable[[float], None] | None) -> None:
        self.listener = listener
        self.done = 0.0

    def __call__(self, share: float) -> None:
        if share >= min(self.done + 0.005, 1.0) and self.done < 1.0:
            self.done = min(share, 1.0)
            if self.listener is not None:
                self.listener(self.done)

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """A listener for a step that takes the progress from ``start`` to ``end``."""
        return lambda share: self(start + (end - start) * share)


def load_book(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dictionary: Dictionary,
    as_of: date,
    wanted: frozenset[str] | None,
    sheet: str | None,
    folder: Path,
    report: Progress,
) -> Loaded:
    """A worksheet; see ``sheet.open_sheet`` for which one and for the errors."""
    from zongbu.law.facts.sheet import open_sheet, sheet_rows  # calamine only when it is needed

    opened = open_sheet(path, sheet, dictionary)
    report(0.1)
    layout = match_columns(opened.titles, dictionary, as_of, wanted)
    positions = [column.position for column in layout.columns]
    codes = [i for i, column in enumerate(layout.columns) if column.fact.type in ("text", "code", "choice")]
    rows = sheet_rows(opened, positions, codes, report.part(0.1, 0.6))
    source, _, _, count = _write_and_read(connection, rows, layout, folder)
    return Loaded(source, layout, count, sheet=opened.name)


def load_csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dictionary: Dictionary,
    as_of: date,
    wanted: frozenset[str] | None,
    folder: Path,
    report: Progress,
) -> Loaded:
    """A CSV file; the errors are those of ``delimited.survey`` and of the header."""
    found = survey(path, report.part(0.0, 0.15))
    delimiter, header, titles = find_text_header(path, found.encoding, dictionary)
    layout = match_columns(titles, dictionary, as_of, wanted)
    if found.plain and header == 0 and not any("\n" in title or "\r" in title for title in titles):
        told, watch = report.part(0.15, 0.8), report.listener is not None
        plain = _read_plain(connection, path, found, delimiter, len(titles), layout, told, watch)
        if plain is not None:
            return Loaded(plain[0], layout, plain[1])
    positions = [column.position for column in layout.columns]
    lines = records(path, found.encoding, delimiter, report.part(0.15, 0.6))
    rows = (
        row if isinstance(row, Ragged) else (row[0], [row[1][position] for position in positions])
        for row in data_rows(lines, header + 1, len(titles), delimiter)
    )
    source, ragged, broken, count = _write_and_read(connection, rows, layout, folder)
    return Loaded(source, layout, count + broken, ragged if broken else None)


def _read_plain(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    found: Survey,
    delimiter: str,
    width: int,
    layout: Layout,
    report: Callable[[float], None],
    watch: bool,
) -> tuple[Source, int] | None:
    """Let DuckDB read the file, all or nothing: ``None`` when any row is not as it should be.

    Rows must come to the number of line ends: DuckDB 2.0 reads nothing at all, without a word, when
    new_line is given as CR LF, and no such surprise may lose a row.
    """
    described = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    relation = (
        f"read_csv({file_literal(path)}, auto_detect=false, header=false, skip=1, strict_mode=true, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', {BUFFER}, columns={{{described}}})"
    )
    try:
        with _watched(connection, report) if watch else nullcontext():
            # The table keeps the order of the file, so its row identifiers are the row numbers.
            source, count = _base(connection, relation, "rowid + 2", layout)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    if count != found.records - 1:
        connection.execute(f"DROP TABLE {source.relation}")
        return None
    return source, count


def _base(connection: duckdb.DuckDBPyConnection, relation: str, row: str, layout: Layout) -> tuple[Source, int]:
    """A table with, for each column, the value by the shortcut (v) or the text to be parsed (o)."""
    table = fresh("base")
    numbered = ["_row"] if row == "_row" else []
    inner, outer, cells = [*numbered], [*numbered], []
    for index, column in enumerate(layout.columns):
        cell = f"c{column.position}"
        inner += [f"{cell} AS t{index}", f"{text_value(column.fact, cell, column.scale)} AS v{index}"]
        outer += [f"v{index}", f"CASE WHEN v{index} IS NULL THEN nullif(t{index}, '') END AS o{index}"]
        cells.append(Cells(column, f"v{index}", f"o{index}"))
    if not inner:
        inner, outer = ["true AS present"], ["present"]
    connection.execute(
        f"CREATE TABLE {table} AS SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {relation})"
    )
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert count is not None
    return Source(table, row, tuple(cells)), count[0]


def _write_and_read(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[tuple[int, Sequence[object]] | Ragged],
    layout: Layout,
    folder: Path,
) -> tuple[Source, Path, int, int]:
    """By way of CSV files of our own: the source, the file of ragged rows, their number, the others'."""
    cells, ragged, broken, written = folder / "cells.csv", folder / "ragged.csv", 0, 0
    with (
        cells.open("w", encoding="utf-8", newline="") as good,
        ragged.open("w", encoding="utf-8", newline="") as bad,
    ):
        # Everything quoted: csv would leave a lone CR bare, which DuckDB takes for the end of a line.
        write = csv.writer(good, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        reject = csv.writer(bad, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        for row in rows:
            if isinstance(row, Ragged):
                reject((row.row, row.text, row.reason))
                broken += 1
            else:
                write((row[0], *row[1]))
                written += 1
    names = {"_row": "BIGINT"} | {f"c{column.position}": "VARCHAR" for column in layout.columns}
    source, count = _base(connection, read_text(cells, names), "_row", layout)
    if count != written:
        raise RuntimeError(f"DuckDB read {count} of {written} rows")
    return source, ragged, broken, count


@contextmanager
def _watched(connection: duckdb.DuckDBPyConnection, report: Callable[[float], None]) -> Iterator[None]:
    """Report how far DuckDB's statement is, from a thread of its own."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            percent = connection.query_progress()
            if percent > 0:
                report(percent / 100)

    settings = ("enable_progress_bar", "enable_progress_bar_print")
    before = connection.execute(f"SELECT {', '.join(f'current_setting({literal(s)})' for s in settings)}")
    old = before.fetchone() or (False, True)
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        for name, value in zip(settings, old, strict=True):
            connection.execute(f"SET {name} = {'true' if value else 'false'}")
