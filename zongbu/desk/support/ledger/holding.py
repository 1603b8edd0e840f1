"""What claims hold in budgets: reserving, committing, paying, and giving up again, share by share."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.ledger.posting import NotEnough, Transfer, budget_of, concerning, post
from zongbu.desk.support.models import Account, Budget, Claim, Fund, Movement, PaymentOrder, Share

Kind = Movement.Kind


def shares_of(claim: Claim) -> list[Share]:
    """The shares of a claim, locked."""
    found = Share.objects.select_for_update(of=("self",)).select_related("fund")
    return list(found.filter(claim=claim, amount__gt=0).order_by("pk"))


def share_out(claim: Claim, parts: Iterable[tuple[Fund, int]], year: int) -> None:
    """Let funds pay a claim by these parts (fen) and no others; nothing may be held for it at that moment.

    A share to which a void order belongs stays, with nothing in it where its fund does not pay any more.
    """
    wanted: dict[int, int] = {}
    for fund, part in parts:
        wanted[fund.pk] = wanted.get(fund.pk, 0) + part
    shares = claim.shares.all()
    shares.exclude(fund__in=wanted).exclude(orders__isnull=False).delete()
    shares.exclude(fund__in=wanted).update(amount=0)
    for key, amount in wanted.items():
        Share.objects.update_or_create(claim=claim, fund_id=key, defaults={"amount": amount, "budget_year": year})


def reserve(viewer: Viewer, claim: Claim) -> bool:
    """Reserve what the funds have; False where one of them has not enough, and then nothing is reserved.

    Money that is short does not stop the examination of a claim: the approval asks for it again.
    """
    shares = shares_of(claim)
    try:
        post(
            viewer,
            Kind.RESERVE,
            [Transfer(_budget(one), Account.AVAILABLE, Account.RESERVED, one.amount) for one in shares],
            concerning(claim),
        )
    except NotEnough:
        return False
    for one in shares:
        one.reserved = one.amount
        one.save(update_fields=["reserved"])
    return True


def release(viewer: Viewer, claim: Claim, reason: str = "") -> None:
    """Give up what is reserved or committed for a claim."""
    shares = shares_of(claim)
    for kind, account, name in (
        (Kind.RELEASE, Account.RESERVED, "reserved"),
        (Kind.UNCOMMIT, Account.COMMITTED, "committed"),
    ):
        held = [one for one in shares if getattr(one, name)]
        if not held:
            continue
        post(
            viewer,
            kind,
            [Transfer(_budget(one), account, Account.AVAILABLE, getattr(one, name)) for one in held],
            concerning(claim),
            reason=reason,
        )
        for one in held:
            setattr(one, name, 0)
            one.save(update_fields=[name])


def give_up(claim: Claim) -> None:
    """Let the funds that have not paid pay nothing of a claim any more; nothing may be held in them for it."""
    claim.shares.filter(paid=0, reserved=0, committed=0).update(amount=0)


def commit(viewer: Viewer, claim: Claim) -> list[Share]:
    """Commit every share, from what is reserved for it or else from what is available.

    Raises:
        NotEnough: a fund has not enough; nothing has been committed.
    """
    shares = shares_of(claim)
    transfers = [
        Transfer(_budget(one), Account.RESERVED if one.reserved else Account.AVAILABLE, Account.COMMITTED, one.amount)
        for one in shares
    ]
    post(viewer, Kind.COMMIT, transfers, concerning(claim))
    for one in shares:
        one.reserved, one.committed = 0, one.amount
        one.save(update_fields=["reserved", "committed"])
    return shares


def pay(viewer: Viewer, order: PaymentOrder) -> None:
    """Book that an order of a claim was paid; once, however often it is told."""
    assert order.claim is not None and order.share_id is not None and order.settled_on is not None
    share = Share.objects.select_for_update(of=("self",)).select_related("fund").get(pk=order.share_id)
    key = f"pay:{order.number}"
    if Movement.objects.filter(key=key).exists():
        return
    post(
        viewer,
        Kind.PAY,
        [Transfer(_budget(share), Account.COMMITTED, Account.PAID, order.amount)],
        concerning(order.claim, order),
        document=order.reference,
        key=key,
        booked_on=order.settled_on,
    )
    share.committed -= order.amount
    share.paid += order.amount
    share.save(update_fields=["committed", "paid"])


def take_back(viewer: Viewer, claim: Claim, amounts: Iterable[tuple[Share, int]], reason: str, document: str) -> None:
    """Book money that an enterprise has given back: available again in the budget that paid it.

    Where the books of that year are closed, it is carried from there into this year's budget of the same fund.
    """
    wanted, transfers = list(amounts), []
    year = timezone.localdate().year
    for share, fen in wanted:
        paid_by = _budget(share)
        if paid_by.closed_at is None:
            transfers.append(Transfer(paid_by, Account.PAID, Account.AVAILABLE, fen))
            continue
        transfers.append(Transfer(paid_by, Account.PAID, Account.CARRIED, fen))
        transfers.append(Transfer(budget_of(share.fund, year), Account.SOURCE, Account.AVAILABLE, fen))
    post(viewer, Kind.RETURN, transfers, concerning(claim), reason=reason, document=document, closing=True)
    for share, fen in wanted:
        share.returned += fen
        share.save(update_fields=["returned"])


def _budget(share: Share) -> Budget:
    return budget_of(share.fund, share.budget_year)
