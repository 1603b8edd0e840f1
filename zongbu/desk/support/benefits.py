"""What an enterprise has, could have and cannot have yet, measure by measure, as "my policies" shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.showing import language, needed
from zongbu.desk.library.measures import suspensions
from zongbu.desk.library.showing import companion
from zongbu.desk.library.showing.links import clause_url, parameter_url
from zongbu.desk.selfcheck.lacking import arranged
from zongbu.desk.selfcheck.presentation import parameters_read
from zongbu.desk.support import stacking
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.entitlement import Entitlement, assess
from zongbu.desk.support.measures import (
    ENCOURAGEMENT,
    MONEY,
    QUOTA,
    REFERRAL,
    SERVICE,
    Offering,
    day_of,
    offerings,
)
from zongbu.desk.support.models import LIVE, Claim
from zongbu.desk.support.standing import WITH_ENTERPRISE
from zongbu.law import Policy
from zongbu.law.amounts import number
from zongbu.law.decided import decided_fact
from zongbu.law.explain.outline import exact_amount, shorts
from zongbu.law.explain.view import Short
from zongbu.law.names import Names

CITY = "330100"
"""The city's own division: its policies are for everybody here."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that is missing: who supplies it, and where the enterprise declares it (empty where it cannot)."""

    identifier: str
    title: str
    supplier: str
    url: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """A measure for one enterprise.

    ``kind``: ``claimable`` (met, to be claimed), ``offered_later`` (met, comes as an offer), ``taken`` (another claim
    has its place), ``nothing`` (met, but no amount is due), ``undetermined``, ``not_met``, ``unrecognised`` (not met
    for want of a recognition only), ``suspended``. ``awaits`` are the recognitions that it lacks.
    ``amount`` in words, empty where there is none; ``fen`` what is due after what was received elsewhere.
    """

    offering: Offering
    entitlement: Entitlement
    kind: str
    title: str
    clause_title: str
    amount: str = ""
    fen: int | None = None
    received: int = 0
    demonstration: bool = False
    gaps: tuple[Gap, ...] = ()
    unpublished: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    shorts: tuple[Short, ...] = ()
    remark: str = ""
    claim: Claim | None = None
    awaits: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy:
        return self.offering.policy

    @property
    def identifier(self) -> str:
        return self.offering.measure.identifier

    @property
    def category(self) -> str:
        return self.offering.measure.category

    @property
    def claimable(self) -> bool:
        """Whether a claim can be begun: unknown is not "no", the lead department finds out."""
        return self.kind in ("claimable", "offered_later", "undetermined") and self.offering.pays

    @property
    def declarable(self) -> bool:
        """Whether the enterprise itself can supply something that is missing."""
        return any(gap.url for gap in self.gaps)

    @property
    def tone(self) -> str:
        """met, not_met or undetermined, as answers are coloured."""
        return {True: "met", False: "not_met", None: "undetermined"}[self.entitlement.entitled]

    @property
    def actionable(self) -> bool:
        """Whether the enterprise could change what it lacks; it can apply for a recognition."""
        parts = self.entitlement.assessment.shortfalls(self.offering.amount_result)
        return bool(self.awaits) or any(part.actionable for part in parts)


@dataclass(frozen=True, slots=True)
class Clause:
    """The measures of one clause."""

    citation: str
    title: str
    url: str
    benefits: list[Benefit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one policy, clause by clause."""

    policy: Policy
    title: str
    draft: bool
    clauses: list[Clause]

    @property
    def number(self) -> int:
        return sum(len(one.benefits) for one in self.clauses)


@dataclass(frozen=True)
class Picture:
    """All measures of all policies for one enterprise and year.

    ``claims`` are those of the year; in the present one also those of earlier years that wait for the enterprise.
    ``could`` can be claimed, ``lacking`` is undetermined or not met, ``unrecognised`` wants nothing but a recognition
    (``awaits``), ``drafts`` are not in force yet, ``services`` are services, quotas and referrals, ``closed`` those of
    them that are not met, ``duties`` what offices do of their own accord, ``encouraged`` give no claim.
    """

    enterprise: Enterprise
    year: int
    as_of: date
    claims: list[Claim]
    could: list[Group]
    lacking: list[Group]
    unrecognised: list[Group]
    awaits: tuple[str, ...]
    drafts: list[Group]
    services: list[Group]
    closed: list[Group]
    duties: list[Group]
    encouraged: list[Group]
    demonstration: bool

    @property
    def count_could(self) -> int:
        return sum(one.number for one in self.could)

    @property
    def count_lacking(self) -> int:
        return sum(one.number for one in self.lacking)

    @property
    def count_unrecognised(self) -> int:
        return sum(one.number for one in self.unrecognised)

    @property
    def count_services(self) -> int:
        return sum(one.number for one in self.services)

    @property
    def count_closed(self) -> int:
        return sum(one.number for one in self.closed)


def picture(enterprise: Enterprise, year: int, today: date) -> Picture:
    """Everything at one stroke: one assessment a policy, whatever the number of measures.

    Raises:
        Refused: recorded facts cannot be read. ValueError: the year has not begun.
    """
    as_of = day_of(year, today)
    wanted = [one for one in offerings() if _concerns(one, enterprise, as_of)]
    found = assess(enterprise, wanted, as_of)
    every = list(Claim.objects.filter(enterprise=enterprise).select_related("organisation").order_by("-pk"))
    reader = _Reader(enterprise, year, today, every, found)
    sections: dict[str, list[Benefit]] = defaultdict(list)
    for entitlement in found:
        if section := _section(entitlement.offering):
            benefit = reader.benefit(entitlement)
            if section == "money":
                section = "could" if benefit.kind in ("claimable", "offered_later") else "lacking"
            claim = benefit.claim
            if claim is not None and (claim.measure, claim.year) == (benefit.identifier, year):
                continue  # stands among what the enterprise has
            if section == "lacking" and benefit.kind == "unrecognised":
                section = "unrecognised"
            if section == "services" and benefit.tone == "not_met":
                section = "closed"
            sections[section].append(benefit)
    lacking = sorted(sections["lacking"], key=_nearness)
    shown = [*sections["could"], *sections["lacking"], *sections["drafts"]]
    return Picture(
        enterprise, year, as_of, [one for one in every if _of_year(one, year, today)],
        grouped(sections["could"]), grouped(lacking), grouped(sections["unrecognised"]),
        tuple(dict.fromkeys(title for one in found_of(sections, "lacking", "unrecognised") for title in one.awaits)),
        grouped(sections["drafts"]), grouped(sections["services"]), grouped(sections["closed"]),
        grouped(sections["duties"]), grouped(sections["encouraged"]), any(one.demonstration for one in shown),
    )  # fmt: skip


def found_of(sections: Mapping[str, list[Benefit]], *names: str) -> list[Benefit]:
    """The measures of some sections."""
    return [one for name in names for one in sections.get(name, ())]


def one(enterprise: Enterprise, found: Offering, year: int, today: date) -> tuple[Benefit, list[Benefit]]:
    """One measure, and those of which only one can be drawn in a year beside it.

    Raises:
        Refused: recorded facts cannot be read. ValueError: the year has not begun.
    """
    others = [Offering(found.policy, found.policy.measures[name]) for name in found.excluding]
    wanted = [found, *(other for other in others if other.key != found.key)]
    entitlements = assess(enterprise, wanted, day_of(year, today))
    every = list(Claim.objects.filter(enterprise=enterprise).select_related("organisation").order_by("-pk"))
    reader = _Reader(enterprise, year, today, every, entitlements)
    first, *rest = map(reader.benefit, entitlements)
    return first, rest


def draft(policy: Policy) -> bool:
    """Whether a policy is only proposed: it can be assessed, nothing can be claimed."""
    return policy.status == "征求意见"


def grouped(found: Iterable[Benefit]) -> list[Group]:
    """By policy and clause, in the order in which they come."""
    groups: dict[str, dict[str, Clause]] = {}
    policies: dict[str, Policy] = {}
    for one in found:
        policy, citation = one.policy, one.offering.measure.clause
        policies[policy.identifier] = policy
        clauses = groups.setdefault(policy.identifier, {})
        if citation not in clauses:
            clauses[citation] = Clause(citation, one.clause_title, clause_url(policy, citation))
        clauses[citation].benefits.append(one)
    return [
        Group(
            policies[name],
            companion.head(policies[name], "名称", language()),
            draft(policies[name]),
            list(clauses.values()),
        )
        for name, clauses in groups.items()
    ]


def _of_year(claim: Claim, year: int, today: date) -> bool:
    """Whether a claim stands on the page of a year: what waits for the enterprise never hides in an earlier one."""
    return claim.year == year or (year == today.year and claim.state in WITH_ENTERPRISE)


def _concerns(offering: Offering, enterprise: Enterprise, as_of: date) -> bool:
    """Whether a measure is shown at all: of the city or the enterprise's district, in force or proposed."""
    policy = offering.policy
    place = policy.head.get("行政区划", "")
    if place not in ("", CITY, enterprise.district):
        return False
    return draft(policy) or policy.in_force(as_of)


def _section(offering: Offering) -> str:
    """Where a measure stands; empty where it is nothing for an enterprise."""
    measure = offering.measure
    if measure.category == ENCOURAGEMENT:
        return "encouraged"
    if measure.recipient == "district" or measure.way == "combined":
        return ""
    if draft(offering.policy):
        return "drafts" if measure.category == MONEY or offering.takes_claims else ""
    if measure.category == MONEY:
        return "money" if offering.takes_claims else ""
    return "services" if offering.takes_claims or measure.category in (QUOTA, REFERRAL) else "duties"


def _nearness(one: Benefit) -> tuple[str, int, int]:
    """What is nearest first, policy by policy: what only lacks facts, then what is not met."""
    order = ("suspended", "taken", "undetermined", "nothing", "not_met")
    return one.policy.identifier, order.index(one.kind) if one.kind in order else 0, len(one.gaps) + len(one.shorts)


class _Reader:
    """Puts entitlements into words; a few queries, whatever their number."""

    def __init__(
        self, enterprise: Enterprise, year: int, today: date, claims: list[Claim], found: Iterable[Entitlement]
    ) -> None:
        self.enterprise, self.year, self.lang = enterprise, year, language()
        self.claims = claims
        self.live = [one for one in claims if one.state in LIVE]
        self.needed = {fact.identifier for fact in needed()}
        self.suspended: dict[str, Mapping[str, object]] = {}
        self.shorts: dict[tuple[int, str], tuple[Short, ...]] = {}
        self.awaits: dict[tuple[int, str], tuple[str, ...]] = {}
        self.names: dict[int, Names] = {}
        failed: dict[int, list[Entitlement]] = defaultdict(list)
        for one in found:
            policy = one.offering.policy.identifier
            if policy not in self.suspended:
                self.suspended[policy] = suspensions(policy, today)
            if one.entitled is False:
                failed[id(one.assessment)].append(one)
        for same in failed.values():
            self._lacks(same)

    def _lacks(self, same: list[Entitlement]) -> None:
        """What measures of one assessment lack that are not met; a recognition apart from the rest."""
        assessment, decided = same[0].assessment, {decided_fact(name): name for name in same[0].decided}
        book, names = assessment.book(self.lang), self._names(same[0])
        wanted = [one.offering.amount_result for one in same]
        for result, found in shorts(assessment, wanted, self.lang).items():
            awaited = [
                (part.text(assessment.trace, book), names.rule(decided[part.facts[0]]))
                for part in assessment.shortfalls(result)
                if len(part.facts) == 1 and part.facts[0] in decided
            ]
            said = {text for text, _title in awaited}
            self.shorts[id(assessment), result] = arranged(one for one in found if one.text not in said or one.ways)
            self.awaits[id(assessment), result] = tuple(dict.fromkeys(title for _text, title in awaited))

    def benefit(self, one: Entitlement) -> Benefit:
        """A measure with what there is to say of it."""
        offering, result = one.offering, one.offering.amount_result
        names = self._names(one)
        received = stacking_of(offering, self.claims, self.year)
        fen = None if one.fen is None else max(0, one.fen - received)
        claim = self._taken(offering)
        kind = self._kind(one, fen, claim)
        missing = one.assessment.missing(result)
        return Benefit(
            offering,
            one,
            kind,
            names.rule(result),
            names.clause_title(offering.measure.clause),
            self._amount(one, fen),
            fen,
            received,
            demonstrates(one),
            tuple(self._gap(one, fact, names) for fact in missing.facts),
            tuple((names.parameter(name), parameter_url(offering.policy, name)) for name in missing.parameters),
            tuple(one.for_a_person),
            self.shorts.get((id(one.assessment), result), ()),
            self._remark(offering, kind, claim, received),
            claim,
            self.awaits.get((id(one.assessment), result), ()),
        )

    def _names(self, one: Entitlement) -> Names:
        if id(one.assessment) not in self.names:
            self.names[id(one.assessment)] = one.assessment.assessor.names(self.lang)
        return self.names[id(one.assessment)]

    def _kind(self, one: Entitlement, fen: int | None, claim: Claim | None) -> str:
        offering = one.offering
        if offering.measure.identifier in self.suspended[offering.policy.identifier]:
            return "suspended"
        if claim is not None:
            return "taken"
        if one.entitled is None or any(one.assessment.results.get(rule) for rule in offering.measure.barred_by):
            return "undetermined" if one.entitled is None else "not_met"
        if not one.entitled:
            key = id(one.assessment), offering.amount_result
            return "unrecognised" if self.awaits.get(key) and not self.shorts.get(key) else "not_met"
        if offering.computed and offering.measure.category == MONEY:
            if fen is None:
                return "undetermined"
            if fen == 0:
                return "nothing"
        return "offered_later" if offering.measure.way == "offer" else "claimable"

    def _taken(self, offering: Offering) -> Claim | None:
        """The claim that has the place of this measure in the year, or of a measure given once at any time."""
        measure = offering.measure
        if not offering.pays:
            return None
        for one in self.live:
            same = one.policy == offering.policy.identifier and one.measure == measure.identifier
            if same and measure.frequency == "once":
                return one
            if measure.frequency != "each" and one.year == self.year and one.slot == offering.slot():
                return one
            if same and measure.records and one.state != "paid":
                return one
        return None

    def _amount(self, one: Entitlement, fen: int | None) -> str:
        """An amount or a number; never for an encouragement, never where nothing is due."""
        category = one.offering.measure.category
        if category == MONEY and fen:
            return exact_amount(fen, self.lang)
        if category == QUOTA and one.offering.computed and one.entitled and one.value:
            amount = one.offering.measure.amount
            return number(one.value, amount.type.unit if amount is not None else "", self.lang)
        return ""

    def _gap(self, one: Entitlement, name: str, names: Names) -> Gap:
        fact = one.offering.policy.dictionary[name]
        supplier = {
            "declared": _("由企业申报"), "registry": _("由登记机关或部门提供"), "finding": _("由主管部门认定"),
        }.get(fact.kind, "")  # fmt: skip
        url = ""
        if fact.kind == "declared" and name in self.needed:
            day = one.assessment.assessor.as_of
            page = reverse("enterprises:declare", args=[self.enterprise.uscc])
            url = f"{page}?year={day.year - 1}#id_{name}{'_group' if fact.type == 'boolean' else ''}"
        return Gap(name, names.fact(name), supplier, url)

    def _remark(self, offering: Offering, kind: str, claim: Claim | None, received: int) -> str:
        if kind == "suspended":
            return _("这项措施暂停执行，恢复以后再办理。")
        if kind == "taken" and claim is not None:
            if claim.measure == offering.measure.identifier:
                return _("%(year)s年度已有申请。") % {"year": claim.year}
            return _("%(year)s年度已申请「%(measure)s」，与本项只能享受一项。") % {
                "year": claim.year,
                "measure": measure_title(claim.policy, claim.measure, self.lang),
            }
        if kind == "nothing":
            return _("同一事项已享受，没有应补的金额。") if received else _("符合条件，按计算没有应发的金额。")
        return ""


def stacking_of(offering: Offering, claims: Iterable[Claim], year: int) -> int:
    """What was received for the same matter (不重复), in fen, of claims that are at hand."""
    counted = {
        (name.rpartition(".")[0] or offering.policy.identifier, name.rpartition(".")[2])
        for name in stacking.names(offering)
    }
    return sum(
        one.amount or 0
        for one in claims
        if (one.policy, one.measure) in counted and one.year == year and one.state in stacking.COUNTED
    )


def demonstrates(one: Entitlement) -> bool:
    """Whether the measure's own amount rests on a demonstration value."""
    if not one.offering.computed or one.offering.measure.category == ENCOURAGEMENT:
        return False
    given = one.assessment.assessor.parameters
    return any(given[name].demonstration for name in parameters_read(one.offering.policy, one.offering.amount_result))


def category_word(category: str) -> str:
    """A kind of measure in the language of the page."""
    return {
        MONEY: _("奖补"), QUOTA: _("名额"), REFERRAL: _("推荐"), SERVICE: _("服务"), ENCOURAGEMENT: _("鼓励"),
    }.get(category, category)  # fmt: skip
