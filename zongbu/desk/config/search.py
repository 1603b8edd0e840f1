"""The search box of the top bar: a code leads straight to its enterprise, anything else to what is found."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

LONGEST = 100
"""Characters of a search that are looked at."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that somebody may see and that fits what they typed."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    return render(request, "front/search.html", {"search_text": text})
