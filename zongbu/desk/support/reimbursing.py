"""What the city gives back to districts the year after ((二十)): at most what the policy's formula makes of what the
district actually paid, as the ledger has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.kept import policy_as_of
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import district_name
from zongbu.desk.support import checks
from zongbu.desk.support.checks import Check
from zongbu.desk.support.ledger.posting import Concern, Transfer, budget_of, post
from zongbu.desk.support.measures import Offering, offering
from zongbu.desk.support.models import (
    Account,
    Fund,
    Level,
    Line,
    Movement,
    PaymentOrder,
    Reimbursement,
    ReimbursementDecision,
)
from zongbu.law.amounts import fen_of, full_amount
from zongbu.law.explain.assessment import Assessment
from zongbu.law.policy import Policy

TAKEN = ("requested", "checked", "approved", "paid")
"""States in which a request uses up part of the ceiling."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a district may get for a year (fen): what it paid, the ceiling, what earlier requests have taken.

    ``set_off`` is what requests of this year have made good of what the district had got too much, ``owed`` what is
    still to be made good (``owed``). ``assessed`` is how the ceiling was computed, as the engine's object;
    ``assessment`` the same as plain data.
    """

    spent: int
    ceiling: int
    taken: int
    set_off: int
    owed: int
    assessed: Assessment

    @property
    def assessment(self) -> dict[str, Any]:
        return self.assessed.document()

    @property
    def left(self) -> int:
        return max(0, self.ceiling - self.taken - self.set_off - self.owed)

    @property
    def excess(self) -> int:
        """What has been taken above the ceiling, because money came back to the district afterwards."""
        return max(0, self.taken + self.set_off - self.ceiling)


def spending(
    policy: Policy, measures: tuple[str, ...], district: str, year: int, known_at: datetime | None = None
) -> QuerySet[Line]:
    """The lines of what a district's fund paid in a year under measures, and of what was given back of it since; those
    that had been written by ``known_at``."""
    paid = Line.objects.filter(
        account=Account.PAID,
        budget__fund__level=Level.DISTRICT,
        budget__fund__district=district,
        policy=policy.identifier,
        measure__in=measures,
    )
    if known_at is not None:
        paid = paid.filter(movement__moment__lte=known_at)
    claims = paid.filter(movement__kind=Movement.Kind.PAY, movement__booked_on__year=year).values("movement__claim")
    return paid.filter(movement__claim__in=claims)


def spent(policy: Policy, measures: tuple[str, ...], district: str, year: int, known_at: datetime | None = None) -> int:
    """What those lines add up to, in fen."""
    found = spending(policy, measures, district, year, known_at)
    total: int | None = found.aggregate(total=Sum("amount"))["total"]
    return total or 0


def ceiling(offering: Offering, district: str, year: int, *, apart_from: int | None = None) -> Ceiling:
    """The ceiling of a district for what it paid in a year, by the policy's own formula.

    Raises:
        Refused: the measure reimburses nothing, or the formula gives no amount.
    """
    paid, most, assessment = computed(offering, district, year)
    taken = _requests(offering, district).filter(year=year).exclude(pk=apart_from or 0)
    sums: dict[str, int | None] = taken.aggregate(taken=Sum("amount"), back=Sum("set_off"))
    still = owed(offering, district, apart_from=apart_from)
    return Ceiling(paid, most, sums["taken"] or 0, sums["back"] or 0, still, assessment)


def computed(
    offering: Offering, district: str, year: int, known_at: datetime | None = None
) -> tuple[int, int, Assessment]:
    """What a district paid in a year, what the formula makes of it (fen), and how; as it was known at a moment.

    Raises:
        Refused: the measure reimburses nothing, or the formula gives no amount.
    """
    declared = offering.measure.reimburses
    if declared is None:
        raise Refused(_("「%(measure)s」不是按区县实际支出的补助。") % {"measure": offering.measure.title})
    policy = offering.policy
    paid = spent(policy, declared.measures, district, year, known_at)
    as_of = date(year + 1, 1, 1)  # the fact tells of the year before
    assessment = policy.assess(
        {declared.fact: f"{paid // 100}.{paid % 100:02d}"},
        as_of=as_of,
        parameters=overrides(policy.identifier, as_of, known_at),
        results=[declared.ceiling],
    )
    value = assessment.results[declared.ceiling]
    if value is None:
        raise Refused(_("补助上限还不能确定：参数没有公布。"))
    return paid, fen_of(value), assessment


def _requests(offering: Offering, district: str) -> QuerySet[Reimbursement]:
    return Reimbursement.objects.filter(
        policy=offering.policy.identifier, measure=offering.measure.identifier, district=district, state__in=TAKEN
    )


def owed(offering: Offering, district: str, *, apart_from: int | None = None) -> int:
    """What a district has got too much altogether and what has not been set off yet, in fen.

    Money that comes back after the city has reimbursed lowers a ceiling that was used up. What is above it by then is
    set off against the next request, of whatever year; what was set off uses up the ceiling of that year.
    """
    live = _requests(offering, district).exclude(pk=apart_from or 0).order_by()
    excess = done = 0
    for year, taken, set_off in live.values_list("year").annotate(taken=Sum("amount"), back=Sum("set_off")):
        try:
            most = computed(offering, district, year)[1]
        except Refused:  # the parameter is published no more: what was reckoned with then
            most = live.filter(year=year).latest("pk").ceiling
        excess += max(0, taken + set_off - most)
        done += set_off
    return max(0, excess - done)


@dataclass(frozen=True, slots=True)
class Excess:
    """What a district has got above the ceiling of a year, and what is still to be set off altogether (fen)."""

    district: str
    year: int
    amount: int
    owed: int

    def __str__(self) -> str:
        text = _("%(district)s%(year)s年度的市级补助超过现在的上限%(amount)s，还应从以后的申请里扣回%(owed)s。")
        return text % {
            "district": district_name(self.district),
            "year": self.year,
            "amount": full_amount(self.amount),
            "owed": full_amount(self.owed),
        }


def excesses() -> Iterator[Excess]:
    """The years of districts in which more was taken than the ceiling is by now."""
    taken = Reimbursement.objects.filter(state__in=TAKEN).order_by("policy", "measure", "district", "year")
    for policy, measure, district, year in taken.values_list("policy", "measure", "district", "year").distinct():
        try:
            found = offering(policy, measure)
            now = ceiling(found, district, year)
        except (Refused, UnknownPolicy):
            continue
        if now.excess:
            yield Excess(district, year, now.excess, now.owed)


def weighed(case: Reimbursement) -> tuple[Ceiling, list[Check]]:
    """The ceiling as it is now without the request itself, and every check of the request.

    Raises:
        Refused: there is no ceiling.
    """
    found, today = offering(case.policy, case.measure), timezone.localdate()
    now = ceiling(found, case.district, case.year, apart_from=case.pk)
    # The law of the year in which the district spent it, as for every claim of that year.
    return now, [_over(case, today), *checks.of_measure(found, date(case.year, 12, 31), today), _within(case, now)]


def _over(case: Reimbursement, today: date) -> Check:
    title = _("支出年度已经结束")
    if case.year < today.year:
        return Check("over", title, True, _("已经结束。"))
    text = _("市级补助在支出的次年申请，%(year)s年度还没有结束。") % {"year": case.year}
    return Check("over", title, False, text)


def _within(case: Reimbursement, now: Ceiling) -> Check:
    title = _("不超过补助上限")
    found = {
        "amount": full_amount(case.amount),
        "left": full_amount(now.left),
        "ceiling": full_amount(now.ceiling),
        "owed": full_amount(now.owed),
    }
    if case.amount <= now.left:
        return Check("within", title, True, _("申请%(amount)s，还可申请%(left)s（上限%(ceiling)s）。") % found)
    text = _("申请%(amount)s，超过现在还可申请的%(left)s（上限%(ceiling)s）。")
    if now.owed:
        text = _("申请%(amount)s，超过现在还可申请的%(left)s（上限%(ceiling)s，扣回此前多补的%(owed)s）。")
    return Check("within", title, False, text % found)


def objection(case: Reimbursement) -> str:
    """Why a request cannot stand as things are now; empty where it can."""
    if text := checks.against([_over(case, timezone.localdate())], strict=True):
        return text
    try:
        _now, found = weighed(case)
    except (Refused, UnknownPolicy) as refused:
        return str(refused)
    return checks.against(found, strict=True)


def computed_again(decision: ReimbursementDecision) -> tuple[int, int, Assessment]:
    """The same from what a record of a request says: the policy and the ledger as they were.

    Raises:
        UnknownPolicy: that version was not kept. Refused: see ``computed``.
    """
    case = decision.reimbursement
    policy = policy_as_of(decision.policy, decision.version)
    return computed(Offering(policy, policy.measures[case.measure]), case.district, case.year, decision.known_at)


def commit(viewer: Viewer, case: Reimbursement) -> None:
    """Commit an approved reimbursement in the city's fund."""
    budget = budget_of(case.fund, case.budget_year)
    post(
        viewer,
        Movement.Kind.COMMIT,
        [Transfer(budget, Account.AVAILABLE, Account.COMMITTED, case.amount)],
        _concern(case),
    )


def uncommit(viewer: Viewer, case: Reimbursement, reason: str) -> None:
    """Give up what was committed for a reimbursement."""
    budget = budget_of(case.fund, case.budget_year)
    transfers = [Transfer(budget, Account.COMMITTED, Account.AVAILABLE, case.amount)]
    post(viewer, Movement.Kind.UNCOMMIT, transfers, _concern(case), reason=reason)


def pay_reimbursement(viewer: Viewer, order: PaymentOrder) -> None:
    """Book that the city has paid, and that the district's fund has got it; once, however often it is told."""
    case = order.reimbursement
    assert case is not None and order.settled_on is not None
    district = Fund.objects.filter(level=Level.DISTRICT, district=case.district).first()
    if district is None:
        raise Refused(_("这个区县还没有设立资金。"))
    paying, receiving = budget_of(case.fund, case.budget_year), budget_of(district, order.settled_on.year)
    if receiving.closed_at is not None:  # told after the district has closed that year
        receiving = budget_of(district, timezone.localdate().year)
    post(
        viewer,
        Movement.Kind.PAY,
        [
            Transfer(paying, Account.COMMITTED, Account.PAID, case.amount),
            Transfer(receiving, Account.SOURCE, Account.AVAILABLE, case.amount),
        ],
        _concern(case, order),
        document=order.reference,
        key=f"pay:{order.number}",
        booked_on=order.settled_on,
    )


def _concern(case: Reimbursement, order: PaymentOrder | None = None) -> Concern:
    return Concern(None, order, case, case.policy, case.measure, case.district)
