"""What the tests of recognition share: a round that runs today, an enterprise that qualifies, people in every role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.desk.conftest import USCC, organisation_for
from tests.desk.recognition.starred import chosen as chosen
from tests.desk.recognition.starred import evaluation as evaluation
from tests.desk.recognition.starred import rated as rated
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review, rounds
from zongbu.desk.recognition.actions.rounds import Check, Material
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Batch, Round
from zongbu.desk.recognition.settings import OPEN_SETTINGS

QUALIFYING = {
    "registered_in_city": "true", "operates_in_city": "true", "is_legal_person": "true", "unified_accounting": "true",
    "branches_outside_city": "2", "subsidiaries_outside_city": "1", "industry_code": "6513",
    "state_ownership": "none", "city_entry_date": "2015-03-01", "on_dishonesty_list": "false", "is_banned": "false",
    "stock_exchange": "none",
}  # fmt: skip
"""Facts of registers and declarations of an enterprise that qualifies by its scale."""


@pytest.fixture
def people(person_as: Callable[..., Viewer]) -> Callable[[Role], Viewer]:
    """The viewer of one person per role, the same one each time it is asked for."""
    made: dict[Role, Viewer] = {}

    def of(role: Role) -> Viewer:
        if role not in made:
            made[role] = person_as(role)
        return made[role]

    return of


@pytest.fixture
def enterprise(people: Callable[[Role], Viewer]) -> Enterprise:
    """An enterprise of 滨江 that qualifies by its scale once the department has found that it fits the orientation."""
    return qualifying(people(Role.CITY_OFFICER), USCC, "示例科技有限公司")


def qualifying(city: Viewer, uscc: str, name: str, district: str = "330108", revenue: str = "12亿元") -> Enterprise:
    """An enterprise with the facts of ``QUALIFYING``."""
    made = enterprises.register(city, uscc, name, district, registered_on=date(2015, 3, 1), source_name="登记库")
    year = timezone.localdate().year - 1
    enterprises.record(
        city,
        made,
        {**QUALIFYING, f"in_city_revenue@{year}": revenue, f"rnd_expense@{year}": "1亿元"},
        source_name="登记库",
        valid_from=date(2020, 1, 1),
    )
    return Enterprise.objects.get(pk=made.pk)


@pytest.fixture
def round(people: Callable[[Role], Viewer]) -> Round:
    """A round that accepts applications today and asks one department."""
    return announced(people)


def announced(people: Callable[[Role], Viewer], **given: object) -> Round:
    """A round that has been announced."""
    today = timezone.localdate()
    department: Organisation = organisation_for(Role.DEPARTMENT_OFFICER)
    made = Round(
        **{
            "policy": "hangzhou-2023",
            "year": today.year,
            "title": f"{today.year}年度总部企业认定",
            "as_of": today,
            "opens": today - timedelta(days=3),
            "closes": today + timedelta(days=20),
            "tracks": ["meets_scale", "is_rnd_headquarters", "is_listed_headquarters"],
            "notice_days": 7,
            "district_days": 10,
            "department_days": 5,
            "correction_days": 5,
            "declaration": "本企业承诺所报材料真实。",
            "basis": dict.fromkeys(OPEN_SETTINGS, "测试设定"),
            **given,
        }
    )
    rounds.prepare(
        people(Role.CITY_OFFICER),
        made,
        [Check(department.pk, ("fits_industrial_orientation", "in_city_revenue"), "产业导向、营业收入")],
        [Material("营业执照", required=False)],
    )
    return rounds.announce(people(Role.CITY_LEAD), made.pk)


class Played:
    """An application played on from state to state by the people whose turn it is."""

    def __init__(self, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round) -> None:
        self.people, self.enterprise, self.round = people, enterprise, round
        self.pk = 0
        self.batch: Batch | None = None

    @property
    def case(self) -> Application:
        return Application.objects.select_related("round", "enterprise").get(pk=self.pk)

    def submitted(self) -> Application:
        own = self.people(Role.ENTERPRISE_LEAD)
        self.pk = applications.start(own, self.enterprise, self.round).pk
        applications.sign(own, self.pk, own.name)
        applications.submit(own, self.pk)
        return self.case

    def recommended(self) -> Application:
        self.submitted()
        officer = self.people(Role.DISTRICT_OFFICER)
        for result, _title in conditions(self.round):
            review.check(officer, self.pk, result, "confirmed")
        review.recommend(officer, self.pk, "材料齐全")
        return self.case

    def collected(self) -> Application:
        self.recommended()
        department = self.people(Role.DEPARTMENT_OFFICER)
        opinion = self.case.opinions.get()
        opinions.give(department, opinion.pk, "agree", values={"fits_industrial_orientation": "是"})
        return self.case

    def proposed(self, proposal: str = "recognise") -> Application:
        self.collected()
        city = self.people(Role.CITY_OFFICER)
        self.batch = batches.make(city, self.round, "第一批")
        batches.propose(city, self.pk, self.batch.pk, proposal, "符合条件")
        batches.submit(city, self.batch.pk)
        return self.case

    def approved(self) -> Application:
        self.proposed()
        batches.decide(self.people(Role.LEADING_GROUP), self.pk, "recognise")
        return self.case

    def noticed(self) -> Application:
        self.approved()
        notices.publish(self.people(Role.CITY_LEAD), self.round.pk, "公示")
        return self.case

    def recognised(self) -> Application:
        self.noticed()
        notice = self.case.notice_lines.get().notice
        notice.starts -= timedelta(days=10)
        notice.ends -= timedelta(days=10)
        notice.save()
        _done, left = notices.announce(self.people(Role.CITY_LEAD), notice.pk)
        assert left == []
        return self.case


@pytest.fixture
def played(people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round) -> Played:
    return Played(people, enterprise, round)
