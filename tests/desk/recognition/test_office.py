"""The pages of the city office and of whoever decides."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.conftest import organisation_for
from tests.desk.recognition.conftest import Played, qualifying
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.people.models import Person
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Batch, Decision, Notice, Objection, Opinion, Round
from zongbu.desk.recognition.settings import OPEN_SETTINGS
from zongbu.desk.recognition.sheet import Sheet

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def signed_in(people: Callable[[Role], Viewer]) -> Callable[[Role], Client]:
    """A client of the very person who played the role."""

    def client(role: Role) -> Client:
        made = Client()
        made.force_login(Person.objects.get(pk=people(role).person), backend=BACKEND)
        return made

    return client


def post(client: Client, url: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(url, {FIELD: new_token(), **data}, **more)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def round_data(**given: Any) -> dict[str, Any]:
    today = timezone.localdate()
    department = organisation_for(Role.DEPARTMENT_OFFICER)
    data: dict[str, Any] = {
        "title": "测试批次", "year": today.year, "as_of": today, "opens": today, "closes": today + timedelta(days=20),
        "qualifies": "is_headquarters", "admits": "may_apply", "tracks": ["meets_scale"],
        "approver": "leading_group", "notice_days": 7, "district_days": 10, "declaration": "所报真实",
        "checks-TOTAL_FORMS": 2, "checks-INITIAL_FORMS": 0, "checks-0-organisation": department.pk,
        "checks-0-task": "营业收入", "checks-0-facts": ["in_city_revenue"], "checks-1-organisation": "",
        "checks-1-task": "", "materials-TOTAL_FORMS": 1, "materials-INITIAL_FORMS": 0,
        "materials-0-title": "审计报告", "materials-0-note": "上年度", "materials-0-required": "on",
    }  # fmt: skip
    data |= {f"basis_{name}": "参照上年" for name in OPEN_SETTINGS}
    return {name: value for name, value in (data | given).items() if value is not None}


# --- rounds ------------------------------------------------------------------------------------------------


def test_a_round_is_prepared_edited_announced_and_extended(signed_in: Callable[[Role], Client]) -> None:
    officer, lead = signed_in(Role.CITY_OFFICER), signed_in(Role.CITY_LEAD)
    assert "筹备批次" in text_of(officer.get("/recognition/rounds/"))
    assert officer.get("/recognition/rounds/new/").status_code == 200

    answer = post(officer, "/recognition/rounds/new/", round_data())
    round = Round.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/recognition/rounds/{round.pk}/"
    assert round.basis == dict.fromkeys(OPEN_SETTINGS, "参照上年")
    assert round.checks.get().facts == ["in_city_revenue"]
    assert round.materials.get().title == "审计报告"

    page = text_of(officer.get(f"/recognition/rounds/{round.pk}/edit/"))
    assert "审计报告" in page
    assert "参照上年" in page
    unchanged_rows = {"checks-INITIAL_FORMS": 1, "materials-INITIAL_FORMS": 1}
    changed = round_data(notice_days=5, seen=round.version, **unchanged_rows)
    assert post(officer, f"/recognition/rounds/{round.pk}/edit/", changed).status_code == 302
    round.refresh_from_db()
    assert round.notice_days == 5
    assert round.checks.get().task == "营业收入"
    assert round.materials.get().note == "上年度"

    announce = f"/recognition/rounds/{round.pk}/acts/announce/"
    assert lead.get(announce).status_code == 200
    assert post(lead, announce, {"seen": round.version}).status_code == 302
    round.refresh_from_db()
    assert round.state == "open"

    later = round.closes + timedelta(days=10)
    extend = f"/recognition/rounds/{round.pk}/acts/extend/"
    assert post(lead, extend, {"closes": later, "reason": ""}).status_code == 400
    assert post(lead, extend, {"closes": later, "reason": "企业反映时间紧"}).status_code == 302
    round.refresh_from_db()
    assert round.closes == later
    page = text_of(lead.get(f"/recognition/rounds/{round.pk}/"))
    assert "企业反映时间紧" in page
    assert "参照上年" in page


def test_a_round_with_errors_keeps_what_was_typed(signed_in: Callable[[Role], Client]) -> None:
    officer = signed_in(Role.CITY_OFFICER)
    today = timezone.localdate()
    wrong = round_data(closes=today - timedelta(days=1), basis_window="理由写在这里", **{"checks-0-task": ""})

    answer = post(officer, "/recognition/rounds/new/", wrong)

    page = text_of(answer)
    assert answer.status_code == 400
    assert not Round.objects.exists()
    assert "截止日早于开始日" in page
    assert "理由写在这里" in page
    assert "审计报告" in page
    assert "部门或材料有需要更正的" in page


def test_more_rows_are_offered_without_losing_what_was_typed(signed_in: Callable[[Role], Client]) -> None:
    officer = signed_in(Role.CITY_OFFICER)
    answer = post(officer, "/recognition/rounds/new/", round_data(more="1"))
    assert answer.status_code == 200
    page = text_of(answer)
    assert "materials-2-title" in page
    assert "审计报告" in page
    assert "error-summary" not in page


def test_a_new_round_begins_with_the_settings_of_the_last(signed_in: Callable[[Role], Client], round: Round) -> None:
    page = text_of(signed_in(Role.CITY_OFFICER).get("/recognition/rounds/new/"))
    assert str(round.year + 1) in page
    assert "测试设定" in page
    assert "产业导向、营业收入" in page


def test_who_prepared_a_round_does_not_announce_it_nor_an_officer(
    signed_in: Callable[[Role], Client], people: Callable[[Role], Viewer]
) -> None:
    lead = signed_in(Role.CITY_LEAD)
    post(lead, "/recognition/rounds/new/", round_data())
    round = Round.objects.get()
    answer = post(lead, f"/recognition/rounds/{round.pk}/acts/announce/", {"seen": 0})
    assert answer.status_code == 400
    assert "职责分离" in text_of(answer)
    assert signed_in(Role.LEADING_GROUP).get("/recognition/rounds/new/").status_code == 403
    cancel = f"/recognition/rounds/{round.pk}/acts/cancel/"
    assert post(lead, cancel, {"reason": "重新筹备"}).status_code == 302
    round.refresh_from_db()
    assert round.state == "cancelled"


def test_the_page_of_a_round_says_who_is_late(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.recommended()
    Opinion.objects.update(due=timezone.localdate() - timedelta(days=1))
    officer = signed_in(Role.CITY_OFFICER)
    page = text_of(officer.get(f"/recognition/rounds/{played.round.pk}/"))
    assert "部门并联审查" in page
    assert "催办逾期的部门" in page

    remind = f"/recognition/rounds/{played.round.pk}/remind/"
    assert "市级部门：1件" in text_of(officer.get(remind))
    assert post(officer, remind, {}).status_code == 302
    assert Opinion.objects.get().reminded_at is not None
    one = f"/recognition/opinions/{Opinion.objects.get().pk}/remind/"
    answer = post(officer, one, {}, follow=True)
    assert "今天已经催办过" in text_of(answer)


# --- the sheet ---------------------------------------------------------------------------------------------


def test_the_sheet_shows_missing_opinions_as_missing_and_what_differs(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    from zongbu.desk.enterprises import actions as enterprises

    year = timezone.localdate().year - 1
    enterprises.declare(
        people(Role.ENTERPRISE_LEAD), played.enterprise, {f"in_city_revenue@{year}": "15亿元"}, period=year,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    played.recommended()
    officer = signed_in(Role.CITY_OFFICER)
    sheet = f"/recognition/rounds/{played.round.pk}/sheet/"
    page = text_of(officer.get(sheet))
    assert "未答复" in page
    assert "12.00亿元" in page
    assert "15.00亿元" in page
    assert "? </span> 待定" in page or "待定" in page
    assert "还缺" in page

    opinions.collect_without(people(Role.CITY_OFFICER), played.pk, "逾期")
    page = text_of(officer.get(sheet))
    assert "未答复（不再等待）" in page
    assert "无异议" not in page.split("<tbody>")[1]


def test_a_result_that_another_reading_would_turn_is_marked(played: Played, people: Callable[[Role], Viewer]) -> None:
    from zongbu.desk.enterprises import actions as enterprises

    enterprises.record(
        people(Role.CITY_OFFICER), played.enterprise,
        {"branches_outside_city": "1", "subsidiaries_outside_city": "1"}, source_name="登记库",
        valid_from=timezone.localdate(),
    )  # fmt: skip
    played.collected()
    (row,) = Sheet(played.round).rows([played.case])
    assert row.computed is True
    assert {swing.value for swing in row.swings} == {False}


def test_the_sheet_asks_the_same_number_of_queries_for_one_and_for_many(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.recommended()
    officer = signed_in(Role.CITY_OFFICER)
    sheet = f"/recognition/rounds/{played.round.pk}/sheet/"
    officer.get(sheet)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert officer.get(sheet).status_code == 200
        return len(queries)

    one = count()
    more(people, played.round, 6)
    assert count() == one


def more(people: Callable[[Role], Viewer], round: Round, number: int) -> list[Application]:
    """Further applications that have come to the city office, from paper."""
    district, city = people(Role.DISTRICT_OFFICER), people(Role.CITY_OFFICER)
    made = []
    for position in range(number):
        enterprise = qualifying(city, f"91330100MA2MORE{position:03d}", f"示例{position}")
        case = applications.register(district, enterprise, round, signed_by="张三")
        for result, _title in conditions(round):
            review.check(district, case.pk, result, "confirmed")
        review.recommend(district, case.pk, "齐全")
        made.append(opinions.collect_without(city, case.pk, "不再等待"))
    return made


def test_the_sheet_is_filtered_and_taken_away_as_it_is_shown(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.collected()
    more(people, played.round, 2)
    officer = signed_in(Role.CITY_OFFICER)
    sheet = f"/recognition/rounds/{played.round.pk}/sheet"
    page = text_of(officer.get(f"{sheet}/?q={played.case.receipt}&state=city"))
    assert played.case.receipt in page
    assert "示例0" not in page
    assert "没有符合条件的申请" in text_of(officer.get(f"{sheet}/?q=没有"))

    assert officer.get(f"{sheet}.csv").status_code == 405
    answer = officer.post(f"{sheet}.csv?q={played.case.receipt}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert played.case.receipt in lines[1]
    assert "示例0" not in "".join(lines)
    entry = Entry.objects.filter(act="recognition.export_sheet").latest("sequence")
    assert entry.case == played.round.number
    answer = officer.post(f"{sheet}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.worksheets[0].max_row == 4
    assert officer.post(f"{sheet}.pdf").status_code == 404


# --- acts on an application --------------------------------------------------------------------------------


def test_the_office_returns_with_comments_field_by_field(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.collected()
    officer = signed_in(Role.CITY_OFFICER)
    here = f"/recognition/office/{played.case.receipt}/return/"
    assert officer.get(here).status_code == 200
    answer = post(officer, here, {"do": "return", "reason": "请补正", "seen": played.case.version})
    assert answer.status_code == 400
    assert "请先逐项写明" in text_of(answer)
    assert "请补正" in text_of(answer)
    assert post(officer, here, {"do": "comment", "subject": "", "text": ""}).status_code == 400
    assert (
        post(officer, here, {"do": "comment", "subject": "in_city_revenue", "text": "与审计报告不符"}).status_code
        == 302
    )
    assert "与审计报告不符" in text_of(officer.get(here))
    assert post(officer, here, {"do": "comment", "subject": "", "text": "多余"}).status_code == 302
    extra = played.case.comments.get(text="多余")
    assert post(officer, here, {"do": "uncomment", "comment": extra.pk}).status_code == 302
    assert post(officer, here, {"do": "return", "reason": "请补正", "seen": played.case.version}).status_code == 302
    assert played.case.state == "returned_by_city"


def test_waiting_no_longer_and_referring_again(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.recommended()
    officer = signed_in(Role.CITY_OFFICER)
    base = f"/recognition/office/{played.case.receipt}"
    assert "市级部门" in text_of(officer.get(f"{base}/collect/"))
    assert post(officer, f"{base}/collect/", {"reason": ""}).status_code == 400
    assert post(officer, f"{base}/collect/", {"reason": "逾期未答复", "seen": played.case.version}).status_code == 302
    assert played.case.state == "city"
    assert post(officer, f"{base}/refer/", {"reason": "情况有变"}).status_code == 302
    assert played.case.state == "departments"
    assert officer.get(f"{base}/nothing/").status_code == 404


def test_acts_are_offered_on_the_page_of_an_application(played: Played, people: Callable[[Role], Viewer]) -> None:
    from zongbu.desk.recognition.templatetags.recognition_office import office_acts

    played.recommended()
    officer = people(Role.CITY_OFFICER)
    found = office_acts(played.case, officer)
    assert [one["label"] for one in found["links"]] == ["不再等待部门意见"]
    assert len(found["reminders"]) == 1
    assert office_acts(played.case, people(Role.DISTRICT_OFFICER)) == {}
    assert office_acts(played.case, people(Role.AUDITOR)) == {}
    opinions.collect_without(officer, played.pk, "逾期")
    assert {one["label"] for one in office_acts(played.case, officer)["links"]} == {
        "提请审定", "转部门审查", "退回补正"
    }  # fmt: skip


# --- batches -----------------------------------------------------------------------------------------------


def test_from_the_sheet_into_a_batch_to_a_decision(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.collected()
    officer, group = signed_in(Role.CITY_OFFICER), signed_in(Role.LEADING_GROUP)
    (other,) = more(people, played.round, 1)
    propose = f"/recognition/rounds/{played.round.pk}/propose/"
    assert officer.get(propose).status_code == 302  # nothing was chosen
    page = text_of(officer.get(f"{propose}?application={played.pk}&application={other.pk}"))
    assert played.case.receipt in page
    chosen = {"application": [played.pk, other.pk], f"seen-{played.pk}": played.case.version}
    wrong = post(officer, propose, {**chosen, "title": "", "proposal": "recognise", "reason": "符合"})
    assert wrong.status_code == 400
    assert "请选一个批次" in text_of(wrong)
    answer = post(officer, propose, {**chosen, "title": "第一批", "proposal": "recognise", "reason": "符合"})
    batch = Batch.objects.get()
    assert answer.headers["Location"] == f"/recognition/batches/{batch.pk}/"
    assert set(batch.applications.values_list("state", flat=True)) == {"proposed"}

    here = f"/recognition/batches/{batch.pk}/"
    assert group.get(here).status_code == 404  # not submitted yet
    remove = f"/recognition/office/{other.receipt}/remove/"
    assert post(officer, remove, {"reason": "再看"}).status_code == 302
    assert post(officer, f"{here}acts/submit/", {"seen": batch.version}).status_code == 302
    page = text_of(group.get(here))
    assert "整批决定" in page
    assert played.case.receipt in page
    batch.refresh_from_db()
    answer = post(group, f"{here}decide/", {"seen": batch.version}, follow=True)
    assert "已按拟办意见决定1件" in text_of(answer)
    assert Decision.objects.get().outcome == "recognise"
    assert "已审定" in text_of(group.get(here))


def test_what_deviates_is_left_and_listed_and_needs_a_reason(
    signed_in: Callable[[Role], Client], played: Played
) -> None:
    played.proposed("refuse")
    assert played.batch is not None
    group = signed_in(Role.LEADING_GROUP)
    here = f"/recognition/batches/{played.batch.pk}/"
    assert "与计算不一致" in text_of(group.get(here))
    seen = Batch.objects.get().version
    answer = post(group, f"{here}decide/", {"seen": seen}, follow=True)
    assert "共1件没有决定" in text_of(answer)
    assert not Decision.objects.exists()

    decide = f"{here}{played.case.receipt}/decide/"
    assert "系统计算结果" in text_of(group.get(decide))
    data = {"outcome": "refuse", "reason": "另有规定", "seen": played.case.version}
    wrong = post(group, decide, data)
    assert wrong.status_code == 400
    assert "另有规定" in text_of(wrong)
    assert post(group, decide, {**data, "deviation": "主管部门说明"}).status_code == 302
    assert played.case.state == "refused"
    page = text_of(signed_in(Role.CITY_OFFICER).get(f"/recognition/rounds/{played.round.pk}/deviations/"))
    assert "主管部门说明" in page
    file = signed_in(Role.AUDITOR).post(f"/recognition/rounds/{played.round.pk}/deviations.csv")
    assert "主管部门说明" in b"".join(file.streaming_content).decode()


def test_two_who_decide_at_once(
    signed_in: Callable[[Role], Client], played: Played, person_as: Callable[..., Viewer]
) -> None:
    played.proposed()
    assert played.batch is not None
    seen = played.case.version
    first, second = person_as(Role.LEADING_GROUP), signed_in(Role.LEADING_GROUP)
    batches.decide(first, played.pk, "recognise", seen=seen)

    decide = f"/recognition/batches/{played.batch.pk}/{played.case.receipt}/decide/"
    answer = post(second, decide, {"outcome": "refuse", "reason": "不符", "deviation": "不符", "seen": seen})

    assert answer.status_code == 400
    assert first.name in text_of(answer)
    assert Decision.objects.count() == 1


def test_a_batch_that_was_taken_back_meanwhile_is_not_decided(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.proposed()
    assert played.batch is not None
    seen = Batch.objects.get().version
    city = people(Role.CITY_OFFICER)
    batches.take_back(city, played.batch.pk, "改一处")
    batches.submit(city, played.batch.pk)
    group = signed_in(Role.LEADING_GROUP)
    answer = post(group, f"/recognition/batches/{played.batch.pk}/decide/", {"seen": seen, "reason": "同意全部"})
    assert answer.status_code == 400
    assert "批次已经变动" in text_of(answer)
    assert "同意全部" in text_of(answer)
    assert not Decision.objects.exists()


def test_a_line_is_sent_back_and_a_batch_taken_back_or_dissolved(
    signed_in: Callable[[Role], Client], played: Played
) -> None:
    played.proposed()
    assert played.batch is not None
    officer, group = signed_in(Role.CITY_OFFICER), signed_in(Role.LEADING_GROUP)
    here = f"/recognition/batches/{played.batch.pk}/"
    assert post(officer, f"{here}acts/take_back/", {"reason": "再核"}).status_code == 302
    assert post(officer, f"{here}acts/submit/", {}).status_code == 302
    back = f"{here}{played.case.receipt}/send-back/"
    assert group.get(back).status_code == 200
    assert post(officer, back, {"reason": "材料不清"}).status_code == 400  # not whoever decides
    assert post(group, back, {"reason": "材料不清", "seen": played.case.version}).status_code == 302
    assert played.case.state == "city"
    new = f"/recognition/rounds/{played.round.pk}/batches/new/"
    assert post(officer, new, {"title": "空批次"}).status_code == 302
    empty = Batch.objects.latest("pk")
    assert post(officer, f"/recognition/batches/{empty.pk}/acts/dissolve/", {}).status_code == 302
    assert "已撤销" in text_of(officer.get("/recognition/batches/"))


# --- notices and objections --------------------------------------------------------------------------------


def test_publishing_shows_the_list_and_the_last_day_first(signed_in: Callable[[Role], Client], played: Played) -> None:
    from zongbu.law.amounts import day

    played.approved()
    lead = signed_in(Role.CITY_LEAD)
    here = f"/recognition/rounds/{played.round.pk}/publish/"
    today = timezone.localdate()
    page = text_of(lead.get(here))
    assert played.enterprise.name in page
    assert day(today + timedelta(days=6), "zh") in page
    later = today + timedelta(days=3)
    data = {"title": "公示", "text": "正文", "starts": later}
    preview = post(lead, here, {**data, "preview": "1"})
    assert day(later + timedelta(days=6), "zh") in text_of(preview)
    assert not Notice.objects.exists()
    assert post(signed_in(Role.CITY_OFFICER), here, data).status_code == 400
    assert post(lead, here, {**data, "starts": today - timedelta(days=1)}).status_code == 400
    assert post(lead, here, data).status_code == 400, "without the list that was looked at"
    assert post(lead, here, {**data, "expected": listed(preview)}).status_code == 302
    assert Notice.objects.get().ends == later + timedelta(days=6)


def listed(answer: Any) -> str:
    """The key of the list that a page shows."""
    return re.findall(r'name="expected" value="(\w+)"', text_of(answer))[0]


def test_only_the_list_that_was_looked_at_is_published(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.approved()
    lead = signed_in(Role.CITY_LEAD)
    here = f"/recognition/rounds/{played.round.pk}/publish/"
    data = {"title": "公示", "text": "正文", "starts": timezone.localdate(), "expected": listed(lead.get(here))}
    other = qualifying(played.people(Role.CITY_OFFICER), "91330100MA27ABC34D", "后来批准的公司")
    Application.objects.create(
        round=played.round, enterprise=other, receipt="RD20000101-LATER", district="330108", state="approved",
        submitted_at=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    refused = post(lead, here, data)
    assert refused.status_code == 400
    assert "名单有变动" in text_of(refused)
    assert "后来批准的公司" in text_of(refused)
    assert not Notice.objects.exists()
    assert post(lead, here, {**data, "expected": listed(refused)}).status_code == 302
    assert Notice.objects.get().lines.count() == 2


def test_an_objection_is_upheld_with_its_effect_or_dismissed(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.noticed()
    notice = Notice.objects.get()
    made = notices.object_to(Viewer(address="10.0.0.1"), played.pk, "营业收入不实", notice=notice.pk, contact="139")
    officer = signed_in(Role.CITY_OFFICER)
    assert made.receipt in text_of(officer.get("/recognition/objections/"))
    here = f"/recognition/objections/{made.receipt}/"
    page = text_of(officer.get(here))
    assert "营业收入不实" in page
    assert "139" in page
    assert "139" not in text_of(signed_in(Role.AUDITOR).get(here)).split("<main")[1]
    # Who put the case forward does not judge the objection to it: another officer does.
    lead = signed_in(Role.CITY_LEAD)
    wrong = post(lead, here, {"effect": "uphold", "reply": ""})
    assert wrong.status_code == 400
    announce = f"/recognition/notices/{notice.serial}/announce/"
    assert "公示期还没有结束" in text_of(lead.get(announce))
    assert post(lead, here, {"effect": "uphold", "reply": "经核实属实", "seen": 0}).status_code == 302
    assert played.case.state == "city"
    assert notice.lines.get().withdrawn_at is not None
    again = post(officer, here, {"effect": "dismiss", "reply": "不属实", "seen": 0})
    assert again.status_code == 400
    assert Objection.objects.get().reply == "经核实属实"


def test_the_list_is_announced_when_the_notice_is_over(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.noticed()
    Notice.objects.update(
        starts=timezone.localdate() - timedelta(days=10), ends=timezone.localdate() - timedelta(days=4)
    )
    notice = Notice.objects.get()
    lead = signed_in(Role.CITY_LEAD)
    assert "待公告" in text_of(lead.get("/desk/"))
    answer = post(lead, f"/recognition/notices/{notice.serial}/announce/", {"seen": 0}, follow=True)
    assert "名单已公告" in text_of(answer)
    assert played.case.state == "recognised"
    page = text_of(lead.get(f"/recognition/rounds/{played.round.pk}/"))
    assert "已公告" in page


# --- everybody else ----------------------------------------------------------------------------------------

LISTS = ("rounds", "batches", "objections")


@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.LEADING_GROUP, Role.AUDITOR])
@pytest.mark.parametrize("name", LISTS)
def test_lists_are_open_to_whoever_sees_the_city(client_as: Callable[..., Client], role: Role, name: str) -> None:
    assert client_as(role).get(f"/recognition/{name}/").status_code == 200


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER, Role.ENTERPRISE_LEAD])
@pytest.mark.parametrize("name", LISTS)
def test_lists_are_closed_to_others(client_as: Callable[..., Client], role: Role, name: str) -> None:
    assert client_as(role).get(f"/recognition/{name}/").status_code == 403


def test_lists_ask_the_same_number_of_queries_for_one_and_for_many(
    signed_in: Callable[[Role], Client], played: Played, people: Callable[[Role], Viewer]
) -> None:
    played.noticed()
    notice = Notice.objects.get()
    officer = signed_in(Role.CITY_OFFICER)
    addresses = ["/recognition/rounds/", "/recognition/batches/", "/recognition/objections/?state=all",
                 f"/recognition/batches/{Batch.objects.get().pk}/"]  # fmt: skip
    notices.object_to(Viewer(), played.pk, "一", notice=notice.pk)

    def counts() -> list[int]:
        found = []
        for url in addresses:
            officer.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(url).status_code == 200
            found.append(len(queries))
        return found

    before = counts()
    for number in range(4):
        notices.object_to(Viewer(), played.pk, f"又{number}", notice=notice.pk)
        batches.make(people(Role.CITY_OFFICER), played.round, f"批次{number}")
    assert counts() == before


def test_what_waits_is_counted_and_leads_there(signed_in: Callable[[Role], Client], played: Played) -> None:
    played.collected()
    officer, group = signed_in(Role.CITY_OFFICER), signed_in(Role.LEADING_GROUP)
    assert "待汇总提请" in text_of(officer.get("/desk/"))
    city = played.people(Role.CITY_OFFICER)
    batch = batches.make(city, played.round, "第一批")
    batches.propose(city, played.pk, batch.pk, "recognise", "符合")
    batches.submit(city, batch.pk)
    assert "待审定的申请" in text_of(group.get("/desk/"))
