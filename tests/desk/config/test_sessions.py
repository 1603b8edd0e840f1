"""A session in use is prolonged now and then, and not written with every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zongbu.desk.kernel.roles import Role

AGE = 1800


@pytest.fixture
def client(client_as: Callable[..., Client], settings: Any) -> Client:
    settings.SESSION_COOKIE_AGE = AGE
    return client_as(Role.CITY_OFFICER)


def left() -> float:
    return (Session.objects.get().expire_date - timezone.now()).total_seconds()


@pytest.mark.parametrize(("seconds", "prolonged"), [(AGE - 10, False), (AGE - 61, True), (5, True)])
def test_it_is_prolonged_when_a_part_has_passed(client: Client, seconds: int, prolonged: bool) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))
    assert client.get("/desk/").status_code == 200
    assert (left() > AGE - 5) is prolonged


def test_it_ends_when_nothing_was_done(client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/desk/").status_code == 302


def test_looking_at_a_page_writes_nothing(client: Client) -> None:
    from django.db import connection

    client.get("/desk/")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get("/desk/")
    assert not [one["sql"] for one in captured if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_what_is_changed_is_kept_at_once(client: Client) -> None:
    client.post("/year/", {"year": timezone.localdate().year - 1, "next": "/desk/"})
    assert timezone.localdate().year - 1 in client.session.values()
