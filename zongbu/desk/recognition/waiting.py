"""What waits in recognition for somebody."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.flow import APPLICATION, BATCH, NOTICE, OBJECTION, OPINION, REVOCATION, ROUND
from zongbu.desk.recognition.models import Application, Notice, Round
from zongbu.desk.recognition.stars import navigation as stars

CLOSING = timedelta(days=14)
"""How long before its window closes an enterprise that has not applied is told of a round."""


def _closing(viewer: Viewer) -> list[Waiting]:
    """Rounds that close soon and in which the enterprise has no application."""
    today = timezone.localdate()
    own = Application.objects.filter(enterprise__uscc=viewer.uscc).exclude(state="withdrawn").values("round")
    rounds = Round.objects.filter(state="open", opens__lte=today, closes__range=(today, today + CLOSING))
    found = []
    for round in rounds.exclude(pk__in=own).order_by("closes")[:3]:
        left = (round.closes - today).days
        label = ngettext("总部企业认定还剩 %d 天截止申报", "总部企业认定还剩 %d 天截止申报", left) % left
        found.append(Waiting(label, 1, reverse("recognition:precheck", args=[round.pk])))
    return found


def _applying(viewer: Viewer) -> list[Waiting]:
    """Drafts before the window closes, applications to correct, to review, opinions to give; with how many overdue."""
    today = timezone.localdate()
    if viewer.role in ENTERPRISE:
        own = queries.applications(viewer).filter(state__in=["draft", "returned", "returned_by_city"])
        found = []
        for case in own.order_by("pk")[:10]:
            left = (case.round.closes - today).days
            if case.state != "draft":
                label = gettext("待补正的认定申请")
            elif left > 0:
                label = (
                    ngettext(
                        "草稿·未提交的认定申请（还剩 %d 天截止）",
                        "草稿·未提交的认定申请（还剩 %d 天截止）",
                        left,
                    )
                    % left
                )
            elif not left:
                label = gettext("草稿·未提交的认定申请（今天截止）")
            else:  # nothing can be done about it any more
                continue
            found.append(Waiting(label, 1, reverse("recognition:application", args=[case.receipt])))
        return [*found, *_closing(viewer)]
    if viewer.role in DISTRICT:
        cases = queries.applications(viewer).filter(state="district")
        counted = cases.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
        url = f"{reverse('recognition:applications')}?show=mine"
        return [Waiting(_with_late(gettext("待初审的认定申请"), counted["late"]), counted["count"], url)]
    if viewer.role in DEPARTMENT:
        asked = queries.opinions(viewer).filter(state="requested").order_by()
        counted = asked.aggregate(count=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
        label = _with_late(gettext("待答复的部门审查意见"), counted["late"])
        return [Waiting(label, counted["count"], reverse("recognition:opinions"))]
    return []


def _with_late(label: str, late: int) -> str:
    if not late:
        return label
    return gettext("%(label)s（%(late)s件已逾期）") % {"label": label, "late": late}


def _revocations(viewer: Viewer) -> list[Waiting]:
    """Titles about to be taken away: the enterprise speaks, the city office puts forward, the leading group decides."""
    today, found = timezone.localdate(), queries.revocations(viewer)
    match viewer.role:
        case role if role in ENTERPRISE:
            label, state = _("待陈述申辩的取消称号"), "hearing"
            found = found.filter(state="hearing", stated_at=None, hearing_until__gte=today)
        case role if role in CITY:
            label, state = _("待报领导小组的取消称号"), "hearing"
            found = found.filter(state="hearing").exclude(stated_at=None, hearing_until__gte=today)
        case Role.LEADING_GROUP:
            label, state = _("待审批的取消称号"), "proposed"
            found = found.filter(state="proposed")
        case _:
            return []
    count = found.count()
    return [Waiting(label, count, f"{reverse('recognition:revocations')}?state={state}")] if count else []


def _office(viewer: Viewer) -> list[Waiting]:
    """Rounds to announce, applications to put forward, approved ones to publish, objections to answer, lists to
    announce; two short queries for an officer, five for a lead."""
    if viewer.role not in CITY or not viewer.writes:
        return []
    today, found = timezone.localdate(), []
    rounds = Round.objects.filter(state="open")
    per_round = Count("applications", filter=Q(applications__state="city"))
    for pk, title, count in rounds.annotate(waits=per_round).filter(waits__gt=0).values_list("pk", "title", "waits"):
        label = _("待汇总提请：%(title)s") % {"title": title}
        found.append(Waiting(label, count, f"{reverse('recognition:sheet', args=[pk])}?state=city"))
    if count := queries.objections(viewer).filter(state="received").count():
        found.append(Waiting(_("待处理的异议"), count, reverse("recognition:objections")))
    if viewer.role != Role.CITY_LEAD:
        return found
    if count := Round.objects.filter(state="draft").count():
        found.append(Waiting(_("待发布的批次"), count, reverse("recognition:rounds")))
    approved = Count("applications", filter=Q(applications__state="approved"))
    for pk, title, count in rounds.annotate(waits=approved).filter(waits__gt=0).values_list("pk", "title", "waits"):
        label = _("待公示：%(title)s") % {"title": title}
        found.append(Waiting(label, count, reverse("recognition:publish", args=[pk])))
    over = Notice.objects.filter(state="published", ends__lt=today)
    for serial, title in over.order_by("pk").values_list("serial", "title"):
        label = _("公示期满，待公告：%(title)s") % {"title": title}
        found.append(Waiting(label, 1, reverse("recognition:notice", args=[serial])))
    return found


def _deciding(viewer: Viewer) -> list[Waiting]:
    """Applications in submitted batches, for whoever the round gives the decision."""
    if viewer.role not in (Role.LEADING_GROUP, Role.CITY_LEAD):
        return []
    waiting = Application.objects.filter(state="proposed", batch__state="submitted", round__approver=viewer.role)
    count = waiting.count()
    return [Waiting(_("待审定的申请"), count, f"{reverse('recognition:batches')}?state=submitted")] if count else []


COUNTINGS = (
    Counting(_applying, frozenset({ROUND.name, APPLICATION.name, OPINION.name})),
    Counting(_revocations, frozenset({REVOCATION.name})),
    Counting(_office, frozenset({ROUND.name, APPLICATION.name, NOTICE.name, OBJECTION.name})),
    Counting(_deciding, frozenset({ROUND.name, APPLICATION.name, BATCH.name})),
    Counting(stars.waiting, frozenset(one.name for one in stars.FLOWS)),
)
