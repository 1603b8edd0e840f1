"""Numbers for people: amounts in 万元/亿元, ratios in percent, counts with their unit; Chinese or English."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

WIDE = Context(prec=80, rounding=ROUND_HALF_UP)
"""Decimal context in which nothing that Zongbu computes is ever rounded by accident."""

UNITS_EN = {
    "家": "", "个": "", "人": "people", "项": "items", "年": "years", "月": "months", "天": "days",
    "个工作日": "working days", "分": "points", "平方米": "m²", "亩": "mu", "户": "households", "名": "people",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def decimal_of(number: Decimal | Fraction | int, places: int) -> Decimal:
    """A number rounded half away from zero to ``places``, exactly."""
    if isinstance(number, Fraction):
        return WIDE.scaleb(Decimal(_rounded(number, places)), -places)
    return WIDE.quantize(Decimal(number), Decimal(1).scaleb(-places))


def fen_of(yuan: Decimal | Fraction | int) -> int:
    """Yuan → whole fen, half away from zero."""
    return _rounded(yuan, 2)


def _rounded(number: Decimal | Fraction | int, places: int) -> int:
    """A number times 10**places, rounded to a whole number half away from zero."""
    above, below = number.as_integer_ratio()
    whole: int = (2 * abs(above) * 10**places + below) // (2 * below)
    return whole if above >= 0 else -whole


def amount(fen: int, lang: str = "zh") -> str:
    """82000000000 fen → ``8.20亿元`` / ``CNY 820.00 million``; below 1万元 (1 million) to the fen."""
    size = abs(fen)
    if lang == "en":
        if size >= 10**11:
            unit, word = 10**9, " billion"
        elif size >= 10**8:
            unit, word = 10**6, " million"
        else:
            unit, word = 1, ""
        return f"CNY {_hundredths(fen, unit)}{word}"
    if size >= 10**10:
        return f"{_hundredths(fen, 10**8)}亿元"
    if size >= 10**6:
        return f"{_hundredths(fen, 10**4)}万元"
    return f"{_hundredths(fen, 1)}元"


def full_amount(fen: int, lang: str = "zh") -> str:
    """An amount to the fen: ``999,999,999.99元``."""
    text = _hundredths(fen, 1)
    return f"CNY {text}" if lang == "en" else f"{text}元"


def _hundredths(fen: int, unit: int) -> str:
    """Fen in a unit (in yuan) with two places, rounded half away from zero."""
    hundredths = (abs(fen) + unit // 2) // unit
    whole, rest = divmod(hundredths, 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def percent(ratio: Decimal | Fraction) -> str:
    """``Decimal("0.1")`` → ``10%``; a ratio that does not end is shown with two places."""
    return percent_of(*ratio.as_integer_ratio())


def percent_of(numerator: int, denominator: int) -> str:
    """A quotient of whole numbers (positive denominator) as a percentage, see ``percent``."""
    parts, rest = divmod(abs(numerator) * 10**4, denominator)
    if rest * 2 >= denominator:
        parts += 1
    sign = "-" if numerator < 0 and parts else ""
    whole, places = divmod(parts, 100)
    if rest or places % 10:
        return f"{sign}{whole}.{places:02d}%"
    return f"{sign}{whole}.{places // 10}%" if places else f"{sign}{whole}%"


def count(whole: int, unit: str = "", lang: str = "zh") -> str:
    """A whole number with its unit: ``2家``, ``5 working days``."""
    if lang == "en":
        return f"{whole:,} {UNITS_EN.get(unit, unit)}".rstrip()
    return f"{whole:,}{unit}"


def number(value: Decimal | Fraction | int, unit: str = "", lang: str = "zh") -> str:
    """A count or pure number with its unit: ``2家``, ``5 working days``; yuan as an amount."""
    if unit == "元":
        return amount(fen_of(value), lang)
    text = f"{decimal_of(value, 6):,f}".rstrip("0").rstrip(".")
    if lang == "en":
        return f"{text} {UNITS_EN.get(unit, unit)}".strip()
    return f"{text}{unit}"


def day(value: date, lang: str = "zh") -> str:
    """``2024年6月1日`` / ``1 June 2024``."""
    if lang == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"
