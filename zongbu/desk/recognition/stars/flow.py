"""The flows of stars: indicator sets, yearly evaluations, objections, overrides. Who proposes never approves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Act, Duty, Flow, State, by
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, Override, StarObjection


def _usable(case: IndicatorSet, viewer: Viewer) -> StrOrPromise:
    """A set is put forward and approved only if its weights sum to 100 and nothing else is wrong with it."""
    from zongbu.desk.recognition.stars.definition import faults

    if not case.source.strip():
        return gettext("请写明指标和权重的来源。")
    found = faults(case.definition)
    return found[0] if found else ""


def _computed(case: Evaluation, viewer: Viewer) -> StrOrPromise:
    """Nothing goes to the lead that has not been computed, or waits for a word on an override."""
    if case.work != case.Work.DONE:
        return gettext("评价还没有计算，或者计算以后又录入了评分，请先计算。")
    if not case.enterprises:
        return gettext("没有参评的企业。")
    if case.overrides.filter(state="proposed").exists():
        return gettext("还有没有审批的人工调整。")
    return ""


def _notice_over(case: Evaluation, viewer: Viewer) -> StrOrPromise:
    if case.notice_ends is None or timezone.localdate() <= case.notice_ends:
        return gettext("公示期还没有结束。")
    if case.objections.filter(state="received").exists():
        return gettext("还有没有答复的异议。")
    return ""


def _objecting(case: StarObjection, viewer: Viewer) -> StrOrPromise:
    """Everybody may object while the list is shown."""
    return "" if case.evaluation.takes_objections(timezone.localdate()) else gettext("现在不在公示期内。")


def _broken_off(case: Evaluation, viewer: Viewer) -> StrOrPromise:
    """Publishing goes on by itself; only where it has stopped somebody lets it go on."""
    from zongbu.desk.recognition.stars.computing import stale

    return "" if case.work == case.Work.FAILED or stale(case) else gettext("正在公布，请稍候。")


def _awarded(case: Evaluation, viewer: Viewer) -> StrOrPromise:
    return "" if case.done >= case.enterprises else gettext("还没有逐家办完。")


def _overriding(case: Override, viewer: Viewer) -> StrOrPromise:
    """Overrides belong to the time between computing and the notice."""
    if case.evaluation.state != "draft" or case.evaluation.work != "done":
        return gettext("只能在计算以后、提请公示以前调整。")
    return ""


INDICATOR_SET = Flow(
    "star_indicator_set",
    (
        State("draft", _("草稿")),
        State("proposed", _("待审批")),
        State("approved", _("可以使用")),
        State("retired", _("停用"), final=True),
        State("dropped", _("已放弃"), final=True),
    ),
    (
        Act("draft", _("起草"), (), "draft", CITY, Duty.PROPOSE),
        Act("edit", _("修改"), "draft", "draft", CITY, Duty.PROPOSE),
        Act("propose", _("提请审批"), "draft", "proposed", CITY, Duty.PROPOSE, _usable),
        Act("approve", _("批准"), "proposed", "approved", Role.CITY_LEAD, Duty.APPROVE, _usable),
        Act("send_back", _("退回修改"), "proposed", "draft", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("retire", _("停用"), "approved", "retired", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("drop", _("放弃"), "draft", "dropped", CITY, Duty.PROPOSE),
    ),
    _("星级评价指标"),
)

EVALUATION = Flow(
    "star_evaluation",
    (
        State("draft", _("评价中")),
        State("proposed", _("待复核")),
        State("noticed", _("公示")),
        State("publishing", _("公布中")),
        State("published", _("已公布"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    (
        Act("open", _("开始评价"), (), "draft", CITY, Duty.PROPOSE),
        Act("compute", _("计算"), "draft", "draft", CITY, Duty.PROPOSE),
        Act("enter", _("录入评分"), "draft", "draft", CITY, Duty.PROPOSE),
        Act("submit", _("提请公示"), "draft", "proposed", CITY, Duty.PROPOSE, _computed),
        Act("send_back", _("退回"), "proposed", "draft", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("notice", _("公示"), "proposed", "noticed", Role.CITY_LEAD, Duty.APPROVE),
        Act("recall", _("撤下公示"), "noticed", "draft", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("publish", _("公布"), "noticed", "publishing", Role.CITY_LEAD, Duty.APPROVE, _notice_over),
        Act("go_on", _("继续公布"), "publishing", "publishing", Role.CITY_LEAD, Duty.APPROVE, _broken_off),
        Act("finish", _("公布完毕"), "publishing", "published", Role.CITY_LEAD, Duty.APPROVE, _awarded),
        Act("cancel", _("取消"), "draft", "cancelled", CITY, Duty.PROPOSE, needs_reason=True),
    ),
    _("星级综合评价"),
)

STAR_OBJECTION = Flow(
    "star_objection",
    (
        State("received", _("待处理")),
        State("upheld", _("异议成立"), final=True),
        State("dismissed", _("异议不成立"), final=True),
    ),
    (
        Act("file", _("提出异议"), (), "received", by(*Role), guard=_objecting),
        Act("uphold", _("异议成立"), "received", "upheld", Role.CITY_LEAD, Duty.REVIEW, needs_reason=True),
        Act("dismiss", _("异议不成立"), "received", "dismissed", CITY, Duty.REVIEW, needs_reason=True),
    ),
    _("对星级公示的异议"),
)

OVERRIDE = Flow(
    "star_override",
    (
        State("proposed", _("待审批")),
        State("approved", _("已批准")),
        State("refused", _("未批准"), final=True),
        State("withdrawn", _("已撤回"), final=True),
        State("lapsed", _("已失效"), final=True),
    ),
    (
        Act("propose", _("提出调整"), (), "proposed", CITY, Duty.PROPOSE, _overriding, needs_reason=True),
        Act("approve", _("批准调整"), "proposed", "approved", Role.CITY_LEAD, Duty.APPROVE, _overriding),
        Act("refuse", _("不予调整"), "proposed", "refused", Role.CITY_LEAD, Duty.APPROVE, needs_reason=True),
        Act("withdraw", _("撤回"), "proposed", "withdrawn", CITY, Duty.PROPOSE),
        # By computing again, never by a button: it was said of another result, or another one has taken its place.
        Act("reconsider", _("重新审批"), ("approved", "proposed"), "proposed", CITY, needs_reason=True),
        Act("lapse", _("调整失效"), "approved", "lapsed", CITY, needs_reason=True),
    ),
    _("星级人工调整"),
)
