"""What an enterprise's page lists of requests and of obligations that are not fulfilled."""

from __future__ import annotations

from django.urls import reverse

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.cases import CaseLine
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.unpaid import queries, standing
from zongbu.desk.support.unpaid.flow import MILESTONE, REQUEST

SHOWN = 50


def cases(viewer: Viewer, enterprise: Enterprise) -> list[CaseLine]:
    """The requests of an enterprise that the viewer may read, the newest first, and milestones that are still open."""
    requests = list(queries.requests(viewer).filter(enterprise=enterprise).order_by("-pk")[:SHOWN])
    steps = queries.milestones(viewer).filter(
        obligation__enterprise=enterprise, state__in=["pending", "reported", "missed"]
    )
    found = [
        CaseLine(
            one.receipt,
            one.title,
            REQUEST.label(one.state),
            standing.tone(one),
            one.state_since,
            reverse("support:request", args=[one.receipt]),
            one.due_on,
        )
        for one in requests
    ]
    return found + [
        CaseLine(
            step.obligation.receipt,
            f"{step.obligation.title}：{step.title}",
            MILESTONE.label(step.state),
            standing.tone(step),
            step.state_since,
            reverse("support:obligation", args=[step.obligation.receipt]),
            step.due_on,
        )
        for step in steps.order_by("due_on", "pk")[:SHOWN]
    ]
