"""The pages of districts and departments: check list, comments, return, recommendation, lists, paper, opinions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import USCC, membership_as, organisation_for
from tests.desk.recognition.conftest import Played, qualifying
from tests.desk.recognition.test_applying import OTHER, at, client_of, send, text_of
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition.actions import applications, batches, opinions
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Opinion, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people: Callable[[Role], Viewer]) -> Viewer:
    return people(Role.DISTRICT_OFFICER)


@pytest.fixture
def client(officer: Viewer) -> Client:
    return client_of(officer)


def checked(round: Round, verdict: str = "confirmed", note: str = "") -> dict[str, str]:
    """The form of the check list, filled in throughout."""
    return {f"verdict_{name}": verdict for name, _title in conditions(round)} | {
        f"note_{name}": note for name, _title in conditions(round)
    }


# --- reviewing -------------------------------------------------------------------------------------------------


def test_the_check_list_shows_the_engine_beside_the_facts_with_their_sources(client: Client, played: Played):
    page = text_of(client.get(at("application", played.submitted())))
    for title in ("符合基本条件", "规模达标", "总部企业"):
        assert title in page
    assert "登记库" in page  # who says so
    assert "12.00亿元" in page
    assert "6 项未核查" in page
    assert "核查清单还有未填的条件" in page  # why it cannot be recommended yet


def test_verdicts_are_kept_one_after_the_other_and_a_doubt_says_why(client: Client, played: Played):
    case = played.submitted()
    answer = send(client, at("check", case), verdict_meets_scale="doubtful", note_meets_scale="")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "存疑或不符的条件须写明说明" in page
    assert not case.checks.exists()

    answer = send(client, at("check", case), verdict_meets_scale="doubtful", note_meets_scale="收入与年报不一致")
    assert answer.status_code == 302
    assert case.checks.get().note == "收入与年报不一致"
    page = text_of(client.get(at("application", case)))
    assert "5 项未核查" in page
    assert "收入与年报不一致" in page

    send(client, at("check", case), **checked(played.round))
    assert case.checks.count() == 6
    assert "未核查" not in text_of(client.get(at("application", case)))


def test_comments_are_written_taken_back_and_sent_with_the_return(client: Client, played: Played):
    case = played.submitted()
    page = text_of(client.get(at("application", case) + "?comment=in_city_revenue"))
    assert re.search(r'<option value="in_city_revenue" selected', page)
    answer = send(client, at("comment", case), subject="in_city_revenue", text="")
    assert answer.status_code == 200
    send(client, at("comment", case), subject="in_city_revenue", text="收入口径不对")
    send(client, at("comment", case), subject="", text="请补充说明")
    send(client, at("uncomment", case, case.comments.get(subject="").pk))
    assert [one.text for one in case.comments.all()] == ["收入口径不对"]

    page = text_of(client.get(at("review", case, "return")))
    assert "收入口径不对" in page
    answer = send(client, at("review", case, "return"), reason="", seen=case.version)
    assert answer.status_code == 200
    answer = send(client, at("review", case, "return"), reason="口径不对", seen=case.version)
    assert answer.status_code == 302
    assert played.case.state == "returned"
    assert client.get(at("review", case, "return")).status_code == 404  # no longer on the district's desk


def test_nothing_is_returned_without_saying_what_to_correct(client: Client, played: Played):
    case = played.submitted()
    answer = send(client, at("review", case, "return"), reason="不清", seen=case.version)
    assert "请先逐项写明需要补正的内容" in text_of(answer)


@pytest.mark.parametrize(("name", "state"), [("recommend", "departments"), ("not_recommend", "city")])
def test_the_district_recommends_or_not(name: str, state: str, client: Client, played: Played):
    case = played.submitted()
    answer = send(client, at("review", case, name), reason="材料齐全", seen=case.version)
    assert "核查清单还有未填的条件" in text_of(answer)
    send(client, at("check", case), **checked(played.round))
    answer = send(client, at("review", case, name), reason="材料齐全", seen=case.version)
    assert answer.status_code == 302
    assert played.case.state == state
    page = text_of(client.get(at("application", case)))
    assert "材料齐全" in page


def test_two_officers_decide_at_once(client: Client, played: Played, person_as: Callable[..., Viewer]):
    case = played.submitted()
    send(client, at("check", case), **checked(played.round))
    other = client_of(person_as(Role.DISTRICT_LEAD))
    send(client, at("review", case, "recommend"), reason="齐全", seen=case.version)
    answer = send(other, at("review", case, "not_recommend"), reason="不齐", seen=case.version)
    assert answer.status_code == 404
    assert played.case.recommended is True


def test_an_unknown_act_or_condition_is_not_found(client: Client, played: Played):
    case = played.submitted()
    assert client.get(at("review", case, "approve")).status_code == 404


@pytest.mark.parametrize(
    ("role", "given"),
    [
        (Role.DISTRICT_OFFICER, {"district": "330106"}),
        (Role.DEPARTMENT_OFFICER, {}),
        (Role.ENTERPRISE_STAFF, {"uscc": OTHER}),
    ],
)
def test_whom_it_does_not_concern_finds_nothing(
    role: Role, given: dict[str, str], played: Played, person_as: Callable[..., Viewer]
):
    case = played.submitted()  # no department has been asked yet
    stranger = client_of(person_as(role, **given))
    assert stranger.get(at("application", case)).status_code == 404
    if role in (Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER):
        assert case.receipt not in text_of(stranger.get(reverse("recognition:applications"), {"show": "all"}))


def test_the_city_office_and_auditors_look_without_acting(played: Played, person_as: Callable[..., Viewer]):
    case = played.submitted()
    for role in (Role.CITY_OFFICER, Role.LEADING_GROUP, Role.AUDITOR):
        page = text_of(client_of(person_as(role)).get(at("application", case)))
        assert "核查清单" in page
        assert "保存核查" not in page


def test_the_city_office_returns_what_lies_with_it(played: Played, people: Callable[[Role], Viewer]):
    case = played.collected()
    city = client_of(people(Role.CITY_OFFICER))
    assert "记下补正意见" in text_of(city.get(at("application", case)))
    send(city, at("comment", case), subject="", text="请补充")
    answer = send(city, at("review", case, "return"), reason="请补充", seen=played.case.version)
    assert answer.status_code == 302
    assert played.case.state == "returned_by_city"


# --- the list --------------------------------------------------------------------------------------------------


def _many(played: Played, number: int, start: int = 0) -> list[Application]:
    """Further applications of the district, submitted on paper."""
    city, officer = played.people(Role.CITY_OFFICER), played.people(Role.DISTRICT_OFFICER)
    made = []
    for place in range(start, start + number):
        one = qualifying(city, f"91330100MA2M{place:06d}", f"示例{place:03d}号科技有限公司")
        made.append(applications.register(officer, one, played.round, signed_by="王五", track="meets_scale"))
    return made


EVERY_COLUMN = "receipt,uscc,round,district,track,state,turn,submitted,due,result,recommended,opinions,entry"


@pytest.mark.parametrize(
    "query",
    [{"columns": EVERY_COLUMN}, {"sort": "due"}, {"overdue": "1", "sort": "name"}],
    ids=["all", "due", "overdue"],
)
def test_the_list_asks_a_constant_number_of_questions(query: dict[str, str], client: Client, played: Played):
    address, query = reverse("recognition:applications"), {"show": "all", **query}
    _many(played, 2)
    client.get(address, query)
    with CaptureQueriesContext(connection) as few:
        client.get(address, query)
    _many(played, 6, start=10)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address, query).status_code == 200
    assert len(many) == len(few)


def test_the_list_filters_sorts_and_pages(client: Client, played: Played):
    first = played.submitted()
    _many(played, 3)
    address = reverse("recognition:applications")
    page = text_of(client.get(address))
    assert "等我办理" in page
    assert "共 4 件" in page
    assert "共 1 件" in text_of(client.get(address, {"show": "all", "q": first.receipt[-6:]}))
    assert "共 1 件" in text_of(client.get(address, {"show": "all", "q": "示例001"}))
    assert "共 3 件" in text_of(client.get(address, {"show": "all", "paper": "1"}))
    assert "共 3 件" in text_of(client.get(address, {"show": "all", "track": "meets_scale"}))
    assert "共 1 件" in text_of(client.get(address, {"show": "all", "track": "-"}))
    assert "没有符合条件的申请" in text_of(client.get(address, {"show": "all", "state": "city"}))
    page = text_of(client.get(address, {"show": "all", "sort": "-name"}))
    assert page.index("示例002号") < page.index("示例001号") < page.index("示例000号")
    assert 'aria-sort="descending"' in page
    assert (
        client.get(address, {"round": "x", "page": "abc", "sort": "nothing", "columns": "nothing"}).status_code == 200
    )


def test_the_overdue_ones_stand_out_and_can_be_asked_for(client: Client, officer: Viewer, played: Played):
    from tests.desk.recognition.test_applying_terms import _happened

    late = played.submitted()
    _many(played, 2)
    long_ago = timezone.localdate() - timedelta(days=40)
    _happened(late, long_ago, long_ago)
    Application.objects.filter(pk=late.pk).update(submitted_at=timezone.now() - timedelta(days=40))
    address = reverse("recognition:applications")
    page = text_of(client.get(address, {"show": "all", "overdue": "1"}))
    assert "共 1 件" in page
    assert late.receipt in page
    assert "已逾期" in page
    page = text_of(client.get(address, {"show": "all", "sort": "due"}))
    assert page.index(late.enterprise.name) < page.index("示例000号")
    (line,) = [one for one in waiting_for(officer) if "待初审" in str(one.label)]
    assert (line.count, "1件已逾期" in str(line.label)) == (3, True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_holds_exactly_what_is_shown(kind: str, client: Client, played: Played):
    played.submitted()
    _many(played, 2)
    query = {"show": "all", "paper": "1", "sort": "name", "columns": "receipt,state,result", "format": kind}
    address = f"{reverse('recognition:applications_export')}?{urlencode(query)}"
    assert client.get(address).status_code == 405
    answer = client.post(address, {"format": kind})
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["企业", "受理号", "状态", "系统计算"]
    assert [row[0] for row in rows[1:]] == ["示例000号科技有限公司", "示例001号科技有限公司"]
    assert rows[1][2:] == ["区县初审", "? 待定"]
    taken = Entry.objects.get(act="recognition.export_applications")
    assert (taken.after["rows"], taken.after["paper"], taken.after["format"]) == (2, "1", kind)


def test_auditors_take_the_list_away_too(client_as: Callable[..., Client], played: Played):
    played.submitted()
    answer = client_as(Role.AUDITOR).post(reverse("recognition:applications_export"), {"format": "csv"})
    assert played.enterprise.name in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_a_department_sees_no_more_than_it_was_asked_about(client_as: Callable[..., Client], played: Played):
    played.recommended()
    Application.objects.update(contact_name="王联系", contact_phone="13900000000")
    review_secrets = ("王联系", "13900000000", "材料齐全")
    client = client_as(Role.DEPARTMENT_OFFICER)
    page = text_of(client.get(at("application", played.case)))
    assert not [word for word in review_secrets if word in page]
    opinion = played.case.opinions.get()
    opinions.give(
        played.people(Role.DEPARTMENT_OFFICER), opinion.pk, "agree", values={"fits_industrial_orientation": "是"}
    )
    city = played.people(Role.CITY_OFFICER)
    batch = batches.make(city, played.round, "第一批")
    batches.propose(city, played.pk, batch.pk, "refuse", "内部理由")
    batches.submit(city, batch.pk)
    batches.decide(
        played.people(Role.LEADING_GROUP), played.pk, "refuse", reason="不予认定的理由", deviation="另有说明"
    )
    for address in (at("application", played.case), f"{reverse('recognition:applications')}?show=all"):
        page = text_of(client.get(address))
        assert not [word for word in (*review_secrets, "内部理由", "不予认定的理由", "另有说明") if word in page]
        assert "市总部办汇总" in page
    assert "不予认定" not in text_of(client.get(at("application", played.case)))
    shown = text_of(client.get(f"{reverse('recognition:applications')}?show=all&state=refused"))
    assert played.case.receipt not in shown
    shown = text_of(client.get(f"{reverse('recognition:applications')}?show=all&state=city"))
    assert played.case.receipt in shown


def test_a_department_that_passed_its_question_on_sees_its_own_act_last(
    client_as: Callable[..., Client], played: Played
):
    played.recommended()
    other = Organisation.objects.create(kind=Organisation.Kind.DEPARTMENT, name="另一个局")
    opinions.delegate(played.people(Role.DEPARTMENT_OFFICER), played.case.opinions.get().pk, other.pk, "归口")
    opinions.collect_without(played.people(Role.CITY_OFFICER), played.pk, "内部理由")
    Opinion.objects.update(state="given", verdict="agree", given_at=timezone.now())
    page = text_of(client_as(Role.DEPARTMENT_OFFICER).get(at("application", played.case)))
    assert "转其他部门办理" in page
    assert "内部理由" not in page and "不再等待部门意见" not in page and "condition-" not in page
    assert "部门并联审查" in page


# --- paper applications ----------------------------------------------------------------------------------------


def test_a_paper_application_meets_the_same_guards(
    client: Client, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round
):
    address = reverse("recognition:paper")
    given = {"round": round.pk, "uscc": f" {USCC.lower()} ", "track": "meets_scale", "signed_by": "王五"}
    listing = enterprises.list_dishonest(
        people(Role.CITY_OFFICER), enterprise, timezone.localdate(), source_name="公示系统"
    )
    answer = send(client, address, **given)
    assert "失信" in text_of(answer)
    assert "王五" in text_of(answer)  # what was typed is still there
    enterprises.withdraw_listing(people(Role.CITY_OFFICER), listing, "登记有误")
    answer = send(client, address, **given)
    case = Application.objects.get()
    assert answer.url == at("application", case)
    assert (case.state, case.entry, case.declarations.get().person_name) == ("district", "paper", "王五")
    assert "已有一份申请" in text_of(send(client, address, **given))
    assert "没有这家企业的档案" in text_of(send(client, address, **given | {"uscc": OTHER}))


def _sheet(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    text = "\n".join(",".join(row) for row in (("统一社会信用代码", "申报途径", "签署人"), *rows))
    return SimpleUploadedFile("登记表.csv", text.encode("gb18030"), "text/csv")


def test_a_sheet_is_looked_through_before_anything_is_registered(
    client: Client, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round
):
    city = people(Role.CITY_OFFICER)
    barred = qualifying(city, OTHER, "示例禁申有限公司")
    enterprises.bar(city, barred, timezone.localdate() - timedelta(days=5), ground="弄虚作假", source_name="决定")
    qualifying(city, "91330100MA27QQQ123", "示例外区有限公司", district="330106")
    unsigned = qualifying(city, "91330100MA27QQQ456", "示例无签有限公司")
    file = _sheet(
        (USCC, "规模达标", "王五"), (USCC, "", "王五"), (OTHER, "", "赵六"), ("91330100MA27QQQ123", "", "钱七"),
        (unsigned.uscc, "", ""), ("", "", "孙八"),
    )  # fmt: skip
    address = reverse("recognition:paper_sheet")
    answer = send(client, address, round=round.pk, file=file)
    page = text_of(answer)
    assert "可以代录 1 行，不能代录 5 行" in page
    for why in ("与第2行重复", "禁申期", "没有这家企业的档案", "没有写明承诺书签署人", "没有统一社会信用代码"):
        assert why in page, why
    assert not Application.objects.exists()

    packed = re.search(r'name="rows" value="([^"]+)"', page)
    assert packed is not None
    answer = send(client, address, rows=packed[1])
    assert answer.status_code == 302
    case = Application.objects.get()
    assert (case.enterprise.uscc, case.track, case.entry) == (USCC, "meets_scale", "paper")
    answer = send(client, address, rows=packed[1])  # again: the guards refuse it
    assert "已有一份申请" in text_of(client.get(answer.url))
    assert Application.objects.count() == 1
    answer = send(client, address, rows=packed[1][:-3] + "abc")
    assert "预览已经过期" in text_of(client.get(answer.url))


def test_a_workbook_is_read_too_and_what_is_no_table_is_refused(client: Client, enterprise: Enterprise, round: Round):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("统一社会信用代码", "签署人"), (USCC, "王五"))):
            sheet.write_row(number, 0, row)
    address = reverse("recognition:paper_sheet")
    answer = send(client, address, round=round.pk, file=SimpleUploadedFile("登记表.xlsx", buffer.getvalue()))
    assert "可以代录 1 行" in text_of(answer)
    answer = send(client, address, round=round.pk, file=SimpleUploadedFile("登记表.xlsx", b"nothing"))
    assert "读不出这个工作簿" in text_of(answer)
    answer = send(client, address, round=round.pk, file=SimpleUploadedFile("a.csv", "甲,乙\n1,2\n".encode()))
    assert "没有「统一社会信用代码」这一列" in text_of(answer)


# --- departments -----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(played: Played) -> Opinion:
    played.recommended()
    return played.case.opinions.get()


@pytest.fixture
def department(people: Callable[[Role], Viewer]) -> Viewer:
    return people(Role.DEPARTMENT_OFFICER)


def test_a_department_sees_what_is_asked_by_due_date(asked: Opinion, department: Viewer, played: Played):
    desk = client_of(department)
    page = text_of(desk.get(reverse("recognition:opinions")))
    assert played.enterprise.name in page
    assert "还剩" in page
    Opinion.objects.filter(pk=asked.pk).update(due=timezone.localdate() - timedelta(days=20))
    assert "已逾期" in text_of(desk.get(reverse("recognition:opinions")))
    (line,) = [one for one in waiting_for(department) if "待答复" in str(one.label)]
    assert (line.count, "1件已逾期" in str(line.label)) == (1, True)
    page = text_of(desk.get(reverse("recognition:opinion", args=[asked.pk])))
    assert "12.00亿元" in page
    assert "登记库" in page
    assert "为什么是这一天" in page
    assert desk.get(at("application", played.case)).status_code == 200


def test_an_answer_enters_the_record_and_moves_the_application_on(asked: Opinion, department: Viewer, played: Played):
    desk, address = client_of(department), reverse("recognition:opinion", args=[asked.pk])
    answer = send(desk, address, verdict="agree", text="核对无误", in_city_revenue="十", in_city_revenue_unit="亿元")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "请作出认定" in page
    assert "核对无误" in page
    answer = send(desk, address, verdict="object", text="")
    assert "须写明说明" in text_of(answer)
    answer = send(
        desk, address, verdict="agree", text="核对无误", in_city_revenue="11.5", in_city_revenue_unit="亿元",
        fits_industrial_orientation="true", seen=asked.version,
    )  # fmt: skip
    assert answer.url == reverse("recognition:opinions")
    assert played.case.state == "city"
    played.enterprise.refresh_from_db()
    assert played.enterprise.known["fits_industrial_orientation"] == "true"
    page = text_of(desk.get(address))
    assert "核对无误" in page
    assert "11.50亿元" in page
    assert send(desk, address, verdict="agree").status_code == 404


def test_a_question_is_passed_on_to_another_department(asked: Opinion, department: Viewer, played: Played):
    other = Organisation.objects.create(kind="department", name="市经信局")
    desk, address = client_of(department), reverse("recognition:delegate", args=[asked.pk])
    answer = send(desk, address, to=other.pk, reason="")
    assert answer.status_code == 200
    answer = send(desk, address, to=other.pk, reason="产业导向归市经信局", seen=asked.version)
    assert answer.status_code == 302
    assert desk.get(reverse("recognition:opinion", args=[asked.pk])).status_code == 404
    membership = membership_as(Role.DEPARTMENT_LEAD)
    membership.organisation = other
    membership.save()
    theirs = client_of(viewer_as(membership, membership.person))
    page = text_of(theirs.get(reverse("recognition:opinion", args=[asked.pk])))
    assert "产业导向归市经信局" in page
    assert organisation_for(Role.DEPARTMENT_OFFICER).name in page
    assert desk.get(at("application", played.case)).status_code == 200  # whoever was asked first may still look


def test_another_department_finds_nothing(asked: Opinion, played: Played):
    membership = membership_as(Role.DEPARTMENT_OFFICER)
    membership.organisation = Organisation.objects.create(kind="department", name="市税务局")
    membership.save()
    stranger = client_of(viewer_as(membership, membership.person))
    assert stranger.get(reverse("recognition:opinion", args=[asked.pk])).status_code == 404
    assert stranger.get(reverse("recognition:delegate", args=[asked.pk])).status_code == 404
    assert stranger.get(at("application", played.case)).status_code == 404
    assert played.enterprise.name not in text_of(stranger.get(reverse("recognition:opinions")))
