"""Fair-competition reviews, and suspending or resuming a measure."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.actions.permit import permit
from zongbu.desk.library.actions.values import decided
from zongbu.desk.library.flow import SUSPENSION
from zongbu.desk.library.models import FairCompetitionReview, SuspensionOrder
from zongbu.desk.library.policies import policy as policy_of


def _known(policy: str, measure: str) -> None:
    if measure not in policy_of(policy).measures:
        raise Refused(_("这项政策里没有这项措施。"))


def record_review(viewer: Viewer, review: FairCompetitionReview) -> FairCompetitionReview:
    """Record a fair-competition review of a measure; earlier records stay.

    Raises:
        PermissionDenied: the viewer is not of the city office.
        Refused: there is no such measure.
        ValidationError: the record contradicts itself (an exception without its ground).
    """
    review.recorded_by_id = permit(viewer)
    _known(review.policy, review.measure)
    with transaction.atomic():
        review.full_clean()
        review.save(force_insert=True)
        journal.record(
            "library.record_review",
            viewer,
            review,
            case=f"{review.policy}.{review.measure}",
            after={
                "conclusion": review.conclusion,
                "reviewed_on": review.reviewed_on.isoformat(),
                "organisation": review.organisation,
                "document": review.document,
                "exception_ground": review.exception_ground,
            },
        )
    return review


def propose_suspension(
    viewer: Viewer, policy: str, measure: str, act: str, *, effective_from: date, reason: str, document: str = ""
) -> SuspensionOrder:
    """Propose to ``suspend`` or ``resume`` a measure; it takes effect once another person approves it.

    Raises:
        Refused: there is no such measure, or it is suspended (runs) already.
        PermissionDenied: the viewer is not of the city office.
        ValidationError: no reason, or a proposal is waiting already.
    """
    _known(policy, measure)
    order = SuspensionOrder(
        policy=policy,
        measure=measure,
        act=act,
        effective_from=effective_from,
        reason=reason,
        document=document,
        proposed_by_id=permit(viewer),
    )
    return flow.begin(SUSPENSION, "propose", order, viewer, reason)


def decide_suspension(viewer: Viewer, pk: int, act: str, reason: str = "", seen: int | None = None) -> SuspensionOrder:
    """``approve``, ``refuse`` or ``withdraw`` a proposed order; see ``decide_value``."""
    return flow.perform(SUSPENSION, act, SuspensionOrder, pk, viewer, reason, decided(viewer, act, reason), seen=seen)
