"""Numbers for people: never two alike, however many are drawn in one run."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from django.utils import timezone

from zongbu.desk.demo.days import on
from zongbu.desk.kernel import receipts
from zongbu.desk.kernel.receipts import LENGTH, SIGNS, receipt, unlike
from zongbu.desk.people.models import Registration


def test_a_number_names_its_day_and_is_never_mistaken() -> None:
    with on(date(2026, 3, 1)):
        number = receipt("SC")
    assert number[:11] == "SC20260301-"
    assert len(number) == 11 + LENGTH
    assert not set(SIGNS) & set("01OIL")


@pytest.mark.django_db
def test_numbers_that_are_taken_or_drawn_twice_are_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    day = f"{timezone.localdate():%Y%m%d}"
    Registration.objects.create(
        receipt=f"ZC{day}-TAKEN", state="submitted", uscc="91330100MA27XYZ12X", name="示例企业", district="330108"
    )
    rows = [Registration(receipt=f"ZC{day}-{text}") for text in ("TAKEN", "TWICE", "TWICE", "ONCE")]
    told = count()
    monkeypatch.setattr(receipts, "drawn", lambda _length: ("TWICE", "ONCE", "NEW1", "NEW2")[min(next(told), 3)])
    unlike(rows, "ZC")
    assert sorted(one.receipt for one in rows) == sorted(
        f"ZC{day}-{text}" for text in ("NEW1", "NEW2", "TWICE", "ONCE")
    )
    unlike([], "ZC")
