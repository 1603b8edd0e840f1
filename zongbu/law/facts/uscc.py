"""The unified social credit code (GB 32100): its check character."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


def check_uscc(code: str) -> str | None:
    """What is odd about a unified social credit code (GB 32100), in Chinese; ``None`` if nothing is.

    Only ever a warning: codes given out early fail the check character though they are genuine.
    """
    if len(code) != 18:
        return f"应为 18 位，这里是 {len(code)} 位"
    places = [ALPHABET.find(character) for character in code]
    if -1 in places:
        return f"第 {places.index(-1) + 1} 位「{code[places.index(-1)]}」不是代码用字"
    remainder = sum(place * weight for place, weight in zip(places[:17], WEIGHTS, strict=True)) % 31
    if (31 - remainder) % 31 != places[17]:
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
