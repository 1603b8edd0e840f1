"""Publishing in the background: portion by portion, killed at any moment, never anything twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.desk.recognition.starred import CODES, noticed
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.recognition.actions import titles as revoking
from zongbu.desk.recognition.models import Recognition, Revocation
from zongbu.desk.recognition.stars import navigation, publishing
from zongbu.desk.recognition.stars.actions import evaluations
from zongbu.desk.recognition.stars.flow import EVALUATION
from zongbu.desk.recognition.stars.models import Evaluation, Result, StarTitle

pytestmark = pytest.mark.django_db
People = Callable[[Role], Viewer]


class Killed(BaseException):
    """What no ``except Exception`` catches, as the end of a process."""


@pytest.fixture
def begun(people: People, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    """Published in the background, in portions of two; nobody has begun with it yet."""
    monkeypatch.setattr(evaluations, "WHILE_ONE_WAITS", 2)
    monkeypatch.setattr(publishing, "PORTION", 2)
    noticed(people, evaluation)
    return evaluations.publish(people(Role.CITY_LEAD), evaluation.pk)


def ending(monkeypatch: pytest.MonkeyPatch, portions: int, how: BaseException) -> None:
    """Awarding ends so after some portions, when everything of the next one has been written."""
    real, calls = publishing.award, []

    def award(*given: Any) -> None:
        real(*given)
        calls.append(given)
        if len(calls) > portions:
            raise how

    monkeypatch.setattr(publishing, "award", award)


def quiet(evaluation: Evaluation) -> None:
    Evaluation.objects.filter(pk=evaluation.pk).update(alive_at=timezone.now() - timedelta(hours=1))


def given() -> dict[str, str]:
    return {one.enterprise.uscc: one.plaque for one in StarTitle.objects.select_related("enterprise")}


def awarded() -> dict[str, str]:
    """The plaque numbers when nothing goes wrong."""
    year = timezone.localdate().year
    numbers = {0: "5-0001", 1: "4-0001", 2: "4-0002", 3: "3-0001", 5: "3-0002"}
    return {CODES[place]: f"XJ{year}-{number}" for place, number in numbers.items()}


def test_many_are_published_in_the_background(begun: Evaluation) -> None:
    assert (begun.state, begun.work, begun.done) == ("publishing", "queued", 0)
    assert DBTaskResult.objects.filter(task_path__endswith="stars.tasks.publish").count() == 1
    assert not StarTitle.objects.exists()
    publishing.run(begun.pk)
    publishing.run(begun.pk)  # nothing is queued
    begun.refresh_from_db()
    assert (begun.state, begun.work, begun.done) == ("published", "done", 6)
    assert given() == awarded()
    history = [(one.act, one.person) for one in flow.history(EVALUATION, begun)][-2:]
    assert [act for act, _person in history] == ["publish", "finish"]
    assert history[0][1] == history[1][1]


def test_a_publication_that_was_killed_is_completed_and_nothing_is_given_twice(
    people: People, begun: Evaluation, person_as: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killing:
        ending(killing, 1, Killed())
        with pytest.raises(Killed):
            publishing.run(begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.work, begun.done) == ("publishing", "running", 2)
    assert (StarTitle.objects.count(), FactRecord.objects.filter(fact="star").count()) == (2, 2)
    with pytest.raises(Refused, match="正在公布"):
        evaluations.go_on(people(Role.CITY_LEAD), begun.pk)
    publishing.run(begun.pk)  # the queue does not take it up again by itself
    assert StarTitle.objects.count() == 2
    quiet(begun)
    with pytest.raises(NotPermitted):
        evaluations.go_on(people(Role.CITY_OFFICER), begun.pk)
    other = person_as(Role.CITY_LEAD)
    assert evaluations.go_on(other, begun.pk).work == "queued"
    publishing.run(begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.done) == ("published", 6)
    assert given() == awarded()
    records = FactRecord.objects.filter(fact="star").select_related("recording").order_by("pk")
    assert sorted(one.value for one in records) == ["3", "3", "4", "4", "5"]
    assert records.values("enterprise").distinct().count() == 5
    assert records[4].recording.person_id == other.person  # who let it go on answers for the rest
    assert journal.verify() is None


def test_a_worker_that_was_only_slow_stops(people: People, begun: Evaluation) -> None:
    early = timezone.now() - timedelta(hours=1)
    Evaluation.objects.filter(pk=begun.pk).update(work="running", started_at=early)
    quiet(begun)
    evaluations.go_on(people(Role.CITY_LEAD), begun.pk)
    keys = list(Result.objects.filter(evaluation=begun).values_list("pk", flat=True))
    assert not publishing._portion(begun.pk, early, people(Role.CITY_LEAD), keys)
    assert not StarTitle.objects.exists()


def test_what_goes_wrong_is_told_and_the_few_that_are_left_are_published_at_once(
    people: People, begun: Evaluation, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:
        ending(failing, 2, RuntimeError("disk"))
        publishing.run(begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.work, begun.done) == ("publishing", "failed", 4)
    assert [one.label for one in navigation.waiting(people(Role.CITY_LEAD))] == ["中断的星级公布"]
    lead, address = client_as(Role.CITY_LEAD), reverse("recognition:star_evaluation", args=[begun.pk])
    text = lead.get(address).content.decode()
    assert "4 / 6" in text
    assert "继续公布" in text
    assert "继续公布" not in client_as(Role.CITY_OFFICER).get(address).content.decode()
    act = reverse("recognition:star_evaluation_act", args=[begun.pk, "go_on"])
    answer = lead.post(act, {FIELD: new_token(), "reason": "", "seen": Evaluation.objects.get(pk=begun.pk).version})
    assert answer.status_code == 302
    begun.refresh_from_db()
    assert (begun.state, begun.work, begun.error) == ("published", "done", "")
    assert given() == awarded()


def test_the_page_tells_how_far_it_is_and_the_public_sees_the_list_when_it_is_whole(
    begun: Evaluation, client_as: Callable[..., Client]
) -> None:
    lead, public = client_as(Role.CITY_LEAD), client_as(Role.PUBLIC)
    page, progress = (reverse(f"recognition:{name}", args=[begun.pk]) for name in ("star_evaluation", "star_progress"))
    assert "正在排队" in lead.get(page).content.decode()
    Evaluation.objects.filter(pk=begun.pk).update(work="running", done=3)
    text = lead.get(page).content.decode()
    assert '<progress class="stars-bar" max="100" value="50"' in text
    assert "<noscript>" in text
    assert "已公布 3 / 6 家" in lead.get(progress).content.decode()
    assert "示例评星0" in public.get(reverse("recognition:star_notice", args=[begun.pk])).content.decode()
    assert "还没有公布星级" in public.get(reverse("recognition:stars")).content.decode()
    quiet(begun)
    text = lead.get(page).content.decode()
    assert "从中断处继续公布" in text
    assert "every 2s" not in text
    assert lead.get(progress)["HX-Refresh"] == "true"
    Evaluation.objects.filter(pk=begun.pk).update(work="queued", done=0, alive_at=timezone.now())
    publishing.run(begun.pk)
    assert lead.get(progress)["HX-Refresh"] == "true"
    assert "示例评星0" in public.get(reverse("recognition:stars")).content.decode()


def test_whose_title_is_revoked_while_it_is_published_gets_no_star(
    people: People, begun: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killing:
        ending(killing, 1, Killed())
        with pytest.raises(Killed):
            publishing.run(begun.pk)
    city, today = people(Role.CITY_OFFICER), timezone.localdate()
    revoked = Recognition.objects.get(enterprise__uscc=CODES[3])
    case = revoking.open_revocation(city, revoked, "查实弄虚作假", "检查报告", today)
    Revocation.objects.filter(pk=case.pk).update(hearing_until=today - timedelta(days=1))
    revoking.propose_revocation(city, case.pk, Revocation.Scope.TITLE)
    revoking.approve_revocation(people(Role.LEADING_GROUP), case.pk, "同意")
    quiet(begun)
    evaluations.go_on(people(Role.CITY_LEAD), begun.pk)
    publishing.run(begun.pk)
    begun.refresh_from_db()
    assert begun.state == "published"
    assert CODES[3] not in given()
    assert given()[CODES[5]].endswith("3-0001")  # the numbers have no gap
    assert Enterprise.objects.get(uscc=CODES[3]).known["star"] == "0"
