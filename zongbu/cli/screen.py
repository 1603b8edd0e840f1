"""``zongbu screen``: a table of enterprises in, results out, millions of rows if need be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zongbu.cli import options
from zongbu.cli.options import (
    DEFAULT_POLICY,
    AsOfOption,
    LangOption,
    ParametersOption,
    PolicyOption,
    ReadingsOption,
    ResultsOption,
    SheetOption,
)
from zongbu.cli.output import console, tell
from zongbu.law.errors import InputError

if TYPE_CHECKING:
    from zongbu.law.screen import Screening

LOCAL = "local[*]"
ENGINES = ("duckdb", "spark", "postgres")
SHOWN = 40
"""Characters of a cell that a message shows."""


def screen(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="表格 .csv .xlsx .parquet 用 postgres 时为表名")],
    policy: PolicyOption = DEFAULT_POLICY,
    as_of: AsOfOption = None,
    results: ResultsOption = None,
    parameters: ParametersOption = None,
    reading: ReadingsOption = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="OUT", help="结果表格 或 postgres 的表名"),
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="RESULT", help="只写出满足这一结果的企业")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="不写表格 只要计数和合计")] = False,
    engine: Annotated[str, typer.Option("--engine", metavar="duckdb|spark|postgres", help="计算引擎")] = "duckdb",
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="Spark 的主节点 如 spark://host:7077")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="DSN", help="PostgreSQL 的连接串", envvar="ZONGBU_DATABASE"),
    ] = None,
    sheet: SheetOption = None,
    rejects: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="读不了的行写到哪里 缺省在结果旁边")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有读不了的行时以 1 退出")] = False,
    memory: Annotated[str | None, typer.Option("--memory", metavar="SIZE", help="内存上限 如 1GB")] = None,
    lang: LangOption = "zh",
) -> None:
    """筛查一张表 Screen a table of enterprises

    算出每家企业的各项结果， 并汇总计数、 合计和漏斗。 读不了的行另写一份， 不会丢失。
    """
    language = options.language(lang)
    moment = options.day(as_of)
    chosen = options.readings(reading)
    engine = options.one_of("--engine", engine, ENGINES)
    limit = options.memory(memory)
    if summary and output is not None:
        raise InputError("--summary 不写表格，不能和 --output 一起用")
    if summary and only is not None:
        raise InputError("--only 挑选写出的行，不能和 --summary 一起用")
    if output is None and only is not None:
        raise InputError("--only 挑选写出的行，请用 --output 写明写到哪里")
    if master is not None and engine != "spark":
        raise InputError("--master 只用于 --engine spark")

    from zongbu.law import load_policy

    law = load_policy(policy)
    overrides = options.overrides(parameters, law)

    from zongbu.law.screen import Request, screen as run  # fmt: skip  # isort: skip

    with _progress() as progress:
        request = Request(
            policy=law,
            source=table if engine == "postgres" else Path(table),
            as_of=moment,
            results=options.listed(results) or law.results,
            parameters=overrides,
            readings=chosen,
            engine=engine,
            output=output if output is None or engine == "postgres" else Path(output),
            only=only,
            sheet=sheet,
            rejects=None if rejects is None else Path(rejects),
            database=database,
            memory_limit=limit,
            progress=progress,
            lang=language,
            master=master or LOCAL,
        )
        screening = run(request)

    from zongbu.cli.summary import render

    console(stderr=False).print(render(screening, language))
    if screening.output is not None and screening.written is not None:
        tell(f"已写入 {screening.output}（{screening.written:,} 行）")
    _tell_rejects(screening)
    if strict and screening.rejected:
        raise typer.Exit(1)


def _tell_rejects(screening: Screening) -> None:
    """Where the rows are that could not be read, or, if they were not written, the first of them."""
    if not screening.rejected:
        return
    if screening.rejects is not None:
        tell(f"读不了的 {screening.rejected:,} 行写在 {screening.rejects}")
        return
    tell(f"读不了的有 {screening.rejected:,} 行，如：")
    for reject in screening.first_rejects:
        column = f"「{reject.column}」" if reject.column else "整行"
        value = reject.value if len(reject.value) <= SHOWN else f"{reject.value[:SHOWN]}…"
        tell(f"  第 {reject.row:,} 行 {column}「{' '.join(value.split())}」：{reject.reason}")
    tell("全部写下来请加 --rejects 文件.csv")


@contextmanager
def _progress() -> Iterator[Callable[[float], None] | None]:
    """A progress bar on standard error while work is done; nothing where nobody looks."""
    screen_of = console(stderr=True)
    if not screen_of.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen_of, transient=True) as bar:
        task = bar.add_task("筛查", total=1.0)
        yield lambda share: bar.update(task, completed=share)
