"""Star titles: given when an evaluation is published, ended by the next one or by a revocation ((二十二)).

Whose recognition no longer holds keeps none either: its star ends with the next publication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.actions.appending import append, locked
from zongbu.desk.enterprises.models import Enterprise, Source
from zongbu.desk.enterprises.values import key_of
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.models import Recognition, Revocation
from zongbu.desk.recognition.queries import holding
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.gathering import barring
from zongbu.desk.recognition.stars.models import Evaluation, Result, StarTitle

STAR = "star"


def award(viewer: Viewer, case: Evaluation, keys: Sequence[int]) -> None:
    """Give the titles of some results (by primary key, in their order) and record the stars.

    Within a transaction of the caller, who holds the evaluation: plaque numbers go on from those given before.
    Undetermined results change nothing: the star before stays. Who is barred by a revocation on the day of the
    publication, or was revoked since the computation, gets none, nor does whose recognition does not hold that day.
    """
    assert case.published_on is not None
    day, definition = case.published_on, case.set.definition
    found = Result.objects.filter(pk__in=keys, star__isnull=False).only("enterprise_id", "uscc", "star").in_bulk()
    rated = [found[key] for key in keys if key in found]
    everybody = [one.enterprise_id for one in rated]
    # Held before the revocations are read: one that is approved meanwhile comes wholly before or wholly after.
    list(Enterprise.objects.select_for_update().filter(pk__in=everybody).order_by("pk").values_list("pk"))
    concerning = Revocation.objects.filter(recognition__enterprise__in=everybody)
    since = Q(state="approved", state_since__gte=case.known_at)
    revoked = set(concerning.filter(barring(day) | since).values_list("recognition__enterprise", flat=True))
    recognised = Recognition.objects.filter(holding(day), enterprise__in=everybody)
    able = set(recognised.values_list("enterprise", flat=True)) - revoked
    rated = [one for one in rated if one.enterprise_id in able]
    StarTitle.objects.filter(ended_on=None, enterprise__in=[one.enterprise_id for one in rated]).update(
        ended_on=day, ended_because=_("%(year)s年度重新评定") % {"year": case.year}
    )
    given = StarTitle.objects.filter(evaluation=case).order_by().values_list("star").annotate(number=Count("pk"))
    serials: Counter[int] = Counter(dict(given))
    titles = []
    for one in rated:
        if not one.star:
            continue
        serials[one.star] += 1
        titles.append(
            StarTitle(
                enterprise_id=one.enterprise_id,
                evaluation=case,
                star=one.star,
                label=definition.label(one.star),
                plaque=f"XJ{case.year}-{one.star}-{serials[one.star]:04d}",
                awarded_on=day,
            )
        )
    StarTitle.objects.bulk_create(titles)
    if not rated:
        return
    enterprises.record_many(
        viewer,
        ({"uscc": one.uscc, STAR: str(one.star)} for one in rated),
        valid_from=day,
        source=Source.FINDING,
        source_name=f"{case.title} {case.number}"[:200],
        reason=case.title,
        batch=case.number,
        size=len(rated),
        prepared=True,
    )


def end_lapsed(viewer: Viewer, case: Evaluation, most: int) -> int:
    """End earlier titles whose enterprise is recognised no longer on the day of the publication: star 0 from then on.

    Within a transaction of the caller, who holds the evaluation.

    Returns:
        How many were ended, at most ``most``; call again until it is none.
    """
    day = case.published_on
    assert day is not None
    keys = sorted(queries.ending(case, day).order_by("pk").values_list("enterprise", flat=True)[:most])
    list(Enterprise.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    titles = queries.ending(case, day).filter(enterprise__in=keys)  # read again: revoked meanwhile, they have ended
    codes = dict(titles.values_list("enterprise", "enterprise__uscc"))
    if not codes:
        return 0
    reason = _("总部企业认定已不再有效")
    StarTitle.objects.filter(ended_on=None, enterprise__in=codes).update(ended_on=day, ended_because=reason)
    enterprises.record_many(
        viewer,
        ({"uscc": uscc, STAR: "0"} for uscc in codes.values()),
        valid_from=day,
        source=Source.FINDING,
        source_name=f"{case.title} {case.number}"[:200],
        reason=reason,
        batch=case.number,
        size=len(codes),
        prepared=True,
    )
    return len(codes)


def end_for_revocation(viewer: Viewer, enterprise: Enterprise, case: Revocation, day: date) -> None:
    """The star becomes 0 from a day on because the title was revoked; history and awards paid stay as they are.

    Within the act of the caller.
    """
    found = locked(enterprise)
    reason = _("取消称号 %(number)s") % {"number": case.number}
    titles = StarTitle.objects.select_for_update().filter(enterprise=found, ended_on=None)
    ended = [(title.label, title.plaque) for title in titles]
    titles.update(ended_on=day, ended_because=reason, revocation=case)
    key = key_of(STAR)
    assert key is not None
    _recording, before, after = append(
        found,
        viewer,
        {key: "0"},
        valid_from=day,
        source=Source.FINDING,
        source_name=f"{viewer.organisation_name} {case.number}",
        reason=reason,
        always=True,
    )
    journal.record(
        "recognition.end_star",
        viewer,
        found,
        case=case.number,
        reason=reason,
        before={**before, "titles": ended},
        after={**after, "valid_from": day.isoformat()},
    )
