"""Importing a year's calendar: the only writer of the calendar tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.clock.calendar import Special
from zongbu.desk.kernel.clock.current import forget
from zongbu.desk.kernel.clock.models import CalendarDay, CalendarYear
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.tasks import renew_dues
from zongbu.law.errors import InputError

FIRST, LAST = 2000, 2100


def import_year(
    viewer: Viewer, year: int, days: Mapping[date, Special], source: str, *, provisional: bool = False
) -> CalendarYear:
    """Write a new version of a year's calendar, which is in force from then on; deadlines follow by themselves.

    Args:
        days: the special days of that year; all others follow their weekday.
        source: where it was published ("国办发明电〔2026〕7号").
        provisional: whether it is only expected, not yet published.

    Raises:
        PermissionDenied: no administrator asks.
        InputError: no source, no days, a day of another year, or nothing new.
    """
    if not viewer.may(Role.ADMINISTRATOR):
        raise PermissionDenied
    if not FIRST <= year <= LAST:
        raise InputError(_("年份应在%(first)s年至%(last)s年之间。") % {"first": FIRST, "last": LAST})
    if not source.strip():
        raise InputError(_("请写明来源，如国务院办公厅通知的文号。"))
    if not days:
        raise InputError(_("一个特殊日也没有。"))
    if any(day.year != year for day in days):
        raise InputError(_("有日期不在%(year)s年。") % {"year": year})
    try:
        with transaction.atomic():
            return _import(viewer, year, days, source.strip(), provisional)
    except IntegrityError:
        raise InputError(_("他人刚刚导入了这一年的日历，请查看后再决定。")) from None


def _import(viewer: Viewer, year: int, days: Mapping[date, Special], source: str, provisional: bool) -> CalendarYear:
    latest = CalendarYear.objects.select_for_update().filter(year=year).order_by("-version").first()
    before = special_days(latest) if latest is not None else {}
    if latest is not None and before == dict(days) and latest.provisional == provisional:
        raise InputError(_("与现行的第%(version)s版完全相同，没有导入。") % {"version": latest.version})
    made = CalendarYear.objects.create(
        year=year,
        version=latest.version + 1 if latest is not None else 1,
        provisional=provisional,
        source=source[:300],
        imported_by=viewer.name,
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=made, day=day, working=special.working, name=special.name)
        for day, special in sorted(days.items())
    )
    journal.record(
        "kernel.import_calendar",
        viewer,
        made,
        before=_told(latest, before) if latest is not None else None,
        after=_told(made, days),
    )
    forget()
    transaction.on_commit(forget)
    renew_dues.enqueue()  # queued in the same database: with the calendar or not at all
    return made


def special_days(calendar: CalendarYear) -> dict[date, Special]:
    """The special days of a version."""
    return {one.day: Special(one.working, one.name) for one in calendar.days.all()}


def _told(calendar: CalendarYear, days: Mapping[date, Special]) -> dict[str, object]:
    return {
        "version": calendar.version,
        "provisional": calendar.provisional,
        "source": calendar.source,
        "days": {str(day): f"{'班' if special.working else '休'} {special.name}" for day, special in days.items()},
    }
