"""Shares of one claim that leave one after the other, what is given up of it, and what a payment records."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support.conftest import Playing, give_star, sound
from tests.desk.support.test_office import page, send
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import FactRecord
from zongbu.desk.enterprises.queries import facts_at
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Person
from zongbu.desk.support import checks, handling, recording
from zongbu.desk.support.actions import payments
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.ledger import holding
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Budget, Claim, Fund, PaymentBatch, PaymentOrder, Share

pytestmark = pytest.mark.django_db


def star_paid(playing: Playing) -> str | None:
    return facts_at(playing.enterprise, timezone.localdate()).get("highest_star_paid")


def batch_of(playing: Playing, level: str) -> PaymentBatch:
    """The share of one level on its way to the treasury."""
    order = playing.case.orders.select_related("fund").get(fund__level=level, state="ready")
    batch, left = payments.make_batch(playing.payer(order.fund), order.fund, "批次", [order.pk])
    assert left == []
    payments.export(playing.payer(order.fund), batch.pk)
    return batch


def failing(playing: Playing, batch: PaymentBatch) -> PaymentOrder:
    order = batch.orders.get(state="exported")
    outcome = Outcome(order.number, False, order.amount, timezone.localdate(), failure="账号有误")
    assert payments.told(playing.payer(batch.fund), batch, outcome) == "failed"
    return order


def give_all_back(playing: Playing) -> Claim:
    for share in playing.case.shares.filter(paid__gt=0).select_related("fund"):
        payments.give_back(playing.payer(share.fund), playing.pk, [(share.pk, Decimal(share.paid) / 100)], "退", "不符")
    return playing.case


# --- one share after the other ------------------------------------------------------------------------------


def test_every_share_leaves_by_an_act_of_its_own_with_its_record(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    playing.approved("star_award")
    batch_of(playing, "city")
    batch_of(playing, "district")
    acts = [(one.act, one.duty) for one in flow.history(CLAIM, playing.case)][-2:]
    assert acts == [("pay_out", "pay"), ("pay_more", "pay")]
    assert [one.act for one in playing.case.decisions.all()][-2:] == ["pay_out", "pay_more"]
    assert Entry.objects.filter(act="support_claim.pay_more", case=playing.case.receipt).count() == 1


def test_whoever_has_another_duty_is_told_so_when_the_batch_is_made(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    """Somebody who approved, and pays by now."""
    playing.approved("star_award")
    batch_of(playing, "city")
    turncoat = replace(playing.payer(district_fund), person=playing.lead.person)
    order = playing.case.orders.get(fund=district_fund, state="ready")
    with pytest.raises(Refused, match="职责分离"):
        payments.make_batch(turncoat, district_fund, "批次", [order.pk])
    batch, _left = payments.make_batch(playing.payer(district_fund), district_fund, "批次", [order.pk])
    with pytest.raises(NotPermitted, match="职责分离"):
        payments.export(turncoat, batch.pk)
    payments.export(playing.payer(district_fund), batch.pk)
    assert playing.case.state == "paying"


def test_two_payers_that_pay_from_one_fund_pay_both_parts(
    playing: Playing, city_fund: Fund, district_fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    playing.confirmed()
    case = playing.case
    entitlement, _found = checks.now(case)
    monkeypatch.setattr(handling, "fund_of", lambda _level, _claim: Fund.objects.get(pk=city_fund.pk))
    assert handling.split(case, of_claim(case), entitlement, 100_0000_01) == [(city_fund, 100_0000_01)]
    holding.release(playing.lead, case)
    holding.share_out(case, [(city_fund, 40), (city_fund, 60)], timezone.localdate().year)
    assert case.shares.get(amount__gt=0).amount == 100


def test_a_share_that_came_to_nothing_is_not_issued_anew(playing: Playing, district_fund: Fund) -> None:
    (batch,) = playing.exported()
    order = failing(playing, batch)
    Share.objects.filter(pk=order.share_id).update(amount=0, committed=0)
    with pytest.raises(Refused, match="不再支付这份申请"):
        payments.reissue(playing.payer(district_fund), order.pk)


# --- given up ------------------------------------------------------------------------------------------------


def partly_paid(playing: Playing) -> PaymentOrder:
    """The city has paid its share; that of the district has failed."""
    playing.approved("star_award")
    city, district = batch_of(playing, "city"), batch_of(playing, "district")
    playing.pay(city)
    return failing(playing, district)


def test_what_is_left_of_a_partly_paid_claim_is_given_up(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    failed = partly_paid(playing)
    assert playing.case.state == "approved"
    with pytest.raises(NotPermitted):
        payments.cut_short(playing.officer, playing.pk, "企业已注销账户")
    with pytest.raises(Refused, match="理由"):
        payments.cut_short(playing.lead, playing.pk, " ")
    done = payments.cut_short(playing.lead, playing.pk, "企业放弃其余")
    assert (done.state, done.amount) == ("paid", 50_0000_00) and done.paid_at is not None
    failed.refresh_from_db()
    assert failed.state == "void"
    assert [Budget.objects.get(fund=one).committed for one in (city_fund, district_fund)] == [0, 0]
    kept = done.decisions.latest("pk")
    assert (kept.act, kept.amount, kept.reason) == ("cut_short", 50_0000_00, "企业放弃其余")
    assert star_paid(playing) == "3"
    with pytest.raises(Refused):
        payments.reissue(playing.payer(district_fund), failed.pk)
    assert give_all_back(playing).state == "given_back"
    assert star_paid(playing) == "0"
    assert sound()


def test_nothing_is_cut_short_before_a_payment_or_while_the_treasury_has_an_order(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    playing.approved("star_award")
    with pytest.raises(Refused, match="还没有付过"):
        payments.cut_short(playing.lead, playing.pk, "其余不付")
    city, _district = batch_of(playing, "city"), batch_of(playing, "district")
    playing.pay(city)
    with pytest.raises(Refused, match="等有结果"):
        payments.cut_short(playing.lead, playing.pk, "其余不付")


def test_the_lead_cuts_short_on_the_page_of_the_claim(
    playing: Playing, city_fund: Fund, district_fund: Fund, client: Client
) -> None:
    playing.approved("star_award")
    lead = playing.lead
    client = signed_in(client, lead.person)
    address = reverse("support:claim_act", args=[playing.case.receipt, "cut_short"])
    assert address not in client.get(reverse("support:claim", args=[playing.case.receipt])).content.decode()
    city, district = batch_of(playing, "city"), batch_of(playing, "district")
    playing.pay(city)
    failing(playing, district)
    assert address in page(client, "support:claim", playing.case.receipt)
    send(
        client, "support:claim_act", playing.case.receipt, "cut_short", reason="企业放弃其余", seen=playing.case.version
    )
    assert playing.case.state == "paid"


def signed_in(client: Client, person: int | None) -> Client:
    client.force_login(Person.objects.get(pk=person))
    return client


# --- what is recorded ---------------------------------------------------------------------------------------


def test_what_a_payment_recorded_is_taken_back_with_the_money(
    playing: Playing, city_fund: Fund, district_fund: Fund
) -> None:
    playing.paid("star_award")
    assert star_paid(playing) == "3"
    city = playing.case.shares.get(fund=city_fund)
    payments.give_back(playing.payer(city_fund), playing.pk, [(city.pk, Decimal(1))], "退1", "多付")
    assert star_paid(playing) == "3"  # part of it only
    city.refresh_from_db()
    share = playing.case.shares.get(fund=district_fund)
    payments.give_back(
        playing.payer(city_fund), playing.pk, [(city.pk, Decimal(city.paid - city.returned) / 100)], "退2", "多付"
    )
    done = payments.give_back(
        playing.payer(district_fund), playing.pk, [(share.pk, Decimal(share.paid) / 100)], "退3", "多付"
    )
    assert (done.state, star_paid(playing)) == ("given_back", "0")
    latest = FactRecord.objects.filter(enterprise=playing.enterprise, fact="highest_star_paid").latest("pk")
    assert "全部退回" in latest.recording.reason and latest.recording.source_name.endswith(playing.case.receipt)
    assert sound()


def again(playing: Playing, star: int) -> Claim:
    """A further award, paid in full, of a higher star."""
    first = playing.case
    Claim.objects.filter(pk=first.pk).update(year=first.year - 1)
    give_star(playing.people, playing.enterprise, star, timezone.localdate())
    return playing.paid("star_award")


def test_what_another_payment_has_made_true_stays(playing: Playing, city_fund: Fund, district_fund: Fund) -> None:
    first = playing.paid("star_award")
    second = again(playing, 5)
    assert (second.amount, star_paid(playing)) == (400_0000_00, "5")
    playing.pk = first.pk
    give_all_back(playing)
    assert star_paid(playing) == "5"
    playing.pk = second.pk
    give_all_back(playing)
    assert star_paid(playing) == "0"  # what the first had recorded is gone as well


def test_of_two_the_first_still_stands(playing: Playing, city_fund: Fund, district_fund: Fund) -> None:
    playing.paid("star_award")
    again(playing, 4)
    give_all_back(playing)
    assert star_paid(playing) == "3"


def test_what_was_found_by_hand_since_stays(playing: Playing, city_fund: Fund, district_fund: Fund) -> None:
    playing.paid("star_award")
    officer, today = playing.people(Role.CITY_OFFICER), timezone.localdate()
    enterprises.record(
        officer, playing.enterprise, {"highest_star_paid": "4"}, source_name="台账", valid_from=today, reason="更正"
    )
    assert star_paid(playing) == "4"
    give_all_back(playing)
    assert star_paid(playing) == "4"


def test_what_the_treasury_has_paid_is_booked_though_facts_cannot_be_read(
    playing: Playing, city_fund: Fund, district_fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the kept record nothing is computed anew; without its value the journal says what is missing."""
    batches = playing.exported("star_award")

    def unreadable(_claim: Claim) -> object:
        raise Refused("企业档案中的数据不能使用")

    monkeypatch.setattr(checks, "now", unreadable)
    for batch in batches:
        playing.pay(batch)
    assert (playing.case.state, star_paid(playing)) == ("paid", "3")
    assert not Entry.objects.filter(act="support.not_recorded").exists()


def test_a_missing_record_is_journalled(
    playing: Playing, city_fund: Fund, district_fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = playing.exported("star_award")
    monkeypatch.setattr(recording, "_paid_on", lambda _claim: None)

    def unreadable(_claim: Claim) -> object:
        raise Refused("企业档案中的数据不能使用")

    monkeypatch.setattr(checks, "now", unreadable)
    for batch in batches:
        playing.pay(batch)
    assert (playing.case.state, star_paid(playing)) == ("paid", "0")
    entry = Entry.objects.get(act="support.not_recorded")
    assert entry.case == playing.case.receipt and "不能使用" in entry.reason
    assert sound()
