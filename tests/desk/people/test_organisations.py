"""Setting up organisations, and who sees which."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import membership_as, organisation_for
from tests.desk.people.conftest import client_for, form, last, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.people import actions, queries
from zongbu.desk.people.districts import DISTRICTS, OLD_DISTRICTS, district_name, present_districts
from zongbu.desk.people.models import Organisation

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


def test_the_administrator_sets_up_an_organisation():
    keeper = viewing(membership_as(Role.ADMINISTRATOR))
    made = actions.create_organisation(keeper, kind=Kind.DISTRICT_OFFICE, name="西湖区总部办", district="330106")
    assert (made.district, last().act) == ("330106", "people.create_organisation")
    with pytest.raises(ValidationError):
        actions.create_organisation(keeper, kind=Kind.DISTRICT_OFFICE, name="西湖区另一个", district="330106")
    with pytest.raises(ValidationError):
        actions.create_organisation(keeper, kind=Kind.DISTRICT_OFFICE, name="没有区县")
    with pytest.raises(Refused, match="没有代码"):
        actions.create_organisation(keeper, kind=Kind.DISTRICT_OFFICE, name="老区", district="330103")
    with pytest.raises(Refused, match="企业由其自行注册"):
        actions.create_organisation(keeper, kind=Kind.ENTERPRISE, name="某企业")


def test_nobody_else_does():
    for role in set(Role) - {Role.PUBLIC, Role.ADMINISTRATOR}:
        with pytest.raises(PermissionDenied):
            actions.create_organisation(viewing(membership_as(role)), kind=Kind.DEPARTMENT, name="某局")


def test_ones_own_organisation_stays_in_service():
    keeper = membership_as(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="自己所在"):
        actions.change_organisation(viewing(keeper), keeper.organisation, name="运维机构", active=False, reason="试")


def test_who_sees_which():
    for role in (Role.CITY_LEAD, Role.DEPARTMENT_LEAD, Role.ENTERPRISE_LEAD):
        organisation_for(role)
    organisation_for(Role.ENTERPRISE_LEAD, district="330106", uscc="91330100MA27ABC12X")
    mine = membership_as(Role.ENTERPRISE_LEAD)
    district = membership_as(Role.DISTRICT_LEAD)

    def seen(role_or_membership) -> set[str]:
        membership = (
            role_or_membership if not isinstance(role_or_membership, Role) else membership_as(role_or_membership)
        )
        return {one.name for one in queries.organisations(viewing(membership))}

    everything = seen(Role.CITY_LEAD)
    assert seen(mine) == {mine.organisation.name}
    assert seen(Role.AUDITOR) >= everything
    by_district = seen(district)
    assert mine.organisation.name in by_district
    assert not any("C12X" in name for name in by_district)
    assert not any("示例企业" in name for name in seen(Role.DEPARTMENT_LEAD))
    assert not queries.organisations(PUBLIC).exists()


def test_the_pages():
    keeper = membership_as(Role.ADMINISTRATOR)
    client = client_for(keeper.person)
    created = client.post("/people/organisations/new/", form(kind="department", name="市科技局", district=""))
    made = Organisation.objects.get(name="市科技局")
    assert created["Location"] == f"/people/organisations/{made.pk}/"
    page = client.get(f"/people/organisations/{made.pk}/").content.decode()
    assert "还没有成员" in page
    assert "没有管理员" in client.get("/people/organisations/?q=科技").content.decode()
    again = client.post("/people/organisations/new/", form(kind="department", name="市科技局"))
    assert again.status_code == 200 and "error" in again.content.decode()
    invited = client.post(
        f"/people/organisations/{made.pk}/invite/", form(name="赵局长", role="department_lead", email="", expires="")
    )
    assert invited.status_code == 302
    assert "赵局长" in client.get(f"/people/organisations/{made.pk}/").content.decode()
    sent = form(name="市科学技术局", active="on", reason="更名")
    assert client.post(f"/people/organisations/{made.pk}/change/", sent).status_code == 302
    made.refresh_from_db()
    assert made.name == "市科学技术局"


def test_the_list_has_a_constant_number_of_queries():
    client = client_for(membership_as(Role.ADMINISTRATOR).person)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/people/organisations/").status_code == 200
        return len(caught)

    client.get("/people/organisations/")
    few = count()
    Organisation.objects.bulk_create([Organisation(kind=Kind.DEPARTMENT, name=f"部门 {n}") for n in range(60)])
    assert count() == few


def test_districts():
    assert len(DISTRICTS) == 13
    assert district_name("330108") == "滨江区"
    assert district_name("330103") == "原下城区" and district_name("330100") == "杭州市"
    assert district_name("110101") == "110101"
    assert present_districts("330104") == ("330102", "330114") and present_districts("330106") == ("330106",)
    assert present_districts("999999") == ()
    assert all(new in DISTRICTS for successors in OLD_DISTRICTS.values() for new in successors)
