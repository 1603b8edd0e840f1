"""Documents as PDF: certificates, decision letters, notices, announcements."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.recognition import documents, queries
from zongbu.desk.recognition.views.titles.common import base_of, pdf


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate of a recognition; a revoked one is crossed out."""
    found = get_object_or_404(queries.titles(viewer_of(request)), number=number)
    return pdf(request, found.number, lambda: documents.certificate(found, base_of(request)))


@require_safe
def letter(request: HttpRequest, receipt: str) -> HttpResponse:
    """The decision letter of an application: to the enterprise, and to officials who see the whole application."""
    viewer = viewer_of(request)
    if viewer.case_reach is Reach.REFERRED:  # a department is asked about facts, not about the decision
        raise Http404
    found = get_object_or_404(queries.applications(viewer), receipt=receipt)
    return pdf(request, f"{found.receipt}-decision", lambda: documents.letter(found))


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A public notice."""
    found = get_object_or_404(queries.notices(viewer_of(request)), pk=pk)
    return pdf(request, found.serial, lambda: documents.notice(found))


@require_safe
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """The announcement that follows a notice."""
    found = get_object_or_404(queries.notices(viewer_of(request)), pk=pk)
    return pdf(request, found.announcement_serial, lambda: documents.announcement(found))
