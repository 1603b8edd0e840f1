"""What a screening is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from zongbu.law.parameters import Overrides, ParameterValue
from zongbu.law.policy import Policy

ENGINES = ("duckdb", "spark", "postgres")
CARRIED = ("name", "uscc", "district")
"""Facts that every output keeps when the source has them."""


@dataclass(frozen=True)
class Request:
    """A screening.

    ``source`` is a table file, or the name of a database table (``engine="postgres"``); ``output`` a CSV,
    XLSX or Parquet file, or a table name there; None computes the summary only. ``only`` names a result:
    just the rows that meet it (amounts: above zero) are written. ``rejects`` is where unusable rows go
    (default: beside the output). ``summary`` False spares the second pass that counts, ``funnel`` False its
    counts of failing conditions and lacking facts. ``database`` is the
    address of the PostgreSQL server, ``master`` that of Spark. ``progress`` is told the share done, 0 to 1;
    ``lang`` is the language of the conditions' names.
    """

    policy: Policy
    source: str | Path
    as_of: date
    results: tuple[str, ...]
    parameters: Overrides | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    engine: str = "duckdb"
    output: str | Path | None = None
    only: str | None = None
    sheet: str | None = None
    rejects: Path | None = None
    summary: bool = True
    funnel: bool = True
    lang: str = "zh"
    database: str | None = None
    master: str = "local[*]"
    memory_limit: str | None = None
    progress: Callable[[float], None] | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many enterprises meet a result, do not, or are undetermined.

    For an amount, ``met`` counts those above zero, ``not_met`` those at zero, and ``total`` is the sum in
    yuan over the determined ones.
    """

    met: int
    not_met: int
    undetermined: int
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a result in the funnel: how many fail it, and for how many it is undetermined."""

    result: str
    condition: str
    clause: str
    failing: int
    undetermined: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that could not be used: the row's number in the source, the column's title (empty: the row as a
    whole), what stands there, and why it cannot be used (Chinese)."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer. ``lacking`` maps fact → number of enterprises for which it is unknown.

    ``rows`` counts the enterprises screened, ``rejected`` the rows that could not be used, ``first_rejects``
    are the first of their cells and ``rejects`` the file that lists all; ``absent`` are facts without a
    column, ``unknown_columns`` columns that are no fact.
    """

    policy: Policy
    as_of: date
    engine: str
    rows: int
    rejected: int
    written: int | None
    counts: Mapping[str, Count]
    funnel: tuple[Step, ...]
    lacking: Mapping[str, int]
    parameters: Mapping[str, ParameterValue]
    absent: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    output: str | Path | None = None
    rejects: Path | None = None
    first_rejects: tuple[Reject, ...] = ()

    @property
    def demonstration(self) -> bool:
        """Whether a demonstration value was used."""
        return any(value.demonstration for value in self.parameters.values())
