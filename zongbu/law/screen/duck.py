"""Screening with DuckDB, embedded: any table file, any size, bounded memory."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.tables import Staged, stage
from zongbu.law.screen.output import write_rows
from zongbu.law.screen.places import rejects_path
from zongbu.law.screen.prepare import SOURCE, Account, Means, Prepared, Totals, carried_columns
from zongbu.law.screen.rejects import write_rejects
from zongbu.law.screen.request import Screening
from zongbu.law.sql.bits import ask_bits

T = TypeVar("T")

UNWANTED = frozenset({"in_clause", "partial_aggregate_pushdown"})
"""Optimizers of DuckDB that do harm here: the first turns a long IN list into a hash join that loses the order of the
rows; the second takes seconds to plan our totals, whatever the size of the table, and there is nothing to push down."""
_STAGING = 0.5
"""Share of the progress given to reading the table; the rest goes to the queries."""


def screen(prepared: Prepared) -> Screening:
    """Carry out a request with DuckDB."""
    request = prepared.request
    output = Path(request.output) if request.output is not None else None
    with opened(request.memory_limit) as connection:
        staged = read(connection, prepared)
        means = Means(prepared.facts - set(staged.facts), staged.never_unknown, ask_bits(connection), narrow=True)
        rejects = write_rejects(connection, staged.rejects, rejects_path(request))
        written = None
        if output is not None:
            with _watched(connection, prepared, _STAGING, 0.75):
                written = narrow_first(means, functools.partial(_write, connection, prepared, staged, output))
        totals = Totals(staged.rows or 0, {}, (), {})
        if request.summary:
            with _watched(connection, prepared, 0.75, 1.0):
                totals = narrow_first(means, functools.partial(count, connection, prepared))
        account = Account(staged.unknown_columns, staged.warnings)
        return prepared.screening(totals, means, account, rejects, written)


@contextmanager
def opened(memory_limit: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a temporary database on disk, so that tables larger than memory can be staged.

    Raises:
        InputError: the memory limit is none, or not enough for what is then done.
    """
    with TemporaryDirectory(prefix="zongbu-") as folder:
        connection = duckdb.connect(str(Path(folder) / "screen.duckdb"))
        try:
            connection.execute("SET temp_directory = ?", [folder])
            connection.execute("SET enable_progress_bar = true")
            _leave_out(connection, UNWANTED)
            connection.execute("SET enable_progress_bar_print = false")
            if memory_limit:
                _limit(connection, memory_limit)
            yield connection
        except duckdb.OutOfMemoryException as error:
            limit = f"内存上限 {memory_limit}" if memory_limit else "这台机器的内存"
            raise InputError(f"{limit} 不够用，请用 --memory 调大（如 1GB），或少要几项结果") from error
        finally:
            connection.close()


def _limit(connection: duckdb.DuckDBPyConnection, memory_limit: str) -> None:
    try:
        connection.execute("SET memory_limit = ?", [memory_limit])
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise InputError(f"内存上限「{memory_limit}」读不懂，应如 500MB、1GB") from None


def _leave_out(connection: duckdb.DuckDBPyConnection, unwanted: frozenset[str]) -> None:
    known = {name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
    connection.execute("SET disabled_optimizers = '" + ",".join(sorted(known & unwanted)) + "'")


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


def _write(
    connection: duckdb.DuckDBPyConnection, prepared: Prepared, staged: Staged, output: Path, means: Means
) -> int:
    carried = carried_columns(staged.facts)
    query = prepared.rows_query(("_row", *carried), means)
    text = prepared.rows_text(query.text(), carried, ordered=staged.ordered)
    return write_rows(connection, text, output, prepared.note)


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
