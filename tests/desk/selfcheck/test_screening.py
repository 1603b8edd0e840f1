"""Screenings: the same answers as one by one, for those who may see them, once at a time."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.desk.selfcheck.conftest import FULL
from zongbu.desk.enterprises import actions as enterprise_actions
from zongbu.desk.enterprises import queries as enterprise_queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.selfcheck import actions, queries
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import files, rows, run, table
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
POLICY = "hangzhou-2023"
State = Screening.State

CASES = {
    "91330100AAAAAAAA01": ("330108", FULL),
    "91330100AAAAAAAA02": ("330108", {**FULL, "in_city_revenue@2025": "8.2亿元"}),
    "91330100AAAAAAAA03": ("330106", {**FULL, "state_ownership": "省属"}),
    "91330100AAAAAAAA04": ("330106", {"registered_in_city": "是", "in_city_revenue@2024": "99亿元"}),
    "91330100AAAAAAAA05": ("330106", {}),
}


@pytest.fixture
def register(enterprise: Callable[..., Enterprise]) -> dict[str, Enterprise]:
    return {uscc: enterprise(uscc, district=district, **facts) for uscc, (district, facts) in CASES.items()}


@pytest.fixture
def city(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_OFFICER)


def done(viewer: Viewer, as_of: date = DAY, district: str = "", policy: str = POLICY) -> Screening:
    made, new = actions.start(viewer, policy, as_of, district)
    assert new
    run.run(made.pk)
    made.refresh_from_db()
    assert made.state == State.DONE, made.error
    return made


@pytest.mark.parametrize("policy", [POLICY, "binjiang-draft"])
@pytest.mark.parametrize("as_of", [DAY, date(2025, 6, 30), date(2014, 1, 1)])
def test_rows_are_those_of_assessing_one_by_one(
    register: dict[str, Enterprise], city: Viewer, as_of: date, policy: str
) -> None:
    found = done(city, as_of, policy=policy)
    law = policy_of(policy)
    screened = {row.uscc: row for row in rows.every(found, rows.Filter())}
    assert screened.keys() == register.keys()
    for uscc, enterprise in register.items():
        facts = enterprise_queries.facts_at(enterprise, as_of, found.known_at, policy=law)
        assessed = law.assess(facts, as_of=as_of, parameters=found.parameters)
        assert screened[uscc].answers == tuple(assessed.results[result] for result in found.results), uscc
    for position, result in enumerate(found.results):
        values = [row.answers[position] for row in screened.values()]
        assert found.counts[result]["undetermined"] == values.count(None)


def test_the_quick_way_and_the_slow_way_give_the_same_facts(register: dict[str, Enterprise]) -> None:
    law, now = policy_of(POLICY), timezone.now()
    batch = list(Enterprise.objects.order_by("pk"))
    assert table.facts_of(batch, law, DAY, now) == enterprise_queries.facts_of_many(batch, DAY, now, policy=law)


def test_what_is_recorded_later_does_not_count(register: dict[str, Enterprise], city: Viewer) -> None:
    made, _ = actions.start(city, POLICY, DAY)
    changed = register["91330100AAAAAAAA02"]
    enterprise_actions.record(
        city, changed, {"in_city_revenue@2025": "50亿元"}, source_name="更正", valid_from=date(2025, 1, 1)
    )
    run.run(made.pk)
    made.refresh_from_db()
    row = rows.one(made, changed.uscc)
    assert row is not None
    assert row.answers[made.results.index("meets_scale")] is False


def test_an_equal_request_that_is_under_way_is_used_again(register: dict[str, Enterprise], city: Viewer) -> None:
    first, new = actions.start(city, POLICY, DAY)
    again, again_new = actions.start(city, POLICY, DAY)
    other, other_new = actions.start(city, POLICY, DAY, "330106")
    assert (new, again_new, other_new) == (True, False, True)
    assert again == first
    assert other != first
    run.run(first.pk)
    assert actions.start(city, POLICY, DAY)[1]


def test_one_that_broke_off_is_replaced(city: Viewer) -> None:
    first, _ = actions.start(city, POLICY, DAY)
    Screening.objects.filter(pk=first.pk).update(state=State.RUNNING, started_at=timezone.now())
    first.refresh_from_db()
    files.report(first, 0.3)
    assert not actions.start(city, POLICY, DAY)[1]
    long_ago = time.time() - 2 * files.STILL
    os.utime(files.folder(first) / "progress", (long_ago, long_ago))
    second, new = actions.start(city, POLICY, DAY)
    first.refresh_from_db()
    assert (new, first.state) == (True, State.FAILED)
    assert first.error
    assert second != first


def test_cancelled_while_running_it_stays_cancelled(
    register: dict[str, Enterprise], city: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = actions.start(city, POLICY, DAY)
    written = table.facts_of

    def cancelling(*given: Any) -> Any:
        actions.cancel(city, made.pk)
        return written(*given)

    monkeypatch.setattr(table, "facts_of", cancelling)
    run.run(made.pk)
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    assert not files.answers(made).exists()
    assert [entry.act for entry in Entry.objects.filter(subject=str(made.pk), subject_kind="selfcheck.screening")] == [
        "selfcheck.screen",
        "selfcheck.cancel",
    ]


def test_one_that_fails_says_why(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = actions.start(city, POLICY, DAY)
    Screening.objects.filter(pk=made.pk).update(version="another")
    run.run(made.pk)
    made.refresh_from_db()
    assert made.state == State.FAILED
    assert "更新" in made.error
    broken, _ = actions.start(city, POLICY, DAY)
    monkeypatch.setattr(run, "write_table", lambda *given, **more: 1 / 0)
    run.run(broken.pk)
    broken.refresh_from_db()
    assert broken.state == State.FAILED
    assert "division" not in broken.error


def test_it_runs_once_only(register: dict[str, Enterprise], city: Viewer) -> None:
    found = done(city)
    before = found.finished_at
    run.run(found.pk)
    found.refresh_from_db()
    assert found.finished_at == before


# --- who ---------------------------------------------------------------------------------------------------


def test_a_district_screens_its_own(register: dict[str, Enterprise], person_as: Callable[..., Viewer]) -> None:
    binjiang = person_as(Role.DISTRICT_OFFICER, district="330108")
    found = done(binjiang)
    assert found.district == "330108"
    assert {row.uscc[-2:] for row in rows.every(found, rows.Filter())} == {"01", "02"}
    with pytest.raises(PermissionDenied):
        actions.start(binjiang, POLICY, DAY, "330106")


def test_screenings_are_seen_by_those_concerned(
    register: dict[str, Enterprise], city: Viewer, person_as: Callable[..., Viewer]
) -> None:
    binjiang = person_as(Role.DISTRICT_OFFICER, district="330108")
    xihu = person_as(Role.DISTRICT_LEAD, district="330106")
    whole, own = actions.start(city, POLICY, DAY)[0], actions.start(binjiang, POLICY, DAY)[0]
    sees = {
        binjiang: {own},
        xihu: set(),
        person_as(Role.CITY_LEAD): {whole, own},
        person_as(Role.LEADING_GROUP): {whole, own},
        person_as(Role.AUDITOR): {whole, own},
        person_as(Role.DEPARTMENT_OFFICER): set(),
        person_as(Role.ENTERPRISE_LEAD): set(),
        Viewer(): set(),
    }
    for viewer, expected in sees.items():
        assert set(queries.screenings(viewer)) == expected, viewer.role
    with pytest.raises(PermissionDenied):
        actions.cancel(person_as(Role.LEADING_GROUP), own.pk)
    with pytest.raises(PermissionDenied):
        actions.cancel(person_as(Role.AUDITOR), own.pk)
    with pytest.raises(Screening.DoesNotExist):
        actions.cancel(xihu, own.pk)


@pytest.mark.parametrize(
    "role", [Role.PUBLIC, Role.ENTERPRISE_LEAD, Role.DEPARTMENT_LEAD, Role.AUDITOR, Role.ADMINISTRATOR]
)
def test_others_do_not_screen(person_as: Callable[..., Viewer], role: Role) -> None:
    with pytest.raises(PermissionDenied):
        actions.start(person_as(role), POLICY, DAY)


def test_an_unknown_district_or_policy_is_refused(city: Viewer) -> None:
    with pytest.raises(InputError):
        actions.start(city, POLICY, DAY, "330199")
    with pytest.raises(InputError):
        actions.start(city, "nothing", DAY)


# --- pages -------------------------------------------------------------------------------------------------


def test_from_the_form_to_the_rows(register: dict[str, Enterprise], client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    assert client.get(reverse("selfcheck:screenings")).status_code == 200
    form = {"policy": POLICY, "as_of": DAY.isoformat(), "district": "", FIELD: new_token()}
    started = [client.post(reverse("selfcheck:screen"), form).headers["Location"] for _ in range(2)]
    assert started[0] == started[1]
    made = Screening.objects.get()
    waiting = client.get(started[0]).content.decode()
    assert "正在排队" in waiting
    assert "正在排队" in client.get(reverse("selfcheck:progress", args=[made.pk])).content.decode()
    run.run(made.pk)
    assert client.get(reverse("selfcheck:progress", args=[made.pk])).headers["HX-Refresh"] == "true"
    text = client.get(started[0]).content.decode()
    assert "5 家企业的结果" in text
    assert "还没有批量筛查" not in client.get(reverse("selfcheck:screenings")).content.decode()
    for uscc in register:
        assert uscc in text
    filtered = client.get(started[0], {"result": "meets_scale", "answer": "not_met"}).content.decode()
    assert "AAAA02" in filtered
    assert "AAAA01" not in filtered
    none = client.get(started[0], {"q": "没有这家"}).content.decode()
    assert "没有符合条件的企业" in none


def test_a_form_with_a_fault_keeps_what_was_chosen(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    form = {"policy": "binjiang-draft", "as_of": "later", "district": "330106", FIELD: new_token()}
    response = client.post(reverse("selfcheck:screen"), form)
    assert response.status_code == 422
    text = response.content.decode()
    assert 'value="330106" selected' in text
    assert 'value="binjiang-draft" checked' in text


def test_a_row_is_explained_as_of_then(
    register: dict[str, Enterprise], city: Viewer, client_as: Callable[..., Client]
) -> None:
    found = done(city)
    enterprise_actions.record(
        city,
        register["91330100AAAAAAAA02"],
        {"in_city_revenue@2025": "50亿元"},
        source_name="更正",
        valid_from=date(2025, 1, 1),
    )
    address = reverse("selfcheck:row", args=[found.pk, "91330100AAAAAAAA02"])
    text = client_as(Role.CITY_LEAD).get(address).content.decode()
    assert "还差 1.80亿元" in text
    assert client_as(Role.DISTRICT_OFFICER, district="330106").get(address).status_code == 404


def test_a_district_sees_no_row_that_has_left_it(
    register: dict[str, Enterprise], person_as: Callable[..., Viewer], client_as: Callable[..., Client]
) -> None:
    found = done(person_as(Role.DISTRICT_OFFICER, district="330108"))
    address = reverse("selfcheck:row", args=[found.pk, "91330100AAAAAAAA01"])
    client = client_as(Role.DISTRICT_LEAD, district="330108")
    assert client.get(address).status_code == 200
    Enterprise.objects.filter(uscc="91330100AAAAAAAA01").update(district="330106")
    assert client.get(address).status_code == 404


def test_what_is_exported_is_what_is_shown(
    register: dict[str, Enterprise], city: Viewer, client_as: Callable[..., Client], settings: Any
) -> None:
    found = done(city)
    client = client_as(Role.AUDITOR)
    chosen = {"district": "330106"}
    shown = client.get(reverse("selfcheck:screening", args=[found.pk]), chosen).content.decode()
    response = client.post(reverse("selfcheck:export", args=[found.pk, "csv"]) + "?" + urlencode(chosen))
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(content)))
    assert [line[1][-2:] for line in lines[1:]] == ["03", "04", "05"]
    assert all(line[1] in shown for line in lines[1:])
    assert lines[0][:3] == ["企业名称", "统一社会信用代码", "注册区县"]
    assert {line[-1] for line in lines[1:]} == {"演示参数"}
    sheet = client.post(reverse("selfcheck:export", args=[found.pk, "xlsx"]) + "?" + urlencode(chosen))
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(sheet.streaming_content)))  # type: ignore[attr-defined]
    cells = book.get_sheet_by_index(0).to_python()
    assert [[str(cell) for cell in row[:4]] for row in cells] == [line[:4] for line in lines]
    notes = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert notes["筛选：区县"] == "西湖区"
    taken = Entry.objects.filter(act="selfcheck.export").latest("sequence")
    assert taken.after == {"format": "xlsx", "filters": chosen, "rows": 3}
    assert "演示参数" in notes


def test_a_name_is_no_formula(
    enterprise: Callable[..., Enterprise], city: Viewer, client_as: Callable[..., Client]
) -> None:
    enterprise("91330100AAAAAAAA09", name="=1+1 公司")
    found = done(city)
    response = client_as(Role.CITY_OFFICER).post(reverse("selfcheck:export", args=[found.pk, "csv"]))
    assert "'=1+1 公司" in b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_cancelling_from_the_page(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    form = {"policy": POLICY, "as_of": DAY.isoformat(), FIELD: new_token()}
    address = client.post(reverse("selfcheck:screen"), form).headers["Location"]
    made = Screening.objects.get()
    cancel = {FIELD: new_token()}
    for _ in range(2):
        assert client.post(reverse("selfcheck:cancel", args=[made.pk]), cancel).headers["Location"] == address
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    assert "已取消" in client.get(address).content.decode()
    assert Entry.objects.filter(act="selfcheck.cancel").count() == 1


def test_the_list_asks_for_as_much_however_long_it_is(
    city: Viewer, client_as: Callable[..., Client], django_assert_num_queries: Any
) -> None:
    client = client_as(Role.CITY_OFFICER)
    address = reverse("selfcheck:screenings")

    def asked() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries_made:
            client.get(address)
        return len(queries_made)

    actions.start(city, POLICY, DAY)
    asked()
    few = asked()
    for day in range(8):
        actions.start(city, POLICY, DAY - timedelta(days=day + 1))
    assert asked() == few


def test_rows_can_be_sorted_by_a_result(
    register: dict[str, Enterprise], city: Viewer, client_as: Callable[..., Client]
) -> None:
    found = done(city)
    text = (
        client_as(Role.AUDITOR)
        .get(reverse("selfcheck:screening", args=[found.pk]), {"sort": "-is_headquarters"})
        .content.decode()
    )
    assert text.index("AAAA01</span>") < text.index("AAAA02</span>") < text.index("AAAA04</span>")
    assert 'aria-sort="descending"' in text
    assert [row.uscc[-2:] for row in rows.page(found, rows.Filter(sort="nonsense; DROP"), 0, 2)] == ["01", "02"]
