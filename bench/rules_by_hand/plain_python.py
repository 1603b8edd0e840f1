"""Plain Python, one enterprise at a time: a dictionary in, a dictionary out, Decimal yuan, None is unknown.

It is the answer that all the others are compared with, so it follows the text of the policy line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from bench.rules_by_hand.common import (
    AMOUNTS,
    AS_OF,
    AWARD,
    BOOLEANS,
    CITY_SHARE,
    EXCHANGES,
    EXCLUDED_INDUSTRIES,
    EXCLUDED_OWNERSHIP,
    EXCLUDED_STEMS,
    INCUMBENT_CUTOFF,
    INCUMBENT_FLOOR,
    MINIMUM_BRANCH_UNITS,
    NEWCOMER_FLOOR,
    PURCHASE_RATIO,
    RATING_THRESHOLD,
    RENT_RATIO,
    REVIEW_INDUSTRIES,
    REVIEW_STEMS,
    RND_FLOOR,
    RND_RATIO,
    Total,
    Totals,
)

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def all_of(*operands: bool | None) -> bool | None:
    """且: false if any is false, else unknown if any is unknown."""
    return False if False in operands else None if None in operands else True


def any_of(*operands: bool | None) -> bool | None:
    """或: true if any is true, else unknown if any is unknown."""
    return True if True in operands else None if None in operands else False


def negated(operand: bool | None) -> bool | None:
    return None if operand is None else not operand


def at_least(value: Any, floor: Any) -> bool | None:
    return None if value is None else value >= floor


def belongs(code: str | None, codes: tuple[str, ...], stems: frozenset[str]) -> bool | None:
    """属于: by prefix; unknown for a code too coarse to tell (44 against 4411)."""
    if code is None or code.startswith(codes):
        return None if code is None else True
    return None if code in stems else False


def chosen(condition: bool | None, then: Any, otherwise: Any) -> Any:
    """如果: an unknown condition is unknown unless both branches agree."""
    if condition is None:
        return then if then is not None and then == otherwise else None
    return then if condition else otherwise


def evaluate(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All results for one enterprise."""
    get = facts.get
    # (三)1
    branches, subsidiaries = get("branches_outside_city"), get("subsidiaries_outside_city")
    together = None if branches is None or subsidiaries is None else branches + subsidiaries
    enough_branches = any_of(
        at_least(branches, MINIMUM_BRANCH_UNITS),
        at_least(subsidiaries, MINIMUM_BRANCH_UNITS),
        at_least(together, MINIMUM_BRANCH_UNITS),
    )
    code = get("industry_code")
    excluded_industry = chosen(
        belongs(code, REVIEW_INDUSTRIES, REVIEW_STEMS),
        get("industry_exclusion_finding"),
        belongs(code, EXCLUDED_INDUSTRIES, EXCLUDED_STEMS),
    )
    ownership = get("state_ownership")
    basic = all_of(
        get("fits_industrial_orientation"),
        get("is_legal_person"),
        get("registered_in_city"),
        get("operates_in_city"),
        get("unified_accounting"),
        enough_branches,
        negated(get("on_dishonesty_list")),
        negated(excluded_industry),
        None if ownership is None else ownership not in EXCLUDED_OWNERSHIP,
    )
    # (三)2
    entry, revenue, rnd = get("city_entry_date"), get("in_city_revenue"), get("rnd_expense")
    incumbent = None if entry is None else entry <= INCUMBENT_CUTOFF
    scale = chosen(incumbent, at_least(revenue, INCUMBENT_FLOOR), at_least(revenue, NEWCOMER_FLOOR))
    # (三)3
    rnd_share = None if not revenue or rnd is None else rnd >= RND_RATIO * revenue
    is_rnd = all_of(basic, at_least(rnd, RND_FLOOR), rnd_share, get("has_rnd_conditions"))
    # (三)4
    exchange = get("stock_exchange")
    if exchange is None:
        recognised = None
    else:
        recognised = get("other_exchange_finding") if exchange == "other" else exchange in EXCHANGES
    is_listed = all_of(basic, recognised, get("listing_entity_in_city"))
    headquarters = all_of(basic, any_of(scale, is_rnd, is_listed))
    # (二十二)
    banned_until, is_banned = get("banned_until"), get("is_banned")
    banned = is_banned if banned_until is None else banned_until >= AS_OF or is_banned is True
    # (六)
    star, paid = get("star"), get("highest_star_paid")
    already = chosen(at_least(paid, RATING_THRESHOLD), AWARD.get(paid or 0), ZERO)
    standard = AWARD.get(star or 0)
    if star is None or paid is None:
        award = None
    elif star <= paid:
        award = ZERO
    else:
        award = None if standard is None or already is None else max(ZERO, standard - already)
    rated = all_of(headquarters, at_least(star, RATING_THRESHOLD))
    star_award = chosen(rated, award, ZERO)
    # (七)
    no_office = negated(get("owns_office"))
    rent, price = get("rent_paid"), get("purchase_price")
    rent_subsidy = chosen(
        all_of(rated, no_office),
        None if rent is None else (rent * RENT_RATIO).quantize(FEN, ROUND_HALF_UP),
        ZERO,
    )
    purchase_subsidy = chosen(
        all_of(rated, no_office, get("is_first_purchase")),
        None if price is None else (price * PURCHASE_RATIO).quantize(FEN, ROUND_HALF_UP),
        ZERO,
    )
    office = None if rent_subsidy is None or purchase_subsidy is None else max(rent_subsidy, purchase_subsidy)
    return {
        "meets_basic_conditions": basic,
        "is_incumbent": incumbent,
        "meets_scale": scale,
        "is_rnd_headquarters": is_rnd,
        "is_listed_headquarters": is_listed,
        "is_headquarters": headquarters,
        "may_apply": negated(banned),
        "star_award": star_award,
        "rent_subsidy": rent_subsidy,
        "purchase_subsidy": purchase_subsidy,
        "office_subsidy": office,
        # (二十)
        "city_reimbursement_ceiling": None if office is None else (office * CITY_SHARE).quantize(FEN, ROUND_DOWN),
    }


def totals(rows: Iterable[Mapping[str, Any]]) -> Totals:
    """The results of many enterprises, counted and added."""
    results = [evaluate(row) for row in rows]
    found = {}
    for name in BOOLEANS:
        values = [result[name] for result in results]
        met, unknown = values.count(True), values.count(None)
        found[name] = Total(met, len(values) - met - unknown, unknown)
    for name in AMOUNTS:
        known = [result[name] for result in results if result[name] is not None]
        met = sum(1 for value in known if value > 0)
        found[name] = Total(met, len(known) - met, len(results) - len(known), sum(known, ZERO))
    return found
