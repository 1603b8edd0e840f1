"""The security officer: accounts, sessions, factors; separated from administrators and auditors."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import (
    PASSWORD,
    administering,
    client_for,
    form,
    last,
    signed_in,
    viewing,
    with_password,
)
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions, queries, rules
from zongbu.desk.people.models import Membership

pytestmark = pytest.mark.django_db

ACTS = (
    actions.lock, actions.unlock, actions.end_sessions, actions.reset_factors, actions.require_new_password,
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_only_the_security_officer_and_never_on_oneself(act):
    member = membership_as(Role.CITY_OFFICER)
    for role in set(Role) - {Role.PUBLIC, Role.SECURITY_OFFICER}:
        with pytest.raises(PermissionDenied):
            act(viewing(administering(role)), member.person, reason="不该")
    officer = membership_as(Role.SECURITY_OFFICER)
    with pytest.raises(Refused, match="自己"):
        act(viewing(officer), officer.person, reason="自己")
    with pytest.raises(Refused, match="理由"):
        act(viewing(officer), member.person, reason="")


def test_the_security_officer_looks_after_no_members_and_the_administrator_after_no_factors():
    officer, keeper = membership_as(Role.SECURITY_OFFICER), membership_as(Role.ADMINISTRATOR)
    member = membership_as(Role.CITY_OFFICER)
    assert not actions.may_administer(viewing(officer), member.organisation)
    assert not actions.may_administer(viewing(administering(Role.AUDITOR)), officer.organisation)
    assert queries.account(viewing(keeper), member.person.pk) is None


def test_locking_ends_the_sessions_at_once_and_unlocking_opens_again():
    officer, member = viewing(membership_as(Role.SECURITY_OFFICER)), membership_as(Role.CITY_OFFICER)
    person = with_password(member)
    client = signed_in(person)
    assert client.get("/people/profile/").status_code == 200
    actions.lock(officer, person, reason="电脑被盗")
    assert UserSession.objects.filter(user=person).count() == 0
    led = client.get("/people/profile/")
    assert led.status_code == 302 and led["Location"].startswith("/accounts/login/")
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert last().act == "people.sign_in_failed"
    actions.unlock(officer, person, reason="已找回")
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_resetting_factors_ends_sessions_too():
    officer, member = viewing(membership_as(Role.SECURITY_OFFICER)), membership_as(Role.CITY_OFFICER)
    client = signed_in(member.person)
    Authenticator.objects.create(user=member.person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert actions.reset_factors(officer, member.person, reason="手机丢失，已当面核实") == 1
    assert not Authenticator.objects.filter(user=member.person).exists()
    assert client.get("/people/profile/").status_code == 302
    assert (last().act, last().before) == ("people.reset_factors", {"factors": ["totp"]})


def test_the_desk():
    officer, member = membership_as(Role.SECURITY_OFFICER), membership_as(Role.CITY_OFFICER, name="钱七")
    client = client_for(officer.person)
    page = client.get("/people/security/?q=钱").content.decode()
    assert "钱七" in page and "12" in page and "第二因素" in page
    account = client.get(f"/people/security/accounts/{member.person.pk}/").content.decode()
    assert "锁定账号" in account and "解除锁定" not in account
    assert client.get(f"/people/security/accounts/{member.person.pk}/lock/").status_code == 200
    done = client.post(f"/people/security/accounts/{member.person.pk}/lock/", form(reason="离岗"))
    assert done.status_code == 302
    assert "离岗" in client.get(f"/people/security/accounts/{member.person.pk}/").content.decode()
    assert client.get(f"/people/security/accounts/{member.person.pk}/nonsense/").status_code == 404
    own = client.get(f"/people/security/accounts/{officer.person.pk}/").content.decode()
    assert "另一位安全管理员" in own
    assert "登录" in client.get("/people/security/sign-ins/").content.decode()


def test_ones_own_sessions():
    member = membership_as(Role.CITY_OFFICER)
    here, there = signed_in(member.person), signed_in(member.person)
    foreign = client_for(membership_as(Role.CITY_OFFICER).person)
    session = UserSession.objects.get(session_key=there.session.session_key)
    assert here.get("/people/profile/").content.decode().count("<td>127.0.0.1</td>") == 2
    foreign.post(f"/people/profile/sessions/{session.pk}/end/")
    assert there.get("/people/profile/").status_code == 200
    assert here.post(f"/people/profile/sessions/{session.pk}/end/").status_code == 302
    assert last().act == "people.end_own_session"
    assert there.get("/people/profile/").status_code == 302
    assert here.post(f"/people/profile/sessions/{session.pk}/end/").status_code == 302


def test_the_librarys_page_ends_all_others_and_the_journal_tells_it():
    member = membership_as(Role.CITY_OFFICER)
    here, there = signed_in(member.person), signed_in(member.person)
    here.post("/accounts/sessions/")
    assert there.get("/people/profile/").status_code == 302
    assert here.get("/people/profile/").status_code == 200
    assert last().act == "people.end_own_session"


def test_the_last_administrator_of_the_service_is_not_locked():
    officer, keeper = viewing(membership_as(Role.SECURITY_OFFICER)), membership_as(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.lock(officer, keeper.person, reason="可疑")
    second = membership_as(Role.ADMINISTRATOR)
    actions.lock(officer, keeper.person, reason="可疑")
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.lock(officer, second.person, reason="可疑")
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.end_membership(viewing(administering(Role.SECURITY_OFFICER)), second, reason="离职")


def test_who_could_be_the_last_administrator_is_held_before_it_is_decided(monkeypatch: pytest.MonkeyPatch):
    """All administrators of the service by their keys, wherever they are; SQLite has no such lock to look at."""
    officer, keeper = viewing(membership_as(Role.SECURITY_OFFICER)), membership_as(Role.ADMINISTRATOR)
    office, second = administering(Role.DISTRICT_LEAD), administering(Role.ADMINISTRATOR)
    held: list[list[int]] = []
    real = rules._hold

    def watched(which: Q) -> dict[int, Membership]:
        rows = real(which)
        held.append(list(rows))
        return rows

    monkeypatch.setattr(rules, "_hold", watched)
    actions.lock(officer, membership_as(Role.CITY_OFFICER).person, reason="可疑")
    actions.end_membership(viewing(second), keeper, reason="离职")
    with pytest.raises(Refused):
        actions.end_membership(viewing(office), office, reason="离职")
    assert held == [[keeper.pk, second.pk], [keeper.pk, second.pk], [office.pk, second.pk]]
