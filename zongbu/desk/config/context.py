"""What every page is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Who asks, whether this is a demonstration, and the nonce under which django-htmx looks for it."""
    return {
        "viewer": getattr(request, "viewer", None),
        "demonstration": settings.DEMONSTRATION,
        "version": settings.VERSION,
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
