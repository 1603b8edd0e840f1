"""People, their accounts, signing in, and the frame around all pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _member(rest: str = "") -> Callable[[Viewer], str]:
    """The page of somebody else in the viewer's organisation."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Membership, Person

        person, _new = Person.objects.get_or_create(username="looked-at", defaults={"name": "示例同事"})
        given = {"role": viewer.role}
        found, _new = Membership.objects.get_or_create(
            person=person, organisation_id=viewer.organisation, defaults=given
        )
        return f"/people/members/{found.pk}/{rest}"

    return address


def _organisation(rest: str = "") -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Organisation

        return f"/people/organisations/{Organisation.objects.filter(kind='district_office').earliest('pk').pk}/{rest}"

    return address


def _account(rest: str = "") -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.people.models import Person

        return f"/people/security/accounts/{Person.objects.get(username='city-officer').pk}/{rest}"

    return address


def _registration(viewer: Viewer) -> str:
    """A registration that waits for the viewer's district."""
    from zongbu.desk.kernel.scope import PUBLIC as ANYBODY
    from zongbu.desk.people import actions
    from zongbu.desk.people.actions.registrations import Account
    from zongbu.desk.people.models import Registration

    known = Registration.objects.filter(district=viewer.district).first()
    if known is None:
        known, _code = actions.register(
            ANYBODY,
            uscc="91330000142916567N",
            name="示例制造有限公司",
            district=viewer.district,
            contact_name="张三",
            contact_phone="0571-80000000",
            account=Account("looked-at-applicant", "Correct-Horse-7-Battery"),
        )
    return f"/people/registrations/{known.pk}/"


def _calendar_year(viewer: Viewer) -> str:
    from zongbu.desk.kernel.clock.models import CalendarYear

    found = CalendarYear.objects.earliest("year")
    return f"/journal/calendar/{found.year}/{found.version}/"


def _token(viewer: Viewer) -> str:
    from zongbu.desk.api.actions import create
    from zongbu.desk.api.scopes import scopes_for

    token, _text = create(viewer, "示例系统", [str(next(iter(scopes_for(viewer.role))))], 30)
    return f"/api/tokens/{token.pk}/revoke/"


FRAME = [
    Page("home", "/"),
    Page("home for an enterprise", "/", "enterprise_staff"),
    Page("landing page of an enterprise", "/desk/", "enterprise_lead"),
    Page("landing page of the city office", "/desk/", "city_officer"),
    Page("landing page of a district", "/desk/", "district_lead"),
    Page("landing page of an auditor", "/desk/", "auditor"),
    Page("search without a word", "/search/", "city_officer"),
    Page("search", "/search/?q=总部", "city_officer"),
    Page("landing page of the city's finance bureau", "/desk/", "city_finance"),
    Page("landing page of a district's finance bureau", "/desk/", "district_finance"),
    Page("landing page of an inspector", "/desk/", "inspector"),
    Page("no permission", "/journal/", "enterprise_staff", status=403),
    Page("nothing of that number", "/policies/consultations/999999/", status=404),
    Page("not found", "/nothing/here/", status=404),
    Page("not found for an official", "/nothing/here/", "city_officer", status=404),
]


PEOPLE = [
    Page("one's own account", "/people/profile/", "city_officer"),
    Page("members", "/people/members/", "district_lead"),
    Page("inviting", "/people/members/invite/", "administrator"),
    Page("a member", _member(), "district_officer"),
    Page("ending a membership", _member("end/"), "district_officer"),
    Page("changes of members to be confirmed", "/people/members/confirmations/", "district_lead"),
    Page("new organisation", "/people/organisations/new/", "administrator"),
    Page("an organisation", _organisation(), "administrator"),
    Page("changing an organisation", _organisation("change/"), "administrator"),
    Page("inviting an administrator", _organisation("invite/"), "administrator"),
    Page("an invitation by a bad link", "/people/invitation/altered/", status=410),
    Page("registering an enterprise", "/people/register/"),
    Page("receipt of a registration", "/people/register/state/"),
    Page("a registration", _registration, "district_officer"),
    Page("an account", _account(), "security_officer"),
    Page("locking an account", _account("lock/"), "security_officer"),
    Page("registrations", "/people/registrations/", "district_officer"),
    Page("organisations", "/people/organisations/", "administrator"),
    Page("security of accounts", "/people/security/", "security_officer"),
    Page("sign-ins", "/people/security/sign-ins/", "security_officer"),
    Page("journal", "/journal/", "auditor"),
    Page("an entry of the journal", "/journal/1/", "auditor"),
    Page("verification of the journal", "/journal/verification/", "auditor"),
    Page("calendar", "/journal/calendar/", "administrator"),
    Page("a calendar year", _calendar_year, "administrator"),
    Page("importing a calendar", "/journal/calendar/import/", "administrator"),
    Page("revoking a token", _token, "city_officer"),
    Page("tokens", "/api/tokens/", "city_officer"),
]


SIGNING_IN = [
    Page("sign in", "/accounts/login/"),
    Page("sign out", "/accounts/logout/", "enterprise_staff"),
    Page("forgotten password", "/accounts/password/reset/"),
    Page("second factor", "/accounts/2fa/", "city_officer"),
    Page("sessions", "/accounts/sessions/", "city_officer"),
    Page("change of password", "/accounts/password/change/", "enterprise_lead"),
    Page("setting up an authenticator app", "/accounts/2fa/totp/activate/", "city_officer"),
    Page("adding a passkey", "/accounts/2fa/webauthn/add/", "city_officer"),
    Page("passkeys", "/accounts/2fa/webauthn/", "city_officer"),
    Page("who one is, asked again", "/accounts/reauthenticate/", "district_lead"),
    Page("single sign-on", "/accounts/3rdparty/", "city_officer"),
    Page("single sign-on failed", "/accounts/3rdparty/login/error/", status=401),
    Page("single sign-on cancelled", "/accounts/3rdparty/login/cancelled/"),
    Page("reset of a password sent", "/accounts/password/reset/done/"),
    Page("reset of a password by a bad link", "/accounts/password/reset/key/1-bad/"),
]
