"""DuckDB SQL as a careful author writes it: the yardstick.

Exact decimals, unknown as NULL with the very meaning of the policy, the R&D share cross-multiplied, one
subquery where a value is used again. AND, OR and NOT of SQL are already those of the policy; what needs care
is CASE (an unknown condition takes ELSE) and GREATEST (ignores NULL).

Two spellings of the same statement: `plain` tests texts by LEFT(…) IN (…), as everybody would; `tuned` by
functions that DuckDB evaluates once per distinct text of a Parquet dictionary, which one must have measured.
"""

from __future__ import annotations

import duckdb

from bench.rules_by_hand.common import (
    AMOUNTS,
    BOOLEANS,
    EXCHANGES,
    EXCLUDED_INDUSTRIES,
    EXCLUDED_OWNERSHIP,
    EXCLUDED_STEMS,
    IDENTITY,
    RESULTS,
    REVIEW_INDUSTRIES,
    REVIEW_STEMS,
    Total,
    Totals,
)


def _listed(texts: tuple[str, ...] | list[str] | frozenset[str]) -> str:
    return ", ".join(f"'{text}'" for text in sorted(texts))


def _in(column: str, texts: tuple[str, ...] | list[str], tuned: bool) -> str:
    if tuned:
        return f"(regexp_extract({column}, '^({'|'.join(texts)})$') <> '')"
    return f"({column} IN ({_listed(texts)}))"


def _belongs(column: str, codes: tuple[str, ...], stems: frozenset[str], tuned: bool) -> str:
    """Prefix membership; NULL for a code too coarse to tell."""
    if tuned:
        found = f"regexp_extract({column}, '^({'|'.join(codes)})') <> ''"
        coarse = f"regexp_extract({column}, '^({'|'.join(sorted(stems))})$') <> ''"
    else:
        by_length = {length: [code for code in codes if len(code) == length] for length in (2, 3, 4)}
        found = " OR ".join(
            f"left({column}, {length}) IN ({_listed(listed)})" for length, listed in by_length.items() if listed
        )
        coarse = f"{column} IN ({_listed(stems)})"
    return f"CASE WHEN {coarse} THEN NULL ELSE {found} END"


def select(source: str, *, tuned: bool = False, carried: tuple[str, ...] = ()) -> str:
    """The statement that computes every result of every row of `source` (a table, or a quoted file name).

    `carried` are columns of the source handed through, in front.
    """
    review = _belongs("industry_code", REVIEW_INDUSTRIES, REVIEW_STEMS, tuned)
    excluded = _belongs("industry_code", EXCLUDED_INDUSTRIES, EXCLUDED_STEMS, tuned)
    local_state = _in("state_ownership", EXCLUDED_OWNERSHIP, tuned)
    recognised = _in("stock_exchange", EXCHANGES, tuned)
    return f"""
SELECT {", ".join((*carried, *RESULTS[:-1]))},
  trunc(office_subsidy * 0.20, 2)::DECIMAL(18,2) AS city_reimbursement_ceiling
FROM (
  SELECT *,
    CASE WHEN rent_subsidy >= purchase_subsidy THEN rent_subsidy
         WHEN rent_subsidy < purchase_subsidy THEN purchase_subsidy END AS office_subsidy
  FROM (
    SELECT *,
      CASE WHEN NOT rated THEN 0.00 WHEN rated THEN award WHEN award = 0 THEN 0.00 END AS star_award,
      CASE WHEN NOT rent_due THEN 0.00
           WHEN rent_due THEN (rent_paid * 0.30)::DECIMAL(18,2)
           WHEN (rent_paid * 0.30)::DECIMAL(18,2) = 0 THEN 0.00 END AS rent_subsidy,
      CASE WHEN NOT purchase_due THEN 0.00
           WHEN purchase_due THEN (purchase_price * 0.05)::DECIMAL(18,2)
           WHEN (purchase_price * 0.05)::DECIMAL(18,2) = 0 THEN 0.00 END AS purchase_subsidy
    FROM (
      SELECT *,
        is_headquarters AND star >= 3 AS rated,
        is_headquarters AND star >= 3 AND NOT owns_office AS rent_due,
        is_headquarters AND star >= 3 AND NOT owns_office AND is_first_purchase AS purchase_due,
        CASE WHEN star <= highest_star_paid THEN 0.00
             WHEN new_standard > paid_standard THEN new_standard - paid_standard
             WHEN new_standard <= paid_standard THEN 0.00 END AS award
      FROM (
        SELECT *, meets_basic_conditions
            AND (meets_scale OR is_rnd_headquarters OR is_listed_headquarters) AS is_headquarters
        FROM (
          SELECT *,
            meets_basic_conditions AND rnd_expense >= 50000000.00 AND has_rnd_conditions
              AND rnd_expense >= 0.10 * nullif(in_city_revenue, 0.00) AS is_rnd_headquarters,
            meets_basic_conditions AND exchange_recognised
              AND listing_entity_in_city AS is_listed_headquarters
          FROM (
            SELECT *,
              fits_industrial_orientation AND is_legal_person AND registered_in_city AND operates_in_city
                AND unified_accounting AND enough_branches AND NOT on_dishonesty_list
                AND NOT (CASE WHEN industry_in_review THEN industry_exclusion_finding
                              WHEN NOT industry_in_review THEN industry_listed
                              WHEN industry_exclusion_finding = industry_listed THEN industry_listed END)
                AND NOT {local_state} AS meets_basic_conditions,
              CASE WHEN is_incumbent THEN in_city_revenue >= 1000000000.00
                   WHEN NOT is_incumbent THEN in_city_revenue >= 500000000.00
                   WHEN in_city_revenue >= 1000000000.00 THEN true
                   WHEN in_city_revenue < 500000000.00 THEN false END AS meets_scale
            FROM (
              SELECT *,
                branches_outside_city >= 2 OR subsidiaries_outside_city >= 2
                  OR branches_outside_city + subsidiaries_outside_city >= 2 AS enough_branches,
                {review} AS industry_in_review,
                {excluded} AS industry_listed,
                city_entry_date <= DATE '2021-12-31' AS is_incumbent,
                CASE WHEN stock_exchange = 'other' THEN other_exchange_finding
                     ELSE {recognised} END AS exchange_recognised,
                NOT CASE WHEN banned_until IS NULL THEN is_banned
                         ELSE banned_until >= DATE '2023-06-30' OR coalesce(is_banned, false)
                    END AS may_apply,
                CASE star WHEN 3 THEN 1000000.00 WHEN 4 THEN 3000000.00 WHEN 5 THEN 5000000.00
                  END AS new_standard,
                CASE WHEN highest_star_paid < 3 THEN 0.00 WHEN highest_star_paid = 3 THEN 1000000.00
                     WHEN highest_star_paid = 4 THEN 3000000.00 WHEN highest_star_paid = 5 THEN 5000000.00
                  END AS paid_standard
              FROM {source}
            )
          )
        )
      )
    )
  )
)"""


def totals_select(source: str, *, tuned: bool = False) -> str:
    """Counts and sums of every result over all rows."""
    columns = ["count(*)"]
    for name in BOOLEANS:
        columns += [f"count({name})", f"count_if({name})"]
    for name in AMOUNTS:
        columns += [f"count({name})", f"count_if({name} > 0)", f"sum({name})"]
    return f"SELECT {', '.join(columns)} FROM ({select(source, tuned=tuned)})"


def totals(connection: duckdb.DuckDBPyConnection, source: str, *, tuned: bool = False) -> Totals:
    """The totals of a Parquet file or glob."""
    row = connection.execute(totals_select(f"'{source}'", tuned=tuned)).fetchone()
    assert row is not None
    numbers = iter(row)
    rows = next(numbers)
    found = {}
    for name in BOOLEANS:
        known, met = next(numbers), next(numbers)
        found[name] = Total(met, known - met, rows - known)
    for name in AMOUNTS:
        known, met, amount = next(numbers), next(numbers), next(numbers)
        found[name] = Total(met, known - met, rows - known, amount)
    return found


def write(connection: duckdb.DuckDBPyConnection, source: str, output: str, *, tuned: bool = False) -> None:
    """Who and all results, of all rows, as a Parquet file in the order of the rows."""
    # A long IN list becomes a join in DuckDB, and with two threads that join loses the order of the rows.
    connection.execute("SET disabled_optimizers = 'in_clause'")
    statement = select(f"'{source}'", tuned=tuned, carried=IDENTITY)
    connection.execute(f"COPY ({statement}) TO '{output}' (FORMAT parquet)")
