"""Single sign-on by OpenID Connect, against a provider on this machine: known persons only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import acts, last, signed_in, viewing
from tests.desk.people.provider import Provider, running
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions
from zongbu.desk.people.models import Person

pytestmark = pytest.mark.django_db
HERE = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running() as made:
        app = {
            "provider_id": "sso",
            "name": "统一身份认证",
            "client_id": made.client_id,
            "secret": made.secret,
            "settings": {"server_url": made.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        made.person = {"sub": "gov-4711", "preferred_username": "zhang", "name": "张三"}
        yield made


@pytest.fixture
def person() -> Person:
    return membership_as(Role.CITY_OFFICER).person


def proven(person: Person, email: str) -> None:
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)


def sign_on(client: Client, provider: Provider, **more: str) -> Any:
    led = client.post(HERE, more)
    assert led.status_code == 302, led.content.decode()
    return client.get(f"{HERE}callback/", provider.authorize(led["Location"]))


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_asking_is_not_signing_on(client: Client, provider: Provider):
    assert "统一身份认证" in client.get("/accounts/login/").content.decode()
    page = client.get(HERE)
    assert page.status_code == 200 and not provider.codes


def test_a_proven_address_on_both_sides_finds_the_person(client: Client, provider: Provider, person: Person):
    proven(person, "zhang@hz.gov.cn")
    provider.person |= {"email": "Zhang@HZ.gov.cn", "email_verified": True}
    answer = sign_on(client, provider)
    assert answer["Location"] == "/desk/" and inside(client)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert acts()[-2:] == ["people.link_sign_on", "people.sign_in"]
    assert last().after == {"methods": ["sso"]}
    client.post("/accounts/logout/")
    provider.person.pop("email")
    sign_on(client, provider)
    assert inside(client), "once linked, the provider's own number suffices"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"email": "zhang@hz.gov.cn", "email_verified": False},
        {"email": "zhang@hz.gov.cn"},
        {"email": "other@hz.gov.cn", "email_verified": True},
        {"preferred_username": "the-same-name"},
    ],
)
def test_strangers_are_turned_away_with_a_page_that_says_why(
    client: Client, provider: Provider, person: Person, told: dict[str, Any]
):
    Person.objects.filter(pk=person.pk).update(username="the-same-name")
    proven(person, "zhang@hz.gov.cn")
    provider.person |= told
    before = Person.objects.count()
    answer = sign_on(client, provider)
    assert answer.status_code == 403 and "不会自动建立账号" in answer.content.decode()
    assert not inside(client)
    assert (Person.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert acts()[-1] == "people.sign_on_unknown"


def test_an_address_that_was_only_typed_proves_nothing(client: Client, provider: Provider, person: Person):
    """Somebody might have registered with a foreign address and wait for its owner to sign on."""
    Person.objects.filter(pk=person.pk).update(email="zhang@hz.gov.cn")
    EmailAddress.objects.create(user=person, email="zhang@hz.gov.cn", verified=False)
    provider.person |= {"email": "zhang@hz.gov.cn", "email_verified": True}
    assert sign_on(client, provider).status_code == 403
    assert not inside(client)


def test_who_has_signed_in_links_their_account(provider: Provider, person: Person):
    client = signed_in(person)
    led = client.post(f"{HERE}?process=connect")
    client.get(f"{HERE}callback/", provider.authorize(led["Location"]))
    assert SocialAccount.objects.get().user == person
    assert "people.link_sign_on" in acts()
    again = Client()
    sign_on(again, provider)
    assert inside(again)


def test_a_locked_account_stays_outside(client: Client, provider: Provider, person: Person):
    proven(person, "zhang@hz.gov.cn")
    provider.person |= {"email": "zhang@hz.gov.cn", "email_verified": True}
    actions.lock(viewing(membership_as(Role.SECURITY_OFFICER)), person, reason="离岗")
    sign_on(client, provider)
    assert not inside(client)


def test_the_second_factor_is_asked_for_all_the_same(client: Client, provider: Provider, person: Person):
    proven(person, "zhang@hz.gov.cn")
    provider.person |= {"email": "zhang@hz.gov.cn", "email_verified": True}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert sign_on(client, provider)["Location"] == "/accounts/2fa/authenticate/"
    assert not inside(client)


def test_a_forged_answer_is_refused(client: Client, provider: Provider, person: Person):
    proven(person, "zhang@hz.gov.cn")
    provider.person |= {"email": "zhang@hz.gov.cn", "email_verified": True}
    led = client.post(HERE)
    good = provider.authorize(led["Location"])
    stranger = Client()
    stranger.get(f"{HERE}callback/", good)
    assert not inside(stranger), "the state belongs to another browser"
    client.get(f"{HERE}callback/", good | {"code": "made-up"})
    assert not inside(client)


def test_tokens_of_another_issuer_are_refused(client: Client, provider: Provider, person: Person):
    proven(person, "zhang@hz.gov.cn")
    provider.person |= {"email": "zhang@hz.gov.cn", "email_verified": True}
    provider.issuer = "https://evil.example"
    sign_on(client, provider)
    assert not inside(client)


def test_without_a_provider_there_is_no_such_page(client: Client):
    assert client.get(HERE).status_code == 404
    assert "统一身份认证" not in client.get("/accounts/login/").content.decode()
