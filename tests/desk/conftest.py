"""What the tests of the service share: people in every role, and clients that have signed in as them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.test import Client
from django.utils import translation

from zongbu.desk.config import context
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import ROLES_OF_KIND, Membership, Organisation, Person
from zongbu.desk.people.viewers import viewer_as

USCC = "91330100MA27XYZ12X"


def organisation_for(role: Role, *, district: str = "330108", uscc: str = USCC) -> Organisation:
    """An organisation whose members may hold the role."""
    kind = next(kind for kind, roles in ROLES_OF_KIND.items() if role in roles)
    of_district = kind in ("district_office", "enterprise") or role == Role.DISTRICT_FINANCE
    names = {
        "district_office": f"{district} 总部办",
        "finance": f"{district} 财政局" if of_district else "市财政局",
        "enterprise": f"示例企业 {uscc[-4:]}",
    }
    made, _ = Organisation.objects.get_or_create(
        kind=kind,
        name=names.get(kind, str(Organisation.Kind(kind).label)),
        defaults={
            "district": district if of_district else "",
            "uscc": uscc if kind == "enterprise" else "",
        },
    )
    return made


def membership_as(role: Role, *, district: str = "330108", uscc: str = USCC, name: str = "") -> Membership:
    """A fresh person who holds the role in a fitting organisation."""
    organisation = organisation_for(role, district=district, uscc=uscc)
    number = Person.objects.count() + 1
    person = Person.objects.create(username=f"{role}-{number}", name=name or f"{role} {number}")
    return Membership.objects.create(person=person, organisation=organisation, role=role)


@pytest.fixture
def person_as(db: None) -> Callable[..., Viewer]:
    """``person_as(Role.CITY_OFFICER)`` → the viewer of a fresh person in that role; PUBLIC gives the public."""

    def make(role: Role, **given: str) -> Viewer:
        if role == Role.PUBLIC:
            return Viewer()
        membership = membership_as(role, **given)
        return viewer_as(membership, membership.person)

    return make


@pytest.fixture
def client_as(db: None) -> Callable[..., Client]:
    """``client_as(Role.CITY_OFFICER)`` → a client signed in as a fresh person in that role."""

    def make(role: Role, **given: str) -> Client:
        client = Client()
        if role != Role.PUBLIC:
            client.force_login(
                membership_as(role, **given).person, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return make


@pytest.fixture
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks over very many pages: what waits for somebody is counted with the first page and kept, as the service
    does for some seconds. Within a test's transaction it would be counted for every page."""
    monkeypatch.setattr(context, "waiting_for", cache(context.waiting_for))


@pytest.fixture(autouse=True)
def _language_of_its_own() -> Iterator[None]:
    """A page that was asked for in English leaves the thread speaking it: the next test begins in Chinese."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _emptied_with_triggers_off() -> Iterator[None]:
    """Tests with real transactions empty the tables afterwards: the journal's triggers stand aside for that.

    They and the calendars come back by themselves after emptying (``post_migrate``).
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from zongbu.desk.enterprises import triggers as recorded
    from zongbu.desk.kernel.journal import triggers

    plain = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        recorded.remove(connection)
        plain(self)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = plain
