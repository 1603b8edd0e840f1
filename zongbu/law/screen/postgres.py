"""Screening in PostgreSQL: the table stays there, the results stay there.

A table file can be given as well; it is staged like any other and copied into a temporary table.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import psycopg
from psycopg import sql
from psycopg.rows import dict_row, tuple_row

from zongbu.law.errors import InputError
from zongbu.law.facts.forms import SQL_TYPES, file_literal, literal, quoted
from zongbu.law.facts.resolve import BUFFER
from zongbu.law.screen import duck
from zongbu.law.screen.output import write_rows
from zongbu.law.screen.places import rejects_path, writes_file
from zongbu.law.screen.prepare import SOURCE, Account, Means, Prepared, carried_columns
from zongbu.law.screen.rejects import SHAPE, Rejects, write_rejects
from zongbu.law.screen.request import Screening
from zongbu.law.screen.typed import NUMBERED, Dialect, find_cells, resolve_cells

T = TypeVar("T")
Connection = psycopg.Connection[dict[str, Any]]

_KINDS = {
    "bool": "boolean", "int2": "integer", "int4": "integer", "int8": "integer", "float8": "double",
    "text": "text", "varchar": "text", "date": "date", "timestamp": "time", "timestamptz": "time",
}  # fmt: skip
_DIALECT = Dialect(quote='"', text="TEXT", double="DOUBLE PRECISION", matches="{cell} ~ '^(?:{pattern})$'")
_BATCH = 10_000
_FILE = "zongbu_file"
_REJECTS = "zongbu_rejects"


def screen(prepared: Prepared) -> Screening:
    """Carry out a request in PostgreSQL.

    Raises:
        InputError: no address of a server, no connection, no such table, or the output table exists already.
    """
    request = prepared.request
    if not request.database:
        raise InputError("PostgreSQL 引擎要用 --database 给出数据库地址，例如 postgresql://用户@主机/库名")
    try:
        with (
            psycopg.connect(request.database, row_factory=dict_row) as connection,
            duck.opened(request.memory_limit) as local,
            TemporaryDirectory(prefix="zongbu-") as folder,
        ):
            return _Run(prepared, connection, local, Path(folder)).screen()
    except psycopg.Error as error:
        raise InputError(f"PostgreSQL：{str(error).strip().splitlines()[0]}") from error


class _Run:
    """One screening: the server's connection, a local DuckDB for files, a folder for what passes between them."""

    def __init__(
        self, prepared: Prepared, connection: Connection, local: duckdb.DuckDBPyConnection, folder: Path
    ) -> None:
        self.prepared, self.request = prepared, prepared.request
        self.connection, self.local, self.folder = connection, local, folder

    def screen(self) -> Screening:
        self.connection.execute("SET jit = off")
        self.connection.execute("SET timezone = 'Asia/Shanghai'")  # the day that a moment falls on
        self.connection.execute("SET synchronize_seqscans = off")  # rows are numbered in their order
        facts, account, rejects = self._from_table() if self._is_table() else self._from_file()
        means = Means(absent=self.prepared.facts - facts)
        written = self._write(facts, means) if self.request.output is not None else None
        query, text = self.prepared.totals_query(means)
        found = self.connection.execute(_statement(text)).fetchone()
        assert found is not None
        totals = self.prepared.read_totals(query, found, means.absent)
        return self.prepared.screening(totals, means, account, rejects, written)

    # --- the source --------------------------------------------------------------------------------------

    def _is_table(self) -> bool:
        """Whether the source is a table of the database: that is what a name means here, before any file.

        Raises:
            InputError: it is neither a table nor a file.
        """
        name = str(self.request.source)
        place = ".".join(quoted(part) for part in name.split("."))
        row = self.connection.execute("SELECT to_regclass(%s) IS NOT NULL AS found", [place]).fetchone()
        if row is not None and row["found"]:
            return True
        if Path(name).exists() or any(sign in name for sign in "*?["):
            return False
        raise InputError(f"数据库里没有表「{name}」，也没有这个文件；表名可以带模式，如 public.enterprises")

    def _from_table(self) -> tuple[frozenset[str], Account, Rejects]:
        name = str(self.request.source)
        cells, unknown = find_cells(name, self._columns(name), self.prepared, _DIALECT)
        columns = ", ".join(["ROW_NUMBER() OVER () AS _row", *(quoted(each.column.title) for each in cells)])
        place = ".".join(quoted(part) for part in name.split("."))
        self._execute(f"CREATE TEMP VIEW {NUMBERED} AS SELECT {columns} FROM {place}")
        typed = resolve_cells(cells, _DIALECT, self._run, self._keep)
        self._execute(f"CREATE TEMP VIEW {SOURCE} AS {typed.rows}")
        self.local.execute(f"CREATE TABLE {_REJECTS} ({SHAPE})")
        self._fetch(typed.rejects, lambda rows: self.local.execute(f"INSERT INTO {_REJECTS} SELECT * FROM {rows}"))
        rejects = write_rejects(self.local, _REJECTS, rejects_path(self.request))
        warnings: tuple[str, ...] = ()
        if Path(name).exists():
            warnings = (f"数据库里和这里都有「{name}」，读的是数据库的表；要读文件请写 ./{name}",)
        return frozenset(each.fact for each in cells), Account(unknown, warnings), rejects

    def _columns(self, table: str) -> Mapping[str, str]:
        names = sql.Identifier(*table.split("."))
        cursor = self.connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(names))
        columns = {}
        for column in cursor.description or ():
            known = psycopg.adapters.types.get(column.type_code)
            kind = _KINDS.get(known.name if known is not None else "", "other")
            if column.type_display.startswith("numeric("):
                kind = column.type_display.replace("numeric", "decimal")
            columns[column.name] = kind
        return {name: kind for name, kind in columns.items() if name != "_row"}

    def _from_file(self) -> tuple[frozenset[str], Account, Rejects]:
        """Stage a table file and copy it into a temporary table."""
        dictionary = self.request.policy.dictionary
        staged = duck.read(self.local, self.prepared)
        rejects = write_rejects(self.local, staged.rejects, rejects_path(self.request))
        columns = {fact: SQL_TYPES[dictionary[fact].type].replace("VARCHAR", "TEXT") for fact in staged.facts}
        columns = {"_row": "BIGINT", **columns}
        self._execute(f"CREATE TEMP TABLE {_FILE} ({', '.join(f'{quoted(name)} {t}' for name, t in columns.items())})")
        partial = self.folder / "staged.csv"
        names = ", ".join(map(quoted, columns))
        self.local.execute(
            f"COPY (SELECT {names} FROM {staged.relation}) TO {literal(str(partial))} (FORMAT csv, HEADER false)"
        )
        self._copy_in(_FILE, partial)
        self._execute(f"ANALYZE {_FILE}")
        self._execute(f"CREATE TEMP VIEW {SOURCE} AS SELECT * FROM {_FILE}")
        return frozenset(staged.facts), Account(staged.unknown_columns, staged.warnings), rejects

    # --- results -----------------------------------------------------------------------------------------

    def _write(self, facts: frozenset[str], means: Means) -> int:
        carried = carried_columns(facts)
        query = self.prepared.rows_query(("_row", *carried), means)
        text = self.prepared.rows_text(query.text(), carried, ordered=False)
        note, target = self.prepared.note, str(self.request.output)
        if writes_file(self.request):
            return self._fetch(text, lambda rows: write_rows(self.local, f"SELECT * FROM {rows}", Path(target), note))
        table = sql.Identifier(*target.split("."))
        rows = self.connection.execute(sql.SQL("CREATE TABLE {} AS {}").format(table, _statement(text))).rowcount
        if note:
            self.connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table, sql.Literal(note)))
        return rows

    # --- between the server and here ---------------------------------------------------------------------

    def _execute(self, text: str) -> None:
        self.connection.execute(_statement(text))

    def _run(self, text: str) -> Iterator[tuple[object, ...]]:
        """The rows of a query, a batch at a time."""
        with self.connection.cursor("zongbu_rows", row_factory=tuple_row) as cursor:
            cursor.itersize = _BATCH
            cursor.execute(_statement(text))
            yield from cursor

    def _keep(self, name: str, rows: Iterator[tuple[str, str | None, str | None]]) -> None:
        """A temporary table of words; by way of a file, because their source is still being read."""
        partial = self.folder / f"{name}.csv"
        with partial.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)  # None is left empty and unquoted: NULL to PostgreSQL
        self._execute(f"CREATE TEMP TABLE {name} (raw TEXT, value TEXT, reason TEXT)")
        self._copy_in(name, partial)
        partial.unlink()
        self._execute(f"ANALYZE {name}")

    def _copy_in(self, table: str, file: Path) -> None:
        with (
            self.connection.cursor() as cursor,
            file.open("rb") as content,
            cursor.copy(_statement(f"COPY {table} FROM STDIN (FORMAT csv)")) as rows,
        ):
            while block := content.read(1 << 20):
                rows.write(block)

    def _fetch(self, text: str, use: Callable[[str], T]) -> T:
        """Hand the rows of a query, as SQL for DuckDB, to ``use``; its answer."""
        described = self.connection.execute(_statement(f"SELECT * FROM ({text}) AS answers LIMIT 0")).description or ()
        types = ", ".join(f"{literal(each.name)}: {literal(_duckdb_type(each.type_display))}" for each in described)
        partial = self.folder / "rows.csv"
        copy = _statement(f"COPY ({text}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)")
        with partial.open("wb") as file, self.connection.cursor() as cursor, cursor.copy(copy) as rows:
            for block in rows:
                file.write(block)
        form = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', strict_mode=true"
        answer = use(f"read_csv({file_literal(partial)}, {form}, {BUFFER}, columns = {{{types}}}, nullstr = '')")
        partial.unlink()
        return answer


def _duckdb_type(display: str) -> str:
    return {"bool": "BOOLEAN", "int4": "INTEGER", "int8": "BIGINT", "date": "DATE"}.get(
        display,
        display.upper().replace("NUMERIC", "DECIMAL") if display.startswith("numeric(") else "VARCHAR",
    )


def _statement(text: str) -> sql.SQL:
    """SQL that Zongbu wrote itself; names in it are quoted, values are literals of the policy."""
    return sql.SQL(text)
