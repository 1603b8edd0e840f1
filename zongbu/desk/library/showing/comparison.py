"""Two policies side by side: which article answers which, and where figures, measures and facts differ.

Versions of one document are matched by citation. Policies of different places are matched by what their articles
speak about: clauses whose words are most alike, each at most once.
"""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.showing.search import normal, terms
from zongbu.desk.library.showing.usage import usage
from zongbu.desk.library.showing.views import MeasureView, ParameterView
from zongbu.law import Policy
from zongbu.law.nodes import Node
from zongbu.law.policy import Clause

ALIKE = 0.095
"""How alike (cosine, 0 to 1) two articles must be to stand side by side."""
NEAR = 0.5
"""How alike two texts must be for their differences to be marked word by word."""


@dataclass(frozen=True, slots=True)
class Side:
    """An article of one of the policies."""

    citation: str
    title: str
    url: str
    text: SafeString
    measures: tuple[tuple[str, str, str], ...]
    """Title, address and kind of the measures under it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An article and its counterpart; ``change`` is ``same``, ``changed``, ``left`` (only there) or ``right``."""

    left: Side | None
    right: Side | None
    change: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A parameter on both sides; ``change`` as for ``Pair``."""

    title: str
    left: ParameterView | None
    right: ParameterView | None
    change: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two policies have in common and where they differ; ``versions`` of one document or not."""

    versions: bool
    pairs: tuple[Pair, ...]
    figures: tuple[Figures, ...]
    facts_of_both: tuple[str, ...]
    facts_left: tuple[str, ...]
    facts_right: tuple[str, ...]
    built_on: tuple[tuple[str, str], ...]
    """Rules that the right policy takes from the left one, or the other way round: title and address."""

    def count(self, change: str) -> int:
        """Articles of that change."""
        return sum(1 for pair in self.pairs if pair.change == change)


def compare(left: Reader, right: Reader) -> Comparison:
    """Lay two policies side by side."""
    versions = same_document(left.policy, right.policy)
    pairs = _by_citation(left.policy, right.policy) if versions else _by_words(left.policy, right.policy)
    facts_left, facts_right = _facts(left.policy), _facts(right.policy)
    return Comparison(
        versions=versions,
        pairs=tuple(_matched_first((_pair(left, right, one, other, versions) for one, other in pairs), not versions)),
        figures=tuple(_matched_first(_figures(left, right), not versions)),
        facts_of_both=tuple(left.names.fact(name) for name in facts_left if name in facts_right),
        facts_left=tuple(left.names.fact(name) for name in facts_left if name not in facts_right),
        facts_right=tuple(right.names.fact(name) for name in facts_right if name not in facts_left),
        built_on=tuple(_built_on(left, right)),
    )


Row = TypeVar("Row", Pair, Figures)


def _matched_first(rows: Iterable[Row], apply: bool) -> list[Row]:
    """Rows with both sides before those with one, unless the order of the document matters."""
    order = {"left": 1, "right": 2}
    return sorted(rows, key=lambda row: order.get(row.change, 0)) if apply else list(rows)


def same_document(one: Policy, other: Policy) -> bool:
    """Whether two policies are versions of one document: of the same place, with mostly the same articles."""
    if one.head.get("行政区划") != other.head.get("行政区划"):
        return False
    left, right = ({(clause.citation, clause.title) for clause in policy.clauses} for policy in (one, other))
    return len(left & right) >= 0.5 * max(len(left), len(right))


# --- articles --------------------------------------------------------------------------------------------

Matched = tuple[Clause | None, Clause | None]


def _by_citation(left: Policy, right: Policy) -> Iterator[Matched]:
    others = {clause.citation: clause for clause in right.clauses}
    for clause in left.clauses:
        yield clause, others.pop(clause.citation, None)
    for clause in others.values():
        yield None, clause


def _by_words(left: Policy, right: Policy) -> Iterator[Matched]:
    """The best partners first; chapters are left out: they only gather articles."""
    one, other = _vectors(left, right), _vectors(right, left)
    scored = sorted(
        (
            (_cosine(words, theirs), -left.clauses.index(mine), mine.citation, its.citation)
            for mine, words in one
            for its, theirs in other
        ),
        reverse=True,
    )
    partner: dict[str, str] = {}
    taken: set[str] = set()
    for score, _place, citation, theirs in scored:
        if score >= ALIKE and citation not in partner and theirs not in taken:
            partner[citation] = theirs
            taken.add(theirs)
    for clause, _words in one:
        yield clause, right.clause(partner[clause.citation]) if clause.citation in partner else None
    for clause, _words in other:
        if clause.citation not in taken:
            yield None, clause


def _vectors(policy: Policy, other: Policy) -> list[tuple[Clause, Counter[str]]]:
    """The articles with their weighted words: what many articles say counts little, what the title says more."""
    texts = [(clause, _words(policy, clause)) for clause in policy.clauses]
    everywhere = Counter(word for _clause, words in texts for word in words)
    everywhere.update(word for clause in other.clauses for word in _words(other, clause))
    number = len(policy.clauses) + len(other.clauses)
    return [
        (clause, Counter({word: count * math.log(number / everywhere[word]) for word, count in words.items()}))
        for clause, words in texts
        if words
    ]


def _words(policy: Policy, clause: Clause) -> Counter[str]:
    under = [m.title for m in policy.measures.values() if m.clause == clause.citation]
    under += [
        r.title for r in policy.rules.values() if r.clause == clause.citation and not r.policy and r.kind == "规则"
    ]
    if not under and clause.level == 1:
        return Counter()
    plain = "\n".join(part for part in clause.restatement.split("\n\n") if not part.startswith("【"))
    found = Counter(terms(normal("\n".join([plain, *under]))))
    for word in terms(normal(clause.title)):
        found[word] += 3
    return found


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    dot = sum(weight * other[word] for word, weight in one.items() if word in other)
    size = math.sqrt(sum(w * w for w in one.values())) * math.sqrt(sum(w * w for w in other.values()))
    return dot / size if size else 0.0


def _pair(left: Reader, right: Reader, one: Clause | None, other: Clause | None, versions: bool) -> Pair:
    if one is None or other is None:
        sides = [_side(reader, clause) if clause else None for reader, clause in ((left, one), (right, other))]
        return Pair(sides[0], sides[1], "left" if other is None else "right")
    same = one.restatement == other.restatement and one.title == other.title and _body(left, one) == _body(right, other)
    texts = left.policy_text(one), right.policy_text(other)
    marked = _marked(*texts) if versions else (None, None)
    return Pair(_side(left, one, marked[0]), _side(right, other, marked[1]), "same" if same else "changed")


def _body(reader: Reader, clause: Clause) -> tuple[str, ...]:
    """What stands under a clause, for telling whether it is the same; without links, which name the policy."""
    view = reader.clause(clause.citation)
    known = reader.policy.measures

    def says(node: Node | None) -> str:
        return strip_tags(reader.wording.formula(node)) if node is not None else ""

    return (
        *(f"{one.title}={one.value.text}" for one in view.parameters),
        *(f"{one.title}={strip_tags(one.formula)}" for one in view.rules),
        *(f"{one.title}={[option.name for option in one.options]}" for one in view.readings),
        *(
            f"{one.title}={one.category} {says(known[one.identifier].eligible)} {says(known[one.identifier].amount)} "
            f"{known[one.identifier].details}"
            for one in view.measures
        ),
    )


def _side(reader: Reader, clause: Clause, text: SafeString | None = None) -> Side:
    view = reader.clause(clause.citation)

    def kind(measure: MeasureView) -> tuple[str, str, str]:
        return measure.title, measure.url, measure.category

    shown = text if text is not None else format_html("{}", reader.policy_text(clause))
    return Side(view.citation, view.title, view.url, shown, tuple(kind(one) for one in view.measures))


def _marked(left: str, right: str) -> tuple[SafeString | None, SafeString | None]:
    """Both texts with what differs marked, where they are near enough for that to help."""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if left == right or matcher.ratio() < NEAR:
        return None, None
    one: list[SafeString] = []
    other: list[SafeString] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        one.append(format_html("{}" if operation == "equal" else "<del>{}</del>", left[a:b]))
        other.append(format_html("{}" if operation == "equal" else "<ins>{}</ins>", right[c:d]))
    return tuple(format_html_join("", "{}", ((part,) for part in side)) for side in (one, other))  # type: ignore[return-value]


# --- figures and facts -----------------------------------------------------------------------------------


def _figures(left: Reader, right: Reader) -> Iterator[Figures]:
    one, other = (
        {p.title: p for p in reader.policy.parameters.values() if "." not in p.identifier} for reader in (left, right)
    )
    for title, parameter in one.items():
        mine = left.parameter(parameter)
        if title not in other:
            yield Figures(mine.title, mine, None, "left")
            continue
        its = right.parameter(other[title])
        yield Figures(mine.title, mine, its, "same" if mine.value == its.value else "changed")
    for title, parameter in other.items():
        if title not in one:
            its = right.parameter(parameter)
            yield Figures(its.title, None, its, "right")


def _facts(policy: Policy) -> list[str]:
    graph = usage(policy)
    return [name for name in policy.dictionary if graph.of("fact", name).used]


def _built_on(left: Reader, right: Reader) -> Iterator[tuple[str, str]]:
    for reader, other in ((left, right), (right, left)):
        if other.policy.identifier in reader.policy.based_on:
            own = [rule for rule in reader.policy.rules.values() if not rule.policy]
            direct = {
                name
                for rule in own
                for kind, name in usage(reader.policy).named[rule.identifier]
                if kind == "rule" and name.startswith(f"{other.policy.identifier}.")
            }
            for name in sorted(direct):
                view = other.rule(other.policy.rules[name.rpartition(".")[2]])
                yield view.title, view.url
