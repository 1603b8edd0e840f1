"""Asking for an apply-free run: first to see what it would offer, then to offer it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support import queries, running, tasks
from zongbu.desk.support.actions.offers import may_be_offered
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import OfferRun

State = OfferRun.State


def may_run(viewer: Viewer) -> bool:
    """Whether the viewer's role offers measures at all."""
    return viewer.writes and viewer.membership is not None and viewer.role in CITY | DISTRICT | DEPARTMENT


def districts_of(viewer: Viewer, found: Offering) -> list[str]:
    """The districts for whose enterprises the viewer's organisation handles a measure."""
    return [
        code
        for code in DISTRICTS
        if (one := organisation_for(found, code)) is not None and one.pk == viewer.organisation
    ]


def chosen(viewer: Viewer, found: Offering) -> QuerySet[Enterprise]:
    """The enterprises that a run of the viewer's organisation looks at."""
    return Enterprise.objects.filter(district__in=districts_of(viewer, found))


def ask(viewer: Viewer, found: Offering, year: int, *, trial: bool) -> tuple[OfferRun, bool]:
    """Ask for a run; an equal one of the same person that is under way is used again.

    Returns:
        The run, and whether it is a new one.

    Raises:
        NotPermitted: the viewer's organisation does not handle the measure. Refused: it cannot be offered.
    """
    if not may_run(viewer) or viewer.membership is None:
        raise NotPermitted(_("您的角色不能推送免申即享。"))
    may_be_offered(found, year)
    with transaction.atomic():
        total = chosen(viewer, found).count()
        if not districts_of(viewer, found):
            raise NotPermitted(_("「%(measure)s」不由您的单位办理。") % {"measure": found.measure.title})
        same = OfferRun.objects.select_for_update(of=("self",)).filter(
            policy=found.policy.identifier,
            measure=found.measure.identifier,
            year=year,
            trial=trial,
            asked_by=viewer.membership,
            state__in=running.UNDER_WAY,
        )
        for other in same:
            if not running.broken_off(other):
                return other, False
            running.give_up(other)
        made = OfferRun.objects.create(
            policy=found.policy.identifier,
            measure=found.measure.identifier,
            title=found.measure.title,
            clause=found.measure.clause,
            policy_version=found.policy.version,
            year=year,
            trial=trial,
            asked_by_id=viewer.membership,
            total=total,
        )
        journal.record("support.run_offers", viewer, made, case=made.number, after=_told(made))
        tasks.run_offers.enqueue(made.pk, made.attempt)  # queued in the same database: with the run or not at all
    return made, True


def again(viewer: Viewer, pk: int) -> OfferRun:
    """Do a run again that failed or broke off; one that is under way or done stays as it is.

    Raises:
        OfferRun.DoesNotExist: none that the viewer may read. NotPermitted: the viewer may not write.
    """
    if not may_run(viewer):
        raise NotPermitted(_("您的角色不能推送免申即享。"))
    with transaction.atomic():
        found = queries.offer_runs(viewer).select_for_update(of=("self",)).get(pk=pk)
        if found.asked_by.organisation_id != viewer.organisation:
            raise NotPermitted(_("这次推送不是您的单位发起的。"))
        if found.state == State.FAILED or running.broken_off(found):
            found.state, found.done, found.error, found.finished_at = State.QUEUED, 0, "", None
            found.attempt += 1
            found.asked_by_id = viewer.membership or found.asked_by_id
            found.alive_at = timezone.now()
            found.save(update_fields=["state", "done", "error", "finished_at", "attempt", "asked_by", "alive_at"])
            journal.record("support.run_offers", viewer, found, case=found.number, after={"again": True})
            tasks.run_offers.enqueue(found.pk, found.attempt)
    return found


def _told(made: OfferRun) -> dict[str, object]:
    return {
        "policy": made.policy,
        "measure": made.measure,
        "year": made.year,
        "trial": made.trial,
        "enterprises": made.total,
    }
