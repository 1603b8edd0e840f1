"""A claim for those who examine it: the results that were decided, who pays and what is left."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.recognition.models import Recognition
from zongbu.desk.recognition.queries import holding
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.handling import budget_year, split
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Budget, Claim, Fund


@dataclass(frozen=True, slots=True)
class Decided:
    """A result that was decided in a round, and the certificate that says so (None: not on the list)."""

    title: str
    recognition: Recognition | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a fund pays of a claim, and what its budget still has; ``settled``: found by the lead department.

    ``available`` is None where the fund has no budget in that year.
    """

    fund: Fund
    year: int
    amount: int
    available: int | None
    reserved: int = 0
    committed: int = 0
    paid: int = 0
    returned: int = 0
    settled: bool = True

    @property
    def enough(self) -> bool:
        """Whether the budget can bear what is not held for the claim yet."""
        held = self.reserved + self.committed + self.paid
        return self.available is not None and self.available >= self.amount - held


def decided_of(claim: Claim, entitlement: Entitlement) -> list[Decided]:
    """The results that were taken as decided on the claim's day."""
    found = []
    for result in entitlement.decided:
        owner = result.rpartition(".")[0] or claim.policy
        held = Recognition.objects.filter(holding(claim.as_of), round__policy=owner, enterprise=claim.enterprise_id)
        found.append(Decided(entitlement.offering.policy.rules[result].title, held.first()))
    return found


def parts_of(claim: Claim, entitlement: Entitlement | None, received: int = 0) -> tuple[list[Part], str]:
    """Who pays a claim and what each budget has left; before it is verified as it would be shared.

    Args:
        received: what counts against it (fen).

    Returns:
        The parts, and why they cannot be told where they cannot.
    """
    shares = list(claim.shares.filter(amount__gt=0).select_related("fund"))
    if shares:
        left = _available({(one.fund_id, one.budget_year) for one in shares})
        return [
            Part(
                one.fund, one.budget_year, one.amount, left.get((one.fund_id, one.budget_year)),
                one.reserved, one.committed, one.paid, one.returned,
            )
            for one in shares
        ], ""  # fmt: skip
    due = entitlement.fen - received if entitlement is not None and entitlement.fen is not None else 0
    if entitlement is None or due <= 0:
        return [], ""
    year = budget_year(timezone.localdate())
    try:
        parts = split(claim, of_claim(claim), entitlement, due)
    except Refused as refused:
        return [], str(refused)
    left = _available({(fund.pk, year) for fund, _part in parts})
    return [Part(fund, year, part, left.get((fund.pk, year)), settled=False) for fund, part in parts], ""


def _available(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    funds, years = {fund for fund, _year in wanted}, {year for _fund, year in wanted}
    found = Budget.objects.filter(fund__in=funds, year__in=years).values_list("fund", "year", "available")
    return {(fund, year): available for fund, year, available in found}
