"""A registration that is confirmed opens the enterprise's record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.models import Enterprise, Recording
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people import actions as people
from zongbu.desk.people import recorded
from zongbu.desk.people.actions.registrations import Account
from zongbu.desk.people.models import Organisation, Registration
from zongbu.law import InputError

pytestmark = pytest.mark.django_db

USCC = "91330000142916567N"


def registered(name: str = "新来的科技有限公司") -> Registration:
    return people.register(
        PUBLIC,
        uscc=USCC,
        name=name,
        district="330108",
        contact_name="张三",
        contact_phone="0571-8000000",
        account=Account("zhangsan", "Correct-Horse-7-Battery"),
    )[0]


def test_the_district_finds_the_record_after_it_confirmed(client_as: Callable[..., Client]) -> None:
    made, client = registered(), client_as(Role.DISTRICT_OFFICER)
    address = reverse("enterprises:detail", args=[USCC])
    assert client.get(address).status_code == 404
    sent = {"submission": new_token(), "decision": "confirm", "seen": made.version}
    page = client.post(reverse("people:decide_registration", args=[made.pk]), sent, follow=True).content.decode()
    assert f'href="{address}"' in page and "&lt;a" not in page
    assert client.get(address).status_code == 200
    found = Enterprise.objects.get()
    assert (found.uscc, found.name, found.district) == (USCC, "新来的科技有限公司", "330108")
    recording = Recording.objects.get()
    assert (recording.source, recording.source_name) == ("registry", "企业注册")
    assert recording.organisation_name == "330108 总部办"
    assert Entry.objects.filter(act="enterprises.register", subject=str(found.pk)).count() == 1


def test_a_record_that_is_there_stays_as_it_is(city: Viewer, person_as: Callable[..., Viewer]) -> None:
    enterprise = actions.register(city, USCC, "登记在册的企业", "滨江区", source_name="登记库")
    people.confirm(person_as(Role.DISTRICT_OFFICER), registered("另一种写法有限公司"))
    again = Enterprise.objects.get()
    assert (again.name, again.revision) == (enterprise.name, enterprise.revision)


def test_a_record_that_cannot_be_opened_leaves_the_registration_open(
    person_as: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = registered()

    def refuse(*_given: object) -> None:
        raise InputError("读不出来")

    monkeypatch.setattr(recorded, "_openers", [refuse])
    with pytest.raises(Refused, match="读不出来"):
        people.confirm(person_as(Role.DISTRICT_OFFICER), made)
    assert not Organisation.objects.filter(uscc=USCC).exists()
    assert Registration.objects.get().state == "submitted"


def test_a_refused_registration_opens_nothing(person_as: Callable[..., Viewer]) -> None:
    people.refuse(person_as(Role.DISTRICT_OFFICER), registered(), reason="代码不符")
    assert not Enterprise.objects.exists()


def test_the_enterprise_finds_its_record(person_as: Callable[..., Viewer]) -> None:
    people.confirm(person_as(Role.DISTRICT_OFFICER), registered())
    own = Viewer(person=1, role=Role.ENTERPRISE_LEAD, uscc=USCC)
    assert queries.get(own, USCC).name == "新来的科技有限公司"
