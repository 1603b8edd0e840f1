"""The demonstration is played on other days than today, so that terms run and lists are of last year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest import mock

from django.utils import timezone

OFFICE_OPENS = time(9, 30)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Let the service take it to be another day, while this lasts, in this process; its clock goes on.

    For loading the demonstration alone: no page is served meanwhile.
    """
    real = timezone.now
    start = timezone.make_aware(datetime.combine(day, OFFICE_OPENS))
    shift: timedelta = start - real()
    with mock.patch.object(timezone, "now", lambda: real() + shift):
        yield
