"""What the pages of stars share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Flow
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.library.views.common import Crumbs
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet

TONES = {
    "draft": "open", "proposed": "action", "approved": "met", "noticed": "action", "publishing": "action",
    "published": "met", "retired": "neutral", "dropped": "neutral", "cancelled": "neutral", "refused": "refused",
    "withdrawn": "neutral", "lapsed": "neutral", "received": "action",
    "upheld": "met", "dismissed": "neutral",
}  # fmt: skip


def tone(state: str) -> str:
    """How a state is coloured."""
    return TONES.get(state, "neutral")


def works(request: HttpRequest) -> bool:
    """Whether the viewer works on stars."""
    viewer = viewer_of(request)
    return viewer.writes and viewer.role in CITY


def set_or_404(request: HttpRequest, pk: int) -> IndicatorSet:
    found = queries.sets(viewer_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def evaluation_or_404(request: HttpRequest, pk: int) -> Evaluation:
    found = queries.evaluations(viewer_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def crumbs(*more: tuple[str, str], sets: bool = False) -> Crumbs:
    """Where a page of the office stands."""
    first = (_("评价指标"), reverse("recognition:star_sets")) if sets else (
        _("星级评价"), reverse("recognition:star_evaluations"))  # fmt: skip
    return [first, *more]


def standing(table: Flow, case: Any, request: HttpRequest) -> dict[str, Any]:
    """State, possible acts and history of a case, for its page; the history is read once."""
    past = flow.history(table, case)
    return {
        "state_label": table.label(case.state),
        "tone": tone(case.state),
        "acts": flow.possible(table, case, viewer_of(request), past=past),
        "history": [(table.act(one.act).label, one) for one in past],
    }
