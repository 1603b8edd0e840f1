"""Where a figure of the policy stands in the official text, in whatever spelling the text uses.

10亿元 may be printed as 10亿元, 10亿, 100000万元, 十亿元; 100亿元 as 百亿级; 2家 as 两家; 2021-12-31 as
2021年12月31日; a star as 三星级. A figure never counts as found inside a longer one (10亿 in 110亿).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeGuard

from zongbu.law.official.numerals import CHARACTERS, chinese

Figure = str | int | Decimal | date | tuple[Decimal | int, str]
"""What can be looked for: a literal as policy files write it (``"10亿元"``, ``"50%"``, ``"2021-12-31"``,
``"「上海证券交易所」"``), a date, a plain number, or a number with its unit (``(Decimal(2), "家")``;
元 counts single yuan, 比例 is a ratio, where 0.5 is 50%)."""


class Hit(NamedTuple):
    """Where a figure stands in a text: ``start`` and ``end`` count characters from 0."""

    start: int
    end: int


_PLAIN_FORM = str.maketrans("０１２３４５６７８９％．", "0123456789%.")  # character by character: places stay

_DATE = re.compile(r"(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})日?")
_LITERAL = re.compile(r"(?P<digits>\d+(?:\.\d+)?)(?P<scale>万亿|亿|万|千)?(?P<unit>[^\d\s]*)")
_SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "千": 10**3}
_CODES = re.compile(r"\{.*\}", re.DOTALL)

_NOT_IN_DIGITS = r"(?<!\d)(?<!\d[.,])"
_NOT_IN_NUMERAL = rf"(?<![{CHARACTERS}万亿两几数第\d])"
_OTHER_CURRENCY = r"(?![美港欧日英澳]元|元/)"
_COUNTERS = "个家项人名年次倍户档批类种"
_SYNONYMS = {"天": "天|日", "日": "天|日", "人": "人|名", "名": "人|名", "家": "家|户", "年": "年|周年"}
_STARS = re.compile(r"星|star|rating")


def find_figure(figure: Figure, text: str, context: str = "") -> Hit | None:
    """The first place of a figure in a text that has been freed of spaces and line breaks.

    Args:
        figure: see ``Figure``.
        text: the passage to search, as ``squeeze`` gives it.
        context: name of the parameter; a plain number is read as a star where it speaks of stars.

    Returns:
        The place of its likeliest spelling, or None if no spelling of it occurs.
    """
    searched = text.translate(_PLAIN_FORM)
    for pattern in spellings(figure, context):
        if match := re.search(pattern, searched):
            return Hit(match.start(), match.end())
    return None


def is_searchable(figure: object) -> TypeGuard[Figure]:
    """Whether a value is a figure at all: sets (of codes), truth values and nothing are not."""
    if isinstance(figure, bool) or not isinstance(figure, str | int | Decimal | date | tuple):
        return False
    return not (isinstance(figure, str) and (not figure or figure in "是否" or _CODES.fullmatch(figure)))


def show_figure(figure: object) -> str:
    """A figure as people write it: 10亿元, 50%, 2家, 2021-12-31."""
    if isinstance(figure, tuple):
        number, unit = Decimal(figure[0]), str(figure[1])
        if unit == "比例":
            return f"{_bare(number * 100)}%"
        for name in ("亿", "万"):
            if unit == "元" and number and number % _SCALES[name] == 0:
                return f"{_bare(number / _SCALES[name])}{name}元"
        return f"{_bare(number)}{unit}"
    return _bare(figure) if isinstance(figure, Decimal) else str(figure)


def figures_of(value: object, unit: str = "") -> tuple[Figure, ...]:
    """The figures to look for in the value of a parameter.

    Args:
        value: a ``Decimal``, ``int``, date or text, a mapping (the values of a table count, not its keys;
            a zero under 其他, the key None, is no figure), or None for 未公布.
        unit: the unit of numbers (元, 家, 年 …), 比例 for ratios, empty for plain numbers.

    Returns:
        No figures for None, truth values and sets: those are explained by the parameter's note.
    """
    if isinstance(value, Mapping):
        entries = [item for key, item in value.items() if not (key in (None, "其他") and item == 0)]
        return tuple(figure for item in entries for figure in figures_of(item, unit))
    if isinstance(value, bool):
        return ()
    if isinstance(value, Decimal | int):
        return ((value, unit),) if unit else (value,)
    return (value,) if isinstance(value, str | date) and is_searchable(value) else ()


def spellings(figure: Figure, context: str = "") -> Iterable[str]:
    """Patterns for the ways a figure may be printed, the likeliest first."""
    if isinstance(figure, date):
        return _date(figure)
    if isinstance(figure, tuple):
        number, unit = Decimal(figure[0]), figure[1]
    elif isinstance(figure, str):
        text = figure.translate(_PLAIN_FORM).replace(",", "").strip()
        if found := _DATE.fullmatch(text):
            return _date(date(*(int(part) for part in found.groups())))
        literal = _LITERAL.fullmatch(text)
        if literal is None:
            return (re.escape(text.strip("「」").translate(_PLAIN_FORM)),)
        number = Decimal(literal["digits"]) * _SCALES.get(literal["scale"] or "", 1)
        unit = literal["unit"]
    else:
        number, unit = Decimal(figure), ""
    if unit == "元":
        return _money(number)
    if unit == "%":
        return _percent(number)
    if unit == "比例":
        return (*_percent(number * 100), *_plain(number, context))
    if unit in ("星", "星级"):
        return _star(number)
    return _quantity(number, unit) if unit else _plain(number, context)


def _date(day: date) -> tuple[str, ...]:
    year = "".join("[〇○零]" if digit == "0" else chinese(int(digit)) for digit in str(day.year))
    return (
        rf"(?<!\d){day.year}年0?{day.month}月0?{day.day}日",
        rf"(?<!\d){day.year}(?P<mark>[-./])0?{day.month}(?P=mark)0?{day.day}(?!\d)",
        rf"{year}年{chinese(day.month)}月{chinese(day.day)}日",
    )


def _money(yuan: Decimal) -> list[str]:
    patterns = []
    for scale in ("亿", "万", "万亿"):
        count = yuan / _SCALES[scale]
        patterns.append(rf"{_NOT_IN_DIGITS}{_digits(count)}{scale}(?!亿){_OTHER_CURRENCY}元?")
        for numeral in _numerals(count):
            patterns.append(rf"{_NOT_IN_NUMERAL}{numeral}{scale}(?:元|(?=级))")
    patterns.append(rf"{_NOT_IN_DIGITS}{_digits(yuan)}元")
    patterns += [rf"{_NOT_IN_NUMERAL}{numeral}元" for numeral in _numerals(yuan)]
    return patterns


def _percent(number: Decimal) -> list[str]:
    patterns = [rf"{_NOT_IN_DIGITS}{_digits(number)}(?:%|个百分点)"]
    return patterns + [rf"百分之{numeral}(?![{CHARACTERS}点])" for numeral in _numerals(number)]


def _star(number: Decimal) -> list[str]:
    return [rf"{_NOT_IN_NUMERAL}{numeral}星级?" for numeral in _numerals(number)] + [
        rf"{_NOT_IN_DIGITS}{_digits(number)}星级?"
    ]


def _quantity(number: Decimal, unit: str) -> list[str]:
    name = unit.removeprefix("个") or unit
    names = _SYNONYMS.get(name) or re.escape(name)
    after = rf"个?(?:{names})" if name != "个" else "个"
    # 2年 is not the year in 2年3月, nor 3日 the day of a date
    after += r"(?!\d{1,2}月)" if name == "年" else ""
    patterns = [rf"{_NOT_IN_DIGITS}(?<![月第]){_digits(number)}{after}"]
    for scale in ("亿", "万"):
        if number >= _SCALES[scale]:
            patterns.append(rf"{_NOT_IN_DIGITS}{_digits(number / _SCALES[scale])}{scale}{after}")
    return patterns + [rf"{_NOT_IN_NUMERAL}{numeral}{after}" for numeral in _numerals(number)]


def _plain(number: Decimal, context: str) -> list[str]:
    alone = rf"{_NOT_IN_DIGITS}(?<![年月第（(]){_digits(number)}(?![\d%月日万亿千百]|[.,]\d|年\d)"
    counted = [rf"{_NOT_IN_NUMERAL}{numeral}(?=[{_COUNTERS}])" for numeral in _numerals(number)]
    return [*(_star(number) if _STARS.search(context) else []), alone, *counted]


def _digits(number: Decimal) -> str:
    """A pattern for a number in digits, with or without thousands separators and trailing zeros."""
    whole, _, fraction = _bare(number).partition(".")
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[,，]?", whole)
    return grouped + (rf"\.{fraction}0*(?!\d)" if fraction else r"(?:\.0+)?(?![.\d])")


def _numerals(number: Decimal) -> list[str]:
    """The ways to write a whole number in Chinese: 2 → 二, 两; 100 → 一百, 百; none for what is not whole."""
    if number != number.to_integral_value() or not 0 < number <= 9999:
        return []
    numeral = chinese(int(number))
    forms = [numeral]
    if numeral[0] == "一" and numeral[1:] in ("百", "千"):
        forms.append(numeral[1:])
    if numeral[0] == "二" and (len(numeral) == 1 or numeral[1] in "百千"):
        forms.append("两" + numeral[1:])
    return forms


def _bare(number: Decimal | int) -> str:
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
