"""How far from met: every failing condition for 且, the nearest way in first for 或.

Only a result that is *not met* has shortfalls. Each names what would have to change and by how much, and
whether anybody can act on it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from zongbu.law import nodes
from zongbu.law.explain.phrases import Phrasebook
from zongbu.law.explain.trace import Trace
from zongbu.law.explain.words import word
from zongbu.law.facts import Dictionary
from zongbu.law.nodes import Node
from zongbu.law.policy import Rule


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One condition that fails.

    ``node`` is the condition, ``wanted`` the truth value it ought to have, ``gap`` the distance in the unit of
    the compared numbers (None where there is no distance), ``actionable`` whether the enterprise can act on
    any fact it rests on. ``alternatives`` are the ways in of a failed 或 (or of a 如果 whose case is not known),
    the nearest first.
    """

    node: Node
    wanted: bool
    clause: str
    facts: tuple[str, ...]
    actionable: bool
    gap: Fraction | None = None
    gap_node: Node | None = None
    alternatives: tuple[tuple[Shortfall, ...], ...] = ()

    def text(self, trace: Trace, book: Phrasebook) -> str:
        """The shortfall in words; the nearest way in where there are several."""
        if self.alternatives:
            return "；".join(part.text(trace, book) for part in self.alternatives[0])
        text = self._plain(trace, book)
        return text if self.actionable else text + word("fixed", book.lang)

    def _plain(self, trace: Trace, book: Phrasebook) -> str:
        node = self.node
        if self.gap is not None and self.gap_node is not None and isinstance(node, nodes.Compare):
            reach = (node.operator in (">", ">=")) is self.wanted
            name, bound, have = self._figures(node, trace, book)
            if not self.gap:  # the bound itself does not count: there is no distance to tell
                return word("exceed" if reach else "stay_below", book.lang, name, bound)
            return word(
                "need" if reach else "need_less",
                book.lang,
                name,
                bound,
                have,
                book.gap(self.gap, self.gap_node),
            )
        if isinstance(node, nodes.Compare):
            sides = book.comparison(node)(trace.values)
            return word("need_true" if self.wanted else "need_false", book.lang, sides)
        return word("need_true" if self.wanted else "need_false", book.lang, book.name(node))

    def _figures(self, node: nodes.Compare, trace: Trace, book: Phrasebook) -> tuple[str, str, str]:
        """Name, bound and present figure; a share is told by its numerator, which is what can grow."""
        left, right = node.left, node.right
        if isinstance(left, nodes.Arithmetic) and left.operator == "/" and self.gap_node is left.left:
            bound = Fraction(trace.value(right)) * Fraction(trace.value(left.right))
            return book.name(left.left), book.say(bound, left.left), book.value(left.left)(trace.values)
        return book.name(left), book.value(right)(trace.values), book.value(left)(trace.values)


class Distances:
    """Finds what conditions lack in one assessment; what a rule lacks is worked out once for all that need it.

    ``read`` remembers, by ``id`` of the rules' nodes, the facts that each rests on: it depends on the rules
    alone and may be shared by all assessments under them.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        dictionary: Dictionary,
        trace: Trace,
        read: dict[int, tuple[str, ...]],
    ) -> None:
        self.rules = rules
        self.dictionary = dictionary
        self.trace = trace
        self._read = read
        self._found: dict[tuple[int, bool], list[Shortfall]] = {}

    def of(self, node: Node, clause: str) -> tuple[Shortfall, ...]:
        """What a condition that is not met lacks; empty if it is met or undetermined."""
        return tuple(self.lacks(node, True, clause))

    def lacks(self, node: Node, wanted: bool, clause: str) -> list[Shortfall]:
        """What keeps ``node`` from being ``wanted``; nothing where it is so already or is undetermined."""
        if self.trace.value(node) is not (not wanted):
            return []
        key = id(node), wanted
        if key not in self._found:
            self._found[key] = self._lacks(node, wanted, clause)
        return self._found[key]

    def _lacks(self, node: Node, wanted: bool, clause: str) -> list[Shortfall]:
        match node:
            case nodes.RuleRef():
                rule = self.rules[node.identifier]
                if isinstance(rule.node, nodes.FactRef | nodes.Literal | nodes.Member | nodes.HasValue):
                    return [self._plain(node, wanted, rule.clause, self._facts(rule.node))]
                return self.lacks(rule.node, wanted, rule.clause)
            case nodes.Not():
                return self.lacks(node.operand, not wanted, clause)
            case nodes.And() | nodes.Or():
                if isinstance(node, nodes.And) is wanted:
                    return [part for operand in node.operands for part in self.lacks(operand, wanted, clause)]
                return [self._nearest(node, node.operands, wanted, clause)]
            case nodes.If():
                return self._if(node, wanted, clause)
            case nodes.Compare() if node.left.type.kind == "number":
                return [self._compare(node, wanted, clause)]
        return [self._plain(node, wanted, clause, self._facts(node))]

    def _if(self, node: nodes.If, wanted: bool, clause: str) -> list[Shortfall]:
        condition = self.trace.value(node.condition)
        if condition is None:
            # Both cases fail; which of them applies is not known, so both are told, the nearer one first.
            return [self._nearest(node, (node.then, node.otherwise), wanted, clause)]
        return self.lacks(node.then if condition else node.otherwise, wanted, clause)

    def _nearest(self, node: Node, operands: tuple[Node, ...], wanted: bool, clause: str) -> Shortfall:
        ways = [way for operand in operands if (way := tuple(self.lacks(operand, wanted, clause)))]
        if len(ways) > 1:
            ways.sort(key=self._effort)
        facts = tuple(dict.fromkeys(fact for way in ways for part in way for fact in part.facts))
        actionable = any(all(part.actionable for part in way) for way in ways)
        return Shortfall(node, wanted, clause, facts, actionable, alternatives=tuple(ways))

    def _effort(self, way: tuple[Shortfall, ...]) -> tuple[int, int, float]:
        """Order of ways in: first those somebody can act on, then the fewest steps, then the smallest gap."""
        fixed = sum(not part.actionable for part in way)
        return fixed, len(way), sum(map(self._relative, way))

    def _relative(self, part: Shortfall) -> float:
        """The gap as a share of what is needed; 1 where there is no distance to tell (it is all or nothing).

        Only an order hangs on it, so the one division may be rounded: equal shares still come out equal.
        """
        if part.alternatives:
            return sum(map(self._relative, part.alternatives[0]))
        if part.gap is None or part.gap_node is None:
            return 1.0
        have, unit = self.trace.quotient(part.gap_node)
        gap = part.gap.numerator * unit
        return gap / (abs(have) * part.gap.denominator + gap) if gap else 0.0

    def _compare(self, node: nodes.Compare, wanted: bool, clause: str) -> Shortfall:
        facts = self._facts(node)
        if node.operator in ("=", "!="):
            return self._plain(node, wanted, clause, facts)
        left, gap_node = node.left, node.left
        have, unit = self.trace.quotient(left)
        needed, needed_unit = self.trace.quotient(node.right)
        if isinstance(left, nodes.Arithmetic) and left.operator == "/" and isinstance(left.left, nodes.FactRef):
            gap_node = left.left
            have, unit = self.trace.quotient(gap_node)
            of, of_unit = self.trace.quotient(left.right)
            needed, needed_unit = needed * of, needed_unit * of_unit
        gap = Fraction(abs(needed * unit - have * needed_unit), unit * needed_unit)
        return Shortfall(node, wanted, clause, facts, self._actionable(facts), gap, gap_node)

    def _plain(self, node: Node, wanted: bool, clause: str, facts: tuple[str, ...]) -> Shortfall:
        return Shortfall(node, wanted, clause, facts, self._actionable(facts))

    def _actionable(self, facts: tuple[str, ...]) -> bool:
        return not facts or any(self.dictionary[fact].actionable for fact in facts)

    def _facts(self, node: Node) -> tuple[str, ...]:
        """The facts that a node rests on."""
        known = self._read.get(id(node))
        if known is None:
            found: dict[str, None] = {}
            for part in nodes.walk(node):
                if isinstance(part, nodes.FactRef):
                    found[part.identifier] = None
                elif isinstance(part, nodes.RuleRef):
                    found |= dict.fromkeys(self._facts(self.rules[part.identifier].node))
            known = self._read[id(node)] = tuple(found)
        return known
