"""The calendars: which years there are, what a year looks like, importing a new one."""

from __future__ import annotations

from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zongbu.desk.kernel.clock.actions import import_year, special_days
from zongbu.desk.kernel.clock.calendar import Calendar, Special
from zongbu.desk.kernel.clock.forms import CalendarForm
from zongbu.desk.kernel.clock.models import CalendarYear
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.law.errors import InputError


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the picture of a year."""

    day: date
    kind: str
    """``rest`` (weekend), ``holiday``, ``exchanged`` (worked at the weekend) or ``work``."""
    name: str


@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """All years with their versions, and the years that are missing."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = list(CalendarYear.objects.order_by("-year", "-version"))
    in_force = {calendar.year: calendar.pk for calendar in reversed(found)}
    this = timezone.localdate().year
    missing = [year for year in (this, this + 1) if year not in in_force]
    context = {
        "calendars": [(calendar, in_force[calendar.year] == calendar.pk) for calendar in found],
        "missing": missing,
        "imports": viewer.may(Role.ADMINISTRATOR),
    }
    return render(request, "kernel/calendar.html", context)


@require_GET
def year(request: HttpRequest, year: int, version: int) -> HttpResponse:
    """A version of a year, month by month."""
    calendar = CalendarYear.objects.filter(year=year, version=version).first()
    if calendar is None:
        raise Http404
    context = {"calendar": calendar, "newest": not CalendarYear.objects.filter(year=year, version__gt=version).exists()}
    return render(request, "kernel/calendar-year.html", context | picture(year, special_days(calendar)))


@once
def new_year(request: HttpRequest) -> HttpResponse:
    """Importing: the form, then what it would make of the year, then the import."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if request.method != "POST":
        form = CalendarForm(initial={"year": request.GET.get("year", "")})
        return render(request, "kernel/calendar-import.html", {"form": form})
    form = CalendarForm(request.POST)
    if not form.is_valid() or "confirm" not in request.POST:
        context: dict[str, Any] = {"form": form}
        if form.is_valid() and "again" not in request.POST:
            days = form.cleaned_data["parsed"]
            context |= {"preview": form.cleaned_data, "change": _change(form.cleaned_data["year"], days)}
            context |= picture(form.cleaned_data["year"], days)
        return render(request, "kernel/calendar-import.html", context)
    values = form.cleaned_data
    try:
        made = import_year(
            viewer, values["year"], values["parsed"], values["source"], provisional=values["provisional"]
        )
    except InputError as error:
        form.add_error(None, str(error))
        return render(request, "kernel/calendar-import.html", {"form": form})
    messages.success(
        request,
        _("已导入%(year)s年日历第%(version)s版，即时生效；各项期限按新日历重新推算。")
        % {"year": made.year, "version": made.version},
    )
    return redirect("kernel:calendar_year", made.year, made.version)


def picture(year: int, specials: dict[date, Special]) -> dict[str, Any]:
    """Months, weeks and days of a year with their kinds, and how many working days it has."""
    calendar = Calendar(specials)

    def shown(day: date) -> Day:
        if calendar.is_exchanged(day):
            kind = "exchanged"
        elif calendar.is_working(day):
            kind = "work"
        else:
            kind = "holiday" if calendar.name(day) else "rest"
        return Day(day, kind, calendar.name(day))

    months = [
        (
            date(year, month, 1),
            [[shown(day) if day.month == month else None for day in week] for week in weeks],
        )
        for month in range(1, 13)
        for weeks in [Months().monthdatescalendar(year, month)]
    ]
    count = sum(
        day is not None and day.kind in ("work", "exchanged") for _, weeks in months for week in weeks for day in week
    )
    return {
        "months": months,
        "specials": [
            Day(day, "exchanged" if special.working else "holiday", special.name)
            for day, special in sorted(specials.items())
        ],
        "working_days": count,
    }


def _change(year: int, days: dict[date, Special]) -> dict[str, Any] | None:
    """What would differ from the version in force; None if there is none yet."""
    latest = CalendarYear.objects.filter(year=year).order_by("-version").first()
    if latest is None:
        return None
    before = special_days(latest)
    return {
        "latest": latest,
        "added": [(day, special) for day, special in days.items() if before.get(day) != special],
        "removed": [(day, special) for day, special in before.items() if day not in days],
    }
