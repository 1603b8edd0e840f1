"""An enterprise registers, looks at the state, is confirmed or refused by its district."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import PASSWORD, acts, client_for, form, last, viewing
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.flow import NotPermitted, Overtaken, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.people import actions, queries, recorded
from zongbu.desk.people.actions.registrations import Account
from zongbu.desk.people.flow import REGISTRATION
from zongbu.desk.people.models import Membership, Organisation, Person, Registration
from zongbu.desk.people.uscc import clean_uscc, warning_of
from zongbu.desk.people.waiting import waiting

pytestmark = pytest.mark.django_db

USCC = "91330000142916567N"
EARLY = "91330000142916567X"
"""Of the right form, with a check character that does not fit."""
GIVEN = {
    "uscc": USCC, "name": "示例制造有限公司", "district": "330108", "contact_name": "张三", "contact_phone": "0571-8000000",
    "contact_email": "zhang@example.com",
}  # fmt: skip


def registered(**given: object) -> Registration:
    fields = GIVEN | {"account": Account("zhangsan", PASSWORD)} | given
    return actions.register(PUBLIC, **fields)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (USCC, USCC),
        ("91330000142916567n", USCC),
        ("９１３３０００0 142916567Ｎ", USCC),
        ("913300-00142916567-N", USCC),
        (EARLY, EARLY),
    ],
)
def test_codes_are_taken_as_people_type_them(typed: str, code: str):
    assert clean_uscc(typed) == code


@pytest.mark.parametrize("typed", ["", "123", USCC + "0", "9133000014291656IN", "913300AB142916567N", "甲" * 18])
def test_codes_of_another_form_are_refused(typed: str):
    with pytest.raises(ValidationError):
        clean_uscc(typed)


def test_a_wrong_check_character_is_only_warned_about():
    assert warning_of(USCC) == ""
    assert "早期" in warning_of(EARLY)
    assert registered(uscc=EARLY).state == "submitted"


def test_the_account_waits_for_the_confirmation(client: Client):
    made = registered()
    person = made.account
    assert person is not None and not person.is_active
    client.post("/accounts/login/", {"login": "zhangsan", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    officer = membership_as(Role.DISTRICT_OFFICER)
    done = actions.confirm(viewing(officer), made)
    joined = Membership.objects.get(person=person)
    assert (joined.role, joined.administers) == (Role.ENTERPRISE_LEAD, True)
    assert (joined.organisation.uscc, joined.organisation.district) == (USCC, "330108")
    assert done.organisation == joined.organisation
    client.post("/accounts/login/", {"login": "zhangsan", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)
    assert [act for act in acts() if act.startswith(("registration", "people.join"))] == [
        "registration.submit", "people.join", "registration.confirm",
    ]  # fmt: skip


def test_the_journal_holds_no_personal_data_of_the_contact():
    made = registered()
    actions.refuse(viewing(membership_as(Role.DISTRICT_LEAD)), made, reason="代码与执照不符")
    told = "".join(f"{entry.before}{entry.after}" for entry in Entry.objects.all())
    for secret in ("0571-8000000", "zhang@example.com", PASSWORD, made.code_digest):
        assert secret not in told


def test_refusing_needs_a_reason_and_removes_the_account(django_capture_on_commit_callbacks):
    made = registered()
    officer = viewing(membership_as(Role.DISTRICT_OFFICER))
    with pytest.raises(Refused, match="理由"):
        actions.refuse(officer, made, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        done = actions.refuse(officer, made, reason="代码与营业执照不符")
    assert (done.state, done.reply, done.account) == ("refused", "代码与营业执照不符", None)
    assert not Person.objects.filter(username="zhangsan").exists()
    assert "代码与营业执照不符" in mail.outbox[-1].body
    assert registered().state == "submitted", "the same enterprise may try again"


def test_only_its_own_district_decides():
    made = registered()
    for role, given in (
        (Role.DISTRICT_LEAD, {"district": "330106"}),
        (Role.CITY_LEAD, {}),
        (Role.ADMINISTRATOR, {}),
        (Role.AUDITOR, {}),
    ):
        with pytest.raises(NotPermitted):
            actions.confirm(viewing(membership_as(role, **given)), made)
    with pytest.raises(NotPermitted):
        actions.confirm(PUBLIC, made)


def test_two_at_once_one_wins_and_the_other_is_told():
    made = registered()
    actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)
    with pytest.raises(Overtaken, match="已确认"):
        actions.refuse(viewing(membership_as(Role.DISTRICT_LEAD)), made, reason="不符")
    assert Organisation.objects.filter(uscc=USCC).count() == 1


def test_an_enterprise_registers_once():
    made = registered()
    with pytest.raises(Refused, match="正在办理"):
        registered(account=Account("lisi", PASSWORD))
    actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)
    with pytest.raises(Refused, match="已经注册"):
        registered(account=Account("lisi", PASSWORD))
    assert not Person.objects.filter(username="lisi").exists()


def test_an_enterprise_that_came_another_way_is_not_confirmed_twice():
    made = registered()
    Organisation.objects.create(kind="enterprise", name="先到者", uscc=USCC, district="330108")
    with pytest.raises(Refused, match="不能重复确认"):
        actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)
    assert Person.objects.get(username="zhangsan").is_active is False


def test_officials_do_not_register_and_strangers_need_an_account():
    with pytest.raises(PermissionDenied):
        actions.register(viewing(membership_as(Role.CITY_OFFICER)), **GIVEN)
    with pytest.raises(PermissionDenied):
        actions.register(PUBLIC, **GIVEN)


def test_an_enterprises_person_registers_a_further_one():
    lead = membership_as(Role.ENTERPRISE_LEAD)
    made, _code = actions.register(viewing(lead), **GIVEN)
    actions.refuse(viewing(membership_as(Role.DISTRICT_LEAD)), made, reason="请更正名称")
    assert Person.objects.filter(pk=lead.person.pk, is_active=True).exists(), "an account in use stays"
    made, _code = actions.register(viewing(lead), **GIVEN)
    actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)
    assert lead.person.memberships.count() == 2


def test_the_deadline_is_five_working_days():
    made = registered()
    due = flow.due(REGISTRATION, made)
    assert due is not None
    assert due.date == clock.working_days_after(timezone.localdate(made.submitted_at), 5)


def test_what_is_seen_of_it():
    here, there = registered(), registered(
        uscc="91330100609120272T", district="330106", account=Account("lisi", PASSWORD)
    )  # fmt: skip
    assert set(queries.registrations(viewing(membership_as(Role.DISTRICT_OFFICER)))) == {here}
    for role in (Role.CITY_OFFICER, Role.AUDITOR):
        assert set(queries.registrations(viewing(membership_as(role)))) == {here, there}
    for role in (Role.ENTERPRISE_LEAD, Role.ADMINISTRATOR, Role.DEPARTMENT_LEAD):
        assert not queries.registrations(viewing(membership_as(role))).exists()


def test_the_pages_from_the_form_to_the_first_sign_in(client: Client):
    given = GIVEN | {"username": "zhangsan", "password": PASSWORD, "password_again": PASSWORD}
    wrong = client.post("/people/register/", form(**given | {"uscc": "123", "password_again": "x"}))
    text = wrong.content.decode()
    assert wrong.status_code == 200 and "应为 18 位" in text and "两次输入的密码不一致" in text
    assert "示例制造有限公司" in text and PASSWORD not in text
    sent = form(**given)
    assert client.post("/people/register/", sent)["Location"] == "/people/register/done/"
    assert client.post("/people/register/", sent)["Location"] == "/people/register/done/"
    assert Registration.objects.count() == 1
    done = client.get("/people/register/done/").content.decode()
    receipt = re.search(r"ZC\d{8}-[A-Z0-9]{8}", done)
    code = re.search(r"<strong>([A-Z0-9]{10})</strong>", done)
    assert receipt and code and "滨江区" in done

    other = Client()
    state = other.post("/people/register/state/", {"receipt": receipt[0].lower(), "code": code[1].lower()})
    assert "待区县确认" in state.content.decode() and "滨江区总部办" in state.content.decode()
    void = other.post("/people/register/state/", {"receipt": receipt[0], "code": "WRONGCODE1"})
    assert "不符" in void.content.decode() and "示例制造" not in void.content.decode()
    assert other.get("/people/register/done/").status_code == 302

    officer = client_for(membership_as(Role.DISTRICT_OFFICER).person)
    assert "示例制造有限公司" in officer.get("/people/registrations/").content.decode()
    made = Registration.objects.get()
    page = officer.get(f"/people/registrations/{made.pk}/").content.decode()
    assert "张三" in page and "确认注册" in page
    empty = officer.post(f"/people/registrations/{made.pk}/decide/", form(decision="refuse", seen=made.version))
    assert "不予通过须说明理由" in empty.content.decode()
    decided = officer.post(f"/people/registrations/{made.pk}/decide/", form(decision="confirm", seen=made.version))
    assert decided.status_code == 302
    late = officer.post(
        f"/people/registrations/{made.pk}/decide/", form(decision="refuse", reason="晚了", seen=made.version)
    )
    assert "没有办理" in late.content.decode()
    other.post("/accounts/login/", {"login": "zhangsan", "password": PASSWORD})
    assert "示例制造有限公司" in other.get("/people/profile/").content.decode()
    assert last().act == "people.sign_in"


def test_foreign_districts_find_nothing(client: Client):
    made = registered()
    foreign = client_for(membership_as(Role.DISTRICT_LEAD, district="330106").person)
    assert foreign.get(f"/people/registrations/{made.pk}/").status_code == 404
    sent = form(decision="confirm", seen=made.version)
    assert foreign.post(f"/people/registrations/{made.pk}/decide/", sent).status_code == 404


# --- codes of which the register knows already ---------------------------------------------------------------


def on_record(district: str = "330108", name: str = "登记在册的企业") -> Enterprise:
    return Enterprise.objects.create(uscc=USCC, name=name, district=district)


def test_a_recorded_enterprise_registers_with_its_own_district_only():
    on_record()
    with pytest.raises(Refused, match="属于滨江区") as refused:
        registered(district="330109", name="冒名")
    assert "登记在册" not in str(refused.value), "strangers do not learn the name"
    assert not Person.objects.filter(username="zhangsan").exists()
    made = registered()
    actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)


def test_another_district_confirms_no_record_that_came_meanwhile():
    made = registered(district="330109", name="冒名")
    on_record()
    officer = membership_as(Role.DISTRICT_OFFICER, district="330109")
    with pytest.raises(Refused, match="属于滨江区"):
        actions.confirm(viewing(officer), made)
    assert not Organisation.objects.filter(uscc=USCC).exists()
    assert [act.name for act in flow.possible(REGISTRATION, made, viewing(officer))] == ["refuse"]
    client = client_for(officer.person)
    page = client.get(f"/people/registrations/{made.pk}/").content.decode()
    assert "登记在册的企业" in page and "注册区县：滨江区" in page and 'value="confirm"' not in page
    sent = client.post(f"/people/registrations/{made.pk}/decide/", form(decision="confirm", seen=made.version))
    assert "属于滨江区" in sent.content.decode()
    actions.refuse(viewing(officer), made, reason="请向滨江区注册")


def test_the_record_is_looked_at_again_when_it_is_locked(monkeypatch: pytest.MonkeyPatch):
    made = registered(district="330109")
    asked: list[bool] = []

    def finder(codes: object, lock: bool) -> dict[str, recorded.Recorded]:
        asked.append(lock)
        return {USCC: recorded.Recorded("登记在册的企业", "330108")} if lock else {}

    monkeypatch.setattr(recorded, "_finders", [finder])
    with pytest.raises(Refused, match="属于滨江区"):
        actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER, district="330109")), made)
    assert asked[-1], "the last look holds the record"


def test_an_abolished_district_means_its_successors():
    on_record("330104")
    with pytest.raises(Refused, match="属于上城区、钱塘区"):
        registered()
    assert registered(district="330114").state == "submitted"


def test_a_record_without_a_district_is_the_city_offices_to_confirm():
    on_record("")
    made = registered()
    city = membership_as(Role.CITY_OFFICER)
    (waits,) = waiting(viewing(city))
    assert waits.count == 1
    with pytest.raises(Refused, match="市总部办"):
        actions.confirm(viewing(membership_as(Role.DISTRICT_OFFICER)), made)
    client = client_for(city.person)
    page = client.get(f"/people/registrations/{made.pk}/").content.decode()
    assert "档案没有注明区县" in page and "确认注册" in page
    sent = form(decision="confirm", seen=made.version)
    assert client.post(f"/people/registrations/{made.pk}/decide/", sent).status_code == 302
    assert Membership.objects.get(person=made.account).organisation.uscc == USCC
