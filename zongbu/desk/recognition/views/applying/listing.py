"""The list that officials work through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import files
from zongbu.desk.recognition.actions.exports import exported_applications
from zongbu.desk.recognition.listing import (
    COLUMNS,
    DEFAULT_COLUMNS,
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


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """A file of exactly what the list shows, all pages of it; it is journalled who took what."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    rows = list(all_rows(viewer, criteria))
    chosen: dict[str, object] = {"format": kind}
    for key, value in criteria.pairs:
        chosen[key] = f"{chosen[key]},{value}" if key in chosen else value
    exported_applications(viewer, chosen, len(rows))
    name = f"{_('认定申请')}-{timezone.localdate():%Y%m%d}"
    cells = ([row.case.enterprise.name, *(text for _column, text, _tone in row.cells)] for row in rows)
    return files.answer(kind, name, titles(criteria), cells)


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
