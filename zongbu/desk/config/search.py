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
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.showing.search import search as search_policies

LONGEST = 100
"""Characters of a search that are looked at."""
SHOWN = 10
"""How many of each kind are shown here; the pages of enterprises and policies find all."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What somebody may see and what fits the words they typed."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    exact = by_code(viewer, text)
    if exact:
        return redirect(exact)
    policies = search_policies(text, "en" if get_language() == "en" else "zh") if text else []
    found = find(viewer, text, SHOWN + 1) if text else []
    given = {
        "search_text": text,
        "enterprises": [(one, address_of("enterprises:detail", viewer, one.uscc)) for one in found[:SHOWN]],
        "more_enterprises": address_of("enterprises:list", viewer) if len(found) > SHOWN else "",
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
