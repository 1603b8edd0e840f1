"""The frame: what every page is given, and what no template may contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.desk.conftest import membership_as
from tools.vendor import ICONS
from zongbu.desk.config import navigation
from zongbu.desk.config.context import base_for
from zongbu.desk.config.navigation import Link, closest, entries_for, sections_for
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting

DESK = Path(__file__).resolve().parents[3] / "zongbu" / "desk"
TEMPLATES = sorted(DESK.glob("**/templates/**/*.html"))
TAG = re.compile(r"{%.*?%}|{{.*?}}")
FORBIDDEN = {
    "an inline style": re.compile(r"<[a-z][^>{]*\sstyle="),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+="),
    "an inline script": re.compile(r"<script(?![^>]*(\ssrc=|application/json))[^>]*>"),
    "a style element": re.compile(r"<style\b"),
    "a file from elsewhere": re.compile(r"""(src|href)=["']https?://"""),
}


def test_no_template_breaks_the_content_security_policy() -> None:
    found = [
        f"{file.relative_to(DESK)}: {what}"
        for file in TEMPLATES
        for what, pattern in FORBIDDEN.items()
        if pattern.search(TAG.sub("", file.read_text("utf-8")))
    ]
    assert found == []


def test_every_icon_is_in_the_sprite() -> None:
    used = {
        (file.name, name) for file in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', file.read_text("utf-8"))
    }
    used |= {
        (file.name, name)
        for file in DESK.glob("*/navigation.py")
        for name in re.findall(r'Entry\([^"\n]*"[^"]*"\)?, "[^"]+", "([^"]+)"', file.read_text("utf-8"))
    }
    assert sorted(one for one in used if one[1] not in ICONS) == []


@pytest.mark.parametrize("role", list(Role))
def test_officials_work_at_a_desk_and_everybody_else_in_the_light(role: Role) -> None:
    light = role in ENTERPRISE or role == Role.PUBLIC
    assert base_for(Viewer(role=role)) == ("base/public.html" if light else "base/desk.html")


def test_the_page_that_contains_an_address_is_current() -> None:
    links = [Link("a", "/check/", "x"), Link("b", "/check/screenings/", "x"), Link("home", "/", "x")]
    assert closest("/check/screenings/4/?page=2", links) == links[1]
    assert closest("/check/question/", links) == links[0]
    assert closest("/elsewhere/", links) is None


def test_what_waits_is_counted_where_it_is_dealt_with(monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = Viewer(role=Role.CITY_OFFICER, person=1)
    entry = entries_for(viewer)[0]
    from django.urls import reverse

    address = reverse(entry.url_name)
    sections = sections_for(viewer, address, [Waiting("one", 2, address), Waiting("other", 3, "/elsewhere/")])
    links = [link for section in sections for link in section.links]
    assert links[0].count == 5, "the first line leads to everything that waits"
    assert next(link.count for link in links if link.url == address) == 2
    assert [link.url for link in links if link.current] == [address]


def test_the_navigation_offers_only_what_is_open(person_as: Callable[..., Viewer]) -> None:
    from zongbu.desk.people.access import routes

    for role in Role:
        viewer = person_as(role)
        for entry in entries_for(viewer):
            assert routes()[entry.url_name].admits(viewer), (role, entry.url_name)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.ENTERPRISE_LEAD, Role.AUDITOR])
def test_every_line_of_the_navigation_leads_to_a_page(role: Role, client_as: Callable[..., Client]) -> None:
    client = client_as(role)
    viewer = Viewer(role=role, person=1, administers=False)
    for section in sections_for(viewer, "/", []):
        for link in section.links:
            assert client.get(link.url, follow=True).status_code == 200, link.url


@pytest.mark.django_db
def test_the_landing_page_needs_as_many_queries_however_much_there_is(
    client_as: Callable[..., Client], django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    client = client_as(Role.CITY_OFFICER)
    client.get("/desk/")
    with django_assert_max_num_queries(40) as before:
        client.get("/desk/")
    for role in (Role.CITY_OFFICER, Role.DISTRICT_LEAD, Role.ENTERPRISE_STAFF):
        membership_as(role)
    with django_assert_max_num_queries(40) as after:
        client.get("/desk/")
    assert len(before) == len(after)


@pytest.mark.django_db
def test_the_switch_shows_only_where_there_is_a_choice(client: Client) -> None:
    one = membership_as(Role.CITY_OFFICER)
    client.force_login(one.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "以哪个身份工作" not in client.get("/desk/").content.decode()
    other = membership_as(Role.DISTRICT_OFFICER)
    other.person = one.person
    other.save()
    shown = client.get("/desk/").content.decode()
    assert "以哪个身份工作" in shown
    assert f'name="membership" value="{other.pk}"' in shown


def test_heading_repeats_the_title_unless_it_says_otherwise(rf: RequestFactory) -> None:
    page = Template('{% extends "base/public.html" %}{% block title %}题目{% endblock %}')
    shown = page.render(Context({"viewer": Viewer(), "request": rf.get("/"), "version": "0"}))
    assert "<title>题目 · " in shown
    assert "<h1>题目</h1>" in shown


@pytest.mark.parametrize(
    ("value", "sign", "word"),
    [(True, "✓", "满足"), (False, "✗", "不满足"), (None, "?", "待定"), ("not_met", "✗", "不满足")],
)
def test_the_three_answers(value: object, sign: str, word: str) -> None:
    shown = Template('{% include "parts/answer.html" %}').render(Context({"value": value}))
    assert f'<span aria-hidden="true">{sign}</span> {word}</span>' in shown


def test_pages_to_choose_from() -> None:
    from django.core.paginator import Paginator

    from zongbu.desk.config.templatetags.frame import page_numbers

    pages = Paginator(range(1000), 50)
    assert page_numbers(pages.page(1)) == [1, 2, 3, None, 20]
    assert page_numbers(pages.page(10)) == [1, None, 8, 9, 10, 11, 12, None, 20]


def test_the_lines_of_the_navigation_are_kept_by_role_and_language_not_by_person() -> None:
    navigation._sections.cache_clear()
    for number in range(5):
        sections_for(Viewer(address=f"10.0.0.{number}"), "/", [])
        sections_for(Viewer(Role.CITY_OFFICER, person=number, name=str(number), address=f"10.0.0.{number}"), "/", [])
    assert navigation._sections.cache_info().currsize == 2
    chinese = sections_for(Viewer(Role.CITY_OFFICER, person=1), "/", [])
    with translation.override("en"):
        english = sections_for(Viewer(Role.CITY_OFFICER, person=1), "/", [])
    assert [one.links[0].url for one in chinese] == [one.links[0].url for one in english]
    assert chinese[0].links[0].label != english[0].links[0].label
