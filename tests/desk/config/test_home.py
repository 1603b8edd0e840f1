"""The landing page offers to each role what it can do, in words that fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from zongbu.desk.config.home import tasks
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

DOES = ("核对并确认", "设立组织", "维护节假日", "试算")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INSPECTOR, Role.LEADING_GROUP, Role.SECURITY_OFFICER])
def test_who_decides_nothing_is_not_asked_to(role: Role, person_as: Callable[..., Viewer]) -> None:
    said = " ".join(door.text for door in tasks(person_as(role)))
    found = {word for word in DOES if word in said}
    assert found == ({"试算"} if role == Role.LEADING_GROUP else set())


def test_only_districts_confirm_registrations(person_as: Callable[..., Viewer]) -> None:
    for role in Role:
        said = " ".join(door.text for door in tasks(person_as(role)))
        assert ("核对并确认" in said) == (role in {Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD}), role


def test_an_inspector_finds_the_enterprises_that_were_referred(person_as: Callable[..., Viewer]) -> None:
    found = {door.url: door.text for door in tasks(person_as(Role.INSPECTOR))}
    assert found["/enterprises/"] == "查看转给本单位的企业。"


def test_nobody_has_to_begin_with_nothing(person_as: Callable[..., Viewer]) -> None:
    for role in Role:
        if role != Role.PUBLIC:
            assert tasks(replace(person_as(role), administers=False)), role


@pytest.mark.django_db
def test_members_stand_in_the_menu_of_enterprise_people(client_as: Callable[..., Client]) -> None:
    page = client_as(Role.ENTERPRISE_LEAD).get("/desk/").content.decode()
    bar, _, _rest = page[page.index('class="public-nav"') :].partition("</nav>")
    menu = page[page.index('class="menu-body') :].partition("</details>")[0]
    assert "/people/members/" not in bar
    assert "/people/members/" in menu
