"""OpenFisca-core: a tax and benefit system with one entity, vectorised over NumPy arrays.

OpenFisca has no unknowns, so it can only be given complete enterprises, and where the policy says
"undetermined" (revenue zero) it answers "no". Its numbers are float32: seven digits, so that 999,999,999.99
yuan is 1,000,000,000. Industry codes go in as four-digit whole numbers, texts as small numbers, dates as
20211231, which is how such a system is fed; none of that costs it time here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.rules_by_hand.common import (
    BOOLEANS,
    EXCHANGES,
    EXCLUDED_INDUSTRIES,
    EXCLUDED_OWNERSHIP,
    FACTS,
    RESULTS,
    REVIEW_INDUSTRIES,
    Total,
    Totals,
)

YEAR_OF_ASSESSMENT = "2023"
WHOLE = ("branches_outside_city", "subsidiaries_outside_city", "star", "highest_star_paid")
AMOUNTS_IN = ("in_city_revenue", "rnd_expense", "rent_paid", "purchase_price")
DATES = ("city_entry_date", "banned_until")
OWNERSHIP = ("none", "central", *EXCLUDED_OWNERSHIP)
EXCHANGE = ("none", *EXCHANGES, "other")

company = build_entity(key="company", plural="companies", label="Enterprise", is_person=True)


def _among(code: Any, codes: tuple[str, ...]) -> Any:
    """Prefix membership of four-digit codes: each prefix is a range of numbers."""
    found = np.zeros(len(code), dtype=bool)
    for prefix in codes:
        width = 10 ** (4 - len(prefix))
        found |= (code >= int(prefix) * width) & (code < (int(prefix) + 1) * width)
    return found


def _standard(star: Any) -> Any:
    return np.select([star == 3, star == 4, star == 5], [1_000_000.0, 3_000_000.0, 5_000_000.0], 0.0)


def _excluded_industry(company: Any, period: Any) -> Any:
    code = company("industry_code", period)
    return np.where(
        _among(code, REVIEW_INDUSTRIES),
        company("industry_exclusion_finding", period),
        _among(code, EXCLUDED_INDUSTRIES),
    )


def _meets_basic_conditions(company: Any, period: Any) -> Any:
    units = company("branches_outside_city", period) + company("subsidiaries_outside_city", period)
    return (
        company("fits_industrial_orientation", period)
        * company("is_legal_person", period)
        * company("registered_in_city", period)
        * company("operates_in_city", period)
        * company("unified_accounting", period)
        * (units >= 2)
        * ~company("on_dishonesty_list", period)
        * ~company("excluded_industry", period)
        * (company("state_ownership", period) < OWNERSHIP.index(EXCLUDED_OWNERSHIP[0]))
    )


def _is_incumbent(company: Any, period: Any) -> Any:
    return company("city_entry_date", period) <= 20211231


def _meets_scale(company: Any, period: Any) -> Any:
    floor = np.where(company("is_incumbent", period), 1_000_000_000, 500_000_000)
    return company("in_city_revenue", period) >= floor


def _is_rnd_headquarters(company: Any, period: Any) -> Any:
    rnd, revenue = company("rnd_expense", period), company("in_city_revenue", period)
    share = (revenue > 0) * (rnd >= 0.1 * revenue)
    basic = company("meets_basic_conditions", period)
    return basic * (rnd >= 50_000_000) * share * company("has_rnd_conditions", period)


def _is_listed_headquarters(company: Any, period: Any) -> Any:
    exchange = company("stock_exchange", period)
    recognised = np.where(exchange == EXCHANGE.index("other"), company("other_exchange_finding", period), exchange > 0)
    return company("meets_basic_conditions", period) * recognised * company("listing_entity_in_city", period)


def _is_headquarters(company: Any, period: Any) -> Any:
    track = (
        company("meets_scale", period)
        + company("is_rnd_headquarters", period)
        + company("is_listed_headquarters", period)
    )
    return company("meets_basic_conditions", period) * track


def _may_apply(company: Any, period: Any) -> Any:
    # No ban is 0 here: before every day.
    return ~(company("is_banned", period) + (company("banned_until", period) >= 20230630))


def _rated(company: Any, period: Any) -> Any:
    return company("is_headquarters", period) * (company("star", period) >= 3)


def _star_award(company: Any, period: Any) -> Any:
    star, paid = company("star", period), company("highest_star_paid", period)
    due = company("rated", period) * (star > paid)
    return due * np.maximum(0, _standard(star) - _standard(paid))


def _to_fen(yuan: Any) -> Any:
    return np.floor(yuan * 100 + 0.5) / 100


def _rent_subsidy(company: Any, period: Any) -> Any:
    due = company("rated", period) * ~company("owns_office", period)
    return due * _to_fen(company("rent_paid", period) * 0.3)


def _purchase_subsidy(company: Any, period: Any) -> Any:
    due = company("rated", period) * ~company("owns_office", period) * company("is_first_purchase", period)
    return due * _to_fen(company("purchase_price", period) * 0.05)


def _office_subsidy(company: Any, period: Any) -> Any:
    return np.maximum(company("rent_subsidy", period), company("purchase_subsidy", period))


def _city_reimbursement_ceiling(company: Any, period: Any) -> Any:
    return np.floor(company("office_subsidy", period) * 0.2 * 100) / 100


FORMULAS: dict[str, tuple[type, Callable[[Any, Any], Any]]] = {
    "excluded_industry": (bool, _excluded_industry),
    "meets_basic_conditions": (bool, _meets_basic_conditions),
    "is_incumbent": (bool, _is_incumbent),
    "meets_scale": (bool, _meets_scale),
    "is_rnd_headquarters": (bool, _is_rnd_headquarters),
    "is_listed_headquarters": (bool, _is_listed_headquarters),
    "is_headquarters": (bool, _is_headquarters),
    "may_apply": (bool, _may_apply),
    "rated": (bool, _rated),
    "star_award": (float, _star_award),
    "rent_subsidy": (float, _rent_subsidy),
    "purchase_subsidy": (float, _purchase_subsidy),
    "office_subsidy": (float, _office_subsidy),
    "city_reimbursement_ceiling": (float, _city_reimbursement_ceiling),
}


def _variable(name: str, kind: type, formula: Callable[[Any, Any], Any] | None = None) -> type[Variable]:
    members: dict[str, Any] = {
        "value_type": kind,
        "entity": company,
        "definition_period": YEAR,
        "label": name,
    }
    if formula is not None:
        members["formula"] = lambda population, period: formula(population, period)
    return type(name, (Variable,), members)


def _fact_type(name: str) -> type:
    if name in AMOUNTS_IN:
        return float
    return int if name in (*WHOLE, *DATES, "industry_code", "state_ownership", "stock_exchange") else bool


def system() -> TaxBenefitSystem:
    """The rules as a tax and benefit system."""
    built = TaxBenefitSystem([company])
    for name in FACTS:
        built.add_variable(_variable(name, _fact_type(name)))
    for name, (kind, formula) in FORMULAS.items():
        built.add_variable(_variable(name, kind, formula))
    return built


def select_sql(source: str) -> str:
    """The statement that reads complete enterprises as OpenFisca takes them."""
    columns = []
    for name in FACTS:
        if name in DATES:
            columns.append(f"coalesce(year({name}) * 10000 + month({name}) * 100 + day({name}), 0)::INTEGER AS {name}")
        elif name == "industry_code":
            columns.append(f"{name}::INTEGER AS {name}")
        elif name in ("state_ownership", "stock_exchange"):
            texts = OWNERSHIP if name == "state_ownership" else EXCHANGE
            columns.append(f"(list_position({list(texts)}, {name}) - 1)::INTEGER AS {name}")
        else:
            columns.append(f"{name}::DOUBLE AS {name}" if name in AMOUNTS_IN else name)
    return f"SELECT {', '.join(columns)} FROM {source}"


def simulation(rules: TaxBenefitSystem, columns: dict[str, Any], *, trace: bool = False) -> Any:
    """A simulation over arrays of facts (as `select_sql` gives them)."""
    builder = SimulationBuilder()
    built = builder.build_default_simulation(rules, count=len(columns["star"]))
    built.trace = trace
    for name, values in columns.items():
        built.set_input(name, YEAR_OF_ASSESSMENT, np.asarray(values))
    return built


def results(rules: TaxBenefitSystem, columns: dict[str, Any], *, trace: bool = False) -> dict[str, Any]:
    """Every result as an array."""
    built = simulation(rules, columns, trace=trace)
    return {name: built.calculate(name, YEAR_OF_ASSESSMENT) for name in RESULTS}


def totals(rules: TaxBenefitSystem, columns: dict[str, Any]) -> Totals:
    """The results counted and added (sums in double precision, so that only the amounts are to blame)."""
    found = {}
    for name, values in results(rules, columns).items():
        met = int(np.count_nonzero(values > 0))
        amount = None
        if name not in BOOLEANS:
            amount = Decimal(repr(float(values.sum(dtype=np.float64)))).quantize(Decimal("0.01"))
        found[name] = Total(met, len(values) - met, 0, amount)
    return found
