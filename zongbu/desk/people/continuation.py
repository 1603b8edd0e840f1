"""When a session has run out: sign in again and go on, with what was filled in kept.

A form that arrives after the session has ended is held (its fields, not its files) in the fresh, anonymous session
of the same browser, and offered again once the same person has signed in. It is nothing that a foreign page could
slip in: the CSRF check has passed by then. And nobody else who signs in on that machine gets to see it: a signed
cookie remembers who it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

HELD: Final = "held_form"
COOKIE: Final = "zongbu_person"
LARGEST: Final = 200_000
"""Characters of a form that are held at most."""
SECRETS: Final = re.compile(r"password|secret|credential|csrf|^(code|otp|recovery_code)$", re.IGNORECASE)
"""Names of fields that are never held; ``industry_code`` is none of them."""


@dataclass(frozen=True, slots=True)
class Held:
    """A form that is held: where it was going, its fields in order, and whether files were among them."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: bool


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and from there back; a form that was being sent is held."""
    sign_in = reverse(settings.LOGIN_URL)
    back = request.get_full_path()
    htmx = "HX-Request" in request.headers
    if request.method == "POST":
        back = reverse("people:continue") if _hold(request) else _page_of(request)
    elif htmx:  # what was asked for is only a part of a page
        back = _page_of(request)
    if htmx:  # htmx would put the sign-in page into a corner of the present one
        return HttpResponse(status=204, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': back})}"})
    return redirect_to_login(back, sign_in)


def held(request: HttpRequest) -> Held | None:
    """The form that is held for whoever has signed in; one that is held for somebody else is of no concern."""
    kept: dict[str, Any] | None = request.session.get(HELD)
    if kept is None or kept["person"] != request.user.pk:
        return None
    return Held(kept["path"], tuple((name, value) for name, value in kept["fields"]), kept["files"])


def drop(request: HttpRequest) -> None:
    """Forget what is held."""
    request.session.pop(HELD, None)


class RememberMiddleware:
    """Remembers in a signed cookie who has signed in from this browser, until they sign out or the browser closes."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.user.pk if request.user.is_authenticated else None
        response: HttpResponse = self.get_response(request)
        after = request.user.pk if request.user.is_authenticated else None
        if after is not None and after != _remembered(request):
            response.set_cookie(
                COOKIE,
                signing.dumps(after, salt=COOKIE),
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Strict",
            )
        elif before is not None and after is None:
            response.delete_cookie(COOKIE, samesite="Strict")
        return response


def _hold(request: HttpRequest) -> bool:
    person = _remembered(request)
    fields = [(name, value) for name, values in request.POST.lists() for value in values if not SECRETS.search(name)]
    if person is None or not fields or sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return False
    request.session[HELD] = {
        "person": person,
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    return True


def _page_of(request: HttpRequest) -> str:
    """The page from which a request came, if it is one of ours."""
    place = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
        return reverse("desk")
    parts = urlsplit(place)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _remembered(request: HttpRequest) -> int | None:
    try:
        return int(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=24 * 3600))
    except (signing.BadSignature, ValueError):
        return None
