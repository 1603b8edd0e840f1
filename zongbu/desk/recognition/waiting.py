"""What waits in recognition for somebody."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.recognition import queries


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    return [*_revocations(viewer)]


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
