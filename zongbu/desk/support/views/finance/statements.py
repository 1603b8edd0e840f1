"""Statements of a fund and year, and of a district and year, as files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.documents import CannotPrint
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support import statements
from zongbu.desk.support.actions.exports import exported
from zongbu.desk.support.statements import Statement
from zongbu.desk.support.treasury import WORKBOOK
from zongbu.desk.support.views.finance.common import budget_or_404

KINDS = ("xlsx", "pdf")


@require_POST
def of_budget(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The statement of a budget; a form is sent for it because it is journalled."""
    viewer = viewer_of(request)
    budget = budget_or_404(viewer, pk)
    if kind not in KINDS:
        raise Http404(kind)
    exported(viewer, "statement", {"budget": str(budget), "format": kind}, 1)
    found = statements.of_budget(viewer, budget)
    return _answer(request, found, kind, f"statement-{budget.fund_id}-{budget.year}", ("support:budget", pk))


@require_POST
def of_district(request: HttpRequest, district: str, year: int, kind: str) -> HttpResponse:
    """The statement of a district; its own people's, and those of whoever sees the city."""
    viewer = viewer_of(request)
    own = viewer.reach is not Reach.DISTRICT or viewer.district == district
    if kind not in KINDS or district not in DISTRICTS or not own or not 2000 <= year <= 2100:
        raise Http404(district)
    exported(viewer, "statement", {"district": district, "year": year, "format": kind}, 1)
    found = statements.of_district(viewer, district, year)
    return _answer(request, found, kind, f"statement-{district}-{year}", ("support:funds", None))


def _answer(request: HttpRequest, found: Statement, kind: str, name: str, back: tuple[str, int | None]) -> HttpResponse:
    try:
        made = statements.as_pdf(found) if kind == "pdf" else statements.as_workbook(found)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(back[0], *([] if back[1] is None else [back[1]]))
    response = HttpResponse(made, content_type="application/pdf" if kind == "pdf" else WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return response
