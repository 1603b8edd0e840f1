"""The list that officials work through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import files
from zongbu.desk.support.actions.exports import exported_claims
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.listing.columns import COLUMNS, DEFAULT_COLUMNS, NAME, SORTS
from zongbu.desk.support.listing.criteria import ALL, HANDLERS, MINE, STATES, UNASSIGNED, Criteria, read
from zongbu.desk.support.listing.rows import all_rows, cells, choices, listed, titles

USUAL_TABS = ("submitted", "accepted", "verified", "approved")
"""States that have a tab even while nothing is in them."""


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
    numeric: bool


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The claims that the viewer may read, overdue first: on one's desk, by state, or all."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    found = listed(viewer, criteria)
    offered = choices(viewer)
    legends = {
        "measure": _("措施"), "year": _("年度"), "district": _("区县"), "way": pgettext("claim", "方式"),
    }  # fmt: skip
    shown = {
        "found": found,
        "criteria": found.criteria,
        "headings": [_heading("name", str(NAME), False, criteria)]
        + [_heading(column.name, str(column.title), column.numeric, criteria) for column in found.columns],
        "chips": _chips(criteria, offered),
        "filters": [
            (name, legend, [(value, label, value in getattr(criteria, name)) for value, label in offered[name]],
             len(getattr(criteria, name)))
            for name, legend in legends.items()
            if offered[name]
        ],
        "tabs": _tabs(viewer, criteria, found.counts),
        "columns": [(name, str(column.title), name in criteria.columns) for name, column in COLUMNS.items()],
        "usual": criteria.address(columns=DEFAULT_COLUMNS),
        "mine": MINE,
    }  # fmt: skip
    return render(request, "support/office/claims.html", shown)


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
    exported_claims(viewer, chosen, len(rows))
    name = f"{_('兑现申请')}-{timezone.localdate():%Y%m%d}"
    notes = [(_("金额单位"), _("元"))]
    if any(row.case.demonstration for row in rows):
        notes.append((_("演示参数"), _("部分金额按演示参数计算，不是公布的标准。")))
    return files.answer(kind, name, titles(criteria), map(cells, rows), notes)


def _criteria(request: HttpRequest, viewer: Viewer) -> Criteria:
    return read({name: list(map(str, values)) for name, values in request.GET.lists()}, viewer)


def _tabs(viewer: Viewer, criteria: Criteria, counts: dict[str, int]) -> list[tuple[Any, ...]]:
    found: list[tuple[str, str]] = []
    if viewer.role in HANDLERS:
        found.append((MINE, _("等我办理")))
    if counts[UNASSIGNED] or criteria.show == UNASSIGNED:
        found.append((UNASSIGNED, _("未指派")))
    for name in STATES:
        if name in USUAL_TABS or counts.get(name) or criteria.show == name:
            found.append((name, str(CLAIM.label(name))))
    found.append((ALL, _("全部")))
    return [(label, criteria.address(show=name), criteria.show == name, counts.get(name, 0)) for name, label in found]


def _heading(name: str, title: str, numeric: bool, criteria: Criteria) -> Heading:
    if name not in SORTS:
        return Heading(title, "", "", numeric)
    order = ""
    if criteria.sorted_by == name:
        order = "descending" if criteria.descending else "ascending"
    first = f"-{name}" if name in ("submitted", "amount", "computed", "found", "decided", "paid") else name
    other = name if first.startswith("-") else f"-{name}"
    return Heading(title, criteria.address(sort=other if criteria.sort == first else first), order, numeric)


def _chips(criteria: Criteria, offered: dict[str, list[tuple[str, str]]]) -> list[Chip]:
    labels = {name: dict(options) for name, options in offered.items()}
    found = [Chip(_("含「%(words)s」") % {"words": criteria.q}, criteria.without("q", ""))] if criteria.q else []
    for name in ("measure", "year", "district", "way"):
        found += [
            Chip(labels[name].get(value, value), criteria.without(name, value)) for value in getattr(criteria, name)
        ]
    if criteria.least:
        found.append(Chip(_("不低于%(yuan)s元") % {"yuan": criteria.least}, criteria.without("least", "")))
    if criteria.most:
        found.append(Chip(_("不高于%(yuan)s元") % {"yuan": criteria.most}, criteria.without("most", "")))
    if criteria.overdue:
        found.append(Chip(_("已逾期"), criteria.without("overdue", "")))
    return found
