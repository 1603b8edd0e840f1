"""The rules written by hand for the benchmark give one answer, and their figures are those of the policy."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench import tasks
from bench.measure import from_json
from bench.population import column_names, column_type, select_sql, write
from bench.rules_by_hand import common, duckdb_sql, plain_python
from bench.rules_by_hand.common import AMOUNTS, AS_OF, FACTS, RESULTS
from zongbu.law.document import load_policy

ROWS = 20_000


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write(tmp_path_factory.mktemp("bench") / "unknowns.parquet", ROWS))


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write(tmp_path_factory.mktemp("bench") / "complete.parquet", ROWS, unknowns=False))


@pytest.fixture(scope="module")
def exact(population: str) -> common.Totals:
    """The answer of plain Python, which follows the text of the policy line by line."""
    return plain_python.totals(_rows(population))


def _rows(source: str) -> list[dict[str, Any]]:
    cursor = duckdb.connect().execute(f"SELECT {', '.join(FACTS)} FROM '{source}'")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("tuned", [False, True])
def test_sql_decides_every_row_as_plain_python_does(population: str, tuned: bool) -> None:
    connection = duckdb.connect()
    connection.execute("SET disabled_optimizers = 'in_clause'")
    cursor = connection.execute(duckdb_sql.select(f"'{population}'", tuned=tuned))
    found = [dict(zip(RESULTS, row, strict=True)) for row in cursor.fetchall()]
    assert found == [plain_python.evaluate(row) for row in _rows(population)]


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        ("totals: DuckDB by hand", ["plain"]),
        ("totals: DuckDB by hand", ["tuned"]),
        ("totals: Polars", []),
        ("totals: NumPy", []),
        ("totals: Zongbu", ["no"]),
        ("totals: Zongbu", ["yes"]),
    ],
)
def test_totals_are_exact(population: str, exact: common.Totals, task: str, arguments: list[str]) -> None:
    assert from_json(_done(task, population, *arguments)) == exact


def test_written_results_are_the_same_row_by_row(population: str) -> None:
    written = {
        _done("write: DuckDB by hand", population, "plain")[1],
        _done("write: DuckDB by hand", population, "tuned")[1],
        _done("write: Polars", population)[1],
        _done("write: Zongbu", population)[1],
    }
    assert len(written) == 1


@pytest.mark.parametrize("task", ["sample: plain Python", "sample: Zongbu"])
def test_row_by_row_is_exact(complete: str, task: str) -> None:
    assert _done(task, complete, "2000") == _done("sample: exact", complete, "2000")


@pytest.mark.parametrize("task", ["sample: ZEN", "sample: OpenFisca"])
def test_tools_without_unknowns_agree_where_floats_do_not_matter(complete: str, task: str) -> None:
    found, right = (from_json(_done(name, complete, "500")) for name in (task, "sample: exact"))
    for name in ("meets_basic_conditions", "is_incumbent", "is_listed_headquarters", "may_apply"):
        assert found[name] == right[name]
    if task == "sample: ZEN":
        assert {name: found[name].amount for name in AMOUNTS} == {name: right[name].amount for name in AMOUNTS}


def _done(task: str, *arguments: str) -> Any:
    pytest.importorskip(
        {"ZEN": "zen", "OpenFisca": "openfisca_core", "Polars": "polars", "NumPy": "polars"}.get(
            task.split(": ")[1], "duckdb"
        )
    )
    return tasks.TASKS[task](*arguments)()


def test_figures_are_those_of_the_policy() -> None:
    policy = load_policy("hangzhou-2023")

    def figure(identifier: str) -> Any:
        period = policy.parameters[identifier].at(AS_OF)
        return period.value if period is not None else None

    assert set(figure("excluded_industries")) == set(common.EXCLUDED_INDUSTRIES)
    assert set(figure("review_industries")) == set(common.REVIEW_INDUSTRIES)
    assert figure("incumbent_cutoff") == common.INCUMBENT_CUTOFF
    assert figure("incumbent_revenue_floor") == common.INCUMBENT_FLOOR
    assert figure("newcomer_revenue_floor") == common.NEWCOMER_FLOOR
    assert figure("rnd_expense_floor") == common.RND_FLOOR
    assert figure("rnd_ratio_floor") == common.RND_RATIO
    assert figure("rating_threshold") == common.RATING_THRESHOLD
    assert figure("city_reimbursement_share") == common.CITY_SHARE
    assert figure("minimum_branch_units") == common.MINIMUM_BRANCH_UNITS


def test_population_has_every_fact_of_the_dictionary_and_the_awkward_values(population: str) -> None:
    dictionary = load_policy("hangzhou-2023").dictionary
    assert [name for name in column_names() if name not in dictionary] == []
    assert column_type("in_city_revenue") == "DECIMAL(18,2)"
    connection = duckdb.connect()
    for condition in (
        "in_city_revenue = 1000000000",
        "in_city_revenue = 999999999.99",
        "in_city_revenue = 0",
        "rnd_expense * 10 = in_city_revenue AND rnd_expense > 0",
        "city_entry_date = DATE '2021-12-31'",
        *(f"{fact} IS NULL" for fact in FACTS),
    ):
        row = connection.execute(f"SELECT count(*) FROM '{population}' WHERE {condition}").fetchone()
        assert row is not None
        assert row[0] > 0, condition


def test_population_is_the_same_however_it_is_made(tmp_path: Path) -> None:
    connection = duckdb.connect()
    whole = connection.execute(select_sql(300)).fetchall()
    assert connection.execute(select_sql(100, first=201)).fetchall() == whole[200:]
    assert connection.execute(select_sql(300, seed=2)).fetchall() != whole
    complete = connection.execute(select_sql(300, unknowns=False, columns=["star", "rent_paid"])).fetchall()
    assert all(value is not None for row in complete for value in row)
    assert isinstance(complete[0][1], Decimal)
    assert write(tmp_path / "few.parquet", 10) == tmp_path / "few.parquet"
