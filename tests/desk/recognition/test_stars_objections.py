"""Objections to an intended list of stars: filed by everybody while it is shown, in the way of publishing until answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.recognition.starred import CODES, WEEK
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.operation.sweep import sweep
from zongbu.desk.recognition.stars import navigation
from zongbu.desk.recognition.stars.actions import evaluations, objections
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, StarObjection

pytestmark = pytest.mark.django_db
People = Callable[[Role], Viewer]


@pytest.fixture
def shown(people: People, evaluation: Evaluation) -> Evaluation:
    """In its notice today."""
    evaluations.submit(people(Role.CITY_OFFICER), evaluation.pk)
    return evaluations.notice(people(Role.CITY_LEAD), evaluation.pk, timezone.localdate())


def over(evaluation: Evaluation) -> None:
    today = timezone.localdate()
    dates = {"notice_starts": today - timedelta(days=9), "notice_ends": today - timedelta(days=1)}
    Evaluation.objects.filter(pk=evaluation.pk).update(**dates)


def post(client: Client, address: str, **given: Any) -> Any:
    return client.post(address, {FIELD: new_token(), **given})


def test_the_length_of_a_notice_is_a_setting_with_a_reason(
    people: People, chosen: IndicatorSet, shown: Evaluation
) -> None:
    today = timezone.localdate()
    assert (shown.notice_starts, shown.notice_ends) == (today, today + timedelta(days=6))
    for wrong in ({"notice_days": 0}, {"notice_reason": " "}):
        with pytest.raises(Refused, match="公示几天"):
            evaluations.open_evaluation(people(Role.CITY_OFFICER), chosen.pk, today.year, today, **{**WEEK, **wrong})


def test_an_open_objection_is_in_the_way_of_publishing_and_a_wrong_one_gets_its_reply(
    people: People, shown: Evaluation
) -> None:
    city, lead = people(Role.CITY_OFFICER), people(Role.CITY_LEAD)
    made = objections.object_to(PUBLIC, shown.pk, "营业收入不实", uscc=CODES[0], contact="13800000000")
    over(shown)
    with pytest.raises(Refused, match="异议"):
        evaluations.publish(lead, shown.pk)
    assert [(one.label, one.count) for one in navigation.waiting(city)] == [("待答复的星级异议", 1)]
    with pytest.raises(Refused):
        objections.dismiss(city, made.pk, " ")
    with pytest.raises(NotPermitted):
        objections.dismiss(people(Role.DISTRICT_OFFICER), made.pk, "属实")
    assert objections.dismiss(city, made.pk, "经核实，数据属实。").state == "dismissed"
    assert evaluations.publish(lead, shown.pk).state == "published"
    told = "".join(f"{one.before}{one.after}" for one in Entry.objects.all())
    assert "13800000000" not in told
    assert "营业收入不实" not in told


def test_a_right_objection_takes_the_list_down(people: People, shown: Evaluation) -> None:
    made = objections.object_to(PUBLIC, shown.pk, "名单漏了一家")
    with pytest.raises(NotPermitted):
        objections.uphold(people(Role.CITY_OFFICER), made.pk, "确有遗漏")
    assert objections.uphold(people(Role.CITY_LEAD), made.pk, "确有遗漏").state == "upheld"
    shown.refresh_from_db()
    assert (shown.state, shown.notice_ends) == ("draft", None)
    with pytest.raises(Refused, match="公示期"):
        objections.object_to(PUBLIC, shown.pk, "再来")


def test_objections_are_taken_only_while_the_list_is_shown_and_not_without_end(
    people: People, shown: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objections, "MOST_A_DAY", 2)
    sender = Viewer(role=Role.PUBLIC, address="192.0.2.7")
    for text in ("一", "二"):
        objections.object_to(sender, shown.pk, text, uscc=CODES[1])
    with pytest.raises(Refused, match="太多"):
        objections.object_to(sender, shown.pk, "三", uscc=CODES[1])
    objections.object_to(Viewer(role=Role.PUBLIC, address="192.0.2.8"), shown.pk, "三")
    assert "192.0.2.7" not in "".join(StarObjection.objects.values_list("origin", flat=True))
    with pytest.raises(Refused, match="没有这一家"):
        objections.object_to(PUBLIC, shown.pk, "四", uscc="NONE")
    over(shown)
    with pytest.raises(Refused, match="公示期"):
        objections.object_to(PUBLIC, shown.pk, "五")


def test_by_forms_from_the_public_list_to_the_reply(
    people: People, client_as: Callable[..., Client], shown: Evaluation
) -> None:
    public, lead = Client(), client_as(Role.CITY_LEAD)
    here = reverse("recognition:star_object", args=[shown.pk])
    text = public.get(reverse("recognition:star_notice", args=[shown.pk])).content.decode()
    assert f"{here}?about={CODES[0]}" in text
    assert "示例评星0" in public.get(f"{here}?about={CODES[0]}").content.decode()
    assert public.get(f"{here}?about=NONE").status_code == 404
    assert post(public, here, text="广告", consent="on", website="http://a").status_code == 302
    assert not StarObjection.objects.exists()
    assert post(public, here, text="", consent="on").status_code == 400
    answer = post(public, f"{here}?about={CODES[0]}", text="数据不实", contact="a@example.org", consent="on")
    made = StarObjection.objects.get()
    receipt = reverse("recognition:star_objection_receipt", args=[made.receipt])
    assert answer.headers["Location"] == receipt
    text = public.get(receipt).content.decode()
    assert "数据不实" not in text
    assert "a@example.org" not in text
    page = reverse("recognition:star_objection", args=[made.receipt])
    assert "a@example.org" in lead.get(page).content.decode()
    assert "a@example.org" not in client_as(Role.AUDITOR).get(page).content.decode()
    assert made.receipt in lead.get(reverse("recognition:star_evaluation", args=[shown.pk])).content.decode()
    assert post(lead, page, effect="dismiss", reply="", seen=made.version).status_code == 400
    assert post(lead, page, effect="dismiss", reply="数据属实。", seen=made.version).status_code == 302
    assert "数据属实。" in public.get(receipt).content.decode()
    over(shown)
    assert public.get(here).status_code == 302
    assert here not in public.get(reverse("recognition:star_notice", args=[shown.pk])).content.decode()


def test_contacts_are_forgotten_half_a_year_after_the_reply(people: People, shown: Evaluation) -> None:
    for days in (170, 190):
        made = objections.object_to(PUBLIC, shown.pk, "不实", contact=f"{days}")
        objections.dismiss(people(Role.CITY_OFFICER), made.pk, "属实")
        StarObjection.objects.filter(pk=made.pk).update(replied_at=timezone.now() - timedelta(days=days))
    assert sweep()["contacts"] == 1
    assert sorted(StarObjection.objects.values_list("contact", flat=True)) == ["", "170"]
