"""Holding the ledger against itself: every movement adds up to nothing, every balance equals the sum of its entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum

from zongbu.desk.support.models import Account, Budget, Line, Movement, Reimbursement, Share
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
    yield from _reimbursements()
    yield from _held()


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


def _reimbursements() -> Iterator[Fault]:
    """What is committed and paid for reimbursements is what their movements say, in the city's own fund."""
    moved = {
        (case, fund, account): total
        for case, fund, account, total in Line.objects.filter(
            movement__reimbursement__isnull=False, account__in=[Account.COMMITTED, Account.PAID]
        )
        .order_by()
        .values_list("movement__reimbursement", "budget__fund", "account")
        .annotate(total=Sum("amount"))
    }
    for case in Reimbursement.objects.select_related("fund").order_by("pk").iterator():
        held = {"committed": case.amount * (case.state == "approved"), "paid": case.amount * (case.state == "paid")}
        for account, expected in held.items():
            found = moved.get((case.pk, case.fund_id, account), 0)
            if expected != found:
                yield Fault(f"{case.receipt} {case.fund} {Account(account).label}", expected, found)


def _held() -> Iterator[Fault]:
    """What a budget holds for cases is what these hold in it."""
    expected: dict[tuple[int, int, str], int] = {}
    for fund, year, reserved, committed in (
        Share.objects.order_by()
        .values_list("fund", "budget_year")
        .annotate(held=Sum("reserved"), promised=Sum("committed"))
    ):
        expected[fund, year, "reserved"], expected[fund, year, "committed"] = reserved, committed
    waiting = Reimbursement.objects.filter(state="approved").order_by().values_list("fund", "budget_year")
    for fund, year, total in waiting.annotate(total=Sum("amount")):
        expected[fund, year, "committed"] = expected.get((fund, year, "committed"), 0) + total
    for budget in Budget.objects.select_related("fund").order_by("pk").iterator():
        for account in (Account.RESERVED, Account.COMMITTED):
            held = expected.get((budget.fund_id, budget.year, account.value), 0)
            if getattr(budget, account.value) != held:
                where = f"{budget} {account.label}（各事项合计）"
                yield Fault(where, held, getattr(budget, account.value))
