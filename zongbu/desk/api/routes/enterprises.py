"""Enterprises and their facts, within what the token's owner may see."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import StringConstraints

from zongbu.desk.api.idempotency import idempotent
from zongbu.desk.api.problems import TOKEN_ERRORS
from zongbu.desk.api.schemas import (
    Code,
    Day,
    EnterpriseIn,
    EnterpriseOut,
    EnterprisePage,
    FactsIn,
    FactsOut,
    Moment,
    RecordedOut,
)
from zongbu.desk.api.scopes import Scope
from zongbu.desk.api.security import allowed, bearer
from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import ENTERPRISE

router = Router(tags=["enterprises"], auth=bearer)

PAGE = 100


@router.get("/enterprises", response={200: EnterprisePage, **TOKEN_ERRORS}, summary="Enterprises, page by page")
def list_enterprises(
    request: HttpRequest,
    after: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{0,18}$")] = "",
    district: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,6}$")] = "",
) -> Any:
    """Ordered by code; ``after`` is the ``next`` of the page before."""
    viewer = allowed(request, Scope.READ)
    found = queries.enterprises(viewer).filter(uscc__gt=after).order_by("uscc")
    if district:
        found = found.filter(district=district)
    page = list(found[: PAGE + 1])
    return {
        "items": [_enterprise(one) for one in page[:PAGE]],
        "next": page[PAGE - 1].uscc if len(page) > PAGE else "",
    }


@router.post("/enterprises", response={201: EnterpriseOut, **TOKEN_ERRORS}, summary="Open the record of an enterprise")
@idempotent
def open_enterprise(request: HttpRequest, given: EnterpriseIn) -> Any:
    viewer = allowed(request, Scope.WRITE)
    made = actions.register(viewer, given.uscc, given.name, given.district, source_name=given.source)
    return 201, _enterprise(made)


@router.get("/enterprises/{uscc}", response={200: EnterpriseOut, **TOKEN_ERRORS}, summary="An enterprise")
def read_enterprise(request: HttpRequest, uscc: Code) -> Any:
    return _enterprise(queries.get(allowed(request, Scope.READ), uscc))


@router.get("/enterprises/{uscc}/facts", response={200: FactsOut, **TOKEN_ERRORS}, summary="Its facts at a day")
def read_facts(request: HttpRequest, uscc: Code, as_of: Day | None = None, known_at: Moment | None = None) -> Any:
    """What was true on ``as_of`` (default: today), as far as it was known at ``known_at`` (default: now)."""
    enterprise = queries.get(allowed(request, Scope.READ), uscc)
    day = as_of or timezone.localdate()
    if known_at is not None and timezone.is_naive(known_at):
        known_at = timezone.make_aware(known_at)
    return {
        "uscc": uscc,
        "as_of": day,
        "known_at": known_at,
        "facts": queries.facts_at(enterprise, day, known_at),
    }


@router.post("/enterprises/{uscc}/facts", response={200: RecordedOut, **TOKEN_ERRORS}, summary="Record facts")
@idempotent
def record_facts(request: HttpRequest, uscc: Code, given: FactsIn) -> Any:
    """An enterprise declares its own facts; the city office and districts record what a register says."""
    viewer = allowed(request, Scope.WRITE)
    enterprise = queries.get(viewer, uscc)
    if viewer.role in ENTERPRISE:
        recording = actions.declare(
            viewer,
            enterprise,
            given.values,
            valid_from=given.valid_from,
            period=given.year,
            reason=given.reason,
        )
    else:
        recording = actions.record(
            viewer,
            enterprise,
            given.values,
            source_name=given.source,
            valid_from=given.valid_from,
            period=given.year,
            reason=given.reason,
        )
    return 200, {"uscc": uscc, "recorded": recording is not None}


def _enterprise(one: Enterprise) -> dict[str, Any]:
    return {
        "uscc": one.uscc,
        "name": one.name,
        "district": one.district,
        "status": str(one.status),
        "updated_at": one.updated_at.isoformat(),
    }
