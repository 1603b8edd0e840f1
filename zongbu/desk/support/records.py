"""The records on which each decision on a claim, and on a district's request, rests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.support import reimbursing
from zongbu.desk.support.checks import Check
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import of_claim, offering
from zongbu.desk.support.models import Claim, ClaimDecision, Reimbursement, ReimbursementDecision


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


def keep_ceiling(
    viewer: Viewer, case: Reimbursement, act: str, known_at: datetime, reason: str = ""
) -> ReimbursementDecision:
    """Write down on what a district's request was decided, and everything it takes to compute the ceiling again.

    Raises:
        Refused: there is no ceiling.
    """
    policy = offering(case.policy, case.measure).policy
    kept.keep(policy)
    now, found = reimbursing.weighed(case)
    return ReimbursementDecision.objects.create(
        reimbursement=case,
        act=act,
        amount=case.amount,
        spent=now.spent,
        ceiling=now.ceiling,
        taken=now.taken,
        set_off=now.owed,
        checks=[one.plain for one in found],
        as_of=date(case.year + 1, 1, 1),
        known_at=known_at,
        policy=case.policy,
        version=policy.version,
        assessment=now.assessment,  # type: ignore[misc]  # the stubs take the field for text
        reason=reason,
        decided_by=viewer.name,
        role=viewer.role,
        organisation_name=viewer.organisation_name,
    )
