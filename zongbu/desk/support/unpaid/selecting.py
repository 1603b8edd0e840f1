"""Who can stand on a list, and what keeps somebody from it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.recognition.models import Recognition
from zongbu.desk.recognition.queries import holding
from zongbu.desk.support import checks
from zongbu.desk.support.entitlement import assess_many, decided_results
from zongbu.desk.support.measures import REFERRAL, Offering, offering, offerings
from zongbu.desk.support.models import SelectionList


def selectable() -> list[Offering]:
    """The measures for which lists are drawn up: recommendations (推荐) of policies in force."""
    today = timezone.localdate()
    return [
        one
        for one in offerings()
        if one.measure.category == REFERRAL and one.policy.may_be_activated and one.policy.in_force(today)
    ]


def pool(found: Offering, district: str = "") -> QuerySet[Enterprise]:
    """The enterprises that may be entitled at all: those that hold what the entitlement rests on today."""
    enterprises = Enterprise.objects.exclude(district="")
    if district:
        enterprises = enterprises.filter(district=district)
    for result in checks.rests_on(found, decided_results(found.policy)):
        owner = result.rpartition(".")[0] or found.policy.identifier
        held = Recognition.objects.filter(holding(timezone.localdate()), round__policy=owner).values("enterprise")
        enterprises = enterprises.filter(pk__in=held)
    return enterprises.order_by("pk")


def judged(found: Offering, enterprises: Collection[Enterprise]) -> dict[int, tuple[bool | None, str]]:
    """Of each enterprise whether it is entitled, and what else keeps it from the measure, in words.

    Raises:
        Refused: recorded facts cannot be read.
    """
    today = timezone.localdate()
    entitled = assess_many(enterprises, [found], today) if enterprises else {}
    standing = checks.standing_of_many(found, enterprises, today) if enterprises else {}
    return {one.pk: (entitled[one.pk][0].entitled, standing.get(one.pk, "")) for one in enterprises}


def kept_from(case: SelectionList) -> dict[str, str]:
    """Of those decided upon whom something keeps from the measure by now: name and why."""
    found = offering(case.policy, case.measure)
    today = timezone.localdate()
    if text := checks.against(checks.of_measure(found, today, today), strict=True):
        return {"": text}
    chosen = [one.enterprise for one in case.candidates.filter(chosen=True).select_related("enterprise")]
    try:
        answer = judged(found, chosen)
    except Refused as refused:
        return {"": str(refused)}
    names = {one.pk: one.name for one in chosen}
    return {
        names[pk]: why or _("已不符合条件") for pk, (entitled, why) in answer.items() if why or entitled is not True
    }
