"""从优从高不重复: what an enterprise was given for the same matter under measures that a measure names (不重复).

The better one counts: what was received elsewhere is taken off, down to nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, Sum

from zongbu.desk.support.measures import Offering, offerings
from zongbu.desk.support.models import Claim, Share

COUNTED = ("approved", "paying", "paid")
"""What is approved counts as received: it will be paid."""


def received(offering: Offering, enterprise: int, year: int, *, apart_from: int | None = None) -> list[Claim]:
    """The claims of the same year whose amounts count against a measure."""
    found: list[Claim] = []
    for name in names(offering):
        policy, _dot, measure = name.rpartition(".")
        found += Claim.objects.filter(
            enterprise=enterprise,
            year=year,
            policy=policy or offering.policy.identifier,
            measure=measure,
            state__in=COUNTED,
        ).exclude(pk=apart_from or 0)
    return found


def counted(offering: Offering, claim: Claim) -> list[Claim]:
    """The claims that count against a claim as things are now: of two approved ones the later counts the earlier."""
    found = received(offering, claim.enterprise_id, claim.year, apart_from=claim.pk)
    decided = claim.decided_at if claim.state in COUNTED else None
    if decided is None:
        return found
    return [one for one in found if one.decided_at is not None and one.decided_at < decided]


def totals(offering: Offering, enterprises: Collection[int], year: int) -> dict[int, int]:
    """What each of many enterprises was given of them, in fen; those are not in it that were given nothing."""
    answer: dict[int, int] = {}
    for name in names(offering):
        policy, _dot, measure = name.rpartition(".")
        found = Claim.objects.filter(
            enterprise__in=enterprises,
            year=year,
            policy=policy or offering.policy.identifier,
            measure=measure,
            state__in=COUNTED,
        )
        shares = Share.objects.filter(claim__in=found.order_by().values("pk")).order_by()
        for key, amount in shares.values_list("claim__enterprise").annotate(amount=Sum(F("amount") - F("returned"))):
            answer[key] = answer.get(key, 0) + (amount or 0)
    return answer


def total(claims: Iterable[Claim]) -> int:
    """Their amounts together, in fen, less what was given back of them."""
    shares = Share.objects.filter(claim__in=[one.pk for one in claims])
    found: int | None = shares.aggregate(total=Sum(F("amount") - F("returned")))["total"]
    return found or 0


def names(offering: Offering) -> tuple[str, ...]:
    """The measures that count against it, those of other policies prefixed.

    Both ways: what the district gave first counts against the city's measure that the district's one names, or the
    order of claiming would decide how much there is altogether.
    """
    own, key = offering.policy.identifier, offering.key
    found = dict.fromkeys(offering.measure.not_stacking)
    for other in offerings():
        here = other.policy.identifier
        named = {name if "." in name else f"{here}.{name}" for name in other.measure.not_stacking}
        if key in named and other.key != key:
            found[other.measure.identifier if here == own else other.key] = None
    return tuple(found)
