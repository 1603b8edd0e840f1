"""Money that was paid in another year, without the way to it, which other tests walk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.ledger.posting import Transfer, budget_of, concerning, post
from zongbu.desk.support.models import Account, BankAccount, Claim, Fund, Movement, Share


def paid_by_district(
    viewer: Viewer, fund: Fund, enterprise: Enterprise, year: int, amounts: Iterable[int], measure: str = "rent_subsidy"
) -> list[Claim]:
    """Claims that a fund paid in a year, with their entries in the ledger (fen)."""
    account = BankAccount.objects.filter(enterprise=enterprise, ended_at=None).first() or BankAccount.objects.create(
        enterprise=enterprise, holder=enterprise.name, bank="示例银行", number="6222000012345678"
    )
    made, now = [], timezone.now()
    for number, amount in enumerate(amounts):
        claim = Claim.objects.create(
            receipt=f"SC-{fund.pk}-{year}-{number}", enterprise=enterprise, district=fund.district,
            policy="hangzhou-2023", measure=measure, title="租房补助", clause="（七）", year=year,
            slot=f"{measure}-{year}-{number}", way="claim", level="district", as_of=date(year, 12, 31),
            policy_version="0" * 64, amount=amount, account=account, state="paid", submitted_at=now, decided_at=now,
            paid_at=now,
        )  # fmt: skip
        share = Share.objects.create(claim=claim, fund=fund, amount=amount, budget_year=year, paid=amount)
        budget, concern = budget_of(fund, year), concerning(claim)
        for kind, source, target in (
            (Movement.Kind.APPROPRIATE, Account.SOURCE, Account.AVAILABLE),
            (Movement.Kind.COMMIT, Account.AVAILABLE, Account.COMMITTED),
            (Movement.Kind.PAY, Account.COMMITTED, Account.PAID),
        ):
            post(viewer, kind, [Transfer(budget, source, target, share.amount)], concern, booked_on=date(year, 6, 30))
        made.append(claim)
    return made
