"""Whatever is done in whatever order: nothing is paid that was not committed, nothing committed that was not given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.desk.recognition.conftest import qualifying
from tests.desk.recognition.starred import recognised
from tests.desk.support.conftest import People, file_of, fund, give_star, record, sound
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.models import Round
from zongbu.desk.support import reimbursing
from zongbu.desk.support.actions import claims, closing, funds, payments, reimbursements, review
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import (
    Account,
    Budget,
    Claim,
    Fund,
    Level,
    Line,
    Movement,
    PaymentBatch,
    PaymentOrder,
    Reimbursement,
)
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
POLICY, CEILING = "hangzhou-2023", "city_reimbursement_ceiling"


class Undo(Exception):
    """Ends an example: what it wrote is rolled back."""


class Game:
    """Two enterprises with claims under two measures that exclude each other, and a fund that pays one and a half."""

    def __init__(self, people: People, enterprises: list[Enterprise]) -> None:
        self.people, self.enterprises = people, enterprises
        self.year = timezone.localdate().year
        self.fund, self.city = Fund.objects.get(level="district"), Fund.objects.get(level="city")

    def keeper(self, of: Fund) -> Any:
        return self.people(Role.DISTRICT_FINANCE if of.level == "district" else Role.CITY_FINANCE)

    def enterprise(self, number: int) -> Enterprise:
        return self.enterprises[number % len(self.enterprises)]

    def claim(self, number: int, *states: str) -> Claim:
        found = list(Claim.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)]

    # --- acts; what there is nothing for raises IndexError or ZeroDivisionError ---------------------------

    def submit(self, number: int) -> None:
        """From the draft to the submission at once: the enterprise's own part is played elsewhere."""
        enterprise = self.enterprise(number)
        own = replace(self.people(Role.ENTERPRISE_LEAD), uscc=enterprise.uscc)
        measure = ("rent_subsidy", "purchase_subsidy")[number // 2 % 2]
        pk = claims.start(own, enterprise, POLICY, measure, timezone.localdate().year).pk
        for place, title in enumerate(offering(POLICY, measure).materials):
            claims.hand_in(own, pk, file_of(enterprise, f"{title}{place}.pdf"), title)
        claims.sign(own, pk, own.name)
        claims.submit(own, pk)

    def verify(self, number: int) -> None:
        pk = self.claim(number, "submitted", "accepted").pk
        if Claim.objects.get(pk=pk).state == "submitted":
            review.accept(self.people(Role.DISTRICT_OFFICER), pk)
        review.verify(self.people(Role.DISTRICT_OFFICER), pk)

    def approve(self, number: int) -> None:
        review.approve(self.people(Role.DISTRICT_LEAD), self.claim(number, "verified").pk)

    def send_back(self, number: int) -> None:
        review.send_back(self.people(Role.DISTRICT_LEAD), self.claim(number, "verified").pk, "再核")

    def correct(self, number: int) -> None:
        review.correct(self.people(Role.DISTRICT_LEAD), self.claim(number, "approved").pk, "金额有误")

    def stop(self, number: int) -> None:
        review.stop(self.people(Role.DISTRICT_LEAD), self.claim(number, "approved").pk, "停止")

    def refuse(self, number: int) -> None:
        review.refuse(self.people(Role.DISTRICT_LEAD), self.claim(number, "accepted", "verified").pk, "不符合")

    def batch(self, number: int) -> None:
        orders = list(PaymentOrder.objects.filter(state="ready").order_by("pk"))
        one = orders[number % len(orders)]
        payments.make_batch(self.keeper(one.fund), one.fund, "批", [one.pk])

    def send(self, number: int) -> None:
        found = list(PaymentBatch.objects.filter(state="draft").order_by("pk"))
        one = found[number % len(found)]
        payments.export(self.keeper(one.fund), one.pk)

    def dissolve(self, number: int) -> None:
        found = list(PaymentBatch.objects.filter(state="draft").order_by("pk"))
        one = found[number % len(found)]
        payments.dissolve(self.keeper(one.fund), one.pk)

    def told(self, number: int) -> None:
        """The treasury has paid, or could not; of orders in whatever state, now and then with another amount."""
        orders = list(PaymentOrder.objects.exclude(batch=None).order_by("pk"))
        one = orders[number // 8 % len(orders)]
        assert one.batch is not None
        amount = one.amount + (number % 8 == 7)
        outcome = Outcome(one.number, number % 8 < 5, amount, timezone.localdate(), f"GK{one.pk}", "退票")
        payments.told(self.keeper(one.fund), one.batch, outcome)

    def reissue(self, number: int) -> None:
        found = list(PaymentOrder.objects.filter(state="failed").order_by("pk"))
        one = found[number % len(found)]
        payments.reissue(self.keeper(one.fund), one.pk)

    def give_back(self, number: int) -> None:
        claim = self.claim(number, "paid")
        share = claim.shares.get()
        left = share.paid - share.returned
        fen = left if number % 3 == 0 else left // 2
        payments.give_back(self.keeper(share.fund), claim.pk, [(share.pk, Decimal(fen) / 100)], "退", "多付")

    def appropriate(self, number: int) -> None:
        of = (self.fund, self.city)[number % 2]
        funds.appropriate(self.keeper(of), of, timezone.localdate().year, Decimal(200_000), "文")

    def withdraw(self, number: int) -> None:
        of = (self.fund, self.city)[number % 2]
        funds.withdraw(self.keeper(of), of, timezone.localdate().year - number // 2 % 2, Decimal(150_000), "文")

    def counter(self, number: int) -> None:
        found = list(Movement.objects.filter(kind__in=["appropriate", "withdraw"]).order_by("pk"))
        one = found[number % len(found)]
        funds.put_right(self.keeper(one.lines.all()[0].budget.fund), one.pk, "记错")

    def next_year(self, number: int) -> None:
        if self.year < timezone.localdate().year + 1 and number % 2:
            self.year += 1

    def close(self, number: int) -> None:
        found = list(Budget.objects.order_by("pk"))
        one = found[number // 2 % len(found)]
        closing.close(self.keeper(one.fund), one.pk, ("carry", "lapse")[number % 2], "文", "年度终了")  # type: ignore[arg-type]

    def ask(self, number: int) -> None:
        asking = self.people(Role.DISTRICT_FINANCE)
        amount = None if number % 2 else Decimal(50_000 + number)
        reimbursements.request(asking, POLICY, CEILING, timezone.localdate().year - 1, amount=amount)

    def handle(self, number: int) -> None:
        """Check, approve, refuse, stop or withdraw a request."""
        cases = list(Reimbursement.objects.order_by("pk"))
        one = cases[number // 8 % len(cases)]
        if one.state == "requested":
            reimbursements.check(self.people(Role.CITY_OFFICER), one.pk)
        elif one.state == "checked" and number % 8 < 6:
            reimbursements.approve(self.people(Role.CITY_LEAD), one.pk)
        elif one.state == "checked":
            reimbursements.refuse(self.people(Role.CITY_LEAD), one.pk, "不补")
        elif number % 8 == 7:
            reimbursements.stop(self.people(Role.CITY_LEAD), one.pk, "停")
        else:
            reimbursements.withdraw(self.people(Role.DISTRICT_FINANCE), one.pk)


ACTS = (
    "submit", "verify", "approve", "send_back", "correct", "stop", "refuse", "batch", "send", "dissolve", "told",
    "reissue", "give_back", "appropriate", "withdraw", "counter", "next_year", "close", "ask", "handle",
)  # fmt: skip
FORWARD = ("submit", "verify", "approve", "batch", "send", "told")


def kept() -> None:
    """What holds after every step."""
    assert sound()
    of = Line.objects.order_by()
    for budget in Budget.objects.all():
        held = dict(of.filter(budget=budget).values_list("account").annotate(total=Sum("amount")))
        # Committed, reserved and paid together never exceed what was given.
        assert all(held.get(account, 0) >= 0 for account in Account.values if account != Account.SOURCE)
        spent = sum(held.get(str(one), 0) for one in (Account.RESERVED, Account.COMMITTED, Account.PAID))
        assert spent <= -held.get(str(Account.SOURCE), 0)
    for claim in Claim.objects.all():
        booked = of.filter(movement__claim=claim)
        paid = booked.filter(account=Account.PAID, movement__kind="pay").aggregate(total=Sum("amount"))["total"] or 0
        committed = booked.filter(account=Account.COMMITTED, movement__kind__in=["commit", "uncommit"])
        assert paid <= (committed.aggregate(total=Sum("amount"))["total"] or 0) if paid else True
        assert paid <= (claim.amount or 0)
        assert booked.filter(account=Account.PAID, movement__kind="pay").count() <= 1  # one share: paid once
    pairs = of.filter(account__in=[Account.PAID, Account.COMMITTED], movement__claim__isnull=False)
    drawn: dict[tuple[int, int], set[str]] = {}
    for enterprise, year, measure, total in pairs.values_list(
        "enterprise", "movement__claim__year", "measure"
    ).annotate(total=Sum("amount")):
        if total:
            drawn.setdefault((enterprise, year), set()).add(measure)
    assert all(len(measures) == 1 for measures in drawn.values()), drawn
    for year in {one.year for one in Reimbursement.objects.all()}:
        gross = of.filter(
            account=Account.PAID, budget__fund__level=Level.DISTRICT, movement__kind="pay",
            movement__booked_on__year=year, enterprise__isnull=False,
        ).aggregate(total=Sum("amount"))["total"] or 0  # fmt: skip
        taken = Reimbursement.objects.filter(year=year, state__in=["requested", "checked", "approved", "paid"])
        assert sum(taken.values_list("amount", flat=True)) <= gross * 20 // 100


def nothing_is_given_back_twice() -> None:
    """Of all years together a district never has more than 20 % of what it paid, less what came back, but for what is
    written down as owed; and that much less it can ask for."""
    of = Line.objects.filter(account=Account.PAID, budget__fund__level=Level.DISTRICT, enterprise__isnull=False)
    paid_in = dict(
        Movement.objects.filter(kind="pay", claim__isnull=False).values_list("claim", "booked_on__year")
    )  # one share of each claim
    net: dict[int, int] = {}
    for claim, amount in of.order_by().values_list("movement__claim", "amount"):
        net[paid_in[claim]] = net.get(paid_in[claim], 0) + amount
    got: dict[int, int] = {}
    for one in Reimbursement.objects.filter(state="paid"):
        got[one.year] = got.get(one.year, 0) + one.amount
    found = offering(POLICY, CEILING)
    years = {*net, *got}
    assert sum(got.get(year, 0) - net.get(year, 0) * 20 // 100 for year in got) <= reimbursing.owed(found, "330108")
    for year in years:
        now = reimbursing.ceiling(found, "330108", year)
        assert got.get(year, 0) - net.get(year, 0) * 20 // 100 <= now.excess
        assert got.get(year, 0) + now.left <= max(got.get(year, 0), net.get(year, 0) * 20 // 100 - now.owed)


@pytest.fixture
def enterprises(people: People, round: Round) -> list[Enterprise]:
    """Two recognised enterprises that could draw rent and purchase; the people of both are the same."""
    found = []
    for number in range(2):
        made = qualifying(people(Role.CITY_OFFICER), f"91330100MA2GAM{number:04d}", f"示例游戏企业{number}")
        recognised(round, made, number + 1)
        record(
            people, made, highest_star_paid="0", owns_office="否", is_first_purchase="是", rent_paid="200万元",
            purchase_price="1000万元", drew_other_office_subsidy="否",
        )  # fmt: skip
        give_star(people, made, 3)
        made.bank_accounts.create(holder=made.name, bank="示例银行", number=f"62220000{number}")
        found.append(Enterprise.objects.get(pk=made.pk))
    fund(people, "district", "900000", district="330108")
    fund(people, "city", "150000")
    people(Role.DISTRICT_OFFICER)  # the office is there before anybody applies
    return found


@contextmanager
def in_year(real: Callable[..., date], monkeypatch: pytest.MonkeyPatch, game: Game) -> Iterator[None]:
    def localdate(value: Any = None, zone: Any = None) -> date:
        return real(value, zone) if value is not None or game.year == real().year else date(game.year, 2, 1)

    with monkeypatch.context() as moved:
        moved.setattr(timezone, "localdate", localdate)
        yield


STEPS = st.lists(
    st.tuples(st.one_of(st.sampled_from(FORWARD), st.sampled_from(ACTS)), st.integers(0, 63)), min_size=8, max_size=30
)
PAID = [(act, 0) for act in FORWARD]
SENT = [("batch", 0), ("send", 0)]
A_YEAR = [*PAID, ("next_year", 1), ("appropriate", 1), ("ask", 1), ("handle", 0), ("handle", 0)]
REIMBURSED = [*A_YEAR, ("batch", 0), ("send", 1), ("told", 8)]


PLAYED: list[list[tuple[str, int]]] = [
    [*A_YEAR, ("close", 0), ("batch", 0), ("send", 1), ("told", 8), ("give_back", 0)],
    [("submit", 0), ("verify", 0), ("approve", 0), ("correct", 0), ("verify", 0), ("approve", 0), *SENT, ("told", 0)],
    [*PAID[:5], ("told", 5), ("reissue", 0), ("batch", 0), ("send", 0), ("told", 8), ("told", 8), ("give_back", 1)],
    [*PAID[:5], ("told", 5), ("correct", 0), ("verify", 0), ("approve", 0), ("batch", 0), ("send", 0), ("told", 8)],
    [*A_YEAR, ("handle", 7), ("give_back", 1), ("ask", 1)],
    [*REIMBURSED, ("give_back", 1), ("give_back", 0)],
    [("submit", 2), ("verify", 0), ("send_back", 0), ("verify", 0), ("refuse", 0), ("submit", 0), ("withdraw", 0)],
]
"""Sequences of which every step can be taken."""


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(steps=STEPS)
@example(steps=[*A_YEAR, ("give_back", 0), ("batch", 0), ("send", 1), ("told", 8), ("close", 1), ("close", 3)])
@example(steps=[*REIMBURSED, ("give_back", 1), ("ask", 1), ("next_year", 1), ("ask", 1), ("give_back", 0), ("ask", 1)])
@example(steps=[*PAID[:5], ("told", 5), ("correct", 0), ("verify", 0), ("approve", 0), ("reissue", 0), ("batch", 0)])
@example(steps=[("submit", 0), ("submit", 2), ("verify", 0), ("verify", 0), ("approve", 0), ("approve", 0)])
@example(steps=[("submit", 0), ("submit", 1), ("verify", 0), ("verify", 0), ("approve", 0), ("approve", 0)])
def test_no_sequence_of_acts_breaks_the_books(
    steps: list[tuple[str, int]], people: People, enterprises: list[Enterprise], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        with transaction.atomic():
            play(Game(people, enterprises), steps, monkeypatch)
            assert journal.verify() is None
            raise Undo
    except Undo:
        pass


def play(game: Game, steps: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Play the steps; what each came to: empty, or why it was refused."""
    real, told = timezone.localdate, []
    for act, number in steps:
        with in_year(real, monkeypatch, game):
            try:
                with transaction.atomic():
                    getattr(game, act)(number)
                told.append("")
            except (Refused, PermissionDenied, InputError) as refused:
                told.append(f"{act}: {refused}")
            except ZeroDivisionError:
                told.append(f"{act}: nothing there")
        kept()
    nothing_is_given_back_twice()
    return told


@pytest.mark.parametrize("steps", PLAYED)
def test_these_games_are_played_to_their_end(
    steps: list[tuple[str, int]], people: People, enterprises: list[Enterprise], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the test above might prove only that everything is refused."""
    assert [one for one in play(Game(people, enterprises), steps, monkeypatch) if one] == []
