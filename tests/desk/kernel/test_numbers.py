"""Numbers out of requests."""

from __future__ import annotations

import pytest

from zongbu.desk.kernel.numbers import small_int


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("2023", 2023), ("007", 7), ("9" * 9, 999_999_999)]
    + [(text, None) for text in ("", None, "-1", "1.5", " 1", "²", "٣", "1_0", "9" * 10, "9" * 5000)],
)
def test_only_short_plain_numbers_are_read(text: str | None, number: int | None) -> None:
    assert small_int(text) == number
