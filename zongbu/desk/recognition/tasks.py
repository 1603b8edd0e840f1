"""Work in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def print_certificates(pk: int, base: str) -> None:
    """Carry out a print run, by its primary key; ``base`` is the service's address."""
    from zongbu.desk.recognition.printing import run

    run(pk, base)
