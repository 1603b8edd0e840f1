"""Work in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def compute(pk: int) -> None:
    """Compute an evaluation, by its primary key."""
    from zongbu.desk.recognition.stars.computing import run

    run(pk)


@task()
def publish(pk: int) -> None:
    """Publish an evaluation, by its primary key."""
    from zongbu.desk.recognition.stars.publishing import run

    run(pk)
