"""Requests, referrals, selections and obligations: what each act does, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from unittest import mock

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.desk.support import unpaid
from tests.desk.support.unpaid import CARS, GREEN, MATTER, POLICY, SCHOOLING, person
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import NotPermitted, Overtaken, Participation, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.operation.sweep import sweep
from zongbu.desk.people.models import Organisation, Person
from zongbu.desk.support.actions import obligations, quotas, requests, selections
from zongbu.desk.support.cases import cases
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import (
    Candidate,
    Milestone,
    MilestoneReport,
    QuotaAccount,
    SelectionList,
    SupportReminder,
    SupportRequest,
)
from zongbu.desk.support.unpaid import queries, requesting
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.unpaid.reminders import remind

pytestmark = pytest.mark.django_db


# --- requests ------------------------------------------------------------------------------------------------------


def test_a_request_goes_to_who_handles_the_measure_and_its_term_runs_from_the_receipt() -> None:
    case = unpaid.a_request("asked")
    assert (case.state, case.due_on) == ("asked", None) and case.organisation is not None
    officer = person(Role.DEPARTMENT_OFFICER)
    received = requests.receive(officer, case.pk)
    deadline = flow.due(REQUEST, received)
    assert deadline is not None and deadline.length == 5
    assert received.due_on == deadline.date
    granted = requests.grant(officer, case.pk, "已办结")
    assert (granted.state, granted.due_on, granted.entitled) == ("granted", None, True)
    assert granted.decided_at is not None and granted.checks


def test_while_it_is_with_the_enterprise_the_clock_stands_and_then_goes_on() -> None:
    case, officer, now = unpaid.a_request(), person(Role.DEPARTMENT_OFFICER), timezone.now()
    start = timezone.localdate() - timedelta(days=10)
    with mock.patch("django.utils.timezone.now", return_value=now - timedelta(days=10)):
        requests.receive(officer, case.pk)
    with mock.patch("django.utils.timezone.now", return_value=now - timedelta(days=8)):
        assert requests.return_(officer, case.pk, "请补出境日期").due_on is None
    requests.resubmit(person(Role.ENTERPRISE_STAFF), case.pk, {**MATTER, "text": "补充日期"})
    case.refresh_from_db()
    assert (case.state, case.text) == ("received", "补充日期")
    deadline = flow.due(REQUEST, case)
    assert deadline is not None and deadline.start == start and len(deadline.pauses) == 1
    assert deadline.date is not None and deadline.date > timezone.localdate()


def test_a_measure_without_a_term_has_no_due_date() -> None:
    unpaid.handled_by_a_department("customs_facilitation")
    case = unpaid.a_request("asked", "customs_facilitation")
    assert requests.receive(person(Role.DEPARTMENT_OFFICER), case.pk).due_on is None


def test_where_nobody_is_entered_the_city_office_assigns() -> None:
    enterprise = unpaid.qualified()
    case = requests.ask(person(Role.ENTERPRISE_STAFF), enterprise, POLICY, "apec_card", MATTER)
    assert case.organisation is None
    assert any(one.count == 1 and "指派" in str(one.label) for one in waiting_for(person(Role.CITY_OFFICER)))
    department = person(Role.DEPARTMENT_OFFICER)
    with pytest.raises(NotPermitted):
        requests.receive(department, case.pk)
    organisation = Organisation.objects.get(pk=department.organisation)
    requests.assign(person(Role.CITY_OFFICER), case.pk, organisation, "按职能")
    assert requests.receive(department, case.pk).state == "received"


def test_it_is_not_assigned_to_an_enterprise() -> None:
    case = unpaid.a_request()
    wrong = Organisation.objects.filter(kind="enterprise").first()
    assert wrong is not None
    with pytest.raises(Refused, match="只能指派"):
        requests.assign(person(Role.CITY_OFFICER), case.pk, wrong, "错")
    closed = Organisation.objects.create(kind="department", name="示例已撤并的局", active=False)
    with pytest.raises(Refused, match="示例已撤并的局」已停用"):
        requests.assign(person(Role.CITY_OFFICER), case.pk, closed, "错")


def test_an_official_refers_and_does_not_decide_what_he_referred() -> None:
    unpaid.handled_by_a_department(GREEN)
    enterprise, officer = unpaid.qualified(), person(Role.DEPARTMENT_OFFICER)
    with pytest.raises(Refused, match="理由"):
        requests.refer(officer, enterprise, POLICY, GREEN, MATTER, " ")
    case = requests.refer(officer, enterprise, POLICY, GREEN, MATTER, "走访时提出")
    assert case.origin == "referred"
    with pytest.raises(NotPermitted, match="职责分离"):
        requests.receive(officer, case.pk)
    assert requests.receive(person(Role.DEPARTMENT_OFFICER), case.pk).state == "received"


def test_a_district_refers_its_own_enterprises_only() -> None:
    enterprise = unpaid.qualified()
    with pytest.raises(NotPermitted):
        requests.refer(person(Role.DISTRICT_OFFICER, district="330106"), enterprise, POLICY, GREEN, MATTER, "转")


def test_a_referral_may_go_where_the_text_names_no_way_to_ask() -> None:
    enterprise = unpaid.qualified()
    with pytest.raises(Refused, match="不在这里申请"):
        requests.ask(person(Role.ENTERPRISE_STAFF), enterprise, POLICY, unpaid.LAND, MATTER)
    assert requests.refer(person(Role.CITY_OFFICER), enterprise, POLICY, unpaid.LAND, MATTER, "重点项目").pk


@pytest.mark.parametrize("name", ["platform_guidance", "plot_ratio_without_land_price", "rent_subsidy", unpaid.TALENTS])
def test_neither_encouragement_nor_money_nor_what_comes_unasked_is_requested(name: str) -> None:
    enterprise = unpaid.qualified()
    for attempt in (
        lambda: requests.ask(person(Role.ENTERPRISE_STAFF), enterprise, POLICY, name, MATTER),
        lambda: requests.refer(person(Role.CITY_OFFICER), enterprise, POLICY, name, MATTER, "转"),
    ):
        with pytest.raises(Refused, match="不在这里申请"):
            attempt()
    assert name not in {one.measure.identifier for one in requesting.askable(referring=True)}


def test_whoever_is_not_recognised_does_not_ask() -> None:
    stranger = Enterprise.objects.create(uscc="91330100MA2NOTREC1", name="未认定企业", district="330108")
    unpaid.qualified()
    with pytest.raises(Refused, match="认定名单"):
        requests.ask(person(Role.ENTERPRISE_STAFF, uscc=stranger.uscc), stranger, POLICY, GREEN, MATTER)


def test_on_the_dishonesty_list_nothing_is_granted() -> None:
    case = unpaid.a_request("received")
    enterprises.record(
        person(Role.CITY_OFFICER), case.enterprise, {"on_dishonesty_list": "是"}, source_name="信用平台",
        valid_from=date(2021, 1, 1),
    )  # fmt: skip
    officer = person(Role.DEPARTMENT_OFFICER)
    with pytest.raises(Refused, match="失信"):
        requests.grant(officer, case.pk, "办")
    assert requests.decline(officer, case.pk, "在失信名单").state == "declined"


def test_what_cannot_be_told_may_be_asked_and_not_granted() -> None:
    unpaid.handled_by_a_department(CARS)
    enterprise = Enterprise.objects.get(pk=unpaid.titled.a_recognition().enterprise_id)
    case = requests.ask(person(Role.ENTERPRISE_STAFF), enterprise, POLICY, CARS, MATTER)
    assert case.entitled is None
    officer = person(Role.DEPARTMENT_OFFICER)
    requests.receive(officer, case.pk)
    with pytest.raises(Refused, match="查明"):
        requests.grant(officer, case.pk, "给", number=1)


def test_granted_places_go_into_the_ledger_and_are_used_there() -> None:
    case = unpaid.a_request("granted", CARS)
    account = QuotaAccount.objects.get(measure=CARS)
    assert (case.granted, account.balance, account.entries.get().request) == (2, 2, case)
    officer = person(Role.DEPARTMENT_OFFICER)
    quotas.use(officer, account.pk, "购车", number=2)
    with pytest.raises(Refused, match="只剩0个"):
        quotas.use(person(Role.ENTERPRISE_STAFF), account.pk, "购车")


def test_a_quota_is_granted_with_a_number_and_asked_for_once_a_year() -> None:
    case = unpaid.a_request("received", CARS)
    with pytest.raises(Refused, match="个数"):
        requests.grant(person(Role.DEPARTMENT_OFFICER), case.pk, "给")
    with pytest.raises(Refused, match="不能重复申请"):
        requests.ask(person(Role.ENTERPRISE_STAFF), case.enterprise, POLICY, CARS, MATTER)
    requests.withdraw(person(Role.ENTERPRISE_STAFF), case.pk)
    assert requests.ask(person(Role.ENTERPRISE_STAFF), case.enterprise, POLICY, CARS, MATTER).pk


def test_what_is_given_for_each_matter_is_asked_for_as_often_as_one_likes() -> None:
    first, second = unpaid.a_request(), unpaid.a_request()
    assert (first.slot, second.slot) == ("", "") and first.pk != second.pk


def test_the_second_to_decide_is_told_of_the_first() -> None:
    case = unpaid.a_request("received")
    requests.grant(person(Role.DEPARTMENT_OFFICER), case.pk, "已办")
    with pytest.raises(Overtaken, match="没有办理"):
        requests.decline(person(Role.DEPARTMENT_LEAD), case.pk, "不办")


def test_a_declined_request_is_looked_at_again_by_a_lead() -> None:
    case = unpaid.a_request("declined")
    with pytest.raises(NotPermitted):
        requests.reopen(person(Role.DEPARTMENT_OFFICER), case.pk, "再看")
    assert requests.reopen(person(Role.DEPARTMENT_LEAD), case.pk, "材料已补").state == "received"


def test_schooling_is_handled_by_the_district() -> None:
    person(Role.DISTRICT_OFFICER)
    case = unpaid.a_request("granted", SCHOOLING)
    assert (case.level, case.organisation.district) == ("district", "330108")


# --- least personal data -------------------------------------------------------------------------------------------


def test_what_is_personal_is_in_no_journal_and_goes_after_its_time() -> None:
    open_one, case = unpaid.a_request(), unpaid.a_request("granted", SCHOOLING)
    assert not any(word in str(list(Entry.objects.values())) for word in ("总经理", "李四", "0571-8000", "新学期"))
    SupportRequest.objects.filter(pk=case.pk).update(decided_at=timezone.now() - timedelta(days=91))
    assert requests.forget() == 0  # nobody has said for how long they are kept
    with pytest.raises(Refused):
        requests.keep_for(person(Role.CITY_LEAD), 90, " ")
    requests.keep_for(person(Role.CITY_LEAD), 90, "参照档案期限")
    assert sweep()["personal"] == 1
    assert requests.forget() == 0
    case.refresh_from_db()
    open_one.refresh_from_db()
    assert (case.subject, case.text, case.contact_name, case.contact_phone) == ("", "", "", "")
    assert (case.state, case.title, case.forgotten_at is not None) == ("granted", "高管子女入学", True)
    assert open_one.subject == MATTER["subject"]


def test_files_of_a_forgotten_request_can_be_deleted_by_their_enterprise() -> None:
    from zongbu.desk.support.models import RequestMaterial

    case = unpaid.a_request("granted")
    file = EvidenceFile.objects.create(
        enterprise=case.enterprise, name="a.pdf", kind="pdf", size=1, sha256="0" * 64, stored="none"
    )
    RequestMaterial.objects.create(request=case, title="护照", file=file)
    requests.keep_for(person(Role.CITY_LEAD), 1, "测试")
    SupportRequest.objects.filter(pk=case.pk).update(decided_at=timezone.now() - timedelta(days=3))
    requests.forget()
    file.delete()


def test_the_rule_itself_is_not_altered() -> None:
    made = requests.keep_for(person(Role.CITY_LEAD), 90, "参照档案期限")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(made).objects.filter(pk=made.pk)._raw_delete("default")


def test_reports_are_not_altered() -> None:
    unpaid.an_obligation("reported")
    with pytest.raises(IntegrityError), transaction.atomic():
        MilestoneReport.objects.all()._raw_delete("default")


# --- selections ----------------------------------------------------------------------------------------------------


def test_a_list_is_proposed_decided_by_another_person_and_published() -> None:
    case = unpaid.a_selection("published")
    assert (case.state, case.candidates.get().chosen) == ("published", True)
    assert list(queries.published()) == [case]
    people = set(Participation.objects.filter(flow="support_selection", duty__gt="").values_list("duty", "person"))
    assert len({one for _duty, one in people}) == 2


def test_who_proposes_does_not_decide() -> None:
    enterprise, lead = unpaid.qualified(), person(Role.CITY_LEAD)
    case = selections.open_list(
        lead, offering(POLICY, "outstanding_entrepreneur"), 2026, title="名单", basis="标准", approver="city_lead"
    )
    one = selections.add(lead, case.pk, enterprise)
    selections.word(lead, case.pk, {one.pk: selections.Word(True, "好")})
    selections.propose(lead, case.pk)
    with pytest.raises(NotPermitted, match="职责分离"):
        selections.decide(lead, case.pk, {one.pk: selections.Word(True)}, "同意")
    with pytest.raises(NotPermitted):
        selections.decide(person(Role.LEADING_GROUP), case.pk, {one.pk: selections.Word(True)}, "同意")
    assert (
        selections.decide(person(Role.CITY_LEAD), case.pk, {one.pk: selections.Word(True)}, "同意").state == "decided"
    )


def test_a_districts_list_is_decided_by_its_own_lead() -> None:
    case = unpaid.a_selection("proposed", district=True)
    one = case.candidates.get()
    with pytest.raises(NotPermitted):
        selections.decide(
            person(Role.DISTRICT_LEAD, district="330106"), case.pk, {one.pk: selections.Word(True)}, "同意"
        )
    decided = selections.decide(person(Role.DISTRICT_LEAD), case.pk, {one.pk: selections.Word(True)}, "同意")
    assert decided.state == "decided"


def test_nobody_is_proposed_without_a_reason_or_beyond_the_places() -> None:
    case = unpaid.a_selection()
    officer = person(Role.CITY_OFFICER)
    one = case.candidates.get()
    selections.word(officer, case.pk, {one.pk: selections.Word(True, " ")})
    with pytest.raises(Refused, match="理由"):
        selections.propose(officer, case.pk)
    other = Candidate.objects.create(selection=case, enterprise=one.enterprise, published_name="赵六")
    words = {pk: selections.Word(True, "好") for pk in (one.pk, other.pk)}
    selections.word(officer, case.pk, words)
    SelectionList.objects.filter(pk=case.pk).update(places=1)
    with pytest.raises(Refused, match="超过名额"):
        selections.propose(officer, case.pk)


def test_candidates_come_from_entitled_enterprises_and_from_requests() -> None:
    enterprise, officer = unpaid.qualified(), person(Role.CITY_OFFICER)
    asked = requests.refer(
        person(Role.DEPARTMENT_OFFICER), enterprise, POLICY, "outstanding_entrepreneur", MATTER, "推荐"
    )
    requests.receive(officer, asked.pk)
    case = selections.open_list(
        officer, offering(POLICY, "outstanding_entrepreneur"), asked.year, title="名单", basis="标准",
        approver="leading_group",
    )  # fmt: skip
    assert selections.add_requests(officer, case.pk) == 1
    assert selections.add_requests(officer, case.pk) == 0
    assert case.candidates.get().request == asked
    selections.remove(officer, case.pk, case.candidates.get().pk)
    assert selections.gather(officer, case.pk) == 1
    assert case.candidates.get().entitled is True


def test_whom_something_keeps_from_it_by_now_is_not_published() -> None:
    case = unpaid.a_selection("decided")
    enterprises.record(
        person(Role.CITY_OFFICER), case.candidates.get().enterprise, {"on_dishonesty_list": "是"},
        source_name="信用平台", valid_from=date(2021, 1, 1),
    )  # fmt: skip
    with pytest.raises(Refused, match="失信"):
        selections.publish(person(Role.CITY_OFFICER), case.pk)
    assert selections.send_back(person(Role.LEADING_GROUP), case.pk, "有企业失信").state == "draft"


# --- obligations ---------------------------------------------------------------------------------------------------


def test_a_milestone_is_reported_and_confirmed() -> None:
    obligation = unpaid.an_obligation("reported")
    step = unpaid.first_of(obligation)
    assert (step.state, step.reports.count()) == ("reported", 1)
    with pytest.raises(NotPermitted):
        obligations.meet(person(Role.CITY_LEAD), step.pk, "不归市里")
    met = obligations.meet(person(Role.DISTRICT_LEAD), step.pk, "现场核实")
    assert met.state == "met" and met.closed_at is not None


def test_nothing_is_missed_before_its_day_is_over_and_may_be_met_late() -> None:
    step, officer = unpaid.first_of(unpaid.an_obligation()), person(Role.DISTRICT_OFFICER)
    with pytest.raises(Refused, match="才到期"):
        obligations.miss(officer, step.pk, "没开工")
    with mock.patch("django.utils.timezone.localdate", return_value=step.due_on + timedelta(days=1)):
        assert obligations.miss(officer, step.pk, "没开工").state == "missed"
        obligations.report(person(Role.ENTERPRISE_STAFF), step.pk, "补开工")
        assert obligations.meet(officer, step.pk, "迟了一个月").state == "met"


def test_a_postponed_milestone_keeps_the_day_that_was_agreed_first() -> None:
    step, officer = unpaid.first_of(unpaid.an_obligation()), person(Role.DISTRICT_OFFICER)
    with pytest.raises(Refused, match="新的到期日"):
        obligations.postpone(officer, step.pk, step.due_on, "顺延")
    later = obligations.postpone(officer, step.pk, step.due_on + timedelta(days=90), "疫情")
    assert (later.due_on - later.first_due).days == 90


def test_ended_obligations_want_nothing_more() -> None:
    obligation, officer = unpaid.an_obligation("met"), person(Role.DISTRICT_OFFICER)
    obligations.end(officer, obligation.pk, "合同解除")
    assert sorted(obligation.milestones.values_list("state", flat=True)) == ["ended", "met"]
    with pytest.raises(Refused, match="已经终止"):
        obligations.end(officer, obligation.pk, "再来")


def test_milestones_are_reminded_of_a_month_and_a_week_before_and_when_they_are_over(
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    step = unpaid.first_of(unpaid.an_obligation(days=60))
    for role in (Role.ENTERPRISE_LEAD, Role.DISTRICT_OFFICER):
        Person.objects.filter(pk=person(role).person).update(email=f"{role}@example.cn")
    days = (-40, -31, -30, -29, -7, -6, 0, 1, 1, 5)
    with django_capture_on_commit_callbacks(execute=True):
        sent = [remind(step.due_on + timedelta(days=day)) for day in days]
    assert sent == [0, 0, 1, 0, 1, 0, 0, 1, 0, 0]
    assert [one.to for one in mail.outbox] == [["enterprise_lead@example.cn"]] * 3 + [["district_officer@example.cn"]]
    assert "逾期" in mail.outbox[-1].subject and "李四" not in mail.outbox[-1].body
    assert SupportReminder.objects.count() == 3


def test_a_postponed_milestone_is_reminded_of_anew() -> None:
    step = unpaid.first_of(unpaid.an_obligation(days=20))
    assert remind(timezone.localdate()) == 1
    obligations.postpone(person(Role.DISTRICT_OFFICER), step.pk, step.due_on + timedelta(days=5), "顺延")
    assert remind(timezone.localdate()) == 1


# --- what waits ----------------------------------------------------------------------------------------------------


def test_what_waits_is_counted_for_whose_turn_it_is() -> None:
    unpaid.a_request()
    unpaid.a_selection("proposed")
    obligation = unpaid.an_obligation()
    Milestone.objects.filter(pk=unpaid.first_of(obligation).pk).update(due_on=timezone.localdate() - timedelta(days=1))

    def words(role: Role) -> str:
        return " ".join(f"{one.label}{one.count}" for one in waiting_for(person(role)))

    assert "待接收的服务申请1" in words(Role.DEPARTMENT_OFFICER)
    assert "待决定的推荐名单1" in words(Role.LEADING_GROUP)
    assert "待报告的项目节点（1件已逾期）1" in words(Role.ENTERPRISE_STAFF)
    assert "企业逾期没有报告的项目节点1" in words(Role.DISTRICT_OFFICER)
    assert not words(Role.AUDITOR)


def test_an_enterprises_page_lists_its_requests_and_open_milestones() -> None:
    case, obligation = unpaid.a_request(), unpaid.an_obligation()
    numbers = {one.number for one in cases(person(Role.CITY_OFFICER), case.enterprise)}
    assert {case.receipt, obligation.receipt} <= numbers
