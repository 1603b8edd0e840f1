"""A claim from the offer or the draft to the payment, and what stands in its way."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.desk.support.conftest import Playing, sound
from zongbu.desk.enterprises.queries import facts_at
from zongbu.desk.support.actions import claims, review
from zongbu.desk.support.models import Budget, Fund

pytestmark = pytest.mark.django_db


def test_a_star_award_is_offered_confirmed_approved_and_paid_by_two_funds(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    offered = playing.offered()
    assert (offered.state, offered.computed, offered.demonstration) == ("offered", 100_0000_00, True)
    confirmed = claims.confirm(playing.own, playing.pk)
    assert (confirmed.state, confirmed.amount) == ("verified", 100_0000_00)
    assert sorted(confirmed.shares.values_list("fund__level", "amount", "reserved")) == [
        ("city", 50_0000_00, 50_0000_00), ("district", 50_0000_00, 50_0000_00),
    ]  # fmt: skip
    review.approve(playing.lead, playing.pk)
    city, district = playing.export()
    assert playing.case.state == "paying"
    playing.pay(city)
    assert playing.case.state == "paying"
    playing.pay(district)
    assert playing.case.state == "paid"
    assert Budget.objects.get(fund=city_fund).paid == Budget.objects.get(fund=district_fund).paid == 50_0000_00
    assert facts_at(playing.enterprise, timezone.localdate())["highest_star_paid"] == "3"
    assert sound()


def test_rent_is_claimed_verified_approved_and_paid_by_the_district(playing: Playing, district_fund: Fund) -> None:
    paid = playing.paid()
    assert (paid.state, paid.amount) == ("paid", 60_0000_00)
    assert [one.act for one in paid.decisions.all()] == ["verify", "approve", "pay_out"]
    assert sound()
