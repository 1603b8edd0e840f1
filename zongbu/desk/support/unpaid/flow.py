"""The flows of what gives no money: requests and referrals, selections, milestones of obligations.

The official texts ((八)–(十二), (十五)) say who helps whom with what, and a term for one of them; the steps are the
customary ones. Guards stand in ``unpaid/guards.py``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, Term, by, same
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.unpaid import guards


def _own(case: Any, viewer: Viewer) -> bool:
    """The enterprise itself."""
    return bool(viewer.uscc) and viewer.uscc == case.enterprise.uscc


def _own_milestone(case: Any, viewer: Viewer) -> bool:
    return _own(case.obligation, viewer)


def _confirms(case: Any, viewer: Viewer) -> bool:
    """The organisation that keeps the obligation."""
    return viewer.organisation is not None and viewer.organisation == case.obligation.organisation_id


def _refers(case: Any, viewer: Viewer) -> bool:
    """Districts refer enterprises of their own; departments and the city office any."""
    return viewer.role not in DISTRICT or viewer.district == case.district


def decides(case: Any, viewer: Viewer) -> bool:
    """Whom a list names as the one who decides; a district's lead only lists of that district."""
    if viewer.role != case.approver:
        return False
    return viewer.role != Role.DISTRICT_LEAD or (bool(viewer.district) and viewer.district == case.district)


def _term(case: Any) -> int | None:
    """The working days that the measure's 期限 names; None where it names none."""
    from zongbu.desk.support.measures import working_days

    return working_days(case)


_ENTERPRISE = by(ENTERPRISE, within=_own)
_HANDLER = by(DISTRICT, DEPARTMENT, CITY, within=same("organisation", "organisation_id"))
_LEAD = by(
    Role.DISTRICT_LEAD, Role.DEPARTMENT_LEAD, Role.CITY_LEAD, within=same("organisation", "organisation_id")
)  # fmt: skip
_DECIDER = by(Role.LEADING_GROUP, Role.CITY_LEAD, Role.DISTRICT_LEAD, within=decides)
_KEEPER = by(DISTRICT, DEPARTMENT, CITY, within=_confirms)
_DUE = Term(_term, since="receive", source=_("措施的期限"))

REQUEST = Flow(
    "support_request",
    (
        State("asked", _("待接收")),
        State("received", _("办理中")),
        State("returned", _("退回补正"), stops=_("等待企业补正")),
        State("granted", _("已办成"), final=True),
        State("declined", _("未办成")),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("ask", pgettext_lazy("request", "申请"), (), "asked", _ENTERPRISE, guard=guards.asking),
        Act("refer", _("转介"), (), "asked", by(DISTRICT, DEPARTMENT, CITY, within=_refers), Duty.PROPOSE,
            guards.asking, needs_reason=True),
        Act("assign", _("指派"), ("asked", "received"), "asked", CITY, needs_reason=True),
        Act("receive", _("接收"), "asked", "received", _HANDLER, Duty.REVIEW),
        Act("return", _("退回补正"), "received", "returned", _HANDLER, Duty.REVIEW, needs_reason=True),
        Act("resubmit", _("补正后重新提交"), "returned", "received", _ENTERPRISE, guard=guards.resubmitting),
        Act("grant", _("办成"), "received", "granted", _HANDLER, Duty.REVIEW, guards.granting, due=_DUE),
        Act("decline", _("不予办理"), "received", "declined", _HANDLER, Duty.REVIEW, due=_DUE, needs_reason=True),
        Act("reopen", _("重新办理"), "declined", "received", _LEAD, guard=guards.reopening, needs_reason=True),
        Act("withdraw", _("撤回"), ("asked", "received", "returned"), "withdrawn", _ENTERPRISE),
    ),
    _("服务申请和转介"),
)  # fmt: skip

SELECTION = Flow(
    "support_selection",
    (
        State("draft", _("编制中")),
        State("proposed", _("待决定")),
        State("decided", _("已决定·待公布")),
        State("published", _("已公布"), final=True),
        State("dissolved", _("已撤销"), final=True),
    ),
    (
        Act("open", _("编制名单"), (), "draft", _HANDLER, Duty.PROPOSE),
        Act("propose", _("提请决定"), "draft", "proposed", _HANDLER, Duty.PROPOSE, guards.proposing),
        Act("take_back", _("收回提请"), "proposed", "draft", _HANDLER, Duty.PROPOSE),
        Act("send_back", _("退回重拟"), ("proposed", "decided"), "draft", _DECIDER, Duty.APPROVE, needs_reason=True),
        Act("decide", pgettext_lazy("act", "决定"), "proposed", "decided", _DECIDER, Duty.APPROVE, needs_reason=True),
        Act("publish", _("公布"), "decided", "published", _HANDLER, guard=guards.publishing),
        Act("dissolve", _("撤销名单"), "draft", "dissolved", _HANDLER, needs_reason=True),
    ),
    _("推荐名单"),
)  # fmt: skip

MILESTONE = Flow(
    "support_milestone",
    (
        State("pending", _("待报告")),
        State("reported", _("待确认")),
        State("met", _("已完成"), final=True),
        State("missed", _("未完成")),
        State("ended", _("不再要求"), final=True),
    ),
    (
        Act("set", _("约定节点"), (), "pending", _KEEPER, Duty.PROPOSE),
        Act("report", _("报告"), ("pending", "reported", "missed"), "reported",
            by(ENTERPRISE, within=_own_milestone)),
        Act("meet", _("确认完成"), ("pending", "reported", "missed"), "met", _KEEPER, needs_reason=True),
        Act("miss", _("确认未完成"), ("pending", "reported"), "missed", _KEEPER, guard=guards.missing,
            needs_reason=True),
        Act("postpone", _("延期"), ("pending", "reported", "missed"), "pending", _KEEPER, needs_reason=True),
        Act("end", _("不再要求"), ("pending", "reported", "missed"), "ended", _KEEPER, needs_reason=True),
    ),
    _("项目义务节点"),
)  # fmt: skip
