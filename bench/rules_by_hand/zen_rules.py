"""ZEN engine: one expression node of a JSON decision, evaluated in Rust, one enterprise per call.

ZEN computes in decimals, so amounts are exact; they go in and come out as JSON numbers. It has no unknown:
comparing null is an error, so it can only be given complete enterprises, and where the policy says
"undetermined" (revenue zero) it answers "no". The trace is ZEN's own explanation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import zen

from bench.rules_by_hand.common import (
    BOOLEANS,
    EXCHANGES,
    EXCLUDED_INDUSTRIES,
    EXCLUDED_OWNERSHIP,
    RESULTS,
    REVIEW_INDUSTRIES,
    Total,
    Totals,
)


def _listed(texts: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"


def _matches(codes: tuple[str, ...]) -> str:
    # `matches` with one pattern costs more than twice as much per call.
    return f"some({_listed(codes)}, startsWith(industry_code, #))"


_STANDARD = "({0} == 3 ? 1000000 : {0} == 4 ? 3000000 : 5000000)"
EXPRESSIONS = {
    "enough_branches": "branches_outside_city + subsidiaries_outside_city >= 2",
    "excluded_industry": f"{_matches(REVIEW_INDUSTRIES)} ? industry_exclusion_finding"
    f" : {_matches(EXCLUDED_INDUSTRIES)}",
    "meets_basic_conditions": "fits_industrial_orientation and is_legal_person and registered_in_city"
    " and operates_in_city and unified_accounting and $.enough_branches and not on_dishonesty_list"
    f" and not $.excluded_industry and not (state_ownership in {_listed(EXCLUDED_OWNERSHIP)})",
    "is_incumbent": "city_entry_date <= 20211231",
    "meets_scale": "$.is_incumbent ? in_city_revenue >= 1000000000 : in_city_revenue >= 500000000",
    "is_rnd_headquarters": "$.meets_basic_conditions and rnd_expense >= 50000000 and has_rnd_conditions"
    " and in_city_revenue > 0 and rnd_expense >= 0.1 * in_city_revenue",
    "is_listed_headquarters": "$.meets_basic_conditions and listing_entity_in_city"
    f" and (stock_exchange == 'other' ? other_exchange_finding : stock_exchange in {_listed(EXCHANGES)})",
    "is_headquarters": "$.meets_basic_conditions"
    " and ($.meets_scale or $.is_rnd_headquarters or $.is_listed_headquarters)",
    "may_apply": "not (banned_until == null ? is_banned : banned_until >= 20230630 or is_banned)",
    "rated": "$.is_headquarters and star >= 3",
    "star_award": "$.rated and star > highest_star_paid ? max([0, "
    + _STANDARD.format("star")
    + " - (highest_star_paid >= 3 ? "
    + _STANDARD.format("highest_star_paid")
    + " : 0)]) : 0",
    "rent_subsidy": "$.rated and not owns_office ? round(rent_paid * 0.3, 2) : 0",
    "purchase_subsidy": "$.rated and not owns_office and is_first_purchase ? round(purchase_price * 0.05, 2) : 0",
    "office_subsidy": "max([$.rent_subsidy, $.purchase_subsidy])",
    "city_reimbursement_ceiling": "trunc($.office_subsidy * 0.2, 2)",
}


def decision() -> Any:
    """The decision, compiled once."""
    expressions = [{"id": key, "key": key, "value": value} for key, value in EXPRESSIONS.items()]
    content = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "facts"},
            {
                "id": "rules",
                "type": "expressionNode",
                "name": "rules",
                "content": {"expressions": expressions},
            },
            {"id": "out", "type": "outputNode", "name": "results"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }
    return zen.ZenEngine().create_decision(json.dumps(content))


def prepared(facts: Mapping[str, Any]) -> dict[str, Any]:
    """An enterprise as ZEN takes it: amounts as JSON numbers, dates as numbers (20211231)."""
    ready: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, Decimal):
            ready[name] = float(value)
        elif isinstance(value, date):
            ready[name] = value.year * 10000 + value.month * 100 + value.day
        else:
            ready[name] = value
    return ready


def totals(rows: Iterable[Mapping[str, Any]]) -> Totals:
    """The results of many complete enterprises (as `prepared`), counted and added."""
    rules = decision()
    results = [rules.evaluate(row)["result"] for row in rows]
    found = {}
    for name in RESULTS:
        if name in BOOLEANS:
            met, amount = sum(1 for result in results if result[name]), None
        else:
            amounts = [Decimal(str(result[name])) for result in results]
            met, amount = sum(1 for value in amounts if value > 0), sum(amounts, Decimal("0.00"))
        found[name] = Total(met, len(results) - met, 0, amount)
    return found
