"""Paying out: batches to the treasury, what comes back of each order, failed orders issued anew, money given back,
what is left of a claim given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import checks, recording, records, treasury
from zongbu.desk.support.actions.common import hold_enterprises, hold_rows, keeper_of, locked_claim
from zongbu.desk.support.actions.ordering import issue
from zongbu.desk.support.flow import CLAIM, PAYMENT_BATCH, REIMBURSEMENT, pays_from
from zongbu.desk.support.ledger import holding
from zongbu.desk.support.models import OPEN_ORDERS, Claim, Fund, PaymentBatch, PaymentOrder, Reimbursement
from zongbu.desk.support.reimbursing import objection, pay_reimbursement
from zongbu.law.amounts import day as in_words
from zongbu.law.amounts import fen_of

State = PaymentOrder.State


def make_batch(viewer: Viewer, fund: Fund, title: str, orders: Iterable[int]) -> tuple[PaymentBatch, list[str]]:
    """Put ready orders of a fund into a new batch; each claim is checked once more, and whether the person may pay it.

    Returns:
        The batch, and of each order that was left out why.

    Raises:
        NotPermitted: somebody else's fund. Refused: no order can go.
    """
    wanted = sorted(set(orders))
    left: list[str] = []
    with transaction.atomic(), journal.together():
        _hold(PaymentOrder.objects.filter(pk__in=wanted, fund=fund))
        batch = PaymentBatch(receipt=receipt("BF"), fund=fund, title=title.strip()[:200] or _("拨付批次"))
        flow.begin(PAYMENT_BATCH, "make", batch, viewer)
        for pk in wanted:
            order = PaymentOrder.objects.filter(pk=pk, fund=fund).first()
            if order is None:
                left.append(_("支付单不存在，或者不属于这项资金。"))
                continue
            if text := _put_in(viewer, batch, order):
                left.append(f"{order.number}：{text}")
        if not batch.orders.exists():
            raise Refused(_("没有可以编入批次的支付单。") + ("".join(left[:3])))
    return batch, left


def _hold(orders: QuerySet[PaymentOrder]) -> None:
    """The enterprises of orders, locked before anything else: others that pay and approve wait for no circle."""
    hold_enterprises(orders.filter(claim__isnull=False).values_list("claim__enterprise", flat=True))


def _put_in(viewer: Viewer, batch: PaymentBatch, order: PaymentOrder) -> str:
    """Put one order into a batch; in words what stands in the way, empty where nothing does."""
    if order.claim_id is not None:
        claim = locked_claim(order.claim_id)
        if text := flow.hindrance(CLAIM, _leaving(claim), claim, viewer):
            return text
    elif text := _over(viewer, order):
        return text
    ready = PaymentOrder.objects.select_for_update().filter(pk=order.pk, state=State.READY)
    if not ready.update(state=State.BATCHED, batch=batch):
        return _("已编入其他批次，或者已作废。")
    return ""


def _leaving(claim: Claim) -> str:
    """The act by which money of a claim leaves: the first share, or a further one."""
    return "pay_more" if claim.state == "paying" else "pay_out"


def _over(viewer: Viewer, order: PaymentOrder) -> str:
    """Why a reimbursement is not to be paid (any more), or not by this person; empty where nothing is in the way."""
    assert order.reimbursement_id is not None
    case = Reimbursement.objects.select_related("fund").get(pk=order.reimbursement_id)
    return objection(case) or flow.hindrance(REIMBURSEMENT, "settle", case, viewer)


def take_out(viewer: Viewer, pk: int, reason: str) -> PaymentOrder:
    """Take an order out of a batch that has not gone yet; it may go in another one.

    Raises:
        NotPermitted: somebody else's fund. Refused: it is in no batch, or the batch has gone.
    """
    if not reason.strip():
        raise Refused(_("请写明理由"))
    with transaction.atomic():
        order = _locked(viewer, pk)
        if order.state != State.BATCHED or order.batch is None:
            raise Refused(_("支付单不在编制中的批次里。"))
        before = order.batch.receipt
        order.state, order.batch = State.READY, None
        order.save(update_fields=["state", "batch"])
        journal.record(
            "support.take_out_order", viewer, order, case=order.number, reason=reason, before={"batch": before}
        )
    return order


def dissolve(viewer: Viewer, pk: int) -> PaymentBatch:
    """Give a batch up that has not gone; its orders are ready again."""

    def change(case: PaymentBatch) -> None:
        case.orders.filter(state=State.BATCHED).update(state=State.READY, batch=None)

    return flow.perform(PAYMENT_BATCH, "dissolve", PaymentBatch, pk, viewer, change=change)


def export(viewer: Viewer, pk: int) -> PaymentBatch:
    """Send a batch to the treasury. Whoever is barred or listed by now stays behind and is ready again.

    Raises:
        NotPermitted: somebody else's fund, or a person with another duty in one of the claims.
        Refused: nothing is left to be sent.
    """

    def change(case: PaymentBatch) -> None:
        left = PaymentOrder.objects.filter(batch=case, state=State.BATCHED).order_by("pk")
        _hold(left)
        for order in list(left):
            if order.claim_id is None:
                if text := _over(viewer, order):
                    _stay_behind(viewer, order, text)
                elif order.reimbursement is not None:
                    records.keep_ceiling(viewer, order.reimbursement, "pay_out", timezone.now())
                continue
            try:
                with transaction.atomic():
                    _leave(viewer, locked_claim(order.claim_id))
            except NotPermitted:
                raise
            except Refused as refused:
                _stay_behind(viewer, order, str(refused))
        sent = PaymentOrder.objects.filter(batch=case, state=State.BATCHED)
        if not sent.update(state=State.EXPORTED):
            raise Refused(_("批次里的支付单都没有通过拨付前的核查。"))
        case.exported_at = timezone.now()
        leaving = PaymentOrder.objects.filter(batch=case, state=State.EXPORTED).select_related("claim", "reimbursement")
        case.document = treasury.content(case, leaving.order_by("pk"), case.exported_at)
        case.digest = treasury.digest(case.document)

    with transaction.atomic(), journal.together():
        return flow.perform(PAYMENT_BATCH, "export", PaymentBatch, pk, viewer, change=change)


def _leave(viewer: Viewer, claim: Claim) -> None:
    """The money of a claim leaves: the check before payment, kept as a record; once more for every further share."""
    known_at, name = timezone.now(), _leaving(claim)

    def change(case: Claim) -> None:
        entitlement, found = checks.now(case)
        records.keep(viewer, case, name, entitlement, found, known_at)

    flow.perform(CLAIM, name, Claim, claim.pk, viewer, change=change)


def _stay_behind(viewer: Viewer, order: PaymentOrder, why: str) -> None:
    PaymentOrder.objects.filter(pk=order.pk).update(state=State.READY, batch=None)
    journal.record("support.stay_behind", viewer, order, case=order.number, reason=why)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the treasury says of one order: paid on a day under its own number, or not, and why."""

    number: str
    paid: bool
    amount: int
    on: date
    reference: str = ""
    failure: str = ""


def told(viewer: Viewer, batch: PaymentBatch, outcome: Outcome) -> str:
    """Take over what the treasury says of one order; told again, nothing happens.

    Returns:
        What was done, as a word: ``paid``, ``failed``, ``again`` (the same was told before).

    Raises:
        NotPermitted: somebody else's fund.
        Refused: no such order in the batch, another amount, paid before the batch was sent, or the opposite of what
            was told before.
    """
    with transaction.atomic():
        found = PaymentOrder.objects.filter(batch=batch, number=outcome.number).first()
        if found is None:
            raise Refused(_("批次里没有支付单%(number)s。") % {"number": outcome.number})
        if found.claim_id is not None:
            locked_claim(found.claim_id)
        order = _locked(viewer, found.pk)
        hold_rows(Reimbursement.objects.filter(pk=order.reimbursement_id or 0))
        if outcome.amount != order.amount:
            raise Refused(_("支付单%(number)s的金额与国库回执不一致。") % {"number": order.number})
        if order.state == (State.PAID if outcome.paid else State.FAILED):
            if outcome.paid and outcome.reference != order.reference:
                raise Refused(_("支付单%(number)s已用另一流水号登记为已支付。") % {"number": order.number})
            return "again"
        if order.state != State.EXPORTED:
            raise Refused(
                _("支付单%(number)s现在是「%(state)s」，与回执不符，请人工核对。")
                % {"number": order.number, "state": order.get_state_display()}
            )
        if outcome.paid and (text := too_early(batch, outcome.on)):
            raise Refused(text)
        if outcome.paid:
            _paid(viewer, order, outcome)
        else:
            _failed(viewer, order, outcome)
    return "paid" if outcome.paid else "failed"


def too_early(batch: PaymentBatch, on: date | None) -> str:
    """Why a payment cannot have been made on a day: the batch was not with the treasury yet; empty where it can."""
    sent = timezone.localdate(batch.exported_at) if batch.exported_at is not None else None
    if on is None or sent is None or on >= sent:
        return ""
    return _("支付日期%(on)s早于批次送国库的日期%(sent)s，请核对。") % {"on": in_words(on), "sent": in_words(sent)}


def _paid(viewer: Viewer, order: PaymentOrder, outcome: Outcome) -> None:
    if not outcome.reference.strip():
        raise Refused(_("支付单%(number)s的回执没有国库流水号。") % {"number": order.number})
    order.state, order.reference, order.settled_on = State.PAID, outcome.reference.strip()[:60], outcome.on
    used = PaymentOrder.objects.filter(fund=order.fund_id, reference=order.reference).exclude(pk=order.pk).first()
    if used is not None:
        raise Refused(
            _("国库流水号%(reference)s已用于支付单%(number)s。") % {"reference": order.reference, "number": used.number}
        )
    order.save(update_fields=["state", "reference", "settled_on"])
    if order.claim is None:
        assert order.reimbursement_id is not None
        pay_reimbursement(viewer, order)
        flow.perform(REIMBURSEMENT, "settle", Reimbursement, order.reimbursement_id, viewer)
    else:
        holding.pay(viewer, order)
        claim = order.claim
        if not claim.shares.filter(paid=0, amount__gt=0).exists():
            _settled(viewer, claim)
    journal.record(
        "support.paid", viewer, order, case=order.number,
        after={"amount": order.amount, "reference": order.reference, "on": outcome.on},
    )  # fmt: skip


def _settled(viewer: Viewer, claim: Claim) -> None:
    """The last share is paid: what the measure says is recorded of the enterprise (记录)."""

    def change(case: Claim) -> None:
        case.paid_at = timezone.now()
        recording.record(viewer, case)

    flow.perform(CLAIM, "settle", Claim, claim.pk, viewer, change=change)


def _failed(viewer: Viewer, order: PaymentOrder, outcome: Outcome) -> None:
    order.state, order.failure = State.FAILED, (outcome.failure.strip() or _("国库没有说明原因"))[:300]
    order.save(update_fields=["state", "failure"])
    claim = order.claim
    if claim is not None and not claim.orders.filter(state=State.EXPORTED).exists():
        flow.perform(CLAIM, "fail", Claim, claim.pk, viewer, order.failure)
    journal.record("support.failed", viewer, order, case=order.number, reason=order.failure)


def settle_batch(viewer: Viewer, pk: int) -> PaymentBatch:
    """Close a batch of which every order has its result."""
    return flow.perform(PAYMENT_BATCH, "settle", PaymentBatch, pk, viewer)


def reissue(viewer: Viewer, pk: int) -> PaymentOrder:
    """Issue a failed order anew, once; that of a claim to the account that the enterprise has now.

    Raises:
        NotPermitted: somebody else's fund. Refused: it has not failed, or was issued anew already.
    """
    with transaction.atomic():
        claim_key = PaymentOrder.objects.filter(pk=pk).values_list("claim", flat=True).first()
        claim = locked_claim(claim_key) if claim_key is not None else None
        order = _locked(viewer, pk)
        if order.state != State.FAILED:
            raise Refused(_("只有支付失败的可以重新签发。"))
        if PaymentOrder.objects.filter(replaces=order).exists():
            raise Refused(_("这笔支付已经重新签发过。"))
        beside = PaymentOrder.objects.filter(share=order.share_id, reimbursement=order.reimbursement_id)
        if beside.filter(state__in=[*OPEN_ORDERS, State.PAID]).exists():
            raise Refused(_("这笔款项已另有支付单，不能再签发。"))
        if claim is None or order.share is None:
            if order.reimbursement is None or order.reimbursement.state != "approved":
                raise Refused(_("这笔支付不能重新签发。"))
            made = _again(order)
        else:
            if claim.state not in ("approved", "paying"):
                raise Refused(_("申请现在的状态是「%(state)s」。") % {"state": CLAIM.label(claim.state)})
            if not order.share.amount:
                raise Refused(_("更正以后，「%(fund)s」不再支付这份申请，不能重新签发。") % {"fund": order.fund})
            current = claim.enterprise.bank_accounts.filter(ended_at=None).first()
            if current is not None and current.pk != claim.account_id:
                claim.account = current
                claim.save(update_fields=["account"])
            made = issue(claim, order.share, replaces=order)
        journal.record("support.reissue", viewer, made, case=made.number, before={"order": order.number})
    return made


def _again(order: PaymentOrder) -> PaymentOrder:
    """The same payment of a reimbursement once more."""
    return PaymentOrder.objects.create(
        number=receipt("ZF"),
        reimbursement=order.reimbursement,
        fund=order.fund,
        amount=order.amount,
        payee=order.payee,
        bank=order.bank,
        account=order.account,
        replaces=order,
    )


def give_back(viewer: Viewer, pk: int, amounts: Iterable[tuple[int, Decimal]], document: str, reason: str) -> Claim:
    """Book money of a paid claim that an enterprise has given back, per share (primary key, yuan).

    Raises:
        NotPermitted: no finance office that paid a share. Refused: more than was paid, or no document.
    """
    if not document.strip():
        raise Refused(_("请写明退回的凭证号。"))
    wanted = {key: fen_of(amount) for key, amount in amounts}

    def change(case: Claim) -> None:
        shares = {one.pk: one for one in holding.shares_of(case)}
        for key, fen in wanted.items():
            if key not in shares or not pays_from(viewer, shares[key].fund):
                raise NotPermitted(_("只能登记退回本级资金的款项。"))
            if not 0 < fen <= shares[key].paid - shares[key].returned:
                raise Refused(_("退回的金额应大于零，且不超过已支付的金额。"))
        holding.take_back(viewer, case, [(shares[key], fen) for key, fen in wanted.items()], reason, document)
        if not sum(one.paid - one.returned for one in shares.values()):
            recording.take_back(viewer, case)

    with transaction.atomic():
        case = locked_claim(pk)
        left = sum(one.paid - one.returned for one in holding.shares_of(case)) - sum(wanted.values())
        return flow.perform(CLAIM, "give_back" if left else "give_back_all", Claim, pk, viewer, reason, change)


def cut_short(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Claim:
    """Give up what is left of a claim of which part was paid: its orders are void, its commitments free.

    From then on the claim comes to what was paid. What the measure records (记录) is recorded as of a claim paid in
    full: the rest is given up for good, and what was paid must not be paid once more.

    Raises:
        NotPermitted: not a lead of the organisation, or the person has another duty in the case.
        Refused: nothing has been paid, an order is in a batch or with the treasury, or no reason is given.
    """

    def change(case: Claim) -> None:
        known_at = timezone.now()
        case.orders.filter(state__in=[State.READY, State.FAILED]).update(state=State.VOID)
        holding.release(viewer, case, reason)
        holding.give_up(case)
        case.amount = sum(one.paid for one in holding.shares_of(case))
        case.amount_reason, case.paid_at = reason.strip()[:1000], known_at
        entitlement, found = checks.now(case)
        records.keep(viewer, case, "cut_short", entitlement, found, known_at, reason)
        recording.record(viewer, case)

    with transaction.atomic():
        locked_claim(pk)
        return flow.perform(CLAIM, "cut_short", Claim, pk, viewer, reason, change, seen=seen)


def _locked(viewer: Viewer, pk: int) -> PaymentOrder:
    found = (
        PaymentOrder.objects.select_for_update(of=("self",))
        .select_related("fund", "claim__enterprise", "share__fund", "batch", "reimbursement")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Refused(_("支付单不存在。"))
    keeper_of(viewer, found.fund)
    return found
