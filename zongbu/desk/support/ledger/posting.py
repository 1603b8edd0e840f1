"""Moving money between accounts: the only writer of budgets, movements and lines.

Belongs in the transaction of the act that it follows from. The budgets concerned are locked in the order of their keys,
so that of many who commit at once each sees what the others have left, and nobody waits for anybody in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.models import (
    Account,
    Budget,
    Claim,
    Fund,
    Line,
    Movement,
    PaymentOrder,
    Reimbursement,
)
from zongbu.law.amounts import full_amount


class NotEnough(Refused):
    """A budget does not hold what is to be taken out of one of its accounts."""


class Closed(Refused):
    """A year whose books are closed."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """``amount`` fen out of one account of a budget into another one of the same budget.

    Money goes from one budget to another as two transfers: into ``CARRIED`` here, out of ``SOURCE`` there.
    """

    budget: Budget
    source: Account
    target: Account
    amount: int


@dataclass(frozen=True, slots=True)
class Concern:
    """What a movement is about: the case and what statistics go by."""

    claim: Claim | None = None
    order: PaymentOrder | None = None
    reimbursement: Reimbursement | None = None
    policy: str = ""
    measure: str = ""
    district: str = ""
    enterprise: int | None = None


def concerning(claim: Claim, order: PaymentOrder | None = None) -> Concern:
    """What a movement about a claim is filed under."""
    return Concern(claim, order, None, claim.policy, claim.measure, claim.district, claim.enterprise_id)


NOTHING = Concern()


def budget_of(fund: Fund, year: int) -> Budget:
    """The budget of a fund in a year; made, with nothing in it, where there is none yet."""
    return Budget.objects.get_or_create(fund=fund, year=year)[0]


def post(
    viewer: Viewer,
    kind: Movement.Kind,
    transfers: Iterable[Transfer],
    concern: Concern = NOTHING,
    *,
    reason: str = "",
    document: str = "",
    key: str | None = None,
    counters: Movement | None = None,
    booked_on: date | None = None,
    closing: bool = False,
) -> Movement:
    """Write one movement and bring the budgets up to it; all or nothing.

    Args:
        key: what must not happen twice has a key; the second time the first movement is answered, nothing is moved.
        booked_on: the day it counts for; today unless told.
        closing: part of closing a year, and so possible although the year is being closed.

    Raises:
        NotEnough: an account does not hold the amount; nothing has been moved.
        Closed: the books of the year are closed.
        ValueError: nothing is to be moved, or an amount is not above zero.
        TransactionManagementError: called outside a transaction.
    """
    wanted = list(transfers)
    if not wanted or any(one.amount <= 0 for one in wanted):
        raise ValueError("a movement moves amounts above zero")
    with transaction.atomic():
        budgets = _locked(wanted)
        earlier: Movement | None = Movement.objects.filter(key=key).first() if key is not None else None
        if earlier is not None:
            return earlier
        changes = _changes(wanted)
        if not closing:
            _open(budgets.values())
        _enough(budgets, changes)
        movement = Movement.objects.create(
            kind=kind,
            booked_on=booked_on or timezone.localdate(),
            document=document.strip()[:120],
            reason=reason.strip(),
            person=viewer.person,
            person_name=viewer.name,
            organisation_name=viewer.organisation_name,
            claim=concern.claim,
            order=concern.order,
            reimbursement=concern.reimbursement,
            counters=counters,
            key=key,
        )
        Line.objects.bulk_create(
            Line(
                movement=movement,
                budget_id=budget,
                account=account,
                amount=amount,
                policy=concern.policy,
                measure=concern.measure,
                district=concern.district,
                enterprise_id=concern.enterprise,
            )
            for (budget, account), amount in changes.items()
            if amount
        )
        _bring_up(budgets, changes)
    return movement


def counter(viewer: Viewer, movement: Movement, reason: str) -> Movement:
    """Correct a movement by the same one the other way; the first stays where it is.

    Raises:
        Refused: no reason, it has been corrected already, or what it moved is no longer there.
    """
    if not reason.strip():
        raise Refused(_("更正须说明理由。"))
    with transaction.atomic():
        lines = list(movement.lines.select_related("budget"))
        budgets = {one.pk: one for one in _lock(sorted({line.budget_id for line in lines}))}
        if Movement.objects.filter(counters=movement).exists() or movement.counters_id is not None:
            raise Refused(_("这笔分录已经冲正过，或者本身就是冲正分录。"))
        changes = {(line.budget_id, Account(line.account)): -line.amount for line in lines}
        _open(budgets.values())
        _enough(budgets, changes)
        made = Movement.objects.create(
            kind=movement.kind,
            booked_on=timezone.localdate(),
            reason=reason.strip(),
            person=viewer.person,
            person_name=viewer.name,
            organisation_name=viewer.organisation_name,
            claim_id=movement.claim_id,
            order_id=movement.order_id,
            reimbursement_id=movement.reimbursement_id,
            counters=movement,
        )
        Line.objects.bulk_create(
            Line(
                movement=made,
                budget_id=line.budget_id,
                account=line.account,
                amount=-line.amount,
                policy=line.policy,
                measure=line.measure,
                district=line.district,
                enterprise_id=line.enterprise_id,
            )
            for line in lines
        )
        _bring_up(budgets, changes)
    return made


def _locked(transfers: Sequence[Transfer]) -> dict[int, Budget]:
    return {one.pk: one for one in _lock(sorted({one.budget.pk for one in transfers}))}


def _lock(keys: Sequence[int]) -> list[Budget]:
    found = Budget.objects.select_for_update(of=("self",)).select_related("fund__organisation")
    return list(found.filter(pk__in=keys).order_by("pk"))


def _changes(transfers: Iterable[Transfer]) -> dict[tuple[int, Account], int]:
    changes: dict[tuple[int, Account], int] = defaultdict(int)
    for one in transfers:
        changes[one.budget.pk, one.source] -= one.amount
        changes[one.budget.pk, one.target] += one.amount
    return dict(changes)


def _bring_up(budgets: Iterable[int], changes: dict[tuple[int, Account], int]) -> None:
    """Write the changes into the budgets, each in one statement: its accounts always add up."""
    for pk in budgets:
        moved = {str(account): F(account) + amount for (one, account), amount in changes.items() if one == pk}
        Budget.objects.filter(pk=pk).update(**moved)


def _open(budgets: Iterable[Budget]) -> None:
    for one in budgets:
        if one.closed_at is not None:
            raise Closed(_("%(budget)s年度的账已经关闭，不能再记账。") % {"budget": one})


def _enough(budgets: dict[int, Budget], changes: dict[tuple[int, Account], int]) -> None:
    for (pk, account), amount in changes.items():
        held = getattr(budgets[pk], account)
        if account is not Account.SOURCE and held + amount < 0:
            raise NotEnough(
                _("%(budget)s的「%(account)s」只有%(held)s，不足%(wanted)s。")
                % {
                    "budget": budgets[pk],
                    "account": account.label,
                    "held": full_amount(held),
                    "wanted": full_amount(-amount),
                }
            )
