"""The list that officials work through."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import lists
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import files
from zongbu.desk.support.actions.exports import exported_claims
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.listing.columns import COLUMNS, NAME, SORTS
from zongbu.desk.support.listing.criteria import ALL, HANDLERS, MINE, STATES, UNASSIGNED, Criteria, read
from zongbu.desk.support.listing.rows import all_rows, cells, choices, listed, titles

USUAL_TABS = ("submitted", "accepted", "verified", "approved")
"""States that have a tab even while nothing is in them."""


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The claims that the viewer may read, overdue first: on one's desk, by state, or all."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    found = listed(viewer, criteria)
    offered = choices(viewer)
    amounts = {
        "least": _("不低于%(yuan)s元") % {"yuan": criteria.least},
        "most": _("不高于%(yuan)s元") % {"yuan": criteria.most},
    }
    shown = {
        "found": found,
        "criteria": found.criteria,
        "headings": lists.headings(criteria, NAME, found.columns, SORTS),
        "chips": lists.chips(criteria, offered, {**amounts, "overdue": _("已逾期")}),
        "filters": lists.filters(
            criteria,
            offered,
            {"measure": _("措施"), "year": _("年度"), "district": _("区县"), "way": pgettext("claim", "方式")},
        ),
        "tabs": _tabs(viewer, criteria, found.counts),
        "columns": lists.choosable(criteria, COLUMNS),
        "usual": criteria.address(columns=Criteria.usual_columns),
        "tabs_name": _("兑现申请"),
        "search_label": _("企业名称、代码或编号"),
        "leads_to": "support:claim",
        "export": reverse("support:claims_export"),
        "mine": MINE,
    }
    return render(request, "support/office/claims.html", shown)


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """A file of exactly what the list shows, all pages of it; it is journalled who took what."""
    viewer = viewer_of(request)
    criteria = _criteria(request, viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    rows = list(all_rows(viewer, criteria))
    exported_claims(viewer, {"format": kind, **criteria.told}, len(rows))
    name = f"{_('兑现申请')}-{timezone.localdate():%Y%m%d}"
    notes = [(_("金额单位"), _("元"))]
    if any(row.case.demonstration for row in rows):
        notes.append((_("演示参数"), _("部分金额按演示参数计算，不是公布的标准。")))
    return files.answer(kind, name, titles(criteria), map(cells, rows), notes)


def _criteria(request: HttpRequest, viewer: Viewer) -> Criteria:
    return read(dict(request.GET.lists()), viewer)


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
