"""A year's calendar as people paste it: one line per day or stretch of days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zongbu.desk.kernel.clock.calendar import DAY, SATURDAY, Special

DATE = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*")
BETWEEN = re.compile(r"\s*(?:至|到|~|～|—|–|\.\.)\s*")
RESTS = frozenset({"休", "休息", "放假", "假", "rest", "off", "holiday"})
WORKS = frozenset({"班", "上班", "补班", "调休上班", "work", "working"})
LONGEST = 20
"""Days of the longest stretch that is believed."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood, and what was not: each fault with its line, counted from 1."""

    days: dict[date, Special]
    faults: tuple[tuple[int, str], ...]


def parse(text: str, year: int) -> Parsed:
    """Lines ``date[至date],休|班,name`` → special days. A heading line without a date is passed over.

    Dates are written 2027-01-01, 2027/1/1 or 2027年1月1日, columns separated by commas or tabs.
    """
    days: dict[date, Special] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or (number == 1 and not any(sign.isdigit() for sign in line)):
            continue
        try:
            for day, special in _line(line, year):
                if days.get(day, special) != special:
                    raise ValueError(_("%(day)s在前面已另有安排") % {"day": day})
                days[day] = special
        except ValueError as error:
            faults.append((number, str(error)))
    return Parsed(dict(sorted(days.items())), tuple(faults))


def _line(line: str, year: int) -> list[tuple[date, Special]]:
    columns = [column.strip() for column in re.split(r"[,，\t;；]", line)]
    if len(columns) < 2:
        raise ValueError(_("应为“日期,休或班,名称”"))
    kind = columns[1].lower()
    if kind not in RESTS | WORKS:
        raise ValueError(_("第二列应为“休”或“班”，现为“%(kind)s”") % {"kind": columns[1]})
    working, name = kind in WORKS, (columns[2] if len(columns) > 2 else "")[:60]
    found = []
    for day in _days(columns[0]):
        if day.year != year:
            raise ValueError(_("%(day)s不在%(year)s年") % {"day": day, "year": year})
        if working and day.weekday() < SATURDAY:
            raise ValueError(_("%(day)s本来就是工作日，不能是调休上班") % {"day": day})
        found.append((day, Special(working, name)))
    return found


def _days(text: str) -> list[date]:
    ends = [_day(part) for part in BETWEEN.split(text)]
    if len(ends) == 1:
        return ends
    if len(ends) > 2 or ends[1] < ends[0] or (ends[1] - ends[0]).days >= LONGEST:
        raise ValueError(_("“%(text)s”不是可信的起止日期") % {"text": text})
    return [ends[0] + DAY * n for n in range((ends[1] - ends[0]).days + 1)]


def _day(text: str) -> date:
    found = DATE.fullmatch(text)
    if found is None:
        raise ValueError(_("“%(text)s”不是日期") % {"text": text})
    year, month, day = map(int, found.groups())
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(_("没有%(text)s这一天") % {"text": text})
    return date(year, month, day)
