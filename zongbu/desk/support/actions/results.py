"""Taking over what the treasury says of a batch: read, shown, then row by row in portions."""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import sleep

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission.tokens import COLLISIONS
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.support import treasury
from zongbu.desk.support.actions.common import hold_enterprises, hold_rows, keeper_of
from zongbu.desk.support.actions.payments import Outcome, told, too_early
from zongbu.desk.support.models import (
    Budget,
    Claim,
    Level,
    PaymentBatch,
    PaymentOrder,
    Reimbursement,
    ResultFile,
    ResultRow,
    Share,
)
from zongbu.law import ZongbuError

logger = logging.getLogger(__name__)

State = ResultFile.State
Out = ResultRow.Outcome
PORTION = 10
"""Rows of one transaction; each of them moves money and a claim. All that they touch is locked beforehand."""
AT_ONCE = 30
"""So many rows are taken over while the person waits; more in the background."""
STILL = timedelta(seconds=60)
"""Without a sign of life for so long the background must have ended."""
TRIES = 5
"""Attempts at a portion that the database takes back because it met another transaction."""


def upload(viewer: Viewer, batch: PaymentBatch, name: str, data: bytes) -> ResultFile:
    """Read a file of results and keep its rows; nothing is paid yet.

    Raises:
        NotPermitted: somebody else's fund. Refused: the batch is not with the treasury.
        InputError: it cannot be read.
    """
    keeper_of(viewer, batch.fund)
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
    batch = file.batch
    for row in rows:
        if row.outcome:
            yield Foreseen(row, row.outcome, row.text)
            continue
        text = row.fault or _objection(batch, orders.get(row.number), row, used)
        if text:
            yield Foreseen(row, Out.REFUSED, text)
            continue
        order = orders[row.number]
        same = order.state == (PaymentOrder.State.PAID if row.paid else PaymentOrder.State.FAILED)
        yield Foreseen(row, Out.AGAIN if same else Out.PAID if row.paid else Out.FAILED)


def _objection(batch: PaymentBatch, order: PaymentOrder | None, row: ResultRow, used: dict[str, str]) -> str:
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
    if row.paid and (text := too_early(batch, row.on)):
        return text
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

    with transaction.atomic(), journal.together():
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
        left = list(file.rows.filter(outcome=""))
        if len(left) <= AT_ONCE:
            _hold(file.batch, left)
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
    while _persistently(lambda: _portion(pk, attempt, viewer)):
        pass


def _persistently(portion: Callable[[], bool]) -> bool:
    """The portion, begun anew where the database sacrificed it to another transaction; not within one that goes on."""
    for left in reversed(range(TRIES)):
        try:
            return portion()
        except OperationalError as error:
            collided = getattr(error.__cause__, "sqlstate", None) in COLLISIONS
            if not left or not collided or connection.in_atomic_block:
                raise
        sleep(random.uniform(0.01, 0.2))  # noqa: S311 - so that the two do not meet again
    raise AssertionError("unreachable")


def _portion(pk: int, attempt: int, viewer: Viewer) -> bool:
    """One more portion in a transaction of its own; whether there is more to do."""
    with transaction.atomic(), journal.together():
        file = ResultFile.objects.select_for_update(of=("self",)).select_related("batch__fund").get(pk=pk)
        if (file.state, file.attempt) != (State.RUNNING, attempt):
            return False
        rows = list(file.rows.filter(outcome="").order_by("pk")[:PORTION])
        _hold(file.batch, rows)
        for row in rows:
            row.outcome, row.text = _take(viewer, file.batch, row)
        ResultRow.objects.bulk_update(rows, ["outcome", "text"])
        file.alive_at = timezone.now()
        if not rows:
            file.state, file.finished_at = State.DONE, timezone.now()
        file.save(update_fields=["alive_at", "state", "finished_at"])
        return bool(rows)


def _hold(batch: PaymentBatch, rows: Iterable[ResultRow]) -> None:
    """Lock everything that taking rows over touches, in the order of all acts (``hold_rows``). Else two who each hold
    what the other needs would wait for ever."""
    told = list(rows)
    orders = PaymentOrder.objects.filter(batch=batch, number__in=[one.number for one in told])
    found = list(orders.values_list("pk", "claim", "claim__enterprise", "share", "share__budget_year"))
    hold_enterprises(enterprise for _pk, _claim, enterprise, _share, _year in found if enterprise is not None)
    hold_rows(Claim.objects.filter(pk__in=[claim for _pk, claim, *_rest in found if claim is not None]))
    hold_rows(PaymentOrder.objects.filter(pk__in=[pk for pk, *_rest in found]))
    hold_rows(Share.objects.filter(pk__in=[share for *_rest, share, _year in found if share is not None]))
    budgets = Q(fund=batch.fund_id, year__in={year for *_rest, year in found if year is not None})
    cases = list(orders.filter(reimbursement__isnull=False).select_related("reimbursement"))
    for one in cases:
        assert one.reimbursement is not None
        years = {timezone.localdate().year, *(row.on.year for row in told if row.on is not None)}
        budgets |= Q(fund=batch.fund_id, year=one.reimbursement.budget_year)
        budgets |= Q(fund__level=Level.DISTRICT, fund__district=one.reimbursement.district, year__in=years)
    hold_rows(Reimbursement.objects.filter(pk__in=[one.reimbursement_id for one in cases]))
    hold_rows(Budget.objects.filter(budgets))


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
    keeper_of(viewer, found.batch.fund)
    return found
