"""Where a request really comes from, behind a reverse proxy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ProxyMiddleware:
    """Takes the address from the last entry of ``X-Forwarded-For``: the one that our own proxy has written.

    Entries before it come from the client and prove nothing. Only where ``ZONGBU_BEHIND_PROXY`` says that there is a
    proxy; otherwise anybody could name any address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        with suppress(ValueError):  # no usable entry: the proxy's own address stays
            request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.get_response(request)
