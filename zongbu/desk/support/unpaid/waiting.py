"""What waits of requests, lists and obligations for somebody."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.support.actions.requests import rule
from zongbu.desk.support.models import SupportRequest
from zongbu.desk.support.models.selections import APPROVERS
from zongbu.desk.support.unpaid import queries

SOON = timedelta(days=30)
"""How long before its day a milestone is shown to its enterprise."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    if not viewer.writes:
        return []
    if viewer.role in ENTERPRISE:
        found = _of_enterprise(viewer)
    elif viewer.role in CITY | DISTRICT | DEPARTMENT:
        found = [*_of_office(viewer), *_deciding(viewer)]
    elif viewer.role == Role.LEADING_GROUP:
        found = _deciding(viewer)
    else:
        return []
    return [one for one in found if one.count]


def _of_enterprise(viewer: Viewer) -> list[Waiting]:
    """Requests to correct, milestones to report on: due soon, and overdue."""
    today = timezone.localdate()
    returned = queries.requests(viewer).filter(state="returned").count()
    steps = queries.milestones(viewer).filter(state="pending", due_on__lte=today + SOON).order_by()
    counted = steps.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    return [
        Waiting(_("待补正的服务申请"), returned, f"{reverse('support:requests')}?show=mine"),
        Waiting(_with_late(_("待报告的项目节点"), counted["late"]), counted["all"], reverse("support:obligations")),
    ]


def _of_office(viewer: Viewer) -> list[Waiting]:
    """Requests to receive and to decide, those that nobody handles, reports to confirm, lists to publish."""
    today, url = timezone.localdate(), f"{reverse('support:requests')}?show=mine"
    handled = Q(organisation=viewer.organisation or 0)
    late = Q(due_on__lt=today)
    cases = queries.requests(viewer).filter(state__in=["asked", "received"]).order_by()
    counted = cases.aggregate(
        asked=Count("pk", filter=handled & Q(state="asked")),
        received=Count("pk", filter=handled & Q(state="received")),
        late=Count("pk", filter=handled & Q(state="received") & late),
        nobody=Count("pk", filter=Q(organisation=None)),
    )
    steps = queries.milestones(viewer).filter(obligation__organisation=viewer.organisation or 0).order_by()
    reports = steps.aggregate(
        all=Count("pk", filter=Q(state="reported")), late=Count("pk", filter=Q(state="pending", due_on__lt=today))
    )
    lists = queries.selections(viewer).filter(organisation=viewer.organisation or 0, state="decided").count()
    found = [
        Waiting(_("待接收的服务申请"), counted["asked"], url),
        Waiting(_with_late(_("办理中的服务申请"), counted["late"]), counted["received"], url),
        Waiting(_("待确认的项目节点"), reports["all"], reverse("support:obligations")),
        Waiting(_("企业逾期没有报告的项目节点"), reports["late"], reverse("support:obligations")),
        Waiting(_("待公布的推荐名单"), lists, reverse("support:selections")),
    ]
    if viewer.role in CITY:
        found.insert(0, Waiting(_("待指派的服务申请"), counted["nobody"], url))
    if viewer.role == Role.CITY_LEAD and rule() is None and SupportRequest.objects.exists():
        found.append(Waiting(_("待设定的个人信息保存期限"), 1, reverse("support:retention")))
    return found


def _deciding(viewer: Viewer) -> list[Waiting]:
    """Lists that have been put forward, for whom they name."""
    if viewer.role not in dict(APPROVERS):
        return []
    lists = queries.selections(viewer).filter(state="proposed", approver=viewer.role)
    if viewer.role == Role.DISTRICT_LEAD:
        lists = lists.filter(district=viewer.district)
    return [Waiting(_("待决定的推荐名单"), lists.count(), reverse("support:selections"))]


def _with_late(label: str, late: int) -> str:
    return _("%(label)s（%(late)s件已逾期）") % {"label": label, "late": late} if late else label
