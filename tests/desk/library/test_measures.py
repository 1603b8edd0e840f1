"""Suspending a measure takes two persons; reviews are kept, the newest counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.desk.library.conftest import send
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library import actions
from zongbu.desk.library.measures import reviews, suspended, suspensions
from zongbu.desk.library.models import FairCompetitionReview, SuspensionOrder

pytestmark = pytest.mark.django_db
MEASURE = ("hangzhou-2023", "rent_subsidy")
DAY = date(2024, 9, 1)


def order(viewer, act="suspend", day=DAY, **given):
    return actions.propose_suspension(viewer, *MEASURE, act, effective_from=day, reason="审查未通过", **given)


def test_a_measure_is_suspended_from_its_day_once_another_person_approved(officer, lead):
    proposal = order(officer)
    assert not suspended(*MEASURE, DAY)
    with pytest.raises(NotPermitted):
        actions.decide_suspension(officer, proposal.pk, "approve")
    actions.decide_suspension(lead, proposal.pk, "approve")
    assert suspended(*MEASURE, DAY)
    assert not suspended(*MEASURE, DAY - timedelta(days=1))
    assert not suspended("hangzhou-2023", "purchase_subsidy", DAY)
    assert set(suspensions("hangzhou-2023", DAY)) == {"rent_subsidy"}


def test_a_measure_is_resumed(officer, lead):
    actions.decide_suspension(lead, order(officer).pk, "approve")
    resumed = order(officer, "resume", DAY + timedelta(days=30))
    actions.decide_suspension(lead, resumed.pk, "approve")
    assert suspended(*MEASURE, DAY + timedelta(days=29))
    assert not suspended(*MEASURE, DAY + timedelta(days=30))


def test_what_runs_is_not_resumed_and_what_is_suspended_is_not_suspended_again(officer, lead):
    with pytest.raises(Refused):
        order(officer, "resume")
    actions.decide_suspension(lead, order(officer).pk, "approve")
    with pytest.raises(Refused):
        order(officer)


def test_one_proposal_at_a_time(officer):
    order(officer)
    with pytest.raises(ValidationError):
        order(officer)


def test_unknown_measures_are_refused(officer):
    with pytest.raises(Refused):
        actions.propose_suspension(officer, "hangzhou-2023", "nothing", "suspend", effective_from=DAY, reason="x")


def a_review(**given):
    values = {
        "policy": MEASURE[0], "measure": MEASURE[1], "reviewed_on": DAY, "conclusion": "compliant",
        "organisation": "市发改委", "document": "审查表1号",
    }  # fmt: skip
    return FairCompetitionReview(**values | given)


def test_the_newest_review_counts(officer):
    actions.record_review(officer, a_review())
    actions.record_review(officer, a_review(reviewed_on=DAY + timedelta(days=9), conclusion="adjust"))
    actions.record_review(officer, a_review(reviewed_on=DAY - timedelta(days=9), conclusion="contrary"))
    assert reviews("hangzhou-2023")["rent_subsidy"].conclusion == "adjust"
    assert FairCompetitionReview.objects.count() == 3


def test_an_exception_needs_its_ground(officer):
    with pytest.raises(ValidationError):
        actions.record_review(officer, a_review(conclusion="exception"))
    actions.record_review(officer, a_review(conclusion="exception", exception_ground="第十二条第一项"))


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.ENTERPRISE_LEAD, Role.DISTRICT_LEAD, Role.AUDITOR])
def test_only_the_city_office_records_and_suspends(role, person_as):
    with pytest.raises(PermissionDenied):
        actions.record_review(person_as(role), a_review())
    with pytest.raises(PermissionDenied):
        order(person_as(role))


def test_the_page_of_a_measure_says_so(client, officer, lead):
    today = timezone.localdate()
    actions.decide_suspension(lead, order(officer, day=today).pk, "approve")
    actions.record_review(officer, a_review())
    page = client.get(reverse("library:measure", args=MEASURE)).content.decode()
    assert "起暂停" in page
    assert "符合公平竞争审查标准" in page
    assert "已暂停的措施" in client.get(reverse("library:policy", args=["hangzhou-2023"])).content.decode()


def test_forms(client_as):
    client = client_as(Role.CITY_OFFICER)
    url = reverse("library:suspend", args=MEASURE)
    data = {"effective_from": "2024-09-01", "reason": "审查未通过", "document": ""}
    for _ in range(2):
        assert send(client, url, data, token="the-token-of-this-form").status_code == 302
    assert SuspensionOrder.objects.count() == 1
    form = {"reviewed_on": "2024-09-01", "conclusion": "exception", "organisation": "市发改委", "document": "1号"}
    wrong = send(client, reverse("library:review", args=MEASURE), form)
    assert wrong.status_code == 400
    assert "要写明依据" in wrong.content.decode()
    right = send(client, reverse("library:review", args=MEASURE), form | {"exception_ground": "第十二条"})
    assert right.status_code == 302
