"""Whatever people do in whatever order: no application reaches a state without the records that the state rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.desk.recognition.conftest import announced, qualifying
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused, history
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Batch, Notice, Objection, Opinion, Recognition, Round
from zongbu.law import InputError

pytestmark = pytest.mark.django_db


class Undo(Exception):
    """Ends an example: what it wrote is rolled back."""


class Play:
    """One application and everything that anybody may try with it; refusals are part of the game."""

    def __init__(self, people: Callable[[Role], Viewer], enterprise: Enterprise, round: Round) -> None:
        self.people, self.enterprise, self.round = people, enterprise, round
        self.pk = applications.start(people(Role.ENTERPRISE_LEAD), enterprise, round).pk

    # Each step is tried by its own people, and now and then by somebody else.

    def sign(self, who: Viewer) -> object:
        return applications.sign(who, self.pk, who.name)

    def submit(self, who: Viewer) -> object:
        return applications.submit(who, self.pk)

    def check(self, who: Viewer) -> object:
        for result, _title in conditions(self.round):
            review.check(who, self.pk, result, "confirmed")
        return None

    def comment(self, who: Viewer) -> object:
        return review.comment(who, self.pk, "", "请补充说明")

    def give_back(self, who: Viewer) -> object:
        return review.return_to_enterprise(who, self.pk, "请补正")

    def answer(self, who: Viewer) -> object:
        for comment in self.case.comments.filter(resolved_at=None):
            applications.answer(who, self.pk, comment.pk, "已说明")
        return None

    def resubmit(self, who: Viewer) -> object:
        return applications.resubmit(who, self.pk)

    def recommend(self, who: Viewer) -> object:
        return review.recommend(who, self.pk, "同意")

    def not_recommend(self, who: Viewer) -> object:
        return review.not_recommend(who, self.pk, "材料不足")

    def refer(self, who: Viewer) -> object:
        return opinions.refer(who, self.pk, "请部门审查")

    def give(self, who: Viewer) -> object:
        opinion = Opinion.objects.filter(application=self.pk).order_by("-pk").first()
        return (
            opinions.give(who, opinion.pk, "agree", values={"fits_industrial_orientation": "是"}) if opinion else None
        )

    def wait_no_longer(self, who: Viewer) -> object:
        return opinions.collect_without(who, self.pk, "逾期未答复")

    def propose(self, who: Viewer) -> object:
        batch = Batch.objects.filter(state="draft").first() or batches.make(who, self.round, "一批")
        return batches.propose(who, self.pk, batch.pk, "recognise", "符合条件")

    def submit_batch(self, who: Viewer) -> object:
        batch = Batch.objects.order_by("-pk").first()
        return batches.submit(who, batch.pk) if batch else None

    def approve(self, who: Viewer) -> object:
        return batches.decide(who, self.pk, "recognise", deviation="会议研究")

    def refuse(self, who: Viewer) -> object:
        return batches.decide(who, self.pk, "refuse", reason="不符合", deviation="会议研究")

    def send_back(self, who: Viewer) -> object:
        return batches.send_back(who, self.pk, "再议")

    def publish(self, who: Viewer) -> object:
        return notices.publish(who, self.round.pk, "公示")

    def days_pass(self, who: Viewer) -> object:
        return Notice.objects.filter(ends__gte=timezone.localdate()).update(
            starts=timezone.localdate() - timedelta(days=9), ends=timezone.localdate() - timedelta(days=2)
        )

    def object_to(self, who: Viewer) -> object:
        notice = Notice.objects.order_by("-pk").first()
        return notices.object_to(who, self.pk, "有异议", notice=notice.pk if notice else None)

    def uphold(self, who: Viewer) -> object:
        objection = Objection.objects.order_by("-pk").first()
        return notices.uphold(who, objection.pk, "异议成立") if objection else None

    def dismiss(self, who: Viewer) -> object:
        objection = Objection.objects.order_by("-pk").first()
        return notices.dismiss(who, objection.pk, "不成立") if objection else None

    def announce(self, who: Viewer) -> object:
        notice = Notice.objects.order_by("-pk").first()
        return notices.announce(who, notice.pk) if notice else None

    def withdraw(self, who: Viewer) -> object:
        return applications.withdraw(who, self.pk)

    @property
    def case(self) -> Application:
        return Application.objects.select_related("round", "enterprise", "batch").get(pk=self.pk)


USUAL = {
    "sign": Role.ENTERPRISE_LEAD, "submit": Role.ENTERPRISE_LEAD, "check": Role.DISTRICT_OFFICER,
    "comment": Role.DISTRICT_OFFICER, "give_back": Role.DISTRICT_OFFICER, "answer": Role.ENTERPRISE_LEAD,
    "resubmit": Role.ENTERPRISE_LEAD, "recommend": Role.DISTRICT_OFFICER, "not_recommend": Role.DISTRICT_OFFICER,
    "refer": Role.CITY_OFFICER, "give": Role.DEPARTMENT_OFFICER, "wait_no_longer": Role.CITY_OFFICER,
    "propose": Role.CITY_OFFICER, "submit_batch": Role.CITY_OFFICER, "approve": Role.LEADING_GROUP,
    "refuse": Role.LEADING_GROUP, "send_back": Role.LEADING_GROUP, "publish": Role.CITY_LEAD,
    "days_pass": Role.CITY_LEAD, "object_to": Role.DISTRICT_LEAD, "uphold": Role.CITY_OFFICER,
    "dismiss": Role.CITY_OFFICER, "announce": Role.CITY_LEAD, "withdraw": Role.ENTERPRISE_LEAD,
}  # fmt: skip
STRAIGHT = ["sign", "submit", "check", "recommend", "give", "propose", "submit_batch", "approve", "publish", "days_pass",
            "announce"]  # fmt: skip
OTHERS = (Role.CITY_LEAD, Role.AUDITOR, Role.DEPARTMENT_LEAD, Role.ENTERPRISE_STAFF, Role.LEADING_GROUP)


DETOURS = (
    ("comment", "give_back", "answer", "sign", "resubmit"), ("comment", "sign", "give_back", "answer", "resubmit"),
    ("object_to", "uphold"), ("object_to", "dismiss"), ("send_back",), ("not_recommend", "refer"),
    ("wait_no_longer",), ("withdraw",),
)  # fmt: skip


@st.composite
def games(draw: st.DrawFn) -> list[tuple[str, Role]]:
    """The straight way with detours: steps left out, repeated, put in, or tried by somebody else."""
    steps: list[tuple[str, Role]] = []
    for name in STRAIGHT:
        for extra in draw(st.lists(st.sampled_from(sorted(USUAL)), max_size=1)):
            role = draw(st.sampled_from(OTHERS)) if draw(st.integers(0, 4)) == 0 else USUAL[extra]
            steps.append((extra, role))
        if name == "approve" and draw(st.integers(0, 2)) == 0:
            steps += [("refuse", USUAL["refuse"]), ("object_to", Role.ENTERPRISE_LEAD)]
        if draw(st.integers(0, 3)) == 0:
            steps += [(step, _for(step, steps)) for step in draw(st.sampled_from(DETOURS))]
        if draw(st.integers(0, 15)):
            steps.append((name, USUAL[name]))
    return steps


def _game(until: str, *then: tuple[str, Role]) -> list[tuple[str, Role]]:
    """The straight way up to a step, and what comes then."""
    return [*((name, USUAL[name]) for name in STRAIGHT[: STRAIGHT.index(until) + 1]), *then]


def _for(step: str, before: list[tuple[str, Role]]) -> Role:
    """Once departments have been asked it is the city office that comments and returns."""
    if step in ("comment", "give_back") and "give" in {name for name, _role in before}:
        return Role.CITY_OFFICER
    return USUAL[step]


def test_no_state_without_its_records(people: Callable[[Role], Viewer]) -> None:
    for role in {*USUAL.values(), *OTHERS}:
        people(role)  # people outlive a game
    reached: dict[str, int] = {}

    @example(_game("announce"))
    @example(_game("submit", ("comment", Role.DISTRICT_OFFICER), ("give_back", Role.DISTRICT_OFFICER)))
    @example(_game("give", ("comment", Role.CITY_OFFICER), ("give_back", Role.CITY_OFFICER)))
    @example(_game("submit_batch", ("refuse", Role.LEADING_GROUP)))
    @example(_game("recommend", ("withdraw", Role.ENTERPRISE_LEAD)))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(games())
    def play(game: list[tuple[str, Role]]) -> None:
        with pytest.raises(Undo):
            _play(people, game, reached)

    play()
    # A property that never gets to a state says nothing of it.
    assert reached.keys() == {state.name for state in APPLICATION.states}, reached


def _play(people: Callable[[Role], Viewer], game: list[tuple[str, Role]], reached: dict[str, int]) -> None:
    with transaction.atomic():
        play = Play(people, *_stage(people))
        for name, role in game:
            try:
                with transaction.atomic():
                    getattr(play, name)(people(role))
            except (Refused, InputError, PermissionDenied):
                continue
            case = play.case
            reached[case.state] = reached.get(case.state, 0) + 1
            _holds(case)
        assert journal.verify() is None
        raise Undo


def _stage(people: Callable[[Role], Viewer]) -> tuple[Enterprise, Round]:
    enterprise = qualifying(people(Role.CITY_OFFICER), "91330100MA27XYZ12X", "示例科技有限公司")
    return enterprise, announced(people)


def _holds(case: Application) -> None:
    """What a state rests on is there."""
    acts = [one.act for one in history(APPLICATION, case)]
    since = max((place for place, act in enumerate(acts) if act == "reconsider"), default=-1)
    after = acts[since + 1 :]
    if case.state not in ("draft", "withdrawn"):
        assert case.submitted_at is not None
        assert case.declarations.exists()
    if case.state in ("returned", "returned_by_city"):
        assert case.comments.filter(resolved_at=None).exists()
    if case.state == "departments":
        assert case.recommended is True or "refer" in acts
        assert case.opinions.filter(state="requested").exists()
    if case.state in ("city", "proposed", "approved", "refused", "noticed", "recognised"):
        assert case.recommended is not None
        assert {one.result for one in case.checks.all()} == {name for name, _title in conditions(case.round)}
        assert not case.opinions.filter(state="requested").exists()
        missing = case.opinions.filter(state="void")
        assert "collect_without" in acts or not missing.exists(), "a missing opinion is not consent"
    if case.state in ("approved", "refused", "noticed", "recognised"):
        assert after[-1] in ("approve", "refuse", "publish", "recognise")
        decision = case.decisions.latest("pk")
        assert decision.outcome == ("refuse" if case.state == "refused" else "recognise")
        assert decision.computed is (decision.outcome == "recognise") or decision.deviation
        assert decision.assessment["version"] == case.round.policy_version
    if case.state in ("noticed", "recognised"):
        assert case.notice_lines.filter(withdrawn_at=None).count() == 1
    if case.state == "recognised":
        assert Recognition.objects.filter(application=case).count() == 1
        line = case.notice_lines.get(withdrawn_at=None)
        assert line.notice.ends < timezone.localdate()
        assert not case.objections.filter(state="received").exists()
    else:
        assert not Recognition.objects.filter(application=case).exists()
    people = {}
    for one in history(APPLICATION, case):
        if one.duty and one.person:
            assert people.setdefault(one.person, one.duty) == one.duty, "one person, two duties"
