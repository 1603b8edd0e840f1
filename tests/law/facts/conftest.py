"""A connection, and a short way to stage a table and look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from zongbu.law.facts import load_dictionary
from zongbu.law.facts.tables import Staged, stage


@dataclass(frozen=True)
class Seen:
    """A staged table as Python rows: ``rows`` by row number, ``rejects`` as tuples."""

    staged: Staged
    rows: dict[int, dict[str, Any]]
    rejects: list[tuple[int, str, str, str]]
    types: dict[str, str]

    def column(self, identifier: str) -> list[Any]:
        return [row[identifier] for row in self.rows.values()]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as opened:
        yield opened


@pytest.fixture
def look(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Callable[..., Seen]:
    """Stage a file (or bytes, written to a file called ``name``) and read everything back."""

    def stage_and_read(source: Path | bytes | str, *, name: str = "table.csv", **options: Any) -> Seen:
        if not isinstance(source, Path):
            path = tmp_path / name
            path.write_bytes(source.encode() if isinstance(source, str) else source)
            source = path
        options.setdefault("as_of", date(2023, 6, 30))
        dictionary = options.pop("dictionary", load_dictionary())
        staged = stage(connection, source, dictionary, **options)
        order = "" if staged.ordered else "ORDER BY _row"
        result = connection.execute(f"SELECT * FROM {staged.relation} {order}")
        described = {entry[0]: str(entry[1]) for entry in result.description or ()}
        names = list(described)
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        numbers = [row.pop("_row") for row in rows]
        assert numbers == sorted(numbers)
        assert names == ["_row", *staged.facts]
        rejects = connection.execute(f"SELECT row_number, column_title, value, reason FROM {staged.rejects}").fetchall()
        return Seen(staged, dict(zip(numbers, rows, strict=True)), rejects, described)

    return stage_and_read
