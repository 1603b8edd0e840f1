"""The auditors' pages and the calendars as they are asked for over HTTP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.clock.models import CalendarYear
from zongbu.desk.kernel.journal import export as exporting
from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.journal.queries import Filters, distinct, entries
from zongbu.desk.kernel.navigation import entries as navigation
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token

ClientAs = Callable[..., Client]
ONE = Viewer(Role.CITY_OFFICER, person=70001, name="张三丰", organisation_name="市总部办", address="10.0.0.1")
OTHER = Viewer(Role.DISTRICT_OFFICER, person=70002, name="李四", organisation_name="滨江总部办")

pytestmark = pytest.mark.django_db


@pytest.fixture
def some(client_as: ClientAs) -> Client:
    """A few entries, and an auditor."""
    client = client_as(Role.AUDITOR)
    calendar = CalendarYear.objects.get(year=2024)
    with transaction.atomic():
        journal.record(
            "grant.accept", ONE, calendar, case="G-1", reason="=1+1", before={"state": "a"}, after={"state": "b"}
        )
        journal.record("grant.approve", OTHER, case="G-2", after={"amount": "1.50", "list": [1, 2]})
        journal.record("people.invite", OTHER, case="G-2")
    return client


def ours(response: Any) -> list[str]:
    """The cases that a list shows, the entries of signing in left out."""
    return [f"{entry.act} {entry.case}" for entry, _ in response.context["shown"] if entry.person in (70001, 70002)]


# --- the list --------------------------------------------------------------------------------------------------


def test_the_latest_come_first(some: Client) -> None:
    response = some.get(reverse("kernel:journal"))
    assert response.status_code == 200
    assert ours(response) == ["people.invite G-2", "grant.approve G-2", "grant.accept G-1"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"person": "张三"}, ["grant.accept G-1"]),
        ({"person": "70002"}, ["people.invite G-2", "grant.approve G-2"]),
        ({"act": "grant."}, ["grant.approve G-2", "grant.accept G-1"]),
        ({"act": "grant.accept"}, ["grant.accept G-1"]),
        ({"kind": "kernel.calendaryear", "subject": "2024"}, ["grant.accept G-1"]),
        ({"case": "g-2", "act": "people."}, ["people.invite G-2"]),
        ({"case": "nothing"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "1999-01-01"}, []),
        ({"person": "²"}, []),
    ],
)
def test_filters(some: Client, asked: dict[str, str], found: list[str]) -> None:
    response = some.get(reverse("kernel:journal"), asked)
    assert response.status_code == 200
    assert ours(response) == found


def test_both_days_of_a_period_are_included(some: Client) -> None:
    today = timezone.localdate()
    response = some.get(reverse("kernel:journal"), {"since": today, "until": today, "case": "G-1"})
    assert len(ours(response)) == 1
    response = some.get(reverse("kernel:journal"), {"since": today, "until": today - timedelta(days=1)})
    assert "截止日期早于起始日期" in response.content.decode()


def test_a_page_has_fifty_rows_and_a_constant_number_of_queries(some: Client, django_assert_num_queries: Any) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        some.get(reverse("kernel:journal"))
    with transaction.atomic():
        for n in range(120):
            journal.record(f"grant.act{n % 3}", ONE, CalendarYear.objects.first(), case=f"N-{n}")
    with CaptureQueriesContext(connection) as many:
        response = some.get(reverse("kernel:journal"), {"page": 2})
    assert len(response.context["shown"]) == 50
    assert len(many) <= len(few)


# --- one entry -------------------------------------------------------------------------------------------------


def test_before_and_after_side_by_side(some: Client) -> None:
    entry = Entry.objects.get(act="grant.accept")
    response = some.get(reverse("kernel:entry", args=[entry.sequence]))
    (change,) = response.context["changes"]
    assert (change["name"], change["before"], change["after"], change["changed"]) == ("state", "a", "b", True)
    assert entry.digest in response.content.decode()
    assert some.get(reverse("kernel:entry", args=[99999])).status_code == 404


# --- export ----------------------------------------------------------------------------------------------------


def exported(client: Client, form: str, **filters: str) -> bytes:
    response = client.post(reverse("kernel:export"), {"format": form, **filters})
    assert response.status_code == 200
    assert f".{form}" in response["Content-Disposition"]
    return b"".join(response)  # type: ignore[arg-type]


def test_csv_holds_what_is_filtered_and_no_formulas(some: Client) -> None:
    content = exported(some, "csv", act="grant.").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["act"] for row in rows] == ["grant.accept", "grant.approve"]
    assert rows[0]["reason"] == "'=1+1"
    assert json.loads(rows[1]["after"]) == {"amount": "1.50", "list": [1, 2]}


def test_json_lines_hold_everything_unaltered(some: Client) -> None:
    lines = [json.loads(line) for line in exported(some, "jsonl").splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert [one["previous"] for one in lines[1:]] == [one["digest"] for one in lines[:-1]]
    assert any(line["reason"] == "=1+1" for line in lines)


def test_xlsx_holds_texts_as_texts(some: Client) -> None:
    sheet = load_workbook(io.BytesIO(exported(some, "xlsx", act="grant."))).active
    assert sheet is not None
    head, first, _ = sheet.iter_rows()
    column = [cell.value for cell in head].index("reason")
    assert (first[column].value, first[column].data_type) == ("=1+1", "s")


def test_exporting_is_journalled_and_not_in_its_own_export(some: Client) -> None:
    lines = exported(some, "jsonl", act="grant.").splitlines()
    told = Entry.objects.latest("sequence")
    assert (told.act, told.role) == ("kernel.export_journal", "auditor")
    assert told.after["filters"] == {"act": "grant."}
    assert told.after["entries"] == len(lines) == 2
    assert b"kernel.export_journal" not in exported(some, "jsonl", case="none")


def test_what_cannot_be_exported(some: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert some.post(reverse("kernel:export"), {"format": "pdf"}).status_code == 400
    assert some.get(reverse("kernel:export")).status_code == 405
    monkeypatch.setattr(exporting, "MOST_ROWS_XLSX", 1)
    response = some.post(reverse("kernel:export"), {"format": "xlsx"}, follow=True)
    assert "请缩小范围" in response.content.decode()


# --- verification ------------------------------------------------------------------------------------------------


def test_an_intact_chain_and_its_end(some: Client) -> None:
    assert some.get(reverse("kernel:verification")).status_code == 200
    response = some.post(reverse("kernel:verification"))
    assert "链条完整" in response.content.decode()
    told = Entry.objects.latest("sequence")
    assert (told.act, told.after["intact"]) == ("kernel.verify_journal", True)
    assert told.previous in response.content.decode()


def test_a_broken_chain_is_shown_where_it_breaks(some: Client) -> None:
    broken = Entry.objects.get(act="grant.approve").sequence
    triggers.remove(connection)
    Entry.objects.filter(sequence=broken).update(reason="forged")
    triggers.install(connection)
    response = some.post(reverse("kernel:verification"))
    assert f"日志在第 {broken} 条处断开" in response.content.decode()
    assert Entry.objects.latest("sequence").after == {
        "entries": Entry.objects.count() - 1, "intact": False, "broken_at": broken, "fault": "altered",
    }  # fmt: skip


def test_a_chain_written_anew_is_found_with_a_noted_end(some: Client) -> None:
    sequence, digest = Entry.objects.values_list("sequence", "digest").latest("sequence")
    place = reverse("kernel:verification")
    assert "链条完整" in some.post(place, {"known": f"{sequence} {digest}"}).content.decode()
    assert f"日志在第 {sequence} 条处断开" in some.post(place, {"known": f"{sequence} {'0' * 64}"}).content.decode()
    number = Entry.objects.count()
    misunderstood = some.post(place, {"known": "12 abc"}).content.decode()
    assert "应为序号、空格和64位摘要" in misunderstood
    assert 'value="12 abc"' in misunderstood
    assert Entry.objects.count() == number


@pytest.mark.parametrize("forged", [0, 7])
def test_long_verification_goes_on_where_it_stopped(some: Client, monkeypatch: pytest.MonkeyPatch, forged: int) -> None:
    with transaction.atomic():
        for n in range(12):
            journal.record("grant.act", ONE, case=f"N-{n}")
    if forged:
        triggers.remove(connection)
        Entry.objects.filter(sequence=forged).update(reason="forged")
        triggers.install(connection)
    monkeypatch.setattr("zongbu.desk.kernel.journal.chain.CHUNK", 5)
    monkeypatch.setattr("zongbu.desk.kernel.journal.views.SECONDS", 0)
    response = some.post(reverse("kernel:verification"))
    assert response.context["progress"].reached == 5
    assert not response.context["progress"].finished
    posts = 1
    while not response.context["progress"].finished:
        response = some.post(reverse("kernel:verification"), {"state": response.context["state"]})
        posts += 1
    found = response.context["progress"].found
    assert (found.sequence if found else 0) == forged
    assert posts == (2 if forged else 1 + Entry.objects.count() // 5)
    assert not some.post(reverse("kernel:verification"), {"state": "forged"}).context["progress"].reached > 5


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_the_journal_is_for_auditors(client_as: ClientAs, role: Role) -> None:
    client = client_as(role)
    for name, arguments in (("journal", []), ("entry", [1]), ("verification", [])):
        assert client.get(reverse(f"kernel:{name}", args=arguments)).status_code in (302, 403)
    assert client.post(reverse("kernel:export"), {"format": "csv"}).status_code in (302, 403)
    with pytest.raises(PermissionDenied):
        entries(Viewer(role, person=1), Filters())
    with pytest.raises(PermissionDenied):
        distinct(Viewer(role, person=1), "act")


def test_navigation() -> None:
    assert [entry.url_name for entry in navigation(Viewer(Role.AUDITOR, person=1))] == [
        "kernel:journal",
        "kernel:calendar",
    ]
    assert [entry.url_name for entry in navigation(Viewer(Role.ADMINISTRATOR, person=1))] == ["kernel:calendar"]
    assert navigation(Viewer(Role.CITY_LEAD, person=1)) == []


# --- calendars ---------------------------------------------------------------------------------------------------


def form(**more: str) -> dict[str, str]:
    lines = "2027-01-01至2027-01-03,休,元旦\n2027-01-09,班,元旦"
    return {"year": "2027", "source": "国办发明电〔2026〕1号", "days": lines, "submission": new_token()} | more


def test_calendars_are_shown(client_as: ClientAs) -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        client = client_as(role)
        assert "2026 年" in client.get(reverse("kernel:calendar")).content.decode()
        response = client.get(reverse("kernel:calendar_year", args=[2024, 1]))
        assert "国庆节" in response.content.decode()
        assert response.context["working_days"] == 251
        assert client.get(reverse("kernel:calendar_year", args=[2024, 2])).status_code == 404


def test_a_calendar_is_previewed_then_imported_once(client_as: ClientAs) -> None:
    client, address = client_as(Role.ADMINISTRATOR), reverse("kernel:calendar_import")
    assert client.get(address, {"year": "2027"}).status_code == 200
    values = form()
    preview = client.post(address, values)
    assert "还没有导入" in preview.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()
    for _ in range(2):
        response = client.post(address, values | {"confirm": "1"})
        assert response["Location"] == reverse("kernel:calendar_year", args=[2027, 1])
    assert CalendarYear.objects.filter(year=2027).count() == 1
    assert Entry.objects.filter(act="kernel.import_calendar").count() == 1
    changed = client.post(address, form(days="2027-01-01,休,元旦"))
    assert len(changed.context["change"]["removed"]) == 3
    again = client.post(address, form() | {"again": "1"})
    assert "preview" not in again.context


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"days": "2027-01-04,班"}, "第1行"),
        ({"days": " "}, "特殊日"),
        ({"source": ""}, "来源"),
        ({"year": "1800"}, "年份"),
    ],
)
def test_a_faulty_calendar_comes_back_with_its_input(client_as: ClientAs, change: dict[str, str], fault: str) -> None:
    client = client_as(Role.ADMINISTRATOR)
    response = client.post(reverse("kernel:calendar_import"), form(**change) | {"confirm": "1"})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert fault in response.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_calendar_that_is_nothing_new(client_as: ClientAs) -> None:
    client, address = client_as(Role.ADMINISTRATOR), reverse("kernel:calendar_import")
    client.post(address, form(confirm="1"))
    response = client.post(address, form(confirm="1"))
    assert "完全相同" in response.content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SECURITY_OFFICER, Role.CITY_LEAD])
def test_only_administrators_import(client_as: ClientAs, role: Role) -> None:
    assert client_as(role).post(reverse("kernel:calendar_import"), form(confirm="1")).status_code == 403
