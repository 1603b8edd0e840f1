"""Changing and ending memberships, switching between them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import acts, administering, client_for, form, last, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions
from zongbu.desk.people.models import Membership

pytestmark = pytest.mark.django_db


def test_a_role_is_changed_with_a_reason_and_journalled():
    manager, member = administering(Role.DISTRICT_LEAD), membership_as(Role.DISTRICT_OFFICER)
    with pytest.raises(Refused, match="理由"):
        actions.change_membership(
            viewing(manager), member, role=Role.DISTRICT_LEAD, administers=False, expires=None, reason=" "
        )
    lead = membership_as(Role.DISTRICT_LEAD)
    changed = actions.change_membership(
        viewing(manager), lead, role=Role.DISTRICT_OFFICER, administers=False, expires=None, reason="调岗"
    )
    assert changed.role == Role.DISTRICT_OFFICER
    told = last()
    assert (told.act, told.reason, told.before["role"], told.after["role"]) == (
        "people.change_membership", "调岗", "district_lead", "district_officer",
    )  # fmt: skip


def test_nobody_lifts_himself():
    manager = administering(Role.DISTRICT_OFFICER)
    with pytest.raises(Refused, match="自己"):
        actions.change_membership(
            viewing(manager), manager, role=Role.DISTRICT_LEAD, administers=True, expires=None, reason="升"
        )
    keeper = membership_as(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="自己"):
        actions.change_membership(
            viewing(keeper), keeper, role=Role.SECURITY_OFFICER, administers=True, expires=None, reason="升"
        )


def test_another_role_must_fit_and_exclude_nothing():
    manager, member = administering(Role.ADMINISTRATOR), membership_as(Role.SECURITY_OFFICER)
    with pytest.raises(Refused, match="不能担任"):
        actions.change_membership(
            viewing(manager), member, role=Role.CITY_LEAD, administers=False, expires=None, reason="调岗"
        )
    Membership.objects.create(person=member.person, organisation=member.organisation, role=Role.AUDITOR)
    with pytest.raises(Refused, match="互相排斥"):
        actions.change_membership(
            viewing(manager), member, role=Role.ADMINISTRATOR, administers=False, expires=None, reason="调岗"
        )


def test_the_last_administrator_of_an_organisation_stays():
    manager = administering(Role.DISTRICT_LEAD)
    keeper = membership_as(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="最后一位管理员"):
        actions.end_membership(viewing(keeper), manager, reason="离职")
    with pytest.raises(Refused, match="最后一位管理员"):
        actions.change_membership(
            viewing(keeper), manager, role=manager.role, administers=False, expires=None, reason="调岗"
        )
    second = administering(Role.DISTRICT_OFFICER)
    actions.end_membership(viewing(second), manager, reason="离职")
    assert not Membership.objects.get(pk=manager.pk).valid_on(timezone.localdate())


@pytest.mark.parametrize("gone", ["expired", "locked", "ended"])
def test_only_those_in_force_count_as_another_administrator(gone: str):
    manager, second = administering(Role.DISTRICT_LEAD), administering(Role.DISTRICT_LEAD)
    if gone == "expired":
        second.starts = second.expires = timezone.localdate() - timedelta(days=1)
    elif gone == "ended":
        second.ended_at = timezone.now()
    else:
        second.person.is_active = False
        second.person.save()
    second.save()
    with pytest.raises(Refused, match="最后一位管理员"):
        actions.end_membership(viewing(manager), manager, reason="离职")


def test_the_last_administrator_of_the_service_stays():
    keeper = membership_as(Role.ADMINISTRATOR)
    officer = administering(Role.SECURITY_OFFICER)
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.end_membership(viewing(officer), keeper, reason="离职")
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.change_membership(
            viewing(officer), keeper, role=Role.AUDITOR, administers=False, expires=None, reason="调岗"
        )


def test_strangers_end_nothing():
    member = membership_as(Role.DISTRICT_OFFICER)
    for role in (Role.DISTRICT_LEAD, Role.CITY_LEAD, Role.SECURITY_OFFICER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            actions.end_membership(viewing(membership_as(role)), member, reason="不该")
    with pytest.raises(PermissionDenied):
        actions.end_membership(viewing(administering(Role.DISTRICT_LEAD, district="330106")), member, reason="不该")


def test_an_ended_membership_opens_nothing_any_more():
    manager, member = administering(Role.DISTRICT_LEAD), membership_as(Role.DISTRICT_OFFICER)
    client = client_for(member.person)
    assert client.get("/people/members/").status_code == 200
    actions.end_membership(viewing(manager), member, reason="离职")
    led = client.get("/people/members/")
    assert (led.status_code, led["Location"]) == (302, "/people/profile/")
    assert "不是任何组织的有效成员" in client.get("/people/profile/").content.decode()


def test_switching_the_acting_membership():
    first = membership_as(Role.CITY_OFFICER)
    second = membership_as(Role.DISTRICT_OFFICER)
    second.person = first.person
    second.save()
    client = client_for(first.person)
    assert client.get("/people/profile/").wsgi_request.viewer.role == Role.CITY_OFFICER
    client.post("/people/profile/act-as/", {"membership": second.pk})
    viewer = client.get("/people/profile/").wsgi_request.viewer
    assert (viewer.role, viewer.district) == (Role.DISTRICT_OFFICER, "330108")
    assert acts()[-1] == "people.act_as"
    client.post("/people/profile/act-as/", {"membership": second.pk})
    assert acts().count("people.act_as") == 1, "switching to where one is already is no act"


def test_nobody_acts_in_a_foreign_or_ended_membership():
    first, foreign = membership_as(Role.CITY_OFFICER), membership_as(Role.CITY_LEAD)
    client = client_for(first.person)
    assert client.post("/people/profile/act-as/", {"membership": foreign.pk}).status_code == 403
    assert client.post("/people/profile/act-as/", {"membership": "nonsense"}).status_code == 403
    foreign.person, foreign.ended_at = first.person, timezone.now()
    foreign.save()
    assert client.post("/people/profile/act-as/", {"membership": foreign.pk}).status_code == 403


def test_members_of_an_organisation_out_of_service_act_for_nobody():
    keeper, member = membership_as(Role.ADMINISTRATOR), membership_as(Role.DISTRICT_OFFICER)
    actions.change_organisation(
        viewing(keeper), member.organisation, name=member.organisation.name, active=False, reason="撤并"
    )
    assert client_for(member.person).get("/people/members/").status_code == 302


def test_the_pages_change_and_end():
    manager, member = administering(Role.DISTRICT_LEAD), membership_as(Role.DISTRICT_OFFICER, name="李四")
    client = client_for(manager.person)
    page = client.get("/people/members/").content.decode()
    assert "李四" in page and "邀请成员" in page
    invite = client.post("/people/members/invite/", form(name="王一", role="district_officer", email="", expires=""))
    assert invite.status_code == 302
    assert "/people/invitation/" in client.get("/people/members/").content.decode()
    sent = form(role="district_lead", administers="on", expires="", reason="接任")
    assert client.post(f"/people/members/{member.pk}/", sent).status_code == 302
    member.refresh_from_db()
    assert (member.role, member.next_role) == (Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD)
    refused = client.post(f"/people/members/{manager.pk}/", form(role="district_officer", reason="试"))
    assert refused.status_code == 200 and "不能更改自己的" in refused.content.decode()
    assert client.post(f"/people/members/{member.pk}/end/", form(reason="离职")).status_code == 302
    assert "李四的成员资格已终止" in client.get("/people/members/").content.decode()
    assert "李四" not in client.get("/people/members/").content.decode()


def test_members_of_others_are_not_found():
    manager = administering(Role.DISTRICT_LEAD)
    foreign = membership_as(Role.DISTRICT_OFFICER, district="330106")
    client = client_for(manager.person)
    assert client.get(f"/people/members/{foreign.pk}/").status_code == 404
    assert client.post(f"/people/members/{foreign.pk}/end/", form(reason="不该")).status_code == 404
