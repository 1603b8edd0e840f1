"""The unified social credit code (GB 32100): its check character."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


def check_uscc(code: str, lang: str = "zh") -> str | None:
    """What is odd about a unified social credit code (GB 32100), in words (``zh`` or ``en``); ``None`` if nothing is.

    Only ever a warning: codes given out early fail the check character though they are genuine.
    """
    english = lang == "en"
    if len(code) != 18:
        return f"18 characters expected, {len(code)} given" if english else f"应为 18 位，这里是 {len(code)} 位"
    places = [ALPHABET.find(character) for character in code]
    if -1 in places:
        place, sign = places.index(-1) + 1, code[places.index(-1)]
        return f"“{sign}” at place {place} is not used in codes" if english else f"第 {place} 位「{sign}」不是代码用字"
    remainder = sum(place * weight for place, weight in zip(places[:17], WEIGHTS, strict=True)) % 31
    if (31 - remainder) % 31 != places[17]:
        if english:
            return "the check character does not fit (so it is with some early codes; please compare)"
        return "校验位不符（早期代码可能如此，请核对）"
    return None


def odd_uscc_sql(column: str) -> str:
    """The SQL condition (DuckDB) that is true where :func:`check_uscc` would find something."""
    places = [f"(strpos('{ALPHABET}', substr({column}, {place}, 1)) - 1)" for place in range(1, 19)]
    total = " + ".join(f"{place} * {weight}" for place, weight in zip(places, WEIGHTS, strict=False))
    return (
        f"(length({column}) <> 18 OR NOT regexp_full_match({column}, '[{ALPHABET}]*') "
        f"OR (31 - ({total}) % 31) % 31 <> {places[17]})"
    )
