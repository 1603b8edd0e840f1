"""A year's evaluation: opened, computed, scored by hand where the set asks for it, noticed, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.journal.append import Item
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars import publishing, queries, tasks
from zongbu.desk.recognition.stars.computing import digest, run, stale
from zongbu.desk.recognition.stars.definition import Kind
from zongbu.desk.recognition.stars.flow import EVALUATION
from zongbu.desk.recognition.stars.gathering import population
from zongbu.desk.recognition.stars.models import PUBLIC, EnteredScore, Evaluation, IndicatorSet

WHILE_ONE_WAITS = 1000
"""Enterprises that are computed or published while the person waits; more are in the background."""


def open_evaluation(
    viewer: Viewer, set_pk: int, year: int, as_of: date, title: str = "", *, notice_days: int, notice_reason: str
) -> Evaluation:
    """Begin the evaluation of a year.

    Args:
        notice_days: how many calendar days the intended list will be shown; no policy says, hence the reason.

    Raises:
        NotPermitted: not the city office.
        Refused: the set has not been approved, the day is to come, or does not belong to the year; the notice has no
            day or no reason.
    """
    if notice_days < 1 or not notice_reason.strip():
        raise Refused(_("请写明公示几天（至少1天）和理由。"))
    with transaction.atomic():
        chosen = IndicatorSet.objects.select_for_update().filter(pk=set_pk).first()
        if chosen is None or chosen.state != "approved":
            raise Refused(_("请选用已批准的指标。"))
        if as_of > timezone.localdate():
            raise Refused(_("评价基准日不能晚于今天。"))
        if not year <= as_of.year <= year + 1:
            raise Refused(_("评价基准日须在评价年度或次年。"))
        made = Evaluation(
            set=chosen,
            year=year,
            as_of=as_of,
            notice_days=notice_days,
            notice_reason=notice_reason.strip(),
            title=title.strip() or _("%(year)s年度总部企业星级评价") % {"year": year},
        )
        return flow.begin(EVALUATION, "open", made, viewer)


def compute(viewer: Viewer, pk: int, *, seen: int | None = None) -> Evaluation:
    """Compute an evaluation from what is known now: at once where there are few enterprises, else in the background.

    Raises:
        NotPermitted: not the city office. Refused: it is being computed, or not open to changes any more.
    """

    def change(case: Evaluation) -> None:
        if case.under_way and not stale(case):
            raise Refused(_("正在计算，请稍候。"))
        case.work, case.done, case.error, case.alive_at = Evaluation.Work.QUEUED, 0, "", timezone.now()
        case.enterprises = population(case.as_of).count()

    with transaction.atomic():
        case = flow.perform(EVALUATION, "compute", Evaluation, pk, viewer, change=change, seen=seen)
        if case.enterprises > WHILE_ONE_WAITS:
            tasks.compute.enqueue(case.pk)  # queued in the same database: with the case or not at all
        else:
            run(case.pk)
            case.refresh_from_db()
    return case


def enter_scores(
    viewer: Viewer, pk: int, key: str, scores: Mapping[str, Decimal], *, source: str, reason: str
) -> Evaluation:
    """Enter scores (by the enterprises' codes) of an indicator that asks for them; entered again they replace.

    Raises:
        NotPermitted: not the city office.
        Refused: no such indicator, a code without a record, no source or reason, or it is being computed.
    """
    if not source.strip() or not reason.strip():
        raise Refused(_("请写明评分的来源和理由。"))
    if not scores:
        raise Refused(_("没有评分可以录入。"))

    def change(case: Evaluation) -> None:
        if case.under_way and not stale(case):
            raise Refused(_("正在计算，请稍候。"))
        if not case.set.indicators.filter(key=key, kind=Kind.SCORE).exists():
            raise Refused(_("这套指标里没有要录入评分的「%(key)s」。") % {"key": key})
        found = {one.uscc: one for one in Enterprise.objects.filter(uscc__in=scores).order_by("pk")}
        if missing := sorted(scores.keys() - found.keys()):
            raise Refused(_("没有这些企业的档案：%(codes)s。") % {"codes": _("、").join(missing[:5])})
        past = {one.enterprise_id: one for one in EnteredScore.objects.filter(evaluation=case, key=key)}
        items = []
        for uscc, value in scores.items():
            enterprise = found[uscc]
            before = past.get(enterprise.pk)
            one = before or EnteredScore(evaluation=case, enterprise=enterprise, key=key)
            told = {"value": f"{before.value:f}", "source": before.source} if before else None
            one.value, one.source, one.reason = value, source.strip()[:200], reason.strip()[:500]
            one.entered_by, one.entered_at = viewer.name, timezone.now()
            one.full_clean()
            one.save()
            after = {"indicator": key, "value": f"{value:f}", "source": one.source}
            items.append(Item(enterprise, case.number, one.reason, told, after))
        journal.record_many("recognition.score", viewer, items)
        case.work = Evaluation.Work.NONE

    return flow.perform(EVALUATION, "enter", Evaluation, pk, viewer, change=change)


def submit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Evaluation:
    """Put the results before the lead; what they are from now on stands in the journal by its digest.

    Raises:
        Refused: not computed, or an override waits for its approval.
    """

    def change(case: Evaluation) -> None:
        case.digest = digest(case)

    return flow.perform(EVALUATION, "submit", Evaluation, pk, viewer, change=change, seen=seen)


def send_back(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Evaluation:
    """Back to the office. Raises NotPermitted: not the lead. Refused: no reason."""
    return flow.perform(EVALUATION, "send_back", Evaluation, pk, viewer, reason, seen=seen)


def notice(viewer: Viewer, pk: int, starts: date, text: str = "", *, seen: int | None = None) -> Evaluation:
    """Show the intended list to the public, for as many days as was set when the evaluation began.

    Raises:
        NotPermitted: not the lead, or the person who worked on it.
        Refused: the day is past, or another evaluation of the year is or was made public.
    """

    def change(case: Evaluation) -> None:
        if starts < timezone.localdate():
            raise Refused(_("公示不能早于今天开始。"))
        if Evaluation.objects.filter(year=case.year, state__in=PUBLIC).exclude(pk=case.pk).exists():
            raise Refused(_("本年度已有一次评价公示或公布。"))
        case.notice_starts, case.notice_ends = starts, starts + timedelta(days=case.notice_days - 1)
        case.notice_text = text.strip()

    return flow.perform(EVALUATION, "notice", Evaluation, pk, viewer, change=change, seen=seen)


def recall(viewer: Viewer, pk: int, reason: str) -> Evaluation:
    """Take a notice down, for instance because an objection was right; the office goes on working on it."""

    def change(case: Evaluation) -> None:
        case.notice_starts = case.notice_ends = None

    return flow.perform(EVALUATION, "recall", Evaluation, pk, viewer, reason, change)


def publish(viewer: Viewer, pk: int, *, seen: int | None = None) -> Evaluation:
    """Publish: titles and plaque numbers are given, the stars enter the enterprises' records as findings.

    At once where there are few enterprises, else in the background: it is then ``publishing`` until all have theirs.

    Raises:
        NotPermitted: not the lead, or the person who worked on it.
        Refused: the notice is not over, an objection waits for its reply, or the results are not those that were
            put forward.
    """

    def change(case: Evaluation) -> None:
        case.published_on, case.done = timezone.localdate(), 0

    return _publish("publish", viewer, pk, change, seen)


def go_on(viewer: Viewer, pk: int, *, seen: int | None = None) -> Evaluation:
    """Let a publication that broke off go on where it stopped; nothing is given or recorded twice.

    Raises:
        NotPermitted: not the lead, or the person who worked on it.
        Refused: it has not broken off, or the results are not those that were put forward.
    """
    return _publish("go_on", viewer, pk, lambda case: None, seen)


def _publish(
    name: str, viewer: Viewer, pk: int, prepare: Callable[[Evaluation], object], seen: int | None
) -> Evaluation:
    def change(case: Evaluation) -> None:
        if digest(case) != case.digest:
            raise Refused(_("评价结果与提请公示时不一致，不能公布。"))
        prepare(case)
        case.work, case.error, case.alive_at = Evaluation.Work.QUEUED, "", timezone.now()

    with transaction.atomic():
        case = flow.perform(EVALUATION, name, Evaluation, pk, viewer, change=change, seen=seen)
        ends = queries.ending(case, case.published_on).count() if case.published_on is not None else 0
        if case.enterprises - case.done + ends > WHILE_ONE_WAITS:
            tasks.publish.enqueue(case.pk)
        else:
            publishing.carry_out(case.pk)
            case.refresh_from_db()
    return case


def cancel(viewer: Viewer, pk: int, reason: str) -> Evaluation:
    """Drop an evaluation that has not been put forward."""
    return flow.perform(EVALUATION, "cancel", Evaluation, pk, viewer, reason)
