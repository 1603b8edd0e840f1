"""The summary of a screening: how many meet what, what it costs, where the others fail, what is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zongbu.law.amounts import day, fen_of
from zongbu.law.explain.assessment import policy_remarks
from zongbu.law.explain.outline import exact_amount
from zongbu.law.explain.words import verdict, word
from zongbu.law.names import Names

if TYPE_CHECKING:
    from zongbu.law.screen import Screening

_WORDS = {
    "screened": ("{0}，基准日 {1}：筛查 {2} 家", "{0}, as of {1}: {2} enterprises screened"),
    "rejected": ("，另有 {0} 行读不了", ", {0} rows could not be read"),
    "result": ("结果", "Result"),
    "total": ("合计", "Total"),
    "funnel": ("漏斗：各项条件", "Funnel: the conditions one by one"),
    "condition": ("条件", "Condition"),
    "clause": ("条款", "Clause"),
    "lacking": ("没有值的事实", "Facts without a value"),
    "fact": ("事实", "Fact"),
    "enterprises": ("家数", "Enterprises"),
    "absent": ("表里没有这些列，按未知处理：{0}", "No column, unknown for every row: {0}"),
    "ignored": ("忽略不认识的列：{0}", "Columns that are no known fact, ignored: {0}"),
}


def render(screening: Screening, lang: str) -> RenderableType:
    """A screening's summary as a rich renderable, in a language (``zh`` or ``en``)."""
    names = Names(screening.policy, lang)
    return Group(*_parts(screening, names, lang))


def _parts(screening: Screening, names: Names, lang: str) -> Iterator[RenderableType]:
    policy = screening.policy
    yield Text(
        _say(
            "screened",
            lang,
            policy.title,
            day(screening.as_of, lang),
            f"{screening.rows:,}",
        )
        + (_say("rejected", lang, f"{screening.rejected:,}") if screening.rejected else ""),
        style="bold",
    )
    yield from _remarks(screening, names, lang)
    if screening.counts:
        yield Text()
        yield _counts(screening, names, lang)
    if screening.funnel:
        yield _heading("funnel", lang)
        yield _funnel(screening, names, lang)
    lacking = {fact: count for fact, count in screening.lacking.items() if count}
    if lacking:
        yield _heading("lacking", lang)
        table = _table(_say("fact", lang), ">" + _say("enterprises", lang))
        for fact, count in sorted(lacking.items(), key=lambda item: -item[1]):
            table.add_row(Text(names.fact(fact)), f"{count:,}")
        yield table


def _remarks(screening: Screening, names: Names, lang: str) -> Iterator[Text]:
    comma = word("list_comma", lang)
    for remark in policy_remarks(screening.policy, screening.as_of, screening.parameters, names):
        yield Text(f"{_mark(lang)}{remark}", style="bold yellow")
    if screening.absent:
        titles = comma.join(names.fact(fact) for fact in screening.absent)
        yield Text(f"{_mark(lang)}{_say('absent', lang, titles)}", style="yellow")
    if screening.unknown_columns:
        yield Text(f"{_mark(lang)}{_say('ignored', lang, comma.join(screening.unknown_columns))}", style="yellow")
    for warning in screening.warnings:
        yield Text(f"{_mark(lang)}{warning}", style="yellow")


def _counts(screening: Screening, names: Names, lang: str) -> Table:
    """Per result: met, not met, undetermined, and what amounts come to."""
    signs = [" ".join(verdict(value, lang)) for value in (True, False, None)]
    table = _table(_say("result", lang), *(f">{sign}" for sign in signs), ">" + _say("total", lang))
    for result, count in screening.counts.items():
        total = "" if count.total is None else exact_amount(fen_of(count.total), lang)
        table.add_row(
            Text(names.rule(result)), f"{count.met:,}", f"{count.not_met:,}", f"{count.undetermined:,}", total
        )
    return table


def _funnel(screening: Screening, names: Names, lang: str) -> Table:
    signs = [" ".join(verdict(value, lang)) for value in (False, None)]
    table = _table(_say("result", lang), _say("condition", lang), _say("clause", lang), *(f">{sign}" for sign in signs))
    previous = ""
    for step in screening.funnel:
        title = "" if step.result == previous else names.rule(step.result)
        previous = step.result
        table.add_row(Text(title), Text(step.condition), step.clause, f"{step.failing:,}", f"{step.undetermined:,}")
    return table


def _table(*titles: str) -> Table:
    """A table; a title that begins with > heads a column of numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title.lstrip(">"), justify="right" if title.startswith(">") else "left", overflow="fold")
    return table


def _heading(key: str, lang: str) -> Text:
    return Text(f"\n{_say(key, lang)}", style="bold blue")


def _mark(lang: str) -> str:
    return "！" if lang == "zh" else "! "  # a blank would let a long Chinese line break right after it


def _say(key: str, lang: str, *values: object) -> str:
    return _WORDS[key][lang == "en"].format(*values)
