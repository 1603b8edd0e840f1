"""Closing a budget: what is held for cases goes on into the next year, what is left is carried over or lapses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.actions.common import hold_enterprises, hold_rows, keeper_of
from zongbu.desk.support.ledger.posting import NOTHING, Concern, Transfer, budget_of, concerning, post
from zongbu.desk.support.models import HOLDING_MONEY, Account, Budget, Claim, Movement, Reimbursement, Share

Rest = Literal["carry", "lapse"]
Kind = Movement.Kind


@dataclass(frozen=True, slots=True)
class Outlook:
    """What closing a budget would do: what goes on for cases, and what is left to decide about (fen)."""

    shares: tuple[Share, ...]
    reimbursements: tuple[Reimbursement, ...]
    reserved: int
    committed: int
    available: int

    @property
    def cases(self) -> int:
        return len({one.claim_id for one in self.shares}) + len(self.reimbursements)


def outlook(budget: Budget) -> Outlook:
    """What stands in a budget that closing it would move; reads only."""
    shares = Share.objects.filter(fund=budget.fund_id, budget_year=budget.year)
    held = tuple(one for one in shares.select_related("claim", "fund").order_by("pk") if one.reserved or one.committed)
    waiting = tuple(_waiting(budget))
    return Outlook(held, waiting, budget.reserved, budget.committed, budget.available)


def _waiting(budget: Budget) -> list[Reimbursement]:
    """Reimbursements that are approved and not paid yet."""
    found = Reimbursement.objects.filter(fund=budget.fund_id, budget_year=budget.year, state="approved")
    return list(found.order_by("pk"))


def too_early(budget: Budget) -> str:
    """Why a budget cannot be closed yet; empty where its year is over."""
    if budget.year < timezone.localdate().year:
        return ""
    return _("%(year)s年度还没有结束，结束以后才能关账。") % {"year": budget.year}


def close(viewer: Viewer, pk: int, rest: Rest, document: str, reason: str) -> Budget:
    """Close the books of a fund for a year that is over.

    What is reserved and committed is carried to the next year's budget of the fund, case by case; what is available is
    carried over or lapses. Nothing can be booked in the year afterwards; money that comes back later counts for the
    year in which it comes (``holding.take_back``).

    Args:
        rest: what becomes of what is available.

    Raises:
        NotPermitted: somebody else's fund. Refused: closed already, the year is not over, no document or reason, the
            next year is closed, or somebody booked meanwhile.
    """
    if not document.strip():
        raise Refused(_("请写明关账依据的文号。"))
    if not reason.strip():
        raise Refused(_("请写明理由"))
    if rest not in ("carry", "lapse"):
        raise Refused(_("请选择结余怎样处理。"))
    with transaction.atomic():
        budget = _kept(viewer, pk)
        if text := too_early(budget):
            raise Refused(text)
        # In the order of every act on a case, for an entry about it holds on to it as well: enterprises, claims,
        # shares, requests, budgets. What slipped in between shows below.
        holding = Share.objects.filter(fund=budget.fund_id, budget_year=budget.year).filter(
            Q(reserved__gt=0) | Q(committed__gt=0)
        )
        held = list(holding.values_list("claim", "claim__enterprise"))
        hold_enterprises(enterprise for _claim, enterprise in held)
        hold_rows(Claim.objects.filter(pk__in=[claim for claim, _enterprise in held]))
        list(Share.objects.select_for_update().filter(fund=budget.fund_id, budget_year=budget.year).order_by("pk"))
        hold_rows(Reimbursement.objects.filter(pk__in=[one.pk for one in _waiting(budget)]))
        following = budget_of(budget.fund, budget.year + 1)
        locked = Budget.objects.select_for_update(of=("self",)).select_related("fund__organisation")
        found = {one.pk: one for one in locked.filter(pk__in=[budget.pk, following.pk]).order_by("pk")}
        budget, following = found[budget.pk], found[following.pk]
        if budget.closed_at is not None:
            raise Refused(_("%(budget)s年度的账已经关闭。") % {"budget": budget})
        if following.closed_at is not None:
            raise Refused(_("%(budget)s年度的账已经关闭，不能结转进去。") % {"budget": following})
        now = outlook(budget)
        _accounts_for_all(budget, now)
        for share in now.shares:
            transfers = [
                *_carried(budget, following, Account.RESERVED, share.reserved),
                *_carried(budget, following, Account.COMMITTED, share.committed),
            ]
            post(viewer, Kind.CARRY, transfers, concerning(share.claim), reason=reason, document=document, closing=True)
        for case in now.reimbursements:
            about = Concern(None, None, case, case.policy, case.measure, case.district)
            transfers = _carried(budget, following, Account.COMMITTED, case.amount)
            post(viewer, Kind.CARRY, transfers, about, reason=reason, document=document, closing=True)
        _move_on(budget, now)
        if now.available and rest == "carry":
            left = _carried(budget, following, Account.AVAILABLE, now.available)
            post(viewer, Kind.CARRY, left, NOTHING, reason=reason, document=document, closing=True)
        elif now.available:
            lapsing = [Transfer(budget, Account.AVAILABLE, Account.LAPSED, now.available)]
            post(viewer, Kind.LAPSE, lapsing, NOTHING, reason=reason, document=document, closing=True)
        moment = timezone.now()
        Budget.objects.filter(pk=budget.pk).update(closed_at=moment)
        journal.record(
            "support.close",
            viewer,
            budget.fund,
            reason=reason,
            after={
                "year": budget.year,
                "document": document.strip(),
                "rest": rest,
                "available": now.available,
                "reserved": now.reserved,
                "committed": now.committed,
                "cases": now.cases,
            },
        )
    budget.refresh_from_db()
    return budget


def _carried(budget: Budget, following: Budget, account: Account, fen: int) -> list[Transfer]:
    if not fen:
        return []
    return [
        Transfer(budget, account, Account.CARRIED, fen),
        Transfer(following, Account.SOURCE, account, fen),
    ]


def _accounts_for_all(budget: Budget, now: Outlook) -> None:
    """What cases hold is what the budget holds for them; else somebody booked between our two locks."""
    reserved = sum(one.reserved for one in now.shares)
    committed = sum(one.committed for one in now.shares) + sum(one.amount for one in now.reimbursements)
    if (reserved, committed) != (budget.reserved, budget.committed):
        raise Refused(_("刚才有人在这个年度记账，请再试一次；仍不行的，请核对账簿（zongbu ledger verify）。"))


def _move_on(budget: Budget, now: Outlook) -> None:
    """Cases go on in the next year: also those for which there was no money to reserve."""
    unpaid = Share.objects.filter(fund=budget.fund_id, budget_year=budget.year, paid=0)
    unpaid.filter(claim__state__in=HOLDING_MONEY).update(budget_year=budget.year + 1)
    Share.objects.filter(pk__in=[one.pk for one in now.shares]).update(budget_year=budget.year + 1)
    Reimbursement.objects.filter(pk__in=[one.pk for one in now.reimbursements]).update(budget_year=budget.year + 1)


def _kept(viewer: Viewer, pk: int) -> Budget:
    found = Budget.objects.select_related("fund__organisation").filter(pk=pk).first()
    if found is None:
        raise Refused(_("没有这个预算。"))
    keeper_of(viewer, found.fund)
    return found


def carried_in(budget: Budget) -> int:
    """What came over from the year before, in fen."""
    found = Movement.objects.filter(kind=Kind.CARRY, lines__budget=budget, lines__account=Account.SOURCE)
    total: int | None = found.aggregate(total=Sum("lines__amount"))["total"]
    return -(total or 0)
