"""The 参数 block: figures of the policy with their types and periods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from zongbu.law import formula, literals, nodes
from zongbu.law.document.definitions import Definition, Text, split_note
from zongbu.law.formula import FormulaError
from zongbu.law.parameters import too_wide
from zongbu.law.policy import Parameter, Period

UNPUBLISHED = "未公布"


def read_parameter(definition: Definition) -> Parameter:
    """The parameter that a definition of a 参数 block declares.

    Raises:
        FormulaError: no value, no type, a value that does not fit, a gap or an overlap of periods; placed
            relative to the text behind the identifier.
    """
    annotation, value_text = "", definition.rest
    if definition.sign != "=":
        annotation, _, value = definition.rest.value.partition("=")
        column = definition.rest.column + len(annotation) + 1
        value_text = Text(value.strip(), definition.line, column + len(value) - len(value.lstrip()))
    entries: list[tuple[date | None, date | None, Text]] = []
    if value_text.value:
        entries.append((None, None, value_text))
    for text in definition.lines:
        try:
            entries.append(_dated_value(text))
        except FormulaError as error:
            raise _moved(error, text, definition.rest) from None
    if not entries:
        raise FormulaError("参数没有值", definition.title, hint="写成「= 值」；没有公布的写「: 类型 = 未公布」")
    declared = _annotation(annotation)
    periods, found = [], declared
    for start, end, text in entries:
        literal, note = split_note(text)
        period_value: formula.ParsedLiteral | None = None
        if literal.value != UNPUBLISHED:
            try:
                period_value, type_, width = formula.parse_literal(literal.value)
            except FormulaError as error:
                raise _moved(error, literal, definition.rest) from None
            if found is not None and type_ != found[0]:
                raise _moved(
                    FormulaError(f"值的类型应为{found[0]}，这里是{type_}", literal.value),
                    literal,
                    definition.rest,
                )
            if declared is None:
                found = type_, width if found is None else formula.wider(found[1], width)
        periods.append(Period(start, end, period_value, note))
    if found is None:
        raise FormulaError("未公布的参数要写明类型", definition.title, hint="例如「: 比例 = 未公布」")
    for period, (_, _, text) in zip(periods, entries, strict=True):
        if period.value is not None and (excess := too_wide(period.value, found[1])):
            raise _moved(FormulaError(excess, split_note(text)[0].value), text, definition.rest)
    for text, fault in _faults_of_periods(periods, [text for _, _, text in entries]):
        raise _moved(fault, Text("", text.line, definition.lines[0].column), definition.rest)
    return Parameter(
        definition.identifier,
        definition.title,
        found[0],
        found[1],
        tuple(periods),
        definition.clause,
        definition.line,
    )


def _annotation(text: str) -> tuple[nodes.Type, nodes.Width | None] | None:
    if not text.strip():
        return None
    try:
        return literals.parse_type(text.strip())
    except KeyError as error:
        name = str(error.args[0])
        raise FormulaError("没有这种类型", name, hint=formula.nearest(name, iter(literals.TYPES))) from None


def _dated_value(text: Text) -> tuple[date | None, date | None, Text]:
    """``2023-02-20 至 2024-12-31 = 10亿元`` or ``2025-01-01 起 = 12亿元``."""
    when, sign, value = text.value.partition("=")
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\s*(?:起|至\s*(\d{4}-\d{2}-\d{2}))", when.strip())
    if not sign or match is None:
        raise FormulaError(
            "时期的写法不对", text.value, hint="写成「2023-02-20 至 2024-12-31 = 值」或「2025-01-01 起 = 值」"
        )
    column = text.column + len(when) + 1 + len(value) - len(value.lstrip())
    try:
        start, end = date.fromisoformat(match[1]), date.fromisoformat(match[2]) if match[2] else None
    except ValueError:
        raise FormulaError("没有这一天", when.strip(), hint="写成 2021-12-31") from None
    if end is not None and end < start:
        raise FormulaError("时期的起止颠倒", when.strip())
    return start, end, Text(value.strip(), text.line, column)


def _faults_of_periods(periods: list[Period], texts: list[Text]) -> Iterator[tuple[Text, FormulaError]]:
    """Overlaps and gaps, each with the text of the later period."""
    for (one, other), text in zip(pairwise(periods), texts[1:], strict=True):
        if one.end is None or other.start is None or other.start <= one.end:
            yield text, FormulaError("时期重叠", f"{other.start}", hint=f"上一时期到 {one.end or '无限期'}")
        elif other.start != one.end + timedelta(days=1):
            yield text, FormulaError("时期之间有空缺", f"{one.end} 与 {other.start}", hint="各时期要前后相接")


def _moved(error: FormulaError, text: Text, base: Text) -> FormulaError:
    """The same fault, placed relative to the text that the caller reports against."""
    line = text.line - base.line + error.line
    column = error.column + text.column - 1 - (base.column - 1 if line == 1 else 0)
    return FormulaError(error.message, error.text, line, column, error.hint)
