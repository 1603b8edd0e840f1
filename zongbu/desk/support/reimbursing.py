"""What the city gives back to districts the year after ((二十)): at most what the policy's formula makes of what the
district actually paid, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.parameters import overrides
from zongbu.desk.support.ledger.posting import Concern, Transfer, budget_of, post
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import Account, Fund, Level, Line, Movement, PaymentOrder, Reimbursement
from zongbu.law.amounts import fen_of, full_amount
from zongbu.law.explain.assessment import Assessment
from zongbu.law.policy import Policy

TAKEN = ("requested", "checked", "approved", "paid")
"""States in which a request uses up part of the ceiling."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a district may get for a year (fen): what it paid, the ceiling, what earlier requests have taken.

    ``assessed`` is how the ceiling was computed, as the engine's object; ``assessment`` the same as plain data.
    """

    spent: int
    ceiling: int
    taken: int
    assessed: Assessment

    @property
    def assessment(self) -> dict[str, Any]:
        return self.assessed.document()

    @property
    def left(self) -> int:
        return max(0, self.ceiling - self.taken)


def spending(policy: Policy, measures: tuple[str, ...], district: str, year: int) -> QuerySet[Line]:
    """The lines of what a district's fund paid in a year under measures, and of what was given back of it since."""
    paid = Line.objects.filter(
        account=Account.PAID,
        budget__fund__level=Level.DISTRICT,
        budget__fund__district=district,
        policy=policy.identifier,
        measure__in=measures,
    )
    claims = paid.filter(movement__kind=Movement.Kind.PAY, movement__booked_on__year=year).values("movement__claim")
    return paid.filter(movement__claim__in=claims)


def spent(policy: Policy, measures: tuple[str, ...], district: str, year: int) -> int:
    """What those lines add up to, in fen."""
    total: int | None = spending(policy, measures, district, year).aggregate(total=Sum("amount"))["total"]
    return total or 0


def ceiling(offering: Offering, district: str, year: int, *, apart_from: int | None = None) -> Ceiling:
    """The ceiling of a district for what it paid in a year, by the policy's own formula.

    Raises:
        Refused: the measure reimburses nothing, or the formula gives no amount.
    """
    declared = offering.measure.reimburses
    if declared is None:
        raise Refused(_("「%(measure)s」不是按区县实际支出的补助。") % {"measure": offering.measure.title})
    policy = offering.policy
    paid = spent(policy, declared.measures, district, year)
    as_of = timezone.localdate().replace(year=year + 1, month=1, day=1)  # the fact tells of the year before
    assessment = policy.assess(
        {declared.fact: f"{paid // 100}.{paid % 100:02d}"},
        as_of=as_of,
        parameters=overrides(policy.identifier, as_of),
        results=[declared.ceiling],
    )
    value = assessment.results[declared.ceiling]
    if value is None:
        raise Refused(_("补助上限还不能确定：参数没有公布。"))
    taken = Reimbursement.objects.filter(
        policy=policy.identifier, measure=offering.measure.identifier, district=district, year=year, state__in=TAKEN
    ).exclude(pk=apart_from or 0)
    total: int | None = taken.aggregate(total=Sum("amount"))["total"]
    return Ceiling(paid, fen_of(value), total or 0, assessment)


def objection(case: Reimbursement) -> str:
    """Why a request cannot stand as things are now; empty where it can."""
    from zongbu.desk.support.measures import offering

    if case.year >= timezone.localdate().year:
        return _("市级补助在支出的次年申请，%(year)s年度还没有结束。") % {"year": case.year}
    try:
        now = ceiling(offering(case.policy, case.measure), case.district, case.year, apart_from=case.pk)
    except Refused as refused:
        return str(refused)
    if case.amount > now.left:
        return _("申请%(amount)s，超过现在还可申请的%(left)s（上限%(ceiling)s）。") % {
            "amount": full_amount(case.amount),
            "left": full_amount(now.left),
            "ceiling": full_amount(now.ceiling),
        }
    return ""


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
