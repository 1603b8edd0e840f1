"""Statutory deadlines: when they end, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date as Day
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zongbu.desk.kernel.clock.calendar import DAY, Calendar, add_months
from zongbu.desk.kernel.clock.current import calendar as calendar_in_force
from zongbu.law.amounts import day as day_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Unit(StrEnum):
    """In what a period is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which the clock stands still.

    ``start`` is the day of the event that stops it (still counted), ``end`` the day of the event that sets it going
    again (not counted); None while it stands. Stopped and started on one day it costs nothing.
    """

    start: Day
    end: Day | None
    reason: StrOrPromise

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a pause cannot end ({self.end}) before it starts ({self.start})")

    def covers(self, day: Day) -> bool:
        """Whether a day is not counted because of this pause."""
        return self.start < day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class _Found:
    """How a deadline came about."""

    date: Day | None
    """The last day; None while the clock stands still."""
    nominal: Day | None = None
    """The last day before it was moved off days of rest."""
    counted: int = 0
    """Days counted up to the end, or until the clock stopped."""
    consulted: tuple[Day, Day] | None = None
    """First and last day of which the calendar was asked."""


@dataclass(frozen=True)
class Deadline:
    """A period of ``length`` ``unit`` that an event on ``start`` sets going; the day of the event is not counted
    (Civil Code §201). Pauses make it longer. An end on a day of rest moves to the next working day (§203), unless
    ``rolls`` is off, as for bans.

    Args:
        event: what happened on ``start`` ("受理"), for the explanation.
        source: the clause that sets the period.
        calendar: the calendar to count on; by default the one in force.

    Raises:
        ValueError: the length is negative.
    """

    start: Day
    length: int
    unit: Unit = Unit.WORKING_DAYS
    pauses: tuple[Pause, ...] = ()
    event: StrOrPromise = ""
    source: StrOrPromise = ""
    rolls: bool = True
    calendar: Calendar = field(default_factory=calendar_in_force, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError(f"a period of {self.length} {self.unit} cannot be")

    @property
    def date(self) -> Day | None:
        """The last day on which the act is in time; None while the clock stands still."""
        return self._found.date

    @property
    def stopped(self) -> bool:
        """Whether the clock stands still, so that there is no date yet."""
        return self._found.date is None

    @property
    def provisional(self) -> bool:
        """Whether the date rests on a year whose calendar is not published yet."""
        return bool(self._provisional_years)

    def overdue(self, today: Day) -> bool:
        """Whether the last day has passed."""
        return self.date is not None and today > self.date

    def working_days_left(self, today: Day) -> int | None:
        """Working days after today up to the last day, which is included; negative when overdue; None if stopped."""
        return None if self.date is None else self.calendar.working_days_between(today, self.date)

    @property
    def remaining(self) -> int | None:
        """What is left of the length when the clock stands still, in days counted; None when it runs or for months."""
        if not self.stopped or self.unit in (Unit.MONTHS, Unit.YEARS):
            return None
        return self.length - self._found.counted

    # --- computing -----------------------------------------------------------------------------------------

    @cached_property
    def _found(self) -> _Found:
        found = self._by_months() if self.unit in (Unit.MONTHS, Unit.YEARS) else self._by_days()
        if found.nominal is None or self.unit == Unit.WORKING_DAYS or not self.rolls:
            return found
        last = found.nominal
        while not self.calendar.is_working(last) or self._covering(last):
            if self._stands_on(last):
                return _Found(None, found.nominal, found.counted, (found.nominal, last))
            last += DAY
        return _Found(last, found.nominal, found.counted, (found.nominal, last))

    def _by_days(self) -> _Found:
        day, counted, working = self.start, 0, self.unit == Unit.WORKING_DAYS
        while counted < self.length:
            day += DAY
            if self._stands_on(day):
                return _Found(None, None, counted, (self.start, day) if working else None)
            if not self._covering(day) and (not working or self.calendar.is_working(day)):
                counted += 1
        return _Found(day, day, counted, (self.start + DAY, day) if working and self.length else None)

    def _by_months(self) -> _Found:
        end = planned = add_months(self.start, self.length * (12 if self.unit == Unit.YEARS else 1))
        while True:
            if self._stands_on(end):
                return _Found(None)
            later = planned + DAY * self._paused_days(end)
            if later == end:
                return _Found(end, end, (end - self.start).days)
            end = later

    def _covering(self, day: Day) -> bool:
        return any(pause.covers(day) for pause in self.pauses)

    def _stands_on(self, day: Day) -> bool:
        """Whether the clock has been standing still since before a day, and does so to this day."""
        return any(pause.end is None and pause.covers(day) for pause in self.pauses)

    def _paused_days(self, until: Day) -> int:
        """Days after the start and up to a day that do not count, each once however many pauses cover it."""
        days = 0
        reached = self.start
        for pause in sorted(self.pauses, key=lambda one: one.start):
            first, last = max(pause.start, reached), min(pause.end or until, until)
            if last > first:
                days += (last - first).days
                reached = last
        return days

    @cached_property
    def _provisional_years(self) -> tuple[int, ...]:
        if self._found.consulted is None:
            return ()
        first, last = self._found.consulted
        return tuple(year for year in range(first.year, last.year + 1) if self.calendar.is_provisional(Day(year, 1, 1)))

    # --- explaining ----------------------------------------------------------------------------------------

    def explain(self, lang: str = "zh") -> tuple[str, ...]:
        """Why this date, in sentences, in Chinese (``zh``) or English (``en``)."""
        with translation.override(LANGUAGES.get(lang, lang)):
            return tuple(self._sentences("en" if lang.startswith("en") else "zh"))

    def _sentences(self, lang: str) -> Iterator[str]:
        def words(day: Day) -> str:
            return day_in_words(day, lang)

        event = _("（%(event)s）") % {"event": self.event} if self.event else ""
        yield _("期限%(length)s%(unit)s，自%(start)s%(event)s的次日起算，当日不计入。") % {
            "length": self.length, "unit": unit_name(self.unit, self.length), "start": words(self.start),
            "event": event,
        }  # fmt: skip
        if self.source:
            yield _("依据：%(source)s。") % {"source": self.source}
        found = self._found
        last = found.date or (found.consulted[1] if found.consulted else None)
        if self.unit == Unit.WORKING_DAYS and last is not None:
            yield from self._days_of_rest(last, lang)
        for pause in sorted(self.pauses, key=lambda one: one.start):
            if found.date is not None and pause.start >= found.date:
                continue
            if pause.end is None:
                yield _("自%(start)s起期限中止：%(reason)s。") % {"start": words(pause.start), "reason": pause.reason}
            elif pause.end > pause.start:
                yield _("%(start)s至%(end)s期限中止%(days)s日：%(reason)s；中止当日计入，恢复当日不计入。") % {
                    "start": words(pause.start), "end": words(pause.end), "days": (pause.end - pause.start).days,
                    "reason": pause.reason,
                }  # fmt: skip
        if found.date is None:
            left = self.remaining
            if left is None:
                yield _("期限中止期间没有到期日，恢复后重新推算。")
            else:
                yield _(
                    "已经过%(counted)s%(unit)s，尚余%(left)s%(left_unit)s；期限中止期间没有到期日，恢复后重新推算。"
                ) % {
                    "counted": found.counted, "unit": unit_name(self.unit, found.counted), "left": left,
                    "left_unit": unit_name(self.unit, left),
                }  # fmt: skip
            return
        if found.nominal is not None and found.nominal != found.date:
            yield _("期限的最后一日%(nominal)s不是工作日，顺延至其后第一个工作日。") % {"nominal": words(found.nominal)}
        elif not self.rolls and not self.calendar.is_working(found.date):
            yield _("最后一日是休息日，这一期限不因此顺延。")
        if self._provisional_years:
            yield _("%(years)s年的放假安排尚未公布，暂按周一至周五为工作日推算，公布后自动重新计算。") % {
                "years": _("、").join(str(year) for year in self._provisional_years)
            }
        yield _("因此，期限于%(date)s届满。") % {"date": words(found.date)}

    def _days_of_rest(self, last: Day, lang: str) -> Iterator[str]:
        """Which days were not counted, and which days at the weekend were."""
        days = [self.start + DAY * n for n in range(1, (last - self.start).days + 1)]
        rest = [day for day in days if not self.calendar.is_working(day)]
        ordinary = [day for day in rest if not self.calendar.name(day)]
        if ordinary:
            yield _("其间%(count)s个周末休息日不计。") % {"count": len(ordinary)}
        for name, first, final in self._stretches(rest):
            if first == final:
                text = _("%(first)s为%(name)s放假，不计。")
            else:
                text = _("%(first)s至%(final)s为%(name)s放假，不计。")
            yield text % {"first": day_in_words(first, lang), "final": day_in_words(final, lang), "name": _(name)}
        exchanged = [day for day in days if self.calendar.is_exchanged(day)]
        if exchanged:
            yield _("%(days)s是周末调休上班，计入。") % {
                "days": _("、").join(day_in_words(day, lang) for day in exchanged)
            }

    def _stretches(self, days: Iterable[Day]) -> Iterator[tuple[str, Day, Day]]:
        """Holidays among the days: name, first and last day of each."""
        found: list[tuple[str, Day, Day]] = []
        for day in days:
            name = self.calendar.name(day)
            if found and found[-1][0] == name and found[-1][2] == day - DAY:
                found[-1] = (name, found[-1][1], day)
            elif name:
                found.append((name, day, day))
        return iter(found)


def unit_name(unit: Unit, number: int) -> str:
    """The unit with its number's form; the Chinese forms are the same."""
    if unit == Unit.WORKING_DAYS:
        return ngettext("个工作日", "个工作日", number)
    if unit == Unit.DAYS:
        return ngettext("日", "日", number)
    if unit == Unit.MONTHS:
        return ngettext("个月", "个月", number)
    return ngettext("年", "年", number)
