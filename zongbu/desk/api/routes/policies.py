"""Policies and the dictionary of facts: open to everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from zongbu.desk.api.problems import PUBLIC_ERRORS, Failure
from zongbu.desk.api.schemas import Day, FactOut, Identifier, PolicyBrief, PolicyOut
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policies, policy
from zongbu.law import Policy, parameters
from zongbu.law.explain.plain import literal_text
from zongbu.law.facts import load_dictionary

router = Router(tags=["policies"])


def known_policy(identifier: str) -> Policy:
    """The policy of that identifier.

    Raises:
        Failure: there is none (404).
    """
    if identifier not in {one.identifier for one in policies()}:
        raise Failure(404, f"没有政策「{identifier}」")
    return policy(identifier)


@router.get("/policies", response={200: list[PolicyBrief], **PUBLIC_ERRORS}, summary="List the policies")
def list_policies(request: HttpRequest) -> Any:
    return [_brief(one) for one in policies()]


@router.get("/policies/{identifier}", response={200: PolicyOut, **PUBLIC_ERRORS}, summary="A policy as it stands")
def read_policy(request: HttpRequest, identifier: Identifier, as_of: Day | None = None) -> Any:
    found = known_policy(identifier)
    day = as_of or timezone.localdate()
    values = parameters.values_at(found, day, overrides(identifier, day))
    return _brief(found) | {
        "clauses": [
            {"citation": clause.citation, "title": clause.title, "text": clause.restatement} for clause in found.clauses
        ],
        "rules": [
            {
                "identifier": rule.identifier,
                "title": rule.title,
                "kind": rule.kind,
                "type": rule.node.type.kind,
                "unit": rule.node.type.unit,
                "clause": rule.clause,
            }
            for rule in found.rules.values()
            if not rule.policy
        ],
        "parameters": [
            {
                "identifier": name,
                "title": parameter.title,
                "clause": parameter.clause,
                "value": literal_text(values[name].value, (parameter.type.item or parameter.type).unit),
                "source": values[name].source,
                "demonstration": values[name].demonstration,
            }
            for name, parameter in found.parameters.items()
            if "." not in name
        ],
        "readings": [
            {
                "identifier": reading.identifier,
                "title": reading.title,
                "clause": reading.clause,
                "default": reading.default,
                "options": dict(reading.options),
            }
            for reading in found.readings.values()
        ],
        "measures": [
            {
                "identifier": measure.identifier,
                "title": measure.title,
                "category": measure.category,
                "clause": measure.clause,
                "details": dict(measure.details),
            }
            for measure in found.measures.values()
        ],
    }


@router.get("/facts", response={200: list[FactOut], **PUBLIC_ERRORS}, summary="The dictionary of facts")
def list_facts(request: HttpRequest, policy: Identifier | None = None) -> Any:
    """The common facts; with ``policy`` also those that it declares for itself."""
    dictionary = known_policy(policy).dictionary if policy is not None else load_dictionary()
    return [
        {
            "identifier": fact.identifier,
            "title": fact.title,
            "title_en": fact.title_en,
            "type": fact.type,
            "kind": fact.kind,
            "unit": fact.unit,
            "period": fact.period,
            "choices": dict(fact.choices),
            "definition": fact.definition,
        }
        for fact in dictionary.values()
    ]


def _brief(found: Policy) -> dict[str, Any]:
    return {
        "identifier": found.identifier,
        "title": found.title,
        "number": found.head.get("文号", ""),
        "status": found.status,
        "version": found.version,
        "effective_from": found.effective_from,
        "effective_until": found.effective_until,
        "results": list(found.results),
    }
