"""Helpers for the tests of people: memberships in force, what the journal says, forms with their token."""

from __future__ import annotations

import secrets
from typing import Any

from django.test import Client

from tests.desk.conftest import membership_as
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership, Person
from zongbu.desk.people.viewers import viewer_as

PASSWORD = "Correct-Horse-7-Battery"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def administering(role: Role, **given: str) -> Membership:
    """A fresh member who looks after the members of the organisation."""
    membership = membership_as(role, **given)
    membership.administers = True
    membership.save()
    return membership


def viewing(membership: Membership) -> Viewer:
    return viewer_as(membership, membership.person, "10.0.0.1")


def acts() -> list[str]:
    """The acts in the journal, in order."""
    return list(Entry.objects.values_list("act", flat=True))


def last() -> Entry:
    found = Entry.objects.order_by("-sequence").first()
    assert found is not None
    return found


def form(**fields: Any) -> dict[str, Any]:
    """The fields of a form with a fresh submission token."""
    return {"submission": secrets.token_urlsafe(24), **fields}


def client_for(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def signed_in(person: Person, password: str = PASSWORD) -> Client:
    """A client that went through the sign-in page, so that its session is listed."""
    if not person.check_password(password):
        person.set_password(password)
        person.save()
    client = Client()
    answer = client.post("/accounts/login/", {"login": person.username, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def with_password(membership: Membership, password: str = PASSWORD) -> Person:
    person = membership.person
    person.set_password(password)
    person.save()
    return person
