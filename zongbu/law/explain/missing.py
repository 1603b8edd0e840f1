"""What could still change an undetermined result: exactly the facts and parameters that matter, no more.

The walk follows only what is undetermined: in 且 a condition that is met cannot matter any more, in 如果 only
the branch that can still be taken does. And it supposes what must hold for a place to matter at all: in 且 the
conditions before it met, in 或 those before it not. What that settles is not asked for: where a listed enterprise
lacks only the basic conditions, nobody needs its revenue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zongbu.law import nodes
from zongbu.law.explain.trace import Trace
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule

Assumed = frozenset[tuple[str, bool]]
"""A supposition: rules and facts (``rule x``, ``fact x``) that are undetermined, each with a truth value."""
NOTHING: Assumed = frozenset()
SETTLED = object()
"""Stands for a value that a supposition decides without our knowing which it is."""


@dataclass(slots=True)
class Missing:
    """``facts`` and ``parameters`` (identifiers, in the order in which the rules read them) without a value.

    ``divisors`` are nodes that are zero although something is divided by them; ``entries`` are look-ups whose
    key the table lacks: the value is known, and the result stays undetermined all the same.
    """

    facts: dict[str, None] = field(default_factory=dict)
    parameters: dict[str, None] = field(default_factory=dict)
    divisors: list[Node] = field(default_factory=list)
    entries: list[nodes.LookUp] = field(default_factory=list)

    def add(self, other: Missing) -> None:
        """Take over what another rule lacks."""
        self.facts.update(other.facts)
        self.parameters.update(other.parameters)
        self.divisors += [node for node in other.divisors if node not in self.divisors]
        self.entries += [node for node in other.entries if node not in self.entries]


class Gaps:
    """Finds what keeps results undetermined; what a rule lacks is worked out once for all that need it.

    ``asking`` remembers, by ``id`` of the rules' nodes, which of them ask for 有值(…), ``akin`` which rest on
    common facts: that depends on the rules alone and may be shared by all assessments under them.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        trace: Trace,
        asking: dict[int, bool],
        akin: dict[tuple[int, int], bool],
    ) -> None:
        self._akin = akin
        self.rules = rules
        self.trace = trace
        self._found: dict[tuple[str, Assumed], Missing] = {}
        self._settled: dict[tuple[int, Assumed], Any] = {}
        self._asking = asking

    def asks_for_values(self, node: Node) -> bool:
        """Whether 有值(…) occurs in a node, or in a rule that it refers to."""
        known = self._asking.get(id(node))
        if known is None:
            known = isinstance(node, nodes.HasValue) or (
                self.asks_for_values(self.rules[node.identifier].node)
                if isinstance(node, nodes.RuleRef)
                else any(self.asks_for_values(child) for child in nodes.children(node))
            )
            self._asking[id(node)] = known
        return known

    def of(self, rule: str, assumed: Assumed = NOTHING) -> Missing:
        """What keeps a rule undetermined; empty if it has a value that nothing can change."""
        key = rule, assumed
        if key not in self._found:
            search = _Search(self, assumed)
            self._found[key] = search.found
            node = self.rules[rule].node
            if not self.trace.known(node):
                search.unknown(node)
        return self._found[key]

    def akin(self, node: Node, other: Node) -> bool:
        """Whether two nodes rest on a common fact; depends on the rules alone."""
        key = id(node), id(other)
        if key not in self._akin:
            self._akin[key] = not self._facts(node).isdisjoint(self._facts(other))
        return self._akin[key]

    def _facts(self, node: Node) -> set[str]:
        found: set[str] = set()
        for part in nodes.walk(node):
            if isinstance(part, nodes.FactRef):
                found.add(part.identifier)
            elif isinstance(part, nodes.RuleRef):
                found |= self._facts(self.rules[part.identifier].node)
        return found

    def implied(self, node: Node, value: bool) -> Iterator[tuple[str, bool]]:
        """What is known of undetermined rules and facts once a condition is supposed to be met, or not to be."""
        if self.trace.known(node):
            return
        match node:
            case nodes.RuleRef():
                yield f"rule {node.identifier}", value
                yield from self.implied(self.rules[node.identifier].node, value)
            case nodes.FactRef():
                yield f"fact {node.identifier}", value
            case nodes.Not():
                yield from self.implied(node.operand, not value)
            case nodes.And() | nodes.Or() if isinstance(node, nodes.And) is value:
                for operand in node.operands:
                    yield from self.implied(operand, value)

    def settled(self, node: Node, assumed: Assumed) -> Any:
        """The value of a node under a supposition: True, False, ``SETTLED`` (decided, whatever it is) or None."""
        if self.asks_for_values(node):
            return None  # what 有值(…) says can turn, whatever else is supposed
        if self.trace.known(node):
            value = self.trace.value(node)
            return value if isinstance(value, bool) else SETTLED
        if not assumed:
            return None
        key = id(node), assumed
        if key not in self._settled:
            self._settled[key] = self._settle(node, assumed)
        return self._settled[key]

    def _settle(self, node: Node, assumed: Assumed) -> Any:
        match node:
            case nodes.FactRef():
                return _supposed(f"fact {node.identifier}", assumed)
            case nodes.RuleRef():
                known = _supposed(f"rule {node.identifier}", assumed)
                return known if known is not None else self.settled(self.rules[node.identifier].node, assumed)
            case nodes.Not():
                value = self.settled(node.operand, assumed)
                return not value if isinstance(value, bool) else value
            case nodes.And() | nodes.Or():
                decisive = isinstance(node, nodes.Or)
                values = [self.settled(operand, assumed) for operand in node.operands]
                if decisive in values:
                    return decisive
                return None if None in values else SETTLED if SETTLED in values else not decisive
            case nodes.If():
                condition = self.settled(node.condition, assumed)
                if isinstance(condition, bool):
                    return self.settled(node.then if condition else node.otherwise, assumed)
                return None
            case nodes.Compare() | nodes.Arithmetic() | nodes.Extreme() | nodes.Minus() | nodes.Round():
                settled = all(self.settled(child, assumed) is not None for child in nodes.children(node))
                return SETTLED if settled and not _divides_by_zero(node, self.trace) else None
        return None


def _supposed(name: str, assumed: Assumed) -> bool | None:
    return True if (name, True) in assumed else False if (name, False) in assumed else None


def _divides_by_zero(node: Node, trace: Trace) -> bool:
    return isinstance(node, nodes.Arithmetic) and node.operator == "/" and trace.value(node.right) in (0, None)


class _Search:
    """Collects what keeps one rule undetermined, supposing what its surroundings leave open to be one way."""

    def __init__(self, gaps: Gaps, assumed: Assumed) -> None:
        self.gaps = gaps
        self.trace = gaps.trace
        self.assumed = assumed
        self.found = Missing()
        self._seen: set[int] = set()

    def unknown(self, node: Node) -> None:
        """Collect what keeps a node undetermined; nothing if the supposition settles it."""
        if id(node) in self._seen or self.gaps.settled(node, self.assumed) is not None:
            return
        self._seen.add(id(node))
        match node:
            case nodes.FactRef():
                self.found.facts[node.identifier] = None
            case nodes.ParameterRef():
                self.found.parameters[node.identifier] = None
            case nodes.RuleRef():
                self.found.add(self.gaps.of(node.identifier, self.assumed))
            case nodes.And() | nodes.Or():
                self._connective(node)
            case nodes.If():
                self._if(node)
            case nodes.LookUp():
                self._look_up(node)
            case nodes.Member() if self.trace.known(node.value):
                self._member(node)
            case _:
                self._operands(node)

    def _supposing(self, node: Node, more: Iterable[tuple[str, bool]]) -> None:
        """Collect what keeps a node undetermined under a further supposition."""
        assumed = self.assumed | frozenset(more)
        if assumed == self.assumed:
            self.unknown(node)
            return
        search = _Search(self.gaps, assumed)
        search.unknown(node)
        self.found.add(search.found)

    def _connective(self, node: nodes.And | nodes.Or) -> None:
        """In 且 a condition matters only where those before it are met, in 或 only where they are not.

        Only those *before* it: two conditions that settle each other must not both be left out.
        """
        neutral = isinstance(node, nodes.And)
        before: list[Node] = []
        for operand in node.operands:
            if self.trace.known(operand):
                self._volatile(operand)
                continue
            # Only conditions that rest on a common fact can settle each other; most do not.
            akin = [other for other in before if self.gaps.akin(operand, other)]
            self._supposing(operand, {known for other in akin for known in self.gaps.implied(other, neutral)})
            before.append(operand)

    def _operands(self, node: Node) -> None:
        if isinstance(node, nodes.Arithmetic) and node.operator == "/" and self.trace.value(node.right) == 0:
            self.found.divisors.append(node.right)
        for child in nodes.children(node):
            if child.type.kind in ("set", "table"):
                continue
            if not self.trace.known(child):
                self.unknown(child)
            else:
                self._volatile(child)

    def _if(self, node: nodes.If) -> None:
        if self.trace.known(node.condition):
            self._volatile(node.condition)
            taken = node.then if self.trace.value(node.condition) else node.otherwise
            branches = [taken]
        else:
            # Nothing is supposed in the branches: two that agree decide the whole though the condition stays open.
            self.unknown(node.condition)
            branches = [node.then, node.otherwise]
        for branch in branches:
            if self.trace.known(branch):
                self._volatile(branch)
            else:
                self.unknown(branch)

    def _look_up(self, node: nodes.LookUp) -> None:
        table = self.trace.values[self.trace.spots[id(node.table)].index]
        if not self.trace.known(node.key):
            self.unknown(node.key)
            if table is None:
                self.found.parameters[node.table.identifier] = None
            return
        key = self.trace.values[self.trace.spots[id(node.key)].index]
        if table is None or table.lists(key):
            # The table, or its entry for this key, is 未公布.
            self.found.parameters[node.table.identifier] = None
        else:
            self.found.entries.append(node)

    def _member(self, node: nodes.Member) -> None:
        """The value is known: either the set is 未公布, or the code is too coarse to tell and wants its next digits."""
        if isinstance(node.collection, nodes.ParameterRef) and not self.trace.known(node.collection):
            self.found.parameters[node.collection.identifier] = None
        else:
            self.found.facts |= dict.fromkeys(
                part.identifier for part in nodes.walk(node.value) if isinstance(part, nodes.FactRef)
            )

    def _volatile(self, node: Node) -> None:
        """A determined 有值(…) that says no could still turn when the value comes: it counts as open."""
        if id(node) in self._seen or not self.gaps.asks_for_values(node):
            return
        self._seen.add(id(node))
        if isinstance(node, nodes.HasValue):
            if not self.trace.known(node.operand):
                self.unknown(node.operand)
            return
        if isinstance(node, nodes.RuleRef):
            self._volatile(self.gaps.rules[node.identifier].node)
            return
        if isinstance(node, nodes.If):
            self._volatile(node.condition)
            if self.trace.known(node.condition):
                self._volatile(node.then if self.trace.value(node.condition) else node.otherwise)
            return
        for child in nodes.children(node):
            self._volatile(child)
