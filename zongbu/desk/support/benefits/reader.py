"""Entitlements put into words: the amount, what is missing and who supplies it, which claim has the place already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.showing import needed
from zongbu.desk.kernel.language import language
from zongbu.desk.library.measures import suspensions
from zongbu.desk.library.showing.links import parameter_url
from zongbu.desk.selfcheck.lacking import arranged
from zongbu.desk.selfcheck.presentation import parameters_read
from zongbu.desk.support import stacking
from zongbu.desk.support.benefits.benefit import Benefit, Gap, draft
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.entitlement import Entitlement, assess
from zongbu.desk.support.measures import ENCOURAGEMENT, MONEY, QUOTA, Offering, day_of
from zongbu.desk.support.models import LIVE, Claim
from zongbu.desk.support.unpaid import requesting
from zongbu.law.amounts import number
from zongbu.law.decided import decided_fact
from zongbu.law.explain.outline import exact_amount, shorts
from zongbu.law.explain.view import Short
from zongbu.law.names import Names


def one(enterprise: Enterprise, found: Offering, year: int, today: date) -> tuple[Benefit, list[Benefit]]:
    """One measure, and those of which only one can be drawn in a year beside it.

    Raises:
        Refused: recorded facts cannot be read. ValueError: the year has not begun.
    """
    others = [Offering(found.policy, found.policy.measures[name]) for name in found.excluding]
    wanted = [found, *(other for other in others if other.key != found.key)]
    entitlements = assess(enterprise, wanted, day_of(year, today))
    every = list(Claim.objects.filter(enterprise=enterprise).select_related("organisation").order_by("-pk"))
    reader = Reader(enterprise, year, today, every, entitlements)
    first, *rest = map(reader.benefit, entitlements)
    return first, rest


class Reader:
    """Puts entitlements into words; a few queries, whatever their number."""

    def __init__(
        self, enterprise: Enterprise, year: int, today: date, claims: list[Claim], found: Collection[Entitlement]
    ) -> None:
        self.enterprise, self.year, self.lang = enterprise, year, language()
        self.claims = claims
        self.live = [one for one in claims if one.state in LIVE]
        self.needed = {fact.identifier for fact in needed()}
        self.suspended: dict[str, Mapping[str, object]] = {}
        self.shorts: dict[tuple[int, str], tuple[Short, ...]] = {}
        self.awaits: dict[tuple[int, str], tuple[str, ...]] = {}
        self.names: dict[int, Names] = {}
        self.rounds = requesting.by_rounds(one.offering for one in found)
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
            self._asked(offering),
        )

    def _asked(self, offering: Offering) -> str:
        if draft(offering.policy) or not requesting.may_be_asked(offering):
            return ""
        return "round" if offering.key in self.rounds else "yes"

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
