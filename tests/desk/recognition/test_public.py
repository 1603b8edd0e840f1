"""What everybody sees, and what nobody may see before it is published."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.recognition.conftest import Played
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.kernel.submission.models import Submission
from zongbu.desk.recognition import published
from zongbu.desk.recognition.actions import applications, batches, opinions, rounds
from zongbu.desk.recognition.actions import notices as acts
from zongbu.desk.recognition.models import Notice, Objection, Recognition, Round
from zongbu.desk.recognition.views.titles import verification

pytestmark = pytest.mark.django_db

PUBLIC_PAGES = ("/recognition/list/", "/recognition/map/", "/recognition/notices/", "/recognition/statistics/", "/")
SECRETS = ("13900000000", "王联系", "12亿元", "12.00", "示例科技有限公司", "RD2", "材料齐全")
"""Contact, figures, name, receipt and the district's word of an application."""


def text_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")


def post(client: Client, url: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(url, {FIELD: new_token(), **data}, **more)


def with_contact(played: Played) -> None:
    """Give the contact of an application before it goes on."""
    from zongbu.desk.recognition.models import Application

    Application.objects.update(contact_name="王联系", contact_phone="13900000000")


def everything(round: Round) -> dict[str, str]:
    """All public pages as somebody who has not signed in gets them."""
    client = Client()
    addresses = [
        *PUBLIC_PAGES, "/recognition/list.csv", "/recognition/list/?standing=all",
        f"/recognition/statistics/{round.policy}/{round.year}/",
    ]  # fmt: skip
    addresses += [f"/recognition/notices/{one.serial}/" for one in Notice.objects.all()]
    return {url: text_of(client.get(url)) for url in addresses}


@pytest.mark.parametrize("until", ["submitted", "recommended", "collected", "proposed", "approved"])
def test_before_the_notice_nothing_of_an_application_is_seen(played: Played, until: str) -> None:
    getattr(played, until)()
    with_contact(played)
    for url, page in everything(played.round).items():
        for secret in SECRETS:
            assert secret not in page, (url, secret)


def test_during_the_notice_only_name_and_district_are_seen(played: Played) -> None:
    played.noticed()
    with_contact(played)
    pages = everything(played.round)
    notice = Notice.objects.get()
    for url, page in pages.items():
        for secret in (*SECRETS[:4], "RD2", "材料齐全"):
            assert secret not in page, (url, secret)
        assert ("示例科技有限公司" in page) == (url == f"/recognition/notices/{notice.serial}/"), url
    assert "滨江区" in pages[f"/recognition/notices/{notice.serial}/"]


def test_a_notice_that_has_not_begun_is_not_there_for_the_public(
    played: Played, client_as: Callable[..., Client]
) -> None:
    played.approved()
    starts = timezone.localdate() + timedelta(days=2)
    notice = acts.publish(played.people(Role.CITY_LEAD), played.round.pk, "公示", starts=starts)
    url = f"/recognition/notices/{notice.serial}/"
    assert Client().get(url).status_code == 404
    assert notice.serial not in text_of(Client().get("/recognition/notices/"))
    assert client_as(Role.CITY_OFFICER).get(url).status_code == 200


def test_the_list_names_who_is_recognised_and_is_filtered(played: Played) -> None:
    played.recognised()
    client = Client()
    recognition = Recognition.objects.get()
    page = text_of(client.get("/recognition/list/"))
    assert recognition.number in page
    assert recognition.code not in page
    assert "规模达标" in page
    assert "现有 1 家" in page
    for query in (
        "district=330106",
        "track=is_rnd_headquarters",
        "round=hangzhou-2023/1999",
        "q=别家",
        "standing=past",
    ):
        assert recognition.number not in text_of(client.get(f"/recognition/list/?{query}")), query
    for query in ("district=330108", "track=meets_scale", f"round={played.round.number}", "q=示例", "standing=all"):
        assert recognition.number in text_of(client.get(f"/recognition/list/?{query}")), query

    Recognition.objects.update(revoked_on=timezone.localdate())
    assert recognition.number not in text_of(client.get("/recognition/list/"))
    past = text_of(client.get("/recognition/list/?standing=past"))
    assert recognition.number in past
    assert "取消" in past


def test_the_list_is_taken_away_from_stable_addresses_without_writing(played: Played) -> None:
    played.recognised()
    client = Client()
    entries = Entry.objects.count()
    lines = text_of(client.get("/recognition/list.csv")).splitlines()
    assert lines[0].startswith("企业名称,区县,年度")
    assert lines[1].startswith("示例科技有限公司,滨江区")
    assert played.enterprise.uscc not in "".join(lines)
    answer = client.get("/recognition/list.xlsx?district=330106")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.worksheets[0].max_row == 1
    assert client.get("/recognition/list.pdf").status_code == 404
    assert Entry.objects.count() == entries


def test_the_map_has_every_district_in_its_table_and_says_what_it_is(played: Played) -> None:
    played.recognised()
    page = text_of(Client().get("/recognition/map/"))
    assert page.count("data-code=") == 13
    assert "没有审图号" in page
    assert "hangzhou.json" in page
    assert published.by_district(timezone.localdate())["330108"] == 1


def test_the_home_page_leads_to_lists_and_notices() -> None:
    page = text_of(Client().get("/"))
    assert 'href="/recognition/list/"' in page
    assert 'href="/recognition/notices/"' in page


# --- statistics --------------------------------------------------------------------------------------------


def test_before_a_round_is_concluded_only_what_was_announced_is_told(played: Played) -> None:
    address = f"/recognition/statistics/{played.round.policy}/{played.round.year}/"
    assert "还没有可以公布的统计" in text_of(Client().get(address))
    assert Client().get(f"{address[:-1]}.csv").status_code == 404
    played.recognised()
    found = published.statistics(played.round)
    assert found is not None
    assert not found.complete
    assert found.total.recognised == 1
    assert found.total.applied is None
    assert found.days == ()
    page = text_of(Client().get(address))
    assert "批次还在进行" in page
    assert "退回过补正" not in page


def _refused_after_three_days(played: Played) -> None:
    """An application that the district returned after a day, that came back after three and was refused in two."""
    from zongbu.desk.enterprises.models import Enterprise
    from zongbu.desk.recognition.models import Application

    now = timezone.now()
    enterprise = Enterprise.objects.create(uscc="91330100MA2OTHER99", name="另一家", district="330106")
    case = Application.objects.create(
        receipt="RD-REFUSED", round=played.round, enterprise=enterprise, district="330106", state="refused",
        submitted_at=now, decided_at=now,
    )  # fmt: skip
    steps = [
        ("submit", "district", 6),
        ("return", "returned", 5),
        ("resubmit", "district", 2),
        ("refuse", "refused", 0),
    ]
    for act, end, ago in steps:
        Participation.objects.create(
            flow="recognition_application", case=str(case.pk), act=act, end=end, moment=now - timedelta(days=ago),
            role=Role.DISTRICT_OFFICER,
        )  # fmt: skip


def test_a_concluded_round_tells_all_figures(played: Played) -> None:
    played.recognised()
    lead = played.people(Role.CITY_LEAD)
    Round.objects.update(closes=timezone.localdate() - timedelta(days=1))
    _refused_after_three_days(played)
    rounds.conclude(lead, played.round.pk)
    found = published.statistics(Round.objects.get())
    assert found is not None
    assert found.complete
    assert (found.total.applied, found.total.returned, found.total.recognised) == (2, 1, 1)
    assert {line.key: line.recognised for line in found.tracks}["meets_scale"] == 1
    assert {line.key: line.applied for line in found.districts}["330106"] == 1
    days = {name: (median, stays) for name, median, stays in found.days}
    assert days["returned"] == (3.0, 1)
    assert days["district"] == (1.0, 3)
    assert found.deviations == ()
    address = f"/recognition/statistics/{played.round.policy}/{played.round.year}"
    page = text_of(Client().get(f"{address}/"))
    assert "区县初审" in page
    assert "每项决定都与按政策计算的结果一致" in page
    assert "合计" in text_of(Client().get(f"{address}.csv"))
    assert played.round.title in text_of(Client().get("/recognition/statistics/"))


def test_a_refusal_that_departs_from_the_result_is_only_counted(played: Played) -> None:
    played.proposed("refuse")
    batches.decide(played.people(Role.LEADING_GROUP), played.pk, "refuse", reason="不符", deviation="主管部门另有说明")
    Round.objects.update(closes=timezone.localdate() - timedelta(days=1))
    address = f"/recognition/statistics/{played.round.policy}/{played.round.year}/"
    assert "主管部门另有说明" not in text_of(Client().get(address))
    rounds.conclude(played.people(Role.CITY_LEAD), played.round.pk)
    for page in (text_of(Client().get(address)), text_of(Client().get(f"{address.rstrip('/')}.csv"))):
        assert "主管部门另有说明" not in page
        assert "示例科技有限公司" not in page
    assert "滨江区 1 家" in text_of(Client().get(address))
    assert "与计算不一致的不予认定,滨江区,1," in text_of(Client().get(f"{address.rstrip('/')}.csv"))


def test_who_is_recognised_against_the_result_is_named_with_the_reason(played: Played) -> None:
    city = played.people(Role.CITY_OFFICER)
    played.recommended()
    opinions.collect_without(city, played.pk, "逾期")
    batch = batches.make(city, played.round, "第一批")
    batches.propose(city, played.pk, batch.pk, "recognise", "建议")
    batches.submit(city, batch.pk)
    batches.decide(played.people(Role.LEADING_GROUP), played.pk, "recognise", deviation="主管部门另有说明")
    notice = acts.publish(played.people(Role.CITY_LEAD), played.round.pk, "公示")
    Notice.objects.update(starts=notice.starts - timedelta(days=10), ends=notice.ends - timedelta(days=10))
    acts.announce(played.people(Role.CITY_LEAD), notice.pk)
    page = text_of(Client().get(f"/recognition/statistics/{played.round.policy}/{played.round.year}/"))
    assert "主管部门另有说明" in page
    assert played.enterprise.name in page


def test_drafts_of_rounds_and_withdrawn_drafts_count_for_nothing(played: Played) -> None:
    own = played.people(Role.ENTERPRISE_LEAD)
    draft = applications.start(own, played.enterprise, played.round)
    applications.withdraw(own, draft.pk)
    Round.objects.update(closes=timezone.localdate() - timedelta(days=1))
    rounds.conclude(played.people(Role.CITY_LEAD), played.round.pk)
    found = published.statistics(Round.objects.get())
    assert found is not None
    assert (found.total.applied, found.withdrawn) == (0, 0)


# --- objections --------------------------------------------------------------------------------------------


def test_somebody_objects_without_a_name_and_reads_the_reply(played: Played) -> None:
    played.noticed()
    notice = Notice.objects.get()
    line = notice.lines.get()
    client = Client()
    here = f"/recognition/notices/{notice.serial}/{line.pk}/object/"
    assert here in text_of(client.get(f"/recognition/notices/{notice.serial}/"))
    assert client.get(here).status_code == 200

    wrong = post(client, here, {"text": "营业收入不实", "contact": "13700000000"})
    assert wrong.status_code == 400
    assert "营业收入不实" in text_of(wrong)
    answer = post(client, here, {"text": "营业收入不实", "contact": "13700000000", "consent": "on"}, follow=True)
    objection = Objection.objects.get()
    page = text_of(answer)
    assert objection.receipt in page
    assert "由市总部办核实并答复" in page
    assert "13700000000" not in page
    assert "营业收入不实" not in page
    assert objection.origin
    (entry,) = Entry.objects.filter(act="recognition_objection.file")
    assert "13700000000" not in str(entry.after)
    assert "营业收入不实" not in str(entry.after)
    assert Participation.objects.get(flow="recognition_objection").person is None

    acts.dismiss(played.people(Role.CITY_LEAD), objection.pk, "经核实，数据属实")
    page = text_of(Client().get(f"/recognition/objections/received/{objection.receipt}/"))
    assert "经核实，数据属实" in page
    assert "13700000000" not in page
    assert objection.receipt not in text_of(Client().get(f"/recognition/notices/{notice.serial}/"))


def test_a_member_who_objects_is_not_recorded_as_such(played: Played, client_as: Callable[..., Client]) -> None:
    played.noticed()
    line = Notice.objects.get().lines.get()
    client = client_as(Role.DEPARTMENT_OFFICER)
    here = f"/recognition/notices/{line.notice.serial}/{line.pk}/object/"
    assert post(client, here, {"text": "不符", "consent": "on"}).status_code == 302
    assert Participation.objects.get(flow="recognition_objection").person is None
    assert Entry.objects.filter(act="recognition_objection.file").get().person_name == ""
    kept = Submission.objects.get()
    assert kept.person is None
    assert not any(
        word in f"{kept.path} {kept.outcome}" for word in (line.notice.serial, Objection.objects.get().receipt)
    )


def test_an_origin_objects_so_often_a_day(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "MOST_A_DAY", 2)
    played.noticed()
    line = Notice.objects.get().lines.get()
    here = f"/recognition/notices/{line.notice.serial}/{line.pk}/object/"
    data = {"text": "不符", "consent": "on"}
    assert [post(Client(), here, data).status_code for _time in range(3)] == [302, 302, 400]
    assert "一天内提出的异议太多" in text_of(post(Client(), here, data))
    assert post(Client(REMOTE_ADDR="10.1.1.1"), here, data).status_code == 302


def test_receipts_of_objections_are_not_asked_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(verification, "MOST", 2)
    answers = [Client().get("/recognition/objections/received/YY20260101-ABCDEF/") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert "查询次数过多" in text_of(answers[-1])
    cache.clear()


def test_programs_that_fill_everything_and_second_sendings_do_nothing(played: Played) -> None:
    played.noticed()
    line = Notice.objects.get().lines.get()
    here = f"/recognition/notices/{line.notice.serial}/{line.pk}/object/"
    assert post(Client(), here, {"text": "广告", "consent": "on", "website": "http://a"}).status_code == 302
    assert not Objection.objects.exists()
    same = {FIELD: new_token(), "text": "不符", "consent": "on"}
    places = {Client().post(here, same).headers["Location"] for _time in range(2)}
    assert len(places) == 1
    assert Objection.objects.count() == 1


def test_after_the_notice_nobody_objects(played: Played) -> None:
    played.noticed()
    line = Notice.objects.get().lines.get()
    here = f"/recognition/notices/{line.notice.serial}/{line.pk}/object/"
    days = timedelta(days=10)
    Notice.objects.update(starts=timezone.localdate() - days, ends=timezone.localdate() - timedelta(days=1))
    assert Client().get(here).status_code == 302
    answer = post(Client(), here, {"text": "不符", "consent": "on"})
    assert answer.status_code == 400
    assert "现在不在公示期内" in text_of(answer)
    assert here not in text_of(Client().get(f"/recognition/notices/{line.notice.serial}/"))


def test_a_name_that_left_the_notice_is_not_shown_any_more(played: Played) -> None:
    played.noticed()
    notice = Notice.objects.get()
    made = acts.object_to(played.people(Role.DISTRICT_OFFICER), played.pk, "不符", notice=notice.pk)
    acts.uphold(played.people(Role.CITY_LEAD), made.pk, "属实")
    assert "示例科技有限公司" not in text_of(Client().get(f"/recognition/notices/{notice.serial}/"))


# --- queries -----------------------------------------------------------------------------------------------


def test_public_lists_ask_the_same_number_of_queries_for_one_and_for_many(played: Played) -> None:
    played.recognised()
    one = Recognition.objects.select_related("application").get()
    notice = Notice.objects.get()
    addresses = ["/recognition/list/", "/recognition/list/?standing=all", "/recognition/map/", "/recognition/notices/",
                 f"/recognition/notices/{notice.serial}/", "/recognition/statistics/"]  # fmt: skip

    def counts() -> list[int]:
        found = []
        for url in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(url).status_code == 200
            found.append(len(queries))
        return found

    counts()
    before = counts()
    for number in range(8):
        case = one.application
        case.pk, case._state.adding = None, True
        case.receipt, case.enterprise = f"RD-{number}", _another(number)
        case.save()
        Recognition.objects.create(
            number=f"ZB-{number}", code=f"CODE{number}", application=case, round=one.round, enterprise=case.enterprise,
            name=f"示例{number}", district="330106", tracks=["meets_scale"], recognised_on=one.recognised_on,
        )  # fmt: skip
        notice.lines.create(application=case, name=f"示例{number}", district="330106")
    assert counts() == before


def _another(number: int) -> Any:
    from zongbu.desk.enterprises.models import Enterprise

    return Enterprise.objects.create(uscc=f"91330100MA2OTHER{number:02d}", name=f"示例{number}", district="330106")
