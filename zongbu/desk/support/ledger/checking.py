"""Holding the ledger against itself: every movement adds up to nothing, every balance equals the sum of its entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum

from zongbu.desk.support.models import Account, Budget, Line, Movement, Share
from zongbu.law.amounts import full_amount


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not add up: where, what it should be (fen), what it is."""

    where: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"{self.where}：应为 {full_amount(self.expected)}，实为 {full_amount(self.found)}"


def faults() -> Iterator[Fault]:
    """Everything in the ledger that does not add up; nothing where it is sound."""
    unbalanced = Movement.objects.annotate(total=Sum("lines__amount")).exclude(total=0)
    for movement in unbalanced.order_by("pk").iterator():
        yield Fault(f"分录 #{movement.pk}", 0, movement.total or 0)
    empty = Movement.objects.annotate(number=Count("lines")).filter(number=0)
    for movement in empty.order_by("pk").iterator():
        yield Fault(f"分录 #{movement.pk} 没有明细", 0, 0)
    sums = {
        (budget, account): total
        for budget, account, total in Line.objects.order_by()
        .values_list("budget", "account")
        .annotate(total=Sum("amount"))
    }
    for budget in Budget.objects.select_related("fund").order_by("pk").iterator():
        for account in Account:
            expected = sums.get((budget.pk, account.value), 0)
            if getattr(budget, account.value) != expected:
                yield Fault(f"{budget} {account.label}", expected, getattr(budget, account.value))
    yield from _shares()


def _shares() -> Iterator[Fault]:
    """What claims hold is what their movements say."""
    moved = {
        (claim, fund, account): total
        for claim, fund, account, total in Line.objects.filter(movement__claim__isnull=False)
        .exclude(account=Account.SOURCE)
        .order_by()
        .values_list("movement__claim", "budget__fund", "account")
        .annotate(total=Sum("amount"))
    }
    for share in Share.objects.select_related("fund", "claim").order_by("pk").iterator():
        held = {"reserved": share.reserved, "committed": share.committed, "paid": share.paid - share.returned}
        for account, found in held.items():
            expected = moved.get((share.claim_id, share.fund_id, account), 0)
            if expected != found:
                yield Fault(f"{share.claim.receipt} {share.fund} {Account(account).label}", expected, found)
