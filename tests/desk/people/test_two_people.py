"""What gives much takes two people: one proposes, another confirms, and neither can invent the other."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.desk.conftest import membership_as, organisation_for
from tests.desk.people.conftest import PASSWORD, acts, administering, client_for, form, last, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions, queries
from zongbu.desk.people.models import Invitation, Membership
from zongbu.desk.people.viewers import memberships_of
from zongbu.desk.people.waiting import waiting

pytestmark = pytest.mark.django_db


def token_of(invitation: Invitation) -> str:
    return actions.link_of(invitation).rstrip("/").rpartition("/")[2]


def joined(manager: Membership, role: Role, *, administers: bool = False, username: str = "shadow") -> Membership:
    """Somebody new in the manager's organisation, by the link that the manager was shown."""
    made = actions.invite(viewing(manager), manager.organisation, role=role, name="影子", administers=administers)
    return actions.accept_as_new(token_of(made), username=username, password=PASSWORD, name="影子")


def rise(manager: Membership, member: Membership, role: Role, *, administers: bool = False) -> Membership:
    return actions.change_membership(
        viewing(manager), member, role=role, administers=administers, expires=None, reason="接任"
    )


# --- nobody grants what stands above them -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "offered"),
    [
        (Role.CITY_OFFICER, Role.CITY_LEAD),
        (Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD),
        (Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEAD),
        (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_LEAD),
    ],
)
def test_nobody_invites_or_raises_above_their_own_role(own: Role, offered: Role):
    manager, member = administering(own), membership_as(own)
    with pytest.raises(Refused, match="高于自己"):
        actions.invite(viewing(manager), manager.organisation, role=offered, name="影子")
    with pytest.raises(Refused, match="高于自己"):
        rise(manager, member, offered)


def test_nobody_renews_an_invitation_above_their_own_role():
    lead, officer = administering(Role.CITY_LEAD), administering(Role.CITY_OFFICER)
    made = actions.invite(viewing(lead), lead.organisation, role=Role.CITY_LEAD, name="新负责人")
    with pytest.raises(Refused, match="高于自己"):
        actions.renew_invitation(viewing(officer), made)


# --- invitations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "offered", "administers"),
    [
        (Role.CITY_LEAD, Role.CITY_LEAD, False),
        (Role.CITY_OFFICER, Role.CITY_OFFICER, True),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, False),
        (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, False),
        (Role.ADMINISTRATOR, Role.AUDITOR, False),
    ],
)
def test_a_lead_a_keeper_or_an_administrator_waits_for_a_second_person(own: Role, offered: Role, administers: bool):
    manager = administering(own)
    made = joined(manager, offered, administers=administers)
    assert made.waits and not made.valid_on(timezone.localdate())
    assert not memberships_of(made.person).exists()
    with pytest.raises(Refused, match="自己提出"):
        actions.confirm_membership(viewing(manager), made)
    second = administering(own)
    (one,) = [entry for entry in waiting(viewing(second)) if entry.url == "/people/members/confirmations/"]
    assert one.count == 1
    done = actions.confirm_membership(viewing(second), made, seen=made.proposed_at)
    assert done.valid_on(timezone.localdate()) and memberships_of(made.person).exists()
    assert (done.proposed_by, done.confirmed_by) == (manager.person, second.person)
    assert acts()[-2:] == ["people.accept_invitation", "people.confirm_membership"]
    with pytest.raises(Refused, match="没有待确认"):
        actions.confirm_membership(viewing(second), made)


def test_an_officer_waits_for_nobody():
    made = joined(administering(Role.CITY_LEAD), Role.CITY_OFFICER)
    assert not made.waits and memberships_of(made.person).exists()


def test_the_new_one_opens_nothing_and_confirms_nothing_meanwhile():
    manager = administering(Role.CITY_LEAD)
    shadow = joined(manager, Role.CITY_LEAD, administers=True)
    client = client_for(shadow.person)
    assert client.get("/people/members/").status_code == 302
    page = client.get("/people/profile/").content.decode()
    assert "待另一位管理员确认" in page
    with pytest.raises(PermissionDenied):
        actions.act_as(viewing(shadow), shadow.pk)
    with pytest.raises(Refused, match="自己的成员资格"):
        actions.confirm_membership(viewing(shadow), shadow)


def test_strangers_confirm_nothing():
    made = joined(administering(Role.CITY_LEAD), Role.CITY_LEAD)
    administering(Role.CITY_OFFICER)
    for other in (
        membership_as(Role.CITY_LEAD),
        administering(Role.DISTRICT_LEAD),
        membership_as(Role.AUDITOR),
        membership_as(Role.SECURITY_OFFICER),
    ):
        with pytest.raises(PermissionDenied):
            actions.confirm_membership(viewing(other), made)
        assert not queries.to_confirm(viewing(other)).exists()
        assert client_for(other.person).get(f"/people/members/{made.pk}/confirm/").status_code in (403, 404)


def test_where_the_organisation_has_nobody_else_the_services_administrator_confirms():
    made = joined(administering(Role.ENTERPRISE_LEAD), Role.ENTERPRISE_LEAD)
    keeper, officer = membership_as(Role.ADMINISTRATOR), membership_as(Role.SECURITY_OFFICER)
    with pytest.raises(PermissionDenied):
        actions.confirm_membership(viewing(officer), made)
    assert actions.confirm_membership(viewing(keeper), made).valid_on(timezone.localdate())


def test_the_only_administrator_of_the_service_has_the_security_officer_confirm():
    keeper, officer = membership_as(Role.ADMINISTRATOR), membership_as(Role.SECURITY_OFFICER)
    office = organisation_for(Role.DISTRICT_LEAD)
    offered = actions.invite(viewing(keeper), office, role=Role.DISTRICT_LEAD, name="首任", administers=True)
    made = actions.accept_as_new(token_of(offered), username="first", password=PASSWORD, name="首任")
    assert made.waits
    with pytest.raises(PermissionDenied):
        actions.confirm_membership(viewing(administering(Role.DISTRICT_LEAD, district="330106")), made)
    assert not actions.confirm_membership(viewing(officer), made).waits


def test_the_operators_own_keepers_are_confirmed_by_another_keeper():
    made = joined(administering(Role.ADMINISTRATOR), Role.AUDITOR)
    assert not actions.confirm_membership(viewing(membership_as(Role.SECURITY_OFFICER)), made).waits


def test_only_who_invited_sees_the_link_and_who_renews_it_counts_as_inviting():
    one, two = administering(Role.CITY_LEAD), administering(Role.CITY_LEAD)
    made = actions.invite(viewing(one), one.organisation, role=Role.CITY_LEAD, name="新负责人")
    mine, theirs = (client_for(who.person).get("/people/members/").content.decode() for who in (one, two))
    assert f'id="link-{made.pk}"' in mine and "/people/invitation/" in mine
    assert f'id="link-{made.pk}"' not in theirs and "/people/invitation/" not in theirs
    renewed = actions.renew_invitation(viewing(two), made)
    shadow = actions.accept_as_new(token_of(renewed), username="shadow", password=PASSWORD, name="影子")
    with pytest.raises(Refused, match="自己提出"):
        actions.confirm_membership(viewing(two), shadow)


def test_the_services_administrator_takes_over_no_invitation_of_an_officer():
    lead, keeper = administering(Role.CITY_LEAD), membership_as(Role.ADMINISTRATOR)
    made = actions.invite(viewing(lead), lead.organisation, role=Role.CITY_OFFICER, name="王一")
    with pytest.raises(Refused, match="只为其他组织"):
        actions.renew_invitation(viewing(keeper), made)


def test_what_waits_is_ended_without_ceremony_but_not_changed():
    manager = administering(Role.CITY_LEAD)
    made = joined(manager, Role.CITY_LEAD, administers=True)
    with pytest.raises(Refused, match="还没有确认"):
        rise(manager, made, Role.CITY_OFFICER)
    actions.end_membership(viewing(manager), made, reason="弄错了")
    made.refresh_from_db()
    assert made.ended_at is not None and not made.waits


def test_who_waits_is_no_other_administrator():
    manager = administering(Role.CITY_LEAD)
    joined(manager, Role.CITY_LEAD, administers=True)
    with pytest.raises(Refused, match="最后一位管理员"):
        actions.end_membership(viewing(manager), manager, reason="离职")


# --- rises --------------------------------------------------------------------------------------------------


def test_a_rise_waits_and_the_member_goes_on_meanwhile():
    manager, member = administering(Role.DISTRICT_LEAD), membership_as(Role.DISTRICT_OFFICER)
    risen = rise(manager, member, Role.DISTRICT_LEAD, administers=True)
    assert (risen.role, risen.administers, risen.waits) == (Role.DISTRICT_OFFICER, False, True)
    assert memberships_of(member.person).get().role == Role.DISTRICT_OFFICER
    told = last()
    assert (told.act, told.reason, told.after["role"]) == ("people.propose_change", "接任", "district_lead")
    with pytest.raises(Refused, match="自己提出"):
        actions.confirm_membership(viewing(manager), risen)
    with pytest.raises(Refused, match="自己的成员资格"):
        actions.confirm_membership(viewing(member), risen)
    second = administering(Role.DISTRICT_OFFICER)
    done = actions.confirm_membership(viewing(second), risen, seen=risen.proposed_at)
    assert (done.role, done.administers, done.waits) == (Role.DISTRICT_LEAD, True, False)


def test_confirmed_is_only_what_was_seen():
    manager, second = administering(Role.DISTRICT_LEAD), administering(Role.DISTRICT_LEAD)
    member = membership_as(Role.DISTRICT_OFFICER)
    seen = rise(manager, member, Role.DISTRICT_LEAD).proposed_at
    rise(manager, member, Role.DISTRICT_LEAD, administers=True)
    with pytest.raises(Refused, match="已经改变"):
        actions.confirm_membership(viewing(second), member, seen=seen)


def test_a_rise_that_is_declined_or_replaced_leaves_the_member_as_before():
    manager, second = administering(Role.DISTRICT_LEAD), administering(Role.DISTRICT_LEAD)
    member = membership_as(Role.DISTRICT_OFFICER)
    rise(manager, member, Role.DISTRICT_LEAD)
    with pytest.raises(Refused, match="理由"):
        actions.decline_membership(viewing(second), member, reason=" ")
    left = actions.decline_membership(viewing(second), member, reason="不知此事")
    assert (left.role, left.waits, left.ended_at) == (Role.DISTRICT_OFFICER, False, None)
    rise(manager, member, Role.DISTRICT_LEAD)
    assert not rise(manager, member, Role.DISTRICT_OFFICER).waits


def test_keepers_change_among_each_other_only_by_two():
    manager, keeper = administering(Role.ADMINISTRATOR), membership_as(Role.SECURITY_OFFICER)
    assert rise(manager, keeper, Role.AUDITOR).waits


def test_a_second_rise_is_another_persons_to_confirm():
    one, two = administering(Role.DISTRICT_LEAD), administering(Role.DISTRICT_LEAD)
    member = membership_as(Role.DISTRICT_OFFICER)
    actions.confirm_membership(viewing(two), rise(one, member, Role.DISTRICT_LEAD))
    risen = rise(two, member, Role.DISTRICT_LEAD, administers=True)
    assert actions.confirm_membership(viewing(one), risen).administers


def test_roles_that_came_meanwhile_exclude():
    one, two = administering(Role.DISTRICT_LEAD), administering(Role.DISTRICT_LEAD)
    made = joined(one, Role.DISTRICT_LEAD)
    enterprise = organisation_for(Role.ENTERPRISE_STAFF)
    Membership.objects.create(person=made.person, organisation=enterprise, role=Role.ENTERPRISE_STAFF)
    with pytest.raises(Refused, match="互相排斥"):
        actions.confirm_membership(viewing(two), made)


def test_the_database_knows_two_people_too():
    member = membership_as(Role.CITY_OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=member.pk).update(proposed_by=member.person, confirmed_by=member.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=member.pk).update(confirmed_at=None)


# --- pages --------------------------------------------------------------------------------------------------


def test_the_pages_of_the_second_person():
    manager, second = administering(Role.CITY_LEAD), administering(Role.CITY_LEAD)
    made, other = joined(manager, Role.CITY_LEAD), joined(manager, Role.CITY_LEAD, username="other")
    first = client_for(manager.person)
    assert "待确认" in first.get("/people/members/").content.decode()
    assert first.get(f"/people/members/{made.pk}/confirm/").status_code == 404
    client = client_for(second.person)
    assert f"/people/members/{made.pk}/confirm/" in client.get("/people/members/").content.decode()
    assert "shadow" not in client.get("/people/members/confirmations/").content.decode()
    assert "影子" in client.get("/people/members/confirmations/").content.decode()
    page = client.get(f"/people/members/{made.pk}/confirm/")
    seen = page.context["form"]["seen"].value().isoformat()
    empty = client.post(f"/people/members/{made.pk}/confirm/", form(decision="decline", reason="", seen=seen))
    assert empty.status_code == 200 and "请说明理由" in empty.content.decode()
    sent = form(decision="confirm", seen=seen)
    assert client.post(f"/people/members/{made.pk}/confirm/", sent).status_code == 302
    made.refresh_from_db()
    assert made.confirmed_by == second.person
    page = client.get(f"/people/members/{other.pk}/confirm/").content.decode()
    shown = page.split('name="seen" value="')[1].split('"')[0]
    declined = client.post(
        f"/people/members/{other.pk}/confirm/", form(decision="decline", reason="不认识", seen=shown)
    )
    assert declined.status_code == 302
    other.refresh_from_db()
    assert other.ended_at is not None


def test_who_accepts_with_an_account_is_told_to_wait():
    manager, known = administering(Role.CITY_LEAD), membership_as(Role.DISTRICT_OFFICER)
    made = actions.invite(viewing(manager), manager.organisation, role=Role.CITY_LEAD, name="新负责人")
    client = client_for(known.person)
    assert client.post(actions.link_of(made), form())["Location"] == "/people/profile/"
    page = client.get("/people/profile/")
    assert page.wsgi_request.viewer.role == Role.DISTRICT_OFFICER
    assert "待另一位管理员确认后生效" in page.content.decode()
