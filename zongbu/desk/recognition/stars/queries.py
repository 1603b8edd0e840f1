"""What may be seen of stars. Stars are public once noticed; scores are their enterprise's and the officials'."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.models import Recognition
from zongbu.desk.recognition.queries import holding
from zongbu.desk.recognition.stars.flow import OVERRIDE
from zongbu.desk.recognition.stars.models import (
    PUBLIC,
    Evaluation,
    IndicatorSet,
    Override,
    Result,
    StarObjection,
    StarTitle,
)

CHANGES = ("up", "down", "same", "new", "open")
"""How a result compares with the evaluation before; who is gone has no result."""


def sets(viewer: Viewer) -> QuerySet[IndicatorSet]:
    """Indicator sets: the city office, the leading group, auditors."""
    return IndicatorSet.objects.all() if viewer.case_reach is Reach.CITY else IndicatorSet.objects.none()


def evaluations(viewer: Viewer) -> QuerySet[Evaluation]:
    """Evaluations: the city all, everybody else those that are noticed or published."""
    found = Evaluation.objects.select_related("set", "previous")
    if viewer.case_reach is Reach.CITY:
        return found
    return found.filter(public())


def public() -> Q:
    """Evaluations that everybody may see: published or about to be, or in their notice."""
    return Q(state__in=PUBLIC) & (~Q(state="noticed") | Q(notice_starts__lte=timezone.localdate()))


def results(viewer: Viewer, evaluation: Evaluation) -> QuerySet[Result]:
    """Results with their scores: the city all; once public a district those of its own, an enterprise its own."""
    found = Result.objects.filter(evaluation=evaluation)
    if viewer.case_reach is Reach.CITY:
        return found
    if evaluation.state not in PUBLIC:
        return found.none()
    if viewer.case_reach is Reach.DISTRICT and viewer.district:
        return found.filter(district=viewer.district)
    if viewer.case_reach is Reach.ENTERPRISE and viewer.uscc:
        return found.filter(uscc=viewer.uscc)
    return found.none()


def changed(found: QuerySet[Result], how: str) -> QuerySet[Result]:
    """Those of a way of ``CHANGES``."""
    match how:
        case "up":
            return found.filter(before__lt=F("star"))
        case "down":
            return found.filter(before__gt=F("star"))
        case "same":
            return found.filter(before=F("star"))
        case "new":
            return found.filter(before=None, star__isnull=False)
        case "open":
            return found.filter(star=None)
        case _:
            return found


def gone(evaluation: Evaluation) -> QuerySet[Result]:
    """Results of the evaluation before (with a star) of enterprises that are not in this one."""
    if evaluation.previous_id is None:
        return Result.objects.none()
    mine = Result.objects.filter(evaluation=evaluation).order_by().values("enterprise")
    return Result.objects.filter(evaluation=evaluation.previous_id, star__gt=0).exclude(enterprise__in=mine)


def ending(evaluation: Evaluation, day: date) -> QuerySet[StarTitle]:
    """Earlier titles in force that end when an evaluation is published on a day: the recognition does not hold then."""
    recognised = Recognition.objects.filter(holding(day)).order_by().values("enterprise")
    found = StarTitle.objects.filter(ended_on=None, awarded_on__lte=day).exclude(evaluation=evaluation)
    return found.exclude(enterprise__in=recognised)


def listed(evaluation: Evaluation) -> QuerySet[Result]:
    """The list for the public: who has a star, the highest first. Scores and ranks are not shown.

    Once published only who was given the title: somebody may have been revoked since the computation.
    """
    found = Result.objects.filter(evaluation=evaluation, star__gt=0).order_by("-star", "district", "name", "pk")
    if evaluation.state != "published":
        return found
    return found.filter(enterprise__in=StarTitle.objects.filter(evaluation=evaluation).order_by().values("enterprise"))


def overrides(viewer: Viewer) -> QuerySet[Override]:
    """Overrides: the city office, the leading group, auditors."""
    found = Override.objects.select_related("evaluation__set", "enterprise")
    return found if viewer.case_reach is Reach.CITY else found.none()


def put_back(overrides: Iterable[Override]) -> set[int]:
    """Those that wait for another approval because another star has been computed since; by primary key."""
    waiting = {str(one.pk): one.pk for one in overrides if one.state == "proposed"}
    acts = Participation.objects.filter(flow=OVERRIDE.name, act="reconsider", case__in=waiting)
    return {waiting[case] for case in acts.values_list("case", flat=True)}


def objections(viewer: Viewer) -> QuerySet[StarObjection]:
    """Objections to intended lists: the city office, the leading group, auditors. Those that wait come first."""
    found = StarObjection.objects.select_related("evaluation__set", "enterprise")
    found = found.order_by(Case(When(state="received", then=0), default=1), "-pk")
    return found if viewer.case_reach is Reach.CITY else found.none()


def titles(enterprise: Enterprise) -> QuerySet[StarTitle]:
    """The star history of an enterprise, the newest first; public."""
    return StarTitle.objects.filter(enterprise=enterprise).select_related("evaluation__set")


def stars_of(keys: Iterable[int]) -> dict[int, str]:
    """What enterprises (by primary key) are called by their star in force; who has none is left out. One query."""
    found = StarTitle.objects.filter(enterprise__in=list(keys), ended_on=None)
    return dict(found.order_by("pk").values_list("enterprise_id", "label"))
