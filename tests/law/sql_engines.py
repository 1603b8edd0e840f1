"""The SQL executions as engines for ``test_sql_engines_agree``: rows in, published results out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from tests.law.engines import Row
from zongbu.law import Policy
from zongbu.law.assessor import check_readings, check_results
from zongbu.law.facts.forms import SQL_TYPES
from zongbu.law.parameters import Overrides, values_at
from zongbu.law.sql import Query, compile_query
from zongbu.law.sql.bits import ask_bits
from zongbu.law.sql.query import PARAMETERS, SOURCE

Run = Callable[[str, str], list[tuple[Any, ...]]]
"""Runs a SELECT over a relation ``source`` given by another SELECT."""


@dataclass(frozen=True)
class SqlEngine:
    """An engine that compiles to SQL; ``options`` go to ``compile_query``, ``run`` executes."""

    dialect: str
    run: Run
    options: Mapping[str, Any]
    narrow_first: bool = False

    def __call__(
        self,
        policy: Policy,
        rows: Sequence[Row],
        as_of: date,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        results: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]:
        asked = check_results(policy, results)

        def compiled(**more: Any) -> Query:
            return compile_query(
                policy,
                asked,
                as_of=as_of,
                parameters={name: value.value for name, value in values_at(policy, as_of, parameters).items()},
                readings=check_readings(policy, readings),
                dialect=self.dialect,
                carried=("_row",),
                **self.options,
                **more,
            )

        query = compiled(narrow=True) if self.narrow_first else compiled()
        source = source_select(policy, rows, query.facts, self.dialect)
        try:
            found = self.run(query.text(), source)
        except duckdb.OutOfRangeException:
            assert self.narrow_first
            found = self.run(compiled().text(), source)
        return [dict(zip(asked, map(_plain, row[1:]), strict=True)) for row in sorted(found)]


def _plain(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def source_select(policy: Policy, rows: Sequence[Row], facts: Sequence[str], dialect: str) -> str:
    """A SELECT that gives the rows, every column with the type that screening gives it."""
    quote = "`" if dialect == "spark" else '"'
    types = {fact: SQL_TYPES[policy.dictionary[fact].type] for fact in facts}
    if dialect == "spark":
        types = {fact: kind.replace("VARCHAR", "STRING").replace("INTEGER", "INT") for fact, kind in types.items()}
    selects = []
    for number, row in enumerate(rows):
        cells = [f"CAST({number} AS BIGINT) AS _row"]
        cells += [f"CAST({_literal(row.get(fact))} AS {types[fact]}) AS {quote}{fact}{quote}" for fact in facts]
        selects.append(f"SELECT {', '.join(cells)}")
    return " UNION ALL ".join(selects)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return "'" + text.replace("'", "''") + "'"


def duckdb_engine(*, bits: bool, narrow: bool, optimiser: bool = True) -> SqlEngine:
    """DuckDB; ``bits`` and ``narrow`` are the two liberties that screening takes with it."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    if not optimiser:
        connection.execute("PRAGMA disable_optimizer")

    def run(text: str, source: str) -> list[tuple[Any, ...]]:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {SOURCE} AS {source}")
        return connection.execute(text).fetchall()

    return SqlEngine("duckdb", run, {"bits": ask_bits(connection) if bits else None}, narrow)


@contextmanager
def postgres_engine(dsn: str) -> Any:
    """PostgreSQL at an address."""
    import psycopg

    with psycopg.connect(dsn) as connection:
        connection.execute("SET jit = off")

        def run(text: str, source: str) -> list[tuple[Any, ...]]:
            connection.execute(f"DROP TABLE IF EXISTS {SOURCE}")
            connection.execute(f"CREATE TEMP TABLE {SOURCE} AS {source}")  # type: ignore[arg-type]
            return connection.execute(text).fetchall()  # type: ignore[arg-type]

        yield SqlEngine("postgres", run, {})


@contextmanager
def spark_engine() -> Any:
    """Spark on this machine."""
    from zongbu.law.screen.spark import session

    with session("local[2]") as spark:

        def run(text: str, source: str) -> list[tuple[Any, ...]]:
            spark.sql(source).createOrReplaceTempView(SOURCE)
            return [tuple(row) for row in spark.sql(text).collect()]

        yield SqlEngine("spark", run, {})


def parameter_select(query: Query, values: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    """A SELECT that gives the open parameters of a query as one row."""
    cells = [f'CAST({_literal(values[name])} AS {kinds[name]}) AS "{name}"' for name in query.parameters]
    return f"SELECT {', '.join(cells)} -- {PARAMETERS}"
