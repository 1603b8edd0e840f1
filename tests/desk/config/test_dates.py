"""Days and moments are written in full, in the reader's language and time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

DESK = Path(__file__).resolve().parents[3] / "zongbu" / "desk"


@pytest.mark.parametrize(
    ("language", "filtered", "said"),
    [
        ("zh-hans", "day|long_date", "2024年6月1日"),
        ("en", "day|long_date", "1 June 2024"),
        ("zh-hans", "moment|long_date", "2024年6月2日"),
        ("zh-hans", "moment|long_moment", "2024年6月2日 00:30"),
        ("en", 'moment|long_moment:"seconds"', "2 June 2024, 00:30:05"),
        ("en", "day|long_moment", "1 June 2024"),
        ("zh-hans", 'nothing|long_date|default:"—"', "—"),
    ],
)
def test_in_full(language: str, filtered: str, said: str) -> None:
    given = {"day": date(2024, 6, 1), "moment": datetime(2024, 6, 1, 16, 30, 5, tzinfo=UTC), "nothing": None}
    with override(language):
        assert Template("{% load frame %}{{ " + filtered + " }}").render(Context(given)) == said


def test_no_template_spells_a_date_its_own_way() -> None:
    own = re.compile(r"\|date:(?:_\()?\"(?:Y年|DATE|Y-m-d)")
    apps = ("people", "kernel", "selfcheck", "library", "api")
    files = [*(DESK / "templates").rglob("*"), *(one for app in apps for one in (DESK / app / "templates").rglob("*"))]
    found = [str(one.relative_to(DESK)) for one in files if one.is_file() and own.search(one.read_text("utf-8"))]
    assert found == []
