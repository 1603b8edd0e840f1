"""Last year's stars, published, and this year's evaluation, computed and waiting; of the invented enterprises alone.

Played by the acts themselves after last year's round, with the shipped set of invented indicators.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone

from zongbu.desk.demo.days import on
from zongbu.desk.demo.rounds import Cast
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.stars.actions import evaluations, overrides, sets
from zongbu.desk.recognition.stars.gathering import population
from zongbu.desk.recognition.stars.models import Evaluation, IndicatorSet, Result

LIMITS = {5: Decimal(2), 4: Decimal(4), 3: Decimal(6), 2: Decimal(6)}
"""How many get each star: the shipped numbers are for a whole city, here are some twenty enterprises."""
NOTE = "按演示企业的家数减少了各星级的家数。"
SCORED = "contribution"


def play_published(year: int) -> None:
    """Play the stars of a year in its September, after its round; nothing if there are evaluations already."""
    if Evaluation.objects.exists() or not population(date(year, 9, 1)).exists():
        return
    cast = Cast()
    office, lead = cast[Role.CITY_OFFICER], cast[Role.CITY_LEAD]
    with on(date(year, 8, 20)):
        chosen = _approved(cast)
    with on(date(year, 9, 4)):
        case = _computed(cast, chosen, year, date(year, 9, 1))
        _overridden(cast, case, "重大项目已开工，专题会议研究（演示）", approved=True)
        evaluations.submit(office, case.pk)
    with on(date(year, 9, 8)):
        text = "对拟评星级有异议的，请在公示期内书面反映（演示）。"
        evaluations.notice(lead, case.pk, timezone.localdate(), text)
    with on(date(year, 9, 18)):
        evaluations.publish(lead, case.pk)


def play_computed(year: int) -> None:
    """Play the stars of this year up to today: computed, an override waits; nothing if it has been played."""
    before = Evaluation.objects.filter(state="published", year=year - 1).select_related("set").first()
    if before is None or Evaluation.objects.filter(year=year).exists():
        return
    cast = Cast()
    case = _computed(cast, before.set, year, timezone.localdate())
    _overridden(cast, case, "数据正在核实（演示）", approved=False)


def _approved(cast: Cast) -> IndicatorSet:
    """The shipped set, fit for few enterprises: drafted by the office, approved by the lead."""
    office = cast[Role.CITY_OFFICER]
    made = sets.load_demonstration(office)
    definition = made.definition
    fit = replace(definition, tiers=tuple(replace(one, limit=LIMITS.get(one.star)) for one in definition.tiers))
    sets.edit(office, made.pk, {"note": made.note + NOTE}, fit)
    sets.act(office, made.pk, "propose")
    return sets.act(cast[Role.CITY_LEAD], made.pk, "approve")


def _computed(cast: Cast, chosen: IndicatorSet, year: int, as_of: date) -> Evaluation:
    """Opened, most enterprises scored, computed."""
    office = cast[Role.CITY_OFFICER]
    title = f"{year}年度总部企业星级评价（演示）"
    case = evaluations.open_evaluation(
        office, chosen.pk, year, as_of, title, notice_days=8, notice_reason="演示设定：公示天数没有公布，暂取八天"
    )
    codes = population(as_of).order_by("pk").values_list("uscc", flat=True)
    scores = {code: Decimal(60 + (place * 17 + year * 5) % 40) for place, code in enumerate(codes) if place % 8 != 7}
    evaluations.enter_scores(office, case.pk, SCORED, scores, source="演示评审表", reason="编造的评分，只为演示")
    return evaluations.compute(office, case.pk)


def _overridden(cast: Cast, case: Evaluation, reason: str, *, approved: bool) -> None:
    """The first of a three-star is to be one higher."""
    found = Result.objects.filter(evaluation=case, star=3).order_by("rank", "pk").first()
    if found is None:
        return
    made = overrides.propose(cast[Role.CITY_OFFICER], case.pk, found.uscc, 4, reason)
    if approved:
        overrides.decide(cast[Role.CITY_LEAD], made.pk, "approve")
