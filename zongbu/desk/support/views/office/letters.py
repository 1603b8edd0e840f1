"""The decision letter of a claim as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zongbu.desk.recognition.views.titles.common import pdf
from zongbu.desk.support import documents
from zongbu.desk.support.views.office.common import claim_of


@require_safe
def letter(request: HttpRequest, receipt: str) -> HttpResponse:
    """The letter on the latest decision: to the enterprise, and to officials who see the claim."""
    found = claim_of(request, receipt)
    return pdf(request, f"{found.receipt}-decision", lambda: documents.letter(found))
