"""Work in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def renew_dues() -> None:
    """Bring the days that cases keep for lists up to the calendars in force."""
    from zongbu.desk.kernel import clock, flow

    clock.forget()  # the worker may have read the calendar a moment before it changed
    flow.renew_every_due()
