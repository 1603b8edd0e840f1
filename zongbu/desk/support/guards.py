"""What stands in the way of an act: case and viewer → a sentence for the person, empty if nothing does.

They are asked when a button is shown and again, under the lock, when it is pressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.law.errors import InputError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.support.models import Claim, ClaimObjection, PaymentBatch, Reimbursement


def entering(case: Claim, viewer: Viewer) -> StrOrPromise:
    """A claim is begun under a measure in force that is not suspended, by whom nothing keeps from it."""
    from zongbu.desk.support import checks
    from zongbu.desk.support.measures import of_claim

    try:
        offering = of_claim(case)
    except InputError as error:
        return str(error)
    if not offering.pays:
        return _("「%(measure)s」不是由企业申报的资金。") % {"measure": offering.measure.title}
    found = checks.entering(offering, case.enterprise, case.as_of, timezone.localdate())
    return checks.against([*found, checks.alone(case), checks.earlier_done(case, offering)], strict=False)


def confirming(case: Claim, viewer: Viewer) -> StrOrPromise:
    """An offer is confirmed with everything known: it goes straight to whoever approves."""
    if case.account is None and not case.enterprise.bank_accounts.filter(ended_at=None).exists():
        return _("请先登记收款账户。")
    return _checked(case, strict=True)  # also for the button: an offer that cannot be taken says why


def submitting(case: Claim, viewer: Viewer) -> StrOrPromise:
    """Nothing keeps the enterprise from it, and the claim is complete."""
    from zongbu.desk.support.completeness import incomplete

    if objection := _checked(case, strict=False):
        return objection
    found = incomplete(case)
    return found[0] if found else ""


def resubmitting(case: Claim, viewer: Viewer) -> StrOrPromise:
    """Complete again, and every comment answered or heeded."""
    from zongbu.desk.support.completeness import uncorrected

    if objection := submitting(case, viewer):
        return objection
    found = uncorrected(case)
    return found[0] if found else ""


def returning(case: Claim, viewer: Viewer) -> StrOrPromise:
    """The enterprise has to see exactly what to correct."""
    if not case.comments.filter(resolved_at=None).exists():
        return _("请先逐项写明需要补正的内容，再退回。")
    return ""


def verifying(case: Claim, viewer: Viewer) -> StrOrPromise:
    """Nothing waits to be corrected; the checks are made with the amount that is given (``settle_amount``)."""
    if case.comments.filter(resolved_at=None).exists():
        return _("还有没有退回也没有撤销的补正意见。")
    return ""


def approving(case: Claim, viewer: Viewer) -> StrOrPromise:
    """As things are at the moment of the decision."""
    if case.account is None:
        return _("还没有收款账户。")
    return _checked(case, strict=True)


def correcting(case: Claim, viewer: Viewer) -> StrOrPromise:
    """An approval is taken back only while nothing has gone to the treasury."""
    if case.orders.filter(state__in=["batched", "exported", "paid"]).exists():
        return _("支付单已编入批次或者已送国库，不能更正；请先由财政部门移出批次。")
    return ""


def paying(case: Claim, viewer: Viewer) -> StrOrPromise:
    """As things are before the money leaves."""
    return _checked(case, strict=True)


def cutting_short(case: Claim, viewer: Viewer) -> StrOrPromise:
    """What is left of a claim is given up only where part of it was paid, and nothing is with the treasury."""
    if not case.orders.filter(state="paid").exists():
        return _("还没有付过，请用「停止兑现」。")
    if case.orders.filter(state__in=["batched", "exported"]).exists():
        return _("还有支付单在批次里或者在国库，等有结果以后再办。")
    return ""


def objecting(case: ClaimObjection, viewer: Viewer) -> StrOrPromise:
    """Against a refusal, or against the amount that was approved."""
    if case.claim.state not in ("refused", "approved", "paying", "paid"):
        return _("只能对不予兑现的决定或者核定的金额提出异议。")
    if case.claim.objections.filter(state="received").exists():
        return _("已有一份异议正在处理。")
    return ""


def exporting(case: PaymentBatch, viewer: Viewer) -> StrOrPromise:
    if not case.orders.filter(state="batched").exists():
        return _("批次里还没有支付单。")
    return ""


def settling(case: PaymentBatch, viewer: Viewer) -> StrOrPromise:
    if number := case.orders.filter(state="exported").count():
        return _("还有%(number)s笔没有国库的支付结果。") % {"number": number}
    return ""


def reimbursing(case: Reimbursement, viewer: Viewer) -> StrOrPromise:
    """What is asked for stays within the ceiling that the ledger gives now."""
    from zongbu.desk.support.reimbursing import objection

    return objection(case)


def stopping(case: Reimbursement, viewer: Viewer) -> StrOrPromise:
    """An approval is taken back only while nothing has gone to the treasury."""
    if case.orders.filter(state__in=["batched", "exported", "paid"]).exists():
        return _("支付单已编入批次或者已送国库，不能停止；请先由财政部门移出批次。")
    return ""


def standing_in_the_way(case: Claim) -> str:
    """What keeps an enterprise from handing a claim in, completeness aside, in words; empty if nothing does."""
    return str(_checked(case, strict=False))


def _checked(case: Claim, *, strict: bool) -> StrOrPromise:
    from zongbu.desk.support import checks

    try:
        _entitlement, found = checks.now(case)
    except (Refused, InputError) as error:
        return str(error)
    return checks.against(found, strict=strict)
