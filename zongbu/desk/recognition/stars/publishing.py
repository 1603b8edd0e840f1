"""Publishing an evaluation portion by portion, each in a transaction of its own with how far it has come.

Broken off at any moment it goes on where it stopped: what a portion gave and that it was given are written together.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars.actions.titles import award, end_lapsed
from zongbu.desk.recognition.stars.behalf import on_behalf_of
from zongbu.desk.recognition.stars.flow import EVALUATION
from zongbu.desk.recognition.stars.models import Evaluation, Result
from zongbu.law import ZongbuError

logger = logging.getLogger(__name__)

Work = Evaluation.Work
PORTION = 2000
"""Enterprises of one transaction: a few seconds in which on SQLite nobody else writes."""


def run(pk: int) -> None:
    """Carry out a publication that is queued, in the background; what goes wrong is told with the evaluation."""
    now = timezone.now()
    try:
        carry_out(pk, now)
    except ZongbuError as error:
        _failed(pk, now, str(error))
    except Exception:
        logger.exception("publishing evaluation %s failed", pk)
        _failed(pk, now, _("程序出错，已记入日志，请联系系统管理员"))


def carry_out(pk: int, began: datetime | None = None) -> None:
    """Give what has not been given yet; a publication that is not queued (any more) is left alone.

    Args:
        began: this attempt, by its moment (default: now); it stops where a later one has begun.
    """
    began = began or timezone.now()
    queued = Evaluation.objects.filter(pk=pk, work=Work.QUEUED, state="publishing")
    if not queued.update(work=Work.RUNNING, started_at=began, alive_at=began, error=""):
        return
    viewer = on_behalf_of(Evaluation.objects.get(pk=pk), "publish", "go_on")
    # The results stand still from the notice on: always the same order, plaque numbers by rank.
    ordered = Result.objects.filter(evaluation=pk).order_by(
        F("star").desc(nulls_last=True), F("rank").asc(nulls_last=True), "pk"
    )
    keys = list(ordered.values_list("pk", flat=True))
    while _portion(pk, began, viewer, keys):
        pass


def _portion(pk: int, began: datetime, viewer: Viewer, keys: list[int]) -> bool:
    """One more portion, or the end; whether there is more to do."""

    def end(case: Evaluation) -> None:
        case.work = Work.DONE

    with transaction.atomic():
        case = Evaluation.objects.select_for_update().get(pk=pk)
        if (case.state, case.work, case.started_at) != ("publishing", Work.RUNNING, began):
            return False
        portion = keys[case.done : case.done + PORTION]
        if not portion and end_lapsed(viewer, case, PORTION):
            Evaluation.objects.filter(pk=pk).update(alive_at=timezone.now())
            return True
        if not portion:
            flow.perform(EVALUATION, "finish", Evaluation, pk, viewer, change=end)
            return False
        award(viewer, case, portion)
        Evaluation.objects.filter(pk=pk).update(done=case.done + len(portion), alive_at=timezone.now())
        return True


def _failed(pk: int, began: datetime, why: str) -> None:
    mine = Evaluation.objects.filter(pk=pk, state="publishing", work=Work.RUNNING, started_at=began)
    mine.update(work=Work.FAILED, error=why)
