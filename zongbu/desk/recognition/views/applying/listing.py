"""The list that officials work through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.listing import (
    COLUMNS,
    DEFAULT_COLUMNS,
    DESKS,
    NAME,
    SORTS,
    Criteria,
    as_csv,
    as_workbook,
    choices,
    listed,
    read,
)
from zongbu.desk.recognition.views.applying.common import viewer_of


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is at work, and the address of the list without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: where a click leads, and how the list is sorted by it."""

    title: str
    address: str
    sorted: str


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
        "headings": [_heading("name", str(NAME), criteria)]
        + [_heading(column.name, str(column.title), criteria) for column in found.columns],
        "chips": _chips(criteria, offered),
        "filters": [
            (name, legend, [(value, label, value in getattr(criteria, name)) for value, label in offered[name]],
             len(getattr(criteria, name)))
            for name, legend in (("round", _("批次")), ("state", _("状态")), ("district", _("区县")),
                                 ("track", _("申报途径")))
            if offered[name]
        ],
        "tabs": _tabs(viewer, criteria),
        "columns": [(name, str(column.title), name in criteria.columns) for name, column in COLUMNS.items()],
        "usual": criteria.address(columns=DEFAULT_COLUMNS),
        "may_register": viewer.role in DISTRICT and viewer.writes,
    }  # fmt: skip
    return render(request, "recognition/applying/applications.html", shown)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """A file of exactly what the list shows, all pages of it."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    name = f"{_('认定申请')}-{timezone.localdate():%Y%m%d}"
    if request.GET.get("format") == "xlsx":
        return FileResponse(as_workbook(viewer, criteria), as_attachment=True, filename=f"{name}.xlsx")
    answer = StreamingHttpResponse(as_csv(viewer, criteria), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return answer


def _criteria(request: HttpRequest, viewer: Viewer) -> Criteria:
    return read({name: list(map(str, values)) for name, values in request.GET.lists()}, viewer)


def _tabs(viewer: Viewer, criteria: Criteria) -> list[tuple[Any, ...]]:
    labels = {"mine": _("等我办理"), "open": _("在办"), "all": _("全部")}
    return [
        (label, criteria.address(show=name), criteria.show == name, None)
        for name, label in labels.items()
        if name != "mine" or viewer.role in DESKS
    ]


def _heading(name: str, title: str, criteria: Criteria) -> Heading:
    if name not in SORTS:
        return Heading(title, "", "")
    order = ""
    if criteria.sorted_by == name:
        order = "descending" if criteria.descending else "ascending"
    first = f"-{name}" if name == "submitted" else name
    other = name if first.startswith("-") else f"-{name}"
    return Heading(title, criteria.address(sort=other if criteria.sort == first else first), order)


def _chips(criteria: Criteria, offered: dict[str, list[tuple[str, str]]]) -> list[Chip]:
    labels = {name: dict(options) for name, options in offered.items()}
    found = [Chip(_("含「%(words)s」") % {"words": criteria.q}, criteria.without("q", ""))] if criteria.q else []
    for name in ("round", "state", "district", "track"):
        found += [
            Chip(labels[name].get(value, value), criteria.without(name, value)) for value in getattr(criteria, name)
        ]
    if criteria.overdue:
        found.append(Chip(_("已逾期"), criteria.without("overdue", "")))
    if criteria.paper:
        found.append(Chip(_("纸质代录"), criteria.without("paper", "")))
    return found
