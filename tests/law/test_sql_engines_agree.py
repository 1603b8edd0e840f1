"""Interpreter and SQL give the same answer, to the fen, on DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.law import random_formulas
from tests.law.effort import effort
from tests.law.engines import Engine, differences, interpreter
from tests.law.sql_engines import duckdb_engine, postgres_engine, spark_engine
from tests.law.test_engines_agree import random_policy

DUCKDB = {
    "plain": {"bits": False, "narrow": False},
    "as screening does": {"bits": True, "narrow": True},
    "without optimiser": {"bits": True, "narrow": False, "optimiser": False},
}


def agree_with(engine: Engine, examples: int) -> None:
    """Random policies over random rows mean the same to the interpreter and to an engine."""
    counts: Counter[str] = Counter()

    @effort(examples, shrink=False)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, readings = data.draw(random_formulas.scenarios(written, policy))
        rows = data.draw(random_formulas.rows(policy, as_of, parameters))
        expected = interpreter(policy, rows, as_of, parameters, readings)
        found = engine(policy, rows, as_of, parameters, readings)
        for number, result, value, other in differences(expected, found)[:5]:
            note(f"{result}: {value!r} became {other!r} on {as_of} for {rows[number]}")
        assert not differences(expected, found)

    agree()


@pytest.mark.parametrize("form", DUCKDB)
def test_duckdb(form: str) -> None:
    agree_with(duckdb_engine(**DUCKDB[form]), 100)


@pytest.fixture(scope="module")
def postgres(postgres_dsn: str) -> Iterator[Engine]:
    with postgres_engine(postgres_dsn) as engine:
        yield engine


@pytest.mark.postgres
def test_postgres(postgres: Engine) -> None:
    agree_with(postgres, 60)


@pytest.mark.spark
def test_spark() -> None:
    with spark_engine() as engine:
        agree_with(engine, 12)
