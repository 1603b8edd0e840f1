"""Where things are used: a fact or a parameter → the rules that name it → the results that hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zongbu.law import Policy, nodes
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule


@dataclass(frozen=True, slots=True)
class Usage:
    """Who names a thing: ``direct`` the rules and measures that name it in their formula, ``results`` the published
    results (规则) and ``measures`` that hang on it, directly or through other rules. Identifiers, in file order."""

    direct: tuple[str, ...]
    results: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def used(self) -> bool:
        return bool(self.direct)


class UsageGraph:
    """What names what in a policy (and in what it builds on)."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.named: dict[str, frozenset[tuple[str, str]]] = {
            rule.identifier: frozenset(names(rule.node)) for rule in policy.rules.values()
        }
        self.users: dict[tuple[str, str], list[str]] = {}
        for identifier, found in self.named.items():
            for name in found:
                self.users.setdefault(name, []).append(identifier)

    def of(self, kind: str, identifier: str) -> Usage:
        """The usage of a ``fact``, ``parameter``, ``reading`` or ``rule``, within this policy's own rules."""
        direct = self.users.get((kind, identifier), [])
        reached: dict[str, None] = {}
        pending = list(direct)
        while pending:
            current = pending.pop()
            if current not in reached:
                reached[current] = None
                pending += self.users.get(("rule", current), [])
        rules = self.policy.rules
        own = [rules[name] for name in reached if not rules[name].policy]
        return Usage(
            tuple(self._ordered(rules[name] for name in direct if not rules[name].policy)),
            tuple(self._ordered(rule for rule in own if rule.kind == "规则")),
            tuple(self._ordered(rule for rule in own if rule.kind == "措施")),
        )

    def facts(self, identifier: str) -> tuple[str, ...]:
        """The facts that a rule or measure rests on, directly or through other rules, in dictionary order."""
        found: set[str] = set()
        seen: set[str] = set()
        pending = [identifier]
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for kind, name in self.named[current]:
                if kind == "fact":
                    found.add(name)
                elif kind == "rule":
                    pending.append(name)
        return tuple(name for name in self.policy.dictionary if name in found)

    def _ordered(self, rules: Iterator[Rule]) -> Iterator[str]:
        return (rule.identifier for rule in sorted(rules, key=lambda rule: rule.line))


def names(node: Node) -> Iterator[tuple[str, str]]:
    """What a formula names: kind and identifier."""
    for part in nodes.walk(node):
        match part:
            case nodes.FactRef():
                yield "fact", part.identifier
            case nodes.ParameterRef():
                yield "parameter", part.identifier
            case nodes.ReadingRef():
                yield "reading", part.identifier
            case nodes.RuleRef():
                yield "rule", part.identifier


def usage(policy: Policy) -> UsageGraph:
    """The usage graph of a policy, made once."""
    graph: UsageGraph | None = policy.__dict__.get("_usage")
    if graph is None:
        graph = policy.__dict__.setdefault("_usage", UsageGraph(policy))
    return graph
