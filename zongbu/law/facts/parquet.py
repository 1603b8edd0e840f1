"""Parquet in place: typed columns are used where they lie, and statistics spare looking at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.columns import Column, Layout, match_columns, nothing_known
from zongbu.law.facts.dictionary import Dictionary, Fact
from zongbu.law.facts.forms import file_literal, literal, option_words, quoted, text_value, typed_value
from zongbu.law.facts.resolve import Cells, Source
from zongbu.law.facts.values import AMOUNT_LIMIT, FIRST_YEAR, INTEGER_LIMIT, LAST_YEAR

FEW: Final = 5000
"""A text column with at most this many different words (in a sample) is read word by word."""

_SAMPLE: Final = 50_000


@dataclass(frozen=True, slots=True)
class _Statistics:
    """What the metadata prove of a column: ``bounded`` if every row group states its bounds (text and
    number; ``None`` when there are only NULLs), ``never_null`` if every one states that it has no NULL."""

    bounded: bool = False
    low: str | None = None
    high: str | None = None
    low_number: Decimal | None = None
    high_number: Decimal | None = None
    never_null: bool = False

    def within(self, lowest: Decimal, highest: Decimal) -> bool:
        if not self.bounded or self.low is None:
            return self.bounded
        if self.low_number is None or self.high_number is None:
            return False
        return lowest <= self.low_number and self.high_number <= highest

    def between_years(self) -> bool:
        if not self.bounded or self.low is None or self.high is None:
            return self.bounded
        dated = self.low[:4].isdigit() and self.high[:4].isdigit() and self.low[4:5] == self.high[4:5] == "-"
        return dated and str(FIRST_YEAR) <= self.low[:4] and self.high[:4] <= str(LAST_YEAR)


def files_of(path: Path) -> list[Path]:
    """The Parquet files that ``path`` names: a file, a folder (searched below too) or a pattern."""
    if path.is_dir():
        return sorted(found for found in path.rglob("*") if found.suffix in (".parquet", ".pq"))
    if path.exists():
        return [path]
    pattern = str(path)
    if any(sign in pattern for sign in "*?["):
        anchor = Path(path.anchor) if path.is_absolute() else Path()
        return sorted(anchor.glob(str(path.relative_to(anchor)) if path.is_absolute() else pattern))
    return []


def row_counts(files: Sequence[Path]) -> list[int]:
    """The number of rows of each file, by its metadata.

    Raises:
        InputError: one is no readable Parquet file.
    """
    listed = "[" + ", ".join(file_literal(file.resolve()) for file in files) + "]"
    try:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({listed})").fetchall()
    except duckdb.Error as error:
        raise InputError(f"{files[0].parent}：不是能读的 Parquet 文件（{str(error).splitlines()[0]}）") from error
    rows = dict(found)
    return [int(rows[str(file.resolve())]) for file in files]


def parquet_source(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    files: Sequence[Path],
    dictionary: Dictionary,
    as_of: date,
    wanted: frozenset[str] | None,
) -> tuple[Source, Layout, int]:
    """The source over ``files``, its layout and its number of rows. Nothing is copied.

    Row numbers count from 1, through all files in the order of ``files``.
    """
    listed = "[" + ", ".join(file_literal(file.resolve()) for file in files) + "]"
    # A folder named district=330108 must stay text.
    options = "hive_types_autocast=false" + (", union_by_name=true" if len(files) > 1 else "")
    relation = f"read_parquet({listed}, {options})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        counts = connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({listed})").fetchall()
    except duckdb.Error as error:
        raise InputError(f"{path}：不是能读的 Parquet 文件（{str(error).splitlines()[0]}）") from error
    titles = [name for name, *_ in described]
    layout = match_columns(titles, dictionary, as_of, wanted)
    if set(titles) <= set(layout.unknown):
        raise nothing_known(str(path), titles, dictionary)
    types = {name: kind for name, kind, *_ in described}
    proofs = _statistics(connection, listed, [column.title for column in layout.columns])
    cells = tuple(
        _cells(connection, relation, column, types[column.title], proofs.get(column.title, _Statistics()))
        for column in layout.columns
    )
    rows = dict(counts)
    return Source(relation, _row_number(files, rows), cells), layout, sum(rows.values())


def _row_number(files: Sequence[Path], rows: dict[str, int]) -> str:
    if len(files) == 1:
        return "file_row_number + 1"
    before, offsets = 0, []
    for file in files:
        offsets.append(before)
        before += rows[str(file.resolve())]
    return f"{offsets}[file_index::BIGINT + 1] + file_row_number + 1"


def _statistics(connection: duckdb.DuckDBPyConnection, listed: str, names: Sequence[str]) -> dict[str, _Statistics]:
    """Bounds and absence of NULL by column, where every row group states them."""
    wanted = ", ".join(literal(name) for name in names) or "''"
    low, high = "coalesce(stats_min_value, stats_min)", "coalesce(stats_max_value, stats_max)"
    rows = connection.execute(
        f"""
        SELECT path_in_schema,
               bool_and(({low} IS NOT NULL AND {high} IS NOT NULL) OR stats_null_count = num_values),
               min({low}), max({high}),
               min(TRY_CAST({low} AS DECIMAL(38,6))), max(TRY_CAST({high} AS DECIMAL(38,6))),
               bool_and(stats_null_count IS NOT NULL AND stats_null_count = 0)
        FROM parquet_metadata({listed}) WHERE path_in_schema IN ({wanted}) GROUP BY path_in_schema
        """
    ).fetchall()
    return {
        name: _Statistics(bool(bounded), low_text, high_text, least, most, bool(never))
        for name, bounded, low_text, high_text, least, most, never in rows
    }


def _cells(
    connection: duckdb.DuckDBPyConnection, relation: str, column: Column, sql_type: str, proof: _Statistics
) -> Cells:
    fact, cell = column.fact, quoted(column.title)
    text = cell if sql_type == "VARCHAR" else f"CAST({cell} AS VARCHAR)"
    if not column.wanted:  # for show: as it is, but a district by its code
        pairs = option_words(fact)
        words = " ".join(f"WHEN {literal(word)} THEN {literal(option)}" for word, option in pairs)
        return Cells(column, f"CASE {text} {words} ELSE {text} END" if words else text)
    typed = typed_value(fact, cell, sql_type) if column.scale == 1 else None
    if typed is not None:
        plain = _trusted(fact, cell, sql_type)
        if _proven(fact, sql_type, proof):
            return Cells(column, plain, never_null=proof.never_null)
        return Cells(column, typed, f"CASE WHEN {typed} IS NULL THEN {text} END", clean=plain)
    if fact.type in ("choice", "code", "boolean") and _few_words(connection, relation, text):
        null = "NULL::BOOLEAN" if fact.type == "boolean" else "NULL::VARCHAR"
        return Cells(column, null, text, clean="" if fact.type == "boolean" else text, sure=True)
    value = text_value(fact, text, column.scale)
    clean = f"nullif({text}, '')" if fact.type == "text" else ""
    return Cells(column, value, f"CASE WHEN {value} IS NULL THEN nullif({text}, '') END", clean)


def _trusted(fact: Fact, cell: str, sql_type: str) -> str:
    """The value of a cell that is known to be in range."""
    if fact.type == "money":
        return cell if sql_type == "DECIMAL(18,2)" else f"{cell}::DECIMAL(18,2)"
    if fact.type == "integer":
        return cell if sql_type == "INTEGER" else f"{cell}::INTEGER"
    if fact.type == "ratio":
        return f"{cell}::VARCHAR::DECIMAL(9,6)"
    if fact.type == "date" and sql_type != "DATE":
        zone = sql_type == "TIMESTAMP WITH TIME ZONE"
        return f"timezone('Asia/Shanghai', {cell})::DATE" if zone else f"{cell}::DATE"
    return cell


def _proven(fact: Fact, sql_type: str, proof: _Statistics) -> bool:
    """Whether every cell of a typed column is known to be in range, from types and statistics alone."""
    if fact.type == "boolean":
        return True
    if fact.type == "date":
        return sql_type != "TIMESTAMP WITH TIME ZONE" and proof.between_years()
    if sql_type == "DOUBLE":  # NaN and fractions of a fen leave no trace in the bounds
        return False
    limit = AMOUNT_LIMIT - 1 if fact.type == "money" else Decimal(INTEGER_LIMIT - 1)
    if fact.negative and sql_type.startswith("DECIMAL"):
        return True
    return proof.within(-limit if fact.negative else Decimal(0), limit + Decimal("0.99"))


def _few_words(connection: duckdb.DuckDBPyConnection, relation: str, text: str) -> bool:
    row = connection.execute(
        f"SELECT count(DISTINCT cell) FROM (SELECT {text} AS cell FROM {relation} LIMIT {_SAMPLE})"
    ).fetchone()
    return row is not None and row[0] <= FEW
