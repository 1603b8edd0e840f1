"""Lock-out after failed sign-ins: whose failures are counted (django-axes), and the page that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

MINUTES = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)


def name_of(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Under which name failures are counted: in small letters, because sign-in does not tell them apart."""
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().lower()[:255]


def page(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """What somebody sees who is locked out: why, for how long, and what to do."""
    context = {"limit": settings.AXES_FAILURE_LIMIT, "minutes": MINUTES}
    shown = render(request, "people/locked_out.html", context, status=429)
    shown["Retry-After"] = str(MINUTES * 60)
    return shown


def locked_out(request: HttpRequest, username: str) -> bool:
    """Whether the name is locked out for where the request comes from."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def lockouts() -> list[dict[str, Any]]:
    """The names that are locked out at present: ``username``, ``ip_address``, ``failures``, ``latest``."""
    threshold = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = (
        AccessAttempt.objects.filter(attempt_time__gte=threshold)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), latest=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-latest")
    )
    return list(rows)


def lift(username: str) -> int:
    """Forget the failures counted under a name; returns how many counts there were."""
    removed, _ = AccessAttempt.objects.filter(username=username.lower()).delete()
    return int(removed)
