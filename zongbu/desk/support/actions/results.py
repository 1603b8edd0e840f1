"""Taking over what the treasury says of a batch: read, shown, then row by row in portions."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.support import treasury
from zongbu.desk.support.actions.payments import Outcome, told
from zongbu.desk.support.flow import pays_from
from zongbu.desk.support.models import PaymentBatch, PaymentOrder, ResultFile, ResultRow
from zongbu.law import ZongbuError

logger = logging.getLogger(__name__)

State = ResultFile.State
Out = ResultRow.Outcome
PORTION = 10
"""Rows of one transaction; each of them moves money and a claim."""
AT_ONCE = 30
"""So many rows are taken over while the person waits; more in the background."""
STILL = timedelta(seconds=60)
"""Without a sign of life for so long the background must have ended."""


def upload(viewer: Viewer, batch: PaymentBatch, name: str, data: bytes) -> ResultFile:
    """Read a file of results and keep its rows; nothing is paid yet.

    Raises:
        NotPermitted: somebody else's fund. Refused: the batch is not with the treasury.
        InputError: it cannot be read.
    """
    _own(viewer, batch)
    assert viewer.membership is not None
    if batch.state not in ("exported", "settled"):
        raise Refused(_("批次还没有送国库。"))
    rows = treasury.read(name, data)
    with transaction.atomic():
        made = ResultFile.objects.create(
            batch=batch,
            name=name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            total=len(rows),
            membership_id=viewer.membership,
            uploaded_by=viewer.name,
        )
        ResultRow.objects.bulk_create(
            [
                ResultRow(
                    file=made,
                    line=one.line,
                    number=one.number,
                    paid=one.paid,
                    amount=one.amount,
                    on=one.on,
                    reference=one.reference,
                    failure=one.failure,
                    fault=one.fault,
                )
                for one in rows
            ],
            batch_size=500,
        )
        journal.record(
            "support.upload_results", viewer, batch, case=batch.receipt,
            after={"file": made.name, "rows": made.total, "sha256": made.sha256},
        )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a row would do now, and why not."""

    row: ResultRow
    outcome: str
    text: str = ""


def foresee(file: ResultFile, rows: list[ResultRow]) -> Iterator[Foreseen]:
    """What rows would do; those taken over already say what they did. Nothing is written."""
    orders = {
        one.number: one
        for one in PaymentOrder.objects.filter(batch=file.batch_id, number__in=[row.number for row in rows])
    }
    references = [row.reference for row in rows if row.paid and row.reference]
    used = dict(
        PaymentOrder.objects.filter(fund=file.batch.fund_id, reference__in=references).values_list(
            "reference", "number"
        )
    )
    for row in rows:
        if row.outcome:
            yield Foreseen(row, row.outcome, row.text)
            continue
        text = row.fault or _objection(orders.get(row.number), row, used)
        if text:
            yield Foreseen(row, Out.REFUSED, text)
            continue
        order = orders[row.number]
        same = order.state == (PaymentOrder.State.PAID if row.paid else PaymentOrder.State.FAILED)
        yield Foreseen(row, Out.AGAIN if same else Out.PAID if row.paid else Out.FAILED)


def _objection(order: PaymentOrder | None, row: ResultRow, used: dict[str, str]) -> str:
    if order is None:
        return _("批次里没有支付单%(number)s。") % {"number": row.number}
    if row.amount != order.amount:
        return _("支付单%(number)s的金额与国库回执不一致。") % {"number": order.number}
    if order.state == (PaymentOrder.State.PAID if row.paid else PaymentOrder.State.FAILED):
        if row.paid and row.reference != order.reference:
            return _("支付单%(number)s已用另一流水号登记为已支付。") % {"number": order.number}
        return ""
    if order.state != PaymentOrder.State.EXPORTED:
        return _("支付单%(number)s现在是「%(state)s」，与回执不符，请人工核对。") % {
            "number": order.number,
            "state": order.get_state_display(),
        }
    if row.paid and used.get(row.reference, order.number) != order.number:
        return _("国库流水号%(reference)s已用于支付单%(number)s。") % {
            "reference": row.reference,
            "number": used[row.reference],
        }
    return ""


def begin(viewer: Viewer, pk: int) -> ResultFile:
    """Let the rows be taken over, or go on with what was broken off; a few at once, many in the background.

    Raises:
        NotPermitted: somebody else's fund. Refused: done or dropped already, or somebody is at work.
    """
    from zongbu.desk.support import tasks

    with transaction.atomic():
        file = _locked(viewer, pk)
        assert viewer.membership is not None
        if file.state in (State.DONE, State.DROPPED):
            raise Refused(_("这个结果文件已经处理完。"))
        if file.state == State.RUNNING and not interrupted(file):
            raise Refused(_("正在登记，请稍候。"))
        file.state, file.attempt, file.error = State.RUNNING, file.attempt + 1, ""
        file.membership_id, file.alive_at = viewer.membership, timezone.now()
        file.save(update_fields=["state", "attempt", "error", "membership", "alive_at"])
        journal.record(
            "support.apply_results", viewer, file.batch, case=file.batch.receipt,
            after={"file": file.name, "attempt": file.attempt},
        )  # fmt: skip
        if file.rows.filter(outcome="").count() <= AT_ONCE:
            _carry_out(file.pk, file.attempt, viewer)
        else:
            tasks.take_over.enqueue(file.pk, file.attempt)
    file.refresh_from_db()
    return file


def drop(viewer: Viewer, pk: int) -> ResultFile:
    """Give a file up of which nothing was taken over.

    Raises:
        NotPermitted: somebody else's fund. Refused: it is being taken over, or was.
    """
    with transaction.atomic():
        file = _locked(viewer, pk)
        if file.state != State.READ:
            raise Refused(_("已经开始登记的结果文件不能放弃。"))
        file.state = State.DROPPED
        file.save(update_fields=["state"])
        journal.record("support.drop_results", viewer, file.batch, case=file.batch.receipt, after={"file": file.name})
    return file


def interrupted(file: ResultFile) -> bool:
    """Whether the background has given no sign of life for so long that it must have ended, or told of a fault."""
    if file.state != State.RUNNING:
        return False
    return bool(file.error) or file.alive_at is None or timezone.now() - file.alive_at > STILL


def run(pk: int, attempt: int) -> None:
    """In the background: take over what is left. What goes wrong is told with the file."""
    file = ResultFile.objects.select_related("membership__organisation", "membership__person").get(pk=pk)
    try:
        _carry_out(pk, attempt, viewer_as(file.membership, file.membership.person))
    except ZongbuError as error:
        ResultFile.objects.filter(pk=pk, attempt=attempt).update(error=str(error))
    except Exception:
        logger.exception("taking over results %s failed", pk)
        ResultFile.objects.filter(pk=pk, attempt=attempt).update(error=_("程序出错，已记入日志，请联系系统管理员"))


def _carry_out(pk: int, attempt: int, viewer: Viewer) -> None:
    while _portion(pk, attempt, viewer):
        pass


def _portion(pk: int, attempt: int, viewer: Viewer) -> bool:
    """One more portion in a transaction of its own; whether there is more to do."""
    with transaction.atomic():
        file = ResultFile.objects.select_for_update(of=("self",)).select_related("batch__fund").get(pk=pk)
        if (file.state, file.attempt) != (State.RUNNING, attempt):
            return False
        rows = list(file.rows.filter(outcome="").order_by("pk")[:PORTION])
        for row in rows:
            row.outcome, row.text = _take(viewer, file.batch, row)
        ResultRow.objects.bulk_update(rows, ["outcome", "text"])
        file.alive_at = timezone.now()
        if not rows:
            file.state, file.finished_at = State.DONE, timezone.now()
        file.save(update_fields=["alive_at", "state", "finished_at"])
        return bool(rows)


def _take(viewer: Viewer, batch: PaymentBatch, row: ResultRow) -> tuple[str, str]:
    """Take one row over: what was done, or why not."""
    if row.fault or row.paid is None or row.amount is None:
        return Out.REFUSED, row.fault
    outcome = Outcome(row.number, row.paid, row.amount, row.on or timezone.localdate(), row.reference, row.failure)
    try:
        with transaction.atomic():
            return told(viewer, batch, outcome), ""
    except Refused as refused:
        return Out.REFUSED, str(refused)


def _locked(viewer: Viewer, pk: int) -> ResultFile:
    found = ResultFile.objects.select_for_update(of=("self",)).select_related("batch__fund").filter(pk=pk).first()
    if found is None:
        raise Refused(_("没有这个结果文件。"))
    _own(viewer, found.batch)
    return found


def _own(viewer: Viewer, batch: PaymentBatch) -> None:
    if not viewer.writes or not pays_from(viewer, batch.fund):
        raise NotPermitted(_("这项资金不由您的单位管理。"))
