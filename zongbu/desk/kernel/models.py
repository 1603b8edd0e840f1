"""The tables of the kernel; Django looks for them here."""

from zongbu.desk.kernel.journal.models import Entry, Head

__all__ = ["Entry", "Head"]
