"""Fifty people approve against the last yuan at the same moment; twenty districts' people ask at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from time import sleep
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.desk.enterprises.test_concurrency import at_once
from tests.desk.recognition.conftest import qualifying
from tests.desk.recognition.starred import recognised
from tests.desk.support import financed
from tests.desk.support.conftest import People, give_star, record, sound
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.models import Round
from zongbu.desk.support.actions import closing, funds, payments, reimbursements, results, review
from zongbu.desk.support.ledger.posting import NotEnough
from zongbu.desk.support.models import Budget, Claim, Movement, PaymentOrder, Reimbursement, Share

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50
FEN = 60_0000_00
YEAR = timezone.localdate().year


def patiently(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act, tried again where SQLite has let it wait too long for its turn, as a person would."""

    def tried() -> Any:
        for _time in range(5):
            try:
                return act()
            except OperationalError as error:
                if "is locked" not in str(error):  # a deadlock of PostgreSQL is told as it is
                    raise
                sleep(0.2)
        return act()

    return tried


def verified(people: People, round: Round, number: int, fund: Any) -> Claim:
    """A verified claim of a recognised enterprise of its own; no money is reserved for it."""
    made = qualifying(people(Role.CITY_OFFICER), f"91330100MA2ONC{number:04d}", f"示例并发企业{number}")
    recognised(round, made, number + 1)
    record(
        people, made, highest_star_paid="0", owns_office="否", is_first_purchase="否", rent_paid="200万元",
        drew_other_office_subsidy="否",
    )  # fmt: skip
    give_star(people, made, 3)
    claim = Claim.objects.create(
        receipt=f"DX2026-{number:04d}", enterprise=made, district=made.district, policy=financed.POLICY,
        measure="rent_subsidy", title="租房补助", clause="（七）", year=YEAR, slot=f"{financed.POLICY}:rent", way="claim",
        level="district", organisation_id=people(Role.DISTRICT_LEAD).organisation, as_of=timezone.localdate(),
        policy_version=financed.policy(financed.POLICY).version, amount=FEN, computed=FEN, demonstration=True,
        account=made.bank_accounts.create(holder=made.name, bank="示例银行", number=f"6222{number:08d}"),
        submitted_at=timezone.now(), state="verified", state_since=timezone.now(),
    )  # fmt: skip
    Share.objects.create(claim=claim, fund=fund, amount=FEN, budget_year=YEAR)
    return claim


def another(claim: Claim, fund: Any) -> Claim:
    """A second verified claim of the same enterprise, of the year before."""
    given = {field.name: getattr(claim, field.name) for field in Claim._meta.concrete_fields if field.name != "id"}
    given |= {"receipt": f"{claim.receipt}-2", "year": YEAR - 1, "state": "verified", "decided_at": None}
    made = Claim.objects.create(**given)
    Share.objects.create(claim=made, fund=fund, amount=FEN, budget_year=YEAR)
    return made


def test_fifty_approvals_at_once_take_exactly_what_there_is(people: People, round: Round) -> None:
    fund = financed.a_fund(money=str(Decimal(7 * FEN + FEN - 1) / 100))  # seven, and one fen short of the eighth
    claims = [verified(people, round, number, fund) for number in range(MANY)]
    lead = people(Role.DISTRICT_LEAD)

    def approve(claim: Claim) -> Callable[[], Any]:
        return patiently(lambda: review.approve(lead, claim.pk, "同意"))

    answers = at_once(*(approve(claim) for claim in claims))
    refused = [one for one in answers if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [NotEnough] * (MANY - 7)
    assert all("「可用」只有" in str(one) and "不足600,000.00元" in str(one) for one in refused)
    budget = Budget.objects.get(fund=fund)
    assert (budget.available, budget.committed) == (FEN - 1, 7 * FEN)
    assert Claim.objects.filter(state="approved").count() == PaymentOrder.objects.count() == 7
    assert Movement.objects.filter(kind="commit").count() == 7
    assert sound() and journal.verify() is None


def test_twenty_requests_at_once_never_exceed_the_ceiling() -> None:
    financed.spent_last_year()  # 246,913.57 may be given back
    asking = [financed.viewer(Role.DISTRICT_FINANCE) for _person in range(4)]

    def ask(number: int) -> Callable[[], Any]:
        return patiently(
            lambda: reimbursements.request(
                asking[number % 4], financed.POLICY, "city_reimbursement_ceiling", YEAR - 1, amount=Decimal("50000")
            )
        )

    answers = at_once(*(ask(number) for number in range(20)))
    refused = [one for one in answers if isinstance(one, Exception)]
    assert len(refused) == 16 and all(isinstance(one, Refused) and "超过" in str(one) for one in refused)
    assert sum(Reimbursement.objects.values_list("amount", flat=True)) == 200_000_00
    assert sound()


def test_the_same_results_told_twice_at_once_are_booked_once() -> None:
    batch = financed.sent(*(financed.an_approved_claim(number, 100_00 + number) for number in range(8)))
    files = [financed.results_of(batch, failing=2) for _time in range(3)]
    payer = financed.payer(batch.fund)
    answers = at_once(*(patiently(lambda pk=one.pk: results.begin(payer, pk)) for one in files))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert Movement.objects.filter(kind="pay").count() == 6
    outcomes = [one for file in files for one in file.rows.values_list("outcome", flat=True)]
    assert (outcomes.count("paid"), outcomes.count("failed"), outcomes.count("again")) == (6, 2, 16)
    assert sound()


def test_results_batches_and_approvals_of_the_same_enterprises_do_not_wait_in_a_circle(
    people: People, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six of which the treasury tells, four that go to it, while further claims of all are approved in reverse."""

    def slowly(room: Any, name: str) -> None:
        plain = getattr(room, name)

        def slow(*given: Any) -> Any:
            done = plain(*given)
            sleep(0.1)  # the others get to what comes next
            return done

        monkeypatch.setattr(room, name, slow)

    slowly(results, "told")
    slowly(payments, "_put_in")
    slowly(payments, "_leave")
    fund = financed.a_fund(money="100000000")
    claims = [verified(people, round, number, fund) for number in range(10)]
    lead, payer = people(Role.DISTRICT_LEAD), financed.payer(fund)
    others = [another(claim, fund) for claim in claims]
    for claim in claims:
        review.approve(lead, claim.pk, "同意")
    file = financed.results_of(financed.sent(*claims[:6]))
    ready = list(PaymentOrder.objects.filter(state="ready").order_by("-pk").values_list("pk", flat=True))

    def send() -> Any:
        batch, left = payments.make_batch(payer, fund, "批次", ready)
        return payments.export(payer, batch.pk), left

    def approve(claim: Claim) -> Callable[[], Any]:
        return patiently(lambda: review.approve(lead, claim.pk, "同意"))

    answers = at_once(
        patiently(lambda: results.begin(payer, file.pk)), patiently(send), *(approve(one) for one in reversed(others))
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert set(file.rows.values_list("outcome", flat=True)) == {"paid"}
    assert set(Claim.objects.filter(pk__in=[one.pk for one in others]).values_list("state", flat=True)) == {"approved"}
    assert sound() and journal.verify() is None


def test_a_portion_that_met_another_transaction_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = financed.sent(financed.an_approved_claim(1, 100_00))
    file = financed.results_of(batch)
    file.state, file.attempt = "running", 1
    file.save()
    plain, left = results._portion, [2]

    class Deadlock(Exception):
        sqlstate = "40P01"

    def portion(*given: Any) -> bool:
        if left[0]:
            left[0] -= 1
            raise OperationalError("deadlock detected") from Deadlock()
        return plain(*given)

    monkeypatch.setattr(results, "_portion", portion)
    results.run(file.pk, 1)
    file.refresh_from_db()
    assert (file.state, file.error, batch.orders.get().state) == ("done", "", "paid")


def test_a_failed_order_is_issued_anew_once_however_many_press() -> None:
    order = financed.failed_order()
    payer = financed.payer(order.fund)
    answers = at_once(*[patiently(lambda: payments.reissue(payer, order.pk))] * 8)
    assert sum(isinstance(one, PaymentOrder) for one in answers) == 1
    assert all(isinstance(one, PaymentOrder | Refused) for one in answers)
    assert PaymentOrder.objects.filter(replaces=order).count() == 1


def test_closing_while_others_pay_and_give_back_loses_nothing() -> None:
    """Whoever comes first: what is paid is paid in the year it was committed in or in the next one, once."""
    batch = financed.sent(*(financed.an_approved_claim(number, 100_00 + number) for number in range(6)))
    budget = Budget.objects.get(fund=batch.fund, year=YEAR)
    Budget.objects.filter(pk=budget.pk).update(year=YEAR - 1)
    Share.objects.update(budget_year=YEAR - 1)
    payer = financed.payer(batch.fund)
    files = [financed.results_of(batch)]

    def close() -> Any:
        for _time in range(10):
            try:
                return closing.close(payer, budget.pk, "carry", "财预1号", "年度终了")
            except Refused as refused:
                if "再试一次" not in str(refused):
                    raise
                sleep(0.05)
        return None

    def give() -> Any:
        return funds.appropriate(payer, batch.fund, YEAR, Decimal(5), "财预2号")

    answers = at_once(
        patiently(close), patiently(lambda: results.begin(payer, files[0].pk)), patiently(give), patiently(give)
    )
    assert not [one for one in answers if isinstance(one, Exception)], answers
    file = files[0]
    file.refresh_from_db()
    left = file.rows.filter(outcome="refused").count()
    if left:  # told while the year was being closed: told again
        again = financed.results_of(batch)
        results.begin(payer, again.pk)
    assert set(batch.orders.values_list("state", flat=True)) == {"paid"}
    assert Movement.objects.filter(kind="pay").count() == 6
    assert sum(one.paid for one in Budget.objects.all()) == sum(100_00 + number for number in range(6))
    assert sound()
