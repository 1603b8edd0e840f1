"""A district asks back what it paid, the city office checks the ledger, its lead approves, finance pays."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.support import records, reimbursing
from zongbu.desk.support.flow import REIMBURSEMENT
from zongbu.desk.support.ledger.posting import budget_of
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import Budget, Fund, Level, PaymentOrder, Reimbursement
from zongbu.law.amounts import fen_of


def request(
    viewer: Viewer, policy: str, measure: str, year: int, *, amount: Decimal | None = None, note: str = ""
) -> Reimbursement:
    """Ask for what the city gives back for a year: all that is left of the ceiling, or less (yuan).

    Raises:
        NotPermitted: no district. Refused: the year is not over, or it is more than what is left.
    """
    found = offering(policy, measure)
    if viewer.district not in DISTRICTS:
        raise flow.NotPermitted(_("只有区县可以申请。"))
    with transaction.atomic():
        _hold(viewer.district, year)
        fund = Fund.objects.filter(level=Level.CITY).first()
        if fund is None:
            raise Refused(_("还没有设立市级资金，请市财政部门先设立。"))
        now = reimbursing.ceiling(found, viewer.district, year)
        wanted = now.left if amount is None else fen_of(amount)
        if wanted <= 0:
            raise Refused(_("没有可以申请的金额。"))
        kept.keep(found.policy)
        made = Reimbursement(
            receipt=receipt("CB"),
            district=viewer.district,
            year=year,
            policy=policy,
            measure=measure,
            clause=found.measure.clause,
            policy_version=found.policy.version,
            fund=fund,
            budget_year=timezone.localdate().year,
            spent=now.spent,
            ceiling=now.ceiling,
            before=now.taken,
            set_off=now.owed,
            amount=wanted,
            note=note.strip()[:2000],
            assessment=now.assessment,  # type: ignore[misc]  # the stubs take the field for text
        )
        if text := reimbursing.objection(made):
            raise Refused(text)
        known_at = timezone.now()
        flow.begin(REIMBURSEMENT, "request", made, viewer)
        records.keep_ceiling(viewer, made, "request", known_at)
    return made


def check(viewer: Viewer, pk: int, reason: str = "") -> Reimbursement:
    """The city office has checked the request against the ledger."""

    def change(case: Reimbursement) -> None:
        records.keep_ceiling(viewer, case, "check", timezone.now(), reason)

    with transaction.atomic():
        _hold_of(pk)
        return flow.perform(REIMBURSEMENT, "check", Reimbursement, pk, viewer, reason, change)


def approve(viewer: Viewer, pk: int, reason: str = "") -> Reimbursement:
    """Approve: the money is committed in the city's fund and a payment order to the district is issued.

    Raises:
        NotPermitted: no lead of the city office, or the person checked it.
        Refused: over the ceiling by now, or the fund has not enough.
    """

    def change(case: Reimbursement) -> None:
        case.decided_at = timezone.now()
        kept_now = records.keep_ceiling(viewer, case, "approve", case.decided_at, reason)
        case.set_off = min(case.set_off, kept_now.set_off)  # another request may have made it good meanwhile
        case.budget_year = timezone.localdate().year
        reimbursing.commit(viewer, case)
        PaymentOrder.objects.create(
            number=receipt("ZF"),
            reimbursement=case,
            fund=case.fund,
            amount=case.amount,
            payee=_("%(district)s财政局") % {"district": district_name(case.district)},
        )

    with transaction.atomic():
        _hold_of(pk)
        return flow.perform(REIMBURSEMENT, "approve", Reimbursement, pk, viewer, reason, change)


def refuse(viewer: Viewer, pk: int, reason: str) -> Reimbursement:
    """Refuse a request with reasons."""
    return flow.perform(REIMBURSEMENT, "refuse", Reimbursement, pk, viewer, reason)


def stop(viewer: Viewer, pk: int, reason: str) -> Reimbursement:
    """Take an approval back before anything has gone to the treasury; the commitment is given up, the order void."""

    def change(case: Reimbursement) -> None:
        case.orders.filter(state__in=["ready", "failed"]).update(state=PaymentOrder.State.VOID)
        reimbursing.uncommit(viewer, case, reason)

    with transaction.atomic():
        _hold_of(pk)
        return flow.perform(REIMBURSEMENT, "stop", Reimbursement, pk, viewer, reason, change)


def withdraw(viewer: Viewer, pk: int, reason: str = "") -> Reimbursement:
    """Take a request back before it is approved."""
    return flow.perform(REIMBURSEMENT, "withdraw", Reimbursement, pk, viewer, reason)


def _hold(district: str, year: int) -> None:
    """Of two requests at once for one district and year the second one sees the first."""
    fund = Fund.objects.filter(level=Level.DISTRICT, district=district).first()
    if fund is None:
        raise Refused(_("这个区县还没有设立资金，没有可以补助的支出。"))
    Budget.objects.select_for_update().get(pk=budget_of(fund, year).pk)


def _hold_of(pk: int) -> None:
    found = Reimbursement.objects.filter(pk=pk).values_list("district", "year").first()
    if found is None:
        raise Refused(_("这个事项不存在，可能已经删除。"))
    _hold(*found)
