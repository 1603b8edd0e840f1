"""Formulas in words: on one line as the policy file writes them, and as a tree; every name is a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zongbu.desk.library.showing import links
from zongbu.law import Policy, amounts, nodes
from zongbu.law.explain.phrases import ARITHMETIC_SIGNS, SIGNS, Phrasebook, is_ratio
from zongbu.law.explain.words import word
from zongbu.law.names import Names
from zongbu.law.nodes import Node

DEEPEST = 4
"""Steps are unfolded within a tree so far; beyond, the link has to do."""

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(1, 9)
_WORDS = {
    "zh": {"and": "且", "or": "或", "not": "非", "if": "如果", "in": "属于", "has": "有值"},
    "en": {"and": "and", "or": "or", "not": "not", "if": "if", "in": "is in", "has": "known"},
}


class Wording:
    """Writes the formulas of a policy in a language.

    ``figure`` gives the present value of a parameter, to be shown beside its name in trees (empty: none).
    """

    def __init__(self, policy: Policy, lang: str, figure: Callable[[str], str] | None = None) -> None:
        self.policy, self.lang = policy, lang
        self.names = Names(policy, lang)
        self.book = Phrasebook(self.names, {})
        self.figure = figure or (lambda identifier: "")
        self.words = _WORDS[lang]

    # --- on one line -------------------------------------------------------------------------------------

    def formula(self, node: Node, figures: bool = False) -> SafeString:
        """A formula on one line, with links to what it names; ``figures`` adds the values of parameters."""
        return self._write(node, 0, figures)

    def _write(self, node: Node, outer: int, figures: bool) -> SafeString:
        text, binding = self._bound(node, figures)
        return format_html("({})", text) if binding < outer else text

    def _bound(self, node: Node, figures: bool) -> tuple[SafeString, int]:
        def write(part: Node, outer: int) -> SafeString:
            return self._write(part, outer, figures)

        words = self.words
        match node:
            case nodes.Or():
                return self._joined(words["or"], [write(part, _AND) for part in node.operands]), _OR
            case nodes.And():
                return self._joined(words["and"], [write(part, _NOT) for part in node.operands]), _AND
            case nodes.Not():
                return self._joined_words(words["not"], write(node.operand, _COMPARE)), _NOT
            case nodes.Compare():
                right = self._right(node, figures)
                return self._between(write(node.left, _SUM), SIGNS[node.operator], right), _COMPARE
            case nodes.Member():
                collection = node.collection
                right = (
                    write(collection, _ATOM)
                    if not isinstance(collection, nodes.SetLiteral)
                    else format_html("{{{}}}", self.book.collection(node))
                )
                return self._between(write(node.value, _SUM), words["in"], right), _COMPARE
            case nodes.Arithmetic():
                binding = _SUM if node.operator in "+-" else _PRODUCT
                left, right = write(node.left, binding), write(node.right, binding + 1)
                return self._between(left, ARITHMETIC_SIGNS[node.operator], right), binding
            case nodes.Shift():
                sign = "−" if node.backwards else "+"
                return self._between(write(node.date, _SUM), sign, write(node.amount, _PRODUCT)), _SUM
            case nodes.Minus():
                return format_html("−{}", write(node.operand, _UNARY)), _UNARY
        return self._atom(node, figures), _ATOM

    def _right(self, node: nodes.Compare, figures: bool) -> SafeString:
        """The right side of a comparison; an option of a reading by its title."""
        left, right = node.left, node.right
        if isinstance(right, nodes.Literal) and is_ratio(left) and isinstance(right.value, Decimal):
            return format_html("{}", amounts.percent(right.value))
        if isinstance(left, nodes.ReadingRef) and isinstance(right, nodes.Literal):
            return format_html("「{}」", self.names.reading_option(left.identifier, str(right.value)))
        return self._write(right, _SUM, figures)

    def _atom(self, node: Node, figures: bool) -> SafeString:
        match node:
            case nodes.If():
                parts = [self._write(part, 0, figures) for part in (node.condition, node.then, node.otherwise)]
                return self._call(self.words["if"], parts)
            case nodes.Extreme():
                parts = [self._write(part, 0, figures) for part in node.operands]
                return self._call(word("largest" if node.largest else "smallest", self.lang), parts)
            case nodes.HasValue():
                return self._call(self.words["has"], [self._write(node.operand, 0, figures)])
            case nodes.Round():
                remark = word("half_up" if node.half_up else "down", self.lang, node.places)
                return self._call(remark, [self._write(node.operand, 0, figures)])
            case nodes.LookUp():
                return format_html("{}[{}]", self.name(node.table, figures), self._write(node.key, 0, figures))
            case nodes.Literal():
                text = self.book.say(node.value, node)
                return format_html("「{}」" if node.type.kind in ("choice", "text") else "{}", text)
        return self.name(node, figures)

    def name(self, node: Node, figures: bool = False) -> SafeString:
        """What a node names, as a link; words for what is no name."""
        policy, text = self.policy, self.book.name(node)
        match node:
            case nodes.FactRef():
                return links.link(links.fact_url(node.identifier), text, "fact")
            case nodes.ParameterRef():
                found = links.link(links.parameter_url(policy, node.identifier), text, "parameter")
                value = self.figure(node.identifier) if figures else ""
                return (
                    format_html('{}<span class="amount-now">{}</span>', found, self._bracketed(value))
                    if value
                    else found
                )
            case nodes.RuleRef():
                owner, _name = links.owner_of(policy, node.identifier)
                other = links.short_title(owner, self.lang) if owner is not policy else ""
                return links.link(links.rule_url(policy, node.identifier), text, "rule", other)
            case nodes.ReadingRef():
                return links.link(links.reading_url(policy, node.identifier), text, "reading")
        return format_html("{}", text)

    # --- as a tree ---------------------------------------------------------------------------------------

    def tree(self, node: Node, depth: int = 0) -> SafeString:
        """A formula as nested lists: all of these, any of these, if–then–otherwise; steps are unfolded."""
        return format_html('<ul class="rule-tree">{}</ul>', self._branch(node, depth))

    def branches(self, node: Node) -> bool:
        """Whether a tree says more than the line."""
        return isinstance(node, nodes.And | nodes.Or | nodes.If) or (
            isinstance(node, nodes.Not) and not isinstance(node.operand, nodes.FactRef)
        )

    def _branch(self, node: Node, depth: int, lead: str = "") -> SafeString:
        match node:
            case nodes.And() | nodes.Or():
                label = word("all" if isinstance(node, nodes.And) else "any", self.lang)
                return self._item(lead, label, "", (self._branch(part, depth) for part in node.operands))
            case nodes.If():
                condition = self.formula(node.condition, True)
                inner = [
                    self._branch(node.then, depth, word("then", self.lang)),
                    self._branch(node.otherwise, depth, word("otherwise", self.lang)),
                ]
                if isinstance(node.condition, nodes.And | nodes.Or) or self._step(node.condition) is not None:
                    inner.insert(0, self._branch(node.condition, depth, word("if", self.lang)))
                    return self._item(lead, word("if", self.lang), "", inner)
                return self._item(lead, word("if", self.lang), condition, inner)
            case nodes.Not(operand=nodes.And() | nodes.Or() as inside):
                return self._item(lead, self._not(), "", [self._branch(inside, depth)])
            case nodes.Not():
                step = self._step(node.operand)
                below = [self._branch(step, depth + 1)] if step is not None and depth < DEEPEST else []
                return self._item(lead, self._not(), self.formula(node.operand, True), below)
        step = self._step(node)
        below = [self._branch(step, depth + 1)] if step is not None and depth < DEEPEST else []
        return self._item(lead, "", self.formula(node, True), below)

    def _step(self, node: Node) -> Node | None:
        """The formula of a step of this policy that is a condition: it is read where it is used."""
        if not isinstance(node, nodes.RuleRef) or node.type.kind != "boolean":
            return None
        rule = self.policy.rules[node.identifier]
        return rule.node if rule.is_step and not rule.policy else None

    def _not(self) -> str:
        return word("not", self.lang, "").rstrip("： :")

    def _item(self, lead: str, label: str, text: str, below: Iterable[SafeString]) -> SafeString:
        parts = [(part,) for part in (lead, label) if part]
        words = format_html_join("", '<b class="word">{}</b> ', parts)
        inner = format_html_join("", "{}", ((one,) for one in below))
        nested = format_html("<ul>{}</ul>", inner) if inner else ""
        return format_html("<li>{}{}{}</li>", words, text, nested)

    # --- pieces ------------------------------------------------------------------------------------------

    def _joined(self, operator: str, parts: list[SafeString]) -> SafeString:
        glue = format_html(' <b class="word">{}</b> ', operator)
        return format_html_join(glue, "{}", ((part,) for part in parts))

    def _joined_words(self, operator: str, part: SafeString) -> SafeString:
        return format_html('<b class="word">{}</b> {}', operator, part)

    def _between(self, left: SafeString, operator: str, right: SafeString) -> SafeString:
        return format_html('{} <span class="sign">{}</span> {}', left, operator, right)

    def _call(self, name: str, parts: list[SafeString]) -> SafeString:
        comma = "，" if self.lang == "zh" else ", "
        return format_html('<b class="word">{}</b>({})', name, format_html_join(comma, "{}", ((p,) for p in parts)))

    def _bracketed(self, text: str) -> str:
        return f"（{text}）" if self.lang == "zh" else f" ({text})"
