"""The typed tree of a formula: what every execution of a policy starts from.

A formula is parsed once (``formula.py``) into these frozen nodes; the interpreter (``logic.py``), the
generated Python (``compile.py``), the explanation (``explain.py``) and SQL (``sql.py``) all read the same tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal as Either

Kind = Either["boolean", "number", "date", "text", "code", "choice", "set", "table"]


@dataclass(frozen=True, slots=True)
class Width:
    """How large a number can be: digits before and after the point, and whether it can be below zero.

    Exactness rests on this: every engine computes with decimals that are wide enough for any value.
    """

    digits: int
    scale: int
    signed: bool = True


MONEY = Width(16, 2, signed=False)
INTEGER = Width(9, 0, signed=False)
RATIO = Width(3, 6, signed=False)


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value.

    ``unit`` belongs to numbers: 元 is money, 家 counts enterprises, empty is a pure number (ratios, stars).
    ``options`` are the identifiers of a choice. ``key`` and ``item`` belong to tables, ``item`` to sets.
    """

    kind: Kind
    unit: str = ""
    options: tuple[str, ...] = ()
    key: Type | None = None
    item: Type | None = None

    def __str__(self) -> str:
        if self.kind == "number":
            return self.unit or "数"
        if self.kind == "table":
            return f"{self.key}→{self.item}"
        return {
            "boolean": "是否",
            "date": "日期",
            "text": "文字",
            "code": "代码",
            "choice": "选项",
            "set": f"{self.item}集",
        }[self.kind]


BOOLEAN = Type("boolean")
DATE = Type("date")
TEXT = Type("text")
CODE = Type("code")
PURE = Type("number")
YUAN = Type("number", "元")


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; ``type`` is what the node evaluates to."""

    type: Type


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written in the formula: ``Decimal``, ``date``, ``bool`` or ``str``."""

    value: Decimal | date | bool | str


@dataclass(frozen=True, slots=True)
class SetLiteral(Node):
    """A set written in the formula: codes (matched by prefix) or options."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactRef(Node):
    """A fact of the enterprise, by identifier."""

    identifier: str
    width: Width | None = None


@dataclass(frozen=True, slots=True)
class ParameterRef(Node):
    """A parameter of the policy, by identifier (``other-policy.identifier`` for another policy's)."""

    identifier: str
    width: Width | None = None


@dataclass(frozen=True, slots=True)
class RuleRef(Node):
    """The value of another rule, step or measure."""

    identifier: str


@dataclass(frozen=True, slots=True)
class ReadingRef(Node):
    """The option in force of a reading (解释口径)."""

    identifier: str


@dataclass(frozen=True, slots=True)
class BaseDate(Node):
    """The as-of date (基准日) of the assessment; always known."""


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Node, ...]


Comparison = Either["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: Either["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Minus(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """Unknown condition: unknown, unless both branches agree."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """最大 / 最小: unknown if any operand is unknown."""

    largest: bool
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class LookUp(Node):
    """表[键]: a key that the table lacks gives unknown, unless the table says 其他."""

    table: ParameterRef
    key: Node


@dataclass(frozen=True, slots=True)
class Member(Node):
    """值 属于 集合: prefix match for codes, equality for options and text."""

    value: Node
    collection: Node


@dataclass(frozen=True, slots=True)
class HasValue(Node):
    """有值(…): the only test that is never unknown itself."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Round(Node):
    """四舍五入 (half away from zero) or 舍去 (toward zero) to ``places`` decimal places."""

    operand: Node
    places: int
    half_up: bool


@dataclass(frozen=True, slots=True)
class Shift(Node):
    """A date plus (or minus) a number of years or days; 29 February moves to the 28th where needed."""

    date: Node
    amount: Node
    backwards: bool
    unit: Either["年", "天"]


_FIELDS: dict[str, tuple[str, ...]] = {}
"""Class name → names of the fields that may hold nodes."""


def _field_names(node: Node) -> tuple[str, ...]:
    name = type(node).__name__
    if name not in _FIELDS:
        _FIELDS[name] = tuple(field.name for field in fields(node) if field.name != "type")
    return _FIELDS[name]


def children(node: Node) -> Iterator[Node]:
    """The direct sub-nodes of a node, in the order in which the formula writes them."""
    for name in _field_names(node):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)
