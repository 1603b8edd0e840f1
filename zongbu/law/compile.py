"""Exact nodes → straight-line Python, for one enterprise at a time.

Numbers are whole numbers scaled by the width that the formula gives them (amounts: fen), so that every
operation is exact and cheap. Unknown is None. Each node becomes one assignment; two functions come out:
``decide`` returns the published results, ``trace`` the value of every node that an explanation shows; a third,
``load``, fetches the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from zongbu.law import exact, nodes
from zongbu.law.exact import Exact, Lowering, width_of
from zongbu.law.logic import shift_days, shift_years
from zongbu.law.nodes import Node, Width
from zongbu.law.policy import Rule
from zongbu.law.slots import Codes, scaled

Slots = tuple[Any, ...]
Function = Callable[[Slots, Slots, Slots, date], Slots]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the trace holds a node's value: position, scale, and the denominator's position and scale."""

    index: int
    scale: int
    below: int | None = None
    below_scale: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled rules. ``facts``, ``parameters`` and ``readings`` name what fills the slots, in order.

    ``spots`` maps ``id(node)`` of the typed nodes to their place in the trace; ``scales`` gives the scale of
    each result (None: no number).
    """

    results: tuple[str, ...]
    facts: Mapping[str, Width | None]
    parameters: Mapping[str, Width | None]
    readings: tuple[str, ...]
    scales: tuple[int | None, ...]
    load: Callable[[Mapping[str, Any]], Slots]
    decide: Function
    trace: Function
    spots: Mapping[int, Spot]
    source: str


def needed_rules(rules: Mapping[str, Rule], results: Iterable[str]) -> list[str]:
    """The rules that the results need, themselves included, each after those it needs."""
    wanted: set[str] = set()
    pending = list(results)
    while pending:
        identifier = pending.pop()
        if identifier in wanted:
            continue
        wanted.add(identifier)
        pending += [node.identifier for node in nodes.walk(rules[identifier].node) if isinstance(node, nodes.RuleRef)]
    return [identifier for identifier in rules if identifier in wanted]


def compile_rules(rules: Mapping[str, Rule], results: tuple[str, ...]) -> Program:
    """Compile the rules that some results need."""
    lowering = Lowering(rules)
    order = needed_rules(rules, results)
    writer = _Writer(lowering)
    for identifier in order:
        writer.rule(identifier)
    shown = [lowering.shown(identifier) for identifier in results]
    returned = [writer.write(node) for node in shown]
    decide_lines = list(writer.lines)
    spots, traced = _spots(writer, lowering, (rules[identifier].node for identifier in order))
    source = (
        writer.loader()
        + writer.function("decide", decide_lines, returned)
        + writer.function("trace", writer.lines, traced)
    )
    namespace: dict[str, Any] = {
        "fetch": _fetcher(tuple(writer.facts)),
        "shift_years": shift_years,
        "shift_days": shift_days,
        **writer.constants,
    }
    exec(compile(source, "<rules>", "exec"), namespace)  # noqa: S102 - the text comes from typed nodes only
    return Program(
        results=results,
        facts=writer.facts,
        parameters=writer.parameters,
        readings=tuple(writer.readings),
        scales=tuple(node.width.scale if node.width is not None else None for node in shown),
        load=namespace["load"],
        decide=namespace["decide"],
        trace=namespace["trace"],
        spots=spots,
        source=source,
    )


def _fetcher(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Slots]:
    """The function that takes the named facts out of a mapping; what the mapping lacks is unknown."""
    if len(names) < 2:  # itemgetter gives no tuple for a single name
        return lambda values: tuple(map(values.get, names))
    all_there: Callable[[Mapping[str, Any]], Slots] = itemgetter(*names)

    def fetch(values: Mapping[str, Any]) -> Slots:
        try:
            return all_there(values)
        except KeyError:
            return tuple(map(values.get, names))

    return fetch


def _spots(writer: _Writer, lowering: Lowering, roots: Iterable[Node]) -> tuple[dict[int, Spot], list[str]]:
    spots: dict[int, Spot] = {}
    traced: list[str] = []
    places: dict[str, int] = {}

    def position(name: str) -> int:
        if name not in places:
            places[name] = len(traced)
            traced.append(name)
        return places[name]

    def place(node: Exact) -> tuple[int, int]:
        return position(writer.write(node)), node.width.scale if node.width is not None else 0

    for root in roots:
        for node in nodes.walk(root):
            if isinstance(node, nodes.SetLiteral):
                continue
            if node.type.kind in ("set", "table"):
                assert isinstance(node, nodes.ParameterRef)
                spots[id(node)] = Spot(position(writer.parameter(node.identifier, node.width)), 0)
                continue
            pair = lowering.pair(node)
            index, scale = place(pair.numerator)
            if pair.denominator is None:
                spots[id(node)] = Spot(index, scale)
            else:
                spots[id(node)] = Spot(index, scale, *place(pair.denominator))
    return spots, traced


class _Writer:
    """Writes one assignment per exact node; a node is written once, constants not at all."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.lines: list[str] = []
        self.facts: dict[str, Width | None] = {}
        self.parameters: dict[str, Width | None] = {}
        self.readings: dict[str, None] = {}
        self.constants: dict[str, Codes] = {}
        self._written: dict[int, str] = {}
        self._by_text: dict[str, str] = {}
        self._rules: dict[tuple[str, str], str] = {}
        self._keep: list[Exact] = []
        self._certain: set[str] = {"as_of"}

    def loader(self) -> str:
        """The function that fetches the facts and scales the numbers."""
        names = "".join(f"f{index}, " for index in range(len(self.facts)))
        body = [f"({names}) = fetch(values)"] if self.facts else []
        for index, width in enumerate(self.facts.values()):
            if width is not None:
                factor, whole = (
                    (f" * {10**width.scale}", "") if width.scale else ("", f" and f{index}.__class__ is not int")
                )
                body.append(f"if f{index} is not None{whole}: f{index} = int(f{index}{factor})")
        body.append(f"return ({names})")
        return "def load(values):\n" + "".join(f"    {line}\n" for line in body)

    def function(self, name: str, lines: list[str], returned: list[str]) -> str:
        head = f"def {name}(facts, parameters, readings, as_of):\n"
        body = []
        for kind, prefix, slots in (
            ("facts", "f", self.facts),
            ("parameters", "p", self.parameters),
            ("readings", "r", self.readings),
        ):
            if slots:
                body.append(f"({', '.join(f'{prefix}{index}' for index in range(len(slots)))},) = {kind}")
        body += lines
        body.append(f"return ({', '.join(returned)},)" if returned else "return ()")
        return head + "".join(f"    {line}\n" for line in body)

    def rule(self, identifier: str) -> None:
        pair = self.lowering.rule(identifier)
        if pair.denominator is None:
            self._rules[identifier, ""] = self.write(pair.numerator)
        else:
            self._rules[identifier, "numerator"] = self.write(pair.numerator)
            self._rules[identifier, "denominator"] = self.write(pair.denominator)

    def write(self, node: Exact) -> str:
        """The name (or constant) that holds the node's value."""
        name = self._written.get(id(node))
        if name is None:
            name = self._name(node)
            self._written[id(node)] = name
            self._keep.append(node)  # ids are only unique among living objects
        return name

    def _name(self, node: Exact) -> str:
        match node:
            case exact.Constant():
                return self._constant(node)
            case exact.AsOf():
                return "as_of"
            case exact.FactValue():
                return f"f{_slot(self.facts, node.identifier, node.width)}"
            case exact.ParameterValue():
                return self.parameter(node.identifier, node.width)
            case exact.ReadingValue():
                name = f"r{_slot(self.readings, node.identifier, None)}"
                self._certain.add(name)
                return name
            case exact.RuleValue():
                return self._rules[node.identifier, node.part]
        return self._assign(self._text(node), self._is_certain(node))

    def _constant(self, node: exact.Constant) -> str:
        value = node.value
        if isinstance(value, date):
            text = self._assign(f"as_of.__class__({value.year}, {value.month}, {value.day})", certain=True)
        else:
            text = repr(scaled(value, node.width))
        self._certain.add(text)
        return text

    def parameter(self, identifier: str, width: Width | None) -> str:
        return f"p{_slot(self.parameters, identifier, width)}"

    def _assign(self, text: str, certain: bool) -> str:
        if text in self._by_text:
            return self._by_text[text]
        name = f"v{len(self._by_text)}"
        self._by_text[text] = name
        self.lines.append(f"{name} = {text}")
        if certain:
            self._certain.add(name)
        return name

    def _is_certain(self, node: Exact) -> bool:
        """Whether the value can never be unknown, so that nobody needs to ask."""
        if isinstance(node, exact.Known):
            return True
        if isinstance(node, exact.And | exact.Or):
            return all(self.write(operand) in self._certain for operand in node.operands)
        if isinstance(node, exact.Not):
            return self.write(node.operand) in self._certain
        if isinstance(node, exact.Compare):
            return self.write(node.left) in self._certain and self.write(node.right) in self._certain
        return False

    def _guard(self, names: Iterable[str], text: str) -> str:
        unknown = " or ".join(dict.fromkeys(f"{name} is None" for name in names if name not in self._certain))
        return f"None if {unknown} else {text}" if unknown else text

    def _text(self, node: Exact) -> str:
        match node:
            case exact.Add() | exact.Subtract():
                sign = "+" if isinstance(node, exact.Add) else "-"
                left, right = self._aligned(node.left, node), self._aligned(node.right, node)
                return self._guard((self.write(node.left), self.write(node.right)), f"{left} {sign} {right}")
            case exact.Multiply():
                names = self.write(node.left), self.write(node.right)
                return self._guard(names, f"{names[0]} * {names[1]}")
            case exact.Negate():
                name = self.write(node.operand)
                return self._guard((name,), f"-{name}")
            case exact.NonZero():
                return f"{self.write(node.operand)} or None"
            case exact.Compare():
                return self._compare(node)
            case exact.Not():
                name = self.write(node.operand)
                return self._guard((name,), f"not {name}")
            case exact.And():
                return self._kleene(node.operands, "False", "True")
            case exact.Or():
                return self._kleene(node.operands, "True", "False")
            case exact.Select():
                return self._select(node)
            case exact.Extreme():
                names_ = [self.write(operand) for operand in node.operands]
                values = ", ".join(self._aligned(operand, node) for operand in node.operands)
                return self._guard(names_, f"{'max' if node.largest else 'min'}({values})")
            case exact.LookUp():
                table, key = self.parameter(node.table, node.width), self.write(node.key)
                return self._guard((table, key), f"{table}[{key}]")
            case exact.StartsWith():
                test = "True if {value}.startswith({codes}) else None if {value} in {codes}.stems else False"
                return self._member(node.value, node.parameter, node.codes, test)
            case exact.OneOf():
                return self._member(node.value, node.parameter, node.options, "{value} in {codes}")
            case exact.Known():
                name = self.write(node.operand)
                return "True" if name in self._certain else f"{name} is not None"
            case exact.Round():
                return self._round(node)
            case exact.RoundQuotient():
                return self._round_quotient(node)
            case exact.Shift():
                moment, amount = self.write(node.date), self.write(node.amount)
                function = "shift_years" if node.unit == "年" else "shift_days"
                return self._guard((moment, amount), f"{function}({moment}, {'-' if node.backwards else ''}{amount})")
        raise TypeError(f"cannot compile {type(node).__name__}")

    def _aligned(self, node: Exact, to: Exact) -> str:
        name = self.write(node)
        if node.width is None or to.width is None or node.width.scale == to.width.scale:
            return name
        return f"{name} * {10 ** (to.width.scale - node.width.scale)}"

    def _compare(self, node: exact.Compare) -> str:
        names = self.write(node.left), self.write(node.right)
        wider = max(node.left, node.right, key=lambda side: side.width.scale if side.width else 0)
        left, right = self._aligned(node.left, wider), self._aligned(node.right, wider)
        sign = "==" if node.operator == "=" else node.operator
        return self._guard(names, f"{left} {sign} {right}")

    def _kleene(self, operands: tuple[Exact, ...], decisive: str, other: str) -> str:
        names = list(dict.fromkeys(self.write(operand) for operand in operands))
        found = " or ".join(f"{name} is {decisive}" for name in names)
        unknown = " or ".join(f"{name} is None" for name in names if name not in self._certain)
        return f"{decisive} if {found} else {f'None if {unknown} else ' if unknown else ''}{other}"

    def _select(self, node: exact.Select) -> str:
        condition = self.write(node.condition)
        then, otherwise = self._aligned(node.then, node), self._aligned(node.otherwise, node)
        guard = self._guard((self.write(node.then),), then) if "*" in then else then
        other_guard = self._guard((self.write(node.otherwise),), otherwise) if "*" in otherwise else otherwise
        if "*" in then:
            guard = self._assign(guard, certain=False)
        if "*" in otherwise:
            other_guard = self._assign(other_guard, certain=False)
        if condition in self._certain:
            return f"{guard} if {condition} else {other_guard}"
        agree = f"{guard} == {other_guard}" if node.agree is None else self.write(node.agree)
        taken = f"{condition} or {condition} is None and {agree}"
        return f"{guard} if {taken} else {other_guard} if {condition} is False else None"

    def _member(self, value: Exact, parameter: str, literal: tuple[str, ...], test: str) -> str:
        name = self.write(value)
        if parameter:
            collection = self.parameter(parameter, None)
        else:
            collection = f"c{len(self.constants)}"
            self.constants[collection] = Codes(literal)
            self._certain.add(collection)
        return self._guard((name, collection), test.format(value=name, codes=collection))

    def _round(self, node: exact.Round) -> str:
        name = self.write(node.operand)
        unit = 10 ** (width_of(node.operand).scale - node.places)
        half = unit // 2 if node.half_up else 0
        text = f"({name} + {half}) // {unit}"
        if width_of(node.operand).signed:
            text = f"({text} if {name} >= 0 else -(({half} - {name}) // {unit}))"
        return self._guard((name,), text)

    def _round_quotient(self, node: exact.RoundQuotient) -> str:
        above, below = self.write(node.numerator), self.write(node.denominator)
        top = self._scaled_product(above, node.places + width_of(node.denominator).scale)
        bottom = self._scaled_product(below, width_of(node.numerator).scale)
        whole = "(2 * {top} + {bottom}) // (2 * {bottom})" if node.half_up else "{top} // {bottom}"
        positive = whole.format(top=top, bottom=bottom)
        if width_of(node.numerator).signed:
            negative = whole.format(top=f"(-{top})", bottom=bottom)
            positive = f"({positive} if {above} >= 0 else -({negative}))"
        return self._guard((above, below), positive)

    @staticmethod
    def _scaled_product(name: str, scale: int) -> str:
        return f"({name} * {10**scale})" if scale else name


def _slot(slots: dict[str, Any], identifier: str, width: Width | None) -> int:
    """The position of a slot, made on first use."""
    if identifier not in slots:
        slots[identifier] = width
    return list(slots).index(identifier)
