"""What others see of an enterprise's pages, what looking leaves behind, where else claims are shown, English."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.conftest import USCC
from tests.desk.support.conftest import People, Playing
from tests.desk.support.own.pages import at, client_of, of, page_of, send, text_of
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.models import Fund

pytestmark = pytest.mark.django_db


def test_another_enterprise_finds_nothing(playing: Playing, stranger: Client):
    case = playing.submitted()
    for name in ("own", "own_receipt", "own_submit", "own_withdraw", "own_decline", "own_object"):
        assert stranger.get(at(name, case)).status_code == 404, name
    for step in ("facts", "materials", "contact"):
        assert stranger.get(at("own_fill", case, step)).status_code == 404
    for name in ("own_withdraw", "own_decline", "own_object", "own_confirm", "own_submit"):
        assert send(stranger, at(name, case), reason="x", text="x").status_code == 404, name
    assert case.receipt not in text_of(stranger.get(reverse("support:money")))
    assert case.receipt not in text_of(stranger.get(reverse("support:benefits")))
    assert playing.case.state == "submitted"


def test_officials_are_kept_out(people: People, playing: Playing):
    case = playing.submitted()
    official = client_of(people(Role.CITY_OFFICER))
    assert official.get(at("own", case)).status_code == 403
    assert official.get(reverse("support:benefits")).status_code == 403


def test_looking_writes_nothing(playing: Playing, client: Client, district_fund: Fund):
    case = playing.approved()
    for address in (at("own", case), at("own_receipt", case), reverse("support:benefits"), reverse("support:money")):
        with CaptureQueriesContext(connection) as made:
            client.get(address)
        written = [one["sql"] for one in made if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not [sql for sql in written if "session" not in sql], address


def test_the_desk_counts_what_waits_and_the_enterprise_lists_its_claims(playing: Playing, client: Client):
    offered = playing.offered()
    assert "待确认的免申即享待遇" in text_of(client.get(reverse("desk")))
    page = text_of(client.get(reverse("enterprises:cases", args=[USCC])))
    assert offered.receipt in page
    answer = client.get(reverse("search"), {"q": offered.receipt})
    assert answer.headers["Location"] == at("own", offered)


def test_english(playing: Playing, client: Client):
    case = playing.submitted()
    client.cookies["django_language"] = "en"
    addresses = [at("own", case), at("own_receipt", case), reverse("support:benefits"), reverse("support:money")]
    for address in (*addresses, of("rent_subsidy"), reverse("support:account")):
        assert client.get(address).status_code == 200
    assert "My policies" in text_of(client.get(reverse("support:benefits")))
    assert "Rent subsidy" in page_of(client, case)
