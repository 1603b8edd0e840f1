"""What all the hand-written rules share: names, figures and the shape of an answer. No rule stands here.

The figures are those of the policy file and of its demonstration parameters; a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

AS_OF = date(2023, 6, 30)

BOOLEANS = (
    "meets_basic_conditions",
    "is_incumbent",
    "meets_scale",
    "is_rnd_headquarters",
    "is_listed_headquarters",
    "is_headquarters",
    "may_apply",
)
AMOUNTS = (
    "star_award",
    "rent_subsidy",
    "purchase_subsidy",
    "office_subsidy",
    "city_reimbursement_ceiling",
)
RESULTS = BOOLEANS + AMOUNTS

#: Every fact that a rule reads, in the order of the dictionary: also what the bare scan reads.
FACTS = (
    "registered_in_city",
    "city_entry_date",
    "operates_in_city",
    "is_legal_person",
    "unified_accounting",
    "fits_industrial_orientation",
    "branches_outside_city",
    "subsidiaries_outside_city",
    "on_dishonesty_list",
    "industry_code",
    "industry_exclusion_finding",
    "state_ownership",
    "in_city_revenue",
    "rnd_expense",
    "has_rnd_conditions",
    "stock_exchange",
    "other_exchange_finding",
    "listing_entity_in_city",
    "banned_until",
    "is_banned",
    "star",
    "highest_star_paid",
    "owns_office",
    "rent_paid",
    "purchase_price",
    "is_first_purchase",
)
#: What a list of results says of each enterprise besides.
IDENTITY = ("name", "uscc", "district")
MONEY = ("in_city_revenue", "rnd_expense", "rent_paid", "purchase_price")

# (三)1
EXCLUDED_INDUSTRIES = tuple("66 67 68 691 695 699 6311 6312 16 5128 4411 4413 4414 4415 442 5631 701".split())
REVIEW_INDUSTRIES = tuple(
    "676 692 693 694 6319 632 633 5227 0134 4412 4416 4417 4419 443 5632 5639 702 703 704 709".split()
)


def _stems(codes: tuple[str, ...]) -> frozenset[str]:
    """Codes that only begin a listed one: too coarse to tell whether they belong."""
    shorter = {code[:length] for code in codes for length in range(1, len(code))}
    return frozenset(stem for stem in shorter if not stem.startswith(codes))


EXCLUDED_STEMS, REVIEW_STEMS = _stems(EXCLUDED_INDUSTRIES), _stems(REVIEW_INDUSTRIES)
EXCLUDED_OWNERSHIP = ("provincial", "municipal", "district")
MINIMUM_BRANCH_UNITS = 2
# (三)2 – 4
INCUMBENT_CUTOFF = date(2021, 12, 31)
INCUMBENT_FLOOR = Decimal("1000000000.00")
NEWCOMER_FLOOR = Decimal("500000000.00")
RND_FLOOR = Decimal("50000000.00")
RND_RATIO = Decimal("0.10")
EXCHANGES = ("SSE", "SZSE", "HKEX", "NASDAQ", "NYSE")
# (六)(七)(二十), the first three for demonstration
RATING_THRESHOLD = 3
AWARD = {3: Decimal("1000000.00"), 4: Decimal("3000000.00"), 5: Decimal("5000000.00")}
RENT_RATIO = Decimal("0.30")
PURCHASE_RATIO = Decimal("0.05")
CITY_SHARE = Decimal("0.20")


@dataclass(frozen=True)
class Total:
    """One result over a table: enterprises that meet it (amounts: above zero), that do not (zero), that are
    undetermined, and for amounts the sum of the determined ones in yuan."""

    met: int
    not_met: int
    undetermined: int
    amount: Decimal | None = None


Totals = dict[str, Total]


def scan_sql(columns: tuple[str, ...] = FACTS, *, function: str = "max") -> str:
    """The bare scan: look once at every value of these columns, compute nothing.

    `max` rather than `count`, because a count of a column without NULLs is answered from the file's metadata.
    """
    return ", ".join(f"{function}({column})" for column in columns)


def from_fen(fen: int) -> Decimal:
    """An amount in yuan."""
    return Decimal(int(fen)).scaleb(-2)
