"""By when whose turn it is: the time of correction is the enterprise's own and costs the district nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.desk.recognition.conftest import Played
from tests.desk.recognition.test_applying import client_of
from tests.desk.recognition.test_applying_review import _many as many
from zongbu.desk.demo.days import on
from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.clock import current
from zongbu.desk.kernel.clock.actions import import_year
from zongbu.desk.kernel.clock.calendar import Special
from zongbu.desk.kernel.clock.seed import years
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications, opinions, review
from zongbu.desk.recognition.cases import cases
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.recognition.terms import dues, overdue, term

pytestmark = pytest.mark.django_db


def _happened(case: Application, *days: date) -> Application:
    """Let the acts have happened on these days, in order."""
    triggers.remove(connection)
    for one, day in zip(flow.history(APPLICATION, case), days, strict=True):
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, 10))
        Participation.objects.filter(pk=one.pk).update(moment=moment)
        Application.objects.filter(pk=case.pk).update(state_since=moment)
    triggers.install(connection)
    flow.renew_dues(APPLICATION, Application)
    return Application.objects.select_related("round").get(pk=case.pk)


def _returned(played: Played) -> None:
    played.submitted()
    officer = played.people(Role.DISTRICT_OFFICER)
    review.comment(officer, played.pk, "", "请补充说明")
    review.return_to_enterprise(officer, played.pk, "材料不清")


def test_a_returned_application_has_a_day_until_which_it_is_to_be_corrected(played: Played) -> None:
    _returned(played)
    case = _happened(played.case, date(2024, 6, 3), date(2024, 6, 3), date(2024, 6, 5))
    deadline = flow.due(APPLICATION, case)
    assert deadline is not None
    assert deadline.date == date(2024, 6, 13)  # five working days; 10 June was 端午节


def test_what_lists_sort_by_follows_a_new_calendar(played: Played) -> None:
    played.submitted()
    case = _happened(played.case, date(2024, 6, 3), date(2024, 6, 3))
    assert case.due_on == date(2024, 6, 18)  # ten working days; 10 June was 端午节
    days = {day: Special(*what) for day, what in years()[2024].items()}
    import_year(played.people(Role.ADMINISTRATOR), 2024, days | {date(2024, 6, 4): Special(False, "示例")}, "示例")
    [queued] = DBTaskResult.objects.all()
    queued.task.call()
    case.refresh_from_db()
    assert case.due_on == date(2024, 6, 19)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_has_just_read_the_calendar_reads_it_anew(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    played.submitted()
    case = _happened(played.case, date(2024, 6, 3), date(2024, 6, 3))
    clock.calendar()
    before = current._kept
    days = {day: Special(*what) for day, what in years()[2024].items()}
    import_year(played.people(Role.ADMINISTRATOR), 2024, days | {date(2024, 6, 4): Special(False, "示例")}, "示例")
    monkeypatch.setattr(current, "_kept", before)
    current._here.until = time.monotonic() + 60  # as another process would have it
    DBTaskResult.objects.get().task.call()
    case.refresh_from_db()
    assert case.due_on == date(2024, 6, 19)


def test_the_district_goes_on_with_what_was_left_of_its_term(played: Played) -> None:
    _returned(played)
    own = played.people(Role.ENTERPRISE_LEAD)
    applications.answer(own, played.pk, played.case.comments.get().pk, "已说明")
    applications.sign(own, played.pk, own.name)
    applications.resubmit(own, played.pk)
    days = date(2024, 6, 3), date(2024, 6, 3), date(2024, 6, 5), date(2024, 6, 13)
    deadline = flow.due(APPLICATION, _happened(played.case, *days))
    assert deadline is not None
    assert [(pause.start, pause.end) for pause in deadline.pauses] == [(date(2024, 6, 5), date(2024, 6, 13))]
    assert deadline.date == date(2024, 6, 25)  # two of ten days were used before the return


STATES = ("submitted", "recommended", "collected", "proposed", "approved", "noticed", "recognised")
LOOKING = (Role.ENTERPRISE_LEAD, Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER, Role.CITY_OFFICER, Role.AUDITOR)


@pytest.mark.parametrize("state", ["draft", "returned", "returned_by_city", *STATES])
def test_the_term_by_which_lists_are_sorted_is_the_one_that_is_shown(
    state: str, played: Played, people: Callable[[Role], Viewer]
) -> None:
    Round.objects.update(office_days=7)
    if state == "draft":
        played.pk = applications.start(people(Role.ENTERPRISE_LEAD), played.enterprise, played.round).pk
    elif state == "returned":
        _returned(played)
    elif state == "returned_by_city":
        city = people(Role.CITY_OFFICER)
        review.comment(city, played.collected().pk, "", "请补充说明")
        review.return_to_enterprise(city, played.pk, "材料不清")
    else:
        getattr(played, state)()
    for role in LOOKING:
        viewer = people(role)
        found = queries.applications(viewer).filter(pk=played.pk)
        kept = dict(found.annotate(last_day=term(viewer)).values_list("pk", "last_day"))
        seen = list(found)
        queries.veil(viewer, seen)
        shown = dues(seen, viewer)
        assert {pk: shown[pk].day if pk in shown else None for pk in kept} == kept
        for days in (-60, 60):
            late = {pk for pk, day in kept.items() if day is not None and day < timezone.localdate() + timedelta(days)}
            with on(timezone.localdate() + timedelta(days)):
                assert {one.pk for one in overdue(found, viewer)} == late


def test_departments_are_told_of_their_own_term_only(played: Played, people: Callable[[Role], Viewer]) -> None:
    case, department = played.recommended(), people(Role.DEPARTMENT_OFFICER)
    own = case.opinions.get()
    told = dues([case], department)[case.pk]
    assert (told.day, told.why) == (own.due, ("贵部门答复的期限。",))
    opinions.give(department, own.pk, "agree", values={"fits_industrial_orientation": "是"})
    Round.objects.update(office_days=1)
    assert dues([played.case], people(Role.CITY_OFFICER))
    assert dues([played.case], department) == {}
    page = client_of(department).get(reverse("recognition:application", args=[case.receipt])).content.decode()
    assert "没有等贵部门答复的" in page
    assert "没有设期限" not in page


def test_departments_read_no_more_on_the_page_of_the_enterprise(
    played: Played, people: Callable[[Role], Viewer]
) -> None:
    case, department = played.recognised(), people(Role.DEPARTMENT_OFFICER)
    assert [one.state for one in cases(people(Role.CITY_OFFICER), case.enterprise)] == ["已认定"]
    (line,) = cases(department, case.enterprise)
    assert (line.state, line.since, line.due) == ("市总部办汇总", case.submitted_at, None)


def test_renewing_takes_as_many_queries_for_many_as_for_few(played: Played) -> None:

    numbers = []
    for more in (1, 3):
        many(played, more, start=len(numbers))
        with CaptureQueriesContext(connection) as caught:
            assert flow.renew_dues(APPLICATION, Application) == 0
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]
