"""What a policy takes over from others: ``hangzhou-2023.总部企业`` brings that rule and all it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from zongbu.law import nodes
from zongbu.law.errors import ZongbuError
from zongbu.law.facts import Fact
from zongbu.law.formula import FormulaError, nearest
from zongbu.law.nodes import Node
from zongbu.law.policy import Parameter, Policy, Reading, Rule


class Foreign:
    """Collects the definitions of other policies that formulas refer to, under qualified identifiers."""

    def __init__(self, load: Callable[[str], Policy]) -> None:
        self._load = load
        self.policies: dict[str, Policy] = {}
        self.rules: dict[str, Rule] = {}
        self.parameters: dict[str, Parameter] = {}
        self.readings: dict[str, Reading] = {}
        self.facts: dict[str, Fact] = {}

    def resolve(self, name: str) -> Node:
        """The node for ``policy.名称``.

        Raises:
            FormulaError: there is no such policy, or it has no such rule or parameter.
        """
        owner, _, title = name.partition(".")
        policy = self.policy(owner, name)
        for rule in policy.rules.values():
            if title in (rule.title, rule.identifier) and not rule.policy:
                self._take(policy, rule.identifier)
                return nodes.RuleRef(rule.node.type, f"{owner}.{rule.identifier}")
        for parameter in policy.parameters.values():
            if title in (parameter.title, parameter.identifier):
                return self._qualify(policy, nodes.ParameterRef(parameter.type, parameter.identifier, parameter.width))
        known = (rule.title for rule in policy.rules.values())
        raise FormulaError(f"政策「{owner}」里没有", title, hint=nearest(title, known))

    def policy(self, owner: str, name: str = "") -> Policy:
        """Another policy, to be named among those that this one builds on; ``name`` is what is quoted.

        Raises:
            FormulaError: it cannot be read.
        """
        try:
            policy = self.policies.setdefault(owner, self._load(owner))
        except ZongbuError as error:
            raise FormulaError(f"引用的政策读不出来：{str(error).splitlines()[0]}", name or owner) from None
        self.policies |= policy.based_on  # what it builds on in turn, for names and entered values
        return policy

    def _take(self, policy: Policy, identifier: str) -> None:
        qualified = _qualified(policy, identifier)
        if qualified in self.rules:
            return
        rule = policy.rules[identifier]
        for node in nodes.walk(rule.node):
            if isinstance(node, nodes.RuleRef):
                self._take(policy, node.identifier)
        owner = rule.policy or policy.identifier
        self.rules[qualified] = replace(rule, identifier=qualified, node=self._qualify(policy, rule.node), policy=owner)

    def _qualify(self, policy: Policy, node: Node) -> Node:
        """The same tree with identifiers of the other policy's definitions qualified."""
        if isinstance(node, nodes.FactRef):
            self.facts[node.identifier] = policy.dictionary[node.identifier]
            return node
        if isinstance(node, nodes.RuleRef):
            return replace(node, identifier=_qualified(policy, node.identifier))
        if isinstance(node, nodes.ParameterRef):
            qualified = _qualified(policy, node.identifier)
            self.parameters[qualified] = replace(policy.parameters[node.identifier], identifier=qualified)
            return replace(node, identifier=qualified)
        if isinstance(node, nodes.ReadingRef):
            qualified = _qualified(policy, node.identifier)
            self.readings[qualified] = replace(policy.readings[node.identifier], identifier=qualified)
            return replace(node, identifier=qualified)
        changes: dict[str, Any] = {}
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, Node):
                changes[field.name] = self._qualify(policy, value)
            elif isinstance(value, tuple) and value and isinstance(value[0], Node):
                changes[field.name] = tuple(self._qualify(policy, item) for item in value)
        return replace(node, **changes) if changes else node


def _qualified(policy: Policy, identifier: str) -> str:
    return identifier if "." in identifier else f"{policy.identifier}.{identifier}"
