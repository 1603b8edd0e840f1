"""Nobody is led astray: every link that a role is shown leads to a page that it may see."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from zongbu.desk.demo import load
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership

OF_A_KIND = 1
"""How many pages of the same route are visited: the first stands for all."""


class Links(HTMLParser):
    """The addresses of a page's links, and what its identifiers are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.identifiers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"] or "")
        if given.get("id"):
            self.identifiers.append(given["id"] or "")


@pytest.mark.usefixtures("counted_once")
@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_link_leads_somewhere(role: Role) -> None:
    load(5, 1)
    client = Client()
    if role != Role.PUBLIC:
        membership = Membership.objects.filter(role=role).earliest("pk")
        client.force_login(membership.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    todo, seen = deque([("/", ""), *([("/desk/", "")] if role != Role.PUBLIC else [])]), {"/"}
    visits: dict[str, int] = {}
    wrong: list[str] = []
    while todo:
        address, source = todo.popleft()
        try:
            route = resolve(address.partition("?")[0]).view_name
        except Resolver404:
            wrong.append(f"{source}: no page {address}")
            continue
        visits[route] = visits.get(route, 0) + 1
        if visits[route] > OF_A_KIND:
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            wrong.append(f"{source}: {address} answers {answer.status_code}")
            continue
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        page = Links(answer.content.decode())
        twice = {one for one in page.identifiers if page.identifiers.count(one) > 1}
        if twice:
            wrong.append(f"{address}: the same identifier twice: {sorted(twice)}")
        for link in page.found:
            path, _, anchor = link.partition("#")
            if not path:
                if anchor and anchor not in page.identifiers:
                    wrong.append(f"{address}: no place #{anchor}")
                continue
            if path.startswith("?"):
                path = address.partition("?")[0] + path
            if path.startswith("/") and not path.startswith(("/static/", "/api/v1/")) and path not in seen:
                seen.add(path)
                todo.append((path, address))
    assert sorted(set(wrong)) == []
