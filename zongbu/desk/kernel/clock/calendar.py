"""A working-day calendar in memory, and counting in months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Special:
    """What a day is when its weekday alone does not say it."""

    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. Years outside ``published`` follow the weekday rule and are provisional.

    ``specials`` are the days with a name or with an exchange; ``published`` the years whose calendar is final.
    """

    specials: Mapping[date, Special] = field(default_factory=lambda: MappingProxyType({}))
    published: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether a day is worked: what was published for it, or else its weekday."""
        special = self.specials.get(day)
        return special.working if special is not None else day.weekday() < SATURDAY

    def is_exchanged(self, day: date) -> bool:
        """Whether a day at the weekend is worked in exchange for a holiday."""
        return day.weekday() >= SATURDAY and self.is_working(day)

    def name(self, day: date) -> str:
        """The name of the holiday that a day belongs to, or is worked in exchange for; empty for ordinary days."""
        special = self.specials.get(day)
        return special.name if special is not None else ""

    def is_provisional(self, day: date) -> bool:
        """Whether the calendar of the day's year is not final."""
        return day.year not in self.published

    def working_days_after(self, day: date, n: int) -> date:
        """The n-th working day after a day, which is not counted itself; with 0 the day.

        Raises:
            ValueError: n is negative.
        """
        if n < 0:
            raise ValueError(f"{n} working days: cannot be negative")
        while n:
            day += DAY
            n -= self.is_working(day)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after one day and up to another, the latter included; negative backwards."""
        if until < after:
            return -self.working_days_between(until, after)
        return sum(self.is_working(after + DAY * n) for n in range(1, (until - after).days + 1))

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, otherwise the first working day after it."""
        while not self.is_working(day):
            day += DAY
        return day


def add_months(day: date, n: int) -> date:
    """The same day of the month ``n`` months later, or that month's last day where it has none (Civil Code §202)."""
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, n: int) -> date:
    """The same day ``n`` years later; 29 February becomes 28 where there is none."""
    return add_months(day, 12 * n)
