"""Screening all enterprises of the owner's scope, in the background."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router

from zongbu.desk.api.idempotency import idempotent
from zongbu.desk.api.problems import TOKEN_ERRORS
from zongbu.desk.api.routes.policies import known_policy
from zongbu.desk.api.schemas import ScreenIn, ScreeningOut
from zongbu.desk.api.scopes import Scope
from zongbu.desk.api.security import allowed, bearer
from zongbu.desk.selfcheck import actions, queries
from zongbu.desk.selfcheck.models import Screening

router = Router(tags=["screen"], auth=bearer)
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]


@router.post("/screenings", response={202: ScreeningOut, **TOKEN_ERRORS}, summary="Start a screening")
@idempotent
def start_screening(request: HttpRequest, asked: ScreenIn) -> Any:
    """An equal request that is under way is used again. Ask for the screening until its state is final."""
    viewer = allowed(request, Scope.SCREEN)
    known_policy(asked.policy)
    screening, _new = actions.start(viewer, asked.policy, asked.as_of, asked.district)
    return 202, _screening(screening)


@router.get("/screenings/{id}", response={200: ScreeningOut, **TOKEN_ERRORS}, summary="A screening")
def read_screening(request: HttpRequest, id: Number) -> Any:
    return _screening(queries.get(allowed(request, Scope.SCREEN), id))


def _screening(one: Screening) -> dict[str, Any]:
    return {
        "id": one.pk,
        "state": str(one.state),
        "policy": one.policy,
        "version": one.version,
        "as_of": one.as_of.isoformat(),
        "district": one.district,
        "enterprises": one.enterprises,
        "rejected": one.rejected,
        "demonstration": one.demonstration,
        "counts": one.counts,
        "error": one.error,
    }
