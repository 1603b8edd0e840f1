"""What districts get back the year after: on which record, of which law, and less what they have got too much."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from zongbu.cli.desk import verify_ledger
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support import checks, reimbursing
from zongbu.desk.support.actions import payments, reimbursements
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import Claim, PaymentBatch, PaymentOrder, Reimbursement, ReimbursementDecision

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
MEASURE = "city_reimbursement_ceiling"
OFFERING = offering(financed.POLICY, MEASURE)


def asked(year: int, amount: Decimal | None = None) -> Reimbursement:
    return reimbursements.request(financed.viewer(Role.DISTRICT_FINANCE), financed.POLICY, MEASURE, year, amount=amount)


def ceiling(year: int) -> reimbursing.Ceiling:
    return reimbursing.ceiling(OFFERING, financed.DISTRICT, year)


def paid(case: Reimbursement) -> Reimbursement:
    """From the request to the payment."""
    reimbursements.check(financed.viewer(Role.CITY_OFFICER), case.pk)
    reimbursements.approve(financed.viewer(Role.CITY_LEAD), case.pk)
    order = PaymentOrder.objects.get(reimbursement=case, state="ready")
    payer = financed.payer(order.fund)
    batch, left = payments.make_batch(payer, order.fund, "补助", [order.pk])
    assert left == []
    batch = payments.export(payer, batch.pk)
    outcome = Outcome(order.number, True, order.amount, timezone.localdate(), f"GK{order.pk}")
    assert payments.told(payer, PaymentBatch.objects.get(pk=batch.pk), outcome) == "paid"
    case.refresh_from_db()
    return case


def come_back(year: int, yuan: str) -> None:
    """An enterprise gives money back that the district paid in a year."""
    claim = Claim.objects.get(state="paid", year=year)
    share = claim.shares.get()
    payments.give_back(
        financed.viewer(Role.DISTRICT_FINANCE), claim.pk, [(share.pk, Decimal(yuan))], f"退{claim.pk}", "多付"
    )


def test_what_was_got_too_much_is_set_off_against_the_next_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zongbu.desk.operation.start.start", lambda *_: None)
    for ago in (3, 2, 1):
        financed.spent_last_year(1_000_000_00, ago=ago)
    assert paid(asked(YEAR - 3)).amount == 200_000_00
    come_back(YEAR - 3, "100000")
    first = ceiling(YEAR - 3)
    assert (first.ceiling, first.taken, first.excess, first.left) == (180_000_00, 200_000_00, 20_000_00, 0)
    verify_ledger()  # a notice, and no fault
    told = capsys.readouterr().out
    assert "超过现在的上限20,000.00元" in told and "扣回20,000.00元" in told and "账簿相符" in told
    second = ceiling(YEAR - 2)
    assert (second.owed, second.left) == (20_000_00, 180_000_00)
    with pytest.raises(Refused, match=r"扣回此前多补的20,000.00元"):
        asked(YEAR - 2, Decimal("180000.01"))
    part = paid(asked(YEAR - 2, Decimal("100000")))
    assert (part.amount, part.set_off, part.ceiling) == (100_000_00, 20_000_00, 200_000_00)
    assert [ceiling(year).owed for year in (YEAR - 2, YEAR - 1)] == [0, 0]  # set off once
    assert [ceiling(year).left for year in (YEAR - 2, YEAR - 1)] == [80_000_00, 200_000_00]
    assert paid(asked(YEAR - 2)).amount == 80_000_00
    come_back(YEAR - 2, "1000000")
    assert (ceiling(YEAR - 1).owed, ceiling(YEAR - 1).left) == (200_000_00, 0)
    with pytest.raises(Refused, match="没有可以申请"):
        asked(YEAR - 1)
    assert [(one.amount, one.owed) for one in reimbursing.excesses()] == [
        (20_000_00, 200_000_00), (200_000_00, 200_000_00),
    ]  # fmt: skip
    assert sound()


def test_what_is_owed_shows_where_a_district_asks(client_as: Callable[..., Client]) -> None:
    for ago in (2, 1):
        financed.spent_last_year(1_000_000_00, ago=ago)
    case = paid(asked(YEAR - 2))
    come_back(YEAR - 2, "100000")
    client = client_as(Role.DISTRICT_FINANCE)

    def page(route: str, *arguments: object) -> str:
        return client.get(reverse(f"support:{route}", args=arguments)).content.decode()

    shown = page("ceiling", financed.POLICY, MEASURE, financed.DISTRICT, YEAR - 2)
    assert "已申请的超过现在的上限20,000.00元" in shown
    assert "扣回此前多补" in page("ceiling", financed.POLICY, MEASURE, financed.DISTRICT, YEAR - 1)
    assert "已扣此前多补20,000.00元" in page("reimbursements")
    assert "每一步的核算" in page("reimbursement", case.receipt)


def test_a_request_that_waits_is_held_back_by_what_comes_back_of_an_earlier_year() -> None:
    for ago in (2, 1):
        financed.spent_last_year(1_000_000_00, ago=ago)
    paid(asked(YEAR - 2))
    waiting = asked(YEAR - 1)
    come_back(YEAR - 2, "0.05")
    with pytest.raises(Refused, match=r"扣回此前多补的0.01元"):
        reimbursements.check(financed.viewer(Role.CITY_OFFICER), waiting.pk)


def test_every_step_keeps_on_what_it_rests_and_can_be_computed_again() -> None:
    financed.spent_last_year(1_000_000_01, ago=1)
    case = paid(asked(YEAR - 1, Decimal("150000")))
    kept = list(case.decisions.all())
    assert [one.act for one in kept] == ["request", "check", "approve", "pay_out"]
    assert {(one.spent, one.ceiling, one.taken, one.set_off) for one in kept} == {(1_000_000_01, 200_000_00, 0, 0)}
    assert all(check["passed"] for one in kept for check in one.checks)
    assert [check["kind"] for check in kept[2].checks] == ["over", "in_force", "suspended", "within"]
    assert kept[2].role == Role.CITY_LEAD and kept[2].version == OFFERING.policy.version
    come_back(YEAR - 1, "500000")  # what is booked afterwards changes nothing of what was decided
    for one in kept:
        spent, most, assessment = reimbursing.computed_again(one)
        assert (spent, most, assessment.document()) == (one.spent, one.ceiling, one.assessment)
    assert reimbursing.computed(OFFERING, financed.DISTRICT, YEAR - 1)[0] == 500_000_01
    with pytest.raises(PermissionDenied):
        kept[0].delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {ReimbursementDecision._meta.db_table} SET spent = 0")


def test_a_measure_that_is_suspended_gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    financed.spent_last_year(ago=1)
    case = asked(YEAR - 1, Decimal(1))
    monkeypatch.setattr(checks, "suspended", lambda *_: True)
    with pytest.raises(Refused, match="暂停"):
        reimbursements.check(financed.viewer(Role.CITY_OFFICER), case.pk)
    with pytest.raises(Refused, match="暂停"):
        asked(YEAR - 1, Decimal(1))


def test_of_a_year_before_the_policy_nothing_is_given_back() -> None:
    made = Reimbursement(policy=financed.POLICY, measure=MEASURE, district=financed.DISTRICT, year=2021, amount=1)
    assert "不在有效期内" in reimbursing.objection(made)
