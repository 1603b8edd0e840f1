"""Quotas, requests, lists and obligations in every state, played by whose turn it is: for the tests of these pages, the
walk over all routes and the browser."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from tests.desk.conftest import USCC, membership_as, organisation_for
from tests.desk.recognition import titled
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import DISTRICT, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership, Organisation, Person
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.support.actions import obligations, quotas, requests, selections
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import (
    Milestone,
    Obligation,
    QuotaAccount,
    QuotaEntry,
    ResponsibleUnit,
    SelectionList,
    SupportRequest,
)
from zongbu.desk.support.unpaid import quotas as ledger

POLICY = "hangzhou-2023"
GREEN, SCHOOLING, CARS, TALENTS, LAND = (
    "green_channel", "executive_children_schooling", "car_quota", "talent_recognition_quota",
    "project_conditioned_land_grant",
)  # fmt: skip
MATTER = {"subject": "总经理子女转学", "text": "新学期", "contact_name": "李四", "contact_phone": "0571-8000"}


def person(role: Role, **given: str) -> Viewer:
    """A fresh person in a role; of the office or enterprise that is there already, whatever it is called."""
    there = Organisation.objects.none()
    if role in DISTRICT:
        district = given.get("district", "330108")
        there = Organisation.objects.filter(kind=Organisation.Kind.DISTRICT_OFFICE, district=district)
    elif role in ENTERPRISE:
        there = Organisation.objects.filter(kind=Organisation.Kind.ENTERPRISE, uscc=given.get("uscc", USCC))
    if (office := there.first()) is not None:
        number = Person.objects.count() + 1
        someone = Person.objects.create(username=f"{role}-{number}", name=f"{role} {number}")
        return viewer_as(Membership.objects.create(person=someone, organisation=office, role=role), someone)
    membership = membership_as(role, **given)
    return viewer_as(membership, membership.person)


def handled_by_a_department(*measures: str, office: Viewer | None = None) -> None:
    """Enter a department (that of ``office``) for measures, in the city office's table of units."""
    for name in measures:
        unit = offering(POLICY, name).measure.units[0]
        made = organisation_for(Role.DEPARTMENT_OFFICER) if office is None else None
        ResponsibleUnit.objects.update_or_create(
            policy=POLICY,
            unit=unit,
            defaults={"organisation_id": made.pk if made is not None else office and office.organisation},
        )


def qualified(uscc: str = USCC) -> Enterprise:
    """A recognised enterprise with three stars of which everything is known that measures ask for."""
    enterprise = Enterprise.objects.get(pk=titled.a_recognition(uscc).enterprise_id)
    city = person(Role.CITY_OFFICER)
    if "on_dishonesty_list" not in enterprise.known:
        enterprises.record(
            city, enterprise, {"on_dishonesty_list": "否"}, source_name="信用平台", valid_from=date(2020, 1, 1)
        )
        for fact, value in (("star", "3"), ("meets_car_quota_requirements", "是")):
            enterprises.find(city, enterprise, fact, value, "认定", valid_from=date(2021, 1, 1))
    return Enterprise.objects.get(pk=enterprise.pk)


def a_quota(uscc: str = USCC, office: Viewer | None = None) -> QuotaAccount:
    """Places of an enterprise, some used and one returned."""
    handled_by_a_department(TALENTS, office=office)
    enterprise = qualified(uscc)
    found = QuotaAccount.objects.filter(enterprise=enterprise, measure=TALENTS).first()
    if found is None:
        officer = office or person(Role.DEPARTMENT_OFFICER)
        with transaction.atomic():  # straight into the ledger: what the policy gives is published nowhere
            found = ledger.account_of(offering(POLICY, TALENTS), enterprise, timezone.localdate().year)
            ledger.post(officer, found, QuotaEntry.Kind.ALLOCATED, 3)
        quotas.use(officer, found.pk, "E类人才认定", name="张三", reference="RC-2026-7")
        back = quotas.use(officer, found.pk, "D类人才认定")
        quotas.give_back(officer, back.pk, "未通过认定")
    return found


def a_use() -> QuotaEntry:
    """A use that can be returned."""
    return a_quota().entries.filter(kind="used", undone_by=None).latest("pk")


def a_request(
    state: str = "asked", measure: str = GREEN, uscc: str = USCC, office: Viewer | None = None
) -> SupportRequest:
    """A request of an enterprise, played to a state (by ``office``, where it is of a department)."""
    handled_by_a_department(GREEN, CARS, office=office)
    person(Role.DISTRICT_OFFICER)
    enterprise, own = qualified(uscc), person(Role.ENTERPRISE_STAFF, uscc=uscc)
    case = requests.ask(own, enterprise, POLICY, measure, MATTER)
    officer = office or person(Role.DEPARTMENT_OFFICER if case.level == "department" else Role.DISTRICT_OFFICER)
    if state == "asked":
        return case
    if state == "withdrawn":
        return requests.withdraw(own, case.pk)
    case = requests.receive(officer, case.pk)
    match state:
        case "returned":
            case = requests.return_(officer, case.pk, "请补出境日期")
        case "granted":
            case = requests.grant(officer, case.pk, "已办结", number=2 if measure == CARS else None)
        case "declined":
            case = requests.decline(officer, case.pk, "不在受理范围")
    return case


def a_selection(state: str = "draft", district: bool = False, office: Viewer | None = None) -> SelectionList:
    """A list with one candidate, played to a state (by ``office``)."""
    enterprise = qualified()
    officer = office or person(Role.DISTRICT_OFFICER if district else Role.CITY_OFFICER)
    approver = Role.DISTRICT_LEAD if district else Role.LEADING_GROUP
    case = selections.open_list(
        officer,
        offering(POLICY, "outstanding_entrepreneur"),
        timezone.localdate().year,
        title="卓越贡献总部企业家推荐名单",
        basis="按星级结果选树，标准见当年通知。",
        approver=approver,
    )
    candidate = selections.add(officer, case.pk, enterprise, "王五")
    selections.word(officer, case.pk, {candidate.pk: selections.Word(True, "三星级，贡献突出")})
    if state == "draft":
        return SelectionList.objects.get(pk=case.pk)
    case = selections.propose(officer, case.pk)
    if state == "proposed":
        return case
    decider = person(approver)
    case = selections.decide(decider, case.pk, {candidate.pk: selections.Word(True)}, "同意")
    return selections.publish(officer, case.pk, "现予公布。") if state == "published" else case


def an_obligation(state: str = "pending", uscc: str = USCC, days: int = 20, office: Viewer | None = None) -> Obligation:
    """An obligation of an enterprise with two milestones, the first one played to a state; kept by ``office``."""
    enterprise, officer = qualified(uscc), office or person(Role.DISTRICT_OFFICER)
    today = timezone.localdate()
    steps = [
        obligations.Step("开工", today + timedelta(days=days)),
        obligations.Step("累计投资", today + timedelta(days=400), None),
    ]
    made = obligations.register(
        officer, enterprise, offering(POLICY, LAND), title="总部大楼项目", text="三年内投资五亿元。",
        document="杭滨土合〔2026〕7号", steps=steps, unit="万元",
    )  # fmt: skip
    first = made.milestones.order_by("due_on").first()
    assert first is not None
    if state == "reported":
        obligations.report(person(Role.ENTERPRISE_LEAD, uscc=uscc), first.pk, "已开工")
    elif state == "met":
        obligations.meet(officer, first.pk, "现场核实")
    return made


def first_of(obligation: Obligation) -> Milestone:
    """Its earliest milestone."""
    return obligation.milestones.order_by("due_on", "pk")[0]
