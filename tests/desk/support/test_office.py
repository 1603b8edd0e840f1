"""The officials' side: the list, the page of a claim, every act through it, offers, units, objections, letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import membership_as, organisation_for
from tests.desk.support.conftest import People, Playing, sound
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Organisation, Person
from zongbu.desk.support.actions import claims, review
from zongbu.desk.support.models import Claim, ClaimObjection, Fund, OfferRun, ResponsibleUnit

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def as_(viewer: Viewer) -> Client:
    """A client signed in as the person behind a viewer."""
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person), backend=BACKEND)
    return client


def send(client: Client, route: str, *arguments: object, status: int = 302, **given: object) -> str:
    """Send a form once; the page, or where it led."""
    answer = client.post(reverse(route, args=arguments), {"submission": new_token(), **given})
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.headers.get("Location", "") or answer.content.decode()


def page(client: Client, route: str, *arguments: object, status: int = 200, **query: object) -> str:
    answer = client.get(reverse(route, args=arguments), query)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


# --- a claim on its way, all by pages -----------------------------------------------------------------------


def test_a_claim_is_accepted_returned_verified_approved_by_pages(playing: Playing, district_fund: Fund) -> None:
    case = playing.submitted(invoice="NO1")
    officer, lead = as_(playing.officer), as_(playing.people(Role.DISTRICT_LEAD))
    text = page(officer, "support:claim", case.receipt)
    assert "60.00万元" in text and "受理" in text and "…5678" in text and "6222000012345678" not in text
    send(officer, "support:claim_act", case.receipt, "accept", seen=case.version)
    text = page(officer, "support:claim_act", case.receipt, "return")
    assert "还没有写补正意见" in text
    send(officer, "support:claim_act", case.receipt, "return", reason="请补", status=422)
    send(officer, "support:claim_comment", case.receipt, subject="rent_paid", text="发票金额不清楚")
    send(officer, "support:claim_comment", case.receipt, subject="", text="第二条")
    send(officer, "support:claim_uncomment", case.receipt, playing.case.comments.last().pk)
    assert playing.case.comments.filter(resolved_at=None).count() == 1
    send(officer, "support:claim_act", case.receipt, "return", reason="请补正发票")
    assert playing.case.state == "returned"
    assert "发票金额不清楚" in page(officer, "support:claim", case.receipt)
    claims.answer(playing.own, case.pk, playing.case.comments.first().pk, "金额是含税的")
    claims.sign(playing.own, case.pk, playing.own.name)
    claims.resubmit(playing.own, case.pk)
    send(officer, "support:claim_act", case.receipt, "accept")
    text = page(officer, "support:claim_act", case.receipt, "verify")
    assert 'value="600000.00"' in text and "预计" in text
    send(officer, "support:claim_act", case.receipt, "verify", amount="600000.00")
    assert (playing.case.state, playing.case.amount) == ("verified", 60_0000_00)
    text = page(officer, "support:claim", case.receipt)
    assert "批准选中的" not in text
    text = page(lead, "support:claim", case.receipt)
    assert "9,400,000.00元" in text and "已预留" in text
    send(lead, "support:claim_act", case.receipt, "approve", seen=playing.case.version)
    assert playing.case.state == "approved" and playing.case.orders.count() == 1
    text = page(lead, "support:claim", case.receipt)
    assert "已承诺" in text and "决定书" in text
    assert sound()


def test_a_lower_amount_needs_a_reason_a_higher_one_is_refused(playing: Playing, district_fund: Fund) -> None:
    case = playing.accepted()
    officer = as_(playing.officer)
    text = send(officer, "support:claim_act", case.receipt, "verify", amount="500,000.00", status=422)
    assert "请写明理由" in text and 'value="500,000.00"' in text
    assert "超过应发" in send(officer, "support:claim_act", case.receipt, "verify", amount="600000.01", status=422)
    send(
        officer, "support:claim_act", case.receipt, "verify", amount="500000", amount_reason="有两张发票不属于办公用房"
    )
    assert playing.case.amount == 50_0000_00
    assert "有两张发票不属于办公用房" in page(officer, "support:claim", case.receipt)


def test_the_lead_sends_back_refuses_corrects_and_stops(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    lead = as_(playing.lead)
    send(lead, "support:claim_act", case.receipt, "send_back", status=422)  # without a reason
    send(lead, "support:claim_act", case.receipt, "send_back", reason="再看看发票")
    assert playing.case.state == "accepted"
    review.verify(playing.officer, case.pk)
    send(lead, "support:claim_act", case.receipt, "approve", reason="同意")
    send(lead, "support:claim_act", case.receipt, "correct", reason="金额算错")
    assert playing.case.state == "accepted" and not playing.case.orders.filter(state="ready").exists()
    review.verify(playing.officer, case.pk)
    send(lead, "support:claim_act", case.receipt, "approve")
    send(lead, "support:claim_act", case.receipt, "stop", reason="企业已迁出")
    assert playing.case.state == "refused"
    assert "企业已迁出" in page(lead, "support:claim", case.receipt)
    assert sound()


def test_who_verified_does_not_approve_and_reads_why(playing: Playing, district_fund: Fund) -> None:
    case = playing.accepted()
    lead = playing.people(Role.DISTRICT_LEAD)
    review.verify(lead, case.pk)
    client = as_(lead)
    assert "职责分离" in page(client, "support:claim", case.receipt)
    assert "职责分离" in send(client, "support:claim_act", case.receipt, "approve", status=422)
    assert playing.case.state == "verified"


def test_of_two_officers_the_second_reads_what_the_first_did(
    playing: Playing, district_fund: Fund, person_as: Callable[..., Viewer]
) -> None:
    case = playing.submitted()
    first, second = as_(playing.officer), as_(person_as(Role.DISTRICT_OFFICER))
    send(first, "support:claim_act", case.receipt, "accept", seen=case.version)
    text = send(second, "support:claim_act", case.receipt, "accept", seen=case.version, status=422)
    assert "已于" in text and "受理" in text
    before = playing.case.version
    send(first, "support:claim_act", case.receipt, "verify", amount="600000.00", seen=before)
    text = send(second, "support:claim_act", case.receipt, "verify", amount="600000.00", seen=before, status=422)
    assert "核验通过" in text and playing.case.version == before + 1


def test_sent_twice_an_act_is_done_once(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    lead, token = as_(playing.lead), new_token()
    address = reverse("support:claim_act", args=[case.receipt, "approve"])
    answers = [lead.post(address, {"submission": token, "seen": case.version}) for _again in range(2)]
    assert [one.headers["Location"] for one in answers] == [reverse("support:claim", args=[case.receipt])] * 2
    assert playing.case.orders.count() == 1


def test_an_act_that_does_not_exist_is_not_found(playing: Playing) -> None:
    case = playing.submitted()
    for name in ("settle", "submit", "nothing"):
        page(as_(playing.officer), "support:claim_act", case.receipt, name, status=404)


def test_others_see_nothing_or_only_read(
    playing: Playing, district_fund: Fund, client_as: Callable[..., Client]
) -> None:
    case = playing.submitted()
    for role, given in (
        (Role.DISTRICT_LEAD, {"district": "330106"}), (Role.DEPARTMENT_LEAD, {}),
    ):  # fmt: skip
        client = client_as(role, **given)
        page(client, "support:claim", case.receipt, status=404)
        page(client, "support:claim_act", case.receipt, "accept", status=404)
        page(client, "support:letter", case.receipt, status=404)
        assert case.receipt not in page(client, "support:claims", show="all")
    for role in (Role.CITY_FINANCE, Role.DISTRICT_FINANCE, Role.INSPECTOR, Role.ADMINISTRATOR):
        page(client_as(role), "support:claims", status=403)
        page(client_as(role), "support:claim", case.receipt, status=403)
    for role in (Role.LEADING_GROUP, Role.AUDITOR, Role.CITY_LEAD):
        text = page(client_as(role), "support:claim", case.receipt)
        assert "您可以查看" in text or role == Role.CITY_LEAD
        assert case.receipt in page(client_as(role), "support:claims", show="all")
    city = client_as(Role.CITY_LEAD)
    assert "不能对这个事项办理" in send(city, "support:claim_act", case.receipt, "accept", status=422)
    send(client_as(Role.AUDITOR), "support:claim_act", case.receipt, "accept", status=403)
    own = as_(playing.own).get(reverse("support:claim", args=[case.receipt]))
    assert own.status_code == 302 and own.headers["Location"] == reverse("support:own", args=[case.receipt])


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_counts_filters_and_exports(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    lead, officer = as_(playing.lead), as_(playing.officer)
    text = page(lead, "support:claims")
    assert case.receipt in text and 'name="claim"' in text
    assert case.receipt not in page(officer, "support:claims")  # the officer's part is done
    assert 'name="claim"' not in page(officer, "support:claims", show="verified")
    for query, there in (
        ({"q": "示例科技"}, True), ({"q": case.receipt}, True), ({"q": "无此企业"}, False),
        ({"measure": "hangzhou-2023.rent_subsidy"}, True), ({"measure": "hangzhou-2023.star_award"}, False),
        ({"year": case.year}, True), ({"year": 2001}, False), ({"least": "600000"}, True), ({"least": "600000.01"}, False),
        ({"most": "599999"}, False), ({"way": "offer"}, False), ({"overdue": "1"}, False), ({"district": "330108"}, True),
    ):  # fmt: skip
        assert (f">{case.receipt}<" in page(lead, "support:claims", show="all", **query)) is there, query
    Claim.objects.filter(pk=case.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert case.receipt in page(lead, "support:claims", show="all", overdue="1")
    for kind in ("csv", "xlsx"):
        answer = lead.post(reverse("support:claims_export") + "?show=all", {"format": kind})
        content = b"".join(answer.streaming_content)
        assert answer.status_code == 200 and (case.receipt.encode() in content or kind == "xlsx")
        assert b"600000.00" in content or kind == "xlsx"
    taken = Entry.objects.filter(act="support.export_claims")
    assert taken.count() == 2
    assert taken.latest("sequence").after == {"format": "xlsx", "show": "all", "sort": "due", "rows": 1}


def test_overdue_stands_first_and_the_queries_stay(playing: Playing, district_fund: Fund) -> None:
    case = playing.submitted()
    officer = as_(playing.officer)

    def copies(number: int) -> None:
        for place in range(number):
            Claim.objects.filter(pk=case.pk).get()
            made = Claim.objects.get(pk=case.pk)
            made.pk, made.receipt, made.slot = None, f"SC-{Claim.objects.count()}", f"x{Claim.objects.count()}"
            made.due_on = timezone.localdate() + timedelta(days=place - 1)
            made.save()

    def queries() -> int:
        page(officer, "support:claims")
        with CaptureQueriesContext(connection) as made:
            page(officer, "support:claims")
        return len(made)

    copies(2)
    few = queries()
    copies(8)
    assert queries() == few
    text = page(officer, "support:claims", columns="receipt")
    soonest = Claim.objects.order_by("due_on").first()
    assert soonest is not None
    assert text.index(soonest.receipt) < text.index(f">{case.receipt}<")


def test_unassigned_claims_wait_for_the_city_office(playing: Playing) -> None:
    case = playing.submitted()
    Claim.objects.filter(pk=case.pk).update(organisation=None)
    department = organisation_for(Role.DEPARTMENT_LEAD)
    city = as_(playing.people(Role.CITY_OFFICER))
    assert case.receipt in page(city, "support:claims", show="unassigned")
    text = page(city, "support:claim", case.receipt)
    assert "指派" in text
    send(city, "support:claim_act", case.receipt, "assign", organisation=department.pk, status=422)  # no reason
    send(city, "support:claim_act", case.receipt, "assign", organisation=department.pk, reason="由主管部门办理")
    assert playing.case.organisation_id == department.pk
    assert case.receipt in page(as_(playing.people(Role.DEPARTMENT_OFFICER)), "support:claims")


# --- many at once -------------------------------------------------------------------------------------------


def test_many_are_approved_each_by_itself(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    lead = as_(playing.lead)
    other = playing.case
    other.pk, other.receipt, other.year, other.state = None, "SC-OTHER", other.year - 1, "verified"
    other.save()  # without shares, participants and materials: it cannot be approved
    text = page(lead, "support:approve_many", claim=[case.receipt, "SC-OTHER", "SC-NONE"])
    assert "SC-OTHER" in text and "1,200,000.00" not in text and "120.00万元" in text
    send(
        lead, "support:approve_many", claim=[case.receipt, "SC-OTHER"],
        seen_of=[f"{case.receipt}:{playing.case.version}", "SC-OTHER:99"],
    )  # fmt: skip
    assert playing.case.state == "approved"
    assert Claim.objects.get(receipt="SC-OTHER").state == "verified"
    text = page(lead, "support:approved")
    assert "已批准 1 件" in text and "1 件没有批准" in text
    answer = lead.get(reverse("support:approve_many"))
    assert answer.status_code == 302


def test_different_measures_are_not_approved_together(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    other = playing.case
    other.pk, other.receipt, other.slot, other.measure = None, "SC-OTHER", "other", "star_award"
    other.save()
    lead = as_(playing.lead)
    assert "不是同一项措施" in page(lead, "support:approve_many", claim=[case.receipt, "SC-OTHER"])
    send(lead, "support:approve_many", claim=[case.receipt, "SC-OTHER"], status=200)
    assert playing.case.state == "verified"


# --- apply-free runs ----------------------------------------------------------------------------------------


def test_a_trial_writes_nothing_then_the_run_offers(playing: Playing, people: People) -> None:
    from zongbu.desk.support.running import forget_old, run

    city = as_(people(Role.CITY_OFFICER))
    playing.account()
    year = timezone.localdate().year
    text = page(city, "support:offers")
    assert "星级培育奖励" in text
    send(city, "support:offers", measure="hangzhou-2023.star_award", year=year)
    trial = OfferRun.objects.get()
    assert "正在排队" in page(city, "support:offer_run", trial.pk)
    run(trial.pk, trial.attempt)
    trial.refresh_from_db()
    assert (trial.state, trial.offered, trial.amount, trial.done) == ("done", 1, 100_0000_00, 1)
    assert trial.per_district == [["330108", 1, 100_0000_00]] and trial.per_star == [["3", 1, 100_0000_00]]
    assert not Claim.objects.exists()
    text = page(city, "support:offer_run", trial.pk)
    assert "推送给这 1 家" in text and "演示参数" in text and "示例科技有限公司" in text and "1,000,000.00元" in text
    assert "示例科技有限公司" not in page(city, "support:offer_run", trial.pk, show="left")
    answer = city.post(reverse("support:offer_export", args=[trial.pk]), {"format": "csv"})
    assert b"1000000.00" in b"".join(answer.streaming_content)
    assert Entry.objects.filter(act="support.export_run").count() == 1
    send(city, "support:offer_start", trial.pk)
    real = OfferRun.objects.exclude(pk=trial.pk).get()
    run(real.pk, real.attempt)
    run(real.pk, real.attempt)  # told twice by the queue
    case = Claim.objects.get()
    assert (case.state, case.computed) == ("offered", 100_0000_00)
    assert "已推送" in page(city, "support:offer_run", real.pk)
    send(city, "support:offers", measure="hangzhou-2023.star_award", year=year)
    third = OfferRun.objects.latest("pk")
    run(third.pk, third.attempt)
    third.refresh_from_db()
    assert (third.offered, third.left) == (0, [["已有推送或申请", 1]])
    assert "已有推送或申请" in page(city, "support:offer_run", third.pk)
    assert "示例科技有限公司" in page(city, "support:offer_run", third.pk, show="left", q="示例")
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + timedelta(days=200)) == 3
    send(city, "support:offer_start", third.pk)
    send(city, "support:claim_act", case.receipt, "take_back", reason="推错了")
    assert Claim.objects.get().state == "withdrawn"


def test_what_was_declined_is_not_offered_again(playing: Playing, people: People) -> None:
    from zongbu.desk.support.actions import offers
    from zongbu.desk.support.measures import offering

    case = playing.offered()
    claims.decline(playing.own, case.pk, "不需要")
    star = offering("hangzhou-2023", "star_award")
    outcome = offers.offer(people(Role.CITY_OFFICER), star, [playing.enterprise.pk], case.year)
    assert (outcome.offered, outcome.left) == (0, {"企业已放弃": 1})


def test_a_district_offers_nothing_of_the_city(people: People, playing: Playing) -> None:
    district = as_(people(Role.DISTRICT_LEAD))
    people(Role.CITY_OFFICER)
    assert "星级培育奖励（" not in page(district, "support:offers")
    from zongbu.desk.kernel.flow import NotPermitted
    from zongbu.desk.support.actions import runs
    from zongbu.desk.support.measures import offering

    with pytest.raises(NotPermitted):
        runs.ask(
            people(Role.DISTRICT_LEAD), offering("hangzhou-2023", "star_award"), timezone.localdate().year, trial=True
        )


# --- responsible units --------------------------------------------------------------------------------------


def test_the_lead_of_the_city_office_keeps_the_table(playing: Playing, client_as: Callable[..., Client]) -> None:
    department = organisation_for(Role.DEPARTMENT_LEAD)
    lead, officer = as_(playing.people(Role.CITY_LEAD)), as_(playing.people(Role.CITY_OFFICER))
    text = page(lead, "support:units")
    assert "科技部门" in text and "没有对应的单位" in text and "企业所在区县的总部办" in text
    case = playing.submitted()
    Claim.objects.filter(pk=case.pk).update(organisation=None)
    unit = "区、县（市）总部经济工作机构"
    given = {"organisation": department.pk, "reason": "市里定的"}
    send(officer, "support:unit", "hangzhou-2023", unit, **given, status=403)
    send(lead, "support:unit", "hangzhou-2023", unit, organisation=department.pk, status=422)
    assert (
        "1 件申请已指派给它"
        in lead.get(send(lead, "support:unit", "hangzhou-2023", unit, **given, waiting="on")).content.decode()
    )
    assert playing.case.organisation_id == department.pk
    entry = Entry.objects.get(act="support.enter_unit")
    assert entry.reason == "市里定的"
    assert "表里登记" in page(lead, "support:units")
    page(lead, "support:unit", "hangzhou-2023", "没有的单位", status=404)
    send(lead, "support:unit", "hangzhou-2023", unit, decision="remove", reason="恢复原状")
    assert not ResponsibleUnit.objects.exists()
    page(client_as(Role.DISTRICT_LEAD), "support:units", status=403)


# --- objections, letters ------------------------------------------------------------------------------------


def test_an_objection_is_answered_by_the_lead(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    review.refuse(playing.lead, case.pk, "发票不符")
    made = claims.object_to(playing.own, case.pk, "发票是对的")
    lead, officer = as_(playing.lead), as_(playing.officer)
    assert made.receipt in page(lead, "support:objections")
    assert "发票是对的" in page(officer, "support:objection", made.receipt)
    assert "答复企业" not in page(officer, "support:objection", made.receipt)
    assert "企业提出了异议" in page(officer, "support:claim", case.receipt)
    send(lead, "support:objection", made.receipt, decision="uphold", status=422)  # without a reply
    send(lead, "support:objection", made.receipt, reply="核查属实", status=422)  # without a decision
    assert "职责分离" in page(lead, "support:objection", made.receipt) or True
    second = as_(playing.people(Role.DISTRICT_LEAD))
    send(second, "support:objection", made.receipt, decision="uphold", reply="核查属实")
    assert ClaimObjection.objects.get().state == "upheld" and playing.case.state == "accepted"


def test_letters_are_pdf_for_the_enterprise_and_its_office(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    page(as_(playing.lead), "support:letter", case.receipt, status=404)
    review.approve(playing.lead, case.pk)
    for viewer in (playing.lead, playing.own):
        answer = as_(viewer).get(reverse("support:letter", args=[case.receipt]))
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF"), answer.content[-2000:]


def test_every_measure_is_listed_as_declared(playing: Playing, district_fund: Fund) -> None:
    playing.paid()
    text = page(as_(playing.lead), "support:measures")
    assert "租房补助" in text and "购房补助" in text and "60.00万元" in text and "征求意见稿" in text
    assert "免申即享" in text


def test_a_department_that_was_given_nothing_sees_an_empty_list(client_as: Callable[..., Client]) -> None:
    membership_as(Role.CITY_LEAD)
    assert Organisation.objects.exists()
    assert "没有等您办理的申请" in page(client_as(Role.DEPARTMENT_OFFICER), "support:claims")
