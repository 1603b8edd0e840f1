"""The calendars of past years and of those already published, from the package ``chinesecalendar``."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from importlib.metadata import version
from typing import Any

from django.utils.translation import gettext_noop

from zongbu.desk.kernel.clock.calendar import SATURDAY

HOLIDAYS = {
    "New Year's Day": gettext_noop("元旦"),
    "Spring Festival": gettext_noop("春节"),
    "Tomb-sweeping Day": gettext_noop("清明节"),
    "Labour Day": gettext_noop("劳动节"),
    "Dragon Boat Festival": gettext_noop("端午节"),
    "Mid-autumn Festival": gettext_noop("中秋节"),
    "National Day": gettext_noop("国庆节"),
    "Anti-Fascist 70th Day": gettext_noop("抗战胜利纪念日"),
}
"""How the package calls the holidays → their Chinese names, under which the calendar keeps them."""


def years() -> dict[int, dict[date, tuple[bool, str]]]:
    """Year → special day → whether it is worked, and the holiday it belongs to."""
    from chinese_calendar import constants

    found: dict[int, dict[date, tuple[bool, str]]] = defaultdict(dict)
    for working, days in ((False, constants.holidays), (True, constants.workdays)):
        for day, name in days.items():
            if working and day.weekday() < SATURDAY:
                continue
            found[day.year][day] = (working, HOLIDAYS.get(str(name), str(name)))
    return dict(found)


def seed(year_model: Any, day_model: Any) -> None:
    """Write the first version of every year that is known, unless there is some calendar already.

    The models are given because a migration works with its own copies of them.
    """
    if year_model.objects.exists():
        return
    source = f"国务院办公厅历年放假安排通知（chinesecalendar {version('chinesecalendar')}）"
    for year, days in sorted(years().items()):
        calendar = year_model.objects.create(year=year, version=1, source=source)
        day_model.objects.bulk_create(
            day_model(calendar=calendar, day=day, working=working, name=name)
            for day, (working, name) in sorted(days.items())
        )


def look_after(using: str, **_: Any) -> None:
    """``post_migrate``: a database that was emptied has its calendars again."""
    from django.db import connections

    from zongbu.desk.kernel.clock.models import CalendarDay, CalendarYear

    if {"kernel_calendaryear", "kernel_calendarday"} <= set(connections[using].introspection.table_names()):
        seed(CalendarYear, CalendarDay)
