"""What the page of an application shows the city office and whoever decides."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application

register = template.Library()


@register.simple_tag
def office_acts(application: Application, viewer: Viewer) -> dict[str, Any]:
    """Links to the acts that the viewer can perform now, and departments that can be reminded; empty if nothing."""
    if not viewer.writes or viewer.role not in CITY | {Role.LEADING_GROUP}:
        return {}
    possible = {act.name for act in flow.possible(APPLICATION, application, viewer)}
    links: list[dict[str, Any]] = []

    def offer(act: str, label: str, url: str) -> None:
        if act in possible:
            links.append({"label": label, "url": url, "first": act in ("propose", "approve")})

    def own(act: str) -> str:
        return reverse("recognition:office_act", args=[application.receipt, act])

    batch = application.batch_id
    if batch is not None and application.state == "proposed":
        line = [batch, application.receipt]
        offer("approve", _("决定"), reverse("recognition:decide", args=line))
        offer("send_back", _("退回市总部办"), reverse("recognition:send_back", args=line))
        links.append({"label": _("看审定批次"), "url": reverse("recognition:batch", args=[batch])})
        if application.batch is not None and application.batch.state == "draft":
            offer("remove", _("移出审定批次"), own("remove"))
    if viewer.role in CITY:
        propose = reverse("recognition:propose", args=[application.round_id])
        offer("propose", _("提请审定"), f"{propose}?application={application.pk}")
        offer("refer", _("转部门审查"), own("refer"))
        offer("collect_without", _("不再等待部门意见"), own("collect"))
        if application.state == "city":  # comments come first: the guard would hide the way to them
            links.append({"label": _("退回补正"), "url": own("return")})
    reminders = []
    if viewer.role in CITY and application.state == "departments":
        today = timezone.localdate()
        for one in application.opinions.filter(state="requested").select_related("organisation"):
            reminders.append(
                {
                    "pk": one.pk,
                    "organisation": one.organisation.name,
                    "due": one.due,
                    "late": one.overdue(today),
                    "reminded_at": one.reminded_at,
                }
            )
    return {"links": links, "reminders": reminders} if links or reminders else {}
