"""Chinese numerals, as official documents use them: 二十二, 一百, 五千."""

from __future__ import annotations

import functools

DIGITS = "零一二三四五六七八九"
CHARACTERS = "零〇一二三四五六七八九十百千"


def chinese(number: int) -> str:
    """The numeral of 0–9999: 3 → 三, 12 → 十二, 105 → 一百零五, 5000 → 五千.

    Raises:
        ValueError: the number is outside 0–9999.
    """
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is outside 0–9999")
    if number < 10:
        return DIGITS[number]
    text, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if 10 <= number < 20 else text


@functools.cache
def _values() -> dict[str, int]:
    return {chinese(number): number for number in range(1, 1000)}


def value_of(numeral: str) -> int | None:
    """The number that a numeral of 1–999 stands for; None if it is not written as documents write it."""
    return _values().get(numeral.replace("〇", "零"))
