"""The flows of the support desk: claims, objections, payment batches, reimbursements.

The official texts set no steps and no terms here ((六)–(十二) say what, (二十) who pays): the steps are the customary
ones, and a term runs only where the measure's 期限 names one. Guards stand in ``guards.py``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, Term, by
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, FINANCE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import guards
from zongbu.desk.support.unpaid.flow import MILESTONE as MILESTONE
from zongbu.desk.support.unpaid.flow import REQUEST as REQUEST
from zongbu.desk.support.unpaid.flow import SELECTION as SELECTION


def _own(case: Any, viewer: Viewer) -> bool:
    """The enterprise itself."""
    return bool(viewer.uscc) and viewer.uscc == case.enterprise.uscc


def _handler(case: Any, viewer: Viewer) -> bool:
    """People of the organisation that handles the claim."""
    return viewer.organisation is not None and viewer.organisation == case.organisation_id


def _of_fund(case: Any, viewer: Viewer) -> bool:
    """The finance office that pays from the fund: the district's from its own, the city's from all others."""
    return pays_from(viewer, case.fund)


def pays_from(viewer: Viewer, fund: Any) -> bool:
    """Whether a viewer of a finance office pays from a fund."""
    if viewer.role == Role.DISTRICT_FINANCE:
        return fund.level == "district" and bool(viewer.district) and viewer.district == fund.district
    return viewer.role == Role.CITY_FINANCE and fund.level != "district"


def _of_a_share(case: Any, viewer: Viewer) -> bool:
    """A finance office that pays a share of the claim."""
    return any(pays_from(viewer, share.fund) for share in case.shares.filter(amount__gt=0).select_related("fund"))


def _term(case: Any) -> int | None:
    """The working days that the measure's 期限 names; None where it names none."""
    from zongbu.desk.support.measures import working_days

    return working_days(case)


LEADS = (Role.DISTRICT_LEAD, Role.DEPARTMENT_LEAD, Role.CITY_LEAD)
_ENTERPRISE = by(ENTERPRISE, within=_own)
_HANDLER = by(DISTRICT, DEPARTMENT, CITY, within=_handler)
_LEAD = by(*LEADS, within=_handler)
_PAYER = by(FINANCE, within=_of_a_share)
# A claim that comes back corrected is accepted again: what was used of the term before counts.
_DUE = Term(_term, since=("accept", "confirm"), restarts=("reconsider", "correct"), source=_("措施的期限"))

CLAIM = Flow(
    "support_claim",
    (
        State("offered", _("待企业确认")),
        State("draft", _("草稿·未提交")),
        State("submitted", _("待受理")),
        State("returned", _("退回补正"), stops=_("等待企业补正")),
        State("accepted", _("核验中")),
        State("verified", _("待批准")),
        State("approved", _("已批准·待拨付")),
        State("paying", _("拨付中")),
        State("paid", _("已兑现")),
        State("given_back", pgettext_lazy("money", "已退回"), final=True),
        State("refused", _("不予兑现")),
        State("declined", _("企业放弃"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("offer", _("推送免申即享"), (), "offered", by(CITY, DISTRICT, DEPARTMENT, within=_handler), Duty.REVIEW),
        Act("start", _("起草"), (), "draft", _ENTERPRISE, guard=guards.entering),
        Act("confirm", _("确认享受"), "offered", "verified", _ENTERPRISE, guard=guards.confirming),
        Act("decline", _("放弃"), "offered", "declined", _ENTERPRISE),
        Act("take_back", _("撤回推送"), "offered", "withdrawn", _HANDLER, Duty.REVIEW, needs_reason=True),
        Act("submit", _("提交"), "draft", "submitted", _ENTERPRISE, guard=guards.submitting),
        Act("assign", _("指派"), ("submitted", "accepted"), "submitted", CITY, needs_reason=True),
        Act("accept", _("受理"), "submitted", "accepted", _HANDLER, Duty.REVIEW),
        Act("return", _("退回补正"), ("submitted", "accepted"), "returned", _HANDLER, Duty.REVIEW, guards.returning,
            needs_reason=True),
        Act("resubmit", _("补正后重新提交"), "returned", "submitted", _ENTERPRISE, guard=guards.resubmitting),
        Act("verify", _("核验通过"), "accepted", "verified", _HANDLER, Duty.REVIEW, guards.verifying, due=_DUE),
        Act("send_back", _("退回核验"), "verified", "accepted", _LEAD, Duty.APPROVE, needs_reason=True),
        Act("approve", _("批准"), "verified", "approved", _LEAD, Duty.APPROVE, guards.approving, due=_DUE),
        Act("refuse", _("不予兑现"), ("submitted", "accepted", "verified"), "refused", _LEAD, Duty.APPROVE,
            needs_reason=True),
        Act("correct", _("更正金额"), "approved", "accepted", _LEAD, Duty.APPROVE, guards.correcting,
            needs_reason=True),
        Act("stop", _("停止兑现"), "approved", "refused", _LEAD, Duty.APPROVE, guards.correcting, needs_reason=True),
        Act("pay_out", _("送国库支付"), "approved", "paying", _PAYER, Duty.PAY, guards.paying),
        Act("pay_more", _("送国库支付另一部分"), "paying", "paying", _PAYER, Duty.PAY, guards.paying),
        Act("settle", _("付讫"), "paying", "paid", _PAYER, Duty.PAY),
        Act("cut_short", _("其余不再拨付"), ("approved", "paying"), "paid", _LEAD, Duty.APPROVE, guards.cutting_short,
            needs_reason=True),
        Act("fail", _("支付失败"), "paying", "approved", _PAYER, Duty.PAY, needs_reason=True),
        Act("give_back", _("登记部分退回"), "paid", "paid", _PAYER, Duty.PAY, needs_reason=True),
        Act("give_back_all", _("登记全部退回"), "paid", "given_back", _PAYER, Duty.PAY, needs_reason=True),
        Act("reconsider", _("重新核验"), "refused", "accepted", _HANDLER, needs_reason=True),
        Act("withdraw", _("撤回"), ("draft", "submitted", "returned", "accepted", "verified"), "withdrawn",
            _ENTERPRISE),
    ),
    _("兑现申请"),
)  # fmt: skip

OBJECTION = Flow(
    "support_objection",
    (
        State("received", _("待处理")),
        State("upheld", _("异议成立"), final=True),
        State("dismissed", _("异议不成立"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("file", _("提出异议"), (), "received", by(ENTERPRISE, within=lambda case, viewer: _own(case.claim, viewer)),
            guard=guards.objecting),
        Act("uphold", _("异议成立"), "received", "upheld",
            by(*LEADS, within=lambda case, viewer: _handler(case.claim, viewer)), Duty.REVIEW, needs_reason=True),
        Act("dismiss", _("异议不成立"), "received", "dismissed",
            by(*LEADS, within=lambda case, viewer: _handler(case.claim, viewer)), Duty.REVIEW, needs_reason=True),
        Act("withdraw", _("撤回异议"), "received", "withdrawn",
            by(ENTERPRISE, within=lambda case, viewer: _own(case.claim, viewer))),
    ),
    _("兑现异议"),
)  # fmt: skip

PAYMENT_BATCH = Flow(
    "support_payment_batch",
    (
        State("draft", _("编制中")),
        State("exported", _("已送国库")),
        State("settled", _("已办结"), final=True),
        State("dissolved", _("已撤销"), final=True),
    ),
    (
        Act("make", _("编制"), (), "draft", by(FINANCE, within=_of_fund), Duty.PAY),
        Act("export", _("送国库"), "draft", "exported", by(FINANCE, within=_of_fund), Duty.PAY, guards.exporting),
        Act("settle", _("办结"), "exported", "settled", by(FINANCE, within=_of_fund), Duty.PAY, guards.settling),
        Act("dissolve", _("撤销批次"), "draft", "dissolved", by(FINANCE, within=_of_fund), Duty.PAY),
    ),
    _("拨付批次"),
)

REIMBURSEMENT = Flow(
    "support_reimbursement",
    (
        State("requested", _("待审核")),
        State("checked", _("待批准")),
        State("approved", _("已批准·待拨付")),
        State("paid", _("已拨付"), final=True),
        State("refused", _("不予补助"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("request", _("申请"), (), "requested",
            by(Role.DISTRICT_LEAD, Role.DISTRICT_FINANCE, within=lambda case, viewer:
                bool(viewer.district) and viewer.district == case.district), Duty.PROPOSE, guards.reimbursing),
        Act("check", _("核对账簿"), "requested", "checked", CITY, Duty.REVIEW, guards.reimbursing),
        Act("approve", _("批准"), "checked", "approved", Role.CITY_LEAD, Duty.APPROVE, guards.reimbursing),
        Act("refuse", _("不予补助"), ("requested", "checked"), "refused", Role.CITY_LEAD, Duty.APPROVE,
            needs_reason=True),
        Act("stop", _("停止补助"), "approved", "refused", Role.CITY_LEAD, Duty.APPROVE, guards.stopping,
            needs_reason=True),
        Act("settle", _("付讫"), "approved", "paid", by(FINANCE, within=_of_fund), Duty.PAY),
        Act("withdraw", _("撤回"), ("requested", "checked"), "withdrawn",
            by(Role.DISTRICT_LEAD, Role.DISTRICT_FINANCE, within=lambda case, viewer:
                bool(viewer.district) and viewer.district == case.district), Duty.PROPOSE),
    ),
    _("市级次年补助"),
)  # fmt: skip
