"""Screening with DuckDB, embedded: any table file, any size, bounded memory."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.tables import Staged, stage
from zongbu.law.screen.output import format_of, write_rows
from zongbu.law.screen.prepare import SOURCE, Means, Prepared, Totals, carried_columns
from zongbu.law.screen.request import Screening
from zongbu.law.sql.bits import ask_bits

T = TypeVar("T")

_STAGING = 0.5
"""Share of the progress given to reading the table; the rest goes to the queries."""


def screen(prepared: Prepared) -> Screening:
    """Carry out a request with DuckDB."""
    request = prepared.request
    output = Path(request.output) if request.output is not None else None
    if output is not None:
        format_of(output)
    with opened(request.memory_limit) as connection:
        staged = read(connection, prepared)
        means = Means(prepared.facts - set(staged.facts), staged.never_unknown, ask_bits(connection), narrow=True)
        rejected, rejects = write_rejects(connection, staged, rejects_path(prepared))
        written = None
        if output is not None:
            with _watched(connection, prepared, _STAGING, 0.75):
                written = narrow_first(means, functools.partial(_write, connection, prepared, staged, output))
        totals = Totals(staged.rows or 0, {}, (), {})
        if request.summary:
            with _watched(connection, prepared, 0.75, 1.0):
                totals = narrow_first(means, functools.partial(count, connection, prepared))
        return Screening(
            policy=request.policy,
            as_of=request.as_of,
            engine=request.engine,
            rows=totals.rows,
            rejected=rejected,
            written=written,
            counts=totals.counts,
            funnel=totals.funnel,
            lacking=totals.lacking,
            parameters=prepared.parameters,
            absent=tuple(sorted(means.absent)),
            unknown_columns=staged.unknown_columns,
            warnings=staged.warnings,
            output=output,
            rejects=rejects,
        )


@contextmanager
def opened(memory_limit: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a temporary database on disk, so that tables larger than memory can be staged."""
    with TemporaryDirectory(prefix="zongbu-") as folder:
        connection = duckdb.connect(str(Path(folder) / "screen.duckdb"))
        try:
            connection.execute("SET temp_directory = ?", [folder])
            connection.execute("SET enable_progress_bar = true")
            # A long IN list becomes a hash join, and with several threads that join loses the order of the rows.
            connection.execute("SET disabled_optimizers = 'in_clause'")
            connection.execute("SET enable_progress_bar_print = false")
            if memory_limit:
                connection.execute("SET memory_limit = ?", [memory_limit])
            yield connection
        finally:
            connection.close()


def read(connection: duckdb.DuckDBPyConnection, prepared: Prepared) -> Staged:
    """Stage the source table with the facts that the request needs."""
    request = prepared.request
    report = request.progress
    staged = stage(
        connection,
        Path(request.source),
        request.policy.dictionary,
        as_of=request.as_of,
        wanted=prepared.facts,
        sheet=request.sheet,
        progress=None if report is None else (lambda share: report(share * _STAGING)),
    )
    connection.execute(f"CREATE TEMP VIEW {SOURCE} AS SELECT * FROM {staged.relation}")
    return staged


def rows_text(prepared: Prepared, query: str, carried: Sequence[str], *, ordered: bool, quote: str = '"') -> str:
    """The rows as they are written: asked columns only, those that meet ``only``, in the order of the source.

    Raises:
        InputError: ``only`` names a result that is neither a condition nor a number.
    """
    columns = ", ".join(f"{quote}{column}{quote}" for column in (*carried, *prepared.results))
    text = f"SELECT {columns} FROM ({query}) AS answers"
    if prepared.only is not None:
        kind = prepared.request.policy.rules[prepared.only].node.type.kind
        if kind not in ("boolean", "number"):
            raise InputError(f"「{prepared.only}」不是条件也不是金额，不能用来筛选行")
        text += f" WHERE {quote}{prepared.only}{quote}" + (" > 0" if kind == "number" else "")
    return text if ordered else f"{text} ORDER BY _row"


def _write(
    connection: duckdb.DuckDBPyConnection, prepared: Prepared, staged: Staged, output: Path, means: Means
) -> int:
    query = prepared.rows_query(("_row", *carried_columns(staged.facts)), means)
    return write_rows(
        connection,
        rows_text(prepared, query.text(), carried_columns(staged.facts), ordered=staged.ordered),
        output,
    )


def count(connection: duckdb.DuckDBPyConnection, prepared: Prepared, means: Means) -> Totals:
    """Counts, sums and funnel in one pass over the source."""
    query, text = prepared.totals_query(means)
    cursor = connection.execute(text)
    row = cursor.fetchone()
    assert row is not None
    found: dict[str, Any] = {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
    return prepared.read_totals(query, found, means.absent)


def narrow_first(means: Means, run: Callable[[Means], T]) -> T:
    """Compute with 64-bit decimals, and once more with wide ones if DuckDB reports that a number did not fit."""
    try:
        return run(means)
    except duckdb.OutOfRangeException:
        return run(replace(means, narrow=False))


def rejects_path(prepared: Prepared) -> Path | None:
    """Where unusable rows are written: as asked, or beside the output."""
    request = prepared.request
    if request.rejects is not None or request.output is None:
        return request.rejects
    return Path(request.output).with_suffix(".rejects.csv")


def write_rejects(connection: duckdb.DuckDBPyConnection, staged: Staged, path: Path | None) -> tuple[int, Path | None]:
    """Write the rejects file if there is anything to write; returns the number of rejected rows and the file.

    A file left by an earlier run is emptied, so that nobody takes its rows for those of this run.
    """
    row = connection.execute(f"SELECT count(DISTINCT row_number) FROM {staged.rejects}").fetchone()
    rejected = int(row[0]) if row is not None else 0
    if path is None or not (rejected or path.exists()):
        return rejected, None
    query = f'SELECT row_number AS "row", column_title AS "column", value, reason FROM {staged.rejects} ORDER BY 1, 2'
    write_rows(connection, query, path)
    return rejected, path if rejected else None


@contextmanager
def _watched(connection: duckdb.DuckDBPyConnection, prepared: Prepared, start: float, end: float) -> Iterator[None]:
    """Report the progress of the query that runs meanwhile."""
    report = prepared.request.progress
    if report is None:
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_report, args=(connection, report, start, end, done), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        report(end)


def _report(
    connection: duckdb.DuckDBPyConnection,
    report: Callable[[float], None],
    start: float,
    end: float,
    done: threading.Event,
) -> None:
    while not done.wait(0.2):
        share = connection.query_progress()
        if share >= 0:
            report(start + (end - start) * min(share, 100.0) / 100)
