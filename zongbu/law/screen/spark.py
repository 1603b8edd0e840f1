"""Screening with Spark, for tables that one machine cannot hold; local or on a cluster."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from zongbu.law.errors import InputError
from zongbu.law.facts.forms import literal, quoted
from zongbu.law.facts.tables import is_parquet
from zongbu.law.screen import duck
from zongbu.law.screen.output import format_of, write_rows
from zongbu.law.screen.prepare import SOURCE, Means, Prepared, carried_columns
from zongbu.law.screen.request import Screening
from zongbu.law.screen.typed import TypedTable, Writer

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KINDS = {
    "boolean": "boolean",
    "string": "text",
    "date": "date",
    "timestamp": "date",
    "double": "double",
    "float": "double",
}
_WRITER = Writer(quote="`", text="STRING", matches="{name} RLIKE {pattern}")
_SETTINGS = {
    # Overflow and unreadable casts are errors, and exact decimals are never cut to fit.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.log.level": "ERROR",
}


def screen(prepared: Prepared) -> Screening:
    """Carry out a request with Spark.

    Raises:
        InputError: Spark is not installed or cannot be reached, or the source cannot be read.
    """
    request = prepared.request
    output = Path(request.output) if request.output is not None else None
    if output is not None:
        format_of(output)
    with TemporaryDirectory(prefix="zongbu-") as folder, session(request.master) as spark:
        source, staged_rejects = _source(prepared, Path(folder))
        frame = spark.read.parquet(str(source))
        typed = _WRITER.table(str(source), _columns(frame), request.policy.dictionary, prepared)
        rejected = staged_rejects + _make_source(frame, typed)
        path = duck.rejects_path(prepared)
        if rejected and not staged_rejects and path is not None:
            _write_rejects(spark, typed, path, Path(folder))
        means = Means(absent=prepared.facts - set(typed.facts))
        written = None
        if output is not None:
            written = _write(spark, prepared, typed, means, output, Path(folder))
        query, text = prepared.totals_query(means)
        found = spark.sql(text).collect()[0].asDict()
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
        output=output,
        rejects=path if rejected and path is not None and path.exists() else None,
    )


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """A Spark session with the settings that exactness needs."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError("没有安装 Spark：请用 pip install 'zongbu[spark]' 安装，并准备 Java 17") from None
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master).appName("zongbu")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:  # Java missing, cluster unreachable: py4j has no common type for them
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"连不上 Spark（{master}，本机 {socket.gethostname()}）：{reason}") from error
    try:
        yield spark
    finally:
        spark.stop()


def _source(prepared: Prepared, folder: Path) -> tuple[Path, int]:
    """A Parquet as it lies; any other table file staged and written as Parquet first."""
    path = Path(prepared.request.source)
    if is_parquet(path):
        return path.absolute(), 0
    with duck.opened(prepared.request.memory_limit) as local:
        staged = duck.read(local, prepared)
        rejected, _ = duck.write_rejects(local, staged, duck.rejects_path(prepared))
        target = folder / "source.parquet"
        write_rows(local, f"SELECT * FROM {staged.relation} ORDER BY _row", target)
    return target, rejected


def _columns(frame: DataFrame) -> dict[str, str]:
    found = {}
    for name, kind in frame.dtypes:
        if name == "_row":
            continue
        number = "integer" if kind in ("tinyint", "smallint", "int", "bigint") else "decimal"
        found[name] = _KINDS.get(kind) or (number if number == "integer" or kind.startswith("decimal") else "other")
    return found


def _make_source(frame: DataFrame, typed: TypedTable) -> int:
    """The view ``source`` as the compiled query reads it; returns the number of unusable rows."""
    numbered = frame if "_row" in frame.columns else frame.selectExpr("*", "monotonically_increasing_id() + 1 AS _row")
    numbered.createOrReplaceTempView("zongbu_numbered")
    spark = frame.sparkSession
    values = ", ".join(f"{cell.value} AS `{cell.fact}`" for cell in typed.cells)
    unusable = f"COALESCE(({typed.unusable}), FALSE)"
    spark.sql(f"SELECT _row, {values} FROM zongbu_numbered WHERE NOT {unusable}").createOrReplaceTempView(SOURCE)
    return int(spark.sql(f"SELECT COUNT(*) FROM zongbu_numbered WHERE {unusable}").collect()[0][0])


def _write_rejects(spark: SparkSession, typed: TypedTable, path: Path, folder: Path) -> None:
    parts = [
        f"SELECT _row AS `row`, {literal(cell.title)} AS `column`, CAST({cell.raw} AS STRING) AS value, "
        f"{literal(cell.reason)} AS reason FROM zongbu_numbered WHERE COALESCE(({cell.unusable}), FALSE)"
        for cell in typed.cells
        if cell.unusable
    ]
    _collect(spark, " UNION ALL ".join(parts), path, folder, 'ORDER BY "row", "column"')


def _write(spark: SparkSession, prepared: Prepared, typed: TypedTable, means: Means, output: Path, folder: Path) -> int:
    query = prepared.rows_query(("_row", *carried_columns(typed.facts)), means)
    carried = ("_row", *carried_columns(typed.facts))
    text = duck.rows_text(prepared, query.text(), carried, ordered=True, quote="`")
    columns = ", ".join(quoted(name) for name in (*carried[1:], *prepared.results))
    return _collect(spark, text, output, folder, "ORDER BY _row", columns)


def _collect(spark: SparkSession, text: str, path: Path, folder: Path, order: str, columns: str = "*") -> int:
    """Rows of a query into one file in the order of the source; Spark writes parts, DuckDB joins them."""
    parts = folder / f"parts-{path.name}"
    spark.sql(text).write.parquet(str(parts))
    with duck.opened() as local:
        return write_rows(local, f"SELECT {columns} FROM read_parquet('{parts}/*.parquet') {order}", path)
