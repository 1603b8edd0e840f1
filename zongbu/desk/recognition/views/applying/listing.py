"""The list that officials work through."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import lists
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import files
from zongbu.desk.recognition.actions.exports import exported_applications
from zongbu.desk.recognition.listing import (
    COLUMNS,
    DESKS,
    NAME,
    SORTS,
    Criteria,
    all_rows,
    choices,
    listed,
    read,
    titles,
)


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The applications that the viewer may read: on one's desk, under way, or all."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    found = listed(viewer, criteria)
    offered = choices(viewer)
    shown = {
        "found": found,
        "criteria": found.criteria,
        "headings": lists.headings(criteria, NAME, found.columns, SORTS),
        "chips": lists.chips(criteria, offered, {"overdue": _("已逾期"), "paper": _("纸质代录")}),
        "filters": lists.filters(
            criteria,
            offered,
            {"round": _("批次"), "state": _("状态"), "district": _("区县"), "track": _("申报途径")},
        ),
        "tabs": _tabs(viewer, criteria),
        "columns": lists.choosable(criteria, COLUMNS),
        "usual": criteria.address(columns=Criteria.usual_columns),
        "tabs_name": _("认定申请"),
        "search_label": _("企业名称、代码或受理号"),
        "leads_to": "recognition:application",
        "export": reverse("recognition:applications_export"),
        "may_register": viewer.role in DISTRICT and viewer.writes,
    }
    return render(request, "recognition/applying/applications.html", shown)


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """A file of exactly what the list shows, all pages of it; it is journalled who took what."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    rows = list(all_rows(viewer, criteria))
    exported_applications(viewer, {"format": kind, **criteria.told}, len(rows))
    name = f"{_('认定申请')}-{timezone.localdate():%Y%m%d}"
    cells = ([row.case.enterprise.name, *(text for _column, text, _tone in row.cells)] for row in rows)
    return files.answer(kind, name, titles(criteria), cells)


def _criteria(request: HttpRequest, viewer: Viewer) -> Criteria:
    return read(dict(request.GET.lists()), viewer)


def _tabs(viewer: Viewer, criteria: Criteria) -> list[tuple[Any, ...]]:
    labels = {"mine": _("等我办理"), "open": _("在办"), "all": _("全部")}
    return [
        (label, criteria.address(show=name), criteria.show == name, None)
        for name, label in labels.items()
        if name != "mine" or viewer.role in DESKS
    ]
