"""Synthetic enterprises for the benchmark: seeded, exact, written straight to Parquet by DuckDB.

One row is one enterprise with every fact of the dictionary under its identifier, in the exact type: money
DECIMAL(18,2) in yuan, counts INTEGER, booleans BOOLEAN, codes and choices VARCHAR, dates DATE. Every value is
a function of (row number, seed), so the same call writes the same table on any machine and with any number of
threads. The distributions are invented, not surveyed; what matters is that they hold what bites: revenues of
exactly 10 亿, 5 亿 and zero yuan, R&D of exactly 10 % of revenue and one fen below, entry on the very cut-off
day, review-class industries, other exchanges, and facts nobody knows yet (NULL).

    python -m bench.population --rows 1000000
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.rules_by_hand.common import IDENTITY

DATA = Path(__file__).parent / "data"

#: The sizes `make bench` uses. The largest is several files of the middle size with other seeds.
SMALL, MIDDLE, LARGE = 1_000_000, 10_000_000, 60_000_000

# Industries that the exclusion table names (or nearly names), drawn more often than their share.
_NAMED_INDUSTRIES = (
    "6620 6631 6712 6720 6811 6750 6760 6910 6920 6930 6940 6950 6990 6999 6311 6312 6319 6321 6331"
    " 1610 1620 1690 5128 5127 5227 0134 0133 4411 4412 4413 4414 4415 4416 4417 4419 4420 4421 4430 5631 5632"
    " 5639 5620 7010 7020 7030 7040 7090 66 67 68 681 7011"
).split()
# Where most enterprises of such a city are: software, trade, machinery, business services, research.
_COMMON_DIVISIONS = (
    "64 65 65 65 51 51 51 52 72 72 73 75 34 35 35 38 38 39 39 40 26 27 18 17 29 33 47 48 50 54 59 62 80 86 13 36"
).split()
_DISTRICTS = (
    "330102 330105 330106 330108 330108 330109 330109 330110 330110 330111 330112 330113 330114 330122 330127 330182"
).split()


@dataclass(frozen=True)
class Column:
    """One fact: its identifier, its SQL value before unknowns, and how many of 10,000 rows do not know it."""

    name: str
    sql: str
    unknown: int = 0


def _draw(salt: int) -> str:
    """SQL for a whole number from 0 to 9999, independent per salt, a function of row and seed only."""
    return f"(hash(row_number * 1000 + {salt}, $seed) % 10000)::INTEGER"


def _pick(values: list[str] | tuple[str, ...], salt: int) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"list_extract([{listed}], ((hash(row_number * 1000 + {salt}, $seed) % {len(values)}) + 1)::INTEGER)"


def _percent(salt: int, share: float) -> str:
    """SQL for a boolean that is true in `share` of 1."""
    return f"({_draw(salt)} < {round(share * 10000)})"


def _class(salt: int) -> str:
    # Fifteen classes in each of the 97 divisions: about as many codes as GB/T 4754-2017 has (1,382).
    return f"(10 * (1 + {_draw(salt)} % 5) + ({_draw(salt)} // 5) % 3)::VARCHAR"


def _revenue() -> str:
    # Log-normal by Box-Muller on two draws, so that no state is shared between threads.
    normal = f"(sqrt(-2 * ln(({_draw(40)} + 1) / 10001.0)) * cos(2 * pi() * {_draw(41)} / 10000.0))"
    fen = "(hash(row_number * 1000 + 42, $seed) % 100)"
    return f"""CASE
        WHEN {_draw(43)} < 100 THEN 1000000000.00
        WHEN {_draw(43)} < 200 THEN 500000000.00
        WHEN {_draw(43)} < 250 THEN 999999999.99
        WHEN {_draw(43)} < 300 THEN 499999999.99
        WHEN {_draw(43)} < 500 THEN 0.00
        WHEN {_draw(43)} < 700 THEN (1 + {_draw(44)} % 4000)::DECIMAL(18,2) * 1000000
        ELSE ((exp(19.8 + 1.6 * {normal}))::BIGINT + {fen} / 100.0)::DECIMAL(18,2) END"""


def _columns() -> list[Column]:
    rnd = f"""CASE
        WHEN {_draw(45)} < 300 THEN trunc(revenue_drawn / 10, 2)
        WHEN {_draw(45)} < 400 THEN greatest(0, trunc(revenue_drawn / 10, 2) - 0.01)
        WHEN {_draw(45)} < 500 THEN 50000000.00
        WHEN {_draw(45)} < 550 THEN 49999999.99
        ELSE ((revenue_drawn::DOUBLE * {_draw(46)} / 60000.0)::BIGINT
              + (hash(row_number * 1000 + 47, $seed) % 100) / 100.0) END"""
    industry = f"""CASE
        WHEN {_draw(20)} < 1500 THEN {_pick(_NAMED_INDUSTRIES, 21)}
        WHEN {_draw(20)} < 8500 THEN {_pick(_COMMON_DIVISIONS, 22)} || {_class(23)}
        ELSE lpad((1 + {_draw(24)} % 97)::VARCHAR, 2, '0') || {_class(25)} END"""
    exchange = f"""CASE
        WHEN {_draw(60)} < 8600 THEN 'none'
        ELSE {_pick(("SSE", "SSE", "SZSE", "SZSE", "HKEX", "NASDAQ", "NYSE", "other"), 61)} END"""
    ownership = f"""CASE
        WHEN {_draw(62)} < 9000 THEN 'none'
        ELSE {_pick(("central", "provincial", "municipal", "district"), 63)} END"""
    entry = f"""CASE
        WHEN {_draw(30)} < 100 THEN DATE '2021-12-31'
        WHEN {_draw(30)} < 200 THEN DATE '2022-01-01'
        ELSE DATE '1990-01-01' + (hash(row_number * 1000 + 31, $seed) % 12233)::INTEGER END"""
    star = f"CASE WHEN {_draw(70)} < 4000 THEN 0 ELSE 1 + ({_draw(71)} % 5) END"
    paid = f"CASE WHEN {_draw(72)} < 6500 THEN 0 ELSE 1 + ({_draw(73)} % 5) END"
    rent = f"""CASE WHEN {_draw(80)} < 3000 THEN 0.00
        ELSE (({_draw(81)} * 500)::BIGINT + (hash(row_number * 1000 + 82, $seed) % 10000000) / 100.0) END"""
    purchase = f"""CASE WHEN {_draw(83)} < 6000 THEN 0.00
        ELSE (({_draw(84)} * 20000)::BIGINT
              + (hash(row_number * 1000 + 85, $seed) % 100000000) / 100.0) END"""
    ban_end = f"DATE '2021-01-01' + ({_draw(66)} % 1800)"
    return [
        Column("name", "'示例企业' || lpad(row_number::VARCHAR, 6, '0')"),
        Column("uscc", "'91330' || lpad((hash(row_number, $seed) % 10000000000000)::VARCHAR, 13, '0')"),
        Column("district", _pick(_DISTRICTS, 3), 300),
        Column("registered_in_city", _percent(4, 0.97), 300),
        Column("city_entry_date", entry, 500),
        Column("operates_in_city", _percent(5, 0.96), 500),
        Column("is_legal_person", _percent(6, 0.98), 300),
        Column("unified_accounting", _percent(7, 0.93), 700),
        Column("fits_industrial_orientation", _percent(8, 0.88), 1000),
        Column("branches_outside_city", f"CASE WHEN {_draw(10)} < 3000 THEN 0 ELSE {_draw(11)} % 12 END", 500),
        Column("subsidiaries_outside_city", f"CASE WHEN {_draw(12)} < 3500 THEN 0 ELSE {_draw(13)} % 9 END", 600),
        Column("on_dishonesty_list", _percent(14, 0.02), 400),
        Column("industry_code", industry, 300),
        Column("industry_exclusion_finding", _percent(26, 0.4), 1000),
        Column("state_ownership", ownership, 400),
        Column("in_city_revenue", "revenue_drawn", 600),
        Column("rnd_expense", rnd, 700),
        Column("has_rnd_conditions", _percent(48, 0.7), 1000),
        Column("stock_exchange", exchange, 300),
        Column("other_exchange_finding", _percent(64, 0.3), 1000),
        Column("listing_entity_in_city", _percent(65, 0.8), 500),
        # The last barred day exists only for the few with a ban; for the rest it is empty, as in a registry.
        Column("banned_until", f"CASE WHEN {_draw(67)} < 500 THEN {ban_end} END"),
        Column("is_banned", f"({_draw(67)} < 500 AND {ban_end} >= DATE '2023-06-30')", 400),
        Column("star", star, 500),
        Column("highest_star_paid", paid, 400),
        Column("owns_office", _percent(74, 0.45), 500),
        Column("rent_paid", rent, 600),
        Column("purchase_price", purchase, 600),
        Column("is_first_purchase", _percent(86, 0.7), 500),
    ]


_TYPES = {
    "city_entry_date": "DATE",
    "banned_until": "DATE",
    "in_city_revenue": "DECIMAL(18,2)",
    "rnd_expense": "DECIMAL(18,2)",
    "rent_paid": "DECIMAL(18,2)",
    "purchase_price": "DECIMAL(18,2)",
    "branches_outside_city": "INTEGER",
    "subsidiaries_outside_city": "INTEGER",
    "star": "INTEGER",
    "highest_star_paid": "INTEGER",
}
_TEXT = {"name", "uscc", "district", "industry_code", "stock_exchange", "state_ownership"}


def column_names() -> list[str]:
    """Every fact identifier, in the order of the table."""
    return [column.name for column in _columns()]


def column_type(name: str) -> str:
    """The SQL type of one fact: BOOLEAN unless it is text, a date, a count or money."""
    return _TYPES.get(name, "VARCHAR" if name in _TEXT else "BOOLEAN")


def select_sql(
    rows: int, *, first: int = 1, seed: int = 1, unknowns: bool = True, columns: list[str] | None = None
) -> str:
    """One SELECT that makes rows `first` … `first + rows - 1` of the population of `seed`.

    With `unknowns=False` every fact but `banned_until` is known in every row.
    """
    wanted = set(columns) if columns is not None else None
    parts = []
    for index, column in enumerate(_columns()):
        if wanted is not None and column.name not in wanted:
            continue
        value = f"({column.sql})::{column_type(column.name)}"
        if unknowns and column.unknown:
            value = f"CASE WHEN {_draw(200 + index)} >= {column.unknown} THEN {value} END"
        parts.append(f"{value} AS {column.name}")
    body = ",\n  ".join(parts)
    return (
        f"SELECT\n  {body}\nFROM (SELECT row_number, ({_revenue()})::DECIMAL(18,2) AS revenue_drawn "
        f"FROM (SELECT range AS row_number FROM range({first}, {first + rows})))"
    ).replace("$seed", str(seed))


def write(
    path: Path,
    rows: int,
    *,
    first: int = 1,
    seed: int = 1,
    unknowns: bool = True,
    columns: list[str] | None = None,
) -> Path:
    """Write rows of the population to a Parquet file, unless that file already holds as many.

    Snappy and row groups of 122,880 rows, DuckDB's own defaults: what an office gets when it does not tune.
    """
    if path.exists() and _rows_in(path) == rows:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({select_sql(rows, first=first, seed=seed, unknowns=unknowns, columns=columns)}) "
            f"TO '{unfinished}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
        )
    unfinished.replace(path)
    return path


def _rows_in(path: Path) -> int:
    try:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata('{path}')").fetchone()
        return int(found[0]) if found and found[0] is not None else 0
    except duckdb.Error:
        return 0


def population(rows: int, *, unknowns: bool = True) -> str:
    """The glob of a population of `rows` enterprises under bench/data, made first where it is missing.

    Up to 10 million rows are one file with every column. More are several files of 10 million rows, each of
    its own seed, with the columns the rules read (names and credit codes are left out to spare the disk).
    """
    # The statement's digest in the name: files of an older generator are never taken for those of this one.
    digest = hashlib.sha256(select_sql(1, unknowns=unknowns).encode()).hexdigest()[:6]
    kind = f"{'unknowns' if unknowns else 'complete'}-{digest}"
    if rows <= MIDDLE:
        return str(write(DATA / f"{kind}-{rows}.parquet", rows, unknowns=unknowns))
    folder = DATA / f"{kind}-{rows}"
    needed = [name for name in column_names() if name not in IDENTITY]
    free = shutil.disk_usage(Path(__file__).parent).free
    if not folder.exists() and free < rows * 80:
        raise SystemExit(f"磁盘空间不足：生成 {rows:,} 行约需 {rows * 60 / 1e9:.0f} GB，仅余 {free / 1e9:.0f} GB")
    for number, first in enumerate(range(1, rows + 1, MIDDLE)):
        part = min(MIDDLE, rows - first + 1)
        write(
            folder / f"{number:02d}.parquet",
            part,
            first=first,
            seed=number + 2,
            unknowns=unknowns,
            columns=needed,
        )
    return str(folder / "*.parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=SMALL)
    parser.add_argument("--complete", action="store_true", help="no unknown facts")
    arguments = parser.parse_args()
    print(population(arguments.rows, unknowns=not arguments.complete))


if __name__ == "__main__":
    main()
