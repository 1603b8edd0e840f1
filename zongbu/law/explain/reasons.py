"""The because-tree: why a result is what it is, clause by clause, with the actual figures.

A *template* is made once per rule from its typed nodes; joined with the values of an assessment it gives
``Reason`` objects. Texts are written only when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zongbu.law import nodes
from zongbu.law.compile import Slots, Spot
from zongbu.law.explain.phrases import Phrase, Phrasebook
from zongbu.law.explain.plain import plain_at
from zongbu.law.explain.trace import at
from zongbu.law.explain.words import word
from zongbu.law.names import Names
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule


class Reason:
    """One line of an explanation, with the lines beneath it in ``children``."""

    __slots__ = ("children", "template", "values")

    def __init__(self, template: Template, values: Slots, children: tuple[Reason, ...]) -> None:
        self.template = template
        self.values = values
        self.children = children

    @property
    def value(self) -> Any:
        """True / False / None for conditions; an exact number (``Decimal``, ``Fraction``), date or text."""
        spot = self.template.spot
        if self.template.node.type.kind == "number":
            return at(spot, self.values)
        return self.values[spot.index]

    @property
    def identifier(self) -> str:
        """The rule this line names, or an empty text."""
        return self.template.identifier

    @property
    def clause(self) -> str:
        """The citation of the clause that the line rests on."""
        return self.template.clause

    @property
    def unit(self) -> str:
        """The unit of a number; 元 for amounts."""
        return self.template.node.type.unit

    @property
    def is_condition(self) -> bool:
        """Whether the value is one of met / not met / undetermined."""
        return self.template.node.type.kind == "boolean"

    @property
    def plain(self) -> Any:
        """The value as plain data: amounts as text with two places, see ``plain.py``."""
        return self.template.plain(self.values)

    def text(self, book: Phrasebook) -> str:
        """The line in words, without its verdict."""
        return self.template.phrase(book)(self.values)


@dataclass(eq=False, slots=True)
class Template:
    """What a line says whatever the figures: the node, its place in the trace, the lines beneath it.

    ``role`` tells how the line reads: a rule's own line (``rule``), a pointer to another published result
    (``reference``) or a part of a formula (``part``). ``chooses`` marks 如果: of its lines only those of the
    branch taken are shown. ``phrases`` keeps the writers by language, ``plain`` reads the value as plain data.
    """

    node: Node
    spot: Spot
    clause: str
    identifier: str
    role: str
    parts: tuple[Template, ...]
    chooses: bool
    phrases: dict[str, Phrase]
    plain: Callable[[Slots], Any]

    def join(self, values: Slots) -> Reason:
        """The line with the figures of an assessment."""
        parts = self.parts
        if not parts:
            return Reason(self, values, ())
        if self.chooses:
            parts = _chosen(parts, values)
        return Reason(self, values, tuple([part.join(values) for part in parts]))

    def phrase(self, book: Phrasebook) -> Phrase:
        """The writer of the line in the book's language."""
        phrase = self.phrases.get(book.lang)
        if phrase is None:
            phrase = self.phrases[book.lang] = _phrase(self, book)
        return phrase

    def document(self, values: Slots, book: Phrasebook, written: dict[int, dict[str, Any]]) -> dict[str, Any]:
        """The line and what stands beneath it as plain data, without making ``Reason`` objects first.

        ``written`` keeps, by ``id``, what was written for these values before: a step stands under many results.
        """
        if id(self) in written:
            return written[id(self)]
        phrase = self.phrases.get(book.lang) or self.phrase(book)
        entry = {"text": phrase(values), "value": self.plain(values), "clause": self.clause}
        if self.identifier:
            entry["rule"] = self.identifier
        parts = self.parts
        if parts:
            if self.chooses:
                parts = _chosen(parts, values)
            entry["children"] = [part.document(values, book, written) for part in parts]
        if self.role == "rule":
            written[id(self)] = entry
        return entry


def _chosen(parts: tuple[Template, ...], values: Slots) -> tuple[Template, ...]:
    """Of condition, then, otherwise: the condition and the branch taken, or all while it is undetermined."""
    condition = values[parts[0].spot.index]
    if condition is None:
        return tuple(part for part in parts if not isinstance(part.node, nodes.Literal))
    branch = parts[1] if condition else parts[2]
    return parts[:1] if isinstance(branch.node, nodes.Literal) else (parts[0], branch)


class Templates:
    """Makes and keeps the templates of a policy's rules."""

    def __init__(self, rules: Mapping[str, Rule], spots: Mapping[int, Spot]) -> None:
        self.rules = rules
        self.spots = spots
        self._made: dict[str, Template] = {}
        self._books: dict[str, Phrasebook] = {}
        self._references: dict[str, tuple[str, ...]] = {}
        self._referred: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.facts_read: dict[int, tuple[str, ...]] = {}
        """Which facts a node rests on, see ``shortfalls.Distances``; as lasting as the rules."""
        self.akin: dict[tuple[int, int], bool] = {}
        """Which nodes rest on common facts, see ``missing.Gaps``."""
        self.asking: dict[int, bool] = {}
        """Which nodes ask for 有值(…), see ``missing.Gaps``; kept here because it is as lasting as the rules."""

    def book(self, names: Names) -> Phrasebook:
        """The phrasebook of these rules in a language."""
        if names.lang not in self._books:
            self._books[names.lang] = Phrasebook(names, self.spots)
        return self._books[names.lang]

    def rule(self, identifier: str) -> Template:
        """The template of a rule's own line and what stands beneath it."""
        if identifier not in self._made:
            rule = self.rules[identifier]
            body = rule.node
            inner = self._template(body, rule.clause)
            # The connective or 如果 of the rule itself needs no line of its own.
            merged = isinstance(body, nodes.And | nodes.Or | nodes.If)
            parts = inner.parts if merged else () if isinstance(body, nodes.Literal) else (inner,)
            chooses = isinstance(body, nodes.If)
            self._made[identifier] = self._make(body, rule.clause, parts, chooses, identifier, "rule")
        return self._made[identifier]

    def references(self, identifier: str) -> tuple[str, ...]:
        """The results that the lines of a rule point to (见该项)."""
        if identifier not in self._references:
            found: dict[str, None] = {}
            pending = [self.rule(identifier)]
            while pending:
                template = pending.pop()
                if template.role == "reference":
                    found[template.identifier] = None
                pending += template.parts
            self._references[identifier] = tuple(found)
        return self._references[identifier]

    def referred(self, results: tuple[str, ...]) -> tuple[str, ...]:
        """The results that the lines of some results point to, also by way of others; not those results themselves."""
        if results not in self._referred:
            found = dict.fromkeys(results)
            pending = [*results]
            while pending:
                more = [name for name in self.references(pending.pop(0)) if name not in found]
                found |= dict.fromkeys(more)
                pending += more
            self._referred[results] = tuple(found)[len(results) :]
        return self._referred[results]

    def _make(
        self,
        node: Node,
        clause: str,
        parts: tuple[Template, ...] = (),
        chooses: bool = False,
        identifier: str = "",
        role: str = "part",
    ) -> Template:
        spot = self.spots[id(node)]
        return Template(node, spot, clause, identifier, role, parts, chooses, {}, plain_at(node, spot))

    def _template(self, node: Node, clause: str) -> Template:
        if isinstance(node, nodes.RuleRef):
            if self._is_step(node):
                return self.rule(node.identifier)
            clause = self.rules[node.identifier].clause
            return self._make(node, clause, identifier=node.identifier, role="reference")
        parts: tuple[Template, ...] = ()
        match node:
            case nodes.And() | nodes.Or():
                parts = tuple(self._template(operand, clause) for operand in node.operands)
            case nodes.If():
                parts = tuple(self._template(part, clause) for part in (node.condition, node.then, node.otherwise))
            case nodes.Not() if isinstance(node.operand, nodes.RuleRef) and self._is_step(node.operand):
                # 「不得：行业被排除」 names the step already: what stands beneath the step follows at once.
                step = self.rule(node.operand.identifier)
                return self._make(node, clause, step.parts, step.chooses)
            case nodes.Literal() | nodes.FactRef() | nodes.ParameterRef() | nodes.ReadingRef() | nodes.BaseDate():
                pass
            case _:
                parts = tuple(part for child in nodes.children(node) for part in self._beneath(child, clause))
        return self._make(node, clause, parts, isinstance(node, nodes.If))

    def _is_step(self, node: nodes.RuleRef) -> bool:
        return self.rules[node.identifier].is_step

    def _beneath(self, node: Node, clause: str) -> tuple[Template, ...]:
        """What stands below a line that names this operand already: how a step or a sum came about."""
        match node:
            case nodes.RuleRef():
                return (self.rule(node.identifier),) if self._is_step(node) else ()
            case nodes.If() | nodes.And() | nodes.Or() | nodes.Compare() | nodes.Member():
                return (self._template(node, clause),)
            case nodes.FactRef() | nodes.ParameterRef() | nodes.SetLiteral():
                return ()
        return tuple(part for child in nodes.children(node) for part in self._beneath(child, clause))


def _phrase(template: Template, book: Phrasebook) -> Phrase:
    """The writer of a line in the book's language."""
    node = template.node
    if template.role != "part":
        title = book.names.rule(template.identifier)
        if template.role == "reference":
            title = book.bracketed(title, word("see", book.lang))
        elif isinstance(node, nodes.And | nodes.Or):
            title = book.bracketed(title, book.name(node))
        if node.type.kind == "boolean":
            return lambda values: title
        value = book.value(node)
        return lambda values: f"{title} {value(values)}"
    match node:
        case nodes.FactRef() | nodes.ParameterRef() | nodes.ReadingRef() | nodes.BaseDate():
            return book.labelled(node)
        case nodes.Compare():
            return book.comparison(node)
        case nodes.Member():
            figure, rest = book.figure(node.value), f" {word('member', book.lang)} {book.collection(node)}"
            return lambda values: figure(values) + rest
    if node.type.kind == "boolean":
        name = book.name(node)
        return lambda values: name
    return book.figure(node)
