"""The search box of the top bar: a code leads straight to its enterprise, anything else to what is found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from zongbu.desk.config.home import address_of
from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.listing.rows import find
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.showing.search import search as search_policies
from zongbu.desk.recognition import queries as recognition
from zongbu.desk.support import queries as support

LONGEST = 100
"""Characters of a search that are looked at."""
SHOWN = 10
"""How many of each kind are shown here; the pages of enterprises and policies find all."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What somebody may see and what fits the words they typed."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    exact = by_code(viewer, text) or by_receipt(viewer, text)
    if exact:
        return redirect(exact)
    policies = search_policies(text, "en" if get_language() == "en" else "zh") if text else []
    found = find(viewer, text, SHOWN + 1) if text else []
    given = {
        "search_text": text,
        "enterprises": [(one, address_of("enterprises:detail", viewer, one.uscc)) for one in found[:SHOWN]],
        "more_enterprises": address_of("enterprises:list", viewer) if len(found) > SHOWN else "",
        "applications": receipts(viewer, text),
        "policies": policies[:SHOWN],
        "more_policies": address_of("library:search", viewer) if len(policies) > SHOWN else "",
    }
    return render(request, "front/search.html", given)


def by_code(viewer: Viewer, text: str) -> str:
    """The page of the enterprise whose whole code was typed, if the viewer may see it."""
    code = text.replace(" ", "").upper()
    if len(code) != 18 or not code.isascii() or not code.isalnum():
        return ""
    try:
        enterprise = queries.get(viewer, code)
    except Enterprise.DoesNotExist:
        return ""
    return address_of("enterprises:detail", viewer, enterprise.uscc)


def by_receipt(viewer: Viewer, text: str) -> str:
    """The page of the application or claim whose whole number was typed, if the viewer may see it."""
    number = text.replace(" ", "").upper()
    if len(number) < 10 or not number.isascii():
        return ""
    found = recognition.applications(viewer).filter(receipt=number).values_list("receipt", flat=True).first()
    if found:
        return address_of("recognition:application", viewer, found)
    found = support.claims(viewer).filter(receipt=number).values_list("receipt", flat=True).first()
    return address_of(claim_route(viewer), viewer, found) if found else ""


def claim_route(viewer: Viewer) -> str:
    """The route to a claim: an enterprise has a page of its own."""
    return "support:own" if viewer.role in ENTERPRISE else "support:claim"


def receipts(viewer: Viewer, text: str) -> list[tuple[str, str, str]]:
    """Applications and claims of which part of the number was typed: number, enterprise, address."""
    number = text.replace(" ", "").upper()
    if len(number) < 4 or not number.isascii():
        return []
    found = recognition.applications(viewer).filter(receipt__contains=number).order_by("-pk")
    rows = found.values_list("receipt", "enterprise__name")[:SHOWN]
    claims = support.claims(viewer).filter(receipt__contains=number).order_by("-pk")
    claimed = claims.values_list("receipt", "enterprise__name")[:SHOWN]
    return [
        *((one, name, address_of("recognition:application", viewer, one)) for one, name in rows),
        *((one, name, address_of(claim_route(viewer), viewer, one)) for one, name in claimed),
    ]
