"""Typed nodes → exact nodes, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zongbu.law import nodes
from zongbu.law.exact.nodes import (
    And,
    AsOf,
    Exact,
    FactValue,
    Known,
    LookUp,
    Not,
    OneOf,
    Or,
    Pair,
    ParameterValue,
    ReadingValue,
    RuleValue,
    Shift,
    StartsWith,
)
from zongbu.law.exact.numbers import (
    ARITHMETIC,
    InexactError,
    compare,
    constant,
    extreme,
    kind_of,
    negate,
    round_number,
    round_quotient,
    select,
    width_of,
)
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule

SHOWN_PLACES = 6
"""Decimal places to which a bare quotient is rounded when it is published or exported."""


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
        return round_quotient(pair.numerator, pair.denominator, SHOWN_PLACES, half_up=True)

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
                return Pair(FactValue(kind_of(node.type), node.width, node.identifier))
            case nodes.ParameterRef():
                return Pair(ParameterValue(kind_of(node.type), node.width, node.identifier))
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
                return Pair(compare(node.operator, self.pair(node.left), self.pair(node.right)))
            case nodes.Arithmetic():
                return ARITHMETIC[node.operator](self.pair(node.left), self.pair(node.right))
            case nodes.Minus():
                pair = self.pair(node.operand)
                return Pair(negate(pair.numerator), pair.denominator)
            case nodes.If():
                return select(self.single(node.condition), self.pair(node.then), self.pair(node.otherwise))
            case nodes.Extreme():
                return extreme(node.largest, [self.pair(operand) for operand in node.operands])
            case nodes.LookUp():
                key = self._whole(node.key, "查表的键要是整数")
                return Pair(LookUp(kind_of(node.type), node.table.width, node.table.identifier, key))
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
                    return Pair(round_quotient(pair.numerator, pair.denominator, node.places, node.half_up))
                return Pair(round_number(pair.numerator, node.places, node.half_up))
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
