"""Applications by the interface: the same acts, guards and sights as on the pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import USCC, membership_as
from tests.desk.recognition.conftest import Played
from tests.desk.recognition.test_applying import OTHER, PDF
from zongbu.desk.api import actions
from zongbu.desk.api.scopes import Scope, scopes_for
from zongbu.desk.api.security import Throttle
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition.actions import review
from zongbu.desk.recognition.models import Application, Round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_count() -> Iterator[None]:
    Throttle.forget()
    yield
    Throttle.forget()


class Program:
    """A program with a token."""

    def __init__(self, role: Role, *scopes: Scope, **given: str) -> None:
        membership = membership_as(role, **given)
        membership.administers = True
        membership.save()
        self.viewer = viewer_as(membership, membership.person)
        wanted = [str(scope) for scope in scopes or scopes_for(role)]
        _token, text = actions.create(self.viewer, "测试", wanted, 30, 1000)
        self.headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
        self.client = Client()

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", **self.headers)

    def send(self, path: str, body: object, method: str = "post", **more: str) -> Any:
        send = getattr(self.client, method)
        return send(f"/api/v1/{path}", json.dumps(body), content_type="application/json", **self.headers, **more)


def test_an_application_is_begun_filled_in_signed_and_submitted(enterprise: Enterprise, round: Round):
    own = Program(Role.ENTERPRISE_LEAD)
    (found,) = own.get("rounds").json()
    assert (found["id"], found["stage"], found["basis"]["as_of"]) == (round.pk, "open", "测试设定")
    key = {"HTTP_IDEMPOTENCY_KEY": "begin-1"}
    made = own.send("applications", {"round": round.pk}, **key)
    assert made.status_code == 201, made.content
    again = own.send("applications", {"round": round.pk}, **key)
    assert again.json() == made.json()
    receipt = made.json()["receipt"]
    assert made.json()["state"] == "draft"
    assert "真实性承诺还没有签署。" in made.json()["lacking"]

    filled = own.send(
        f"applications/{receipt}",
        {"track": "meets_scale", "contact_name": "张三", "facts": {"上年度在杭营业收入": "13亿元"}},
        "patch",
    )
    assert filled.status_code == 200, filled.content
    assert filled.json()["track"] == "meets_scale"
    enterprise.refresh_from_db()
    assert enterprise.known[f"in_city_revenue@{round.as_of.year - 1}"] == "1300000000.00"

    file = SimpleUploadedFile("营业执照.pdf", PDF, "application/pdf")
    handed = own.client.post(
        f"/api/v1/applications/{receipt}/materials",
        {"file": file, "material": found["materials"][0]["id"]},
        **own.headers,
    )
    assert handed.status_code == 201, handed.content

    signing = {"signed_by": own.viewer.name, "declaration": found["declaration"]}
    assert own.send(f"applications/{receipt}/submission", signing | {"declaration": "别的"}).status_code == 422
    assert own.send(f"applications/{receipt}/submission", signing | {"signed_by": "别人"}).status_code == 409
    assert own.send(f"applications/{receipt}/submission", signing | {"version": 99}).status_code == 409
    assert not Application.objects.get().declarations.exists()
    done = own.send(f"applications/{receipt}/submission", signing)
    assert done.status_code == 200, done.content
    case = Application.objects.get()
    assert (done.json()["state"], case.entry, case.declarations.count()) == ("district", "api", 1)
    assert done.json()["due"]
    assert own.send(f"applications/{receipt}", {"note": "再改"}, "patch").status_code == 409
    assert own.send(f"applications/{receipt}", {"facts": {"统一核算": "否"}}, "patch").status_code == 409
    page = own.get("applications?state=district").json()
    assert [one["receipt"] for one in page["items"]] == [receipt]
    assert own.send(f"applications/{receipt}/withdrawal", {"reason": "填错"}).json()["state"] == "withdrawn"


@pytest.mark.parametrize("kind", ["late", "banned", "listed", "twice"])
def test_the_guards_are_those_of_the_pages(
    kind: str, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round
):
    today, city = timezone.localdate(), people(Role.CITY_OFFICER)
    own = Program(Role.ENTERPRISE_STAFF)
    if kind == "late":
        Round.objects.filter(pk=round.pk).update(closes=today - timedelta(days=1))
    elif kind == "banned":
        enterprises.bar(city, enterprise, today, ground="弄虚作假", source_name="决定")
    elif kind == "listed":
        enterprises.list_dishonest(city, enterprise, today, source_name="公示系统")
    else:
        assert own.send("applications", {"round": round.pk}).status_code == 201
    answer = own.send("applications", {"round": round.pk})
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("application/problem+json")
    assert {"late": "截止", "banned": "禁申期", "listed": "失信", "twice": "已有一份"}[kind] in answer.json()["detail"]


def test_a_returned_application_tells_what_to_correct(played: Played):
    case = played.submitted()
    officer = played.people(Role.DISTRICT_OFFICER)
    own = Program(Role.ENTERPRISE_LEAD)
    review.comment(officer, case.pk, "branches_outside_city", "与登记不符")
    assert own.get(f"applications/{case.receipt}").json()["comments"] == []
    review.return_to_enterprise(officer, case.pk, "不清")
    found = own.get(f"applications/{case.receipt}").json()
    assert found["comments"] == [{"subject": "branches_outside_city", "text": "与登记不符", "answered": ""}]
    own.send(f"applications/{case.receipt}", {"answers": {"branches_outside_city": "登记库已更正"}}, "patch")
    signing = {"signed_by": own.viewer.name, "declaration": played.round.declaration}
    assert own.send(f"applications/{case.receipt}/submission", signing).json()["state"] == "district"


def test_who_may_see_and_do_what(played: Played):
    case = played.submitted()
    stranger = Program(Role.ENTERPRISE_LEAD, uscc=OTHER)
    assert stranger.get(f"applications/{case.receipt}").status_code == 404
    assert stranger.send(f"applications/{case.receipt}/withdrawal", {}).status_code == 404
    assert stranger.get("applications").json()["items"] == []
    elsewhere = Program(Role.DISTRICT_OFFICER, district="330106")
    assert elsewhere.get(f"applications/{case.receipt}").status_code == 404
    district = Program(Role.DISTRICT_OFFICER)
    assert district.get(f"applications/{case.receipt}").json()["uscc"] == USCC
    assert district.send("applications", {"round": played.round.pk}).status_code == 403  # the scope is not for offices
    reading = Program(Role.ENTERPRISE_LEAD, Scope.APPLICATIONS)
    assert reading.send(f"applications/{case.receipt}/withdrawal", {}).status_code == 403


def test_a_department_reads_no_contact_and_nothing_of_the_decision(played: Played):
    played.approved()
    Application.objects.update(contact_name="王联系", contact_phone="13900000000")
    program = Program(Role.DEPARTMENT_OFFICER)
    answer = program.get(f"applications/{played.case.receipt}")
    found = answer.json()
    assert (found["contact_name"], found["contact_phone"], found["state"]) == ("", "", "city")
    assert found["version"] == 0, "how often the city acted is not told"
    assert [one["state"] for one in program.get("applications?state=city").json()["items"]] == ["city"]
    assert program.get("applications?state=approved").json()["items"] == []
