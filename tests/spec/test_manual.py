"""The manual that stands in docs/ is the one that the chapters give."""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec.__main__ import MANUAL
from tests.spec.render import CHAPTERS, render


def test_every_chapter_is_in_the_manual() -> None:
    here = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert here - {"manual"} == set(CHAPTERS)


def test_the_manual_is_up_to_date() -> None:
    assert MANUAL.is_file(), "run `python -m tests.spec`"
    assert MANUAL.read_text("utf-8") == render(), "run `python -m tests.spec` and commit docs/manual/semantics.md"


def test_rendering_twice_gives_the_same_text() -> None:
    assert render() == render()


def test_every_link_of_the_contents_leads_to_a_heading() -> None:
    text = render()
    anchors = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^## (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\(#(.*?)\)", text)) == anchors
