"""Printing many certificates in the background: one PDF below the data folder, under a random name.

Nearly all of the time goes into the QR codes: they are drawn in portions, which is the progress that is shown. The
pages are then laid out in one go; where one cannot be printed, it is looked for and told by name.
"""

from __future__ import annotations

import contextlib
import logging
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from zongbu.desk.kernel import documents
from zongbu.desk.kernel.documents import CannotPrint
from zongbu.desk.recognition.documents import certificates
from zongbu.desk.recognition.documents.certificates import verification
from zongbu.desk.recognition.models import PrintRun, Recognition

logger = logging.getLogger(__name__)

State = PrintRun.State
PORTION = 100
STILL = 180
"""Seconds without a sign of life after which a run counts as broken off."""
KEPT = timedelta(days=7)
"""How long a finished file can be fetched."""
UNDER_WAY = (State.QUEUED, State.RUNNING)


def chosen(run: PrintRun) -> QuerySet[Recognition]:
    """The certificates of a run: those of the round (and district) that have not been revoked, by number."""
    found = Recognition.objects.filter(round=run.round_id, revoked_on=None).select_related("round")
    if run.district:
        found = found.filter(district=run.district)
    return found.order_by("district", "number")


def path_of(run: PrintRun) -> Path:
    """Where the file of a run lies, or will."""
    data: Path = settings.DATA
    return data / "prints" / run.file


def broken_off(run: PrintRun) -> bool:
    """Whether a run has given no sign of life for so long that its worker must have ended."""
    if run.state != State.RUNNING:
        return False
    try:
        last = _sign(run).stat().st_mtime
    except OSError:
        last = run.asked_at.timestamp()
    return time.time() - last > STILL


def run(pk: int, base: str) -> None:
    """Carry out a queued run; one that is not queued (any more) is left alone.

    Args:
        base: the service's address, see ``documents.certificates``.
    """
    if not PrintRun.objects.filter(pk=pk, state=State.QUEUED).update(state=State.RUNNING, done=0):
        return
    found = PrintRun.objects.select_related("round").get(pk=pk)
    try:
        _carry_out(found, base)
    except CannotPrint as error:
        _end(found, State.FAILED, error=str(error))
    except Exception:
        logger.exception("print run %s failed", pk)
        _end(found, State.FAILED, error="程序出错，已记入日志，请联系系统管理员")


def _carry_out(found: PrintRun, base: str) -> None:
    every = list(chosen(found))
    PrintRun.objects.filter(pk=found.pk).update(total=len(every))
    if not every:
        raise CannotPrint("没有可以打印的证书：已认定的都已取消，或这个范围内没有认定。")
    for start in range(0, len(every), PORTION):
        _alive(found)
        portion = every[start : start + PORTION]
        for one in portion:
            documents.qr(verification(one, base))
        _mine(found).update(done=start + len(portion))
    target = path_of(found)
    partial = target.with_suffix(".partial")
    try:
        partial.write_bytes(certificates(every, base, tagged=False))
    except CannotPrint as error:
        raise CannotPrint(f"{_culprit(every, base)}：{error}") from None
    partial.replace(target)
    if not _end(found, State.DONE, total=len(every), done=len(every)):
        target.unlink(missing_ok=True)


def _culprit(every: list[Recognition], base: str) -> str:
    for one in every:
        try:
            certificates([one], base, tagged=False)
        except CannotPrint:
            return f"{one.name}（{one.number}）"
    return "这一批"


def _end(found: PrintRun, state: State, **fields: object) -> bool:
    """End a run; False if it was ended or begun anew meanwhile."""
    _sign(found).unlink(missing_ok=True)
    return bool(_mine(found).update(state=state, finished_at=timezone.now(), **fields))


def _mine(found: PrintRun) -> QuerySet[PrintRun]:
    """The run while it is still ours: one that was begun anew has another file."""
    return PrintRun.objects.filter(pk=found.pk, state=State.RUNNING, file=found.file)


def _sign(found: PrintRun) -> Path:
    return path_of(found).with_suffix(".alive")


def _alive(found: PrintRun) -> None:
    sign = _sign(found)
    sign.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sign.touch()


def remove(found: PrintRun) -> bool:
    """Remove the files of a run; whether there was a result."""
    path = path_of(found)
    there = path.is_file()
    for file in (path, path.with_suffix(".partial"), path.with_suffix(".alive")):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
    return there


def forget_old(now: datetime) -> int:
    """Remove the files of runs that ended, or broke off, days ago; the runs stay. For the daily sweep."""
    forgotten = 0
    for found in PrintRun.objects.filter(asked_at__lt=now - KEPT).exclude(file=""):
        if found.finished_at is not None and found.finished_at >= now - KEPT:
            continue
        forgotten += remove(found)
        if found.state in UNDER_WAY:
            found.state, found.error, found.finished_at = State.FAILED, "后台进程中断，没有做完", now
        found.file = ""
        found.save(update_fields=["state", "error", "finished_at", "file"])
    return forgotten
