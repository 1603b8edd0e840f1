"""An assessment as its page shows it: the outline of the engine, and beside it what would follow from it.

``parts/results.html`` lays out what ``present`` returns; the self-check, the shared link, the row of a screening and
the page of an enterprise all show the same.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from zongbu.desk.kernel.language import language
from zongbu.desk.selfcheck.lacking import arranged, sets_spelled
from zongbu.law import Policy, nodes
from zongbu.law.amounts import fen_of
from zongbu.law.compile import needed_rules
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import exact_amount, outline
from zongbu.law.explain.view import Answer, Outline, Row, Short
from zongbu.law.explain.words import verdict
from zongbu.law.parameters import DEMONSTRATION
from zongbu.law.policy import Measure

TONES = {True: "met", False: "not_met", None: "undetermined"}
CATEGORIES_EN = {
    "奖补": "Subsidy",
    "名额": "Quota",
    "推荐": "Referral",
    "服务": "Service",
    "鼓励": "Encouragement",
}
MONEY = "奖补"
QUOTA = "名额"
ENCOURAGEMENT = "鼓励"
REFERRAL = "推荐"
SERVICE = "服务"


SERVED, DUTY = 3, 4
"""The last two ranks of a benefit."""


@dataclass(frozen=True, slots=True)
class Card:
    """A result: its row with the because-tree, the facts that could still change it, and what it lacks."""

    row: Row
    missing: tuple[str, ...]
    shorts: tuple[Short, ...]
    measure: bool


@dataclass(frozen=True, slots=True)
class Benefit:
    """A measure of the policy and whether it would follow.

    ``amount`` is empty unless the measure pays money or gives a quota and the figure is known; ``unknown`` says why
    there is none although the entitlement is met; ``marked`` is 演示参数 where the figure rests on a demonstration
    value. An encouragement (鼓励) never carries a figure. ``questions`` is the number of facts it still hangs on.
    """

    identifier: str
    title: str
    category: str
    answer: Answer
    clause: str
    amount: str
    unknown: str
    marked: str
    encouragement: bool
    responsible: str
    way: str
    note: str
    questions: int
    rank: int
    """0 money with its amount, 1 other money, 2 to apply for, 3 services, 4 what departments do on their own."""


@dataclass(frozen=True, slots=True)
class Check:
    """All that ``parts/results.html`` needs."""

    policy: Policy
    outline: Outline
    cards: tuple[Card, ...]
    benefits: tuple[Benefit, ...]
    demonstration: bool

    @property
    def following(self) -> tuple[Benefit, ...]:
        """The measures that would follow."""
        return tuple(one for one in self.benefits if one.answer.tone == "met")

    @property
    def enjoyed(self) -> tuple[Benefit, ...]:
        """Of those that would follow: money first, then what one applies for."""
        return tuple(one for one in self.following if one.rank < SERVED)

    @property
    def services(self) -> tuple[Benefit, ...]:
        """Of those that would follow: services and encouragements for the enterprise."""
        return tuple(one for one in self.following if one.rank == SERVED)

    @property
    def duties(self) -> tuple[Benefit, ...]:
        """Of those that would follow: what departments do on their own, which nobody enjoys or applies for."""
        return tuple(one for one in self.following if one.rank == DUTY)

    @property
    def open(self) -> tuple[Benefit, ...]:
        """The measures that cannot be told yet."""
        return tuple(one for one in self.benefits if one.answer.tone == "undetermined")

    @property
    def barred(self) -> tuple[Benefit, ...]:
        """The measures whose conditions are not met."""
        return tuple(one for one in self.benefits if one.answer.tone == "not_met")

    @property
    def tally(self) -> dict[str, int]:
        """How many conditions are met, not met, undetermined."""
        tones = [card.row.answer.tone for card in self.cards if not card.measure]
        return {tone: tones.count(tone) for tone in ("met", "not_met", "undetermined")}


def present(assessment: Assessment, lang: str | None = None) -> Check:
    """Put an assessment into the order of its page, in a language (``zh`` or ``en``; default: that of the page)."""
    lang = lang or language()
    view = outline(assessment, lang)
    cards = cards_of(assessment, view, lang)
    benefits = _benefits(assessment, lang)
    marked = any(one.marked for one in benefits) or assessment.demonstration
    return Check(assessment.assessor.policy, view, cards, benefits, marked)


def cards_of(assessment: Assessment, view: Outline, lang: str) -> tuple[Card, ...]:
    """Each result of an assessment with what it lacks; ``view`` is its outline in the language."""
    policy = assessment.assessor.policy
    names = assessment.assessor.names(lang)
    spelled = sets_spelled(assessment, lang) if view.shortfalls else {}
    lacking = {row.identifier: arranged(shorts, spelled) for row, shorts in view.shortfalls}
    return tuple(
        Card(
            row,
            tuple(names.fact(fact) for fact in assessment.missing(row.identifier).facts),
            lacking.get(row.identifier, ()),
            policy.rules[row.identifier].kind == "措施",
        )
        for row in view.results
    )


def _benefits(assessment: Assessment, lang: str) -> tuple[Benefit, ...]:
    """What follows, measure by measure; asked of the engine at one stroke."""
    first = assessment.assessor
    policy = first.policy
    if not policy.measures:
        return ()
    assessor = policy.assessor(
        as_of=first.as_of, parameters=first.overrides, readings=first.readings, results=tuple(policy.measures)
    )
    every = assessor.assess_values(assessment.facts)
    found = (_benefit(every, measure, lang) for measure in policy.measures.values())
    return tuple(sorted(found, key=lambda one: one.rank))


def _benefit(every: Assessment, measure: Measure, lang: str) -> Benefit:
    assessor, value = every.assessor, every.results[measure.identifier]
    rule = assessor.policy.rules[measure.identifier]
    names = assessor.names(lang)
    entitled = value
    if not isinstance(value, bool) and isinstance(rule.node, nodes.If):
        condition = rule.node.condition
        entitled = every.trace.value(condition) if every.trace.known(condition) else None
    amount = unknown = marked = ""
    if measure.amount is not None and entitled and measure.category in (MONEY, QUOTA):
        if value is None:
            gap = every.missing(measure.identifier)
            unknown = ("、" if lang == "zh" else ", ").join(names.parameter(name) for name in gap.parameters)
        else:
            amount = _figure(every, value, rule.node, lang)
            if any(
                assessor.parameters[name].demonstration for name in parameters_read(assessor.policy, rule.identifier)
            ):
                marked = DEMONSTRATION
    sign, text = verdict(entitled, lang)
    details = measure.details if lang == "zh" else {}
    return Benefit(
        identifier=measure.identifier,
        title=names.rule(measure.identifier),
        category=measure.category if lang == "zh" else CATEGORIES_EN.get(measure.category, measure.category),
        answer=Answer(sign, text, TONES[entitled]),  # type: ignore[arg-type]
        clause=measure.clause,
        amount=amount,
        unknown=unknown,
        marked=marked,
        encouragement=measure.category == ENCOURAGEMENT,
        responsible=details.get("责任单位", ""),
        way=details.get("方式", ""),
        note=_plain_note(details.get("说明", "")),
        questions=len(every.missing(measure.identifier).facts) if value is None else 0,
        rank=_rank(measure, amount),
    )


def _rank(measure: Measure, amount: str) -> int:
    """How near a measure is to what an enterprise asks first: how much, what to apply for, what else."""
    way = measure.details.get("方式", "")
    if measure.category == MONEY:
        return 0 if amount else 1
    if measure.category == QUOTA or (measure.category == REFERRAL and way):
        return 2
    return DUTY if not way and measure.category in (SERVICE, ENCOURAGEMENT) else SERVED


def _figure(every: Assessment, value: Any, node: nodes.Node, lang: str) -> str:
    if node.type.unit == "元":
        return exact_amount(fen_of(value), lang)
    return str(every.book(lang).say(value, node))


def _plain_note(text: str) -> str:
    """A note without the braces that mark parameters in it."""
    return text.replace("{", "").replace("}", "")


def parameters_read(policy: Policy, rule: str) -> frozenset[str]:
    """The parameters that a rule reads, itself or through the rules it needs."""
    remembered: dict[str, frozenset[str]] = policy.__dict__.setdefault("_parameters_read", {})
    if rule not in remembered:
        remembered[rule] = frozenset(
            node.identifier
            for name in needed_rules(policy.rules, [rule])
            for node in nodes.walk(policy.rules[name].node)
            if isinstance(node, nodes.ParameterRef)
        )
    return remembered[rule]


@functools.lru_cache(maxsize=4096)
def clause_url(policy: str, citation: str) -> str:
    """The page of a clause in the library; empty where there is none."""
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse("library:clause", args=[policy, citation])
    except NoReverseMatch:
        return ""
