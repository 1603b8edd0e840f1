"""Whether the service can work: what a load balancer, a monitor and whoever deploys ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

LONGEST_WAIT = timedelta(minutes=10)
"""A task that should have begun so long ago means that no worker is running, or too few."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``vital``: the service cannot answer without it; ``said`` is a number or a word."""

    name: str
    good: bool
    vital: bool
    said: str | int | None = None


def examine() -> list[Finding]:
    """Look at the database, at migrations not applied yet and at how long tasks wait; stops at what is broken."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as failure:  # whatever is wrong with it, the answer is the same
        return [Finding("database", False, True, type(failure).__name__)]
    found = [Finding("database", True, True)]
    pending = pending_migrations()
    found.append(Finding("migrations", pending == 0, True, pending))
    if pending == 0:
        waited = longest_wait()
        found.append(Finding("worker", waited <= LONGEST_WAIT, False, int(waited.total_seconds())))
    return found


def pending_migrations() -> int:
    """How many migrations of this version the database has not seen."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def longest_wait() -> timedelta:
    """How long the oldest task that may begin has been waiting for a worker; none waits: zero."""
    now = timezone.now()
    oldest = DBTaskResult.objects.ready().aggregate(
        put_off=Min("run_after", filter=Q(run_after__lte=now)), at_once=Min("enqueued_at", filter=Q(run_after__gt=now))
    )
    return max((now - since for since in oldest.values() if since), default=timedelta())
