"""Reminders go out on their day, to whom they concern, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.desk.recognition.conftest import Played
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.operation.sweep import sweep
from zongbu.desk.people.models import Person
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.models import Opinion, Reminder, Round
from zongbu.desk.recognition.reminders import remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def reachable(played: Played) -> Played:
    """Everybody has an address."""
    for role in (Role.ENTERPRISE_LEAD, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER):
        Person.objects.filter(pk=played.people(role).person).update(email=f"{role}@example.cn")
    return played


def test_a_draft_is_reminded_of_a_week_and_a_day_before_the_window_closes(
    reachable: Played, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    applications.start(reachable.people(Role.ENTERPRISE_LEAD), reachable.enterprise, reachable.round)
    today, closes = timezone.localdate(), reachable.round.closes
    with django_capture_on_commit_callbacks(execute=True):
        sent = [remind(closes - timedelta(days=days)) for days in (8, 7, 7, 6, 1)]
    assert sent == [0, 1, 0, 0, 1]
    assert [one.to for one in mail.outbox] == [["enterprise_lead@example.cn"]] * 2
    assert "还没有提交" in mail.outbox[0].subject
    assert today < closes


def test_a_department_is_reminded_before_and_after_its_day(
    reachable: Played, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    reachable.recommended()
    due = Opinion.objects.get().due
    assert due is not None
    with django_capture_on_commit_callbacks(execute=True):
        sent = [remind(due + timedelta(days=days)) for days in (-3, -2, 0, 1, 1, 2)]
    assert sent == [0, 1, 0, 1, 0, 0]
    assert {one.to[0] for one in mail.outbox} == {"department_officer@example.cn"}
    assert "逾期" in mail.outbox[1].subject


def test_the_daily_round_sends_them_and_counts(reachable: Played) -> None:
    applications.start(reachable.people(Role.ENTERPRISE_LEAD), reachable.enterprise, reachable.round)
    Round.objects.update(closes=timezone.localdate() + timedelta(days=7))
    assert sweep()["reminders"] == 1
    assert sweep()["reminders"] == 0
    assert Reminder.objects.get().recipients == 1


def test_who_has_not_applied_sees_that_the_window_closes(played: Played, people: Callable[[Role], Viewer]) -> None:
    own = people(Role.ENTERPRISE_LEAD)
    assert not [one for one in waiting_for(own) if "截止申报" in str(one.label)]
    Round.objects.update(closes=timezone.localdate() + timedelta(days=5))
    (told,) = [one for one in waiting_for(own) if "截止申报" in str(one.label)]
    assert "5" in str(told.label)
    applications.start(own, played.enterprise, Round.objects.get())
    assert not [one for one in waiting_for(own) if "截止申报" in str(one.label)]
