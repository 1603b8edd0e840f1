"""Checking and committing imports, in the background."""

from __future__ import annotations

from typing import Any, Protocol

from django_tasks import task


class Work(Protocol):
    """A task that is given the primary key of a run."""

    def enqueue(self, pk: int) -> Any: ...


@task()
def check(pk: int) -> None:
    """Read an upload and find out what it would change."""
    from zongbu.desk.enterprises.exchange.work import check_run

    check_run(pk)


@task()
def commit(pk: int) -> None:
    """Record what an import would change."""
    from zongbu.desk.enterprises.exchange.work import commit_run

    commit_run(pk)
