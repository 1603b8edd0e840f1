"""Polars, lazily from Parquet with the streaming engine; money as whole fen (Int64).

& | ~ on nullable booleans are already three-valued. when/then takes `otherwise` for an unknown condition, so
every choice is written with both of its conditions. Polars' own Decimal is not used for products: it keeps
two places and does not round half away from zero, which gives wrong fen.
"""

from __future__ import annotations

import polars as pl

from bench.rules_by_hand.common import (
    AMOUNTS,
    AS_OF,
    AWARD,
    BOOLEANS,
    EXCHANGES,
    EXCLUDED_INDUSTRIES,
    EXCLUDED_OWNERSHIP,
    EXCLUDED_STEMS,
    FACTS,
    IDENTITY,
    INCUMBENT_CUTOFF,
    INCUMBENT_FLOOR,
    MONEY,
    NEWCOMER_FLOOR,
    PURCHASE_RATIO,
    RATING_THRESHOLD,
    RENT_RATIO,
    RESULTS,
    REVIEW_INDUSTRIES,
    REVIEW_STEMS,
    RND_FLOOR,
    Total,
    Totals,
    from_fen,
)


def _fen(yuan: object) -> int:
    return int(yuan * 100)  # type: ignore[operator]


def _belongs(code: pl.Expr, codes: tuple[str, ...], stems: frozenset[str]) -> pl.Expr:
    """Prefix membership; unknown for a code too coarse to tell."""
    found = code.str.contains(f"^(?:{'|'.join(codes)})")
    return pl.when(~code.is_in(sorted(stems))).then(found)


def _if(condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """如果: unknown where the condition is, unless both branches agree."""
    return pl.when(condition).then(then).when(~condition).then(otherwise).when(then == otherwise).then(then)


def frame(source: str, carried: tuple[str, ...] = ()) -> pl.LazyFrame:
    """Every result of every row, amounts in fen; `carried` are columns handed through, in front."""
    col, zero = pl.col, pl.lit(0, pl.Int64)
    rows = pl.scan_parquet(source).select(*carried, *FACTS)
    rows = rows.with_columns(col(name).to_physical().cast(pl.Int64) for name in MONEY)
    code, exchange = col("industry_code"), col("stock_exchange")
    branches, subsidiaries = col("branches_outside_city"), col("subsidiaries_outside_city")
    standards = {star: _fen(amount) for star, amount in AWARD.items()}
    rows = rows.with_columns(
        enough_branches=(branches >= 2) | (subsidiaries >= 2) | (branches + subsidiaries >= 2),
        industry_in_review=_belongs(code, REVIEW_INDUSTRIES, REVIEW_STEMS),
        industry_listed=_belongs(code, EXCLUDED_INDUSTRIES, EXCLUDED_STEMS),
        is_incumbent=col("city_entry_date") <= INCUMBENT_CUTOFF,
        revenue_10=col("in_city_revenue") >= _fen(INCUMBENT_FLOOR),
        revenue_5=col("in_city_revenue") >= _fen(NEWCOMER_FLOOR),
        rnd_share=pl.when(col("in_city_revenue") != 0).then(col("rnd_expense") * 10 >= col("in_city_revenue")),
        exchange_recognised=pl.when(exchange == "other")
        .then(col("other_exchange_finding"))
        .otherwise(exchange.is_in(EXCHANGES)),
        may_apply=~pl.when(col("banned_until").is_null())
        .then(col("is_banned"))
        .otherwise((col("banned_until") >= AS_OF) | col("is_banned").fill_null(False)),
        new_standard=col("star").replace_strict(standards, default=None, return_dtype=pl.Int64),
        paid_standard=pl.when(col("highest_star_paid") >= RATING_THRESHOLD)
        .then(col("highest_star_paid").replace_strict(standards, default=None, return_dtype=pl.Int64))
        .when(col("highest_star_paid") < RATING_THRESHOLD)
        .then(zero),
    ).with_columns(
        meets_basic_conditions=col("fits_industrial_orientation")
        & col("is_legal_person")
        & col("registered_in_city")
        & col("operates_in_city")
        & col("unified_accounting")
        & col("enough_branches")
        & ~col("on_dishonesty_list")
        & ~_if(col("industry_in_review"), col("industry_exclusion_finding"), col("industry_listed"))
        & ~col("state_ownership").is_in(EXCLUDED_OWNERSHIP),
        meets_scale=_if(col("is_incumbent"), col("revenue_10"), col("revenue_5")),
        award=pl.when(col("star") <= col("highest_star_paid"))
        .then(zero)
        .when(col("new_standard") > col("paid_standard"))
        .then(col("new_standard") - col("paid_standard"))
        .when(col("new_standard") <= col("paid_standard"))
        .then(zero),
        rent_amount=(col("rent_paid") * _fen(RENT_RATIO) + 50) // 100,
        purchase_amount=(col("purchase_price") * _fen(PURCHASE_RATIO) + 50) // 100,
    )
    rows = rows.with_columns(
        is_rnd_headquarters=col("meets_basic_conditions")
        & (col("rnd_expense") >= _fen(RND_FLOOR))
        & col("rnd_share")
        & col("has_rnd_conditions"),
        is_listed_headquarters=col("meets_basic_conditions")
        & col("exchange_recognised")
        & col("listing_entity_in_city"),
    )
    rows = rows.with_columns(
        is_headquarters=col("meets_basic_conditions")
        & (col("meets_scale") | col("is_rnd_headquarters") | col("is_listed_headquarters"))
    )
    rows = rows.with_columns(rated=col("is_headquarters") & (col("star") >= RATING_THRESHOLD))
    rows = rows.with_columns(rent_due=col("rated") & ~col("owns_office"))
    rows = rows.with_columns(purchase_due=col("rent_due") & col("is_first_purchase"))
    rows = rows.with_columns(
        star_award=_if(col("rated"), col("award"), zero),
        rent_subsidy=_if(col("rent_due"), col("rent_amount"), zero),
        purchase_subsidy=_if(col("purchase_due"), col("purchase_amount"), zero),
    )
    rows = rows.with_columns(
        office_subsidy=pl.when(col("rent_subsidy") >= col("purchase_subsidy"))
        .then(col("rent_subsidy"))
        .when(col("rent_subsidy") < col("purchase_subsidy"))
        .then(col("purchase_subsidy"))
    )
    return rows.with_columns(city_reimbursement_ceiling=col("office_subsidy") // 5).select(*carried, *RESULTS)


def totals(source: str) -> Totals:
    """The totals of a Parquet file or glob."""
    aggregates = [pl.len().alias("rows")]
    for name in BOOLEANS:
        aggregates += [pl.col(name).count().alias(f"{name} known"), pl.col(name).sum().alias(f"{name} met")]
    for name in AMOUNTS:
        aggregates += [
            pl.col(name).count().alias(f"{name} known"),
            (pl.col(name) > 0).sum().alias(f"{name} met"),
            pl.col(name).sum().alias(f"{name} fen"),
        ]
    found = frame(source).select(*aggregates).collect(engine="streaming").row(0, named=True)
    rows = found["rows"]
    answer = {}
    for name in RESULTS:
        known, met = found[f"{name} known"], found[f"{name} met"]
        amount = from_fen(found[f"{name} fen"]) if name in AMOUNTS else None
        answer[name] = Total(met, known - met, rows - known, amount)
    return answer


def write(source: str, output: str) -> None:
    """Who and all results, of all rows, as a Parquet file, amounts in yuan."""
    yuan = [pl.col(name).cast(pl.Decimal(18, 0)) * pl.lit("0.01").cast(pl.Decimal(3, 2)) for name in AMOUNTS]
    frame(source, IDENTITY).with_columns(*yuan).sink_parquet(output)
