"""The work on an import, in the background: finding out what it would change, and recording that.

Both may be interrupted at any moment and started again. Checking begins anew; committing goes on behind the last
batch, because the batch and the note of how far it reaches are one transaction. Nothing is ever recorded twice: what
a row says already counts is no change, and a row whose enterprise has changed since the preview is left out and told.
"""

from __future__ import annotations

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

State, Kind, Outcome = ImportRun.State, ImportRow.Kind, ImportRow.Outcome
BATCH = 1000
"""Rows per transaction."""
SHOWN = 50
"""Rows of each kind that the preview shows, and that are kept once they are of no other use."""
READING = 300
"""Share of reading the file in the progress of a check, per mille."""
VALUES = '"values"'
"""The column of that name; VALUES is a word of SQL."""
HEARTBEAT = 1.0
"""Seconds between two notes of how far the work is."""


def check_run(pk: int) -> None:
    """Read the upload of a run and keep what each row would do."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=pk)
        if run.state not in (State.WAITING, State.CHECKING):
            return
        run.state, run.progress, run.alive_at = State.CHECKING, 0, timezone.now()
        run.new = run.changed = run.unchanged = run.rejected = 0
        run.save()
        run.rows.all().delete()
    viewer = _viewer(run.membership)
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
    unchanged = run.unchanged - sum(row.kind == Kind.UNCHANGED for row in rows)
    kept = []
    for row in rows:
        if row.kind == Kind.UNCHANGED:
            unchanged += 1
            if unchanged > SHOWN:
                continue
        kept.append(row)
    _insert(kept)


def _insert(rows: list[ImportRow]) -> None:
    """``bulk_create`` without its per-field work, which would be a third of a check."""
    table = connection.ops.quote_name(ImportRow._meta.db_table)
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    with transaction.atomic(), connection.cursor() as cursor:
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
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if now.state != State.CHECKING:  # given up meanwhile
            now.rows.all().delete()
            return
        run.state, run.fault, run.progress, run.checked_at = state, fault, 1000, timezone.now()
        run.save()


# --- recording --------------------------------------------------------------------------------------------


def commit_run(pk: int) -> None:
    """Record what the preview of a run showed, batch by batch."""
    run = ImportRun.objects.select_related("committed_by__person", "committed_by__organisation").get(pk=pk)
    if run.state != State.COMMITTING or run.committed_by is None:
        return
    viewer = _viewer(run.committed_by)
    while _commit_batch(run, viewer):
        pass


def _commit_batch(run: ImportRun, viewer: Viewer) -> bool:
    """One transaction: some rows and the note of how far they reach. Whether there is more to do."""
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        if now.state != State.COMMITTING:
            return False
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
        elif now.new and (fresh != (row.kind == Kind.NEW) or (not fresh and before != row.before)):
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


# --- helpers ----------------------------------------------------------------------------------------------


def _viewer(membership: Membership) -> Viewer:
    """In whose name the work is done.

    Raises:
        PermissionDenied: the membership has ended meanwhile.
    """
    if not membership.valid_on(timezone.localdate()):
        raise PermissionDenied("the membership has ended")
    return viewer_as(membership, membership.person)


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
        ImportRun.objects.filter(pk=self.run.pk).update(progress=min(progress, 999), alive_at=timezone.now())


def _chunks(rejects: Iterable[Reject]) -> Iterator[list[Reject]]:
    remaining = iter(rejects)
    while part := list(islice(remaining, BATCH)):
        yield part
