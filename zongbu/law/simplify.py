"""Exact nodes with everything known beforehand worked out: parameters, readings, the as-of date.

SQL is compiled for one request, so that the options of readings not in force, the branches they would take
and whatever hangs on an unpublished parameter fall away before the engine sees them. The answer stays the
same; the interpreter never uses this.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from zongbu.law import exact
from zongbu.law.amounts import WIDE, decimal_of
from zongbu.law.exact import Constant, Exact
from zongbu.law.formula import OTHERWISE, ParsedLiteral

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Simplifier:
    """Simplifies the exact nodes of one request.

    ``parameters`` maps identifier → value (None: 未公布); parameters named in ``open_parameters`` keep their
    place and are filled in later; ``absent_facts`` are unknown for every enterprise. ``rules`` collects what
    rules have become (identifier and part → node), so that one that turned out constant is so wherever it is used.
    """

    def __init__(
        self,
        parameters: Mapping[str, ParsedLiteral | None],
        readings: Mapping[str, str],
        as_of: date,
        open_parameters: frozenset[str] = frozenset(),
        absent_facts: frozenset[str] = frozenset(),
    ) -> None:
        self.absent_facts = absent_facts
        self.parameters = parameters
        self.readings = readings
        self.as_of = as_of
        self.open_parameters = open_parameters
        self.rules: dict[tuple[str, str], Exact] = {}
        self._done: dict[int, Exact] = {}
        self._keep: list[Exact] = []

    def __call__(self, node: Exact) -> Exact:
        done = self._done.get(id(node))
        if done is None:
            done = self._done[id(node)] = self._simplify(node)
            self._keep.append(node)  # ids are only unique among living objects
        return done

    def _simplify(self, node: Exact) -> Exact:
        match node:
            case exact.ParameterValue():
                if node.identifier in self.open_parameters:
                    return node
                value = self.parameters[node.identifier]
                assert not isinstance(value, dict | tuple)
                return _unknown(node) if value is None else exact.constant(value)
            case exact.ReadingValue():
                return Constant("text", None, self.readings[node.identifier])
            case exact.AsOf():
                return Constant("date", None, self.as_of)
            case exact.RuleValue():
                found = self.rules[node.identifier, node.part]
                if isinstance(found, Constant | exact.FactValue):
                    return found
                return replace(node, width=found.width)
            case exact.FactValue():
                return _unknown(node) if node.identifier in self.absent_facts else node
            case exact.Constant():
                return node
        return self._narrowed(self._folded(self._inner(node)))

    def _folded(self, node: Exact) -> Exact:
        match node:
            case exact.And() | exact.Or():
                return _connective(node)
            case exact.Select():
                return _select(node)
            case exact.Compare():
                return _fold(node, (node.left, node.right), lambda one, other: _COMPARE[node.operator](one, other))
            case exact.Not():
                return _fold(node, (node.operand,), operator.not_)
            case exact.Known():
                if isinstance(node.operand, Constant):
                    return Constant("boolean", None, node.operand.value is not None)
                return node
            case exact.LookUp():
                return self._look_up(node)
            case exact.StartsWith() | exact.OneOf():
                unpublished = bool(node.parameter) and self.parameters[node.parameter] is None
                return _unknown(node) if unpublished or _is_unknown(node.value) else node
            case exact.Add() | exact.Subtract() | exact.Multiply():
                return _sum(node)
            case exact.Negate():
                number = _number(node.operand)
                if number is not None:
                    return exact.constant(-number)
                return _unknown(node) if _is_unknown(node.operand) else node
            case exact.NonZero() if _number(node.operand) is not None:
                return node.operand if _number(node.operand) else _unknown(node)
            case exact.NonZero() | exact.Round():
                return _unknown(node) if _is_unknown(node.operand) else node
            case exact.Extreme():
                return _extreme(node)
            case exact.RoundQuotient():
                return _unknown(node) if _is_unknown(node.numerator) or _is_unknown(node.denominator) else node
            case exact.Shift():
                return _unknown(node) if _is_unknown(node.date) or _is_unknown(node.amount) else node
        return node

    def _narrowed(self, node: Exact) -> Exact:
        """The node with no more digits than its greatest possible value and its operands' places need."""
        if node.width is None or isinstance(node, Constant | exact.FactValue | exact.RuleValue):
            return node
        digits = min(len(str(int(self._limit(node)))), node.width.digits)
        scale = min(_scale(node), node.width.scale)
        if (digits, scale) == (node.width.digits, node.width.scale):
            return node
        return replace(node, width=replace(node.width, digits=digits, scale=scale))

    def _limit(self, node: Exact) -> Decimal:
        """The greatest absolute value that a number can have."""
        width = exact.width_of(node)
        match node:
            case exact.Constant():
                return abs(node.value) if isinstance(node.value, Decimal) else Decimal(0)
            case exact.Add() | exact.Subtract():
                return WIDE.add(self._limit(node.left), self._limit(node.right))
            case exact.Multiply():
                return WIDE.multiply(self._limit(node.left), self._limit(node.right))
            case exact.Negate() | exact.NonZero():
                return self._limit(node.operand)
            case exact.Select():
                return max(self._limit(node.then), self._limit(node.otherwise))
            case exact.Extreme():
                return max(self._limit(operand) for operand in node.operands)
            case exact.Round():
                return decimal_of(self._limit(node.operand), node.places)
            case exact.LookUp() if node.table not in self.open_parameters:
                entries = self.parameters[node.table]
                assert isinstance(entries, dict)
                return max((abs(item) for item in entries.values() if isinstance(item, Decimal)), default=Decimal(0))
        return WIDE.subtract(Decimal(10) ** width.digits, Decimal(10) ** -width.scale)

    def _inner(self, node: Exact) -> Exact:
        changes: dict[str, Any] = {}
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, Exact):
                new = self(value)
                if new is not value:
                    changes[field.name] = new
            elif isinstance(value, tuple) and value and isinstance(value[0], Exact):
                changes[field.name] = tuple(self(item) for item in value)
        return replace(node, **changes) if changes else node

    def _look_up(self, node: exact.LookUp) -> Exact:
        table = self.parameters[node.table]
        if node.table in self.open_parameters:
            return node
        if table is None or _is_unknown(node.key):
            return _unknown(node)
        if isinstance(node.key, Constant):
            assert isinstance(table, dict)
            key: Any = node.key.value
            return Constant(node.kind, node.width, table.get(key, table.get(OTHERWISE)))
        return node


def _scale(node: Exact) -> int:
    """Decimal places of a number, from its operands."""
    match node:
        case exact.Add() | exact.Subtract():
            return max(exact.width_of(node.left).scale, exact.width_of(node.right).scale)
        case exact.Multiply():
            return exact.width_of(node.left).scale + exact.width_of(node.right).scale
        case exact.Negate() | exact.NonZero():
            return exact.width_of(node.operand).scale
        case exact.Select():
            return max(exact.width_of(node.then).scale, exact.width_of(node.otherwise).scale)
        case exact.Extreme():
            return max(exact.width_of(operand).scale for operand in node.operands)
    return exact.width_of(node).scale


def _number(node: Exact) -> Decimal | None:
    """The number of a constant that is one."""
    return node.value if isinstance(node, Constant) and isinstance(node.value, Decimal) else None


def _sum(node: exact.Add | exact.Subtract | exact.Multiply) -> Exact:
    if _is_unknown(node.left) or _is_unknown(node.right):
        return _unknown(node)
    left, right = _number(node.left), _number(node.right)
    if left is None or right is None:
        return node
    match node:
        case exact.Add():
            return exact.constant(WIDE.add(left, right))
        case exact.Subtract():
            return exact.constant(WIDE.subtract(left, right))
    return exact.constant(WIDE.multiply(left, right))


def _extreme(node: exact.Extreme) -> Exact:
    if any(_is_unknown(operand) for operand in node.operands):
        return _unknown(node)
    numbers = [_number(operand) for operand in node.operands]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return node
    return exact.constant(max(known) if node.largest else min(known))


def _is_unknown(node: Exact) -> bool:
    return isinstance(node, Constant) and node.value is None


def _unknown(node: Exact) -> Constant:
    return Constant(node.kind, node.width, None)


def _fold(node: Exact, operands: tuple[Exact, ...], compute: Callable[..., bool]) -> Exact:
    if any(_is_unknown(operand) for operand in operands):
        return _unknown(node)
    if all(isinstance(operand, Constant) for operand in operands):
        return Constant("boolean", None, compute(*(operand.value for operand in operands)))  # type: ignore[attr-defined]
    return node


def _connective(node: exact.And | exact.Or) -> Exact:
    """Drop operands that cannot matter; one decisive operand decides."""
    decisive = isinstance(node, exact.Or)
    kept: list[Exact] = []
    for operand in node.operands:
        if isinstance(operand, Constant) and operand.value is decisive:
            return operand
        neutral = isinstance(operand, Constant) and operand.value is (not decisive)
        if not neutral and operand not in kept:
            kept.append(operand)
    if not kept:
        return Constant("boolean", None, not decisive)
    return kept[0] if len(kept) == 1 else replace(node, operands=tuple(kept))


def _select(node: exact.Select) -> Exact:
    condition = node.condition
    if isinstance(condition, Constant) and condition.value is not None:
        return node.then if condition.value else node.otherwise
    if isinstance(condition, Constant) and node.agree is None:
        agree = _fold(node, (node.then, node.otherwise), operator.eq)
        if isinstance(agree, Constant):
            return node.then if agree.value else _unknown(node)
    if node.agree is None and node.then == node.otherwise:
        return node.then
    return node
