"""Entering values: two persons, a source, and only an approved value changes an assessment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from tests.desk.library.conftest import a_value, send
from zongbu.desk.kernel.flow import NotPermitted, Overtaken, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library import actions
from zongbu.desk.library.models import EnteredValue
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policy

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)
FACTS = {
    "登记在杭": "是", "在杭经营": "是", "独立法人": "是", "统一核算": "是", "符合产业发展导向": "是",
    "市外分公司数": "2", "在严重违法失信名单": "否", "行业代码": "6513", "国有属性": "无",
    "上年度在杭营业收入": "30亿元", "星级": "3", "在杭有自有办公用房": "否", "认定当年实付租金": "200万元",
    "首次购置": "否",
}  # fmt: skip


def rent_subsidy():
    known = policy("hangzhou-2023")
    found = known.assess(FACTS, as_of=DAY, parameters=overrides(known.identifier, DAY), results=["rent_subsidy"])
    return found.results["rent_subsidy"]


def test_only_an_approved_value_changes_an_assessment(officer, lead):
    assert rent_subsidy() is None
    proposal = actions.propose_value(officer, **a_value())
    assert rent_subsidy() is None, "a proposal must change nothing"
    actions.decide_value(lead, proposal.pk, "approve")
    assert rent_subsidy() == Decimal("500000")


@pytest.mark.parametrize(("act", "by"), [("refuse", "lead"), ("withdraw", "officer")])
def test_what_is_refused_or_withdrawn_changes_nothing(act, by, officer, lead):
    proposal = actions.propose_value(officer, **a_value())
    actions.decide_value(lead if by == "lead" else officer, proposal.pk, act, "不合规定")
    assert rent_subsidy() is None


def test_nobody_approves_their_own_proposal(lead, person_as):
    proposal = actions.propose_value(lead, **a_value())
    with pytest.raises(NotPermitted):
        actions.decide_value(lead, proposal.pk, "approve")
    actions.decide_value(person_as(Role.CITY_LEAD), proposal.pk, "approve")
    proposal.refresh_from_db()
    assert proposal.state == "approved"
    assert proposal.decided_by_id != proposal.proposed_by_id


def test_only_a_lead_approves_and_only_the_proposer_withdraws(officer, lead, person_as):
    proposal = actions.propose_value(officer, **a_value())
    with pytest.raises(NotPermitted):
        actions.decide_value(person_as(Role.CITY_OFFICER), proposal.pk, "approve")
    with pytest.raises(NotPermitted):
        actions.decide_value(person_as(Role.CITY_OFFICER), proposal.pk, "withdraw")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CITY_OFFICER, Role.CITY_LEAD}))
def test_nobody_else_proposes(role, person_as):
    with pytest.raises(PermissionDenied):
        actions.propose_value(person_as(role), **a_value())
    assert not EnteredValue.objects.exists()


def test_refusing_needs_a_reason(officer, lead):
    proposal = actions.propose_value(officer, **a_value())
    with pytest.raises(Refused):
        actions.decide_value(lead, proposal.pk, "refuse")


def test_the_second_to_decide_is_told_what_happened(officer, lead, person_as):
    proposal = actions.propose_value(officer, **a_value())
    actions.decide_value(lead, proposal.pk, "approve")
    with pytest.raises(Overtaken):
        actions.decide_value(person_as(Role.CITY_LEAD), proposal.pk, "refuse", "太高")


@pytest.mark.parametrize(
    "given",
    [
        {"value": "5万元"},
        {"value": "若干"},
        {"parameter": "incumbent_revenue_floor", "value": "1亿元"},
        {"parameter": "no_such"},
        {"policy": "no-such"},
    ],
)
def test_what_the_engine_does_not_accept_is_not_proposed(given, officer):
    with pytest.raises(Refused):
        actions.propose_value(officer, **a_value(**given))


@pytest.mark.parametrize("given", [{"document": ""}, {"valid_until": date(2023, 1, 1)}])
def test_a_value_without_source_or_with_a_period_backwards_is_not_kept(given, officer):
    with pytest.raises(ValidationError):
        actions.propose_value(officer, **a_value(**given))


def test_the_journal_tells_who_proposed_and_who_approved(officer, lead):
    proposal = actions.propose_value(officer, **a_value())
    actions.decide_value(lead, proposal.pk, "approve")
    told = Entry.objects.filter(act__startswith="parameter_value.").values_list("act", "person")
    assert list(told) == [("parameter_value.propose", officer.person), ("parameter_value.approve", lead.person)]


def test_in_a_demonstration_the_value_stays_marked(officer, lead, settings):
    settings.DEMONSTRATION = True
    proposal = actions.propose_value(officer, **a_value())
    actions.decide_value(lead, proposal.pk, "approve")
    known = policy("hangzhou-2023")
    found = known.assess(FACTS, as_of=DAY, parameters=overrides(known.identifier, DAY), results=["rent_subsidy"])
    assert "演示参数" in str(found.document())


# --- in the browser's way ----------------------------------------------------------------------------------

FORM = {
    "value": "25%", "valid_from": "2024-01-01", "valid_until": "", "document": "总部经济资金管理办法",
    "document_number": "杭财〔2024〕1号", "document_date": "2023-12-01", "note": "",
}  # fmt: skip
PROPOSE = ("library:propose", ["hangzhou-2023", "rent_subsidy_ratio"])


def test_a_form_sent_twice_proposes_once(client_as):
    client, url = client_as(Role.CITY_OFFICER), reverse(PROPOSE[0], args=PROPOSE[1])
    first = send(client, url, FORM, token="a-token-of-this-form")
    second = send(client, url, FORM, token="a-token-of-this-form")
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert EnteredValue.objects.count() == 1


def test_a_wrong_form_keeps_what_was_written(client_as):
    response = send(client_as(Role.CITY_OFFICER), reverse(PROPOSE[0], args=PROPOSE[1]), FORM | {"value": "5万元"})
    assert response.status_code == 400
    page = response.content.decode()
    assert "5万元" in page
    assert "总部经济资金管理办法" in page
    assert not EnteredValue.objects.exists()


def test_approving_in_the_browser(client_as, officer):
    proposal = actions.propose_value(officer, **a_value())
    client = client_as(Role.CITY_LEAD)
    page = client.get(reverse("library:value", args=[proposal.pk])).content.decode()
    assert reverse("library:value_act", args=[proposal.pk, "approve"]) in page
    act = reverse("library:value_act", args=[proposal.pk, "approve"])
    assert client.get(act).status_code == 302, "a GET writes nothing"
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
    assert send(client, act, {"reason": "", "seen": proposal.version}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "approved"


def test_the_proposer_is_told_that_another_has_to_approve(client_as, officer, client):
    proposal = actions.propose_value(officer, **a_value())
    from zongbu.desk.people.models import Person

    client.force_login(
        Person.objects.get(pk=officer.person), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("library:value", args=[proposal.pk])).content.decode()
    assert reverse("library:value_act", args=[proposal.pk, "approve"]) not in page
    assert reverse("library:value_act", args=[proposal.pk, "withdraw"]) in page


def test_the_public_sees_the_approved_value_and_no_proposal(client, officer, lead):
    approved = actions.propose_value(officer, **a_value())
    actions.decide_value(lead, approved.pk, "approve")
    actions.propose_value(officer, **a_value(value="99%"))
    page = client.get(reverse("library:parameter", args=["hangzhou-2023", "rent_subsidy_ratio"])).content.decode()
    assert "25%" in page
    assert "99%" not in page
    assert client.get(reverse("library:value", args=[approved.pk])).status_code == 302
