"""Screening with Spark, for tables that one machine cannot hold; local or on a cluster."""

from __future__ import annotations

import itertools
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import duckdb

from zongbu.law.errors import InputError
from zongbu.law.facts.forms import literal, quoted
from zongbu.law.facts.parquet import row_counts
from zongbu.law.facts.tables import parquet_files
from zongbu.law.screen import duck
from zongbu.law.screen.output import write_rows
from zongbu.law.screen.places import rejects_path
from zongbu.law.screen.prepare import SOURCE, Account, Means, Prepared, carried_columns
from zongbu.law.screen.rejects import SHAPE, Rejects, write_rejects
from zongbu.law.screen.request import Screening
from zongbu.law.screen.typed import NUMBERED, Dialect, find_cells, resolve_cells

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KINDS = {
    "boolean": "boolean", "tinyint": "integer", "smallint": "integer", "int": "integer", "bigint": "integer",
    "double": "double", "string": "text", "date": "date", "timestamp": "time", "timestamp_ntz": "time",
}  # fmt: skip


def _literal(text: str) -> str:
    """``text`` as a literal of Spark SQL, where a backslash escapes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_DIALECT = Dialect(
    quote="`",
    text="STRING",
    double="DOUBLE",
    matches=r"{cell} RLIKE '^(?:{pattern})\\z'",
    literal=_literal,
)
_GLOB = re.compile(r"[*?\[\]{}\\\\]")
"""Signs in a file's name that Spark would take for a pattern."""
_REJECTS = "zongbu_rejects"
_SETTINGS = {
    # Overflow and unreadable casts are errors, and exact decimals are never cut to fit.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # A folder named industry_code=0134 must stay text.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
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
    memory = prepared.request.memory_limit
    with (
        TemporaryDirectory(prefix="zongbu-") as folder,
        duck.opened(memory) as local,
        session(prepared.request.master) as spark,
    ):
        return _Run(prepared, spark, local, Path(folder)).screen()


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


class _Run:
    """One screening: the session, a local DuckDB for files, a folder for what passes between them."""

    def __init__(self, prepared: Prepared, spark: SparkSession, local: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.prepared, self.request = prepared, prepared.request
        self.spark, self.local, self.folder = spark, local, folder
        self.parts = 0

    def screen(self) -> Screening:
        files = parquet_files(Path(self.request.source))
        facts, account, rejects = self._from_parquet(files) if files else self._from_table()
        means = Means(absent=self.prepared.facts - facts)
        written = self._write(facts, means) if self.request.output is not None else None
        query, text = self.prepared.totals_query(means)
        found = self.spark.sql(text).collect()[0].asDict()
        totals = self.prepared.read_totals(query, found, means.absent)
        return self.prepared.screening(totals, means, account, rejects, written)

    # --- the source --------------------------------------------------------------------------------------

    def _from_table(self) -> tuple[frozenset[str], Account, Rejects]:
        """CSV and workbooks: staged like for any engine and handed over as Parquet."""
        staged = duck.read(self.local, self.prepared)
        rejects = write_rejects(self.local, staged.rejects, rejects_path(self.request))
        target = self.folder / "source.parquet"
        write_rows(self.local, f"SELECT * FROM {staged.relation}", target)
        self.spark.read.parquet(str(target)).createOrReplaceTempView(SOURCE)
        return frozenset(staged.facts), Account(staged.unknown_columns, staged.warnings), rejects

    def _from_parquet(self, files: Sequence[Path]) -> tuple[frozenset[str], Account, Rejects]:
        """Parquet as it lies."""
        source = Path(self.request.source)
        frame = self._frame(source, files)
        columns = {name: _KINDS.get(kind, kind) for name, kind in frame.dtypes}
        cells, unknown = find_cells(str(source), columns, self.prepared, _DIALECT)
        _number(frame, files, [each.column.title for each in cells]).createOrReplaceTempView(NUMBERED)
        typed = resolve_cells(cells, _DIALECT, self._run, self._keep)
        self.spark.sql(typed.rows).createOrReplaceTempView(SOURCE)
        query = f"SELECT * FROM {self._collect(typed.rejects)}" if cells else ""
        self.local.execute(f"CREATE TABLE {_REJECTS} ({SHAPE})")
        if query:
            self.local.execute(f"INSERT INTO {_REJECTS} {query}")
        rejects = write_rejects(self.local, _REJECTS, rejects_path(self.request))
        return frozenset(each.fact for each in cells), Account(unknown), rejects

    def _frame(self, source: Path, files: Sequence[Path]) -> DataFrame:
        read = self.spark.read.option("mergeSchema", len(files) > 1)
        if source.is_dir():
            read = read.option("basePath", str(source.absolute()))
        try:
            return read.parquet(*(_GLOB.sub(r"\\\g<0>", str(file.absolute())) for file in files))
        except Exception as error:  # py4j has no common type for what Spark says
            reason = str(error).strip().splitlines()[0]
            raise InputError(f"{source}：Spark 读不了（{reason}）") from error

    # --- results -----------------------------------------------------------------------------------------

    def _write(self, facts: frozenset[str], means: Means) -> int:
        carried = carried_columns(facts)
        query = self.prepared.rows_query(("_row", *carried), means)
        text = self.prepared.rows_text(query.text(), ("_row", *carried), ordered=True, quote="`")
        rows = self._collect(text)
        note = self.prepared.note
        remarks = (self.prepared.remarks_column(carried),) if note else ()
        columns = ", ".join(quoted(name) for name in (*carried, *self.prepared.results, *remarks))
        target = Path(str(self.request.output))
        return write_rows(self.local, f"SELECT {columns} FROM {rows} ORDER BY _row", target, note)

    # --- between Spark and here --------------------------------------------------------------------------

    def _run(self, text: str) -> Iterator[tuple[object, ...]]:
        for row in self.spark.sql(text).toLocalIterator():
            yield tuple(row)

    def _keep(self, name: str, rows: Iterator[tuple[str, str | None, str | None]]) -> None:
        frame = self.spark.createDataFrame(list(rows), "raw STRING, value STRING, reason STRING")
        frame.createOrReplaceTempView(name)

    def _collect(self, text: str) -> str:
        """The rows of a query as SQL for DuckDB: Spark writes parts, which DuckDB joins."""
        self.parts += 1
        parts = self.folder / f"parts{self.parts}"
        self.spark.sql(text).write.parquet(str(parts))
        return f"read_parquet({literal(f'{parts}/*.parquet')})"


def _number(frame: DataFrame, files: Sequence[Path], titles: Sequence[str]) -> DataFrame:
    """The columns with the row number: from 1, through all files in their order, as DuckDB counts them."""
    place = ["_metadata.file_path AS _file", "_metadata.row_index + 1 AS _row"]
    numbered = frame.selectExpr(*(_DIALECT.name(title) for title in titles), *place)
    if len(files) == 1:
        return numbered.drop("_file")
    known = {file.resolve(): rows for file, rows in zip(files, row_counts(files), strict=True)}
    before = dict(zip(known, itertools.accumulate(known.values(), initial=0), strict=False))
    paths = [path for (path,) in numbered.select("_file").distinct().collect()]
    offsets = [(path, before[Path(unquote(urlsplit(path).path)).resolve()]) for path in paths]
    counted = frame.sparkSession.createDataFrame(offsets, "_file STRING, _before LONG")
    joined = numbered.join(counted.hint("broadcast"), "_file")
    return joined.withColumn("_row", joined["_row"] + joined["_before"]).drop("_file", "_before")
