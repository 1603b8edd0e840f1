"""Screening in PostgreSQL: the table stays there, the results stay there.

A table file can be given as well; it is staged like any other and copied into a temporary table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from zongbu.law.errors import InputError
from zongbu.law.facts.forms import SQL_TYPES, literal, quoted
from zongbu.law.screen import duck
from zongbu.law.screen.output import FORMATS, format_of, write_rows
from zongbu.law.screen.prepare import SOURCE, Means, Prepared, carried_columns
from zongbu.law.screen.request import Screening
from zongbu.law.screen.typed import TypedTable, Writer

_KINDS = {
    "bool": "boolean", "int2": "integer", "int4": "integer", "int8": "integer", "numeric": "decimal",
    "float4": "double", "float8": "double", "text": "text", "varchar": "text", "bpchar": "text",
    "date": "date", "timestamp": "date", "timestamptz": "date",
}  # fmt: skip
_WRITER = Writer(quote='"', text="TEXT", matches="{name} ~ {pattern}")
_REJECT_SAMPLE = 100_000


def screen(prepared: Prepared) -> Screening:
    """Carry out a request in PostgreSQL.

    Raises:
        InputError: no address of a server, no connection, no such table, or the output table exists already.
    """
    request = prepared.request
    if not request.database:
        raise InputError("PostgreSQL 引擎要用 --database 给出数据库地址，例如 postgresql://用户@主机/库名")
    try:
        with psycopg.connect(request.database, row_factory=dict_row) as connection:
            return _screen(connection, prepared)
    except psycopg.Error as error:
        raise InputError(f"PostgreSQL：{str(error).strip().splitlines()[0]}") from error


def _screen(connection: psycopg.Connection[dict[str, Any]], prepared: Prepared) -> Screening:
    request = prepared.request
    connection.execute("SET jit = off")
    staged_rejects, path = 0, duck.rejects_path(prepared) if _to_file(request.output) else request.rejects
    if Path(request.source).exists():
        table, staged_rejects = _copy_file(connection, prepared, path)
    else:
        table = str(request.source)
    typed = _WRITER.table(table, _columns(connection, table), request.policy.dictionary, prepared)
    _make_source(connection, table, typed)
    rejected = staged_rejects or _rejects(connection, typed, path)
    means = Means(absent=prepared.facts - set(typed.facts))
    written = _write(connection, prepared, typed, means) if request.output is not None else None
    query, text = prepared.totals_query(means)
    found = connection.execute(_statement(text)).fetchone()
    assert found is not None
    totals = prepared.read_totals(query, found, means.absent)
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
        unknown_columns=typed.unknown,
        output=request.output,
        rejects=path if rejected and path is not None and path.exists() else None,
    )


def _to_file(output: str | Path | None) -> bool:
    return output is not None and Path(output).suffix.lower() in FORMATS


def _columns(connection: psycopg.Connection[dict[str, Any]], table: str) -> Mapping[str, str]:
    names = sql.Identifier(*table.split("."))
    cursor = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(names))
    columns = {}
    for column in cursor.description or ():
        kind = psycopg.adapters.types.get(column.type_code)
        columns[column.name] = _KINDS.get(kind.name if kind is not None else "", "other")
    return {name: kind for name, kind in columns.items() if name != "_row"}


def _make_source(connection: psycopg.Connection[dict[str, Any]], table: str, typed: TypedTable) -> None:
    """The source as the compiled query reads it: usable rows, facts by identifier, rows numbered."""
    place = ".".join(quoted(part) for part in table.split("."))
    values = ", ".join(f"{cell.value} AS {quoted(cell.fact)}" for cell in typed.cells)
    numbered = f"SELECT ROW_NUMBER() OVER () AS _row, * FROM {place}"
    connection.execute(_statement(f"CREATE TEMP VIEW zongbu_numbered AS {numbered}"))
    usable = f"SELECT _row, {values} FROM zongbu_numbered WHERE ({typed.unusable}) IS NOT TRUE"
    connection.execute(_statement(f"CREATE TEMP VIEW {SOURCE} AS {usable}"))


def _rejects(connection: psycopg.Connection[dict[str, Any]], typed: TypedTable, path: Path | None) -> int:
    row = connection.execute(
        _statement(f"SELECT COUNT(*) AS n FROM zongbu_numbered WHERE ({typed.unusable}) IS TRUE")
    ).fetchone()
    assert row is not None
    rejected = int(row["n"])
    if not rejected or path is None:
        return rejected
    parts = [
        f'SELECT _row AS "row", {literal(cell.title)} AS "column", CAST({cell.raw} AS TEXT) AS value, '
        f"{literal(cell.reason)} AS reason FROM zongbu_numbered WHERE ({cell.unusable}) IS TRUE"
        for cell in typed.cells
        if cell.unusable
    ]
    _fetch_to_file(connection, " UNION ALL ".join(parts) + " ORDER BY 1, 2", path)
    return rejected


def _write(connection: psycopg.Connection[dict[str, Any]], prepared: Prepared, typed: TypedTable, means: Means) -> int:
    request = prepared.request
    query = prepared.rows_query(("_row", *carried_columns(typed.facts)), means)
    text = duck.rows_text(prepared, query.text(), carried_columns(typed.facts), ordered=False)
    if _to_file(request.output):
        return _fetch_to_file(connection, text, Path(str(request.output)))
    target = sql.Identifier(*str(request.output).split("."))
    cursor = connection.execute(sql.SQL("CREATE TABLE {} AS {}").format(target, sql.SQL(text)))
    return cursor.rowcount


def _fetch_to_file(connection: psycopg.Connection[dict[str, Any]], text: str, path: Path) -> int:
    """Rows of a query into a file, through a CSV that DuckDB turns into the format asked for."""
    format_of(path)
    described = connection.execute(_statement(f"SELECT * FROM ({text}) AS answers LIMIT 0")).description or ()
    types = ", ".join(f"{literal(column.name)}: {literal(_duckdb_type(column.type_display))}" for column in described)
    with TemporaryDirectory(prefix="zongbu-") as folder, duck.opened() as local:
        partial = Path(folder) / "rows.csv"
        with partial.open("wb") as file, connection.cursor() as cursor:
            copy = _statement(f"COPY ({text}) TO STDOUT (FORMAT csv, HEADER true, FORCE_QUOTE *)")
            with cursor.copy(copy) as rows:
                for block in rows:
                    file.write(block)
        read = f"read_csv({literal(str(partial))}, header = true, columns = {{{types}}}, nullstr = '', quote = '\"')"
        return write_rows(local, f"SELECT * FROM {read}", path)


def _duckdb_type(display: str) -> str:
    return {"bool": "BOOLEAN", "int4": "INTEGER", "int8": "BIGINT", "date": "DATE"}.get(
        display,
        display.upper().replace("NUMERIC", "DECIMAL") if display.startswith("numeric(") else "VARCHAR",
    )


def _copy_file(
    connection: psycopg.Connection[dict[str, Any]], prepared: Prepared, rejects: Path | None
) -> tuple[str, int]:
    """Stage a table file and copy it into a temporary table."""
    dictionary = prepared.request.policy.dictionary
    with duck.opened() as local, TemporaryDirectory(prefix="zongbu-") as folder:
        staged = duck.read(local, prepared)
        rejected, _ = duck.write_rejects(local, staged, rejects)
        columns = {fact: SQL_TYPES[dictionary[fact].type].replace("VARCHAR", "TEXT") for fact in staged.facts}
        declared = ", ".join(f"{quoted(fact)} {kind}" for fact, kind in columns.items())
        connection.execute(_statement(f"CREATE TEMP TABLE zongbu_file ({declared})"))
        partial = Path(folder) / "rows.csv"
        names = ", ".join(quoted(fact) for fact in staged.facts)
        write_rows(local, f"SELECT {names} FROM {staged.relation} ORDER BY _row", partial)
        with (
            connection.cursor() as cursor,
            partial.open("rb") as file,
            cursor.copy(_statement(f"COPY zongbu_file ({names}) FROM STDIN (FORMAT csv, HEADER true)")) as rows,
        ):
            while block := file.read(1 << 20):
                rows.write(block)
    return "zongbu_file", rejected


def _statement(text: str) -> sql.SQL:
    """SQL that Zongbu wrote itself; names in it are quoted, values are literals of the policy."""
    return sql.SQL(text)
