"""Exact arithmetic: quotients as pairs, cross-multiplied tests, and how many digits everything needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from zongbu.law import nodes
from zongbu.law.exact.nodes import (
    Add,
    Compare,
    Constant,
    Exact,
    Extreme,
    Kind,
    Multiply,
    Negate,
    NonZero,
    Pair,
    Round,
    RoundQuotient,
    Select,
    Subtract,
)
from zongbu.law.nodes import Width

MAX_DIGITS = 38


class InexactError(Exception):
    """A formula that no engine could compute exactly; the message says why."""


def sized(digits: int, scale: int, signed: bool) -> Width:
    if digits + scale > MAX_DIGITS:
        raise InexactError(f"公式的数位可能超过 {MAX_DIGITS} 位，无法保证精确")
    return Width(digits, scale, signed)


def width_of(node: Exact) -> Width:
    """The width of a number."""
    assert node.width is not None
    return node.width


def constant(value: Decimal | date | bool | str) -> Constant:
    """A constant with the width that it needs."""
    if isinstance(value, bool):
        return Constant("boolean", None, value)
    if isinstance(value, Decimal):
        # Not normalize(): that rounds to the digits of the current decimal context.
        scale = len(f"{value:f}".partition(".")[2].rstrip("0"))
        return Constant("number", sized(max(1, value.adjusted() + 1), scale, value < 0), value)
    return Constant("date" if isinstance(value, date) else "text", None, value)


def kind_of(type_: nodes.Type) -> Kind:
    if type_.kind in ("code", "choice", "text"):
        return "text"
    if type_.kind in ("boolean", "number", "date"):
        return type_.kind
    raise TypeError(type_.kind)


def _union(one: Width, other: Width) -> Width:
    return sized(max(one.digits, other.digits), max(one.scale, other.scale), one.signed or other.signed)


def multiply(left: Exact, right: Exact | None) -> Exact:
    if right is None:
        return left
    one, other = width_of(left), width_of(right)
    width = sized(one.digits + other.digits, one.scale + other.scale, one.signed or other.signed)
    return Multiply("number", width, left, right)


def negate(node: Exact) -> Exact:
    width = width_of(node)
    return Negate("number", Width(width.digits, width.scale, signed=True), node)


def _sum(make: type[Add] | type[Subtract], left: Exact, right: Exact) -> Exact:
    wide = _union(width_of(left), width_of(right))
    signed = wide.signed or make is Subtract
    return make("number", sized(wide.digits + 1, wide.scale, signed), left, right)


def _combine(make: type[Add] | type[Subtract], left: Pair, right: Pair) -> Pair:
    if left.denominator == right.denominator:
        return Pair(_sum(make, left.numerator, right.numerator), left.denominator)
    numerator = _sum(make, multiply(left.numerator, right.denominator), multiply(right.numerator, left.denominator))
    return Pair(numerator, _denominators(left, right))


def _denominators(left: Pair, right: Pair) -> Exact | None:
    if left.denominator is None:
        return right.denominator
    return multiply(left.denominator, right.denominator)


def _times(left: Pair, right: Pair) -> Pair:
    return Pair(multiply(left.numerator, right.numerator), _denominators(left, right))


def _over(left: Pair, right: Pair) -> Pair:
    """a / b with a positive denominator; unknown where b is zero or itself unknown."""
    divisor: Exact = NonZero("number", right.numerator.width, right.numerator)
    numerator = multiply(left.numerator, right.denominator)
    if width_of(divisor).signed:
        zero = constant(Decimal(0))
        negative = Compare("boolean", None, "<", divisor, zero)
        width = width_of(numerator)
        signed = Width(width.digits, width.scale, signed=True)
        numerator = Select("number", signed, negative, negate(numerator), numerator)
        size = width_of(divisor)
        divisor = Select("number", Width(size.digits, size.scale, signed=False), negative, negate(divisor), divisor)
    return Pair(numerator, multiply(divisor, left.denominator))


ARITHMETIC = {
    "+": lambda left, right: _combine(Add, left, right),
    "-": lambda left, right: _combine(Subtract, left, right),
    "*": _times,
    "/": _over,
}


def compare(operator: nodes.Comparison, left: Pair, right: Pair) -> Exact:
    """Denominators are positive, so cross-multiplying keeps the direction."""
    one, other = left.numerator, right.numerator
    if left.denominator is not None or right.denominator is not None:
        one, other = multiply(one, right.denominator), multiply(other, left.denominator)
    if one.width is not None and other.width is not None:
        _union(one.width, other.width)  # the engines bring both sides to one type
    return Compare("boolean", None, operator, one, other)


def select(condition: Exact, then: Pair, otherwise: Pair) -> Pair:
    if then.denominator is None and otherwise.denominator is None:
        width = None
        if then.numerator.kind == "number":
            width = _union(width_of(then.numerator), width_of(otherwise.numerator))
        return Pair(Select(then.numerator.kind, width, condition, then.numerator, otherwise.numerator))
    agree = compare("=", then, otherwise)
    one = constant(Decimal(1))
    numerators = _union(width_of(then.numerator), width_of(otherwise.numerator))
    bottoms = then.denominator or one, otherwise.denominator or one
    denominators = _union(width_of(bottoms[0]), width_of(bottoms[1]))
    return Pair(
        Select("number", numerators, condition, then.numerator, otherwise.numerator, agree),
        Select("number", denominators, condition, bottoms[0], bottoms[1], agree),
    )


def extreme(largest: bool, operands: list[Pair]) -> Pair:
    if all(operand.denominator is None for operand in operands):
        width = None
        if operands[0].numerator.kind == "number":
            width = width_of(operands[0].numerator)
            for operand in operands[1:]:
                width = _union(width, width_of(operand.numerator))
        numbers = tuple(operand.numerator for operand in operands)
        return Pair(Extreme(operands[0].numerator.kind, width, largest, numbers))
    best = operands[0]
    for operand in operands[1:]:
        # An unknown comparison means that one of the two is unknown; then they never agree either.
        best = select(compare(">=" if largest else "<=", best, operand), best, operand)
    return best


def round_number(node: Exact, places: int, half_up: bool) -> Exact:
    width = width_of(node)
    if width.scale <= places:
        return node
    return Round("number", sized(width.digits + half_up, places, width.signed), node, places, half_up)


def round_quotient(numerator: Exact, denominator: Exact, places: int, half_up: bool) -> Exact:
    above, below = width_of(numerator), width_of(denominator)
    # A quotient is largest over the smallest denominator, one unit of its last place.
    digits = above.digits + below.scale + 1
    width = sized(digits, places, above.signed)
    # The engines divide whole numbers (see ``lift``); rounding half up needs one digit more.
    lifted = lift(above, below, places)
    sized(max(above.digits + places, below.digits) + lifted + 1, 0, True)
    return RoundQuotient("number", width, numerator, denominator, places, half_up)


def lift(above: Width, below: Width, places: int) -> int:
    """The product; ``right`` None stands for one."""
    """A width that every engine can hold; InexactError beyond ``MAX_DIGITS``."""
    """A quotient rounded to some places."""
    """A decimal rounded to some places; as it is where it has no more."""
    """最大 or 最小 over values that may be quotients."""
    """如果 over values that may be quotients."""
    """The number with its sign turned."""
    """The kind of exact node that a type becomes."""
    """The power of ten by which both halves of a quotient must be multiplied to be whole numbers.

    The numerator is multiplied by ``10 ** places`` besides, so that the whole quotient counts units of the
    last place wanted.
    """
    return max(below.scale, above.scale - places)
