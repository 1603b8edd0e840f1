"""``zongbu assess``: one enterprise, with the reasons."""

from __future__ import annotations

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
from zongbu.cli.output import console, deliver, tell

if TYPE_CHECKING:
    from zongbu.law.explain.assessment import Assessment

FORMATS = ("text", "json", "html")
_BY_SUFFIX = {".json": "json", ".html": "html", ".htm": "html"}


def assess(
    facts: Annotated[str, typer.Argument(metavar="FACTS", help="事实文件 .json .yaml .csv .xlsx 或 - 表示标准输入")],
    policy: PolicyOption = DEFAULT_POLICY,
    as_of: AsOfOption = None,
    parameters: ParametersOption = None,
    reading: ReadingsOption = None,
    results: ResultsOption = None,
    row: Annotated[str | None, typer.Option("--row", metavar="N", help="表格的第几行 表头是第 1 行")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="表格里的企业名称 可以只写一部分")] = None,
    sheet: SheetOption = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="text|json|html", help="输出形式 缺省看 --output 的扩展名"),
    ] = None,
    lang: LangOption = "zh",
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="写到文件")] = None,
) -> None:
    """评估一家企业 Assess one enterprise

    给出结果、 理由、 还缺的事实、 还差多少。
    """
    language = options.language(lang)
    form = _form(format_, output)
    moment = options.day(as_of)
    chosen = options.readings(reading)
    number = options.whole("--row", row)

    from zongbu.cli.given import Choice, read_given
    from zongbu.law import load_policy

    law = load_policy(policy)
    assessor = law.assessor(
        as_of=moment,
        parameters=options.overrides(parameters, law),
        readings=chosen,
        results=options.listed(results),
    )
    given = read_given(facts, law.dictionary, moment, Choice(number, name, sheet))
    for note in given.notes:
        tell(note)
    _deliver(assessor.assess(given.facts), form, language, output)


def _form(given: str | None, output: str | None) -> str:
    if given is not None:
        return options.one_of("--format", given, FORMATS)
    return _BY_SUFFIX.get(Path(output or "").suffix.lower(), "text")


def _deliver(assessment: Assessment, form: str, lang: str, output: str | None) -> None:
    if form == "json":
        import json

        deliver(json.dumps(assessment.document(lang), ensure_ascii=False, indent=2) + "\n", output)
    elif form == "html":
        from zongbu.law.explain.html import page

        deliver(page(assessment, lang), output)
    elif output is not None:
        from zongbu.law.explain.terminal import to_text

        deliver(to_text(assessment, lang), output)
    else:
        from zongbu.law.explain.terminal import render

        console().print(render(assessment, lang))
