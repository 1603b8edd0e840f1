"""Assessing one enterprise from facts that are sent along; nothing of it is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from zongbu.desk.api.problems import TOKEN_ERRORS
from zongbu.desk.api.routes.policies import known_policy
from zongbu.desk.api.schemas import AssessIn, AssessmentOut
from zongbu.desk.api.scopes import Scope
from zongbu.desk.api.security import allowed, bearer
from zongbu.desk.library.parameters import overrides

router = Router(tags=["assess"], auth=bearer)


@router.post("/assess", response={200: AssessmentOut, **TOKEN_ERRORS}, summary="Assess one enterprise")
def assess(request: HttpRequest, asked: AssessIn) -> Any:
    allowed(request, Scope.ASSESS)
    policy = known_policy(asked.policy)
    assessment = policy.assess(
        asked.facts,
        as_of=asked.as_of,
        parameters=overrides(asked.policy, asked.as_of),
        readings=asked.readings or None,
        results=asked.results,
    )
    return assessment.document(asked.lang)
