"""The meaning of formulas: three-valued, exact. This interpreter is the reference.

It is written to be read beside the table of semantics in the manual and is slow on purpose. The generated
Python (``compile.py``) and SQL (``sql.py``) are held to its answers by random testing. Numbers are exact
fractions here; unknown is ``None`` and never stands for false or zero.
"""

from __future__ import annotations

import calendar
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zongbu.law import nodes
from zongbu.law.formula import OTHERWISE, ParsedLiteral, Table
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule

Value = Fraction | date | bool | str | None

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(slots=True)
class Interpreter:
    """Evaluates rules by walking their trees.

    ``facts`` are identifier → value as ``zongbu.law.facts`` gives them (None or absent: unknown),
    ``parameters`` identifier → literal (None: 未公布), ``readings`` identifier → option in force.
    """

    rules: Mapping[str, Rule]
    facts: Mapping[str, Any]
    parameters: Mapping[str, ParsedLiteral | None]
    readings: Mapping[str, str]
    as_of: date
    _known: dict[str, Value] = field(default_factory=dict)

    def rule(self, identifier: str) -> Value:
        """The value of a rule, step or measure."""
        if identifier not in self._known:
            self._known[identifier] = self.value(self.rules[identifier].node)
        return self._known[identifier]

    def value(self, node: Node) -> Value:
        """The value of any node."""
        match node:
            case nodes.Literal():
                return _exact(node.value)
            case nodes.FactRef():
                return _exact(self.facts.get(node.identifier))
            case nodes.ParameterRef():
                return _exact(self.parameters[node.identifier])
            case nodes.RuleRef():
                return self.rule(node.identifier)
            case nodes.ReadingRef():
                return self.readings[node.identifier]
            case nodes.BaseDate():
                return self.as_of
            case nodes.Not():
                operand = self.value(node.operand)
                return None if operand is None else not operand
            case nodes.And():
                return kleene_and([self.value(operand) for operand in node.operands])
            case nodes.Or():
                return kleene_or([self.value(operand) for operand in node.operands])
            case nodes.Compare():
                left, right = self.value(node.left), self.value(node.right)
                return None if left is None or right is None else _COMPARE[node.operator](left, right)
            case nodes.Arithmetic():
                return self._arithmetic(node)
            case nodes.Minus():
                number = self.value(node.operand)
                return None if number is None else -number  # type: ignore[operator, return-value]
            case nodes.If():
                return self._if(node)
            case nodes.Extreme():
                values: list[Any] = [self.value(operand) for operand in node.operands]
                return None if None in values else (max(values) if node.largest else min(values))
            case nodes.LookUp():
                return look_up(self.parameters[node.table.identifier], self.value(node.key))
            case nodes.Member():
                return self._member(node)
            case nodes.HasValue():
                return self.value(node.operand) is not None
            case nodes.Round():
                number = self.value(node.operand)
                if number is None:
                    return None
                assert isinstance(number, Fraction)
                return (round_half_up if node.half_up else round_down)(number, node.places)
            case nodes.Shift():
                return self._shift(node)
        raise TypeError(f"no meaning for {type(node).__name__}")

    def _arithmetic(self, node: nodes.Arithmetic) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        assert isinstance(left, Fraction) and isinstance(right, Fraction)
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
        return None if right == 0 else left / right

    def _if(self, node: nodes.If) -> Value:
        condition = self.value(node.condition)
        if condition is not None:
            return self.value(node.then if condition else node.otherwise)
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        return then if then == otherwise else None

    def _member(self, node: nodes.Member) -> Value:
        value = self.value(node.value)
        collection: Any = (
            node.collection.values
            if isinstance(node.collection, nodes.SetLiteral)
            else self.parameters[node.collection.identifier]  # type: ignore[attr-defined]
        )
        if value is None or collection is None:
            return None
        assert isinstance(value, str)
        return has_prefix(value, collection) if node.value.type.kind == "code" else value in collection

    def _shift(self, node: nodes.Shift) -> Value:
        moment, amount = self.value(node.date), self.value(node.amount)
        if moment is None or amount is None:
            return None
        assert isinstance(moment, date) and isinstance(amount, Fraction)
        count = int(amount) * (-1 if node.backwards else 1)
        return shift_years(moment, count) if node.unit == "年" else shift_days(moment, count)


def kleene_and(values: list[Any]) -> bool | None:
    """false if any is false, else unknown if any is unknown, else true."""
    if False in values:
        return False
    return None if None in values else True


def kleene_or(values: list[Any]) -> bool | None:
    """true if any is true, else unknown if any is unknown, else false."""
    if True in values:
        return True
    return None if None in values else False


def has_prefix(code: str, codes: Iterable[str]) -> bool | None:
    """Whether a code belongs to one of the codes; unknown where it is too coarse to tell (44 against 4411)."""
    if code.startswith(tuple(codes)):
        return True
    return None if any(listed.startswith(code) for listed in codes) else False


def look_up(table: Any, key: Value) -> Value:
    """The entry of a table; an absent key gives the 其他 entry, or unknown."""
    if table is None or key is None:
        return None
    entries: Table = table
    wanted: Any = Decimal(int(key)) if isinstance(key, Fraction) and key.denominator == 1 else key
    return _exact(entries.get(wanted, entries.get(OTHERWISE)))


def round_half_up(number: Fraction, places: int) -> Fraction:
    """Round half away from zero."""
    scaled = number * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return Fraction(whole if scaled >= 0 else -whole, 10**places)


def round_down(number: Fraction, places: int) -> Fraction:
    """Round toward zero."""
    scaled = number * 10**places
    whole = abs(scaled).__floor__()
    return Fraction(whole if scaled >= 0 else -whole, 10**places)


def shift_years(moment: date, years: int) -> date | None:
    """The same day ``years`` later; 29 February becomes the 28th. Unknown beyond the calendar's range."""
    year = moment.year + years
    if not 1 <= year <= 9999:
        return None
    return moment.replace(year=year, day=min(moment.day, calendar.monthrange(year, moment.month)[1]))


def shift_days(moment: date, days: int) -> date | None:
    """``days`` later; unknown beyond the calendar's range."""
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None


def _exact(value: Any) -> Value:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Fraction(value)
    result: date | str | Fraction = value
    return result
