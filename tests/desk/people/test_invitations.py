"""Inviting and accepting: signed, single use, expiring; who may invite whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import membership_as, organisation_for
from tests.desk.people.conftest import PASSWORD, acts, administering, client_for, form, last, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions
from zongbu.desk.people.models import Invitation, Membership, Person

pytestmark = pytest.mark.django_db


def token_of(invitation: Invitation) -> str:
    return actions.link_of(invitation).rstrip("/").rpartition("/")[2]


def invited(role: Role = Role.DISTRICT_OFFICER, **given: object) -> Invitation:
    manager = administering(Role.DISTRICT_LEAD)
    return actions.invite(viewing(manager), manager.organisation, role=role, name="王一", **given)  # type: ignore[arg-type]


def test_somebody_new_accepts_by_link_and_signs_in():
    invitation = invited(membership_expires=date(2099, 12, 31))
    joined = actions.accept_as_new(token_of(invitation), username="wangyi", password=PASSWORD, name="王一")
    assert (joined.role, joined.organisation, joined.expires) == (
        Role.DISTRICT_OFFICER,
        invitation.organisation,
        date(2099, 12, 31),
    )
    assert joined.person.check_password(PASSWORD) and joined.person.is_active
    assert acts()[-3:] == ["people.invite", "people.create_account", "people.accept_invitation"]


def test_a_link_works_once():
    invitation = invited()
    actions.accept_as_new(token_of(invitation), username="wangyi", password=PASSWORD, name="王一")
    with pytest.raises(Refused, match="只能使用一次"):
        actions.accept_as_new(token_of(invitation), username="wanger", password=PASSWORD, name="王二")
    assert not Person.objects.filter(username="wanger").exists()


def test_a_link_expires():
    invitation = invited()
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="已过期"):
        actions.accept_as_new(token_of(invitation), username="wangyi", password=PASSWORD, name="王一")


def test_a_forged_link_is_void(client: Client):
    invitation = invited()
    token = token_of(invitation)
    with pytest.raises(Refused, match="无效"):
        actions.accept_as_new(token[:-2] + "xx", username="wangyi", password=PASSWORD, name="王一")
    page = client.get(f"/people/invitation/{token[:-2]}xx/")
    assert page.status_code == 410 and "无效" in page.content.decode()


def test_renewing_voids_the_former_link_and_withdrawing_any():
    manager = administering(Role.DISTRICT_LEAD)
    invitation = actions.invite(viewing(manager), manager.organisation, role=Role.DISTRICT_OFFICER, name="王一")
    former = token_of(invitation)
    renewed = actions.renew_invitation(viewing(manager), invitation)
    with pytest.raises(Refused, match="无效"):
        actions.accept_as_new(former, username="wangyi", password=PASSWORD, name="王一")
    actions.withdraw_invitation(viewing(manager), renewed)
    with pytest.raises(Refused, match="撤回"):
        actions.accept_as_new(token_of(renewed), username="wangyi", password=PASSWORD, name="王一")


def test_somebody_known_accepts_with_their_account():
    invitation = invited()
    known = membership_as(Role.CITY_OFFICER)
    joined = actions.accept(viewing(known), token_of(invitation))
    assert joined.person == known.person
    assert Membership.objects.filter(person=known.person, ended_at=None).count() == 2


@pytest.mark.parametrize(
    ("held", "offered"),
    [
        (Role.AUDITOR, Role.DISTRICT_OFFICER),
        (Role.ADMINISTRATOR, Role.DISTRICT_LEAD),
        (Role.INSPECTOR, Role.DISTRICT_OFFICER),
        (Role.ENTERPRISE_LEAD, Role.DISTRICT_OFFICER),
    ],
)
def test_roles_that_exclude_each_other_are_refused(held: Role, offered: Role):
    known = membership_as(held)
    invitation = invited(offered)
    with pytest.raises(Refused, match="互相排斥"):
        actions.accept(viewing(known), token_of(invitation))
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_an_ended_or_expired_membership_excludes_nothing():
    known = membership_as(Role.ENTERPRISE_LEAD)
    known.ended_at = timezone.now()
    known.save()
    joined = actions.accept(viewing(known), token_of(invited()))
    assert joined.role == Role.DISTRICT_OFFICER


def test_nobody_accepts_their_own_invitation():
    manager = administering(Role.DISTRICT_LEAD)
    invitation = actions.invite(viewing(manager), manager.organisation, role=Role.DISTRICT_LEAD, name="自己")
    with pytest.raises(Refused, match="自己发出"):
        actions.accept(viewing(manager), token_of(invitation))


def test_roles_must_fit_the_kind_of_organisation():
    manager = administering(Role.DISTRICT_LEAD)
    for role in (Role.CITY_LEAD, Role.ENTERPRISE_LEAD, Role.ADMINISTRATOR, Role.PUBLIC):
        with pytest.raises(Refused, match="不能担任"):
            actions.invite(viewing(manager), manager.organisation, role=role, name="某人")


def test_only_who_looks_after_the_members_invites():
    member = membership_as(Role.DISTRICT_LEAD)
    with pytest.raises(PermissionDenied):
        actions.invite(viewing(member), member.organisation, role=Role.DISTRICT_OFFICER, name="某人")
    foreign = administering(Role.DISTRICT_LEAD, district="330106")
    with pytest.raises(PermissionDenied):
        actions.invite(viewing(foreign), member.organisation, role=Role.DISTRICT_OFFICER, name="某人")
    for keeper in (Role.SECURITY_OFFICER, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            actions.invite(viewing(membership_as(keeper)), member.organisation, role=Role.DISTRICT_OFFICER, name="某人")


def test_the_services_administrator_appoints_administrators_only():
    keeper = viewing(membership_as(Role.ADMINISTRATOR))
    office = organisation_for(Role.DISTRICT_LEAD)
    with pytest.raises(Refused, match="只为其他组织设立管理员"):
        actions.invite(keeper, office, role=Role.DISTRICT_OFFICER, name="某人")
    made = actions.invite(keeper, office, role=Role.DISTRICT_LEAD, name="某人", administers=True)
    assert made.administers


def test_mail_carries_the_link_and_proves_the_address(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(email="Wang@example.com", site="https://zongbu.example")
    (sent,) = mail.outbox
    assert sent.to == ["Wang@example.com"]
    assert f"https://zongbu.example{actions.link_of(invitation)}" in sent.body
    joined = actions.accept_as_new(token_of(invitation), username="wangyi", password=PASSWORD, name="王一")
    assert EmailAddress.objects.get(user=joined.person, verified=True).email == "wang@example.com"
    told = last()
    assert "wang" not in str(told.after).lower()


def test_password_and_username_are_checked():
    invitation = invited()
    Person.objects.create(username="WangYi", name="另一位")
    with pytest.raises(ValidationError):
        actions.accept_as_new(token_of(invitation), username="wangyi", password=PASSWORD, name="王一")
    for weak in ("short", "alllowercaseletters", "wangsan-wangsan-A1x"[:11]):
        with pytest.raises(ValidationError):
            actions.accept_as_new(token_of(invitation), username="wangsan", password=weak, name="王一")
    assert not Person.objects.filter(username="wangsan").exists()


def test_the_page_makes_an_account(client: Client):
    link = actions.link_of(invited())
    page = client.get(link)
    assert page.status_code == 200 and "区县经办人" in page.content.decode()
    wrong = client.post(link, form(name="王一", username="wangyi", password=PASSWORD, password_again="x"))
    assert wrong.status_code == 200 and "两次输入的密码不一致" in wrong.content.decode()
    assert "wangyi" in wrong.content.decode(), "what was typed is kept"
    sent = form(name="王一", username="wangyi", password=PASSWORD, password_again=PASSWORD)
    done = client.post(link, sent)
    assert done.status_code == 302 and done["Location"] == "/accounts/login/"
    again = client.post(link, sent)
    assert again.status_code in (302, 410)
    assert Person.objects.filter(username="wangyi").count() == 1


def test_the_page_lets_somebody_known_accept():
    link = actions.link_of(invited())
    known = membership_as(Role.CITY_OFFICER)
    client = client_for(known.person)
    assert "接受邀请" in client.get(link).content.decode()
    assert client.post(link, form())["Location"] == "/desk/"
    desk = client.get("/people/profile/").content.decode()
    assert "区县经办人" in desk and "当前" in desk
    assert client.get(link).status_code == 410
