"""What could still change an undetermined result: exactly the facts and parameters that matter, no more.

The walk follows only what is undetermined: in 且 a condition that is met cannot matter any more, in 如果 only
the branch that can still be taken does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zongbu.law import nodes
from zongbu.law.explain.trace import Trace
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule


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

    ``asking`` remembers, by ``id`` of the rules' nodes, which of them ask for 有值(…): it depends on the rules
    alone and may be shared by all assessments under them.
    """

    def __init__(self, rules: Mapping[str, Rule], trace: Trace, asking: dict[int, bool]) -> None:
        self.rules = rules
        self.trace = trace
        self._found: dict[str, Missing] = {}
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

    def of(self, rule: str) -> Missing:
        """What keeps a rule undetermined; empty if it has a value that nothing can change."""
        if rule not in self._found:
            search = _Search(self)
            self._found[rule] = search.found
            node = self.rules[rule].node
            if not self.trace.known(node):
                search.unknown(node)
        return self._found[rule]


class _Search:
    """Collects what keeps one rule undetermined."""

    def __init__(self, gaps: Gaps) -> None:
        self.gaps = gaps
        self.trace = gaps.trace
        self.found = Missing()
        self._seen: set[int] = set()

    def unknown(self, node: Node) -> None:
        """Collect what keeps an undetermined node undetermined."""
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        match node:
            case nodes.FactRef():
                self.found.facts[node.identifier] = None
            case nodes.ParameterRef():
                self.found.parameters[node.identifier] = None
            case nodes.RuleRef():
                self.found.add(self.gaps.of(node.identifier))
            case nodes.If():
                self._if(node)
            case nodes.LookUp():
                self._look_up(node)
            case nodes.Member() if isinstance(node.collection, nodes.ParameterRef) and self.trace.known(node.value):
                self.found.parameters[node.collection.identifier] = None
            case _:
                self._operands(node)

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
        if not self.trace.known(node.condition):
            self.unknown(node.condition)
            branches = [node.then, node.otherwise]
        else:
            self._volatile(node.condition)
            branches = [node.then if self.trace.value(node.condition) else node.otherwise]
        for branch in branches:
            if not self.trace.known(branch):
                self.unknown(branch)
            else:
                self._volatile(branch)

    def _look_up(self, node: nodes.LookUp) -> None:
        if not self.trace.known(node.key):
            self.unknown(node.key)
        if self.trace.values[self.trace.spots[id(node.table)].index] is None:
            self.found.parameters[node.table.identifier] = None
        elif self.trace.known(node.key):
            self.found.entries.append(node)

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
