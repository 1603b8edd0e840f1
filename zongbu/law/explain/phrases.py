"""How nodes and their figures read: 「上年度在杭营业收入 8.20亿元 ≥ 存量营收门槛 10.00亿元，差 1.80亿元」.

A ``Phrasebook`` belongs to compiled rules and a language. It turns each node once into a function from the
trace to text, with all fixed words already in place, because explanations are written far more often than
policies are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zongbu.law import amounts, nodes
from zongbu.law.compile import Slots, Spot
from zongbu.law.explain.trace import at, quotient
from zongbu.law.explain.words import word
from zongbu.law.names import Names
from zongbu.law.nodes import Node

Phrase = Callable[[Slots], str]

SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
ARITHMETIC_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


class Phrasebook:
    """The phrases of compiled rules in one language."""

    def __init__(self, names: Names, spots: Mapping[int, Spot]) -> None:
        self.names = names
        self.lang = names.lang
        self.spots = spots
        self._figures: dict[int, Phrase] = {}
        self._colon = "：" if self.lang == "zh" else ": "
        self._comma = "，" if self.lang == "zh" else ", "

    # --- names -------------------------------------------------------------------------------------------

    def name(self, node: Node) -> str:
        """What a node is called: the title of what it names, the formula for the rest."""
        names = self.names
        match node:
            case nodes.FactRef():
                return names.fact(node.identifier)
            case nodes.ParameterRef():
                return names.parameter(node.identifier)
            case nodes.RuleRef():
                return names.rule(node.identifier)
            case nodes.ReadingRef():
                return names.reading(node.identifier)
            case nodes.BaseDate():
                return word("base_date", self.lang)
            case nodes.Literal():
                return self.say(node.value, node)
            case nodes.SetLiteral():
                return "{" + ", ".join(node.values) + "}"
            case nodes.Arithmetic():
                return f"{self._grouped(node.left)} {ARITHMETIC_SIGNS[node.operator]} {self._grouped(node.right)}"
            case nodes.LookUp():
                return f"{names.parameter(node.table.identifier)}[{self.name(node.key)}]"
            case nodes.Extreme():
                inner = ", ".join(self.name(operand) for operand in node.operands)
                return f"{word('largest' if node.largest else 'smallest', self.lang)}({inner})"
            case nodes.Round():
                return self.bracketed(self.name(node.operand), self._rounding(node))
            case nodes.Minus():
                return f"−{self._grouped(node.operand)}"
            case nodes.Shift():
                return f"{self.name(node.date)} {'−' if node.backwards else '+'} {self.name(node.amount)}"
            case nodes.Not():
                return word("not", self.lang, self.name(node.operand))
            case nodes.Compare(left=nodes.ReadingRef() as reading, right=nodes.Literal() as option):
                chosen = names.reading_option(reading.identifier, str(option.value))
                return f"{self.name(reading)} {SIGNS[node.operator]} {chosen}"
            case nodes.Compare():
                return f"{self.name(node.left)} {SIGNS[node.operator]} {self.name(node.right)}"
            case nodes.Member():
                return f"{self.name(node.value)} {word('member', self.lang)} {self.collection(node)}"
            case nodes.HasValue():
                return word("known", self.lang, self.name(node.operand))
            case nodes.And() | nodes.Or():
                return word("all" if isinstance(node, nodes.And) else "any", self.lang)
            case nodes.If():
                return f"{word('if', self.lang)} {self.name(node.condition)}"
        raise TypeError(type(node).__name__)

    def bracketed(self, text: str, remark: str) -> str:
        """``text（remark）``, or ``text (remark)`` in English."""
        return f"{text}（{remark}）" if self.lang == "zh" else f"{text} ({remark})"

    def collection(self, node: nodes.Member) -> str:
        """The set of a membership, options by their titles."""
        if not isinstance(node.collection, nodes.SetLiteral):
            return self.name(node.collection)
        options = node.value.type.options
        titles = [self.names.choice(options, value) if options else value for value in node.collection.values]
        return ("、" if self.lang == "zh" else ", ").join(titles)

    def _grouped(self, node: Node) -> str:
        text = self.name(node)
        return f"({text})" if isinstance(node, nodes.Arithmetic) and node.operator in "+-" else text

    def _rounding(self, node: nodes.Round) -> str:
        return word("half_up" if node.half_up else "down", self.lang, node.places)

    # --- values ------------------------------------------------------------------------------------------

    def say(self, value: Any, node: Node) -> str:
        """A value of a node in words: amounts in 万元/亿元, dates, options by title, 未知 for None."""
        if value is None:
            return word("unpublished" if isinstance(node, nodes.ParameterRef) else "unknown", self.lang)
        if isinstance(value, bool):
            return word("yes" if value else "no", self.lang)
        if isinstance(value, Decimal | Fraction):
            if not node.type.unit and is_ratio(node):
                return amounts.percent(value)
            return amounts.number(value, node.type.unit, self.lang)
        if isinstance(value, date):
            return amounts.day(value, self.lang)
        if node.type.kind == "choice":
            return self.names.choice(node.type.options, value)
        return str(value)

    def value(self, node: Node) -> Phrase:
        """The function that says the node's value."""
        if id(node) not in self._figures:
            self._figures[id(node)] = self._value(node)
        return self._figures[id(node)]

    def _value(self, node: Node) -> Phrase:
        if isinstance(node, nodes.Literal):
            text = self.say(node.value, node)
            return lambda values: text
        spot = self.spots[id(node)]
        index, lang = spot.index, self.lang
        unknown = self.say(None, node)
        if node.type.kind == "boolean":
            words = {None: unknown, True: word("yes", lang), False: word("no", lang)}
            return lambda values: words[values[index]]
        if isinstance(node, nodes.ReadingRef):
            options = {option: self.names.reading_option(node.identifier, option) for option in node.type.options}
            return lambda values: options[values[index]]
        if node.type.unit == "元" and spot.scale == 2 and spot.below is None:
            amount = amounts.amount
            return lambda values: unknown if values[index] is None else amount(values[index], lang)
        if node.type.kind == "number":
            return self._number(node, spot, unknown)
        return lambda values: self.say(values[index], node)

    def _number(self, node: Node, spot: Spot, unknown: str) -> Phrase:
        index, below, unit, lang = spot.index, spot.below, node.type.unit, self.lang
        if not unit and is_ratio(node):
            scale, below_scale, percent = 10**spot.scale, 10**spot.below_scale, amounts.percent_of
            if below is None:
                return lambda values: unknown if values[index] is None else percent(values[index], scale)
            return lambda values: (
                unknown
                if values[index] is None or values[below] is None
                else percent(values[index] * below_scale, values[below] * scale)
            )
        if spot.scale == 0 and below is None and unit != "元":
            count = amounts.count
            return lambda values: unknown if values[index] is None else count(values[index], unit, lang)
        return lambda values: self.say(at(spot, values), node)

    def figure(self, node: Node) -> Phrase:
        """``上年度在杭营业收入 8.20亿元``; a computation shows its parts with their figures and what they come to."""
        value = self.value(node)
        match node:
            case nodes.Literal():
                return value
            case nodes.Arithmetic() | nodes.Extreme():
                parts = self._parts(node)
                return lambda values: f"{parts(values)} = {value(values)}"
            case nodes.Round():
                parts, remark = self._parts(node.operand), self.bracketed("", self._rounding(node))
                return lambda values: f"{parts(values)} = {value(values)}{remark}"
            case nodes.LookUp():
                table, key = self.names.parameter(node.table.identifier), self.value(node.key)
                return lambda values: f"{table}[{key(values)}] {value(values)}"
        name = self.name(node)
        return lambda values: f"{name} {value(values)}"

    def _parts(self, node: Node) -> Phrase:
        """A computation with the figures of its parts, without its result."""
        if isinstance(node, nodes.Extreme):
            head = word("largest" if node.largest else "smallest", self.lang)
            operands = [self.figure(operand) for operand in node.operands]
            return lambda values: f"{head}({', '.join([operand(values) for operand in operands])})"
        if not isinstance(node, nodes.Arithmetic):
            return self.figure(node)
        sign = ARITHMETIC_SIGNS[node.operator]
        left, right = self._part(node.left), self._part(node.right)
        return lambda values: f"{left(values)} {sign} {right(values)}"

    def _part(self, node: Node) -> Phrase:
        if isinstance(node, nodes.Arithmetic):
            inner = self._parts(node)
            return lambda values: f"({inner(values)})"
        return self.figure(node)

    def labelled(self, node: Node) -> Phrase:
        """``登记在杭：是``."""
        head, value = self.name(node) + self._colon, self.value(node)
        return lambda values: head + value(values)

    # --- comparisons -------------------------------------------------------------------------------------

    def comparison(self, node: nodes.Compare) -> Phrase:
        """A comparison with both figures and, where it fails, the distance."""
        if isinstance(node.left, nodes.ReadingRef):
            return self.labelled(node.left)
        left, right, sign = self.figure(node.left), self.figure(node.right), SIGNS[node.operator]
        if node.left.type.kind != "number" or node.operator in ("=", "!="):
            return lambda values: f"{left(values)} {sign} {right(values)}"
        failed, one, other = self.spots[id(node)].index, self.spots[id(node.left)], self.spots[id(node.right)]
        left_value, right_value = self.value(node.left), self.value(node.right)
        if node.left.type.unit == "元" and one.scale == other.scale == 2 and one.below is other.below is None:
            return self._amounts(node, left, right)

        def text(values: Slots) -> str:
            sides = f"{left(values)} {sign} {right(values)}"
            if values[failed] is not False:
                return sides
            (have, unit), (bound, bound_unit) = quotient(one, values), quotient(other, values)
            excess = have * bound_unit - bound * unit
            if not excess:
                return sides
            if left_value(values) == right_value(values):
                sides = self._to_the_fen(node, Fraction(have, unit), Fraction(bound, bound_unit), sign) or sides
            distance = self.gap(Fraction(abs(excess), unit * bound_unit), node.left)
            return f"{sides}{self._comma}{word('excess' if excess > 0 else 'short', self.lang, distance)}"

        return text

    def _amounts(self, node: nodes.Compare, left: Phrase, right: Phrase) -> Phrase:
        """A comparison of two amounts that are whole fen: by far the most frequent kind, and so the quick one."""
        failed, one, other = (self.spots[id(part)].index for part in (node, node.left, node.right))
        sign, comma, lang = SIGNS[node.operator], self._comma, self.lang
        amount = amounts.amount

        def text(values: Slots) -> str:
            sides = f"{left(values)} {sign} {right(values)}"
            if values[failed] is not False:
                return sides
            have, bound = values[one], values[other]
            if have == bound:
                return sides
            if amount(have, lang) == amount(bound, lang):
                sides = self._to_the_fen(node, Fraction(have, 100), Fraction(bound, 100), sign) or sides
            return f"{sides}{comma}{word('short' if have < bound else 'excess', lang, amount(abs(have - bound), lang))}"

        return text

    def _to_the_fen(self, node: nodes.Compare, have: Fraction, bound: Fraction, sign: str) -> str:
        """Both sides in full where rounding to 亿元 would make them look equal."""
        if node.left.type.unit != "元":
            return ""
        one, other = (amounts.full_amount(amounts.fen_of(side), self.lang) for side in (have, bound))
        return f"{self.name(node.left)} {one} {sign} {self.name(node.right)} {other}"

    def gap(self, gap: Fraction, node: Node) -> str:
        """A distance in the unit of a node."""
        if not node.type.unit and is_ratio(node):
            return amounts.percent(gap)
        return amounts.number(gap, node.type.unit, self.lang)


def is_ratio(node: Node) -> bool:
    """Whether a pure number is a share, better shown in percent."""
    if isinstance(node, nodes.ParameterRef | nodes.FactRef):
        return node.width is not None and node.width.scale == nodes.RATIO.scale
    return isinstance(node, nodes.Arithmetic) and node.operator == "/"
