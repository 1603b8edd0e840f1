"""Rows that could not be used: counted, shown by example, and written to a file of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from zongbu.law.screen.output import write_rows
from zongbu.law.screen.request import Reject

SHOWN = 5
"""Unusable cells that a summary shows."""

SHAPE = "row_number BIGINT, column_title VARCHAR, value VARCHAR, reason VARCHAR"


@dataclass(frozen=True, slots=True)
class Rejects:
    """Number of rejected rows, the file that lists them (None: not written), and the first of them."""

    rows: int
    path: Path | None
    first: tuple[Reject, ...]


def write_rejects(connection: duckdb.DuckDBPyConnection, table: str, path: Path | None) -> Rejects:
    """Count a table of rejects (of ``SHAPE``) and write its file if there is anything to write.

    A file left by an earlier run is emptied, so that nobody takes its rows for those of this run.

    Raises:
        InputError: the file cannot be written.
    """
    row = connection.execute(f"SELECT count(DISTINCT row_number) FROM {table}").fetchone()
    rows = int(row[0]) if row is not None else 0
    query = f'SELECT row_number AS "row", column_title AS "column", value, reason FROM {table} ORDER BY 1, 2'
    if path is not None and (rows or path.exists()):
        write_rows(connection, query, path)
    found: Iterable[tuple[int, str, str, str]] = connection.execute(f"{query} LIMIT {SHOWN}").fetchall()
    return Rejects(rows, path if rows else None, tuple(Reject(*each) for each in found))
