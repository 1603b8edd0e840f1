"""The flows of recognition, from the announcement of a round to the published list, objections and revocation.

The official text says only who takes part and how often ((四)); the steps are the customary ones. Guards that look at
the records of a case stand in ``guards.py``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, Term, by, same
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import guards
from zongbu.desk.recognition.stars.flow import EVALUATION as EVALUATION
from zongbu.desk.recognition.stars.flow import INDICATOR_SET as INDICATOR_SET
from zongbu.desk.recognition.stars.flow import OVERRIDE as OVERRIDE
from zongbu.desk.recognition.stars.flow import STAR_OBJECTION as STAR_OBJECTION

# --- rounds ------------------------------------------------------------------------------------------------

ROUND = Flow(
    "recognition_round",
    (
        State("draft", _("筹备")),
        State("open", _("已发布")),
        State("concluded", _("已结束"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    (
        Act("prepare", _("筹备批次"), (), "draft", CITY, Duty.PROPOSE),
        Act("edit", _("修改设定"), "draft", "draft", CITY, Duty.PROPOSE),
        Act("announce", _("发布通知"), "draft", "open", Role.CITY_LEAD, Duty.APPROVE, guards.announcing),
        Act("extend", _("延长申报"), "open", "open", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("conclude", _("结束批次"), "open", "concluded", Role.CITY_LEAD, Duty.APPROVE, guards.concluding),
        Act("cancel", _("取消批次"), "draft", "cancelled", CITY, needs_reason=True),
    ),
    _("认定批次"),
)

# --- applications ------------------------------------------------------------------------------------------


def _own(case: Any, viewer: Viewer) -> bool:
    """The enterprise itself."""
    return bool(viewer.uscc) and viewer.uscc == case.enterprise.uscc


def _approver(case: Any, viewer: Viewer) -> bool:
    """Whoever the round gives the final decision."""
    return bool(viewer.role == case.round.approver)


def _in_reach(case: Any, viewer: Viewer) -> bool:
    """The city office everywhere, a district in its own."""
    return viewer.role in CITY or (bool(viewer.district) and viewer.district == case.recognition.district)


def _approver_or_enterprise(case: Any, viewer: Viewer) -> bool:
    return viewer.role in ENTERPRISE or _approver(case, viewer)


_DISTRICT = by(DISTRICT, within=same("district"))
_ENTERPRISE = by(ENTERPRISE, within=_own)
_DECIDING = by(Role.LEADING_GROUP, Role.CITY_LEAD, within=_approver)

# Resubmitting does not begin a term anew: the time before the return counts, the time of correction does not.
_DISTRICT_TERM = Term(
    lambda case: case.round.district_days, since=("submit", "register"), source=_("批次设定：区县初审期限")
)
_CORRECTION_TERM = Term(lambda case: case.round.correction_days, source=_("批次设定：补正期限"), stops=False)
_OFFICE_TERM = Term(
    lambda case: case.round.office_days,
    since=("collect", "collect_without", "not_recommend", "remove", "send_back", "reconsider"),
    source=_("批次设定：汇总期限"),
)
_WAITS = _("等待企业补正")

APPLICATION = Flow(
    "recognition_application",
    (
        State("draft", _("草稿·未提交")),
        State("district", _("区县初审")),
        State("returned", _("区县退回补正"), stops=_WAITS),
        State("departments", _("部门并联审查")),
        State("city", _("市总部办汇总")),
        State("returned_by_city", _("市总部办退回补正"), stops=_WAITS),
        State("proposed", _("提请审定")),
        State("approved", _("拟认定·待公示")),
        State("noticed", _("公示中")),
        State("recognised", _("已认定"), final=True),
        State("refused", _("不予认定")),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("start", _("起草申请"), (), "draft", _ENTERPRISE, guard=guards.entering),
        Act("register", _("代录申请"), (), "district", by(DISTRICT, within=same("district")), guard=guards.entering),
        Act("submit", _("提交"), "draft", "district", _ENTERPRISE, guard=guards.submitting),
        Act(
            "return", _("退回补正"), "district", "returned", _DISTRICT, Duty.REVIEW, guards.returning,
            needs_reason=True, due=_DISTRICT_TERM,
        ),
        Act("resubmit", _("补正后重新提交"), "returned", "district", _ENTERPRISE, guard=guards.resubmitting,
            due=_CORRECTION_TERM),
        Act("recommend", pgettext_lazy("act", "推荐"), "district", "departments", _DISTRICT, Duty.REVIEW,
            guards.checked, needs_reason=True, due=_DISTRICT_TERM),
        Act("not_recommend", _("不推荐"), "district", "city", _DISTRICT, Duty.REVIEW, guards.checked,
            needs_reason=True, due=_DISTRICT_TERM),
        Act("collect", _("部门意见齐备"), "departments", "city", by(DEPARTMENT, DISTRICT, CITY),
            guard=guards.collecting),
        Act("collect_without", _("不再等待部门意见"), "departments", "city", CITY, Duty.PROPOSE, needs_reason=True),
        Act("refer", _("转部门审查"), "city", "departments", CITY, Duty.PROPOSE, needs_reason=True),
        Act("return_by_city", _("退回补正"), "city", "returned_by_city", CITY, Duty.PROPOSE, guards.returning,
            needs_reason=True, due=_OFFICE_TERM),
        Act("resubmit_to_city", _("补正后重新提交"), "returned_by_city", "city", _ENTERPRISE,
            guard=guards.resubmitting, due=_CORRECTION_TERM),
        Act("propose", _("提请审定"), "city", "proposed", CITY, Duty.PROPOSE, guards.proposing, due=_OFFICE_TERM),
        Act("remove", _("移出批次"), "proposed", "city", CITY, Duty.PROPOSE, needs_reason=True),
        Act("send_back", _("退回市总部办"), "proposed", "city", _DECIDING, Duty.APPROVE, needs_reason=True),
        Act("approve", _("同意认定"), "proposed", "approved", _DECIDING, Duty.APPROVE, guards.approving),
        Act("refuse", _("不予认定"), "proposed", "refused", _DECIDING, Duty.APPROVE, guards.deciding,
            needs_reason=True),
        Act("publish", _("列入公示"), "approved", "noticed", Role.CITY_LEAD),
        Act("reconsider", _("重新审查"), ("approved", "noticed", "refused"), "city", CITY, needs_reason=True),
        Act("recognise", pgettext_lazy("recognition", "认定"), "noticed", "recognised", Role.CITY_LEAD,
            guard=guards.recognising),
        Act("withdraw", _("撤回申请"),
            ("draft", "district", "returned", "departments", "city", "returned_by_city", "proposed"), "withdrawn",
            _ENTERPRISE),
    ),
    _("总部企业认定申请"),
)  # fmt: skip

OPINION = Flow(
    "recognition_opinion",
    (
        State("requested", _("待答复")),
        State("given", _("已答复"), final=True),
        State("void", _("不再需要"), final=True),
    ),
    (
        Act("ask", _("征求意见"), (), "requested", by(DISTRICT, CITY)),
        Act("give", _("答复"), "requested", "given", by(DEPARTMENT, within=same("organisation", "organisation_id")),
            Duty.REVIEW),
        Act("delegate", _("转其他部门"), "requested", "requested",
            by(DEPARTMENT, within=same("organisation", "organisation_id")), needs_reason=True),
        Act("remind", _("催办"), "requested", "requested", CITY),
        Act("void", _("不再需要"), "requested", "void", by(CITY, ENTERPRISE)),
    ),
    _("部门审查意见"),
)  # fmt: skip

# --- decisions ---------------------------------------------------------------------------------------------

BATCH = Flow(
    "recognition_batch",
    (
        State("draft", _("拟定中")),
        State("submitted", _("已提请审定")),
        State("decided", _("已审定"), final=True),
        State("dissolved", _("已撤销"), final=True),
    ),
    (
        Act("make", _("拟定"), (), "draft", CITY, Duty.PROPOSE),
        Act("submit", _("提请审定"), "draft", "submitted", CITY, Duty.PROPOSE, guards.submitting_batch),
        Act("take_back", _("撤回"), "submitted", "draft", CITY, Duty.PROPOSE, needs_reason=True),
        # By itself, with the last decision in it or the withdrawal of the last application: no duty of anybody.
        Act("close", _("审定完毕"), "submitted", "decided",
            by(Role.LEADING_GROUP, Role.CITY_LEAD, ENTERPRISE, within=_approver_or_enterprise),
            guard=guards.closing_batch),
        Act("dissolve", _("撤销"), "draft", "dissolved", CITY, Duty.PROPOSE, guards.dissolving_batch),
    ),
    _("审定批次"),
)  # fmt: skip

# --- publishing --------------------------------------------------------------------------------------------

NOTICE = Flow(
    "recognition_notice",
    (
        State("published", _("公示中")),
        State("announced", _("已公告"), final=True),
    ),
    (
        Act("publish", _("发布公示"), (), "published", Role.CITY_LEAD, Duty.APPROVE),
        Act(
            "announce",
            _("公告认定名单"),
            "published",
            "announced",
            Role.CITY_LEAD,
            Duty.APPROVE,
            guards.announcing_list,
        ),
    ),
    _("公示"),
)

OBJECTION = Flow(
    "recognition_objection",
    (
        State("received", _("待处理")),
        State("upheld", _("异议成立"), final=True),
        State("dismissed", _("异议不成立"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    (
        Act("file", _("提出异议"), (), "received", by(Role.PUBLIC, *Role), guard=guards.objecting),
        Act("uphold", _("异议成立"), "received", "upheld", CITY, Duty.REVIEW, needs_reason=True),
        Act("dismiss", _("异议不成立"), "received", "dismissed", CITY, Duty.REVIEW, needs_reason=True),
        Act("withdraw", _("撤回异议"), "received", "withdrawn", by(ENTERPRISE, within=lambda case, viewer:
            case.kind == "decision" and _own(case.application, viewer))),
    ),
    _("异议"),
)  # fmt: skip

# --- revocation (二十二) ------------------------------------------------------------------------------------

REVOCATION = Flow(
    "recognition_revocation",
    (
        State("hearing", _("听取企业陈述")),
        State("proposed", _("报领导小组")),
        State("approved", pgettext_lazy("title", "已取消"), final=True),
        State("dropped", _("不予取消"), final=True),
    ),
    (
        Act("open", _("提出取消"), (), "hearing", by(CITY, DISTRICT, within=_in_reach), Duty.PROPOSE),
        Act("state", _("陈述申辩"), "hearing", "hearing",
            by(ENTERPRISE, within=lambda case, viewer: _own(case.recognition, viewer))),
        Act("propose", _("报领导小组"), "hearing", "proposed", CITY, Duty.PROPOSE, guards.heard),
        Act("approve", _("批准取消"), "proposed", "approved", Role.LEADING_GROUP, Duty.APPROVE, needs_reason=True),
        Act("drop", _("不予取消"), ("hearing", "proposed"), "dropped", by(CITY, Role.LEADING_GROUP), needs_reason=True),
    ),
    _("取消称号"),
)  # fmt: skip
