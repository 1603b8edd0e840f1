"""The work on an import, in the background: finding out what it would change, and recording that.

Both may be interrupted at any moment and started again. Checking begins anew; committing goes on behind the last
batch, because the batch and the note of how far it reaches are one transaction. Nothing is ever recorded twice: what
a row says already counts is no change, and a row whose enterprise has changed since the preview is left out and told.

Whoever starts takes a new attempt at the run. A worker that was only thought dead and comes back finds that the
attempt is not its own any more: it writes nothing and stops.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import get_ident
from time import monotonic
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.actions import plan, record_many
from zongbu.desk.enterprises.actions.bulk import Planned
from zongbu.desk.enterprises.exchange import storage
from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.enterprises.exchange.reading import Reject, Row, Table, read_table
from zongbu.desk.enterprises.models import Source
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership
from zongbu.desk.people.viewers import viewer_as
from zongbu.law import ZongbuError

logger = logging.getLogger(__name__)
State, Kind, Outcome = ImportRun.State, ImportRow.Kind, ImportRow.Outcome
BATCH = 1000
"""Rows per transaction."""
CHECKED = (
    *("state", "fault", "progress", "checked_at", "sheet", "columns", "unknown", "findings", "warnings"),
    *("total", "repeated", "new", "changed", "unchanged", "rejected"),
)
"""What a check finds out about a run."""
SHOWN = 50
"""Rows of each kind that the preview shows, and that are kept once they are of no other use."""
READING = 300
"""Share of reading the file in the progress of a check, per mille."""
VALUES = '"values"'
"""The column of that name; VALUES is a word of SQL."""
HEARTBEAT = 1.0
"""Seconds between two notes of how far the work is."""


class Overtaken(Exception):
    """Somebody else is at work on the run by now, or it has been given up."""


def _ours(run: ImportRun, state: str) -> ImportRun:
    """The row of a run, locked, as long as the attempt is the one that ``run`` was read in.

    Raises:
        Overtaken: it is not.
    """
    now = ImportRun.objects.select_for_update().get(pk=run.pk)
    if now.state != state or now.attempt != run.attempt:
        raise Overtaken
    return now


def check_run(pk: int) -> None:
    """Read the upload of a run and keep what each row would do."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=pk)
        if run.state not in (State.WAITING, State.CHECKING):
            return
        run.state, run.progress, run.alive_at = State.CHECKING, 0, timezone.now()
        run.attempt += 1
        run.new = run.changed = run.unchanged = run.rejected = 0
        run.save()
        run.rows.all().delete()
    try:
        _check(run)
    except Overtaken:
        logger.warning("another worker has taken over import %s", pk)


def _check(run: ImportRun) -> None:
    viewer = _viewer(run.membership_id)
    beat = _Beat(run)
    try:
        with (
            storage.opened(run.stored) as path,
            read_table(path, run.year, lambda share: beat(int(share * READING)), BATCH) as table,
        ):
            _describe(run, table)
            for rows in table.rows:
                _keep(run, [_judged(run, viewer, row, planned) for row, planned in _planned(viewer, run, rows)])
                done = run.new + run.changed + run.unchanged + run.rejected
                beat(READING + (1000 - READING) * done // max(run.total, 1))
            for rejects in _chunks(table.rejects):
                _keep(run, [_rejected(run, reject) for reject in rejects])
    except ZongbuError as error:
        _finish_check(run, State.UNREADABLE, str(error))
        return
    _finish_check(run, State.CHECKED)


def _describe(run: ImportRun, table: Table) -> None:
    run.total, run.repeated, run.sheet = table.total, table.repeated, table.sheet[:100]
    run.columns, run.unknown = list(table.columns), list(table.unknown)[:200]
    run.findings, run.warnings = list(table.findings), list(table.warnings)


def _planned(viewer: Viewer, run: ImportRun, rows: list[Row]) -> Iterable[tuple[Row, Planned]]:
    numbered = list(enumerate(row.values for row in rows))
    planned = plan(viewer, numbered, valid_from=run.valid_from, source=Source.REGISTRY, year=run.year, prepared=True)
    return zip(rows, planned, strict=True)


def _judged(run: ImportRun, viewer: Viewer, row: Row, planned: Planned) -> ImportRow:
    made = ImportRow(run=run, number=row.number, uscc=row.uscc, name=planned.name[:200])
    if planned.enterprise is not None and viewer.role in DISTRICT:
        district = row.values.get("district", viewer.district)
        if district != viewer.district and not planned.faults:
            planned.faults.append(_("迁到其他区县由市总部办办理，不能在区县的导入里更改"))
    if planned.faults:
        made.kind, made.reason = Kind.REJECTED, "；".join(planned.faults)
        run.rejected += 1
        return made
    made.values = {key.text: value for key, value in planned.new.items()}
    if planned.enterprise is None:
        made.kind = Kind.NEW
        run.new += 1
    elif planned.new:
        made.kind = Kind.CHANGED
        made.before = {key: value for key, value in planned.before.items() if key in made.values}
        run.changed += 1
    else:
        made.kind = Kind.UNCHANGED
        run.unchanged += 1
    return made


def _rejected(run: ImportRun, reject: Reject) -> ImportRow:
    run.rejected += 1
    return ImportRow(
        run=run,
        number=reject.number,
        kind=Kind.REJECTED,
        uscc=reject.uscc[:40],
        name=reject.name[:200],
        reason=reject.reason,
    )


def _keep(run: ImportRun, rows: list[ImportRow]) -> None:
    """Keep rows of the attempt.

    Raises:
        Overtaken: it is not ours any more.
    """
    unchanged = run.unchanged - sum(row.kind == Kind.UNCHANGED for row in rows)
    kept = []
    for row in rows:
        if row.kind == Kind.UNCHANGED:
            unchanged += 1
            if unchanged > SHOWN:
                continue
        kept.append(row)
    with transaction.atomic():
        _ours(run, State.CHECKING)
        _insert(kept)


def _insert(rows: list[ImportRow]) -> None:
    """``bulk_create`` without its per-field work, which would be a third of a check."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (run_id, number, kind, outcome, uscc, name, reason, {VALUES}, before) "  # noqa: S608
            f"VALUES (%s, %s, %s, %s, %s, %s, %s, {cast}, {cast})",
            [
                (
                    *(row.run_id, row.number, str(row.kind), "", row.uscc, row.name, row.reason),
                    *(orjson.dumps(row.values).decode(), orjson.dumps(row.before).decode()),
                )
                for row in rows
            ],
        )


def _finish_check(run: ImportRun, state: str, fault: str = "") -> None:
    with transaction.atomic():
        _ours(run, State.CHECKING)
        run.state, run.fault, run.progress, run.checked_at = state, fault, 1000, timezone.now()
        run.save(update_fields=CHECKED)


# --- recording --------------------------------------------------------------------------------------------


def commit_run(pk: int) -> None:
    """Record what the preview of a run showed, batch by batch."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=pk)
        if run.state != State.COMMITTING:
            return
        run.attempt += 1
        run.alive_at = timezone.now()
        run.save(update_fields=["attempt", "alive_at"])
    try:
        while _commit_batch(run):
            pass
    except Overtaken:
        logger.warning("another worker has taken over import %s", pk)
        return
    run.refresh_from_db()
    if run.state == State.BROKEN:
        raise RuntimeError(f"import {pk} is incomplete: {run.fault}")


def _commit_batch(run: ImportRun) -> bool:
    """One transaction: some rows and the note of how far they reach. Whether there is more to do.

    Raises:
        Overtaken: the attempt is not ours any more.
        PermissionDenied: whoever committed the run may not act any more.
    """
    with transaction.atomic():
        now = _ours(run, State.COMMITTING)
        assert now.committed_by_id is not None  # a constraint of the table
        viewer = _viewer(now.committed_by_id)
        rows = list(
            ImportRow.objects.filter(run=now, kind__in=[Kind.NEW, Kind.CHANGED], pk__gt=now.cursor).order_by("pk")[
                :BATCH
            ]
        )
        if not rows:
            _finish(now, viewer)
            return False
        usable = _usable(now, viewer, rows)
        if usable:
            outcome = record_many(
                viewer,
                [_values(row) for row in usable],
                valid_from=now.valid_from,
                source=Source.REGISTRY,
                source_name=now.source_name,
                year=now.year,
                batch=now.batch,
                size=BATCH,
                prepared=True,
            )
            now.created += outcome.created
            now.updated += outcome.changed
            ImportRow.objects.filter(pk__in=[row.pk for row in usable]).update(outcome=Outcome.WRITTEN)
        now.cursor, now.alive_at = rows[-1].pk, timezone.now()
        done = now.created + now.updated + now.skipped
        now.progress = min(999, 1000 * done // max(now.new + now.changed, 1))
        now.save()
    return True


def _usable(run: ImportRun, viewer: Viewer, rows: list[ImportRow]) -> list[ImportRow]:
    """The rows that would still do what the preview showed; the others are told to be left out. Locks enterprises."""
    numbered = [(number, _values(row)) for number, row in enumerate(rows)]
    planned = plan(
        viewer, numbered, valid_from=run.valid_from, source=Source.REGISTRY, year=run.year, prepared=True, lock=True
    )
    usable = []
    for row, now in zip(rows, planned, strict=True):
        before = {key: value for key, value in now.before.items() if key in row.values and key != "uscc"}
        fresh = now.enterprise is None
        if now.faults:
            row.reason = "；".join(now.faults)
        elif not now.new:
            row.reason = _("预览之后已经有同样的记录，不用再写")
        elif fresh != (row.kind == Kind.NEW) or (not fresh and before != row.before):
            row.reason = _("预览之后这家企业的数据有变化，请重新上传检查")
        else:
            usable.append(row)
            continue
        row.outcome = Outcome.SKIPPED
        row.save(update_fields=["outcome", "reason"])
        run.skipped += 1
    return usable


def _values(row: ImportRow) -> dict[str, Any]:
    return {**row.values, "uscc": row.uscc}


def _finish(run: ImportRun, viewer: Viewer) -> None:
    if run.created + run.updated + run.skipped != run.new + run.changed:
        _break_off(run, viewer)
        return
    run.state, run.progress, run.finished_at = State.COMMITTED, 1000, timezone.now()
    stored, run.stored = run.stored, ""
    run.save()
    for kind in (Kind.NEW, Kind.CHANGED):
        written = run.rows.filter(kind=kind, outcome=Outcome.WRITTEN).order_by("number", "pk")
        last = written.values_list("number", flat=True)[SHOWN - 1 : SHOWN].first()
        if last is not None:
            written.filter(number__gt=last).delete()
    journal.record(
        "enterprises.import_done",
        viewer,
        run,
        after={
            "sha256": run.sha256,
            "batch": run.batch,
            "created": run.created,
            "updated": run.updated,
            "skipped": run.skipped,
            "rejected": run.rejected,
        },
    )
    transaction.on_commit(lambda: storage.remove(stored))


def _break_off(run: ImportRun, viewer: Viewer) -> None:
    """Not every row of the preview has become something: say so, and keep the file and the rows for whoever looks."""
    run.state, run.finished_at = State.BROKEN, timezone.now()
    run.fault = _("预览里有 %(shown)s 行要导入，实际写入 %(written)s 行、略过 %(skipped)s 行，对不上") % {
        "shown": run.new + run.changed,
        "written": run.created + run.updated,
        "skipped": run.skipped,
    }
    run.save()
    journal.record(
        "enterprises.import_broken",
        viewer,
        run,
        after={
            "sha256": run.sha256,
            "batch": run.batch,
            "expected": run.new + run.changed,
            "created": run.created,
            "updated": run.updated,
            "skipped": run.skipped,
        },
    )


# --- helpers ----------------------------------------------------------------------------------------------


def _viewer(membership: int) -> Viewer:
    """In whose name the work is done; read anew each time, for it may take long.

    Raises:
        PermissionDenied: the membership has ended meanwhile, the person is locked or the organisation disabled.
    """
    found = Membership.objects.select_related("person", "organisation").get(pk=membership)
    if not (found.valid_on(timezone.localdate()) and found.person.is_active and found.organisation.active):
        raise PermissionDenied("whoever the work is done for may not act any more")
    return viewer_as(found, found.person)


class _Beat:
    """Notes how far the work is, at most once a second and from its own thread only."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.thread = get_ident()
        self.at = monotonic()

    def __call__(self, progress: int) -> None:
        if get_ident() != self.thread or monotonic() - self.at < HEARTBEAT:
            return
        self.at = monotonic()
        ours = ImportRun.objects.filter(pk=self.run.pk, attempt=self.run.attempt, state=State.CHECKING)
        ours.update(progress=min(progress, 999), alive_at=timezone.now())


def _chunks(rejects: Iterable[Reject]) -> Iterator[list[Reject]]:
    remaining = iter(rejects)
    while part := list(islice(remaining, BATCH)):
        yield part
