"""An assessment put into words and in order: every result with the lines that explain it, what is still
missing, what is short, which readings matter. Terminal and page only lay it out (``view.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zongbu.law import amounts, nodes
from zongbu.law.explain.assessment import Assessment, undetermined_reasons
from zongbu.law.explain.reasons import Reason
from zongbu.law.explain.shortfalls import Shortfall
from zongbu.law.explain.view import Answer, Change, Figure, Gap, Line, Outline, ReadingNote, Row, Short, Tone
from zongbu.law.explain.words import label, truth, verdict, word
from zongbu.law.facts import Fact
from zongbu.law.policy import Parameter, Policy, Rule


def outline(assessment: Assessment, lang: str = "zh") -> Outline:
    """Put an assessment into words in a language (``zh`` or ``en``)."""
    return _Writer(assessment, lang).outline()


def shorts(assessment: Assessment, results: Iterable[str], lang: str = "zh") -> dict[str, tuple[Short, ...]]:
    """What each of some results lacks that is not met, in words; without the rest of the outline."""
    writer = _Writer(assessment, lang)
    return {result: writer.shorts(assessment.shortfalls(result)) for result in results}


@dataclass
class _Writer:
    assessment: Assessment
    lang: str
    policy: Policy = field(init=False)
    _wanted: dict[str, None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        assessor = self.assessment.assessor
        self.policy, self.names = assessor.policy, assessor.names(self.lang)
        self.book = self.assessment.book(self.lang)
        self.owners = dict(_foreign_nodes(self.policy.rules))

    def outline(self) -> Outline:
        policy, lang = self.policy, self.lang
        rows = {identifier: self.row(identifier) for identifier in self.assessment.assessor.results}
        results = tuple(rows.values())
        supporting: dict[str, Row] = {}
        while further := [name for name in self._wanted if name not in rows and name not in supporting]:
            supporting |= {name: self.row(name) for name in further}  # rules refer to further rules
        number = policy.head.get("文号", "")
        status = _status(policy.status, lang)
        as_of = amounts.day(self.assessment.assessor.as_of, lang)
        head = [
            (word("document_number", lang), number),
            (word("status", lang), status),
            (word("in_force", lang), self.in_force()),
            (label("base_date", lang), as_of),
        ]
        shortfalls = ((row, self.shorts(self.assessment.shortfalls(row.identifier))) for row in results)
        return Outline(
            lang=lang,
            title=policy.title,
            enterprise=str(self.assessment.facts.get("name") or ""),
            number=number,
            status=status,
            head=tuple((label, text) for label, text in head if text),
            as_of=as_of,
            version=policy.version,
            remarks=tuple(self.assessment.remarks(self.names)),
            results=results,
            supporting=tuple(supporting.values()),
            missing=tuple(self.gaps(rows)),
            shortfalls=tuple((row, shorts) for row, shorts in shortfalls if shorts),
            readings=tuple(self.readings(rows)),
            facts=tuple(self.facts()),
            parameters=tuple(self.parameters()),
        )

    def in_force(self) -> str:
        start, end = self.policy.effective_from, self.policy.effective_until
        if start is None:
            return ""
        if end is None:
            return word("from", self.lang, amounts.day(start, self.lang))
        return word("from_to", self.lang, amounts.day(start, self.lang), amounts.day(end, self.lang))

    # --- answers and reasons -----------------------------------------------------------------------------

    def answer(self, value: Any, rule: Rule) -> Answer:
        """A result as it is shown."""
        if value is None or isinstance(value, bool):
            sign, text = verdict(value, self.lang)
            return Answer(sign, text, _tone(value, 1))
        if isinstance(value, Decimal | Fraction) and rule.node.type.unit == "元":
            return Answer("", exact_amount(amounts.fen_of(value), self.lang), "plain")
        return Answer("", self.book.say(value, rule.node), "plain")

    def row(self, identifier: str) -> Row:
        assessment, rule = self.assessment, self.policy.rules[identifier]
        templates = assessment.assessor.templates
        reason = templates.rule(identifier).join(assessment.values)
        value = assessment.results.get(identifier, reason.value)
        why: tuple[str, ...] = ()
        if value is None:
            why = tuple(undetermined_reasons(assessment.missing(identifier), assessment.trace, self.book))
        return Row(
            identifier=identifier,
            title=self.names.rule(identifier),
            answer=self.answer(value, rule),
            clause=self.cite(rule.clause, rule.policy),
            clause_title="" if rule.policy else self.names.clause_title(rule.clause),
            because=self.line(reason, 1, True, rule.policy),
            why=why,
        )

    def cite(self, clause: str, owner: str) -> str:
        return cited(self.policy, clause, owner)

    def line(self, reason: Reason, polarity: int, decisive: bool, owner: str) -> Line:
        template = reason.template
        if template.identifier:
            owner = self.policy.rules[template.identifier].policy
        refers_to = template.identifier if template.role == "reference" else ""
        if refers_to:
            self._wanted.setdefault(refers_to)
        return Line(
            answer=self.sign(reason, polarity),
            text=reason.text(self.book),
            clause=self.cite(reason.clause, owner),
            refers_to=refers_to,
            decisive=decisive,
            children=tuple(
                self.line(child, inner, decisive and counts, below)
                for child, inner, counts, below in self.beneath(reason, polarity, owner)
            ),
        )

    def sign(self, reason: Reason, polarity: int) -> Answer:
        value = reason.value
        if not reason.is_condition:
            return (
                Answer("?", verdict(None, self.lang)[1], "undetermined") if value is None else Answer("·", "", "plain")
            )
        sign, text = verdict(value, self.lang) if polarity > 0 else truth(value, self.lang)
        return Answer(sign, text, _tone(value, polarity))

    def beneath(self, reason: Reason, polarity: int, owner: str) -> Iterator[tuple[Reason, int, bool, str]]:
        """The lines beneath a line: with their polarity, whether they decide the line, and whose they are."""
        node, value, own = reason.template.node, reason.value, reason.template.role == "rule"
        # 如果 tells cases apart; only in a measure its condition is something to be met.
        of_measure = own and self.policy.rules[reason.identifier].kind == "措施"
        if isinstance(node, nodes.Not) and not own:
            polarity = -polarity
            if isinstance(node.operand, nodes.RuleRef) and self.policy.rules[node.operand.identifier].is_step:
                # What stands beneath the step follows at once (see Templates): read it as the step's own.
                step = self.policy.rules[node.operand.identifier]
                node, own, owner = step.node, True, step.policy
                value = None if value is None else not value
        for position, child in enumerate(reason.children):
            match node:
                case nodes.And() | nodes.Or():
                    settles = isinstance(node, nodes.Or)  # the value of one operand that settles the whole
                    counts = child.value is value if value is settles or value is None else True
                    yield child, polarity, counts, owner
                case nodes.If():
                    is_condition = position == 0
                    counts = is_condition or value is not None or child.value is None
                    yield child, 0 if is_condition and not of_measure else polarity, counts, owner
                case nodes.Not() | nodes.RuleRef():
                    yield child, polarity, True, owner
                case _ if own:
                    yield child, polarity, True, owner  # the formula of the rule, on a line of its own
                case _:
                    yield child, 0, True, owner

    # --- what to do next ---------------------------------------------------------------------------------

    def gaps(self, rows: Mapping[str, Row]) -> Iterator[Gap]:
        decides: dict[str, list[str]] = {}
        for identifier, value in self.assessment.results.items():
            if value is None:
                for name in self.assessment.missing(identifier).facts:
                    decides.setdefault(name, []).append(rows[identifier].title)
        for identifier, titles in decides.items():
            fact = self.policy.dictionary[identifier]
            definition = fact.definition if self.lang == "zh" else fact.definition_en
            supplier = word(f"supplied_{fact.kind}", self.lang)
            yield Gap(self.names.fact(identifier), supplier, definition, tuple(titles))

    def shorts(self, parts: tuple[Shortfall, ...]) -> tuple[Short, ...]:
        trace, book = self.assessment.trace, self.book
        found: dict[Short, None] = {}
        for part in parts:
            clause = self.cite(part.clause, self.owner(part.node))
            if len(part.alternatives) > 1:
                found[Short("", clause, ways=tuple(self.shorts(way) for way in part.alternatives))] = None
            elif part.alternatives:
                found.update(dict.fromkeys(self.shorts(part.alternatives[0])))
            else:
                found[Short(part.text(trace, book), clause, self.share(part))] = None
        return tuple(found)

    def share(self, part: Shortfall) -> Fraction | None:
        """How much of what is needed is there, where something has to grow."""
        if part.gap is None or part.gap_node is None or not isinstance(part.node, nodes.Compare):
            return None
        if (part.node.operator in (">", ">=")) is not part.wanted:
            return None
        have = Fraction(self.assessment.trace.value(part.gap_node))
        needed = have + part.gap
        return have / needed if have >= 0 and needed > 0 else None

    def owner(self, node: nodes.Node) -> str:
        """The other policy that a node comes from, or an empty text."""
        if isinstance(node, nodes.RuleRef):
            return self.policy.rules[node.identifier].policy
        return self.owners.get(id(node), "")

    def readings(self, rows: Mapping[str, Row]) -> Iterator[ReadingNote]:
        for identifier, others in self.assessment.sensitivity.items():
            reading = self.policy.readings[identifier]
            owner = identifier.rpartition(".")[0]
            changes = []
            for option, results in others.items():
                changed = tuple(
                    (rows[result].title, rows[result].answer, self.answer(value, self.policy.rules[result]))
                    for result, value in results.items()
                )
                meaning = reading.options[option] if self.lang == "zh" else ""
                changes.append(Change(self.names.reading_option(identifier, option), meaning, changed))
            used = self.names.reading_option(identifier, self.assessment.assessor.readings[identifier])
            title = self.names.reading(identifier)
            yield ReadingNote(title, self.cite(reading.clause, owner), used, tuple(changes))

    # --- what it rests on --------------------------------------------------------------------------------

    def facts(self) -> Iterator[Figure]:
        for identifier, fact in self.policy.dictionary.items():
            value = self.assessment.facts.get(identifier)
            if value is not None:
                supplier = word(f"supplied_{fact.kind}", self.lang)
                yield Figure(self.names.fact(identifier), self.fact_value(fact, value), supplier)

    def fact_value(self, fact: Fact, value: Any) -> str:
        if isinstance(value, bool):
            return word("yes" if value else "no", self.lang)
        if fact.type == "money":
            return exact_amount(amounts.fen_of(value), self.lang)
        if fact.type == "ratio":
            return amounts.percent(value)
        if isinstance(value, int):
            return amounts.number(value, fact.unit, self.lang)
        if isinstance(value, date):
            return amounts.day(value, self.lang)
        if fact.type == "choice":
            return self.names.option(fact.identifier, value)
        title = fact.choices.get(value) if fact.type == "code" and self.lang == "zh" else None
        return f"{value} {title}" if title else str(value)

    def parameters(self) -> Iterator[Figure]:
        for identifier, value in self.assessment.parameters.items():
            parameter = self.policy.parameters[identifier]
            shown = self.figure(parameter, value.value)
            yield Figure(
                self.names.parameter(identifier),
                shown,
                value.source or word("own_source", self.lang),
                self.cite(parameter.clause, identifier.rpartition(".")[0]),
                value.demonstration,
            )

    def figure(self, parameter: Parameter, value: Any) -> str:
        """A parameter's value for people: amounts in 万元/亿元, options by title, tables row by row."""
        comma = word("list_comma", self.lang)
        titles = {option: text for text, option in parameter.words.items() if text != option}
        if self.lang == "en":
            titles = {}
        item = parameter.type.item or parameter.type
        if isinstance(value, tuple):
            return comma.join(titles.get(str(entry), str(entry)) for entry in value)
        if isinstance(value, dict):
            rows = []
            for key, entry in value.items():
                name = word("otherwise_entry", self.lang) if key is None else titles.get(str(key), str(key))
                rows.append(f"{name}: {self.scalar(parameter, entry, item.unit)}")
            return word("semicolon", self.lang).join(rows)
        return titles.get(str(value), "") or self.scalar(parameter, value, item.unit)

    def scalar(self, parameter: Parameter, value: Any, unit: str) -> str:
        if value is None:
            return word("unpublished", self.lang)
        if isinstance(value, bool):
            return word("yes" if value else "no", self.lang)
        if isinstance(value, Decimal):
            if unit == "元":
                return exact_amount(amounts.fen_of(value), self.lang)
            if not unit and parameter.width is not None and parameter.width.scale == nodes.RATIO.scale:
                return amounts.percent(value)
            return amounts.number(value, unit, self.lang)
        return amounts.day(value, self.lang) if isinstance(value, date) else str(value)


def cited(policy: Policy, clause: str, owner: str) -> str:
    """A citation; that of another policy with its number, since clauses of both may be numbered alike."""
    if not owner:
        return clause
    other = policy.based_on[owner]
    return f"{other.head.get('文号') or f'《{other.title}》'}{clause}"


def exact_amount(fen: int, lang: str) -> str:
    """An amount that loses nothing: in 万元/亿元 where two places hold it, else to the fen."""
    size = abs(fen)
    if lang == "en":
        step = 10**9 if size >= 10**11 else 10**6 if size >= 10**8 else 1
    else:
        step = 10**8 if size >= 10**10 else 10**4 if size >= 10**6 else 1
    return amounts.amount(fen, lang) if fen % step == 0 else amounts.full_amount(fen, lang)


def _tone(value: Any, polarity: int) -> Tone:
    if value is None:
        return "undetermined"
    if polarity == 0:
        return "plain"
    return "met" if bool(value) is (polarity > 0) else "not_met"


def _status(status: str, lang: str) -> str:
    try:
        return word(f"status_{status}", lang)
    except KeyError:
        return status


def _foreign_nodes(rules: Mapping[str, Rule]) -> Iterator[tuple[int, str]]:
    for rule in rules.values():
        if rule.policy:
            yield from ((id(node), rule.policy) for node in nodes.walk(rule.node))
