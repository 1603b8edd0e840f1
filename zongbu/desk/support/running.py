"""Carrying out apply-free runs in the background, portion by portion."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.support.models import OfferLine, OfferRun
from zongbu.law import ZongbuError

if TYPE_CHECKING:
    from zongbu.desk.support.actions.offers import Looked

logger = logging.getLogger(__name__)

State = OfferRun.State
STILL = timedelta(minutes=3)
"""How long without a sign of life until a run counts as broken off."""
KEPT = timedelta(days=180)
"""How long it can be read what a run has found about each enterprise."""
UNDER_WAY = (State.QUEUED, State.RUNNING)


class Superseded(Exception):
    """The run was begun anew, or given up, meanwhile."""


def broken_off(run: OfferRun) -> bool:
    """Whether a run has given no sign of life for so long that its worker must have ended."""
    return run.state == State.RUNNING and timezone.now() - run.alive_at > STILL


def give_up(run: OfferRun) -> None:
    """End a run that broke off, so that another one can take its place."""
    OfferRun.objects.filter(pk=run.pk, state__in=UNDER_WAY).update(
        state=State.FAILED, error="后台进程中断，没有做完", finished_at=timezone.now()
    )


def forget_old(now: datetime) -> int:
    """Remove what runs found about single enterprises long ago; the runs and their sums stay. For the daily sweep."""
    old = OfferLine.objects.filter(run__asked_at__lt=now - KEPT).exclude(run__state__in=UNDER_WAY)
    return old.delete()[0]


def run(pk: int, attempt: int) -> None:
    """Carry out a queued run; one that is not queued (any more), or was queued anew, is left alone."""
    mine = OfferRun.objects.filter(pk=pk, attempt=attempt)
    if not mine.filter(state=State.QUEUED).update(state=State.RUNNING, done=0, alive_at=timezone.now()):
        return
    mine = mine.filter(state=State.RUNNING)
    found = OfferRun.objects.select_related("asked_by__person", "asked_by__organisation").get(pk=pk)
    try:
        outcome = _carry_out(found, mine)
    except Superseded:
        return
    except ZongbuError as error:
        mine.update(state=State.FAILED, error=str(error)[:500], finished_at=timezone.now())
    except Exception:
        logger.exception("offer run %s failed", pk)
        error_text = "程序出错，已记入日志，请联系系统管理员"
        mine.update(state=State.FAILED, error=error_text, finished_at=timezone.now())
    else:
        mine.update(state=State.DONE, finished_at=timezone.now(), **outcome)


def _carry_out(found: OfferRun, mine: QuerySet[OfferRun]) -> dict[str, Any]:
    from zongbu.desk.support.actions.offers import offer
    from zongbu.desk.support.actions.runs import chosen
    from zongbu.desk.support.measures import offering

    viewer = viewer_as(found.asked_by, found.asked_by.person)
    measure = offering(found.policy, found.measure)
    keys = list(chosen(viewer, measure).order_by("pk").values_list("pk", flat=True))
    mine.update(total=len(keys))

    found.lines.all().delete()

    def tell(done: int, portion: Sequence[Looked], stars: Mapping[int, str]) -> None:
        with transaction.atomic():
            if not mine.update(done=done, alive_at=timezone.now()):
                raise Superseded
            OfferLine.objects.bulk_create(
                OfferLine(
                    run=found,
                    enterprise=one.enterprise,
                    amount=None if one.why else one.fen,
                    star=stars[one.enterprise.pk],
                    why=one.why[:500],
                )
                for one in portion
            )

    outcome = offer(viewer, measure, keys, found.year, trial=found.trial, tell=tell)
    return {
        "done": outcome.total,
        "offered": outcome.offered,
        "amount": outcome.amount,
        "demonstration": outcome.demonstration,
        "per_district": [[key, *outcome.districts[key]] for key in sorted(outcome.districts)],
        "per_star": [[key, *outcome.stars[key]] for key in sorted(outcome.stars, reverse=True)],
        "left": sorted(([why, number] for why, number in outcome.left.items()), key=lambda one: -one[1]),
    }
