"""Demonstration data: seeded, marked as invented, loaded once."""

from __future__ import annotations

import stat
from itertools import islice

import pytest
from django.conf import settings
from django.utils import timezone

from zongbu.desk import demo
from zongbu.desk.demo.accounts import STARRED
from zongbu.desk.demo.synthetic import name_of, synthetic, uscc
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.roles import FINANCE, Role
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Membership, Organisation
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition import records
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Decision, Evaluation, Recognition, Result, Round, StarTitle
from zongbu.desk.recognition.stars.computing import recompute
from zongbu.desk.support.ledger.checking import faults
from zongbu.desk.support.models import (
    Budget,
    Claim,
    Milestone,
    Obligation,
    QuotaAccount,
    Reimbursement,
    SelectionList,
    SupportRequest,
)
from zongbu.desk.support.unpaid import quotas
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.unpaid.waiting import SOON


def test_the_same_seed_gives_the_same_enterprises() -> None:
    assert list(synthetic(30, 7)) == list(synthetic(30, 7))
    assert list(synthetic(30, 7)) != list(synthetic(30, 8))
    assert list(islice(synthetic(100, 7), 30)) == list(synthetic(30, 7))


def test_invented_enterprises_say_so_and_differ() -> None:
    assert all(name_of(number).startswith("示例") for number in range(2000))
    assert len({name_of(number) for number in range(20_000)}) == 20_000
    assert len({uscc(number) for number in range(20_000)}) == 20_000


@pytest.mark.django_db
def test_loading_twice_changes_nothing_that_is_there() -> None:
    assert not demo.loaded()
    told: list[tuple[int, int]] = []
    demo.load(40, 1, report=lambda done, total: told.append((done, total)), rounds=False)
    assert demo.loaded()
    assert told[-1] == (49 + 2 * 40, 49 + 2 * 40)
    before = Enterprise.objects.count(), FactRecord.objects.count(), Membership.objects.count(), demo.accounts()
    demo.load(40, 1, rounds=False)
    assert (
        Enterprise.objects.count(),
        FactRecord.objects.count(),
        Membership.objects.count(),
        demo.accounts(),
    ) == before
    assert before[0] == 89
    assert journal.verify() is None


@pytest.mark.django_db
def test_every_role_has_an_account_that_can_sign_in() -> None:
    demo.load(1, 1, rounds=False)
    held = set(Membership.objects.values_list("role", flat=True))
    assert held == {str(role) for role in Role if role != Role.PUBLIC}
    file = settings.DATA / "demo-accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for account in demo.accounts():
        person = Membership.objects.get(person__username=account.username).person
        assert person.check_password(account.password)


@pytest.mark.django_db
def test_the_city_and_every_district_have_a_finance_bureau() -> None:
    demo.load(1, 1, rounds=False)
    bureaus = Organisation.objects.filter(kind=Organisation.Kind.FINANCE)
    assert set(bureaus.values_list("district", flat=True)) == {"", *DISTRICTS}
    paying = Membership.objects.filter(role__in=FINANCE).values_list("person__username", "organisation__name")
    assert dict(paying) == {
        "city-finance": "市财政局",
        "district-finance": "滨江区财政局",
        "district-finance-330106": "西湖区财政局",
    }


@pytest.mark.django_db
def test_a_round_is_over_and_another_runs_with_cases_in_every_state() -> None:
    demo.load(300, 2023)
    running, finished = Round.objects.order_by("-year")
    assert (finished.state, running.state) == ("concluded", "open")
    assert running.accepts(timezone.localdate())
    states = set(Application.objects.filter(round=running).values_list("state", flat=True))
    final = {"recognised"}  # the notice of the running round is not over yet
    assert states | final == {state.name for state in APPLICATION.states}
    assert Recognition.objects.filter(round=finished).exists()
    assert all(one.enterprise.name.startswith("示例") for one in Application.objects.select_related("enterprise"))
    days = {timezone.localdate(one.decided_at).year for one in Decision.objects.filter(application__round=finished)}
    assert days == {finished.year}
    assert all(one.identical for one in records.replay(records.decisions_of(finished)))
    waiting, published = Evaluation.objects.order_by("-year")
    assert (published.year, published.state) == (finished.year, "published")
    assert (waiting.year, waiting.state, waiting.work, waiting.previous) == (running.year, "draft", "done", published)
    assert published.set.demonstration
    titles = StarTitle.objects.filter(evaluation=published, ended_on=None)
    assert set(titles.values_list("star", flat=True)) == {5, 4, 3, 2, 1}
    assert titles.count() == Result.objects.filter(evaluation=published, star__gt=0).count()
    assert {one.awarded_on.year for one in titles} == {finished.year}
    assert all(one.enterprise.name.startswith("示例") for one in titles.select_related("enterprise"))
    assert not any(recompute(one) for one in (waiting, published))
    _support_was_played(finished.year, running.year)
    assert journal.verify() is None
    _colleagues_count_alike()


def _colleagues_count_alike() -> None:
    """What is not counted for each person is the same whoever of an office looks."""
    for membership in Membership.objects.select_related("person", "organisation"):
        viewer = viewer_as(membership, membership.person)
        for counting in (one for several in provided("waiting", "COUNTINGS") for one in several if not one.personal):
            assert list(counting.count(viewer)) == list(counting.count(viewer.unnamed))


def _support_was_played(last: int, year: int) -> None:
    """Awards and rent of last year are paid, shared and reimbursed; this year's claims wait everywhere."""
    found = Claim.objects.select_related("enterprise")
    assert all(one.enterprise.name.startswith("示例") and one.demonstration for one in found.exclude(computed=None))
    assert set(found.filter(year=last).values_list("state", flat=True)) == {"offered", "declined", "paid"}
    waiting = {"submitted", "returned", "accepted", "verified", "approved", "paying", "refused"}
    assert waiting <= set(found.filter(year=year).values_list("state", flat=True))
    shared = found.filter(measure="star_award", state="paid").first()
    assert shared is not None and set(shared.shares.values_list("fund__level", flat=True)) == {"city", "district"}
    assert not Budget.objects.filter(year=last, closed_at=None).exists()
    assert {"paid", "approved", "checked"} <= set(Reimbursement.objects.values_list("state", flat=True))
    assert list(faults()) == []
    _unpaid_was_played(last, year)
    assert any(account.username == STARRED for account in demo.accounts())


def _unpaid_was_played(last: int, year: int) -> None:
    """Places used, returned and expired; requests in every state; lists and obligations that wait and that are over."""
    for model in (QuotaAccount, SupportRequest, Obligation):
        assert all(
            one.enterprise.name.startswith("示例") for one in model._default_manager.select_related("enterprise")
        )
    places = QuotaAccount.objects.filter(measure="talent_recognition_quota")
    assert set(places.values_list("year", flat=True)) == {last, year}
    assert places.filter(year=last, balance=0, used__gt=0, expired__gt=0).exists()
    assert places.filter(year=year, balance__gt=0, used__gt=0, entries__kind="returned").exists()
    assert all(one.demonstration for one in places)
    assert list(quotas.faults()) == []
    assert QuotaAccount.objects.filter(measure="car_quota", year=year, allocated__gt=0).exists()
    requests = SupportRequest.objects.order_by("pk")
    assert {state.name for state in REQUEST.states} == set(requests.values_list("state", flat=True))
    assert requests.filter(organisation=None, state="asked").exists()  # the city office assigns it
    assert requests.filter(origin="referred", state="received", organisation__kind="department").exists()
    assert requests.filter(state="received", due_on__lt=timezone.localdate()).exists()
    assert requests.filter(measure="shared_ownership_housing", state="received").exists()
    old = requests.get(measure="executive_children_schooling", asked_at__year=last)
    assert (old.state, old.text, old.contact_name) == ("granted", "", "") and old.forgotten_at is not None
    lists = {one.year: one for one in SelectionList.objects.filter(measure="outstanding_entrepreneur")}
    assert (lists[last].state, lists[year].state) == ("published", "proposed")
    assert lists[last].candidates.filter(proposed=True, chosen=False).exclude(decision_reason="").exists()
    today = timezone.localdate()
    steps = Milestone.objects.all()
    assert {"met", "reported", "pending"} == set(steps.values_list("state", flat=True))
    assert steps.filter(state="pending", due_on__range=(today, today + SOON)).exists()
    assert steps.filter(state="pending", due_on__lt=today).exists()
