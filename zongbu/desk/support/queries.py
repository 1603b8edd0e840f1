"""What may be seen of the support desk: every function names who asks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.models import (
    Budget,
    Claim,
    ClaimObjection,
    Fund,
    Level,
    OfferRun,
    PaymentBatch,
    PaymentOrder,
    Reimbursement,
)

UNSEEN = ("draft",)
"""States in which a claim is its enterprise's alone."""
PAYABLE = ("approved", "paying", "paid", "given_back")
"""States in which a finance office sees a claim."""


def claims(viewer: Viewer) -> QuerySet[Claim]:
    """The claims that the viewer may read: an enterprise its own, everybody else those that concern its office."""
    found = Claim.objects.select_related("enterprise", "organisation")
    if viewer.reach is Reach.ENTERPRISE and viewer.uscc:
        return found.filter(enterprise__uscc=viewer.uscc)
    found = found.exclude(state__in=UNSEEN)
    if viewer.role in CITY or viewer.role in (Role.LEADING_GROUP, Role.AUDITOR):
        return found
    if viewer.role in (Role.CITY_FINANCE, Role.DISTRICT_FINANCE):
        return found.filter(state__in=PAYABLE, shares__fund__in=paying(viewer), shares__amount__gt=0).distinct()
    match viewer.reach:
        case Reach.DISTRICT if viewer.district:
            return found.filter(district=viewer.district)
        case Reach.REFERRED if viewer.organisation is not None:
            return found.filter(organisation=viewer.organisation)
        case _:
            return found.none()


def paying(viewer: Viewer) -> QuerySet[Fund]:
    """The funds from which the viewer's finance office pays."""
    found = Fund.objects.select_related("organisation")
    if viewer.role == Role.DISTRICT_FINANCE and viewer.district:
        return found.filter(level=Level.DISTRICT, district=viewer.district)
    return found.exclude(level=Level.DISTRICT) if viewer.role == Role.CITY_FINANCE else found.none()


def funds(viewer: Viewer) -> QuerySet[Fund]:
    """The funds whose books the viewer may read: finance its own, the city office and auditors all, a district and a
    department theirs."""
    found = Fund.objects.select_related("organisation")
    if viewer.role in CITY or viewer.role in (Role.LEADING_GROUP, Role.AUDITOR):
        return found
    if viewer.role == Role.CITY_FINANCE:
        return found.exclude(level=Level.DISTRICT)
    match viewer.reach:
        case Reach.DISTRICT if viewer.district:
            return found.filter(level=Level.DISTRICT, district=viewer.district)
        case Reach.REFERRED if viewer.organisation is not None:
            return found.filter(level=Level.DEPARTMENT, organisation=viewer.organisation)
        case _:
            return found.none()


def budgets(viewer: Viewer) -> QuerySet[Budget]:
    """The budgets of the funds that the viewer may read."""
    return Budget.objects.select_related("fund__organisation").filter(fund__in=funds(viewer))


def orders(viewer: Viewer) -> QuerySet[PaymentOrder]:
    """Payment orders: a finance office those of its funds, an enterprise its own, whoever reads the fund's books all
    of it."""
    found = PaymentOrder.objects.select_related("fund", "claim__enterprise", "batch", "reimbursement")
    if viewer.reach is Reach.ENTERPRISE and viewer.uscc:
        return found.filter(claim__enterprise__uscc=viewer.uscc)
    return found.filter(fund__in=funds(viewer))


def batches(viewer: Viewer) -> QuerySet[PaymentBatch]:
    """Payment batches of the funds whose books the viewer may read."""
    return PaymentBatch.objects.select_related("fund").filter(fund__in=funds(viewer))


def reimbursements(viewer: Viewer) -> QuerySet[Reimbursement]:
    """Reimbursements: the city all, a district its own."""
    found = Reimbursement.objects.select_related("fund")
    if viewer.reach is Reach.CITY:
        return found
    return (
        found.filter(district=viewer.district) if viewer.reach is Reach.DISTRICT and viewer.district else found.none()
    )


def objections(viewer: Viewer) -> QuerySet[ClaimObjection]:
    """Objections to the claims that the viewer may read; finance offices have nothing to do with them."""
    found = ClaimObjection.objects.select_related("claim__enterprise", "claim__organisation")
    if viewer.role in (Role.CITY_FINANCE, Role.DISTRICT_FINANCE):
        return found.none()
    # One by one: there are very few objections beside very many claims.
    return found.filter(Exists(claims(viewer).filter(pk=OuterRef("claim")).order_by()))


def offer_runs(viewer: Viewer) -> QuerySet[OfferRun]:
    """Apply-free runs: the city office, the leading group and auditors all, others their organisation's."""
    found = OfferRun.objects.select_related("asked_by__person", "asked_by__organisation")
    if viewer.role in CITY or viewer.role in (Role.LEADING_GROUP, Role.AUDITOR):
        return found
    if viewer.role in DISTRICT | DEPARTMENT and viewer.organisation is not None:
        return found.filter(asked_by__organisation=viewer.organisation)
    return found.none()


def handled(viewer: Viewer) -> Q:
    """The claims that the viewer's own organisation handles."""
    return Q(organisation=viewer.organisation or 0)
