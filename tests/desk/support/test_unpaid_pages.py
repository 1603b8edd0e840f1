"""The pages of quotas, requests, selections and obligations: who sees what, and what comes of pressing a button."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.support import unpaid
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.access import routes
from zongbu.desk.support.models import QuotaAccount, RetentionRule, SelectionList, SupportRequest

pytestmark = pytest.mark.django_db
As = Callable[..., Client]
OTHER = "91330100MA2OTHERX1"
OFFICIALS = [Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER, Role.CITY_OFFICER, Role.LEADING_GROUP, Role.AUDITOR]


def _token(text: str) -> dict[str, str]:
    from zongbu.desk.kernel.submission import FIELD

    found = re.search(rf'name="{FIELD}" value="([^"]+)"', text)
    assert found is not None
    return {FIELD: found[1]}


@pytest.mark.parametrize("role", [*OFFICIALS, Role.ENTERPRISE_STAFF])
@pytest.mark.parametrize("name", ["quotas", "requests", "obligations"])
def test_lists_are_read_by_those_concerned(client_as: As, role: Role, name: str) -> None:
    unpaid.a_quota(), unpaid.a_request(), unpaid.an_obligation()
    page = client_as(role).get(reverse(f"support:{name}"))
    assert page.status_code == 200


@pytest.mark.parametrize("role", [Role.CITY_FINANCE, Role.DISTRICT_FINANCE, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_finance_inspectors_and_keepers_have_nothing_to_do_here(client_as: As, role: Role) -> None:
    client = client_as(role)
    for name in ("quotas", "requests", "selections", "obligations"):
        assert client.get(reverse(f"support:{name}")).status_code == 403


def test_another_enterprise_finds_nothing(client_as: As) -> None:
    Enterprise.objects.create(uscc=OTHER, name="另一家企业", district="330106")
    quota, case, obligation = unpaid.a_quota(), unpaid.a_request(), unpaid.an_obligation()
    client = client_as(Role.ENTERPRISE_LEAD, uscc=OTHER)
    for address in (
        reverse("support:quota", args=[quota.pk]),
        reverse("support:request", args=[case.receipt]),
        reverse("support:obligation", args=[obligation.receipt]),
        reverse("support:request_act", args=[case.receipt, "withdraw"]),
        reverse("support:milestone_act", args=[unpaid.first_of(obligation).pk, "report"]),
    ):
        method = client.post if "withdraw" in address or "report" in address else client.get
        assert method(address, _some_token()).status_code == 404, address
    for name in ("quotas", "requests", "obligations"):
        assert (
            "示例"
            not in client.get(reverse(f"support:{name}")).content.decode().split("<main", 1)[1].split("可以申请")[0]
        )


def _some_token() -> dict[str, str]:
    from zongbu.desk.kernel.submission import FIELD, new_token

    return {FIELD: new_token()}


def test_another_district_sees_nothing_of_it(client_as: As) -> None:
    case = unpaid.a_request()
    assert client_as(Role.DISTRICT_LEAD, district="330106").get(
        reverse("support:request", args=[case.receipt])
    ).status_code == 404  # fmt: skip


def test_what_is_personal_only_the_enterprise_and_who_handles_it_read(client_as: As) -> None:
    case = unpaid.a_request()
    page = reverse("support:request", args=[case.receipt])
    for role, reads in {
        Role.ENTERPRISE_STAFF: True, Role.DEPARTMENT_OFFICER: True, Role.CITY_LEAD: False, Role.DISTRICT_LEAD: False,
        Role.LEADING_GROUP: False, Role.AUDITOR: False,
    }.items():  # fmt: skip
        text = client_as(role).get(page).content.decode()
        assert ("总经理子女转学" in text) is reads, role
        assert ("李四" in text) is reads, role
    assert "李四" not in str(list(Entry.objects.values())) and "转学" not in str(list(Entry.objects.values()))


def test_an_enterprise_asks_once_however_often_it_sends(client_as: As) -> None:
    unpaid.qualified()
    client = client_as(Role.ENTERPRISE_STAFF)
    page = reverse("support:ask", args=[unpaid.POLICY, unpaid.GREEN])
    given = {**_token(client.get(page).content.decode()), **unpaid.MATTER}
    first, second = client.post(page, given), client.post(page, given)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert SupportRequest.objects.count() == 1


def test_an_error_keeps_the_input(client_as: As) -> None:
    unpaid.qualified()
    client = client_as(Role.ENTERPRISE_STAFF)
    page = reverse("support:ask", args=[unpaid.POLICY, unpaid.GREEN])
    given = {**_token(client.get(page).content.decode()), **unpaid.MATTER, "contact_phone": ""}
    answer = client.post(page, given)
    assert answer.status_code == 400
    assert "总经理子女转学" in answer.content.decode()


def test_encouragement_and_rounds_are_not_asked_for(client_as: As) -> None:
    unpaid.qualified()
    client = client_as(Role.ENTERPRISE_STAFF)
    for name in ("plot_ratio_without_land_price", "platform_guidance", "rent_subsidy", unpaid.TALENTS, "none"):
        assert client.get(reverse("support:ask", args=[unpaid.POLICY, name])).status_code == 404, name
    text = client.get(reverse("support:requests")).content.decode()
    assert "提高容积率不增收土地款" in text.split("政策鼓励的")[1]


def test_the_department_receives_and_grants_on_the_page(client_as: As) -> None:
    case = unpaid.a_request()
    client = client_as(Role.DEPARTMENT_OFFICER)
    page = reverse("support:request", args=[case.receipt])
    for act, given in (("receive", {}), ("grant", {"reason": "已办"})):
        address = reverse("support:request_act", args=[case.receipt, act])
        text = client.get(page).content.decode()
        assert client.post(address, {**_token(text), **given}).status_code == 302
    case.refresh_from_db()
    assert case.state == "granted"


def test_a_stale_form_is_refused_with_what_happened(client_as: As) -> None:
    from zongbu.desk.support.actions import requests

    case = unpaid.a_request()
    seen = case.version
    requests.receive(unpaid.person(Role.DEPARTMENT_OFFICER), case.pk)
    client = client_as(Role.DEPARTMENT_LEAD)
    answer = client.post(
        reverse("support:request_act", args=[case.receipt, "receive"]), {**_some_token(), "seen": seen}
    )
    assert answer.status_code == 400
    assert "没有办理" in answer.content.decode()


def test_places_are_allocated_and_used_on_the_pages(client_as: As) -> None:
    unpaid.handled_by_a_department(unpaid.TALENTS)
    unpaid.qualified()
    client = client_as(Role.DEPARTMENT_OFFICER)
    page = reverse("support:quotas_allocate")
    text = client.get(page).content.decode()
    answer = client.post(page, {**_token(text), "measure": f"{unpaid.POLICY}.{unpaid.TALENTS}"}, follow=True)
    assert "分配3个名额" in answer.content.decode()
    account = QuotaAccount.objects.get()
    page = reverse("support:quota", args=[account.pk])
    given = {"purpose": "E类人才", "number": "9", "name": "", "reference": ""}
    use = reverse("support:quota_act", args=[account.pk, "use"])
    refused = client.post(use, {**_some_token(), **given})
    assert refused.status_code == 400 and "只剩3个名额" in refused.content.decode()
    assert client.post(use, {**_some_token(), **given, "number": "1", "name": "张三"}).status_code == 302
    assert "张三" in client.get(page).content.decode()
    assert "张三" not in client_as(Role.CITY_LEAD).get(page).content.decode()


def test_a_list_is_decided_and_published_on_the_pages(client_as: As) -> None:
    case = unpaid.a_selection("proposed")
    candidate = case.candidates.get()
    group = client_as(Role.LEADING_GROUP)
    address = reverse("support:selection_act", args=[case.pk, "decide"])
    given = {f"word-{candidate.pk}": "out", f"reason-{candidate.pk}": "", "reason": "同意"}
    refused = group.post(address, {**_some_token(), **given})
    assert refused.status_code == 400 and "不一致" in refused.content.decode()
    assert group.post(address, {**_some_token(), **given, f"word-{candidate.pk}": "in"}).status_code == 302
    public = Client()
    assert public.get(reverse("support:selected_one", args=[case.pk])).status_code == 404
    city = client_as(Role.CITY_OFFICER)
    publish = reverse("support:selection_act", args=[case.pk, "publish"])
    assert city.post(publish, {**_some_token(), "notice": "公布"}).status_code == 302
    text = public.get(reverse("support:selected_one", args=[case.pk])).content.decode()
    assert "王五" in text and "贡献突出" not in text
    assert SelectionList.objects.get().state == "published"


def test_a_list_leaves_as_a_workbook_with_an_entry_in_the_journal(client_as: As) -> None:
    case = unpaid.a_selection("published")
    answer = client_as(Role.AUDITOR).post(reverse("support:selection_export", args=[case.pk, "xlsx"]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert Entry.objects.filter(act="support.export_selection").count() == 1


def test_the_retention_is_set_by_the_city_lead_with_a_reason(client_as: As) -> None:
    page = reverse("support:retention")
    client = client_as(Role.CITY_LEAD)
    text = client.get(page).content.decode()
    assert "什么都不会删除" in text
    assert client.post(page, {**_token(text), "days": "90", "reason": ""}).status_code == 400
    assert client.post(page, {**_token(text), "days": "90", "reason": "参照档案期限"}).status_code == 302
    assert RetentionRule.objects.get().days == 90
    assert client_as(Role.CITY_OFFICER).post(page, {**_some_token(), "days": "9", "reason": "x"}).status_code == 403


def test_milestones_are_reported_and_confirmed_on_the_page(client_as: As) -> None:
    obligation = unpaid.an_obligation()
    step = unpaid.first_of(obligation)
    own, office = client_as(Role.ENTERPRISE_STAFF), client_as(Role.DISTRICT_LEAD)
    page = reverse("support:obligation", args=[obligation.receipt])
    assert "报告" in own.get(page).content.decode()
    report = reverse("support:milestone_act", args=[step.pk, "report"])
    assert own.post(report, {**_some_token(), "text": "已开工"}).status_code == 302
    early = office.post(reverse("support:milestone_act", args=[step.pk, "miss"]), {**_some_token(), "reason": "没开工"})
    assert early.status_code == 400 and "才到期" in early.content.decode()
    meet = reverse("support:milestone_act", args=[step.pk, "meet"])
    assert office.post(meet, {**_some_token(), "reason": "现场核实"}).status_code == 302
    step.refresh_from_db()
    assert step.state == "met"


def test_an_obligation_is_registered_with_its_milestones(client_as: As) -> None:
    enterprise = unpaid.qualified()
    client = client_as(Role.DISTRICT_OFFICER)
    page = reverse("support:new_obligation")
    text = client.get(page).content.decode()
    given = {
        **_token(text), "uscc": enterprise.uscc, "measure": f"{unpaid.POLICY}.{unpaid.LAND}", "title": "大楼",
        "text": "三年建成", "document": "合同7号", "figure": "", "unit": "", "signed_on": "", "request": "",
        "steps-TOTAL_FORMS": "3", "steps-INITIAL_FORMS": "0", "steps-0-title": "开工", "steps-0-due_on": "2099-01-01",
    }  # fmt: skip
    assert client.post(page, {**given, "document": ""}).status_code == 400
    assert client.post(page, given).status_code == 302
    assert enterprise.obligations.get().milestones.count() == 1


def test_every_route_of_this_part_is_declared() -> None:
    from zongbu.desk.support.urls.quotas import urlpatterns

    assert {f"support:{one.name}" for one in urlpatterns} <= set(routes())


@pytest.mark.parametrize("name", ["quotas", "requests", "selections", "obligations", "selected"])
def test_lists_take_as_many_queries_for_eight_rows_as_for_two(client_as: As, name: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def fill(numbers: range) -> None:
        for number in numbers:
            uscc = f"91330100MA2QUERY{number}0"
            match name:
                case "quotas":
                    unpaid.a_quota(uscc)
                case "requests":
                    unpaid.a_request(uscc=uscc)
                case "selections":
                    unpaid.a_selection("proposed")
                case "selected":
                    unpaid.a_selection("published")
                case _:
                    unpaid.an_obligation(uscc=uscc)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(f"support:{name}"), {"show": "all"}).status_code == 200
        return len(queries)

    client = client_as(Role.CITY_LEAD)
    fill(range(2))
    asked()  # caches fill
    few = asked()
    fill(range(2, 8))
    assert asked() <= few
