"""What waits in the support desk for somebody; each part adds its own."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.support import queries


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    return [*_own(viewer)]


def _own(viewer: Viewer) -> list[Waiting]:
    """Offers to confirm, claims to correct, drafts; one query."""
    if viewer.role not in ENTERPRISE:
        return []
    labels = {
        "offered": _("待确认的免申即享待遇"),
        "returned": _("待补正的兑现申请"),
        "draft": _("草稿·未提交的兑现申请"),
    }
    found = queries.claims(viewer).filter(state__in=labels).order_by()
    counted = dict(found.values_list("state").annotate(number=Count("pk")))
    url = reverse("support:benefits")
    return [Waiting(label, counted[state], url) for state, label in labels.items() if counted.get(state)]
