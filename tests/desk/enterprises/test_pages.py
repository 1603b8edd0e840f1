"""The pages of one enterprise: who sees them, what they show, forms that write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import USCC
from tests.desk.enterprises.conftest import OTHER
from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, FactDraft, FactRecord, GroupTie, MaterialChange
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token

pytestmark = pytest.mark.django_db
TABS = ("detail", "facts", "group", "events", "assessments", "cases", "journal")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def send(client: Client, route: str, *arguments: Any, **given: Any) -> Any:
    return client.post(reverse(f"enterprises:{route}", args=arguments), {"submission": new_token(), **given})


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.DISTRICT_LEAD, Role.ENTERPRISE_STAFF, Role.AUDITOR])
def test_every_tab_opens_for_those_in_scope(
    enterprise: Enterprise, client_as: Callable[..., Client], role: Role, tab: str
) -> None:
    response = client_as(role).get(reverse(f"enterprises:{tab}", args=[enterprise.uscc]))
    assert response.status_code == 200
    assert enterprise.name in response.content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_opens_for_others(enterprise: Enterprise, client_as: Callable[..., Client], tab: str) -> None:
    address = reverse(f"enterprises:{tab}", args=[enterprise.uscc])
    assert client_as(Role.DISTRICT_OFFICER, district="330109").get(address).status_code == 404
    assert client_as(Role.DEPARTMENT_OFFICER).get(address).status_code == 404
    assert client_as(Role.ENTERPRISE_STAFF, uscc=OTHER).get(address).status_code == 404
    assert client_as(Role.ADMINISTRATOR).get(address).status_code == 403
    assert client_as(Role.PUBLIC).get(address).status_code == 302


def test_of_group_members_only_the_basics_are_seen(
    enterprise: Enterprise, other: Enterprise, city: Viewer, client_as: Callable[..., Client]
) -> None:
    actions.record(city, other, {"branches_outside_city": 77}, source_name="登记库")
    actions.tie(
        city,
        enterprise,
        kind="subsidiary",
        name="子",
        uscc=OTHER,
        share="0.8",
        location="in_city",
        starts=date(2020, 1, 1),
    )
    client = client_as(Role.ENTERPRISE_STAFF)
    response = client.get(reverse("enterprises:detail", args=[OTHER]))
    assert response.status_code == 200
    assert "77" not in response.content.decode()
    assert client.get(reverse("enterprises:facts", args=[OTHER])).status_code == 404


def test_declaring_reads_what_people_write(enterprise: Enterprise, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    year = date.today().year - 1
    page = client.get(reverse("enterprises:declare", args=[USCC])).content.decode()
    assert "上年度在杭营业收入" in page and "（三）" in page and "亿元" in page
    response = send(
        client,
        "declare",
        USCC,
        year=year,
        in_city_revenue="12.3",
        in_city_revenue_unit="亿元",
        unified_accounting="true",
    )
    assert response.status_code == 302
    facts = queries.facts_at(Enterprise.objects.get(), date.today())
    assert facts["in_city_revenue"] == "1230000000.00"
    assert facts["unified_accounting"] == "true"


def test_a_value_that_cannot_be_read_stays_in_its_field_with_the_reason(
    enterprise: Enterprise, client_as: Callable[..., Client]
) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    response = send(client, "declare", USCC, in_city_revenue="约12", in_city_revenue_unit="亿元", rnd_expense="5")
    page = response.content.decode()
    assert response.status_code == 200
    assert "应为一个确定的数" in page and 'value="约12"' in page and 'value="5"' in page
    assert not FactRecord.objects.filter(fact="rnd_expense").exists()


def test_sending_twice_declares_once(enterprise: Enterprise, client_as: Callable[..., Client]) -> None:
    client, token = client_as(Role.ENTERPRISE_STAFF), new_token()
    given = {"submission": token, "in_city_revenue": "12", "in_city_revenue_unit": "亿元"}
    for _ in range(2):
        response = client.post(reverse("enterprises:declare", args=[USCC]), given)
        assert response.status_code == 302
    assert FactRecord.objects.filter(fact="in_city_revenue").count() == 1


def test_a_draft_counts_for_nothing_until_it_is_submitted(
    enterprise: Enterprise, client_as: Callable[..., Client]
) -> None:
    client, year = client_as(Role.ENTERPRISE_STAFF), date.today().year - 1
    given = {"year": year, "in_city_revenue": "1２.5 还没想好", "in_city_revenue_unit": "亿元", "revision": ""}
    address = reverse("enterprises:draft", args=[USCC])
    assert client.post(address, given).status_code == 302
    page = client.get(reverse("enterprises:declare", args=[USCC])).content.decode()
    assert "草稿·未提交" in page and "1２.5 还没想好" in page
    assert "in_city_revenue" not in queries.facts_at(Enterprise.objects.get(), date.today())
    # a colleague who started from nothing must not overwrite it; the same content again is no conflict
    stale = client.post(address, {**given, "rnd_expense": "1"}, headers={"X-Requested-With": "draft"})
    assert stale.status_code == 409
    assert client.post(address, given, headers={"X-Requested-With": "draft"}).status_code == 200
    send(client, "declare", USCC, year=year, in_city_revenue="12.5", in_city_revenue_unit="亿元")
    assert not FactDraft.objects.exists()


def test_last_years_value_is_offered(enterprise: Enterprise, own: Viewer, client_as: Callable[..., Client]) -> None:
    last = date.today().year - 1
    actions.declare(own, enterprise, {"in_city_revenue": "8.2亿元"}, period=last - 1)
    client = client_as(Role.ENTERPRISE_LEAD)
    page = client.get(reverse("enterprises:declare", args=[USCC])).content.decode()
    assert "8.20亿元" in page and "沿用" in page
    again = client.get(reverse("enterprises:declare", args=[USCC]) + "?reuse=in_city_revenue").content.decode()
    assert 'name="in_city_revenue" value="82000"' in again


def test_a_department_finds_what_was_referred_to_it(
    enterprise: Enterprise, city: Viewer, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    client = client_as(Role.DEPARTMENT_OFFICER)
    department = person_as(Role.DEPARTMENT_OFFICER)
    address = reverse("enterprises:find", args=[USCC, "fits_industrial_orientation"])
    assert client.get(address).status_code == 404
    from zongbu.desk.people.models import Organisation

    actions.refer(city, enterprise, Organisation.objects.get(pk=department.organisation), "产业导向认定")
    assert client.get(address).status_code == 200
    assert (
        send(
            client,
            "find",
            USCC,
            "fits_industrial_orientation",
            fits_industrial_orientation="true",
            valid_from="2024-01-01",
        ).status_code
        == 200
    )
    assert (
        send(
            client,
            "find",
            USCC,
            "fits_industrial_orientation",
            fits_industrial_orientation="true",
            valid_from="2024-01-01",
            reason="属于数字经济核心产业",
        ).status_code
        == 302
    )
    history = client.get(reverse("enterprises:fact", args=[USCC, "fits_industrial_orientation"])).content.decode()
    assert "属于数字经济核心产业" in history and "部门认定" in history


def test_an_enterprise_sees_the_office_and_not_the_official(
    enterprise: Enterprise, person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    official = person_as(Role.CITY_OFFICER, name="王某某")
    actions.record(official, enterprise, {"branches_outside_city": 3}, source_name="登记库")
    for tab, role, seen in (("journal", Role.ENTERPRISE_STAFF, False), ("journal", Role.CITY_LEAD, True)):
        page = client_as(role).get(reverse(f"enterprises:{tab}", args=[USCC])).content.decode()
        assert ("王某某" in page) is seen
        assert "录入登记数据" in page


def test_forms_of_officials_write(enterprise: Enterprise, other: Enterprise, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    for route, arguments, given in (
        (
            "record",
            ["branches_outside_city"],
            {"branches_outside_city": "3", "valid_from": "2024-01-01", "source_name": "库"},
        ),
        ("tie", [], {"kind": "subsidiary", "name": "甲", "share": "50", "location": "abroad", "starts": "2020-01-01"}),
        ("claim", [], {"metric": "in_city_revenue", "year": "2023", "basis": "group"}),
        (
            "change",
            [],
            {"kind": "rename", "happened_on": "2024-05-01", "after": "示例新名有限公司", "source_name": "通知书"},
        ),
        ("listing", [], {"listed_on": "2023-05-01", "source_name": "信用中国"}),
        ("ban", [], {"starts": "2024-03-15", "ground": "弄虚作假", "source_name": "批复"}),
    ):
        response = send(client, route, USCC, *arguments, **given)
        assert response.status_code == 302, (route, response.content.decode()[-3000:])
    enterprise.refresh_from_db()
    assert enterprise.name == "示例新名有限公司" and enterprise.former_names == ["示例科技有限公司"]
    tie, change = GroupTie.objects.get(), MaterialChange.objects.get()
    for route, arguments, given in (
        ("adopt", ["subsidiaries_outside_city"], {}),
        ("end_tie", [tie.pk], {"day": "2024-06-01"}),
        ("withdraw_tie", [tie.pk], {"reason": "误录"}),
        ("withdraw_change", [change.pk], {"reason": "误录"}),
        ("remove_listing", [enterprise.dishonestylistings.get().pk], {"day": "2024-01-01", "source_name": "信用中国"}),
        ("withdraw_listing", [enterprise.dishonestylistings.get().pk], {"reason": "误录"}),
        ("withdraw_ban", [enterprise.bans.get().pk], {"reason": "误录"}),
        ("release", [enterprise.metric_claims.get().pk], {"reason": "改由子公司申报"}),
    ):
        page = client.get(reverse(f"enterprises:{route}", args=[USCC, *arguments])) if route != "adopt" else None
        assert page is None or page.status_code == 200, route
        response = send(client, route, USCC, *arguments, **given)
        assert response.status_code == 302, (route, response.content.decode()[-3000:])
    enterprise.refresh_from_db()
    assert enterprise.name == "示例科技有限公司"
    for tab in TABS:
        assert client.get(reverse(f"enterprises:{tab}", args=[USCC])).status_code == 200


def test_evidence_travels_with_a_form_and_is_downloaded_through_a_check(
    enterprise: Enterprise, client_as: Callable[..., Client]
) -> None:
    client = client_as(Role.ENTERPRISE_STAFF)
    upload = SimpleUploadedFile("审计报告.pdf", PDF, "application/pdf")
    assert (
        send(client, "declare", USCC, in_city_revenue="12", in_city_revenue_unit="亿元", upload=upload).status_code
        == 302
    )
    file = EvidenceFile.objects.get()
    response = client.get(reverse("enterprises:evidence", args=[file.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for stranger in (client_as(Role.ENTERPRISE_STAFF, uscc=OTHER), client_as(Role.DISTRICT_LEAD, district="330109")):
        assert stranger.get(reverse("enterprises:evidence", args=[file.pk])).status_code == 404
    client.post(reverse("enterprises:delete_file", args=[file.pk]))
    assert EvidenceFile.objects.filter(pk=file.pk).exists()  # it proves something


def test_registering(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ENTERPRISE_LEAD)
    assert client.get(reverse("enterprises:mine")).headers["Location"] == reverse("enterprises:register")
    assert client.get(reverse("enterprises:register")).status_code == 200
    assert send(client, "register", name="示例新企业", district="330108").status_code == 302
    assert Enterprise.objects.get().uscc == USCC
    assert client.get(reverse("enterprises:mine")).headers["Location"] == reverse("enterprises:detail", args=[USCC])
    assert (
        send(client_as(Role.DISTRICT_OFFICER), "register", uscc=OTHER, name="外区企业", district="330109").status_code
        == 200
    )
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize("tab", TABS)
def test_tabs_need_a_constant_number_of_queries(
    enterprise: Enterprise,
    own: Viewer,
    city: Viewer,
    client_as: Callable[..., Client],
    django_assert_max_num_queries: Any,
    tab: str,
) -> None:
    client = client_as(Role.CITY_OFFICER)
    address = reverse(f"enterprises:{tab}", args=[USCC])
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for number in range(12):
        actions.declare(own, enterprise, {"in_city_revenue": f"{number + 1}亿元", "rnd_expense": f"{number}万元"})
        actions.record_change(
            city, enterprise, "capital", date(2024, 1, 1 + number), after=str(number), source_name="通知书"
        )
        actions.tie(
            city, enterprise, kind="branch", name=f"分公司{number}", location="abroad", starts=date(2020, 1, 1 + number)
        )
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) <= len(before) + 3, [query["sql"][:150] for query in after]


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "x"])
def test_a_number_that_is_none_is_not_an_error(
    enterprise: Enterprise, client_as: Callable[..., Client], number: str
) -> None:
    officer, own = client_as(Role.CITY_OFFICER), client_as(Role.ENTERPRISE_STAFF)
    address = reverse("enterprises:record", args=[enterprise.uscc, "in_city_revenue"])
    assert officer.get(address, {"year": number}).status_code == 200
    assert officer.get(reverse("enterprises:list"), {"page": number}).status_code == 200
    kept = own.post(reverse("enterprises:draft", args=[enterprise.uscc]), {"revision": number, "year": number})
    assert kept.status_code == 302
