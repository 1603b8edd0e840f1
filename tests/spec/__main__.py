"""``python -m tests.spec`` writes the chapters to docs/manual/semantics.md; ``--check`` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.spec.render import render

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "manual" / "semantics.md"


def main() -> int:
    text = render()
    if "--check" in sys.argv[1:]:
        return 0 if MANUAL.is_file() and MANUAL.read_text("utf-8") == text else 1
    MANUAL.parent.mkdir(parents=True, exist_ok=True)
    MANUAL.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
