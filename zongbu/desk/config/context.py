"""What every page is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zongbu.desk.config.navigation import sections_for, waiting_for
from zongbu.desk.config.years import years
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.people.models import Membership


def page(request: HttpRequest) -> dict[str, Any]:
    """Who asks, the frame that suits them, the navigation with what waits, and whether this is a demonstration.

    What needs the database is worked out when a template asks for it, once for a page. ``csp_nonce`` is where
    django-htmx looks for the nonce; it must be text, for the lazy object of django-csp is false until it is used.
    """
    viewer: Viewer = getattr(request, "viewer", PUBLIC)
    waiting = SimpleLazyObject(lambda: waiting_for(viewer))
    return {
        "viewer": viewer,
        "viewer_base": base_for(viewer),
        "waiting": waiting,
        "sections": SimpleLazyObject(lambda: sections_for(viewer, request.path, waiting)),  # type: ignore[arg-type]
        "acting": choices_of(request, viewer),
        "years": years(),
        "demonstration": settings.DEMONSTRATION,
        "version": settings.VERSION,
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
    }


def base_for(viewer: Viewer) -> str:
    """The frame: officials and keepers work at a desk, enterprises and the public get the light one."""
    light = ENTERPRISE | {Role.PUBLIC}
    return "base/public.html" if viewer.role in light else "base/desk.html"


def choices_of(request: HttpRequest, viewer: Viewer) -> list[Membership]:
    """The memberships among which somebody can switch; none where there is no choice."""
    found: list[Membership] = getattr(request, "memberships", []) if viewer.signed_in else []
    return found if len(found) > 1 else []
