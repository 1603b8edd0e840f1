"""Work in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def take_over(pk: int, attempt: int) -> None:
    """Take over a file of the treasury's results, by its primary key."""
    from zongbu.desk.support.actions.results import run

    run(pk, attempt)


@task()
def run_offers(pk: int, attempt: int) -> None:
    """Carry out an apply-free run, by its primary key."""
    from zongbu.desk.support.running import run

    run(pk, attempt)
