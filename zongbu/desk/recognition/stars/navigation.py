"""What stars have in the navigation, and what of them waits for somebody."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import CITY, ENTERPRISE, Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.computing import STILL
from zongbu.desk.recognition.stars.flow import EVALUATION, INDICATOR_SET, OVERRIDE, STAR_OBJECTION


def entries(viewer: Viewer) -> list[Entry]:
    """The published list for everybody; evaluations to whoever sees the city; an enterprise's own star."""
    section = _("星级")
    if viewer.role in ENTERPRISE:  # from there a link leads to the list
        return [Entry(_("我的星级"), "recognition:star_own", "star", section, 57)]
    found = [Entry(_("星级名单"), "recognition:stars", "star", section, 58)]
    if viewer.case_reach is Reach.CITY:
        found.insert(0, Entry(_("星级评价"), "recognition:star_evaluations", "chart-bar", section, 56))
        found.append(Entry(_("评价指标"), "recognition:star_sets", "adjustments", section, 59))
    return found


FLOWS = (INDICATOR_SET, EVALUATION, STAR_OBJECTION, OVERRIDE)
"""After whose acts something else may wait."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """Objections to reply to; what a lead has to approve, or to let go on. Five short queries."""
    if viewer.role not in CITY:
        return []
    proposed, broken = Q(state="proposed"), Q(work="failed") | Q(alive_at__lt=timezone.now() - STILL)
    received = queries.objections(viewer).filter(state="received")
    objections = (_("待答复的星级异议"), received, "star_evaluations")
    kinds = (
        (objections,)
        if viewer.role != Role.CITY_LEAD
        else (
            objections,
            (_("待审批的评价指标"), queries.sets(viewer).filter(proposed), "star_sets"),
            (_("待复核的星级评价"), queries.evaluations(viewer).filter(proposed), "star_evaluations"),
            (_("中断的星级公布"), queries.evaluations(viewer).filter(broken, state="publishing"), "star_evaluations"),
            (_("待审批的星级调整"), queries.overrides(viewer).filter(proposed), "star_evaluations"),
        )
    )
    return [
        Waiting(label, count, reverse(f"recognition:{route}"))
        for label, cases, route in kinds
        if (count := cases.count())
    ]
