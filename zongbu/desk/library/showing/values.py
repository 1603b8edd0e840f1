"""Values of parameters for people, and how a value of each type is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from zongbu.desk.library.models import EnteredValue
from zongbu.law import amounts, nodes
from zongbu.law.errors import InputError
from zongbu.law.explain.outline import exact_amount
from zongbu.law.explain.words import word
from zongbu.law.formula import ParsedLiteral
from zongbu.law.parameters import parse_value
from zongbu.law.policy import Parameter


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is shown: ``text`` on one line; ``rows`` key by key where it is a table.

    ``published`` is false for 未公布.
    """

    text: str
    rows: tuple[tuple[str, str], ...] = ()
    published: bool = True


def shown(parameter: Parameter, value: ParsedLiteral | None, lang: str) -> Shown:
    """A value of a parameter in a language; None is 未公布."""
    if value is None:
        return Shown(word("unpublished", lang), published=False)
    titles = {option: text for text, option in parameter.words.items() if text != option} if lang == "zh" else {}
    if isinstance(value, tuple):
        return Shown(word("list_comma", lang).join(titles.get(str(item), str(item)) for item in value))
    if isinstance(value, dict):
        rows = tuple((_key(parameter, key, titles, lang), scalar(parameter, item, lang)) for key, item in value.items())
        return Shown(word("semicolon", lang).join(f"{key}: {item}" for key, item in rows), rows)
    return Shown(titles.get(str(value), "") or scalar(parameter, value, lang))


def scalar(parameter: Parameter, value: Decimal | date | bool | str | None, lang: str) -> str:
    """A single value: amounts in 万元/亿元 without loss, ratios in percent, dates, 是/否."""
    unit = (parameter.type.item or parameter.type).unit
    if value is None:
        return word("unpublished", lang)
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    if isinstance(value, Decimal):
        if unit == "元":
            return exact_amount(amounts.fen_of(value), lang)
        if not unit and parameter.width is not None and parameter.width.scale == nodes.RATIO.scale:
            return amounts.percent(value)
        return amounts.number(value, unit, lang)
    return amounts.day(value, lang) if isinstance(value, date) else str(value)


def _key(parameter: Parameter, key: object, titles: dict[str, str], lang: str) -> str:
    if key is None:
        return word("otherwise_entry", lang)
    if isinstance(key, Decimal):
        return amounts.number(key, parameter.type.key.unit if parameter.type.key else "", lang)
    return titles.get(str(key), str(key))


def kind_of(parameter: Parameter) -> str:
    """The type of a parameter in words."""
    type_ = parameter.type
    ratio = parameter.width is not None and parameter.width.scale == nodes.RATIO.scale
    if type_.kind == "number":
        return _("金额（元）") if type_.unit == "元" else type_.unit or (_("比例") if ratio else _("整数"))
    if type_.kind == "table":
        item = type_.item.unit if type_.item is not None else ""
        return _("按级别的表（%(item)s）") % {"item": item or (_("比例") if ratio else _("数"))}
    return {
        "boolean": _("是否"),
        "date": _("日期"),
        "text": _("文字"),
        "code": _("代码"),
        "choice": _("选项"),
        "set": _("集合"),
    }[type_.kind]


def example_of(parameter: Parameter) -> str:
    """A value as an operator may write it, fitting the parameter's type."""
    type_ = parameter.type
    ratio = parameter.width is not None and parameter.width.scale == nodes.RATIO.scale
    if type_.kind == "table":
        unit = type_.item.unit if type_.item is not None else ""
        first, second = (
            ("10%", "20%") if ratio else ("100万元", "300万元") if unit == "元" else (f"1{unit}", f"2{unit}")
        )
        return f"{{3: {first}, 4: {second}}}"
    if type_.kind == "number":
        return "100万元" if type_.unit == "元" else "30%" if ratio else f"5{type_.unit}"
    if type_.kind == "set":
        return "{66, 67}" if type_.item is not None and type_.item.kind == "code" else "{「甲」, 「乙」}"
    return {"boolean": "是", "date": "2024-06-30"}.get(type_.kind, "「……」")


def span(start: date | None, end: date | None, lang: str) -> str:
    """A period in words; empty where it is open on both sides."""
    if start is not None and end is not None:
        return word("from_to", lang, amounts.day(start, lang), amounts.day(end, lang))
    if start is not None:
        return word("from", lang, amounts.day(start, lang))
    return _("至%(day)s") % {"day": amounts.day(end, lang)} if end is not None else ""


def entered(parameter: Parameter, entry: EnteredValue, lang: str) -> Shown:
    """A value that an operator entered; as it was written where the engine no longer reads it."""
    if entry.takes_back:
        return Shown(word("unpublished", lang), published=False)
    try:
        return shown(parameter, parse_value(parameter, entry.value), lang)
    except InputError:
        return Shown(entry.value)
