"""The exact nodes: formulas without quotients, over decimals of known width."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from zongbu.law.nodes import Comparison, Width

Kind = Literal["boolean", "number", "date", "text"]


@dataclass(frozen=True, slots=True)
class Exact:
    """Base of exact nodes. ``width`` is set for numbers."""

    kind: Kind
    width: Width | None


@dataclass(frozen=True, slots=True)
class Constant(Exact):
    value: Decimal | date | bool | str | None


@dataclass(frozen=True, slots=True)
class FactValue(Exact):
    identifier: str


@dataclass(frozen=True, slots=True)
class ParameterValue(Exact):
    identifier: str


@dataclass(frozen=True, slots=True)
class ReadingValue(Exact):
    identifier: str


@dataclass(frozen=True, slots=True)
class AsOf(Exact):
    pass


@dataclass(frozen=True, slots=True)
class RuleValue(Exact):
    """A rule's value; for a rule that is a quotient, ``part`` says which half."""

    identifier: str
    part: Literal["", "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Add(Exact):
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class Subtract(Exact):
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class Multiply(Exact):
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class Negate(Exact):
    operand: Exact


@dataclass(frozen=True, slots=True)
class NonZero(Exact):
    """The operand, unknown where it is zero."""

    operand: Exact


@dataclass(frozen=True, slots=True)
class Compare(Exact):
    operator: Comparison
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class And(Exact):
    operands: tuple[Exact, ...]


@dataclass(frozen=True, slots=True)
class Or(Exact):
    operands: tuple[Exact, ...]


@dataclass(frozen=True, slots=True)
class Not(Exact):
    operand: Exact


@dataclass(frozen=True, slots=True)
class Select(Exact):
    """如果: where the condition is unknown, ``then`` if ``agree`` holds (default: both are equal), else unknown."""

    condition: Exact
    then: Exact
    otherwise: Exact
    agree: Exact | None = None


@dataclass(frozen=True, slots=True)
class Extreme(Exact):
    largest: bool
    operands: tuple[Exact, ...]


@dataclass(frozen=True, slots=True)
class LookUp(Exact):
    table: str
    key: Exact
    """``key`` is a whole number, a text or a date."""


@dataclass(frozen=True, slots=True)
class StartsWith(Exact):
    """A code begins with one of the codes of a parameter, or of ``codes``."""

    value: Exact
    parameter: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneOf(Exact):
    """A text is one of the texts of a parameter, or of ``options``."""

    value: Exact
    parameter: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known(Exact):
    operand: Exact


@dataclass(frozen=True, slots=True)
class Round(Exact):
    operand: Exact
    places: int
    half_up: bool


@dataclass(frozen=True, slots=True)
class RoundQuotient(Exact):
    numerator: Exact
    denominator: Exact
    places: int
    half_up: bool


@dataclass(frozen=True, slots=True)
class Shift(Exact):
    date: Exact
    amount: Exact
    backwards: bool
    unit: Literal["年", "天"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A value: ``denominator`` is None for everything that is not a quotient; else it is positive or unknown."""

    numerator: Exact
    denominator: Exact | None = None
