"""Signing in: password, second factor, lock-out, time-out; all of it in the journal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import (
    PASSWORD,
    acts,
    administering,
    client_for,
    form,
    last,
    signed_in,
    viewing,
    with_password,
)
from tests.desk.people.passkey import Passkey
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions
from zongbu.desk.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> Iterator[None]:
    """Counts of attempts and used codes are kept in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person() -> Person:
    return with_password(membership_as(Role.CITY_OFFICER))


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": name, "password": password}, **more)


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str, *, shift: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + shift))


def with_totp(client: Client) -> str:
    """Set up an authenticator app for whoever has signed in; returns its secret."""
    client.get("/accounts/2fa/totp/activate/")
    secret: str = client.session[SECRET_SESSION_KEY]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret, shift=-1)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


# --- password ----------------------------------------------------------------------------------------------


def test_signing_in_and_out_is_in_the_journal(client: Client, person: Person):
    assert sign_in(client, person.username.upper())["Location"] == "/desk/"
    told = last()
    assert (told.act, told.person, told.address, told.after) == (
        "people.sign_in", person.pk, "127.0.0.1", {"methods": ["password"]},
    )  # fmt: skip
    assert client.get("/accounts/logout/").status_code == 200 and inside(client), "asking is not doing"
    client.post("/accounts/logout/")
    assert not inside(client)
    assert (last().act, last().person) == ("people.sign_out", person.pk)


def test_failures_are_told_without_what_was_typed(client: Client, person: Person):
    sign_in(client, person.username, "Wrong-Password-1")
    sign_in(client, "my-secret-password-typed-as-name", "x")
    one, two = Entry.objects.filter(act="people.sign_in_failed").order_by("sequence")
    assert one.after["username"] == person.username and one.subject == str(person.pk)
    assert two.after["username"] == "(unknown)"
    told = "".join(f"{entry.before}{entry.after}{entry.subject_name}" for entry in Entry.objects.all())
    assert "Wrong-Password" not in told and "my-secret" not in told


def test_nobody_makes_an_account_for_themselves(client: Client):
    for path in ("signup/", "email/", "confirm-email/", "login/code/confirm/", "3rdparty/signup/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_the_answer_does_not_tell_whether_a_name_exists(client: Client, person: Person):
    known = sign_in(client, person.username, "x").content.decode()
    unknown = sign_in(client, "nobody-of-that-name", "x").content.decode()
    assert "username and/or password" not in known
    message = "用户名和密码不匹配"
    assert (message in known) == (message in unknown)


# --- lock-out ----------------------------------------------------------------------------------------------


def test_five_failures_lock_out_even_the_right_password(client: Client, person: Person):
    for _attempt in range(4):
        assert sign_in(client, person.username, "x").status_code == 200
    locked = sign_in(client, person.username, "x")
    page = locked.content.decode()
    assert locked.status_code == 429 and "锁定 30 分钟" in page and "安全管理员" in page
    assert locked["Retry-After"] == "1800"
    right = sign_in(client, person.username)
    assert right.status_code == 429 and not inside(client)
    assert acts().count("people.locked_out") == 1
    assert last().act == "people.sign_in_failed" and last().after["while_locked_out"] is True


def test_capitals_and_spaces_are_the_same_name(client: Client, person: Person):
    for name in (person.username, person.username.upper(), f" {person.username}", person.username.title(), "x"):
        sign_in(client, name, "x")
    assert sign_in(client, person.username.upper(), "x").status_code == 429
    assert AccessAttempt.objects.filter(username=person.username).exists()


def test_the_lock_out_is_for_one_name_from_one_place_and_ends_by_itself(client: Client, person: Person):
    for _attempt in range(5):
        sign_in(client, person.username, "x")
    other = Client(REMOTE_ADDR="10.9.8.7")
    sign_in(other, person.username)
    assert inside(other), "somebody else's guessing keeps nobody out elsewhere"
    neighbour = with_password(membership_as(Role.DISTRICT_OFFICER))
    sign_in(client, neighbour.username)
    assert inside(client)
    client.post("/accounts/logout/")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    sign_in(client, person.username)
    assert inside(client)


def test_success_forgets_earlier_failures(client: Client, person: Person):
    for _attempt in range(4):
        sign_in(client, person.username, "x")
    sign_in(client, person.username)
    client.post("/accounts/logout/")
    assert sign_in(client, person.username, "x").status_code == 200


def test_the_security_officer_lifts_a_lock_out(client: Client, person: Person):
    for _attempt in range(5):
        sign_in(client, person.username, "x")
    officer = client_for(membership_as(Role.SECURITY_OFFICER).person)
    assert person.username in officer.get("/people/security/").content.decode()
    officer.post("/people/security/lift/", form(username=person.username, reason="本人核实"))
    assert acts()[-1] == "people.lift_lockout"
    sign_in(client, person.username)
    assert inside(client)


def test_guessing_from_many_places_ends_too(client: Client, person: Person):
    for number in range(20):
        sign_in(Client(REMOTE_ADDR=f"10.0.{number}.1"), person.username, "x")
    late = Client(REMOTE_ADDR="10.1.1.1")
    sign_in(late, person.username)
    assert not inside(late)


def test_an_address_that_somebody_made_up_is_not_believed(settings, client: Client, person: Person):
    sign_in(client, person.username, HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert last().address == "127.0.0.1"
    settings.BEHIND_PROXY = True
    sign_in(Client(), person.username, HTTP_X_FORWARDED_FOR="1.2.3.4, 10.0.0.7")
    assert last().address == "10.0.0.7", "the proxy's own note is the last one"


# --- second factor -----------------------------------------------------------------------------------------


def test_totp_is_set_up_and_asked_for(person: Person):
    secret = with_totp(signed_in(person))
    assert acts()[-2:] == ["people.factor_added", "people.factor_added"], "the app, and recovery codes"
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored, "kept encrypted"
    client = Client()
    asked = sign_in(client, person.username)
    assert asked["Location"] == "/accounts/2fa/authenticate/" and not inside(client)
    assert client.get("/people/profile/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200 and acts()[-1] == "people.factor_failed"
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert inside(client)
    assert last().after == {"methods": ["password", "totp"]}


def test_a_code_works_once(person: Person):
    secret = with_totp(signed_in(person))
    used = code(secret)
    for expected in (True, False):
        client = Client()
        sign_in(client, person.username)
        client.post("/accounts/2fa/authenticate/", {"code": used})
        assert inside(client) is expected


def test_guessing_codes_locks_out_like_guessing_passwords(person: Person):
    secret = with_totp(signed_in(person))
    client = Client()
    sign_in(client, person.username)
    for _attempt in range(4):
        assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 429
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert not inside(client)
    assert sign_in(Client(), person.username).status_code == 429
    assert acts().count("people.factor_failed") == 5 and "people.locked_out" in acts()
    assert acts().count("people.sign_in_failed") == 1, "a failure is told once: only the last one was a password"


def test_recovery_codes_stand_in_once(person: Person):
    with_totp(signed_in(person))
    codes = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for expected in (True, False):
        client = Client()
        sign_in(client, person.username)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert inside(client) is expected


def test_a_passkey_is_set_up_and_signs_in_alone(person: Person):
    client = signed_in(person)
    passkey = Passkey()
    page = client.get("/accounts/2fa/webauthn/add/")
    made = passkey.create(page.context["js_data"]["creation_options"])
    sent = {"name": "笔记本", "passwordless": "on", "credential": json.dumps(made)}
    assert client.post("/accounts/2fa/webauthn/add/", sent).status_code == 302
    assert "people.factor_added" in acts()

    second = Client()
    asked = sign_in(second, person.username)
    assert asked["Location"] == "/accounts/2fa/authenticate/"
    options = second.get("/accounts/2fa/authenticate/").context["js_data"]["request_options"]
    second.post("/accounts/2fa/authenticate/", {"credential": json.dumps(passkey.get(options))})
    assert inside(second)

    alone = Client()
    options = alone.get("/accounts/2fa/webauthn/login/", HTTP_X_REQUESTED_WITH="XMLHttpRequest").json()
    credential = json.dumps(passkey.get(options["request_options"]))
    alone.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert inside(alone)
    assert last().after == {"methods": ["webauthn"]}

    stranger = Client()
    options = stranger.get("/accounts/2fa/webauthn/login/", HTTP_X_REQUESTED_WITH="XMLHttpRequest").json()
    forged = Passkey()
    forged.identifier, forged.owner = passkey.identifier, passkey.owner
    stranger.post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(forged.get(options["request_options"]))})
    assert not inside(stranger)


def test_without_a_second_factor_nothing_else_opens(settings, person: Person):
    settings.SECOND_FACTOR = True
    client = signed_in(person)
    for path in ("/desk/", "/people/members/", "/people/profile/", "/"):
        assert client.get(path)["Location"] == "/accounts/2fa/", path
    assert client.post("/people/profile/act-as/", {"membership": "1"})["Location"] == "/accounts/2fa/"
    page = client.get("/accounts/2fa/")
    assert page.status_code == 200 and "第二因素" in page.content.decode()
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200
    with_totp(client)
    assert client.get("/people/profile/").status_code == 200
    assert Client().get("/").status_code == 200, "the public needs none"


def test_whose_factors_were_reset_has_to_set_one_up_again(settings, person: Person):
    settings.SECOND_FACTOR = True
    with_totp(signed_in(person))
    actions.reset_factors(viewing(membership_as(Role.SECURITY_OFFICER)), person, reason="手机丢失")
    again = signed_in(person)
    assert again.get("/desk/")["Location"] == "/accounts/2fa/"


def test_the_last_factor_is_not_given_up_where_one_is_demanded(settings, person: Person):
    client = signed_in(person)
    with_totp(client)
    settings.SECOND_FACTOR = True
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    settings.SECOND_FACTOR = False
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=person).exists()
    assert acts()[-2:] == ["people.factor_removed", "people.factor_removed"]


# --- passwords that have to be changed ---------------------------------------------------------------------


def change_password(client: Client, new: str) -> Any:
    return client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})


def test_a_password_given_by_somebody_else_is_changed_first(person: Person):
    actions.require_new_password(viewing(membership_as(Role.SECURITY_OFFICER)), person, reason="初始密码")
    client = signed_in(person)
    assert client.get("/desk/")["Location"] == "/accounts/password/change/"
    page = client.get("/accounts/password/change/").content.decode()
    assert "请先更换密码" in page
    assert change_password(client, PASSWORD).status_code == 200, "the same one is none"
    assert change_password(client, "Another-Fine-9-Secret").status_code == 302
    assert client.get("/people/profile/").status_code == 200
    assert "people.change_password" in acts()


def test_an_old_password_is_changed_first(settings, person: Person):
    client = signed_in(person)
    Person.objects.update(password_changed_at=timezone.now() - timedelta(days=181))
    assert client.get("/people/profile/")["Location"] == "/accounts/password/change/"
    settings.PASSWORD_DAYS = 0
    assert client.get("/people/profile/").status_code == 200


def test_another_session_ends_when_the_password_changes(person: Person):
    here, there = signed_in(person), signed_in(person)
    assert change_password(here, "Another-Fine-9-Secret").status_code == 302
    assert here.get("/people/profile/").status_code == 200
    assert there.get("/people/profile/").status_code == 302


# --- time-out ----------------------------------------------------------------------------------------------


def test_after_the_time_out_one_goes_on_where_one_was(person: Person):
    client = signed_in(person)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    led = client.get("/people/profile/?x=1")
    assert led["Location"] == "/accounts/login/?next=/people/profile/%3Fx%3D1"
    back = client.post(
        led["Location"], {"login": person.username, "password": PASSWORD, "next": "/people/profile/?x=1"}
    )
    assert back["Location"] == "/people/profile/?x=1"


def test_what_was_being_sent_is_kept_over_the_time_out():
    manager = administering(Role.DISTRICT_LEAD)
    client = signed_in(manager.person)
    Session.objects.all().delete()
    sent = form(name="王一", role="district_officer", email="", expires="", password="never-kept")
    led = client.post("/people/members/invite/", sent)
    assert led["Location"] == "/accounts/login/?next=/people/continue/"
    back = client.post(
        "/accounts/login/", {"login": manager.person.username, "password": PASSWORD, "next": "/people/continue/"}
    )
    assert back["Location"] == "/people/continue/"
    page = client.get("/people/continue/").content.decode()
    assert "王一" in page and "继续提交" in page and "never-kept" not in page
    del sent["password"]
    assert client.post("/people/members/invite/", sent)["Location"] == "/people/members/"
    assert "people.invite" in acts()
    client.post("/people/continue/discard/")
    assert client.get("/people/continue/")["Location"] == "/desk/"


def test_nobody_else_gets_to_see_what_was_being_sent():
    manager, other = administering(Role.DISTRICT_LEAD), with_password(membership_as(Role.CITY_OFFICER))
    client = signed_in(manager.person)
    Session.objects.all().delete()
    client.post("/people/members/invite/", form(name="王一", role="district_officer"))
    sign_in(client, other.username)
    assert client.get("/people/continue/")["Location"] == "/desk/"


def test_nothing_is_held_for_strangers():
    client = Client()
    led = client.post("/people/members/invite/", form(name="王一"))
    assert led["Location"] == "/accounts/login/?next=/desk/"
    assert not client.session.keys()


def test_every_request_puts_the_time_out_off(person: Person):
    client = signed_in(person)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    client.get("/people/profile/")
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=25)


def test_htmx_is_led_to_the_whole_page(client: Client):
    answer = client.get(
        "/people/members/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/people/profile/"
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/accounts/login/?next=%2Fpeople%2Fprofile%2F")
    foreign = client.get("/people/members/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="https://evil.example/")
    assert "evil" not in foreign["HX-Redirect"]


def test_nobody_is_led_to_a_foreign_site(client: Client, person: Person):
    answer = client.post(
        "/accounts/login/", {"login": person.username, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/desk/"
