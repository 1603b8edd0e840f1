"""Star titles: given when an evaluation is published, ended by the next one or by a revocation ((二十二))."""

from __future__ import annotations

from collections import Counter
from datetime import date

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
AT_ONCE = 20_000


def award(viewer: Viewer, case: Evaluation) -> int:
    """Give the titles of an evaluation and record the stars; within the act of the caller.

    Undetermined results change nothing: the star before stays. Whose title was revoked since the computation gets none.
    Returns how many titles were given.
    """
    assert case.published_on is not None
    day, definition = case.published_on, case.set.definition
    revoked = Revocation.objects.filter(state="approved", state_since__gte=case.known_at)
    results = Result.objects.filter(evaluation=case, star__isnull=False).exclude(
        enterprise__in=revoked.order_by().values("recognition__enterprise")
    )
    rated = list(results.order_by("-star", "rank", "pk").values_list("enterprise_id", "uscc", "star"))
    StarTitle.objects.filter(ended_on=None, enterprise__in=results.order_by().values("enterprise")).update(
        ended_on=day, ended_because=_("%(year)s年度重新评定") % {"year": case.year}
    )
    serials: Counter[int] = Counter()
    titles = []
    for enterprise, _uscc, star in rated:
        if not star:
            continue
        serials[star] += 1
        plaque = f"XJ{case.year}-{star}-{serials[star]:04d}"
        titles.append(
            StarTitle(
                enterprise_id=enterprise,
                evaluation=case,
                star=star,
                label=definition.label(star),
                plaque=plaque,
                awarded_on=day,
            )
        )
    StarTitle.objects.bulk_create(titles, batch_size=2000)
    enterprises.record_many(
        viewer,
        ({"uscc": uscc, STAR: str(star)} for _enterprise, uscc, star in rated),
        valid_from=day,
        source=Source.FINDING,
        source_name=f"{case.title} {case.number}"[:200],
        reason=case.title,
        batch=case.number,
        size=AT_ONCE,
        prepared=True,
    )
    return len(titles)


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
