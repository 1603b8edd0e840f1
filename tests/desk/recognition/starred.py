"""What the tests of stars share: recognised enterprises, an approved set, an evaluation on any stage; and makers of
such for the walk over all routes and for the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.desk.conftest import USCC, membership_as
from tests.desk.recognition import titled
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC as ANYBODY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition.models import Application, Recognition, Round
from zongbu.desk.recognition.stars.actions import evaluations, objections, overrides, sets
from zongbu.desk.recognition.stars.definition import Definition, Item, Tier
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, Override, Result, StarObjection

People = Callable[[Role], Viewer]
CODES = [f"91330100MA2STARS{number}X" for number in range(6)]
REVENUES = ("50亿元", "40亿元", "30亿元", "20亿元", "", "10亿元")
DEFINITION = Definition(
    (
        Item("revenue", "在杭营业收入", Decimal(60), fact="in_city_revenue"),
        Item("branches", "市外分公司", Decimal(25), fact="branches_outside_city", missing="zero",
             normalisation="target", lower=Decimal(0), upper=Decimal(4)),
        Item("contribution", "贡献评分", Decimal(15), kind="score", missing="left_out",
             normalisation="target", lower=Decimal(0), upper=Decimal(100)),
    ),
    (Tier(5, "五星级", Decimal(1)), Tier(4, "四星级", Decimal(2)), Tier(3, "三星级")),
    "count",
    ("revenue",),
)  # fmt: skip


WEEK: dict[str, Any] = {"notice_days": 7, "notice_reason": "参照认定公示"}


def recognised(round: Round, enterprise: Enterprise, number: int) -> Recognition:
    """A recognition without the way to it, which other tests walk."""
    today = timezone.localdate()
    application = Application.objects.create(
        receipt=f"RD-STAR-{number}", round=round, enterprise=enterprise, district=enterprise.district,
        state="recognised", submitted_at=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    return Recognition.objects.create(
        number=f"ZB-STAR-{number}", code=f"STAR{number:08d}", application=application, round=round,
        enterprise=enterprise, name=enterprise.name, district=enterprise.district,
        recognised_on=today - timedelta(days=30),
    )  # fmt: skip


@pytest.fixture
def rated(people: People, round: Round) -> list[Enterprise]:
    """Six recognised enterprises; of one the revenue is unknown."""
    from tests.desk.recognition.conftest import qualifying

    city, made = people(Role.CITY_OFFICER), []
    year = timezone.localdate().year - 1
    for number, (uscc, revenue) in enumerate(zip(CODES, REVENUES, strict=True)):
        district = "330108" if number % 2 else "330106"
        one = qualifying(city, uscc, f"示例评星{number}有限公司", district, revenue or "1亿元")
        if not revenue:
            enterprises.record(city, one, {f"in_city_revenue@{year}": ""}, source_name="登记库")
        recognised(round, one, number)
        made.append(one)
    return made


@pytest.fixture
def chosen(people: People) -> IndicatorSet:
    """An approved set."""
    made = sets.draft(people(Role.CITY_OFFICER), "测试指标", "测试文件", DEFINITION)
    sets.act(people(Role.CITY_OFFICER), made.pk, "propose")
    return sets.act(people(Role.CITY_LEAD), made.pk, "approve")


@pytest.fixture
def evaluation(people: People, rated: list[Enterprise], chosen: IndicatorSet) -> Evaluation:
    """An evaluation that has been computed: five enterprises with a star, one undetermined."""
    city, today = people(Role.CITY_OFFICER), timezone.localdate()
    made = evaluations.open_evaluation(city, chosen.pk, today.year, today, **WEEK)
    return evaluations.compute(city, made.pk)


def stars(evaluation: Evaluation) -> list[int | None]:
    found = dict(Result.objects.filter(evaluation=evaluation).values_list("uscc", "star"))
    return [found[code] for code in CODES]


def noticed(people: People, evaluation: Evaluation) -> Evaluation:
    """Put forward by the officer and noticed by the lead; the notice is over."""
    evaluations.submit(people(Role.CITY_OFFICER), evaluation.pk)
    today = timezone.localdate()
    evaluations.notice(people(Role.CITY_LEAD), evaluation.pk, today)
    Evaluation.objects.filter(pk=evaluation.pk).update(
        notice_starts=today - timedelta(days=9), notice_ends=today - timedelta(days=1)
    )
    return Evaluation.objects.get(pk=evaluation.pk)


def published(people: People, evaluation: Evaluation) -> Evaluation:
    noticed(people, evaluation)
    return evaluations.publish(people(Role.CITY_LEAD), evaluation.pk)


# --- makers ------------------------------------------------------------------------------------------------


def _person(role: Role) -> Viewer:
    membership = membership_as(role)
    return viewer_as(membership, membership.person)


def a_set(state: str = "draft") -> IndicatorSet:
    """The shipped demonstration set under a name of its own, drafted or approved."""
    officer, number = _person(Role.CITY_OFFICER), IndicatorSet.objects.count() + 1
    definition = sets.read(_shipped())
    made = sets.draft(officer, f"演示指标{number}", "演示：没有公布", definition, demonstration=True)
    if state != "draft":
        made = sets.act(officer, made.pk, "propose")
    if state == "approved":
        made = sets.act(_person(Role.CITY_LEAD), made.pk, "approve")
    return made


def _shipped() -> dict[str, object]:
    import yaml

    told: dict[str, object] = yaml.safe_load(sets.SHIPPED.read_text("utf-8"))
    return told


def an_evaluation(state: str = "draft", uscc: str = USCC) -> Evaluation:
    """An evaluation of the enterprise and whoever else is recognised: computed, ``noticed`` or ``published``."""
    titled.a_recognition(uscc)
    officer, lead, today = _person(Role.CITY_OFFICER), _person(Role.CITY_LEAD), timezone.localdate()
    kept = {"noticed": today.year - 3, "published": today.year - 2}.get(state, today.year)
    found = Evaluation.objects.filter(state=state, year=kept, results__uscc=uscc).first()
    if found is not None:
        return found
    made = evaluations.open_evaluation(officer, a_set("approved").pk, today.year, today, **WEEK)
    scores = {uscc: Decimal(88)}
    evaluations.enter_scores(officer, made.pk, "contribution", scores, source="评审表", reason="专家评分")
    evaluations.compute(officer, made.pk)
    adjusted = overrides.propose(officer, made.pk, uscc, 4, "数据正在核实，专题会议研究决定先按四星")
    overrides.decide(lead, adjusted.pk, "approve")
    if state in ("noticed", "published"):
        evaluations.submit(officer, made.pk)
        evaluations.notice(lead, made.pk, today, "异议请书面向市总部办提出。")
    if state == "published":
        Evaluation.objects.filter(pk=made.pk).update(
            notice_starts=today - timedelta(days=9), notice_ends=today - timedelta(days=1)
        )
        evaluations.publish(lead, made.pk)
    # A year has one evaluation before the public: out of the way of others, the demonstration's among them.
    Evaluation.objects.filter(pk=made.pk).update(year=kept)
    return Evaluation.objects.get(pk=made.pk)


def an_override() -> Override:
    """One that waits for its approval."""
    made = an_evaluation()
    found = Override.objects.filter(evaluation=made, state="proposed").first()
    return found or overrides.propose(_person(Role.CITY_OFFICER), made.pk, USCC, 3, "另议")


def an_objection() -> StarObjection:
    """One that waits for its reply."""
    made = an_evaluation("noticed")
    found = StarObjection.objects.filter(evaluation=made).first()
    return found or objections.object_to(ANYBODY, made.pk, "研发投入与年报不一致", uscc=USCC)
