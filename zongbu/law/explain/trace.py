"""Reading the trace of an assessment: the value of any typed node, in exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zongbu.law.amounts import WIDE
from zongbu.law.compile import Slots, Spot
from zongbu.law.nodes import Node


class Trace:
    """The values of one assessment, addressed by typed node."""

    __slots__ = ("spots", "values")

    def __init__(self, spots: Mapping[int, Spot], values: Slots) -> None:
        self.spots = spots
        self.values = values

    def known(self, node: Node) -> bool:
        """Whether the node has a value."""
        spot = self.spots[id(node)]
        return self.values[spot.index] is not None and (spot.below is None or self.values[spot.below] is not None)

    def value(self, node: Node) -> Any:
        """The node's value: ``bool``, ``str``, ``date``, ``Decimal``, ``Fraction`` for a quotient, or None."""
        value = self.values[self.spots[id(node)].index]
        if value is None or node.type.kind != "number":
            return value
        return at(self.spots[id(node)], self.values)

    def quotient(self, node: Node) -> tuple[int, int]:
        """The number of a node that has one, as numerator and denominator (not reduced, the latter positive)."""
        return quotient(self.spots[id(node)], self.values)


def at(spot: Spot, values: Slots) -> Decimal | Fraction | None:
    """The number at a spot of the trace, in its own unit."""
    value = values[spot.index]
    if value is None:
        return None
    if spot.below is None:
        return WIDE.scaleb(Decimal(value), -spot.scale) if spot.scale else Decimal(value)
    below = values[spot.below]
    if below is None:
        return None
    return Fraction(value * 10**spot.below_scale, below * 10**spot.scale)


def quotient(spot: Spot, values: Slots) -> tuple[int, int]:
    """The number at a spot that has one, as numerator and denominator (not reduced, the latter positive)."""
    if spot.below is None:
        return values[spot.index], 10**spot.scale
    above, below = values[spot.index] * 10**spot.below_scale, values[spot.below] * 10**spot.scale
    return (above, below) if below > 0 else (-above, -below)
