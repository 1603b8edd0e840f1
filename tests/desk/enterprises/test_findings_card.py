"""The overview leads everybody who makes findings to those that are missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import USCC
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation

pytestmark = pytest.mark.django_db

OVERVIEW = reverse("enterprises:detail", args=[USCC])


def find(fact: str) -> str:
    return f'href="{reverse("enterprises:find", args=[USCC, fact])}"'


def test_a_department_is_led_to_its_findings(
    enterprise: Enterprise, city: Viewer, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    client, department = client_as(Role.DEPARTMENT_OFFICER), person_as(Role.DEPARTMENT_OFFICER)
    actions.refer(city, enterprise, Organisation.objects.get(pk=department.organisation), "产业导向认定")
    page = client.get(OVERVIEW).content.decode()
    assert "待您认定" in page and find("fits_industrial_orientation") in page
    assert find("office_approved") not in page, "the city office keeps it to itself"
    assert find("fits_district_orientation") not in page, "the district's own policy asks it"
    actions.find(department, enterprise, "fits_industrial_orientation", "是", "数字经济", valid_from=date(2024, 1, 1))
    assert find("fits_industrial_orientation") not in client.get(OVERVIEW).content.decode()


@pytest.mark.parametrize(
    ("role", "fact", "led"),
    [
        (Role.DISTRICT_OFFICER, "fits_district_orientation", True),
        (Role.DISTRICT_OFFICER, "fits_industrial_orientation", False),
        (Role.CITY_OFFICER, "office_approved", True),
        (Role.CITY_OFFICER, "fits_district_orientation", False),
    ],
)
def test_everybody_is_led_to_his_own(
    enterprise: Enterprise, client_as: Callable[..., Client], role: Role, fact: str, led: bool
) -> None:
    assert (find(fact) in client_as(role).get(OVERVIEW).content.decode()) is led


def test_a_finding_of_a_district_that_is_made_is_not_asked_again(
    enterprise: Enterprise, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    district = person_as(Role.DISTRICT_OFFICER)
    actions.find(district, enterprise, "fits_district_orientation", "是", "合乎导向", valid_from=date(2024, 1, 1))
    assert find("fits_district_orientation") not in client_as(Role.DISTRICT_OFFICER).get(OVERVIEW).content.decode()


@pytest.mark.parametrize("role", [Role.ENTERPRISE_LEAD, Role.AUDITOR])
def test_who_makes_no_findings_sees_no_card(
    enterprise: Enterprise, client_as: Callable[..., Client], role: Role
) -> None:
    assert "待您认定" not in client_as(role).get(OVERVIEW).content.decode()
