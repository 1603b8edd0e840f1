"""Payment orders of a claim: issued when it is approved, void when the approval is taken back."""

from __future__ import annotations

from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.support.models import Claim, PaymentOrder, Share

State = PaymentOrder.State


def issue(claim: Claim, share: Share, replaces: PaymentOrder | None = None) -> PaymentOrder:
    """Order that a share of an approved claim be paid to its account as it is now."""
    account = claim.account
    assert account is not None
    return PaymentOrder.objects.create(
        number=receipt("ZF"),
        claim=claim,
        share=share,
        fund=share.fund,
        amount=share.amount,
        payee=account.holder,
        bank=account.bank,
        account=account.number,
        replaces=replaces,
    )


def void(claim: Claim) -> None:
    """Make the orders void that have not gone anywhere yet."""
    claim.orders.filter(state=State.READY).update(state=State.VOID)
