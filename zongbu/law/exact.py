"""Typed nodes → exact nodes: the last form before execution, free of quotients.

A division has no exact decimal value, so a quotient is carried as a pair (numerator, positive denominator)
and every test on it is decided by cross-multiplication: ``a / b >= k`` becomes ``a >= k * b``. What remains
are additions and products of decimals whose number of digits is known beforehand, so that any engine with
38-digit decimals (or whole numbers of any size) computes the very same value.

Both executions start here: ``compile.py`` writes Python over whole numbers, ``sql.py`` writes SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from zongbu.law import nodes
from zongbu.law.nodes import Node, Width
from zongbu.law.policy import Rule

MAX_DIGITS = 38
SHOWN_PLACES = 6
"""Decimal places to which a bare quotient is rounded when it is published or exported."""

Kind = Literal["boolean", "number", "date", "text"]


class InexactError(Exception):
    """A formula that no engine could compute exactly; the message says why."""


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
    operator: nodes.Comparison
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


class Lowering:
    """Lowers the rules of a policy; each rule once."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = rules
        self._lowered: dict[str, Pair] = {}
        self._nodes: dict[int, Pair] = {}

    def rule(self, identifier: str) -> Pair:
        """The exact form of a rule.

        Raises:
            InexactError: an intermediate value could need more than 38 digits.
        """
        if identifier not in self._lowered:
            self._lowered[identifier] = self.pair(self.rules[identifier].node)
        return self._lowered[identifier]

    def shown(self, identifier: str) -> Exact:
        """The value of a rule as it is published: a bare quotient is rounded to ``SHOWN_PLACES``."""
        pair = self.reference(identifier)
        if pair.denominator is None:
            return pair.numerator
        return _round_quotient(pair.numerator, pair.denominator, SHOWN_PLACES, half_up=True)

    def reference(self, identifier: str) -> Pair:
        """The value of a rule, by reference to where it was computed."""
        pair = self.rule(identifier)
        number = pair.numerator
        if pair.denominator is None:
            return Pair(RuleValue(number.kind, number.width, identifier, ""))
        return Pair(
            RuleValue("number", number.width, identifier, "numerator"),
            RuleValue("number", pair.denominator.width, identifier, "denominator"),
        )

    def pair(self, node: Node) -> Pair:
        """The exact form of a node."""
        found = self._nodes.get(id(node))
        if found is None:
            found = self._nodes[id(node)] = self._lower(node)
        return found

    def single(self, node: Node) -> Exact:
        """The exact form of a node that cannot be a quotient."""
        pair = self.pair(node)
        assert pair.denominator is None
        return pair.numerator

    def _lower(self, node: Node) -> Pair:
        match node:
            case nodes.Literal():
                return Pair(constant(node.value))
            case nodes.FactRef():
                return Pair(FactValue(_kind(node.type), node.width, node.identifier))
            case nodes.ParameterRef():
                return Pair(ParameterValue(_kind(node.type), node.width, node.identifier))
            case nodes.ReadingRef():
                return Pair(ReadingValue("text", None, node.identifier))
            case nodes.BaseDate():
                return Pair(AsOf("date", None))
            case nodes.RuleRef():
                return self.reference(node.identifier)
            case nodes.Not():
                return Pair(Not("boolean", None, self.single(node.operand)))
            case nodes.And():
                return Pair(And("boolean", None, tuple(self.single(operand) for operand in node.operands)))
            case nodes.Or():
                return Pair(Or("boolean", None, tuple(self.single(operand) for operand in node.operands)))
            case nodes.Compare():
                return Pair(_compare(node.operator, self.pair(node.left), self.pair(node.right)))
            case nodes.Arithmetic():
                return _ARITHMETIC[node.operator](self.pair(node.left), self.pair(node.right))
            case nodes.Minus():
                pair = self.pair(node.operand)
                return Pair(_negate(pair.numerator), pair.denominator)
            case nodes.If():
                return _select(self.single(node.condition), self.pair(node.then), self.pair(node.otherwise))
            case nodes.Extreme():
                return _extreme(node.largest, [self.pair(operand) for operand in node.operands])
            case nodes.LookUp():
                key = self._whole(node.key, "查表的键要是整数")
                return Pair(LookUp(_kind(node.type), node.table.width, node.table.identifier, key))
            case nodes.Member():
                return Pair(self._member(node))
            case nodes.HasValue():
                pair = self.pair(node.operand)
                known: Exact = Known("boolean", None, pair.numerator)
                if pair.denominator is not None:
                    known = And("boolean", None, (known, Known("boolean", None, pair.denominator)))
                return Pair(known)
            case nodes.Round():
                pair = self.pair(node.operand)
                if pair.denominator is not None:
                    return Pair(_round_quotient(pair.numerator, pair.denominator, node.places, node.half_up))
                return Pair(_round(pair.numerator, node.places, node.half_up))
            case nodes.Shift():
                moment = self.single(node.date)
                amount = self._whole(node.amount, "加在日期上的年数或天数要是整数")
                return Pair(Shift("date", None, moment, amount, node.backwards, node.unit))
        raise TypeError(f"cannot lower {type(node).__name__}")

    def _whole(self, node: Node, demand: str) -> Exact:
        """The exact form of a node whose value, if it is a number, has to be whole."""
        pair = self.pair(node)
        number = pair.numerator
        if pair.denominator is not None or (number.kind == "number" and width_of(number).scale):
            raise InexactError(f"{demand}，这里可能有小数")
        return number

    def _member(self, node: nodes.Member) -> Exact:
        value = self.single(node.value)
        literal = node.collection.values if isinstance(node.collection, nodes.SetLiteral) else ()
        parameter = node.collection.identifier if isinstance(node.collection, nodes.ParameterRef) else ""
        make = StartsWith if node.value.type.kind == "code" else OneOf
        return make("boolean", None, value, parameter, literal)


def inexact(rules: Mapping[str, Rule]) -> Iterator[tuple[Rule, str]]:
    """The rules that cannot be computed exactly, each with the reason."""
    lowering = Lowering(rules)
    for identifier, rule in rules.items():
        try:
            lowering.rule(identifier)
            lowering.shown(identifier)
        except InexactError as error:
            yield rule, str(error)


# --- numbers ---------------------------------------------------------------------------------------------


def _width(digits: int, scale: int, signed: bool) -> Width:
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
        scale = max(0, -int(value.normalize().as_tuple().exponent))
        return Constant("number", Width(max(1, value.adjusted() + 1), scale, value < 0), value)
    return Constant("date" if isinstance(value, date) else "text", None, value)


def _kind(type_: nodes.Type) -> Kind:
    if type_.kind in ("code", "choice", "text"):
        return "text"
    if type_.kind in ("boolean", "number", "date"):
        return type_.kind  # type: ignore[return-value]
    raise TypeError(type_.kind)


def _union(one: Width, other: Width) -> Width:
    return _width(max(one.digits, other.digits), max(one.scale, other.scale), one.signed or other.signed)


def _multiply(left: Exact, right: Exact | None) -> Exact:
    if right is None:
        return left
    one, other = width_of(left), width_of(right)
    width = _width(one.digits + other.digits, one.scale + other.scale, one.signed or other.signed)
    return Multiply("number", width, left, right)


def _negate(node: Exact) -> Exact:
    width = width_of(node)
    return Negate("number", Width(width.digits, width.scale, signed=True), node)


def _sum(make: type[Add] | type[Subtract], left: Exact, right: Exact) -> Exact:
    wide = _union(width_of(left), width_of(right))
    signed = wide.signed or make is Subtract
    return make("number", _width(wide.digits + 1, wide.scale, signed), left, right)


def _combine(make: type[Add] | type[Subtract], left: Pair, right: Pair) -> Pair:
    if left.denominator == right.denominator:
        return Pair(_sum(make, left.numerator, right.numerator), left.denominator)
    numerator = _sum(
        make, _multiply(left.numerator, right.denominator), _multiply(right.numerator, left.denominator)
    )
    return Pair(numerator, _denominators(left, right))


def _denominators(left: Pair, right: Pair) -> Exact | None:
    if left.denominator is None:
        return right.denominator
    return _multiply(left.denominator, right.denominator)


def _times(left: Pair, right: Pair) -> Pair:
    return Pair(_multiply(left.numerator, right.numerator), _denominators(left, right))


def _over(left: Pair, right: Pair) -> Pair:
    """a / b with a positive denominator; unknown where b is zero or itself unknown."""
    divisor: Exact = NonZero("number", right.numerator.width, right.numerator)
    numerator = _multiply(left.numerator, right.denominator)
    if width_of(divisor).signed:
        zero = constant(Decimal(0))
        negative = Compare("boolean", None, "<", divisor, zero)
        width = width_of(numerator)
        signed = Width(width.digits, width.scale, signed=True)
        numerator = Select("number", signed, negative, _negate(numerator), numerator)
        size = width_of(divisor)
        divisor = Select(
            "number", Width(size.digits, size.scale, signed=False), negative, _negate(divisor), divisor
        )
    return Pair(numerator, _multiply(divisor, left.denominator))


_ARITHMETIC = {
    "+": lambda left, right: _combine(Add, left, right),
    "-": lambda left, right: _combine(Subtract, left, right),
    "*": _times,
    "/": _over,
}


def _compare(operator: nodes.Comparison, left: Pair, right: Pair) -> Exact:
    """Denominators are positive, so cross-multiplying keeps the direction."""
    one, other = left.numerator, right.numerator
    if left.denominator is not None or right.denominator is not None:
        one, other = _multiply(one, right.denominator), _multiply(other, left.denominator)
    return Compare("boolean", None, operator, one, other)


def _select(condition: Exact, then: Pair, otherwise: Pair) -> Pair:
    if then.denominator is None and otherwise.denominator is None:
        width = None
        if then.numerator.kind == "number":
            width = _union(width_of(then.numerator), width_of(otherwise.numerator))
        return Pair(Select(then.numerator.kind, width, condition, then.numerator, otherwise.numerator))
    agree = _compare("=", then, otherwise)
    one = constant(Decimal(1))
    numerators = _union(width_of(then.numerator), width_of(otherwise.numerator))
    bottoms = then.denominator or one, otherwise.denominator or one
    denominators = _union(width_of(bottoms[0]), width_of(bottoms[1]))
    return Pair(
        Select("number", numerators, condition, then.numerator, otherwise.numerator, agree),
        Select("number", denominators, condition, bottoms[0], bottoms[1], agree),
    )


def _extreme(largest: bool, operands: list[Pair]) -> Pair:
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
        best = _select(_compare(">=" if largest else "<=", best, operand), best, operand)
    return best


def _round(node: Exact, places: int, half_up: bool) -> Exact:
    width = width_of(node)
    if width.scale <= places:
        return node
    return Round("number", _width(width.digits + half_up, places, width.signed), node, places, half_up)


def _round_quotient(numerator: Exact, denominator: Exact, places: int, half_up: bool) -> Exact:
    above, below = width_of(numerator), width_of(denominator)
    # A quotient is largest over the smallest denominator, one unit of its last place.
    digits = above.digits + below.scale + 1
    width = _width(digits, places, above.signed)
    # The engines divide whole numbers: the numerator times 2 · 10^places, both scaled to whole numbers.
    whole = above.digits + above.scale + max(0, below.scale - above.scale) + places + 1
    _width(max(whole, below.digits + below.scale + max(0, above.scale - below.scale) + 1), 0, True)
    return RoundQuotient("number", width, numerator, denominator, places, half_up)
