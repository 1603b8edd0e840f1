"""Drafts of declarations: one per year, shown where its year is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import USCC
from tests.desk.enterprises.test_pages import send
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise, FactDraft
from zongbu.desk.enterprises.waiting import waiting
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

pytestmark = pytest.mark.django_db

LAST = date.today().year - 1
DRAFT = reverse("enterprises:draft", args=[USCC])
DECLARE = reverse("enterprises:declare", args=[USCC])
BANNER = "草稿·未提交</strong>"


def keep(client: Client, year: int, revenue: str, revision: object = "") -> dict[str, object]:
    """What the page does while somebody types."""
    given = {"year": year, "in_city_revenue": revenue, "in_city_revenue_unit": "万元", "revision": revision}
    response = client.post(DRAFT, given, headers={"X-Requested-With": "draft"})
    assert response.status_code == 200
    found: dict[str, object] = response.json()
    return found


def test_each_year_has_its_own_draft(enterprise: Enterprise, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    keep(client, LAST, "111.25")
    kept = keep(client, LAST - 1, "222.25")  # another year, started from nothing: no conflict, nothing lost
    keep(client, LAST - 1, "333.25", kept["revision"])
    pages = [client.get(DECLARE, {"year": year}).content.decode() for year in (LAST, LAST - 1, LAST - 2)]
    assert 'value="111.25"' in pages[0] and "333.25" not in pages[0]
    assert 'value="333.25"' in pages[1] and "111.25" not in pages[1]
    assert [BANNER in page for page in pages] == [True, True, False]
    assert "111.25" not in pages[2] and "333.25" not in pages[2]
    send(client, "declare", USCC, year=LAST - 1, in_city_revenue="333.25", in_city_revenue_unit="万元")
    assert list(FactDraft.objects.values_list("year", flat=True)) == [LAST]
    assert 'value="111.25"' in client.get(DECLARE).content.decode()


def test_the_year_in_which_a_fact_was_declared_decides_which_draft_goes(enterprise: Enterprise, own: Viewer) -> None:
    for year in (LAST, LAST - 1):
        actions.save_draft(own, enterprise, year, {"in_city_revenue": "1"}, None)
    actions.declare(own, enterprise, {"in_city_revenue": "1亿元"})
    assert list(enterprise.drafts.values_list("year", flat=True)) == [LAST - 1]


def test_the_database_holds_one_draft_a_year(enterprise: Enterprise) -> None:
    FactDraft.objects.create(enterprise=enterprise, year=LAST)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactDraft.objects.create(enterprise=enterprise, year=LAST)


def test_discarding_leaves_other_years_alone(enterprise: Enterprise, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    for year in (LAST, LAST - 1):
        keep(client, year, "1")
    page = client.get(DECLARE, {"year": LAST - 1}).content.decode()
    assert page.count(f'name="year" value="{LAST - 1}"') == 2  # of the form, and of the button that discards
    client.post(reverse("enterprises:discard", args=[USCC]), {"year": LAST - 1})
    assert list(FactDraft.objects.values_list("year", flat=True)) == [LAST]


def test_other_pages_lead_to_the_year_of_the_draft(
    enterprise: Enterprise, own: Viewer, client_as: Callable[..., Client]
) -> None:
    actions.save_draft(own, enterprise, LAST - 1, {"in_city_revenue": "1"}, None)
    client, there = client_as(Role.ENTERPRISE_STAFF), f"{DECLARE}?year={LAST - 1}"
    overview = client.get(reverse("enterprises:detail", args=[USCC])).content.decode()
    assert BANNER in overview and there in overview
    facts = reverse("enterprises:facts", args=[USCC])
    assert BANNER not in client.get(facts).content.decode()
    before = client.get(facts, {"as_of": f"{LAST}-12-31"}).content.decode()
    assert BANNER in before and there in before
    assert [one.url for one in waiting(own)] == [there]
