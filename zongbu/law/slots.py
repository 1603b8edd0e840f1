"""Values as the generated Python holds them: whole numbers scaled by their width, tables and sets ready to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from zongbu.law.amounts import WIDE
from zongbu.law.formula import OTHERWISE, ParsedLiteral
from zongbu.law.nodes import Width


class LookUpTable(dict[Any, Any]):
    """A table parameter ready for look-up: an absent key gives the 其他 entry, or unknown."""

    def __init__(self, entries: Mapping[Any, Any], otherwise: Any, has_otherwise: bool) -> None:
        super().__init__(entries)
        self.otherwise = otherwise
        self.has_otherwise = has_otherwise

    def __missing__(self, key: Any) -> Any:
        return self.otherwise

    def lists(self, key: Any) -> bool:
        """Whether the table says anything about a key, be it that its entry is 未公布."""
        return key in self or self.has_otherwise


class Codes(tuple[str, ...]):
    """A set of codes ready for prefix tests; ``stems`` are the beginnings that are too coarse to tell."""

    stems: frozenset[str]

    def __new__(cls, codes: Iterable[str]) -> Codes:
        made = super().__new__(cls, codes)
        made.stems = frozenset(code[:length] for code in made for length in range(len(code)))
        return made


def scaled(value: Any, width: Width | None) -> Any:
    """A value as the generated code holds it: ``Decimal("1.50")`` of scale 2 → 150."""
    if width is None or value is None or isinstance(value, bool):
        return value
    return int(value * 10**width.scale)


def encode_parameter(value: ParsedLiteral | None, width: Width | None) -> Any:
    """A parameter's value as the generated code holds it."""
    if isinstance(value, dict):
        entries = {
            int(key) if isinstance(key, Decimal) else key: scaled(item, width)
            for key, item in value.items()
            if key is not OTHERWISE
        }
        return LookUpTable(entries, scaled(value.get(OTHERWISE), width), OTHERWISE in value)
    if isinstance(value, tuple):
        return Codes(value)
    return scaled(value, width)


def unscaled(value: Any, scale: int | None) -> Any:
    """The inverse of ``scaled``: 150 of scale 2 → ``Decimal("1.50")``."""
    return value if value is None or scale is None else WIDE.scaleb(Decimal(value), -scale)
