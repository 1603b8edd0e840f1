"""Which values become columns, and in which layer: bounded in size, computed once.

A rule that several others need becomes a column of a subquery; one subquery layer per depth of the rule
graph, because engines recompute whatever is written twice and grow exponentially when everything is inlined.
A rule used once is written where it is used, inside the lazy CASE that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from zongbu.law import exact
from zongbu.law.exact import Exact

Key = tuple[str, str]

_REPEATED = 12
"""Weight (roughly: number of operators) above which something written more than once becomes a column."""
_LAZY = 120
"""The same for a branch of CASE: what is repeated there is computed only for the rows that take the branch."""
_LARGE = 300
"""Weight above which even something written once becomes a column."""


@dataclass(slots=True)
class Plan:
    """``columns`` maps key → definition, in the order of their layers; ``depths`` the layer of each (from 1)."""

    outputs: dict[str, Exact]
    columns: dict[Key, Exact] = field(default_factory=dict)
    depths: dict[Key, int] = field(default_factory=dict)

    def layers(self) -> list[list[Key]]:
        """The keys of each layer, the lowest first."""
        layers: list[list[Key]] = [[] for _ in range(max(self.depths.values(), default=0))]
        for key, depth in self.depths.items():
            layers[depth - 1].append(key)
        return layers


def plan(outputs: Mapping[str, Exact], rules: Mapping[Key, Exact]) -> Plan:
    """Decide what becomes a column. ``rules`` holds the definitions that ``RuleValue`` nodes refer to."""
    return _Planner(rules, outputs).plan


class _Planner:
    def __init__(self, rules: Mapping[Key, Exact], outputs: Mapping[str, Exact]) -> None:
        self.rules = rules
        self.plan = Plan({})
        self._uses: dict[Key, int] = {}
        self._shared: dict[int, int] = {}
        self._done: dict[int, tuple[Exact, int]] = {}
        self._keep: list[Exact] = []
        for node in outputs.values():
            self._count(node)
        for name, node in outputs.items():
            self.plan.outputs[name] = self._place(node, _LARGE)[0]

    def _count(self, node: Exact) -> None:
        """How often each rule and each node is referred to."""
        if isinstance(node, exact.RuleValue):
            key = node.identifier, node.part
            self._uses[key] = self._uses.get(key, 0) + 1
            if self._uses[key] == 1:
                self._count(self.rules[key])
            return
        self._shared[id(node)] = self._shared.get(id(node), 0) + 1
        if self._shared[id(node)] == 1:
            for operand in _operands(node):
                self._count(operand.node)

    def _place(self, node: Exact, limit: int) -> tuple[Exact, int]:
        """The node as it will be written, and its weight; above ``limit`` it becomes a column."""
        if isinstance(node, exact.RuleValue):
            return self._rule(node, limit)
        known = self._done.get(id(node))
        if known is None:
            known = self._done[id(node)] = self._rebuild(node)
            self._keep.append(node)
        placed, weight = known
        if weight > (_REPEATED if self._shared.get(id(node), 0) > 1 else limit):
            key = "", f"{len(self.plan.columns)}"
            self._column(key, placed)
            known = self._done[id(node)] = exact.RuleValue(node.kind, node.width, *key), 1  # type: ignore[arg-type]
        return known

    def _rule(self, node: exact.RuleValue, limit: int) -> tuple[Exact, int]:
        key = node.identifier, node.part
        if key in self.plan.columns:
            return node, 1
        if self._uses[key] == 1:
            return self._place(self.rules[key], limit)
        placed, _ = self._place(self.rules[key], _LARGE)
        if isinstance(placed, exact.RuleValue | exact.FactValue | exact.Constant):
            return placed, 1
        self._column(key, placed)
        return node, 1

    def _column(self, key: Key, definition: Exact) -> None:
        self.plan.columns[key] = definition
        self.plan.depths[key] = 1 + max((self.plan.depths[below] for below in references(definition)), default=0)

    def _rebuild(self, node: Exact) -> tuple[Exact, int]:
        weight = 1
        changes: dict[int, Exact] = {}
        for operand in _operands(node):
            placed, inner = self._place(operand.node, operand.limit)
            weight += inner * operand.times
            changes[id(operand.node)] = placed
        return _replaced(node, changes), weight


def references(node: Exact) -> set[Key]:
    """The columns that a definition reads."""
    if isinstance(node, exact.RuleValue):
        return {(node.identifier, node.part)}
    return {key for operand in _operands(node) for key in references(operand.node)}


def facts_of(node: Exact) -> set[str]:
    """The facts that a definition reads."""
    if isinstance(node, exact.FactValue):
        return {node.identifier}
    return {fact for operand in _operands(node) for fact in facts_of(operand.node)}


class _Operand(NamedTuple):
    """A direct operand: how often SQL will write it, and the weight above which it becomes a column."""

    node: Exact
    times: int
    limit: int


def _operands(node: Exact) -> list[_Operand]:
    times, limit = 1, _LARGE
    if isinstance(node, exact.Select | exact.Extreme | exact.LookUp | exact.StartsWith | exact.RoundQuotient) or (
        isinstance(node, exact.Round) and not node.half_up
    ):
        times, limit = 2, _REPEATED
    found = []
    for item in fields(node):
        value: Any = getattr(node, item.name)
        lazy = isinstance(node, exact.Select) and item.name in ("then", "otherwise")
        if isinstance(value, Exact):
            found.append(_Operand(value, times, _LAZY if lazy else limit))
        elif isinstance(value, tuple):
            found += [_Operand(part, times, limit) for part in value if isinstance(part, Exact)]
    return found


def _replaced(node: Exact, changes: Mapping[int, Exact]) -> Exact:
    new: dict[str, Any] = {}
    for item in fields(node):
        value: Any = getattr(node, item.name)
        if isinstance(value, Exact):
            new[item.name] = changes[id(value)]
        elif isinstance(value, tuple) and value and isinstance(value[0], Exact):
            new[item.name] = tuple(changes[id(part)] for part in value)
    return replace(node, **new) if new else node
