"""Home, landing page after sign-in, health, and what is shown when something is wrong."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django_prometheus.exports import ExportToDjangoView


def home(request: HttpRequest) -> HttpResponse:
    """What this is and where it leads, for everybody."""
    return render(request, "front/home.html")


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for whoever has signed in."""
    return render(request, "front/desk.html")


def health(request: HttpRequest) -> JsonResponse:
    """Whether the service can work: 200 if the database answers, otherwise 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever is wrong with the database, the answer is the same
        return JsonResponse({"status": "error", "database": False}, status=503)
    return JsonResponse({"status": "ok", "database": True})


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus."""
    response: HttpResponse = ExportToDjangoView(request)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "front/error.html", {"code": 400}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "front/error.html", {"code": 403}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "front/error.html", {"code": 404}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "front/error.html", {"code": 500}, status=500)
