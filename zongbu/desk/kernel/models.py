"""The tables of the kernel; Django looks for them here."""

from zongbu.desk.kernel.clock.models import CalendarDay, CalendarYear
from zongbu.desk.kernel.flow.models import Participation
from zongbu.desk.kernel.journal.models import Entry, Head
from zongbu.desk.kernel.submission.models import Submission

__all__ = ["CalendarDay", "CalendarYear", "Entry", "Head", "Participation", "Submission"]
