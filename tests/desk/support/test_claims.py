"""A claim from the offer or the draft to the payment, and what stands in its way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.desk.support.conftest import People, Playing, give_star, record, sound
from zongbu.desk.enterprises.queries import facts_at
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.support import stacking
from zongbu.desk.support.actions import claims, payments, review
from zongbu.desk.support.models import Budget, Claim, Fund

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


def test_a_star_that_was_lost_since_is_not_paid_for(playing: Playing, people: People, district_fund: Fund) -> None:
    """The amount goes by the day of the submission; that the enterprise still has its stars is asked each time."""
    playing.verified()
    Claim.objects.filter(pk=playing.pk).update(as_of=timezone.localdate() - timedelta(days=20))
    give_star(people, playing.enterprise, 2, timezone.localdate() - timedelta(days=3))
    with pytest.raises(Refused, match="现在已不符合"):
        review.approve(playing.lead, playing.pk)
    give_star(people, playing.enterprise, 3, timezone.localdate())
    review.approve(playing.lead, playing.pk)
    give_star(people, playing.enterprise, 1, timezone.localdate())
    order = playing.case.orders.get()
    with pytest.raises(Refused, match="没有可以编入批次"):
        payments.make_batch(playing.payer(order.fund), order.fund, "批次", [order.pk])
    assert playing.case.state == "approved"


def test_what_bars_a_measure_must_be_known(playing: Playing, people: People, district_fund: Fund) -> None:
    """Whether the other subsidy was drawn before is unknown: handed in, but not verified."""
    record(people, playing.enterprise, drew_other_office_subsidy="")
    playing.accepted()
    with pytest.raises(Refused, match="还不能确定"):
        review.verify(playing.officer, playing.pk)
    record(people, playing.enterprise, drew_other_office_subsidy="否")
    assert review.verify(playing.officer, playing.pk).state == "verified"


def test_exclusion_does_not_depend_on_the_version_of_the_policy(playing: Playing, district_fund: Fund) -> None:
    """A claim whose place was named under an earlier text of the policy still stands in the way."""
    first = playing.submitted()
    Claim.objects.filter(pk=first.pk).update(slot="hangzhou-2023:rent_subsidy")
    with pytest.raises(Refused, match="已有申请"):
        playing.draft()
    with pytest.raises(Refused, match="只能享受一项"):
        playing.draft("purchase_subsidy")


def test_a_new_account_serves_what_is_not_approved_yet(playing: Playing, district_fund: Fund) -> None:
    playing.verified()
    new = claims.choose_account(
        playing.own, playing.enterprise, playing.enterprise.name, "另一银行", "6222999988887777"
    )
    review.approve(playing.lead, playing.pk)
    assert playing.case.orders.get().account == new.number


def test_what_was_given_back_does_not_count_as_received(playing: Playing, district_fund: Fund) -> None:
    paid = playing.paid()
    share = paid.shares.get()
    payer = playing.payer(district_fund)
    payments.give_back(payer, paid.pk, [(share.pk, Decimal(500_000))], "退字1号", "多付")
    assert stacking.total([playing.case]) == 10_0000_00  # of 600,000
