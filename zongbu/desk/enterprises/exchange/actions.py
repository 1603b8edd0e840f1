"""What people do with imports: upload, commit, discard, let an interrupted one go on; ``work.py`` does the work."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.exchange import queries, storage, tasks
from zongbu.desk.enterprises.exchange.models import ImportRun
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import CITY, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

QUIET = timedelta(minutes=2)
"""After so long without a sign of life the work on a run counts as interrupted."""
FIRST_YEAR = 2000
State = ImportRun.State


def may_import(viewer: Viewer) -> bool:
    """The city office imports for all districts, a district's office for its own."""
    return viewer.writes and viewer.organisation is not None and viewer.role in CITY | DISTRICT


def may_commit(viewer: Viewer, run: ImportRun) -> bool:
    """An officer of the office that uploaded it, or of the city office."""
    return may_import(viewer) and (viewer.role in CITY or viewer.organisation == run.organisation_id)


def upload(
    viewer: Viewer, file: File[bytes] | storage.Kept, *, source_name: str, valid_from: date, year: int
) -> ImportRun:
    """Take an extract in and have it checked; nothing of it is recorded yet.

    Args:
        file: the upload, or what ``storage.held`` has made of it (where a transaction is open already).
        source_name: the register or system that it comes from.
        valid_from: the day as of which it holds.
        year: the year of yearly figures whose title names none.

    Raises:
        PermissionDenied: the viewer does not import.
        InputError: the file, the source, the day or the year cannot be used.
    """
    if not may_import(viewer) or viewer.person is None or viewer.organisation is None or viewer.membership is None:
        raise PermissionDenied
    source_name = " ".join(source_name.split())[:200]
    today = timezone.localdate()
    if not source_name:
        raise InputError(_("请写明数据来源（登记机关、文件或系统）"))
    if valid_from > today or valid_from.year < FIRST_YEAR:
        raise InputError(_("数据日期不能晚于今天，也不能早于2000年"))
    if not FIRST_YEAR <= year < today.year:
        raise InputError(_("年份须是已经结束的年度"))
    with nullcontext(file) if isinstance(file, storage.Kept) else storage.held(file) as kept, transaction.atomic():
        run = ImportRun.objects.create(
            file_name=kept.name[-200:],
            stored=kept.stored,
            size=kept.size,
            sha256=kept.sha256,
            source_name=source_name,
            valid_from=valid_from,
            year=year,
            uploaded_by_id=viewer.person,
            organisation_id=viewer.organisation,
            membership_id=viewer.membership,
        )
        told = {"file": run.file_name, "sha256": kept.sha256, "source": source_name, "valid_from": str(valid_from)}
        journal.record("enterprises.import_upload", viewer, run, after=told)
        _start(tasks.check, run)
        kept.taken = True
    return run


def commit(viewer: Viewer, pk: int) -> ImportRun:
    """Have what was previewed recorded.

    Raises:
        PermissionDenied: the viewer may not commit this run.
        InputError: it is not in a state to be committed.
    """
    with transaction.atomic():
        run = _locked(viewer, pk)
        if run.state != State.CHECKED:
            raise InputError(_("这次导入现在是「%(state)s」，不能确认导入") % {"state": run.get_state_display()})
        if not run.new + run.changed:
            raise InputError(_("没有要导入的内容"))
        now = timezone.now()
        run.state, run.progress, run.cursor, run.alive_at = State.COMMITTING, 0, 0, now
        run.committed_by_id, run.committed_at = viewer.membership, now
        run.save()
        journal.record(
            "enterprises.import_commit",
            viewer,
            run,
            after={"sha256": run.sha256, "batch": run.batch, "new": run.new, "changed": run.changed},
        )
        _start(tasks.commit, run)
    return run


def discard(viewer: Viewer, pk: int) -> ImportRun:
    """Give a run up before it is committed; the upload and what was read from it are removed.

    Raises:
        PermissionDenied: the viewer may not.
        InputError: it has been committed already.
    """
    with transaction.atomic():
        run = _locked(viewer, pk)
        if run.state not in (State.WAITING, State.CHECKING, State.UNREADABLE, State.CHECKED):
            raise InputError(_("这次导入现在是「%(state)s」，不能放弃") % {"state": run.get_state_display()})
        stored = run.stored
        run.state, run.stored = State.DISCARDED, ""
        run.save(update_fields=["state", "stored"])
        run.rows.all().delete()
        journal.record("enterprises.import_discard", viewer, run)
        transaction.on_commit(lambda: storage.remove(stored))
    return run


def go_on(viewer: Viewer, pk: int) -> ImportRun:
    """Let an interrupted run go on where it was.

    Raises:
        PermissionDenied: the viewer may not.
        InputError: somebody is at work on it.
    """
    with transaction.atomic():
        run = _locked(viewer, pk)
        if not interrupted(run):
            raise InputError(_("后台正在处理，不必重新开始"))
        assert viewer.membership is not None
        run.alive_at = timezone.now()
        run.attempt += 1  # should the worker only have been slow, it stops here
        if run.state == State.COMMITTING:  # whoever lets it go on answers for the rest
            run.committed_by_id = viewer.membership
        else:
            run.membership_id = viewer.membership
        run.save(update_fields=["alive_at", "attempt", "committed_by", "membership"])
        journal.record("enterprises.import_go_on", viewer, run, after={"state": run.state})
        _start(tasks.commit if run.state == State.COMMITTING else tasks.check, run)
    return run


def interrupted(run: ImportRun) -> bool:
    """Whether the background has not been heard of for a while though there is something to do."""
    return run.working and (run.alive_at or run.uploaded_at) < timezone.now() - QUIET


def _locked(viewer: Viewer, pk: int) -> ImportRun:
    run = queries.runs(viewer).select_for_update(of=("self",)).filter(pk=pk).first()
    if run is None or not may_commit(viewer, run):
        raise PermissionDenied
    return run


def _start(work: tasks.Work, run: ImportRun) -> None:
    transaction.on_commit(lambda: work.enqueue(run.pk))
