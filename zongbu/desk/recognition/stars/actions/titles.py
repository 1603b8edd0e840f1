"""Star titles: given when an evaluation is published, ended by the next one or by a revocation ((二十二))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.actions.appending import append, locked
from zongbu.desk.enterprises.models import Enterprise, Source
from zongbu.desk.enterprises.values import key_of
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.models import Revocation
from zongbu.desk.recognition.stars.models import Evaluation, Result, StarTitle

STAR = "star"


def award(viewer: Viewer, case: Evaluation, keys: Sequence[int]) -> None:
    """Give the titles of some results (by primary key, in their order) and record the stars.

    Within a transaction of the caller, who holds the evaluation: plaque numbers go on from those given before.
    Undetermined results change nothing: the star before stays. Whose title was revoked since the computation gets none.
    """
    assert case.published_on is not None
    day, definition = case.published_on, case.set.definition
    found = Result.objects.filter(pk__in=keys, star__isnull=False).only("enterprise_id", "uscc", "star").in_bulk()
    rated = [found[key] for key in keys if key in found]
    everybody = [one.enterprise_id for one in rated]
    # Held before the revocations are read: one that is approved meanwhile comes wholly before or wholly after.
    list(Enterprise.objects.select_for_update().filter(pk__in=everybody).order_by("pk").values_list("pk"))
    revoked = set(
        Revocation.objects.filter(
            state="approved", state_since__gte=case.known_at, recognition__enterprise__in=everybody
        ).values_list("recognition__enterprise", flat=True)
    )
    rated = [one for one in rated if one.enterprise_id not in revoked]
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
