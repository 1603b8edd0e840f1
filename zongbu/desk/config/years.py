"""The year on which somebody works: chosen in the top bar, kept for the session, given to pages as ``request.year``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.numbers import small_int

CHOSEN = "working_year"
"""Session key of the chosen year; without it the present year is meant."""
FIRST = 2023
"""The year of the first policy."""


def years() -> list[int]:
    """The years to choose from, the present one first."""
    return list(range(timezone.localdate().year, FIRST - 1, -1))


class YearMiddleware:
    """Leaves the year at ``request.year``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        present = timezone.localdate().year
        request.year = present  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            chosen = request.session.get(CHOSEN)
            request.year = chosen if chosen in years() else present  # type: ignore[attr-defined]
        return self.get_response(request)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Work on another year from now on; leads back to where one was."""
    year = small_int(request.POST.get("year"))
    if year in years():
        request.session[CHOSEN] = year
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/desk/")
