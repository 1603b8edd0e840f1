"""Checks that every link between the Markdown files of the repository leads somewhere, headings included.

python tools/links.py    fails where one does not
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("*.md", "docs/**/*.md", "examples/*.md")
_FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1[^\S\n]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(file: Path) -> str:
    """The text of a Markdown file without its fenced blocks."""
    return _FENCED.sub("", file.read_text("utf-8"))


def anchors(file: Path) -> set[str]:
    """What can stand behind # in a link to a file."""
    headings = re.findall(r"^#+ (.*)$", prose(file), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken(file: Path) -> list[str]:
    """The links of a file that lead nowhere."""
    found = []
    for link in _LINK.findall(prose(file)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


def main() -> int:
    files = sorted({file for place in PLACES for file in ROOT.glob(place)})
    faults = [(file.relative_to(ROOT), link) for file in files for link in broken(file)]
    for name, link in faults:
        print(f"{name}: {link} leads nowhere", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
