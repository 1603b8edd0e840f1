"""The record on which each decision on a claim rests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.support.checks import Check
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimDecision


def keep(
    viewer: Viewer,
    claim: Claim,
    act: str,
    entitlement: Entitlement,
    checks: Iterable[Check],
    known_at: datetime,
    reason: str = "",
) -> ClaimDecision:
    """Write down what an act decided, and everything it takes to compute it again."""
    policy = of_claim(claim).policy
    kept.keep(policy)
    shares: list[dict[str, Any]] = [
        {"fund": str(one.fund), "level": one.fund.level, "amount": one.amount}
        for one in claim.shares.filter(amount__gt=0).select_related("fund")
    ]
    return ClaimDecision.objects.create(
        claim=claim,
        act=act,
        amount=claim.amount,
        computed=entitlement.fen,
        entitled=entitlement.entitled,
        shares=shares,
        checks=[one.plain for one in checks],
        as_of=claim.as_of,
        known_at=known_at,
        policy=claim.policy,
        version=policy.version,
        decided=list(entitlement.decided),
        assessment=entitlement.record,  # type: ignore[misc]  # the stubs take the field for text
        reason=reason,
        decided_by=viewer.name,
        role=viewer.role,
        organisation_name=viewer.organisation_name,
    )
