"""What these views share."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from zongbu.desk.kernel import pages
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.access import routes
from zongbu.desk.support import queries
from zongbu.desk.support.flow import pays_from
from zongbu.desk.support.models import Budget, Claim, Fund, PaymentBatch, PaymentOrder

ORDER_TONES = {
    "ready": "open", "batched": "action", "exported": "action", "paid": "met", "failed": "refused", "void": "neutral",
}  # fmt: skip
BATCH_TONES = {"draft": "open", "exported": "action", "settled": "met", "dissolved": "neutral"}
REIMBURSEMENT_TONES = {
    "requested": "open", "checked": "open", "approved": "action", "paid": "met", "refused": "refused",
    "withdrawn": "neutral",
}  # fmt: skip


def address(route: str, *arguments: Any) -> str:
    """The address of a route of the support desk; nothing where there is none."""
    try:
        return reverse(f"support:{route}", args=arguments)
    except NoReverseMatch:
        return ""


def opened(viewer: Viewer, route: str, *arguments: Any) -> str:
    """The address of a route that the viewer may ask for; nothing otherwise."""
    access = routes().get(f"support:{route}")
    return address(route, *arguments) if access is not None and access.admits(viewer) else ""


def fund_or_404(viewer: Viewer, pk: int) -> Fund:
    return get_object_or_404(queries.funds(viewer), pk=pk)


def budget_or_404(viewer: Viewer, pk: int) -> Budget:
    return get_object_or_404(queries.budgets(viewer), pk=pk)


def batch_or_404(viewer: Viewer, receipt: str) -> PaymentBatch:
    return get_object_or_404(queries.batches(viewer), receipt=receipt)


def order_or_404(viewer: Viewer, number: str) -> PaymentOrder:
    return get_object_or_404(queries.orders(viewer), number=number)


def keeps(viewer: Viewer, fund: Fund) -> bool:
    """Whether the viewer's office keeps a fund's books and pays from it."""
    return viewer.writes and pays_from(viewer, fund)


def in_full(viewer: Viewer) -> bool:
    """Whether the viewer sees the numbers of accounts in full: who pays does."""
    return viewer.role in (Role.CITY_FINANCE, Role.DISTRICT_FINANCE)


def year_of(request: HttpRequest) -> int:
    """The year that the address asks for; else the one that the person works on."""
    asked = small_int(request.GET.get("year"))
    if asked is not None and 2000 <= asked <= 2100:
        return asked
    return int(getattr(request, "year", timezone.localdate().year))


def claims_seen(viewer: Viewer, keys: set[int]) -> set[int]:
    """Of claims those that the viewer may open."""
    if not keys or not opened(viewer, "claim", "x"):
        return set()
    return set(queries.claims(viewer).filter(pk__in=keys).order_by().values_list("pk", flat=True))


def claim_url(viewer: Viewer, claim: Claim) -> str:
    return opened(viewer, "claim", claim.receipt) if claims_seen(viewer, {claim.pk}) else ""


act_page = partial(pages.act_page, template="support/finance/act.html")
"""``pages.act_page`` with the template of this room, unless told otherwise."""
