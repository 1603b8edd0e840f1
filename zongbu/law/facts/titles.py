"""Column titles and names as people write them → the fact, its year and the unit of its numbers.

上年度在杭营业收入 · in_city_revenue@2022 · 上年度在杭营业收入（万元） · 2022年度在杭营业收入（单位：亿元）
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from zongbu.law.facts.dictionary import Dictionary, Fact
from zongbu.law.facts.text import name_key

_ONE: Final = Decimal(1)
_MONEY: Final = {
    "元": _ONE,
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "万": Decimal(10_000),
    "十万元": Decimal(100_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
}
# Remarks that do not change what the column means; any other might: （合并口径）, （美元）.
_REMARKS: Final = {
    *("必填", "选填", "是/否", "是否", "填是或否", "代码", "名称"),
    *("年月日", "年/月/日", "年-月-日", "yyyy-mm-dd", "yyyy/mm/dd"),
}
_BRACKET: Final = re.compile(r"(.+)\((?:单位:?)?(?:人民币:?)?([^()]*)\)")
_AT_YEAR: Final = re.compile(r"(.+)@([0-9]{4})年?度?")
_YEAR_FIRST: Final = re.compile(r"((?:19|20)[0-9]{2})年度?(?!上)(.+)")
_YEAR: Final = re.compile(r"((?:19|20)[0-9]{2})年?度?")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a title stands for. ``year`` is the year written in it (only for facts of the prior year);
    ``scale`` what one unit of its numbers is worth: 10000 for 万元, 0.01 for %."""

    fact: Fact
    year: int | None = None
    scale: Decimal = _ONE


def read_title(title: str, dictionary: Dictionary) -> Heading | None:
    """The meaning of a column title or of a fact's name, ``None`` when no known fact goes by it.

    A remark that may change the meaning (another currency, another scope) makes the title unknown.
    """
    fact = dictionary.get(title) or dictionary.by_name(title)
    if fact is not None:
        return Heading(fact)
    text, unit, year = name_key(title), "", ""
    for _ in range(4):  # at most: year, unit, remark, once more to look
        fact = dictionary.by_name(text)
        if fact is not None:
            return _heading(fact, unit, year)
        if match := _BRACKET.fullmatch(text):
            text, inner = match.groups()
            if inner in _REMARKS:
                continue
            if found := _YEAR.fullmatch(inner):
                if year:
                    return None
                year = found[1]
            elif unit or not inner:
                return None
            else:
                unit = inner
        elif match := _AT_YEAR.fullmatch(text):
            if year:
                return None
            text, year = match.groups()
        elif match := _YEAR_FIRST.fullmatch(text):
            if year:
                return None
            year, text = match.groups()
        else:
            return None
    return None


def _heading(fact: Fact, unit: str, year: str) -> Heading | None:
    if year and fact.period != "prior_year":
        return None
    scale: Decimal | None = _ONE
    if unit:
        if fact.type == "money":
            scale = _MONEY.get(unit)
        elif fact.type == "ratio":
            scale = Decimal("0.01") if unit == "%" else None
        elif fact.type == "integer":
            scale = _ONE if unit in (fact.unit, "个") else None
        else:
            scale = None
    return None if scale is None else Heading(fact, int(year) if year else None, scale)
