"""Three-valued logic in two bits, for DuckDB.

AND and OR over columns with NULLs are the dearest thing in a screening: DuckDB treats every row apart. A
whole number with two bits, *may* (not known to be false) and *must* (known to be true), has no NULLs: true is
both, unknown is *may* alone, false is none. Then 且 is ``&`` and 或 is ``|``, exactly Kleene's, at a tenth of
the cost. The cheapest way from a BOOLEAN with NULLs to such a number is DuckDB's ``hash``: which of its bits
can serve is asked of the connection, never assumed; where none can, plain AND and OR are written instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import duckdb


class Bits(NamedTuple):
    """The two masks within ``hash(boolean)``."""

    may: int
    must: int


def ask_bits(connection: duckdb.DuckDBPyConnection) -> Bits | None:
    """The bits that this connection's ``hash`` offers, or None if it offers none."""
    row = connection.execute("SELECT hash(true), hash(false), hash(NULL::BOOLEAN)").fetchone()
    assert row is not None
    true, false, unknown = (int(value) for value in row)
    may = true & unknown & ~false
    must = true & ~unknown & ~false
    if not may or not must:
        return None
    return Bits(may & -may, must & -must)
