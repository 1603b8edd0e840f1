"""The year on which somebody works."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from zongbu.desk.config.years import years
from zongbu.desk.kernel.roles import Role


def test_years_begin_with_the_present_one() -> None:
    assert years()[0] == timezone.localdate().year
    assert years()[-1] == 2023


@pytest.mark.parametrize(
    ("given", "kept"), [("2023", 2023), ("1999", None), ("x", None), ("", None), ("²", None), ("9" * 5000, None)]
)
def test_a_year_is_kept_for_the_session(given: str, kept: int | None, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    answer = client.post("/year/", {"year": given, "next": "/desk/?a=1"})
    assert answer["Location"] == "/desk/?a=1"
    assert client.session.get("working_year") == kept
    assert f"{kept or timezone.localdate().year}年度" in client.get("/desk/").content.decode()


def test_nobody_is_led_elsewhere(client_as: Callable[..., Client]) -> None:
    answer = client_as(Role.CITY_OFFICER).post("/year/", {"year": "2023", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/desk/"


def test_a_year_is_not_changed_by_a_link(client_as: Callable[..., Client]) -> None:
    assert client_as(Role.CITY_OFFICER).get("/year/?year=2023").status_code == 405
