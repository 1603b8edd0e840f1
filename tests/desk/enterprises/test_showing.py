"""Facts in words: English titles of every policy's facts, amounts with the exact yuan, one unit in a form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import conditional_escape

from tests.desk.conftest import USCC
from zongbu.desk.enterprises import actions, showing, values
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer


def test_facts_of_policies_have_english_titles() -> None:
    with translation.override("en"):
        titles = {fact.identifier: showing.title(fact) for fact in showing.needed()}
        places = {need.policy for name in titles for need in showing.needs(name)}
    assert titles["fits_district_orientation"] == "Fits the industrial orientation of the high-tech zone"
    assert [title for title in titles.values() if any("一" <= sign <= "鿿" for sign in title)] == []
    assert "Binjiang District, draft for consultation" in places
    with translation.override("zh-hans"):
        assert showing.title(values.dictionary()["fits_district_orientation"]) == "符合高新区产业发展导向"
        assert "滨江区征求意见稿" in {need.policy for need in showing.needs("fits_district_orientation")}


def test_amounts_are_short_and_the_exact_yuan_is_there_too() -> None:
    fact = values.dictionary()["in_city_revenue"]
    with translation.override("zh-hans"):
        shown = showing.show(fact, "340232588.00")
        assert shown.startswith('<span title="340,232,588.00元">3.40亿元<span class="visually-hidden">')
        assert conditional_escape(shown) == shown
        assert showing.show(fact, "820000000.00") == "8.20亿元"
        assert showing.show(fact, "9999.99") == "9,999.99元"
    with translation.override("en"):
        assert showing.show(fact, "340232588.00").startswith('<span title="CNY 340,232,588.00">CNY 340.23 million<')


@pytest.mark.parametrize(
    ("texts", "unit", "entered"),
    [
        (["340232588.00"], "万元", ["34023.2588"]),
        (["820000000.00", "5000.00", "", "0.00"], "万元", ["82000", "0.5", "", "0"]),
        (["820000000.00", "5000.05"], "元", ["820000000", "5000.05"]),
        ([], "万元", []),
    ],
)
def test_amounts_are_entered_in_one_unit(texts: list[str], unit: str, entered: list[str]) -> None:
    assert showing.unit_of(texts) == unit
    assert [showing.entered(text, unit)[0] for text in texts if text] == [number for number in entered if number]
    assert showing.entered("", unit) == ("", unit)


@pytest.mark.django_db
@pytest.mark.parametrize(("spent", "unit"), [("3000万元", "万元"), ("30000000.05元", "元")])
def test_a_declaration_asks_for_all_amounts_in_one_unit(
    enterprise: Enterprise, own: Viewer, client_as: Callable[..., Client], spent: str, unit: str
) -> None:
    actions.declare(own, enterprise, {"in_city_revenue": "8.2亿元"})
    actions.declare(own, enterprise, {"rnd_expense": spent}, period=date.today().year - 2)
    client, address = client_as(Role.ENTERPRISE_STAFF), reverse("enterprises:declare", args=[USCC])
    page = client.get(address).content.decode()
    chosen = re.findall(r'<option value="([^"]+)" selected>', page)
    assert len(chosen) > 3 and set(chosen) - {"330108"} == {unit}
    assert f'data-unit="{unit}"' in page
    assert ('name="in_city_revenue" value="82000"' in page) is (unit == "万元")
    again = client.get(address, {"reuse": "rnd_expense"}).content.decode()
    assert set(re.findall(r'<option value="([^"]+)" selected>', again)) - {"330108"} == {unit}
    assert 'name="rnd_expense" value="3000' in again
