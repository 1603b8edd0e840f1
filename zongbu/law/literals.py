"""Literals with units (10亿元, 10%, 2家, 5个工作日) and the names of types, as policy files write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Context, Decimal

from zongbu.law.nodes import (
    BOOLEAN,
    CODE,
    DATE,
    INTEGER,
    MONEY,
    PURE,
    RATIO,
    TEXT,
    YUAN,
    Type,
    Width,
)

ZERO = Decimal(0)
MULTIPLIERS = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "": 1}
UNITS = ("元", "家", "个", "人", "人次", "项", "年", "月", "天", "个工作日", "分", "平方米", "亩", "户", "名")
SPELLINGS = {"日": "天", "工作日": "个工作日"}

_NUMBER = re.compile(r"(?P<digits>\d+(?:\.\d+)?)(?:(?P<percent>[%％])|(?P<multiplier>万亿|亿|万)?(?P<unit>\w*))")

TYPES: dict[str, tuple[Type, Width | None]] = {
    "元": (YUAN, MONEY),
    "比例": (PURE, RATIO),
    "小数": (PURE, RATIO),
    "整数": (PURE, INTEGER),
    "日期": (DATE, None),
    "文字": (TEXT, None),
    "代码": (CODE, None),
    "是否": (BOOLEAN, None),
    "代码集": (Type("set", item=CODE), None),
    "选项集": (Type("set", item=TEXT), None),
    **{unit: (Type("number", unit), INTEGER) for unit in UNITS if unit != "元"},
}


def parse_number(text: str) -> tuple[Decimal, Type, Width]:
    """``10亿元`` → (1000000000, 元, width of money); ``10%`` → (0.1, pure number, width of a ratio).

    Raises:
        ValueError: the text is no number or its unit is unknown; the message is the unit.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    value = Decimal(match["digits"])
    exact = Context(prec=len(text) + 16)  # the default one would round a long literal without a word
    if match["percent"]:
        return exact.divide(value, Decimal(100)), PURE, RATIO
    unit = match["unit"] or ""
    unit = SPELLINGS.get(unit, unit)
    value = exact.multiply(value, Decimal(MULTIPLIERS[match["multiplier"] or ""]))
    if not unit:
        return (
            value,
            PURE,
            INTEGER if value == value.to_integral_value() and "." not in match["digits"] else RATIO,
        )
    if unit not in UNITS:
        raise ValueError(unit)
    return value, Type("number", unit), MONEY if unit == "元" else INTEGER


def parse_date(text: str) -> date:
    """``2021-12-31`` or ``2021年12月31日``; ValueError if there is no such day."""
    year, month, day = (int(part) for part in re.findall(r"\d+", text))
    return date(year, month, day)


def parse_type(text: str) -> tuple[Type, Width | None]:
    """The type that an annotation names: ``元``, ``比例``, ``家``, ``整数→元`` …

    Raises:
        KeyError: no type of that name; the argument is the offending part.
    """
    key_text, arrow, item_text = text.partition("→")
    if not arrow:
        return TYPES[text.strip()]
    key, _ = TYPES[key_text.strip()]
    item, width = TYPES[item_text.strip()]
    return Type("table", key=key, item=item), width
