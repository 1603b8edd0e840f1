"""How an amount came about, as rows in the order in which a person would compute it.

The because-tree says why; this says how much: first whether there is an entitlement, then each figure that goes
in, each table entry that was looked up, each intermediate result with its formula, at last the result. A row
stands once, however often it is needed. What is undetermined says so and names what is lacking.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from zongbu.law import nodes
from zongbu.law.amounts import decimal_of, fen_of
from zongbu.law.errors import InputError
from zongbu.law.explain.assessment import Assessment, undetermined_reasons
from zongbu.law.explain.outline import cited, exact_amount
from zongbu.law.explain.phrases import SIGNS
from zongbu.law.explain.words import truth, verdict, word
from zongbu.law.nodes import Node
from zongbu.law.policy import Policy, Rule

Kind = Literal["condition", "base", "parameter", "step", "rounding", "cap", "choice", "result"]
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a computation.

    ``kind``: a condition (is there an entitlement, which case applies), a fact that goes in (``base``), a figure
    of the policy or an entry of its table (``parameter``), an intermediate result (``step``; ``rounding``,
    ``cap`` for 最小, ``choice`` for 最大), the ``result``. ``value`` is exact (yuan as ``Decimal`` or ``Fraction``,
    None: undetermined), ``value_text`` the same for people, with the reason where it is undetermined.
    ``formula`` is the formula in words, empty where the label says it already. ``source`` says where a figure
    comes from, ``demonstration`` whether it is a demonstration value.
    """

    kind: Kind
    label: str
    value_text: str
    value: Any
    formula: str = ""
    clause: str = ""
    source: str = ""
    demonstration: bool = False


def computation(assessment: Assessment, result: str, lang: str = "zh") -> tuple[Step, ...]:
    """The rows by which a result of an assessment is computed.

    Args:
        assessment: an assessment that covers the result.
        result: identifier of a measure, or of any rule or step that the assessment needed.
        lang: ``zh`` or ``en``.

    Raises:
        InputError: the assessment does not cover the result.
    """
    rule = assessment.assessor.policy.rules.get(result)
    if rule is None or id(rule.node) not in assessment.trace.spots:
        raise InputError(f"这次评估没有计算「{result}」；评估时在 results 里写上它")
    writer = _Writer(assessment, lang)
    writer.rule(rule, "result")
    return tuple(writer.steps.values())


@dataclass
class _Writer:
    assessment: Assessment
    lang: str
    steps: dict[Hashable, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.policy: Policy = self.assessment.assessor.policy
        self.trace = self.assessment.trace
        self.book = self.assessment.book(self.lang)
        self.names = self.book.names

    def rule(self, rule: Rule, kind: Kind | None = None) -> None:
        """The rows of a rule, those that it rests on first."""
        key = "rule", rule.identifier
        if key in self.steps:
            return
        node = self.taken(rule.node, rule)
        if node.type.kind == "boolean":
            self.condition(node, rule)
        else:
            self.beneath(node, rule)
            if kind == "result" and _kind(node) != "step":
                self.steps[id(node)] = self.row(_kind(node), self.book.name(node), node, rule)
        shown = node.then if rule.kind == "措施" and isinstance(node, nodes.If) else node
        refused = rule.kind == "措施" and isinstance(rule.node, nodes.If) and node is rule.node.otherwise
        self.steps[key] = Step(
            kind=kind or _kind(node),
            label=self.names.rule(rule.identifier),
            value_text=self.value_text(rule.node),
            value=self.trace.value(rule.node),
            formula=word("not_entitled", self.lang) if refused else self.formula(shown),
            clause=self.cite(rule),
        )

    def taken(self, node: Node, rule: Rule) -> Node:
        """The part of 如果 that applies, its condition put down as a row; the whole while that is open."""
        while isinstance(node, nodes.If):
            self.condition(node.condition, rule, merit=node is rule.node and rule.kind == "措施")
            holds = self.trace.value(node.condition)
            if holds is None:
                break
            node = node.then if holds else node.otherwise
        return node

    def beneath(self, node: Node, rule: Rule) -> None:
        """The rows of what a node is computed from."""
        match node:
            case nodes.If():  # undetermined: both cases may still apply
                for part in (node.then, node.otherwise):
                    self.operand(part, rule)
            case nodes.LookUp() | nodes.FactRef() | nodes.ParameterRef() | nodes.RuleRef():
                self.operand(node, rule)
            case _:
                for part in nodes.children(node):
                    self.operand(part, rule)

    def operand(self, node: Node, rule: Rule) -> None:
        """The rows of a part of a formula."""
        match node:
            case nodes.RuleRef():
                self.rule(self.policy.rules[node.identifier])
            case nodes.FactRef():
                self.base(node)
            case nodes.ParameterRef():
                self.parameter(node, node.identifier, self.names.parameter(node.identifier))
            case nodes.LookUp():
                self.operand(node.key, rule)
                table = node.table.identifier
                self.parameter(node, table, f"{self.names.parameter(table)}[{self.book.figure(node.key)(self.values)}]")
            case nodes.Literal() | nodes.SetLiteral() | nodes.BaseDate() | nodes.ReadingRef():
                pass
            case _ if node.type.kind == "boolean":
                self.condition(node, rule)
            case _:
                chosen = self.taken(node, rule)
                if chosen is not node:
                    self.operand(chosen, rule)
                    return
                self.beneath(node, rule)
                self.steps[id(node)] = self.row(_kind(node), self.book.name(node), node, rule)

    # --- rows --------------------------------------------------------------------------------------------

    def condition(self, node: Node, rule: Rule, *, merit: bool = True) -> None:
        """A condition, each of several that must hold on a row of its own.

        ``merit``: whether it is something to be met, not a mere distinction of cases.
        """
        if isinstance(node, nodes.And):
            for operand in node.operands:
                self.condition(operand, rule, merit=merit)
            return
        owner, label, formula = rule, self.book.name(node), ""
        key: Hashable = "condition", label
        value, value_text = self.trace.value(node), ""
        match node:
            case nodes.Literal():
                return
            case nodes.RuleRef():
                owner = self.policy.rules[node.identifier]
                key = "rule", node.identifier
            case nodes.Compare(left=nodes.ReadingRef() as reading):
                label = self.book.name(reading)
                value_text = self.book.value(reading)(self.values)
                key, owner = ("reading", reading.identifier), rule
            case nodes.Compare():
                label, formula = self.comparison(node, merit), label
        if key not in self.steps:
            text = value_text or self.value_text(node, merit=merit)
            self.steps[key] = Step("condition", label, text, value, formula, self.cite(owner))

    def base(self, node: nodes.FactRef) -> None:
        """A fact that goes in."""
        key = "fact", node.identifier
        if key not in self.steps:
            fact = self.policy.dictionary[node.identifier]
            source = word(f"supplied_{fact.kind}", self.lang)
            label, value = self.names.fact(node.identifier), self.trace.value(node)
            self.steps[key] = Step("base", label, self.value_text(node), value, source=source)

    def parameter(self, node: Node, identifier: str, label: str) -> None:
        """A figure of the policy, or an entry of one of its tables."""
        key = "parameter", label
        if key in self.steps:
            return
        given, owner = self.assessment.assessor.parameters[identifier], identifier.rpartition(".")[0]
        self.steps[key] = Step(
            kind="parameter",
            label=label,
            value_text=self.value_text(node),
            value=self.trace.value(node),
            clause=cited(self.policy, self.policy.parameters[identifier].clause, owner),
            source="" if given.value is None else given.source or word("own_source", self.lang),
            demonstration=given.demonstration,
        )

    def row(self, kind: Kind, label: str, node: Node, rule: Rule) -> Step:
        """A part of a formula that has no name: its formula is its label."""
        return Step(kind, label, self.value_text(node), self.trace.value(node), clause=self.cite(rule))

    # --- texts -------------------------------------------------------------------------------------------

    @property
    def values(self) -> tuple[Any, ...]:
        return self.assessment.values

    def cite(self, rule: Rule) -> str:
        return cited(self.policy, rule.clause, rule.policy)

    def comparison(self, node: nodes.Compare, merit: bool) -> str:
        """A comparison with its figures; how far it fails is of interest only where it is to be met."""
        if merit:
            return self.book.comparison(node)(self.values)
        left, right = (self.book.figure(side)(self.values) for side in (node.left, node.right))
        return f"{left} {SIGNS[node.operator]} {right}"

    def formula(self, node: Node) -> str:
        """A formula in words; none where it says no more than a name."""
        if isinstance(node, nodes.If):
            parts = (node.condition, node.then, node.otherwise)
            condition, then, otherwise = (self.formula(part) or self.book.name(part) for part in parts)
            return word("cases", self.lang, condition, then, otherwise)
        if isinstance(node, nodes.Literal):
            return ""
        return self.book.name(node)

    def value_text(self, node: Node, *, merit: bool = False) -> str:
        """A value in full, or that it is undetermined and for what reason."""
        if not self.trace.known(node):
            reasons = list(dict.fromkeys(self.reasons(node)))
            undetermined = verdict(None, self.lang)[1]
            return (
                self.book.bracketed(undetermined, word("semicolon", self.lang).join(reasons))
                if reasons
                else undetermined
            )
        value = self.trace.value(node)
        if isinstance(value, bool):
            return (verdict if merit else truth)(value, self.lang)[1]
        if node.type.unit == "元":
            return _exact(value, self.lang)
        return self.book.value(node)(self.values)

    def reasons(self, node: Node) -> Iterator[str]:
        """What a node lacks: unknown facts, unpublished figures, entries that a table does not have."""
        if self.trace.known(node):
            return
        match node:
            case nodes.RuleRef():
                gap = self.assessment.missing(node.identifier)
                yield from (self.lacks(fact) for fact in gap.facts)
                yield from undetermined_reasons(gap, self.trace, self.book)
            case nodes.FactRef():
                yield self.lacks(node.identifier)
            case nodes.ParameterRef():
                yield self.unpublished(node)
            case nodes.LookUp():
                yield from self.reasons(node.key)
                if self.trace.known(node.key):
                    key, table = self.book.figure(node.key)(self.values), node.table
                    given = self.assessment.assessor.parameters[table.identifier].value
                    name = self.names.parameter(table.identifier)
                    yield self.unpublished(table) if given is None else word("not_in_table", self.lang, name, key)
            case nodes.If() if self.trace.known(node.condition):
                yield from self.reasons(node.then if self.trace.value(node.condition) else node.otherwise)
            case nodes.Arithmetic(operator="/", right=right) if self.trace.known(right) and not self.trace.value(right):
                yield word("zero_divisor", self.lang, self.book.name(right))
            case _:
                for part in nodes.children(node):
                    yield from self.reasons(part)

    def lacks(self, fact: str) -> str:
        return f"{word('missing', self.lang)} {self.names.fact(fact)}"

    def unpublished(self, parameter: nodes.ParameterRef) -> str:
        colon = "：" if self.lang == "zh" else ": "
        return f"{self.names.parameter(parameter.identifier)}{colon}{word('unpublished', self.lang)}"


def _kind(node: Node) -> Kind:
    match node:
        case nodes.Round():
            return "rounding"
        case nodes.Extreme():
            return "choice" if node.largest else "cap"
    return "condition" if node.type.kind == "boolean" else "step"


def _exact(value: Decimal | Fraction, lang: str) -> str:
    """An amount that loses nothing, also before it is rounded to the fen."""
    if (value * 100) % 1 == 0:
        return exact_amount(fen_of(value), lang)
    text = f"{decimal_of(value, _PLACES):,f}".rstrip("0").rstrip(".")
    return f"CNY {text}" if lang == "en" else f"{text}元"
