"""Exports and imports: what is shown goes out, messy tables come in, and coming in twice changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from zongbu.desk.enterprises import actions as register
from zongbu.desk.enterprises.exchange import actions, queries, storage, work
from zongbu.desk.enterprises.exchange.export import as_csv, as_workbook, harmless
from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.enterprises.exchange.preview import preview, rejects
from zongbu.desk.enterprises.listing.criteria import Criteria
from zongbu.desk.enterprises.listing.views import criteria_from
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Membership, Organisation, Person
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
YEAR = 2022
AS_OF = date(2023, 6, 30)
HEADER = "企业名称,统一社会信用代码,所属区县,2022年度在杭营业收入（万元）,是否独立法人,在杭登记日"


def code(number: int) -> str:
    return f"91330100MA{number:08d}"


def bring(viewer: Viewer, content: bytes | str, name: str = "登记库.csv", encoding: str = "utf-8") -> ImportRun:
    """Upload and check."""
    data = content.encode(encoding) if isinstance(content, str) else content
    run = actions.upload(viewer, ContentFile(data, name), source_name="市登记库", valid_from=AS_OF, year=YEAR)
    work.check_run(run.pk)
    run.refresh_from_db()
    return run


def take(viewer: Viewer, run: ImportRun) -> ImportRun:
    """Commit and have it done."""
    actions.commit(viewer, run.pk)
    work.commit_run(run.pk)
    run.refresh_from_db()
    return run


def counts(run: ImportRun) -> dict[str, int]:
    return {"new": run.new, "changed": run.changed, "unchanged": run.unchanged, "rejected": run.rejected}


def reasons(run: ImportRun) -> dict[int, str]:
    return dict(queries.rows(run, "rejected").values_list("number", "reason"))


def book(rows: Sequence[Sequence[Any]], path: Path) -> bytes:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as made:
        made.add_worksheet("封面")
        sheet = made.add_worksheet("企业")
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return path.read_bytes()


@pytest.fixture
def city(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_OFFICER)


# --- reading messy tables ---------------------------------------------------------------------------------


def test_gbk_with_titles_above_the_header_and_repeated_rows(city: Viewer) -> None:
    table = f"""杭州市企业登记信息表,,,,,
填报单位：某某局,,,,,
{HEADER}
甲公司,{code(1)},滨江,12.3亿元,是,2021/12/31
甲公司,{code(1)},高新区（滨江）,"123,000",√,2021年12月31日
乙公司,{code(2)},下城区,5000,否,

丙公司,{code(3)},西湖区,—,,20200101
"""
    run = bring(city, table, encoding="gbk")
    assert run.state == "checked"
    assert counts(run) == {"new": 3, "changed": 0, "unchanged": 0, "rejected": 0}
    assert (run.total, run.repeated) == (4, 1)
    take(city, run)
    one = Enterprise.objects.get(uscc=code(1))
    assert one.district == "330108"
    assert one.known["in_city_revenue@2022"] == "1230000000.00"
    assert one.known["is_legal_person"] == "true"
    assert Enterprise.objects.get(uscc=code(2)).district == "330105"  # 下城 has become 拱墅
    assert "in_city_revenue@2022" not in Enterprise.objects.get(uscc=code(3)).known


def test_rows_that_cannot_be_used(city: Viewer) -> None:
    table = f"""{HEADER},星级,备注
甲,{code(1)},滨江区,1,是,,5,=1+1
乙,,滨江区,1,是,,,
丙,{code(3)},江干区,1,是,,,
丁,{code(4)},330104,1,是,,,
戊,{code(5)},滨江区,一千万,是,2021-02-30,,
己,{code(6)},滨江区,1,是,,,
己,{code(6)},滨江区,2,是,,,
,{code(7)},滨江区,2,是,,,
辛,ABC,滨江,2,是,,,
壬,{code(9)},滨江区,2
"""
    run = bring(city, table)
    assert counts(run) == {"new": 1, "changed": 0, "unchanged": 0, "rejected": 9}
    found = reasons(run)
    assert "没有统一社会信用代码" in found[3]
    assert "上城区、钱塘区" in found[4]
    assert "上城区、钱塘区" in found[5]
    assert "一千万" in found[6]
    assert "2月30日" in found[6]
    assert "分不清" in found[7]
    assert "第 7 行" in found[8]
    assert "没有企业名称" in found[9]
    assert "15至18位" in found[10]
    assert "单元格少于表头" in found[11]
    assert run.findings == ["星级"]
    assert run.unknown == ["备注"]
    rows = list(csv.reader(io.StringIO(b"".join(rejects(run)).decode("utf-8-sig"))))
    assert len(rows) == 10
    assert rows[4][:3] == ["6", code(5), "戊"]


def test_a_workbook_of_two_hundred_columns(city: Viewer, tmp_path: Path) -> None:
    titles = ["统一社会信用代码", "企业名称", "注册区县", "行业代码", *(f"其他{number}" for number in range(196))]
    rows = [[code(number), f"示例{number}公司", 330108, 6513, *range(196)] for number in range(1, 4)]
    run = bring(city, book([titles, *rows], tmp_path / "a.xlsx"), "企业.xlsx")
    assert counts(run)["new"] == 3
    assert run.sheet == "企业"
    assert len(run.unknown) == 196
    take(city, run)
    assert Enterprise.objects.get(uscc=code(2)).known["industry_code"] == "6513"


def test_figures_of_several_years(city: Viewer) -> None:
    table = f"""统一社会信用代码,企业名称,2021年度在杭营业收入（亿元）,在杭营业收入（2022年）（万元）,in_city_revenue@2020,2099年在杭营业收入
{code(1)},甲公司,3,4,5,6
"""
    take(city, bring(city, table))
    known = Enterprise.objects.get(uscc=code(1)).known
    assert {key: value for key, value in known.items() if "@" in key} == {
        "in_city_revenue@2020": "5.00",
        "in_city_revenue@2021": "300000000.00",
        "in_city_revenue@2022": "40000.00",
    }


def test_a_year_that_is_not_over_is_not_read(city: Viewer) -> None:
    year = timezone.localdate().year
    run = bring(city, f"统一社会信用代码,企业名称,{year}年度在杭营业收入\n{code(1)},甲公司,3\n")
    assert (run.new, run.rejected) == (1, 0)
    assert run.unknown == [f"上年度在杭营业收入（{year}年）"]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ("统一社会信用代码,企业名称\n", "a.csv", None),
        ("甲,乙\n1,2\n", "a.csv", "没有一列是已知的事实"),
        ("企业名称,注册区县\n甲,滨江\n", "a.csv", "没有「统一社会信用代码」这一列"),
        ("统一社会信用代码,信用代码,企业名称\nA,B,C\n", "a.csv", "请只留一列"),
        (b"\x00\x01\x02binary", "a.csv", "不是文本表格"),
        (b"PK\x03\x04broken", "a.xlsx", "不是能读的 Excel 工作簿"),
    ],
)
def test_tables_that_cannot_be_used_at_all(city: Viewer, content: bytes | str, name: str, reason: str | None) -> None:
    run = bring(city, content, name)
    assert run.state == ("checked" if reason is None else "unreadable")
    assert (reason or "") in run.fault
    assert default_storage.path("") not in run.fault
    with pytest.raises(InputError):
        actions.commit(city, run.pk)


def test_an_empty_sheet(city: Viewer, tmp_path: Path) -> None:
    run = bring(city, book([], tmp_path / "a.xlsx"), "空.xlsx")
    assert run.state == "unreadable"
    assert "是空的" in run.fault


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("a.csv", b""), ("a.parquet", b"PAR1")])
def test_uploads_that_are_refused(city: Viewer, name: str, content: bytes) -> None:
    with pytest.raises(InputError):
        actions.upload(city, ContentFile(content, name), source_name="库", valid_from=AS_OF, year=YEAR)


# --- preview, commit, repetition --------------------------------------------------------------------------


def test_before_and_after(city: Viewer) -> None:
    take(city, bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1000,是,\n乙公司,{code(2)},西湖,1,否,\n"))
    run = bring(city, f"{HEADER}\n甲公司,{code(1)},上城,1000,否,\n乙公司,{code(2)},西湖,,,\n丙公司,{code(3)},西湖,,,\n")
    assert counts(run) == {"new": 1, "changed": 1, "unchanged": 1, "rejected": 0}
    [row] = preview(run, "changed")
    assert {(one.title, one.before, one.after) for one in row.changes} == {
        ("注册区县", "滨江区", "上城区"),
        ("独立法人", "是", "否"),
    }
    assert not Enterprise.objects.filter(uscc=code(3)).exists()
    take(city, run)
    assert (run.created, run.updated, run.skipped) == (1, 1, 0)
    assert Enterprise.objects.get(uscc=code(1)).district == "330102"
    record = FactRecord.objects.filter(enterprise__uscc=code(1), fact="is_legal_person").last()
    assert record.recording.batch == run.batch
    assert record.recording.source_name == "市登记库"
    assert record.recording.person_id == city.person
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"enterprises.import_upload", "enterprises.import_commit", "enterprises.import_done"} <= acts
    assert not run.stored


ROW = st.tuples(
    st.integers(1, 4),
    st.sampled_from(["甲公司", "乙有限公司", "=丙", " 丁 ", ""]),
    st.sampled_from(["滨江", "330103", "江干区", "上海", ""]),
    st.sampled_from(["1", "12.3亿", "1,000", "abc", "—", ""]),
    st.sampled_from(["是", "否", "?", ""]),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=8))
def test_the_same_table_twice_changes_nothing(city: Viewer, rows: list[tuple[Any, ...]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(
        [["统一社会信用代码", "企业名称", "所属区县", "2022年度在杭营业收入（万元）", "独立法人"]]
        + [[code(number), *rest] for number, *rest in rows]
    )
    first = bring(city, buffer.getvalue())
    if first.new + first.changed:
        take(city, first)
    before = list(Enterprise.objects.order_by("pk").values_list("uscc", "known", "revision"))
    records = FactRecord.objects.count()
    again = bring(city, buffer.getvalue())
    assert (again.new, again.changed) == (0, 0)
    assert again.rejected == first.rejected
    assert again.unchanged == first.new + first.changed + first.unchanged
    assert list(Enterprise.objects.order_by("pk").values_list("uscc", "known", "revision")) == before
    assert FactRecord.objects.count() == records
    assert first.total == first.new + first.changed + first.unchanged + first.rejected + first.repeated


def test_what_has_changed_since_the_preview_is_left_out(city: Viewer) -> None:
    take(city, bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1000,是,\n乙公司,{code(2)},西湖,1,否,\n"))
    run = bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,2000,,\n乙公司,{code(2)},西湖,2,,\n丙公司,{code(3)},西湖,2,,\n")
    changed = Enterprise.objects.get(uscc=code(1))
    register.record(city, changed, {"in_city_revenue": "1500万"}, source_name="更正", valid_from=AS_OF, period=YEAR)
    register.register(city, code(3), "丙公司", "330106")
    take(city, run)
    assert (run.created, run.updated, run.skipped) == (0, 1, 2)
    changed.refresh_from_db()
    assert changed.known["in_city_revenue@2022"] == "15000000.00"
    assert "预览之后" in b"".join(rejects(run)).decode()


def test_an_interrupted_commit_goes_on_where_it_was(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BATCH", 2)
    lines = "\n".join(f"示例{number}公司,{code(number)},滨江,{number},是," for number in range(1, 8))
    run = bring(city, f"{HEADER}\n{lines}\n")
    actions.commit(city, run.pk)
    calls = []
    real = work.record_many

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            real(*given, **named)
            raise RuntimeError("killed")
        return real(*given, **named)

    monkeypatch.setattr(work, "record_many", dies)
    with pytest.raises(RuntimeError):
        work.commit_run(run.pk)
    assert Enterprise.objects.count() == 4
    run.refresh_from_db()
    assert run.state == "committing"
    with pytest.raises(InputError):
        actions.go_on(city, run.pk)
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now() - timedelta(minutes=5))
    actions.go_on(city, run.pk)
    work.commit_run(run.pk)
    run.refresh_from_db()
    assert run.state == "committed"
    assert run.created == Enterprise.objects.count() == 7
    assert FactRecord.objects.filter(fact="uscc").count() == 7
    work.commit_run(run.pk)  # delivered twice
    assert FactRecord.objects.filter(fact="uscc").count() == 7


def many(number: int) -> str:
    lines = "\n".join(f"示例{one}公司,{code(one)},滨江,{one}," for one in range(1, number + 1))
    return f"企业名称,统一社会信用代码,所属区县,2022年度在杭营业收入（万元）,是否独立法人\n{lines}\n"


def test_a_second_check_takes_over_from_the_first(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = actions.upload(
        city, ContentFile(many(50).encode(), "a.csv"), source_name="市登记库", valid_from=AS_OF, year=YEAR
    )
    real, calls = work._keep, []

    def slow(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 1:  # taken for dead, and started again
            work.check_run(run.pk)
        real(*given)

    monkeypatch.setattr(work, "_keep", slow)
    work.check_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.new, run.attempt) == ("checked", 50, 2)
    assert run.rows.count() == 50
    take(city, run)
    assert (run.state, run.created, Enterprise.objects.count()) == ("committed", 50, 50)


def test_a_discarded_run_gets_no_rows_any_more(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = actions.upload(
        city, ContentFile(many(5).encode(), "a.csv"), source_name="市登记库", valid_from=AS_OF, year=YEAR
    )
    real = work._keep

    def slow(*given: Any) -> None:
        actions.discard(city, run.pk)
        real(*given)

    monkeypatch.setattr(work, "_keep", slow)
    work.check_run(run.pk)
    run.refresh_from_db()
    assert run.state == "discarded"
    assert not ImportRow.objects.exists()


def test_a_second_commit_takes_over_from_the_first(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BATCH", 2)
    run = bring(city, many(7))
    actions.commit(city, run.pk)
    real, calls = work._commit_batch, []

    def slow(*given: Any) -> bool:
        calls.append(1)
        if len(calls) == 2:
            work.commit_run(run.pk)
        return real(*given)

    monkeypatch.setattr(work, "_commit_batch", slow)
    work.commit_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, run.attempt) == ("committed", 7, 3)
    assert FactRecord.objects.filter(fact="uscc").count() == 7


def test_what_does_not_add_up_is_said_and_the_file_kept(
    city: Viewer, client_as: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    run = bring(city, many(3))
    run.rows.filter(number=run.rows.latest("number").number).delete()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError, match="incomplete"):
        take(city, run)
    run.refresh_from_db()
    assert (run.state, run.created) == ("broken", 2)
    assert Path(default_storage.path(run.stored)).exists()
    assert Entry.objects.filter(act="enterprises.import_broken").count() == 1
    assert run.fault in client_as(Role.CITY_OFFICER).get(f"/enterprises/import/{run.pk}/").content.decode()
    with pytest.raises(InputError):
        actions.discard(city, run.pk)


def test_what_has_been_recorded_meanwhile_is_told_and_adds_up(city: Viewer) -> None:
    take(city, bring(city, many(1)))
    table = many(2).replace(",1,\n", ",8,\n")
    run = bring(city, table)
    assert counts(run) == {"new": 1, "changed": 1, "unchanged": 0, "rejected": 0}
    take(city, bring(city, table.replace(code(2), code(3))))
    take(city, run)
    assert (run.state, run.created, run.updated, run.skipped) == ("committed", 1, 0, 1)
    assert "同样的记录" in b"".join(rejects(run)).decode()


def test_each_enterprise_has_its_entry_with_before_and_after(city: Viewer, client_as: Callable[..., Client]) -> None:
    first = take(city, bring(city, many(2)))
    second = take(city, bring(city, many(3).replace(f"{code(1)},滨江,1,", f"{code(1)},滨江,8,")))
    found = Enterprise.objects.get(uscc=code(1))
    made, changed = Entry.objects.filter(act="enterprises.import_row", subject=str(found.pk)).order_by("sequence")
    assert made.before == {}
    assert made.after["uscc"] == code(1)
    assert made.after["in_city_revenue@2022"] == "10000.00"
    assert made.after["batch"] == first.batch
    assert changed.before == {"in_city_revenue@2022": "10000.00"}
    assert changed.after == {
        "in_city_revenue@2022": "80000.00",
        "valid_from": "2023-06-30",
        "source_name": "市登记库",
        "batch": second.batch,
    }
    assert Entry.objects.filter(act="enterprises.import_row").count() == 4
    assert Entry.objects.filter(act="enterprises.record_many").count() == 2
    assert journal.verify() is None
    page = client_as(Role.CITY_OFFICER).get(f"/enterprises/{code(1)}/journal/").content.decode()
    assert "导入企业数据" in page
    assert second.batch in page


def test_demonstration_data_is_told_in_one_entry_for_each_batch(city: Viewer) -> None:
    register.record_many(city, [{"uscc": code(1), "name": "甲公司"}], valid_from=AS_OF, batch="demo-listed")
    assert [entry.act for entry in Entry.objects.all()] == ["enterprises.record_many"]


@pytest.mark.parametrize("stop", ["locked", "disabled", "ended"])
def test_nobody_imports_who_may_not_act_any_more(
    city: Viewer, person_as: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    monkeypatch.setattr(work, "BATCH", 2)
    run = bring(city, many(6))
    district = person_as(Role.DISTRICT_OFFICER)
    waiting = actions.upload(
        district, ContentFile(many(1).encode(), "b.csv"), source_name="库", valid_from=AS_OF, year=YEAR
    )
    actions.commit(city, run.pk)
    real, calls = work.record_many, []

    def locked_meanwhile(*given: Any, **named: Any) -> Any:
        calls.append(1)
        for viewer in (city, district):
            if stop == "locked":
                Person.objects.filter(pk=viewer.person).update(is_active=False)
            elif stop == "disabled":
                Organisation.objects.filter(pk=viewer.organisation).update(active=False)
            else:
                Membership.objects.filter(pk=viewer.membership).update(ended_at=timezone.now())
        return real(*given, **named)

    monkeypatch.setattr(work, "record_many", locked_meanwhile)
    with pytest.raises(PermissionDenied):
        work.commit_run(run.pk)
    with pytest.raises(PermissionDenied):
        work.check_run(waiting.pk)
    run.refresh_from_db()
    assert (run.state, run.created, len(calls)) == ("committing", 2, 1)
    Organisation.objects.update(active=True)
    ImportRun.objects.update(alive_at=timezone.now() - timedelta(minutes=5))
    another = person_as(Role.CITY_LEAD)
    for one in (run, waiting):
        actions.go_on(another, one.pk)
    monkeypatch.setattr(work, "record_many", real)
    work.commit_run(run.pk)
    work.check_run(waiting.pk)
    for one in (run, waiting):
        one.refresh_from_db()
    assert (run.state, run.created, run.committed_by_id) == ("committed", 6, another.membership)
    assert (waiting.state, waiting.membership_id) == ("checked", another.membership)


def test_a_check_begins_anew(city: Viewer) -> None:
    run = bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1000,是,\n乙,,西湖,1,否,\n")
    ImportRun.objects.filter(pk=run.pk).update(state="checking")
    work.check_run(run.pk)
    run.refresh_from_db()
    assert counts(run) == {"new": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    assert ImportRow.objects.filter(run=run).count() == 2


def test_discarding(city: Viewer, django_capture_on_commit_callbacks: Any) -> None:
    run = bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1000,是,\n")
    path = Path(default_storage.path(run.stored))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(city, run.pk)
    assert not path.exists()
    assert not ImportRow.objects.exists()
    with pytest.raises(InputError):
        actions.commit(city, run.pk)


# --- who may ----------------------------------------------------------------------------------------------


def test_a_district_imports_its_own_rows_only(city: Viewer, person_as: Callable[..., Viewer]) -> None:
    take(city, bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1,是,\n乙公司,{code(2)},西湖,1,是,\n"))
    district = person_as(Role.DISTRICT_OFFICER, district="330108")
    table = f"""{HEADER}
甲公司,{code(1)},滨江,5,是,
乙公司,{code(2)},西湖,5,是,
乙公司二,{code(3)},西湖,5,是,
丙公司,{code(4)},滨江,5,是,
丁公司,{code(5)},,5,是,
"""
    run = bring(district, table)
    assert counts(run) == {"new": 1, "changed": 1, "unchanged": 0, "rejected": 3}
    assert all("不属于本区县" in reason for reason in reasons(run).values())
    moved = bring(district, f"{HEADER}\n甲公司,{code(1)},西湖,5,是,\n")
    assert "市总部办" in reasons(moved)[2]
    take(person_as(Role.DISTRICT_LEAD, district="330108"), run)
    assert Enterprise.objects.get(uscc=code(2)).known["in_city_revenue@2022"] == "10000.00"


def test_who_sees_and_commits_an_import(city: Viewer, person_as: Callable[..., Viewer]) -> None:
    run = bring(city, f"{HEADER}\n甲公司,{code(1)},滨江,1,是,\n")
    district, auditor = person_as(Role.DISTRICT_OFFICER), person_as(Role.AUDITOR)
    assert not queries.runs(district).exists()
    assert queries.runs(auditor).get() == run
    for viewer in (district, auditor, person_as(Role.DEPARTMENT_OFFICER), Viewer()):
        with pytest.raises(PermissionDenied):
            actions.commit(viewer, run.pk)
    with pytest.raises(PermissionDenied):
        actions.upload(auditor, ContentFile(b"x", "a.csv"), source_name="库", valid_from=AS_OF, year=YEAR)
    assert take(person_as(Role.CITY_LEAD), run).created == 1


# --- pages ------------------------------------------------------------------------------------------------


def test_from_upload_to_commit_in_the_browser(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    assert "还没有导入过" in client.get("/enterprises/import/").content.decode()
    assert client.get("/enterprises/import/new/").status_code == 200
    sent = {"source_name": "市登记库", "valid_from": "2023-06-30", "year": "2022", "submission": "b" * 32}
    wrong = client.post("/enterprises/import/new/", sent)
    assert wrong.status_code == 422
    assert "市登记库" in wrong.content.decode()
    upload = ContentFile(f"{HEADER}\n甲公司,{code(1)},滨江,1,是,\n乙,,,,,\n".encode(), "a.csv")
    answer = client.post("/enterprises/import/new/", {**sent, "file": upload})
    run = ImportRun.objects.get()
    address = f"/enterprises/import/{run.pk}/"
    assert answer.headers["Location"] == address
    assert "排队" in client.get(address).content.decode()
    assert client.get(f"{address}progress/").status_code == 200
    work.check_run(run.pk)
    assert client.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "新增 1 家" in page
    assert "没有统一社会信用代码" in client.get(f"{address}?kind=rejected").content.decode()
    client.post(f"{address}commit/", {"submission": "c" * 32})
    client.post(f"{address}commit/", {"submission": "c" * 32})
    work.commit_run(run.pk)
    assert "已导入：新增 1 家" in client.get(address).content.decode()
    assert "没有统一社会信用代码" in b"".join(client.get(f"{address}rejects/").streaming_content).decode()
    assert "a.csv" in client.get("/enterprises/import/").content.decode()
    assert client_as(Role.DISTRICT_OFFICER).get(address).status_code == 404
    assert client_as(Role.DEPARTMENT_OFFICER).get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_written_before_anybody_has_to_wait(
    client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, seen, stored = client_as(Role.CITY_OFFICER), [], []
    real = storage.keep

    def keep(upload: Any) -> storage.Kept:
        seen.append(connection.in_atomic_block)
        stored.append(real(upload))
        return stored[-1]

    monkeypatch.setattr(storage, "keep", keep)
    sent = {"source_name": "市登记库", "valid_from": "2023-06-30", "year": "2022"}

    def send(**given: str) -> Any:
        file = ContentFile(f"{HEADER}\n甲公司,{code(1)},滨江,1,是,\n".encode(), "a.csv")
        return client.post("/enterprises/import/new/", {**sent, "file": file, "submission": new_token(), **given})

    def lies(number: int) -> bool:
        return default_storage.exists(stored[number].stored)

    assert send().status_code == 302
    assert send(year="1999").status_code == 422
    assert send(source_name="").status_code == 422
    monkeypatch.setattr(actions.journal, "record", lambda *given, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send()
    assert seen == [False] * 4
    assert [lies(number) for number in range(4)] == [True, False, False, False]
    assert ImportRun.objects.get().stored == stored[0].stored


# --- export -----------------------------------------------------------------------------------------------


def fill(viewer: Viewer) -> None:
    register.record_many(
        viewer,
        [
            {
                "uscc": code(1),
                "name": "=cmd|'/C calc'!A0",
                "district": "330108",
                "in_city_revenue": "12.3亿",
                "is_legal_person": "是",
            },
            {
                "uscc": code(2),
                "name": "+乙公司",
                "district": "330106",
                "city_entry_date": "2021-12-31",
                "in_city_revenue": "5.01",
            },
            {"uscc": code(3), "name": '@丙, "公司"', "district": "330106"},
        ],
        valid_from=AS_OF,
        year=YEAR,
    )


COLUMNS = "columns=in_city_revenue,uscc,district,is_legal_person,city_entry_date"


def test_csv_of_what_is_shown(city: Viewer) -> None:
    fill(city)
    content = b"".join(as_csv(city, criteria_from(f"{COLUMNS}&sort=-in_city_revenue"), YEAR))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [
        "企业名称",
        "上年度在杭营业收入（2022年）",
        "统一社会信用代码",
        "注册区县",
        "独立法人",
        "在杭登记日",
    ]
    assert rows[1] == ["'=cmd|'/C calc'!A0", "1230000000.00", code(1), "滨江区", "是", ""]
    assert rows[2] == ["'+乙公司", "5.01", code(2), "西湖区", "", "2021-12-31"]
    assert rows[3][0] == '\'@丙, "公司"'
    narrowed = b"".join(as_csv(city, criteria_from(f"{COLUMNS}&district=330108"), YEAR)).decode()
    assert narrowed.count("\r\n") == 2


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_no_formula_leaves(text: str) -> None:
    assert harmless(text).startswith("'")
    assert harmless("甲=1") == "甲=1"


def test_workbook_of_what_is_shown(city: Viewer) -> None:
    fill(city)
    with as_workbook(city, criteria_from(f"{COLUMNS}&sort=-in_city_revenue"), YEAR) as file:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()
    assert sheet[1] == ["=cmd|'/C calc'!A0", 1230000000.0, code(1), "滨江区", "是", ""]
    assert sheet[2][5] == date(2021, 12, 31)


def test_what_is_exported_can_be_imported(city: Viewer) -> None:
    fill(city)
    register.record(
        city, Enterprise.objects.get(uscc=code(1)), {"name": "甲公司"}, source_name="更正", valid_from=AS_OF
    )
    criteria = criteria_from(f"{COLUMNS}&q=甲")
    run = bring(city, b"".join(as_csv(city, criteria, YEAR)))
    assert counts(run) == {"new": 0, "changed": 0, "unchanged": 1, "rejected": 0}
    with as_workbook(city, criteria, YEAR) as file:
        run = bring(city, file.read(), "a.xlsx")
    assert counts(run) == {"new": 0, "changed": 0, "unchanged": 1, "rejected": 0}


def test_too_many_rows_for_a_workbook(city: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    from zongbu.desk.enterprises.exchange import export

    fill(city)
    monkeypatch.setattr(export, "MOST_IN_WORKBOOK", 2)
    with pytest.raises(InputError, match="CSV"):
        as_workbook(city, Criteria(), YEAR)


def test_an_export_is_scoped_and_journalled(city: Viewer, client_as: Callable[..., Client]) -> None:
    fill(city)
    client = client_as(Role.DISTRICT_OFFICER, district="330106")
    assert client.get("/enterprises/export/").status_code == 405
    answer = client.post("/enterprises/export/", {"query": "q=公司", "format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert code(2) in text
    assert code(1) not in text
    assert "attachment" in answer.headers["Content-Disposition"]
    entry = Entry.objects.get(act="enterprises.export")
    assert entry.after["q"] == "公司"
    book_answer = client.post("/enterprises/export/", {"query": "", "format": "xlsx"})
    assert b"".join(book_answer.streaming_content).startswith(b"PK")


def test_an_export_asks_a_fixed_number_of_queries(city: Viewer) -> None:
    numbers = []
    for many in (range(10, 12), range(12, 80)):
        register.record_many(city, [{"uscc": code(n), "name": f"示例{n}"} for n in many], valid_from=AS_OF, year=YEAR)
        with CaptureQueriesContext(connection) as caught:
            b"".join(as_csv(city, criteria_from("columns=is_banned,uscc"), YEAR))
        numbers.append(len(caught))
    assert numbers[0] == numbers[1]


# --- size -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_twenty_thousand_rows(city: Viewer) -> None:
    lines = "\n".join(f"示例{n}有限公司,{code(n)},滨江,{n}.55,是,2021-12-31" for n in range(1, 20_001))
    run = bring(city, f"{HEADER}\n{lines}\n")
    assert run.new == 20_000
    take(city, run)
    assert run.created == Enterprise.objects.count() == 20_000
    assert ImportRow.objects.filter(run=run).count() == work.SHOWN
    assert Enterprise.objects.get(uscc=code(7)).known["in_city_revenue@2022"] == str(Decimal("75500.00"))
