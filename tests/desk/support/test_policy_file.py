"""A policy file that nobody has written a line of code for: its measures are claimed, offered, due, paid and counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import organisation_for
from tests.desk.support.conftest import DISTRICT_POLICY as POLICY
from tests.desk.support.conftest import People, Playing, sound
from tests.desk.support.test_office import as_, page, send
from zongbu.desk.kernel import clock
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.actions import claims, review
from zongbu.desk.support.models import Budget, Claim, Fund, OfferRun
from zongbu.desk.support.running import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_policy")]


def test_a_new_measure_is_claimed_approved_and_paid_less_what_the_city_gave(
    playing: Playing, district_fund: Fund, people: People
) -> None:
    city = playing.approved("rent_subsidy")
    assert city.amount == 60_0000_00
    case = playing.submitted("office_support", policy=POLICY)
    assert (case.computed, case.organisation) == (80_0000_00, organisation_for(Role.DISTRICT_OFFICER))
    officer, lead = as_(playing.officer), as_(playing.lead)
    assert "办公用房补助" in page(officer, "support:claims")
    send(officer, "support:claim_act", case.receipt, "accept")
    due = clock.working_days_after(timezone.localdate(), 10)
    assert playing.case.due_on == due
    assert "还剩 10 个工作日" in page(officer, "support:claims")
    text = page(officer, "support:claim", case.receipt)
    assert "租金发票" in text and "为什么是这一天" in text
    text = page(officer, "support:claim_act", case.receipt, "verify")
    assert "200000.00" in text and "同一事项已享受" in text  # 800,000 less 600,000
    send(officer, "support:claim_act", case.receipt, "verify", amount="200000.01", status=422)
    send(officer, "support:claim_act", case.receipt, "verify", amount="200000.00")
    assert (playing.case.amount, playing.case.received) == (20_0000_00, 60_0000_00)
    send(lead, "support:claim_act", case.receipt, "approve")
    assert playing.case.due_on is None
    answer = lead.get(reverse("support:letter", args=[case.receipt]))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    for batch in playing.export():
        playing.pay(batch)
    assert playing.case.state == "paid"
    assert Budget.objects.get(fund=district_fund).paid == 20_0000_00
    assert sound()
    text = page(lead, "support:measures", policy=POLICY)
    assert "办公用房补助" in text and "落户奖励" in text and "20.00万元" in text and "10个工作日" in text
    assert "区发改局" in page(as_(people(Role.CITY_LEAD)), "support:units")
    assert "办公用房补助" in page(as_(people(Role.CITY_OFFICER)), "support:public", year=timezone.localdate().year)


def test_the_better_one_counts_whichever_was_claimed_first(playing: Playing, district_fund: Fund) -> None:
    playing.approved("office_support", policy=POLICY)
    assert playing.case.amount == 80_0000_00
    rent = playing.accepted("rent_subsidy")  # the city's text says nothing of the district's, whose own text does
    officer = as_(playing.officer)
    assert "应发" in page(officer, "support:claim", rent.receipt)
    text = send(officer, "support:claim_act", rent.receipt, "verify", amount="600000", status=422)
    assert "没有应补的金额" in text or "超过应发" in text
    assert playing.case.state == "accepted"


def test_of_two_verified_at_once_the_second_is_not_approved_on_top(playing: Playing, district_fund: Fund) -> None:
    rent = playing.verified("rent_subsidy")
    office = playing.verified("office_support", policy=POLICY)
    assert (rent.amount, office.amount, office.received) == (60_0000_00, 80_0000_00, 0)  # nothing was approved yet
    lead = as_(playing.lead)
    send(lead, "support:claim_act", rent.receipt, "approve")
    assert "超过" in send(lead, "support:claim_act", office.receipt, "approve", status=422)
    send(lead, "support:claim_act", office.receipt, "send_back", reason="市里已批准租房补助")
    review.verify(playing.officer, office.pk)
    send(lead, "support:claim_act", office.receipt, "approve")
    assert Claim.objects.get(pk=office.pk).amount == 20_0000_00
    for case in (rent, office):  # and the earlier one is paid all the same
        playing.pk = case.pk
        for batch in playing.export():
            playing.pay(batch)
        assert playing.case.state == "paid"
    assert sound()


def test_what_is_overdue_stands_first(playing: Playing, district_fund: Fund) -> None:
    case = playing.accepted("office_support", policy=POLICY)
    Claim.objects.filter(pk=case.pk).update(due_on=date(2024, 1, 5))
    other = Claim.objects.get(pk=case.pk)
    other.pk, other.receipt, other.slot = None, "SC-NOT-DUE", "other"
    other.due_on = timezone.localdate() + timedelta(days=9)
    other.save()
    officer = as_(playing.officer)
    text = page(officer, "support:claims")
    assert text.index(case.receipt) < text.index("SC-NOT-DUE")
    assert "SC-NOT-DUE" not in page(officer, "support:claims", overdue="1")
    assert "1件已逾期" in page(officer, "desk")


def test_a_new_apply_free_measure_is_offered_once_and_paid_by_two_funds(
    playing: Playing, people: People, city_fund: Fund, district_fund: Fund
) -> None:
    officer = as_(people(Role.DISTRICT_OFFICER))
    playing.account()
    year = timezone.localdate().year
    assert "落户奖励（" in page(officer, "support:offers")
    send(officer, "support:offers", measure=f"{POLICY}.settling_award", year=year)
    trial = OfferRun.objects.get()
    run(trial.pk, trial.attempt)
    send(officer, "support:offer_start", trial.pk)
    real = OfferRun.objects.latest("pk")
    run(real.pk, real.attempt)
    case = Claim.objects.get()
    playing.pk = case.pk
    assert (case.state, case.computed, case.way) == ("offered", 10_0000_00, "offer")
    claims.confirm(playing.own, case.pk)
    assert playing.case.due_on == clock.working_days_after(timezone.localdate(), 10)
    review.approve(playing.lead, case.pk)
    for batch in playing.export():
        playing.pay(batch)
    assert playing.case.state == "paid"
    assert {one.paid for one in Budget.objects.filter(fund__in=[city_fund, district_fund])} == {5_0000_00}
    send(officer, "support:offers", measure=f"{POLICY}.settling_award", year=year - 1)  # once only, whatever the year
    again = OfferRun.objects.latest("pk")
    run(again.pk, again.attempt)
    again.refresh_from_db()
    assert (again.state, again.offered) == ("done", 0)
    assert sound()
