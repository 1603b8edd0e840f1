"""What a refused act looks like where a view lets the refusal through."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from zongbu.desk.kernel.flow.refusals import Refused


class RefusalMiddleware:
    """Answers an uncaught ``Refused`` with a page that says why, and leads back to where the case is shown (409)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = 403 if isinstance(exception, PermissionDenied) else 409
        return render(
            request, "kernel/refused.html", {"message": str(exception), "back": _back(request)}, status=status
        )


def _back(request: HttpRequest) -> str:
    """The page from which the form was sent, if it is one of ours."""
    place = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(place)
    return parts.path + (f"?{parts.query}" if parts.query else "")
