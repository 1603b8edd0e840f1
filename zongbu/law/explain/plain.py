"""Values as plain data for JSON and records: amounts as text with two places, dates in ISO form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from zongbu.law.amounts import decimal_of, fen_of
from zongbu.law.compile import Slots, Spot
from zongbu.law.exact import SHOWN_PLACES
from zongbu.law.explain.trace import at
from zongbu.law.formula import ParsedLiteral
from zongbu.law.nodes import Node


def plain(value: Any, unit: str = "") -> Any:
    """A value as plain data: amounts and other decimals as strings, dates in ISO form."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    if unit == "元":
        return fen_text(fen_of(value))
    text = f"{decimal_of(value, SHOWN_PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_at(node: Node, spot: Spot) -> Callable[[Slots], Any]:
    """The function that reads a node's value from the trace as plain data."""
    if node.type.kind == "boolean":
        return itemgetter(spot.index)
    index, unit = spot.index, node.type.unit
    if unit == "元" and spot.scale == 2 and spot.below is None:
        return lambda values: None if values[index] is None else fen_text(values[index])
    if node.type.kind == "number" and spot.scale == 0 and spot.below is None and unit != "元":
        return lambda values: None if values[index] is None else str(values[index])
    if node.type.kind == "number":
        return lambda values: plain(at(spot, values), unit)
    return lambda values: plain(values[index])


def fen_text(fen: int) -> str:
    """Whole fen → yuan with two places: 150 → ``1.50``."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def literal_text(value: ParsedLiteral | None, unit: str) -> str | None:
    """A parameter's value as a literal that can be read back; None for 未公布."""
    if value is None:
        return None
    if isinstance(value, dict):
        entries = (
            f"{'其他' if key is None else literal_text(key, '')}: {literal_text(item, unit) or '未公布'}"
            for key, item in value.items()
        )
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, tuple):
        return "{" + ", ".join(text if text.isdigit() else f"「{text}」" for text in value) + "}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}{unit}"
    return f"「{value}」" if isinstance(value, str) else value.isoformat()
