"""Work in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def screen(pk: int) -> None:
    """Carry out a screening, by its primary key."""
    from zongbu.desk.selfcheck.screening.run import run

    run(pk)
