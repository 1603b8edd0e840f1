"""The real listed enterprises of ``examples/``, as rows for the register."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "examples" / "hangzhou-listed.csv"
_NO_FACTS = ("证券代码", "来源", "说明")


def listed() -> Iterator[dict[str, str]]:
    """One row per enterprise: facts by title, only what is publicly known.

    Their unified social credit codes are not in our sources. The register needs a key: it gets ``DEMO`` and the number
    of the row, which nobody can take for a real code.
    """
    with FILE.open(encoding="utf-8-sig", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), 1):
            facts = {title: value for title, value in row.items() if value and title not in _NO_FACTS}
            facts.setdefault("统一社会信用代码", f"DEMO{number:014d}")
            yield facts
