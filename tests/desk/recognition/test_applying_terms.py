"""By when whose turn it is: the time of correction is the enterprise's own and costs the district nothing."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from tests.desk.recognition.conftest import Played
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.actions import applications, review
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application

pytestmark = pytest.mark.django_db


def _happened(case: Application, *days: date) -> Application:
    """Let the acts have happened on these days, in order."""
    triggers.remove(connection)
    for one, day in zip(flow.history(APPLICATION, case), days, strict=True):
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, 10))
        Participation.objects.filter(pk=one.pk).update(moment=moment)
        Application.objects.filter(pk=case.pk).update(state_since=moment)
    triggers.install(connection)
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
