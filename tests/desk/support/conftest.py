"""What the tests of the support desk share: a recognised enterprise with stars, funds with money, a claim played on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.desk.conftest import USCC, organisation_for
from tests.desk.recognition.conftest import announced, qualifying
from tests.desk.recognition.conftest import people as people
from tests.desk.recognition.starred import recognised
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import forget
from zongbu.desk.recognition.models import Recognition, Round
from zongbu.desk.support.actions import claims, funds, offers, payments, review
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import Claim, Fund, PaymentBatch

People = Callable[[Role], Viewer]
DISTRICT_POLICY = "example-district"
"""The policy of the tests' own (``policy-of-a-district.md``); see the fixture ``district_policy``."""


@pytest.fixture(autouse=True)
def _demonstration(settings: Settings) -> None:
    """With the demonstration's parameters: amounts are published nowhere."""
    settings.DEMONSTRATION = True


@pytest.fixture
def district_policy(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A district's policy, in force, lies where an operator puts further policy files."""
    settings.DATA = tmp_path
    (tmp_path / "policies").mkdir()
    file = Path(__file__).with_name("policy-of-a-district.md")
    shutil.copy(file, tmp_path / "policies" / f"{DISTRICT_POLICY}.md")
    forget()
    yield
    forget()


@pytest.fixture
def round(people: People) -> Round:
    return announced(people)


def record(people: People, enterprise: Enterprise, **facts: object) -> None:
    """Record facts of registers, valid since long ago."""
    enterprises.record(people(Role.CITY_OFFICER), enterprise, facts, source_name="登记库", valid_from=date(2020, 1, 1))


def give_star(people: People, enterprise: Enterprise, star: int, day: date = date(2021, 1, 1)) -> None:
    """Let the city office find a star, as the publication of an evaluation does."""
    enterprises.find(people(Role.CITY_OFFICER), enterprise, "star", str(star), "星级评定", valid_from=day)


@pytest.fixture
def enterprise(people: People, round: Round) -> Enterprise:
    """A recognised enterprise of 滨江 with three stars, never rewarded, renting its offices."""
    made = qualifying(people(Role.CITY_OFFICER), USCC, "示例科技有限公司")
    recognised(round, made, 1)
    record(people, made, highest_star_paid="0", owns_office="否", is_first_purchase="否", rent_paid="200万元")
    record(people, made, drew_other_office_subsidy="否")
    give_star(people, made, 3)
    return Enterprise.objects.get(pk=made.pk)


@pytest.fixture
def recognition(enterprise: Enterprise) -> Recognition:
    return Recognition.objects.get(enterprise=enterprise)


def fund(people: People, level: str, money: str = "10000000", **given: object) -> Fund:
    """A fund with money (yuan) for this year."""
    keeper = people(Role.DISTRICT_FINANCE if level == "district" else Role.CITY_FINANCE)
    made = funds.set_up(keeper, f"{given.get('district', '')}{level}专项资金", level, **given)  # type: ignore[arg-type]
    funds.appropriate(keeper, made, timezone.localdate().year, Decimal(money), "财预〔2026〕1号")
    return made


@pytest.fixture
def city_fund(people: People) -> Fund:
    return fund(people, "city")


@pytest.fixture
def district_fund(people: People) -> Fund:
    return fund(people, "district", district="330108")


class Playing:
    """A claim played on from state to state by the people whose turn it is."""

    def __init__(self, people: People, enterprise: Enterprise) -> None:
        self.people, self.enterprise = people, enterprise
        self.pk = 0

    @property
    def case(self) -> Claim:
        return Claim.objects.select_related("enterprise", "organisation", "account").get(pk=self.pk)

    @property
    def own(self) -> Viewer:
        return self.people(Role.ENTERPRISE_LEAD)

    @property
    def officer(self) -> Viewer:
        return self.people(Role.DISTRICT_OFFICER if self.case.level == "district" else Role.CITY_OFFICER)

    @property
    def lead(self) -> Viewer:
        return self.people(Role.DISTRICT_LEAD if self.case.level == "district" else Role.CITY_LEAD)

    def account(self) -> None:
        if not self.enterprise.bank_accounts.filter(ended_at=None).exists():
            claims.choose_account(
                self.own, self.enterprise, self.enterprise.name, "示例银行滨江支行", "6222000012345678"
            )

    def offered(self, measure: str = "star_award") -> Claim:
        self.people(Role.CITY_OFFICER)
        self.account()
        year = timezone.localdate().year
        found = offering("hangzhou-2023", measure)
        offers.offer(self.people(Role.CITY_OFFICER), found, [self.enterprise.pk], year)
        self.pk = Claim.objects.get(enterprise=self.enterprise, measure=measure, state="offered").pk
        return self.case

    def draft(self, measure: str = "rent_subsidy", policy: str = "hangzhou-2023", year: int | None = None) -> Claim:
        organisation_for(Role.DISTRICT_OFFICER)
        self.account()
        year = year or timezone.localdate().year
        self.pk = claims.start(self.own, self.enterprise, policy, measure, year).pk
        return self.case

    def filled(self, measure: str = "rent_subsidy", invoice: str = "", **given: object) -> Claim:
        self.draft(measure, **given)  # type: ignore[arg-type]
        for number, title in enumerate(offering(self.case.policy, measure).materials):
            claims.hand_in(self.own, self.pk, file_of(self.enterprise, f"{title}{number}.pdf"), title)
        if invoice:
            claims.name_invoices(self.own, self.pk, [(invoice, None)])
        claims.sign(self.own, self.pk, self.own.name)
        return self.case

    def submitted(self, measure: str = "rent_subsidy", **given: object) -> Claim:
        self.filled(measure, **given)  # type: ignore[arg-type]
        claims.submit(self.own, self.pk)
        return self.case

    def accepted(self, measure: str = "rent_subsidy", **given: object) -> Claim:
        self.submitted(measure, **given)
        review.accept(self.officer, self.pk)
        return self.case

    def verified(self, measure: str = "rent_subsidy", **given: object) -> Claim:
        self.accepted(measure, **given)
        review.verify(self.officer, self.pk)
        return self.case

    def confirmed(self) -> Claim:
        self.offered()
        claims.confirm(self.own, self.pk)
        return self.case

    def approved(self, measure: str = "rent_subsidy", **given: object) -> Claim:
        if measure == "star_award":
            self.confirmed()
        else:
            self.verified(measure, **given)
        review.approve(self.lead, self.pk)
        return self.case

    def exported(self, measure: str = "rent_subsidy", **given: object) -> list[PaymentBatch]:
        self.approved(measure, **given)
        return self.export()

    def export(self) -> list[PaymentBatch]:
        found = []
        for order in self.case.orders.filter(state="ready").select_related("fund"):
            batch, left = payments.make_batch(self.payer(order.fund), order.fund, "批次", [order.pk])
            assert left == []
            payments.export(self.payer(order.fund), batch.pk)
            found.append(batch)
        return found

    def payer(self, fund: Fund) -> Viewer:
        return self.people(Role.DISTRICT_FINANCE if fund.level == "district" else Role.CITY_FINANCE)

    def paid(self, measure: str = "rent_subsidy", **given: object) -> Claim:
        for batch in self.exported(measure, **given):
            self.pay(batch)
        return self.case

    def pay(self, batch: PaymentBatch) -> None:
        for order in batch.orders.filter(state="exported"):
            outcome = Outcome(order.number, True, order.amount, timezone.localdate(), f"GK{order.pk:06d}")
            assert payments.told(self.payer(batch.fund), batch, outcome) == "paid"


@pytest.fixture
def playing(people: People, enterprise: Enterprise) -> Playing:
    return Playing(people, enterprise)


def file_of(enterprise: Enterprise, name: str) -> EvidenceFile:
    """A file of the enterprise, without the content."""
    number = EvidenceFile.objects.count()
    return EvidenceFile.objects.create(
        enterprise=enterprise, name=name, kind="pdf", size=1, sha256="0" * 64, stored=f"stored{number}-{enterprise.pk}"
    )


def sound() -> bool:
    """Whether the ledger adds up."""
    from zongbu.desk.support.ledger.checking import faults

    assert [str(one) for one in faults()] == []
    return True
