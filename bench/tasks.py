"""The tasks of the benchmark, one per process: `python -m bench.tasks TASK ARGUMENT…` prints a line of JSON.

The clock runs around the work of the task alone. The peak is that of the whole process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import clock, repeated, to_json
from bench.rules_by_hand.common import FACTS, scan_sql

Work = Callable[[], Any]
TASKS: dict[str, Callable[..., Work]] = {}


def task(name: str) -> Callable[[Callable[..., Work]], Callable[..., Work]]:
    """A task is a function that makes ready (not timed) and gives back the work to be timed."""

    def register(prepare: Callable[..., Work]) -> Callable[..., Work]:
        TASKS[name] = prepare
        return prepare

    return register


# --- totals over a table ---------------------------------------------------------------------------------


@task("scan")
def scan(source: str, function: str = "max") -> Work:
    """The bare scan: every value of the columns that the rules read is looked at once."""
    import duckdb

    connection = duckdb.connect()
    statement = f"SELECT {scan_sql(FACTS, function=function)} FROM '{source}'"
    return lambda: connection.execute(statement).fetchall() and None


@task("totals: Zongbu")
def totals_zongbu(source: str, funnel: str = "no") -> Work:
    from bench.contenders import zongbu_engine

    zongbu_engine.policy(), zongbu_engine.parameters()
    return lambda: to_json(zongbu_engine.totals(source, funnel=funnel == "yes"))


@task("totals: DuckDB by hand")
def totals_duckdb(source: str, spelling: str) -> Work:
    import duckdb

    from bench.rules_by_hand import duckdb_sql

    connection = duckdb.connect()
    return lambda: to_json(duckdb_sql.totals(connection, source, tuned=spelling == "tuned"))


@task("totals: Polars")
def totals_polars(source: str) -> Work:
    from bench.rules_by_hand import polars_frame

    return lambda: to_json(polars_frame.totals(source))


@task("totals: NumPy")
def totals_numpy(source: str) -> Work:
    from bench.rules_by_hand import numpy_columns

    return lambda: to_json(numpy_columns.totals(source, os.cpu_count() or 1))


# --- all results written ---------------------------------------------------------------------------------


def _written(write: Callable[[str], Any]) -> Work:
    """Write to a folder that is gone afterwards; the answer is what stands in the file, to be compared."""

    def work() -> Any:
        import duckdb

        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TEMP")) as folder:
            output = str(Path(folder) / "results.parquet")
            started = clock()
            write(output)
            seconds = clock() - started
            return seconds, fingerprint(duckdb.connect(), output)

    return work


def fingerprint(connection: Any, output: str) -> str:
    """A digest of all results in a Parquet file, row by row and in order."""
    from bench.rules_by_hand.common import AMOUNTS, BOOLEANS, IDENTITY

    exact = [f"{name}::DECIMAL(18,2)" for name in AMOUNTS]
    row = connection.execute(
        f"SELECT count(*), bit_xor(hash(file_row_number, {', '.join((*IDENTITY, *BOOLEANS, *exact))}))"
        f" FROM read_parquet('{output}', file_row_number = true)"
    ).fetchone()
    return f"{row[0]} {row[1]}"


@task("write: Zongbu")
def write_zongbu(source: str) -> Work:
    from bench.contenders import zongbu_engine

    zongbu_engine.policy(), zongbu_engine.parameters()
    return _written(lambda output: zongbu_engine.write(source, output))


@task("write: DuckDB by hand")
def write_duckdb(source: str, spelling: str) -> Work:
    import duckdb

    from bench.rules_by_hand import duckdb_sql

    connection = duckdb.connect()
    return _written(lambda output: duckdb_sql.write(connection, source, output, tuned=spelling == "tuned"))


@task("write: Polars")
def write_polars(source: str) -> Work:
    from bench.rules_by_hand import polars_frame

    return _written(lambda output: polars_frame.write(source, output))


# --- rows per second of what works a row, or a complete table, at a time ---------------------------------


def _sample(source: str, rows: str) -> list[dict[str, Any]]:
    import duckdb

    cursor = duckdb.connect().execute(sample_sql(source, int(rows)))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def sample_sql(source: str, rows: int) -> str:
    """The first rows with a four-digit industry code: what tools without unknowns can be given."""
    return f"SELECT {', '.join(FACTS)} FROM '{source}' WHERE length(industry_code) = 4 LIMIT {rows}"


@task("sample: exact")
def sample_exact(source: str, rows: str) -> Work:
    import duckdb

    from bench.rules_by_hand import duckdb_sql

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE sample AS {sample_sql(source, int(rows))}")
    return lambda: to_json(duckdb_sql.totals(connection, "sample", tuned=True))


@task("sample: plain Python")
def sample_python(source: str, rows: str) -> Work:
    from bench.rules_by_hand import plain_python

    sample = _sample(source, rows)
    return lambda: to_json(plain_python.totals(sample))


@task("sample: Zongbu")
def sample_zongbu(source: str, rows: str) -> Work:
    from bench.contenders import zongbu_engine

    sample = _sample(source, rows)
    decide = zongbu_engine.decider()
    return lambda: to_json(zongbu_engine.counted([decide(row) for row in sample]))


@task("sample: ZEN")
def sample_zen(source: str, rows: str) -> Work:
    from bench.rules_by_hand import zen_rules

    sample = [zen_rules.prepared(row) for row in _sample(source, rows)]
    return lambda: to_json(zen_rules.totals(sample))


@task("sample: OpenFisca")
def sample_openfisca(source: str, rows: str) -> Work:
    import duckdb

    from bench.rules_by_hand import openfisca_system

    columns = duckdb.connect().execute(openfisca_system.select_sql(f"({sample_sql(source, int(rows))})")).fetchnumpy()
    rules = openfisca_system.system()
    return lambda: to_json(openfisca_system.totals(rules, columns))


# --- one enterprise (the answer is seconds per piece of work) --------------------------------------------


def _pieces(work: dict[str, Work]) -> Work:
    return lambda: {name: repeated(piece) for name, piece in work.items()}


@task("one: Zongbu")
def one_zongbu(source: str) -> Work:
    from bench.contenders import zongbu_engine

    facts = _sample(source, "1")[0]
    return _pieces(zongbu_engine.assessments(facts))


@task("one: plain Python")
def one_python(source: str) -> Work:
    from bench.rules_by_hand import plain_python

    facts = _sample(source, "1")[0]
    return _pieces({"result": lambda: plain_python.evaluate(facts)})


@task("one: ZEN")
def one_zen(source: str) -> Work:
    from bench.rules_by_hand import zen_rules

    rules, facts = zen_rules.decision(), zen_rules.prepared(_sample(source, "1")[0])
    return _pieces(
        {
            "result": lambda: rules.evaluate(facts),
            "explanation": lambda: rules.evaluate(facts, {"trace": True}),
            "json": lambda: json.dumps(rules.evaluate(facts, {"trace": True})),
        }
    )


@task("one: OpenFisca")
def one_openfisca(source: str) -> Work:
    import duckdb

    from bench.rules_by_hand import openfisca_system

    columns = duckdb.connect().execute(openfisca_system.select_sql(f"({sample_sql(source, 1)})")).fetchnumpy()
    rules = openfisca_system.system()
    return _pieces(
        {
            "result": lambda: openfisca_system.results(rules, columns),
            "explanation": lambda: openfisca_system.results(rules, columns, trace=True),
        }
    )


@task("one: DuckDB by hand")
def one_duckdb(source: str) -> Work:
    import duckdb

    from bench.rules_by_hand import duckdb_sql

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE one AS {sample_sql(source, 1)}")
    statement = duckdb_sql.select("one", tuned=True)
    return _pieces({"result": lambda: connection.execute(statement).fetchall()})


@task("load: Zongbu")
def load_zongbu() -> Work:
    from bench.contenders import zongbu_engine

    return zongbu_engine.load()


@task("compile: Zongbu")
def compile_zongbu(turn: str) -> Work:
    """`first`: the first request of a process; `later`: any request after it."""
    from bench.contenders import zongbu_engine

    zongbu_engine.policy(), zongbu_engine.parameters()
    compiled = zongbu_engine.compiled()
    if turn == "later":
        compiled()
    return lambda: compiled() and None


@task("process: Zongbu")
def process_zongbu(source: str) -> Work:
    from bench.contenders import zongbu_engine

    row = _sample(source, "1")[0]
    facts = Path(tempfile.mkdtemp(dir=os.environ.get("BENCH_TEMP"))) / "facts.json"
    facts.write_text(json.dumps(row, ensure_ascii=False, default=str), "utf-8")
    return zongbu_engine.whole_process(facts)


@task("process: Python that imports nothing")
def process_python() -> Work:
    import subprocess

    return lambda: subprocess.run([sys.executable, "-c", "pass"], check=True) and None


# --- many rules ------------------------------------------------------------------------------------------


@task("many rules: Zongbu")
def many_rules(source: str, policy: str, results: str) -> Work:
    """Totals of a policy file's results, asked all at once (one policy file, comma-separated results)."""
    from bench.contenders import zongbu_engine

    return zongbu_engine.screening(Path(policy), tuple(results.split(",")), source)


def main(name: str, *arguments: str) -> None:
    work = TASKS[name](*arguments)
    started = clock()
    answer = work()
    seconds = clock() - started
    if name.startswith("write:"):
        seconds, answer = answer
    if not isinstance(answer, dict | str):
        answer = None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "answer": answer}))


if __name__ == "__main__":
    main(*sys.argv[1:])
