"""Whether a measure is suspended, and what its fair-competition review says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from zongbu.desk.library.models import FairCompetitionReview, SuspensionOrder


def suspended(identifier: str, measure: str, on: date) -> bool:
    """Whether a measure of a policy is suspended on a day: the latest approved order that has started says so."""
    order = (
        SuspensionOrder.objects.filter(policy=identifier, measure=measure, state="approved", effective_from__lte=on)
        .order_by("-effective_from", "-decided_at", "-pk")
        .values_list("act", flat=True)
        .first()
    )
    return order == SuspensionOrder.Act.SUSPEND


def suspensions(identifier: str, on: date) -> Mapping[str, SuspensionOrder]:
    """The measures of a policy that are suspended on a day, each with the order; one query."""
    latest: dict[str, SuspensionOrder] = {}
    orders = SuspensionOrder.objects.filter(policy=identifier, state="approved", effective_from__lte=on)
    for order in orders.order_by("effective_from", "decided_at", "pk"):
        latest[order.measure] = order
    return {measure: order for measure, order in latest.items() if order.act == SuspensionOrder.Act.SUSPEND}


def reviews(identifier: str) -> Mapping[str, FairCompetitionReview]:
    """The newest review of each measure of a policy that has one; one query."""
    found: dict[str, FairCompetitionReview] = {}
    for review in FairCompetitionReview.objects.filter(policy=identifier).order_by("reviewed_on", "pk"):
        found[review.measure] = review
    return found
