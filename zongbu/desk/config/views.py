"""Home, landing page after sign-in, health and metrics."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from zongbu.desk.config.health import examine
from zongbu.desk.config.home import doors, tasks


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and where it leads, for everybody."""
    return render(request, "front/home.html", {"doors": doors(request.viewer)})  # type: ignore[attr-defined]


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for whoever has signed in, and what they can do now."""
    return render(request, "front/desk.html", {"tasks": tasks(request.viewer)})  # type: ignore[attr-defined]


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether the service can work: 200 if everything vital is in order, otherwise 503.

    ``status`` is ``ok``, ``degraded`` (pages answer, but tasks wait too long for a worker) or ``error``.
    """
    found = examine()
    broken = any(finding.vital and not finding.good for finding in found)
    status = "error" if broken else "ok" if all(finding.good for finding in found) else "degraded"
    checks = {finding.name: {"good": finding.good, "value": finding.said} for finding in found}
    return JsonResponse({"status": status, "checks": checks}, status=503 if broken else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to who asks from this machine itself, or brings ``ZONGBU_METRICS_TOKEN``."""
    if not may_measure(request):
        raise PermissionDenied("metrics")
    response: HttpResponse = ExportToDjangoView(request)
    return response


def may_measure(request: HttpRequest) -> bool:
    """Whether a request comes straight from this machine or carries the token.

    Behind a proxy every request comes from this machine: whatever was passed on has to bring the token.
    """
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if request.headers.get("X-Forwarded-For") or request.headers.get("X-Real-IP") or request.headers.get("Forwarded"):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
