"""The calendar in force, read from the database and kept until there is a newer one."""

from __future__ import annotations

import time
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from asgiref.local import Local
from django.core.signals import request_started
from django.db import connection

from zongbu.desk.kernel.clock.calendar import Calendar, Special
from zongbu.desk.kernel.clock.models import CalendarDay, CalendarYear

FRESH = 2.0
"""Seconds for which work outside a request goes without asking whether there is a newer calendar."""

Stamp = tuple[int, datetime] | None
_kept: tuple[Stamp, Calendar] | None = None
_here = Local()


def calendar() -> Calendar:
    """The calendar in force.

    Reads it when there is a newer version than the one kept. Asks for that once per request; within a transaction
    always, because it may see more, or in the end less, than others do.
    """
    global _kept
    if not connection.in_atomic_block and getattr(_here, "until", 0.0) > time.monotonic() and _kept is not None:
        return _kept[1]
    stamp = CalendarYear.objects.order_by("-pk").values_list("pk", "imported_at").first()
    kept = _kept
    if kept is None or kept[0] != stamp:
        kept = _kept = (stamp, _read())
    if not connection.in_atomic_block:
        _here.until = time.monotonic() + FRESH
    return kept[1]


def forget(**_: Any) -> None:
    """Ask anew for the calendar in force."""
    _here.until = 0.0


request_started.connect(forget, dispatch_uid="zongbu.kernel.clock")


def _read() -> Calendar:
    latest: dict[int, tuple[int, bool]] = {}
    for pk, year, provisional in CalendarYear.objects.order_by("version").values_list("pk", "year", "provisional"):
        latest[year] = (pk, provisional)
    days = CalendarDay.objects.filter(calendar__in=[pk for pk, _ in latest.values()]).order_by("day")
    specials = {day: Special(working, name) for day, working, name in days.values_list("day", "working", "name")}
    return Calendar(
        MappingProxyType(specials), frozenset(year for year, (_, provisional) in latest.items() if not provisional)
    )


def is_working(day: date) -> bool:
    """Whether a day is worked, on the calendar in force."""
    return calendar().is_working(day)


def working_days_after(day: date, n: int) -> date:
    """The n-th working day after a day, which is not counted itself, on the calendar in force."""
    return calendar().working_days_after(day, n)


def working_days_between(after: date, until: date) -> int:
    """How many working days lie after one day and up to another, on the calendar in force."""
    return calendar().working_days_between(after, until)
