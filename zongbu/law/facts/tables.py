"""Tables of enterprises (CSV, XLSX, Parquet) → exact values in DuckDB, with bounded memory.

Whatever the format, one relation of typed columns comes out, one table of what could not be read, and
one account of the columns. The meaning of a cell is that of :func:`zongbu.law.facts.values.parse`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.columns import Layout
from zongbu.law.facts.dictionary import Dictionary
from zongbu.law.facts.forms import quoted
from zongbu.law.facts.loading import Loaded, Progress, load_book, load_csv
from zongbu.law.facts.parquet import files_of, parquet_source
from zongbu.law.facts.resolve import resolve
from zongbu.law.facts.uscc import odd_uscc_sql

_BOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_PARQUET_SUFFIXES: Final = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Staged:
    """A table of enterprises, ready to be asked.

    ``relation`` is the SQL name of a view or table with one column per fact in ``facts``, named by
    identifier (text, code, choice VARCHAR; boolean BOOLEAN; integer INTEGER; money DECIMAL(18,2) in yuan;
    ratio DECIMAL(9,6); date DATE; NULL = unknown), and ``_row`` BIGINT: in CSV and workbooks the number
    of the row as a spreadsheet shows it (with the header in row 1 the first data row is 2), in Parquet
    the row counted from 1, through all files. Rows with a reject are not in it.

    ``rejects`` is the SQL name of a table (row_number BIGINT, column_title VARCHAR, value VARCHAR, reason
    VARCHAR) in the order of rows; ``column_title`` is empty where the whole row does not fit the header.

    ``rows`` counts the data rows read, the rejected included. ``unknown_columns`` are titles that are no
    known fact; ``absent`` are the wanted facts that have no column, unknown for every row.
    ``never_unknown`` are facts proven to be known in every row. ``ordered``: reading the relation gives
    the rows in their order (where the connection preserves insertion order); otherwise sort by ``_row``.
    ``warnings`` are remarks in Chinese that stop nothing. ``sheet`` is the worksheet read.
    """

    relation: str
    facts: tuple[str, ...]
    rejects: str
    rows: int | None
    unknown_columns: tuple[str, ...]
    absent: tuple[str, ...]
    never_unknown: frozenset[str]
    ordered: bool
    warnings: tuple[str, ...] = ()
    sheet: str | None = None


def stage(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dictionary: Dictionary,
    *,
    as_of: date,
    wanted: frozenset[str] | None = None,
    sheet: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Staged:
    """Make the table in ``path`` available on ``connection``.

    ``path`` is a CSV file (UTF-8, UTF-16, GBK/GB18030; comma, semicolon or tab), a workbook (``sheet``
    names the worksheet; without it the first visible one with a known header) or Parquet (a file, a
    folder or a pattern). ``wanted`` are the identifiers to read (default: all known); name, uscc and
    district are kept besides, as they are if need be. Of facts of the prior year the column of
    year(as_of) − 1 counts. ``progress`` is told the share done, 0 to 1, possibly from another thread.

    CSV and workbooks are written to tables of the connection's database: give a connection to a temporary
    database on disk and its memory limit holds for tables of any size. Parquet stays where it lies.

    Raises :class:`InputError` with one line in Chinese when the table cannot be used at all; single bad
    cells and rows never raise but are listed in ``rejects``.
    """
    path = Path(path)
    report = Progress(progress)
    kind, files = _kind(path)
    if sheet is not None and kind != "book":
        raise InputError(f"{path}：只有工作簿才分工作表，请去掉工作表名「{sheet}」")
    with TemporaryDirectory(prefix="zongbu-") as name, _in_order(connection):
        folder = Path(name)
        if kind == "parquet":
            source, layout, rows = parquet_source(connection, path, files, dictionary, as_of, wanted)
            loaded = Loaded(source, layout, rows)
        elif kind == "book":
            loaded = load_book(connection, path, dictionary, as_of, wanted, sheet, folder, report)
        else:
            loaded = load_csv(connection, path, dictionary, as_of, wanted, folder, report)
        report(max(report.done, 0.8))
        resolved = resolve(connection, loaded.source, folder, loaded.ragged)
    warnings = () if kind == "parquet" else _odd_codes(connection, resolved.relation, loaded.layout)
    report(1.0)
    return Staged(
        relation=resolved.relation,
        facts=tuple(column.fact.identifier for column in loaded.layout.columns),
        rejects=resolved.rejects,
        rows=loaded.rows,
        unknown_columns=loaded.layout.unknown,
        absent=loaded.layout.absent,
        never_unknown=resolved.never_unknown,
        ordered=resolved.ordered,
        warnings=warnings,
        sheet=loaded.sheet,
    )


@contextmanager
def _in_order(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Tables keep the order of the file while this lasts, whatever the connection is set to."""
    row = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone()
    kept = row is not None and bool(row[0])
    if not kept:
        connection.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        if not kept:
            connection.execute("SET preserve_insertion_order = false")


def _odd_codes(connection: duckdb.DuckDBPyConnection, relation: str, layout: Layout) -> tuple[str, ...]:
    warnings: list[str] = []
    for column in layout.columns:
        if column.fact.format == "uscc":
            name = quoted(column.fact.identifier)
            row = connection.execute(
                f"SELECT count(*) FROM {relation} WHERE {name} IS NOT NULL AND {odd_uscc_sql(name)}"
            ).fetchone()
            if row is not None and row[0]:
                warnings.append(f"{row[0]} 行的{column.fact.title}校验不符（只提示，不影响结果）")
    return tuple(warnings)


def parquet_files(path: Path) -> list[Path]:
    """The Parquet files that ``path`` names, in the order in which rows are numbered; none for other tables.

    Raises:
        InputError: nothing is there.
    """
    kind, files = _kind(Path(path))
    return files if kind == "parquet" else []


def _kind(path: Path) -> tuple[str, list[Path]]:
    """csv, book or parquet, by content where it tells, else by suffix; and the files."""
    files = files_of(path) if path.is_dir() or not path.exists() else [path]
    if path.is_dir() and not files:
        raise InputError(f"{path}：是文件夹，里面没有 Parquet 文件；请给出表格文件")
    if not files:
        raise InputError(f"{path}：没有这个文件")
    if path.is_dir() or len(files) > 1 or files[0] != path:
        return "parquet", files
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise InputError(f"{path}：打不开（{error.strerror}）") from error
    suffix = path.suffix.lower()
    if not head:
        raise InputError(f"{path}：文件是空的")
    if head[:4] == b"PAR1":
        return "parquet", files
    if head[:4] == b"PK\x03\x04" or head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "book", files
    if suffix in _PARQUET_SUFFIXES:
        raise InputError(f"{path}：不是 Parquet 文件")
    if suffix in _BOOK_SUFFIXES:
        advice = "可能是改了扩展名的网页或文本，请另存为 .xlsx 或 CSV"
        raise InputError(f"{path}：不是真正的 Excel 工作簿；{advice}")
    return "csv", files
