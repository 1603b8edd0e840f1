"""Working days and statutory deadlines.

``working_days_after(day, n)`` counts on the calendar in force; ``Deadline`` computes from stored facts (start,
length, pauses) and says why it ends when it ends. Whoever computes many passes one ``calendar()`` to all of them.
"""

from zongbu.desk.kernel.clock.calendar import Calendar, Special, add_months, add_years
from zongbu.desk.kernel.clock.current import calendar, forget, is_working, working_days_after, working_days_between
from zongbu.desk.kernel.clock.deadline import Deadline, Pause, Unit

__all__ = [
    "Calendar",
    "Deadline",
    "Pause",
    "Special",
    "Unit",
    "add_months",
    "add_years",
    "calendar",
    "forget",
    "is_working",
    "working_days_after",
    "working_days_between",
]
