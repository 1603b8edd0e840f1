"""Lists of people, accounts, registrations, tokens and imports take as many queries for ten rows as for two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import membership_as, organisation_for
from zongbu.desk.api.models import Token
from zongbu.desk.enterprises.models import ImportRun
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Invitation, Membership, Person, Registration
from zongbu.desk.people.viewers import viewer_as

pytestmark = pytest.mark.django_db


def members(number: int) -> None:
    for place in range(number):
        made = membership_as(Role.CITY_OFFICER, name=f"成员{place}")
        Invitation.objects.create(
            organisation=made.organisation,
            role=Role.CITY_OFFICER,
            email=f"{place}@example.cn",
            name=f"受邀{place}",
            invited_by=made.person,
            nonce=f"{Invitation.objects.count():043d}",
            expires_at=timezone.now() + timedelta(days=3),
        )


def waiting_members(number: int) -> None:
    for _place in range(number):
        made = membership_as(Role.CITY_LEAD)
        other = membership_as(Role.CITY_OFFICER).person
        Membership.objects.filter(pk=made.pk).update(confirmed_at=None, proposed_by=other, proposed_at=timezone.now())


def organisations(number: int) -> None:
    for _place in range(number):
        count = Person.objects.count()
        membership_as(Role.ENTERPRISE_LEAD, uscc=f"91330100MA27{count:06d}")


def registrations(number: int) -> None:
    for _place in range(number):
        count = Registration.objects.count()
        person = Person.objects.create(username=f"new-{count}", name="新", is_active=False)
        Registration.objects.create(
            state="submitted",
            receipt=f"ZC20260101-{count:05d}",
            code_digest="x",
            uscc=f"91330100MA28{count:06d}",
            name=f"企业{count}",
            district="330108",
            contact_name="甲",
            contact_phone="1",
            contact_email="a@example.cn",
            account=person,
            account_is_new=True,
        )


def sign_ins(number: int) -> None:
    from django.db import transaction

    for _place in range(number):
        made = membership_as(Role.DISTRICT_OFFICER)
        with transaction.atomic():
            journal.record("people.sign_in", viewer_as(made, made.person), made.person)


def tokens(number: int) -> None:
    made = membership_as(Role.CITY_OFFICER)
    for _place in range(number):
        Token.objects.create(
            membership=made,
            organisation=made.organisation,
            name="程序",
            prefix=f"p{Token.objects.count():09d}",
            digest="x",
            expires_at=timezone.now() + timedelta(days=30),
        )


def imports(number: int) -> None:
    made = membership_as(Role.CITY_OFFICER)
    for _place in range(number):
        ImportRun.objects.create(
            file_name="登记.csv",
            size=1,
            sha256="x",
            source_name="登记库",
            valid_from=timezone.localdate(),
            year=2025,
            uploaded_by=made.person,
            organisation=made.organisation,
            membership=made,
        )


LISTS: list[tuple[str, Role, Callable[[int], None]]] = [
    ("people:members", Role.CITY_LEAD, members),
    ("people:confirmations", Role.CITY_LEAD, waiting_members),
    ("people:organisations", Role.ADMINISTRATOR, organisations),
    ("people:registrations", Role.DISTRICT_OFFICER, registrations),
    ("people:security", Role.SECURITY_OFFICER, organisations),
    ("people:sign_ins", Role.SECURITY_OFFICER, sign_ins),
    ("api:tokens", Role.CITY_LEAD, tokens),
    ("enterprises:imports", Role.CITY_OFFICER, imports),
]


@pytest.mark.parametrize(("route", "role", "more"), LISTS, ids=[route for route, _role, _more in LISTS])
def test_as_many_queries_for_ten_rows_as_for_two(route: str, role: Role, more: Callable[[int], None]) -> None:
    client = Client()
    organisation_for(role)
    looking = membership_as(role)
    Membership.objects.filter(pk=looking.pk).update(administers=True)
    client.force_login(looking.person, backend="allauth.account.auth_backends.AuthenticationBackend")

    def queries() -> int:
        assert client.get(reverse(route)).status_code == 200
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse(route)).status_code == 200
        return len(made)

    more(2)
    few = queries()
    more(8)
    assert queries() == few
