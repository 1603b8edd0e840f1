"""Writing rows to files: complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.forms import literal, quoted

FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
_SHEET_ROWS = 1_048_575
_EXACT_IN_A_CELL = Decimal(10) ** 13
"""Spreadsheets keep 15 digits: an amount of this size or more is written as text, to the fen."""


def format_of(path: Path) -> str:
    """``csv``, ``xlsx`` or ``parquet``, by the ending.

    Raises:
        InputError: another ending, or a folder that does not exist.
    """
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise InputError(f"输出文件「{path}」的扩展名应为 .csv、.xlsx 或 .parquet")
    if not path.absolute().parent.is_dir():
        raise InputError(f"输出文件夹「{path.parent}」不存在，请先建立")
    return found


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place at the end; nothing stays where writing fails."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise InputError(f"写不了「{path}」：{error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def write_rows(connection: duckdb.DuckDBPyConnection, query: str, path: Path, note: str = "") -> int:
    """Write the rows of a query; returns how many.

    A CSV begins with the byte-order mark: without it Chinese Excel takes UTF-8 for GBK. ``note`` is what a
    reader must know: a sheet of its own in a workbook, metadata of a Parquet (key ``remarks``).

    Raises:
        InputError: the file cannot be written, or a worksheet cannot hold so many rows.
    """
    kind = format_of(path)
    with whole(path) as partial:
        if kind == "xlsx":
            return _write_sheet(connection, query, partial, note)
        options = "FORMAT csv, HEADER true"
        if kind == "csv":
            query = _marked(connection, query)
        else:
            options = "FORMAT parquet, COMPRESSION zstd"
            options += f", KV_METADATA {{remarks: {literal(note)}}}" if note else ""
        row = connection.execute(f"COPY ({query}) TO {literal(str(partial))} ({options})").fetchone()
        return int(row[0]) if row is not None else 0


def _marked(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The query with a byte-order mark before the name of its first column, which begins the file."""
    described = connection.execute(f"SELECT * FROM ({query}) LIMIT 0").description or ()
    first, *others = (quoted(column[0]) for column in described)
    columns = [f'{first} AS "\ufeff{first[1:]}', *others]
    return f"SELECT {', '.join(columns)} FROM ({query})"


def _write_sheet(connection: duckdb.DuckDBPyConnection, query: str, path: Path, note: str) -> int:
    import xlsxwriter

    cursor = connection.execute(query)
    titles = [column[0] for column in cursor.description]
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("筛查结果")
    if note:
        book.add_worksheet("说明").write_string(0, 0, note)
    amount = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    count = 0
    try:
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                count += 1
                if count > _SHEET_ROWS:
                    raise InputError("超过一张工作表能容纳的 1,048,575 行，请改用 .csv 或 .parquet")
                _write_row(sheet, count, row, amount, day)
    finally:
        book.close()
    return count


def _write_row(sheet: Any, number: int, row: Sequence[Any], amount: Any, day: Any) -> None:
    for column, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, Decimal) and abs(value) < _EXACT_IN_A_CELL:
            sheet.write_number(number, column, value, amount)
        elif isinstance(value, int):
            sheet.write_number(number, column, value)
        elif hasattr(value, "isoformat"):
            sheet.write_datetime(number, column, value, day)
        else:
            sheet.write_string(number, column, str(value))
