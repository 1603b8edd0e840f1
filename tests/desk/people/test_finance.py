"""Finance bureaus: one of the city, one of each district; who pays is confirmed by a second person."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.desk.conftest import membership_as, organisation_for
from tests.desk.people.conftest import PASSWORD, administering, client_for, form, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import FINANCE, Role
from zongbu.desk.people import actions, queries
from zongbu.desk.people.forms import InvitationForm
from zongbu.desk.people.models import Membership, Organisation
from zongbu.desk.people.rules import needs_second

pytestmark = pytest.mark.django_db
Kind = Organisation.Kind


def offered(organisation: Organisation) -> list[str]:
    return [value for value, _label in InvitationForm(organisation=organisation).fields["role"].choices]


def test_the_city_has_one_bureau_and_so_has_each_district():
    keeper = viewing(membership_as(Role.ADMINISTRATOR))
    city = actions.create_organisation(keeper, kind=Kind.FINANCE, name="市财政局")
    binjiang = actions.create_organisation(keeper, kind=Kind.FINANCE, name="滨江区财政局", district="330108")
    actions.create_organisation(keeper, kind=Kind.FINANCE, name="西湖区财政局", district="330106")
    # A district's office beside its bureau is nothing twice.
    actions.create_organisation(keeper, kind=Kind.DISTRICT_OFFICE, name="滨江区总部办", district="330108")
    assert (city.district, binjiang.district) == ("", "330108")
    for district in ("", "330108"):
        with pytest.raises(ValidationError, match="各只有一个财政部门"):
            actions.create_organisation(keeper, kind=Kind.FINANCE, name="又一个财政局", district=district)
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(kind=Kind.FINANCE, name="又一个财政局", district=district)


def test_the_page_sets_up_a_districts_bureau():
    client = client_for(membership_as(Role.ADMINISTRATOR).person)
    sent = form(kind="finance", name="滨江区财政局", district="330108")
    assert client.post("/people/organisations/new/", sent).status_code == 302
    made = Organisation.objects.get(kind=Kind.FINANCE)
    page = client.get(f"/people/organisations/{made.pk}/invite/").content.decode()
    assert 'value="district_finance"' in page and 'value="city_finance"' not in page
    again = client.post("/people/organisations/new/", form(kind="finance", name="又一个", district="330108"))
    assert "各只有一个财政部门" in again.content.decode()


def test_the_role_depends_on_the_district():
    for role in FINANCE:
        manager = administering(role)
        (other,) = FINANCE - {role}
        assert manager.organisation.roles == {role}
        assert offered(manager.organisation) == [role]
        for wrong in (other, Role.CITY_OFFICER, Role.DISTRICT_OFFICER):
            with pytest.raises(Refused, match="不能担任"):
                actions.invite(viewing(manager), manager.organisation, role=wrong, name="某")
    for role in set(Role) - FINANCE - {Role.PUBLIC}:
        assert not organisation_for(role).roles & FINANCE


def test_people_of_a_districts_bureau_act_for_the_district():
    assert viewing(membership_as(Role.DISTRICT_FINANCE, district="330106")).district == "330106"
    assert viewing(membership_as(Role.CITY_FINANCE)).district == ""


@pytest.mark.parametrize("role", sorted(FINANCE))
def test_who_pays_is_confirmed_by_a_second_person(role: Role):
    assert needs_second(role, administers=False)
    manager, second = administering(role), administering(role)
    made = actions.invite(viewing(manager), manager.organisation, role=role, name="出纳")
    token = actions.link_of(made).rstrip("/").rpartition("/")[2]
    joined = actions.accept_as_new(token, username="cashier", password=PASSWORD, name="出纳")
    assert joined.waits and joined.confirmed_at is None
    assert joined not in queries.to_confirm(viewing(manager))
    assert joined in queries.to_confirm(viewing(second))
    actions.confirm_membership(viewing(second), joined)
    assert not Membership.objects.get(pk=joined.pk).waits


def test_nobody_pays_and_holds_an_office_in_an_enterprise():
    manager, staff = administering(Role.CITY_FINANCE), membership_as(Role.ENTERPRISE_STAFF)
    made = actions.invite(viewing(manager), manager.organisation, role=Role.CITY_FINANCE, name="出纳")
    with pytest.raises(Refused, match="互相排斥"):
        actions.accept(viewing(staff), actions.link_of(made).rstrip("/").rpartition("/")[2])


@pytest.mark.parametrize("role", sorted(FINANCE))
def test_of_people_they_see_their_own_bureau(role: Role):
    organisation_for(Role.ENTERPRISE_LEAD)
    organisation_for(Role.CITY_OFFICER)
    member = membership_as(role)
    assert list(queries.organisations(viewing(member))) == [member.organisation]
    assert not queries.registrations(viewing(member)).exists()
    client = client_for(member.person)
    assert client.get("/people/members/").status_code == client.get("/people/profile/").status_code == 200
    assert client.get("/people/organisations/").status_code == 403
