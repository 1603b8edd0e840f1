"""Every route, asked for in every role with real requests, against the declared table.

What a route with parameters is asked with stands in ``route_arguments.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from tests.desk.conftest import membership_as
from tests.desk.route_arguments import Given, Maker, given
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import READ_ONLY, Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.people.access import CLOSED, Access, routes
from zongbu.desk.people.models import Person
from zongbu.desk.people.viewers import viewer_as

SIGN_IN = "/accounts/login/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

TECHNICAL = frozenset({"django_session", "usersessions_usersession"})
"""Tables that asking for a page may write: when a session was last used."""
WRITES = re.compile(r'^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|MERGE\s+INTO)\s+"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True)
class Route:
    """A route of the URLconf: its full name, or its address where it has none."""

    name: str
    address: str

    @property
    def named(self) -> bool:
        return bool(self.name.rpartition(":")[2])


@dataclass(frozen=True)
class Visitor:
    """Who asks."""

    viewer: Viewer
    client: Client

    def __str__(self) -> str:
        return f"{self.viewer.role}{' who administers' if self.viewer.administers else ''}"


NOTHING_THERE = frozenset(
    {"api-v1:api-root", "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_view_recovery_codes"}
)
"""Nothing is found here by rights: the interface has no front page, and the visitors hold no second factor."""


def every_route() -> list[Route]:
    """All routes of the project, once each."""

    def walk(patterns: list[Any], spaces: tuple[str, ...], prefix: str) -> Iterator[Route]:
        for one in patterns:
            address = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                inner = (*spaces, one.namespace) if one.namespace else spaces
                yield from walk(one.url_patterns, inner, address)
            elif isinstance(one, URLPattern):
                yield Route(":".join((*spaces, one.name or "")), address)

    return list(dict.fromkeys(walk(get_resolver().url_patterns, (), "")))


NAMED = sorted({route.name for route in every_route() if route.named})


def visitor(role: Role, *, administers: bool = False) -> Visitor:
    client = Client(raise_request_exception=False)
    if role == Role.PUBLIC:
        return Visitor(PUBLIC, client)
    membership = membership_as(role)
    membership.administers = administers
    membership.save()
    client.force_login(membership.person, backend=BACKEND)
    return Visitor(viewer_as(membership, membership.person), client)


def address_of(name: str, made: dict[Maker, Given]) -> str:
    """The address of a route; raises LookupError where nobody has said what stands in it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, kwargs=given(name, made)[0])


def fault_of(access: Access, visitor: Visitor, status: int, location: str, kind: str, *, writes: bool) -> str:
    """What contradicts the table in an answer; empty if nothing does."""
    to_sign_in = location.startswith(SIGN_IN)
    if status >= 500:
        return f"breaks ({status})"
    if access == CLOSED:
        return "" if status == 404 else f"is closed, yet answers {status}"
    if not access.admits(visitor.viewer, writes=writes):
        if visitor.viewer.signed_in:
            return "" if status == 403 else f"is refused by the table, yet answers {status}"
        return "" if to_sign_in else f"has to lead to the sign-in page, yet answers {status} {location}"
    if status == 401 and kind.startswith("application/problem+json"):
        return ""  # a token decides
    if status in (401, 403) and not (access.entrance and status == 401):
        return f"is allowed by the table, yet answers {status}"
    if to_sign_in and not access.entrance:
        return "is allowed by the table, yet leads to the sign-in page"
    return ""


# --- the table ---------------------------------------------------------------------------------------------


def test_every_route_is_declared():
    undeclared = [name for name in NAMED if name not in routes()]
    assert not undeclared, f"declare these in their app's access.py: {undeclared}"


def test_every_declaration_has_its_route():
    missing = [name for name in routes() if name not in NAMED and not name.startswith(("api-v1:",))]
    assert not missing, f"declared, but there is no such route: {missing}"


def test_a_route_that_nobody_declares_is_closed(db: None):
    for route in every_route():
        if route.named or "<" in route.address or "(" in route.address:
            continue
        for role in (Role.PUBLIC, Role.CITY_LEAD):
            status = visitor(role).client.get(f"/{route.address}").status_code
            assert status in (403, 404), f"{route.address} has no name and answers {status}"


def test_an_undeclared_route_answers_nobody(db: None, monkeypatch: pytest.MonkeyPatch):
    known = dict(routes())
    del known["people:members"]
    monkeypatch.setattr("zongbu.desk.people.access.routes", lambda: known)
    for role in Role:
        assert visitor(role).client.get("/people/members/").status_code == 403


# --- the walk ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("counted_once")
@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_route_keeps_to_the_table(role: Role):
    made: dict[Maker, Given] = {}
    plain = visitor(role)
    managing = visitor(role, administers=True) if role != Role.PUBLIC else plain
    faults = []
    for name in NAMED:
        access = routes().get(name)
        if access is None:
            continue  # told by another test
        try:
            address = address_of(name, made)
        except LookupError as missing:
            faults.append(str(missing))
            continue
        for asking in (plain, managing) if access.administers else (plain,):
            with _Watch() as watch:
                answer = asking.client.get(address)
                if answer.streaming:
                    for _part in answer.streaming_content:
                        pass
            location = answer.headers.get("Location", "")
            kind = answer.headers.get("Content-Type", "")
            if fault := fault_of(access, asking, answer.status_code, location, kind, writes=False):
                faults.append(f"GET {name} as {asking}: {fault}")
            if watch.written:
                faults.append(f"GET {name} as {asking}: writes {', '.join(sorted(watch.written))}")
            if name == "account_logout":
                continue  # would end the walk
            if not access.admits(asking.viewer, writes=True) or access == CLOSED:
                answer = asking.client.post(address)
                location = answer.headers.get("Location", "")
                if fault := fault_of(access, asking, answer.status_code, location, "", writes=True):
                    faults.append(f"POST {name} as {asking}: {fault}")
    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("counted_once")
@pytest.mark.django_db
def test_somebody_gets_an_answer_from_every_route():
    """Otherwise the walk would only prove that nothing is found."""
    made: dict[Maker, Given] = {}
    visitors = [visitor(role, administers=True) for role in Role if role != Role.PUBLIC] + [visitor(Role.PUBLIC)]
    silent = []
    for name in NAMED:
        access = routes().get(name)
        if access is None or access == CLOSED or name in NOTHING_THERE:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            try:
                arguments, real = given(name, made)
            except LookupError:
                continue  # told by another test
            if not real:
                continue
            address = reverse(name, kwargs=arguments)
        got = set()
        for asking in visitors:
            if access.admits(asking.viewer):
                got.add(asking.client.get(address).status_code)
                if any(status < 400 or status in (401, 405) for status in got):
                    break
        else:
            silent.append(f"{name}: {sorted(got)}")
    assert not silent, "nobody gets an answer from these:\n" + "\n".join(silent)


@pytest.mark.usefixtures("counted_once")
@pytest.mark.django_db
def test_who_only_reads_sends_no_form():
    made: dict[Maker, Given] = {}
    reader = visitor(Role.AUDITOR)
    assert {Role.AUDITOR} == READ_ONLY
    for name in NAMED:
        access = routes().get(name)
        if access is None or access.own or access.entrance or access == CLOSED or Role.PUBLIC in access.roles:
            continue
        try:
            address = address_of(name, made)
        except LookupError:
            continue
        before = Entry.objects.count()
        assert reader.client.post(address).status_code == 403, name
        assert Entry.objects.count() == before, name


@pytest.mark.django_db
def test_somebody_without_a_membership_reaches_their_own_account_only():
    person = Person.objects.create(username="nobody", name="无人")
    client = Client()
    client.force_login(person, backend=BACKEND)
    for name in NAMED:
        access = routes().get(name)
        if access is None or "<" in name:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if Role.PUBLIC not in access.roles and access != CLOSED and not access.tokens:
            answer = client.get(address)
            assert (answer.status_code, answer.headers.get("Location")) == (302, "/people/profile/"), name
    assert client.get("/people/profile/").status_code == 200


class _Watch:
    """Notes which tables are written while it watches, sessions aside."""

    def __init__(self) -> None:
        self.written: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[1].lower() not in TECHNICAL:
            self.written.add(found[1].lower())
        return execute(sql, params, many, context)

    def __enter__(self) -> _Watch:
        self._wrapped = connection.execute_wrapper(self)
        self._wrapped.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.__exit__(*error)
