"""Obligations: registering what was promised, milestones, the enterprise's reports, the office's findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import Milestone, MilestoneReport, Obligation, SupportRequest
from zongbu.desk.support.unpaid.flow import MILESTONE
from zongbu.law.amounts import day as in_words

OPEN_STATES = ("pending", "reported", "missed")
"""States in which a milestone can still be met."""


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as it is agreed: what, by when, and how much where a figure was promised."""

    title: str
    due_on: date
    figure: Decimal | None = None


def may_register(viewer: Viewer) -> bool:
    """Whether somebody registers obligations: the offices that grant under conditions."""
    return viewer.writes and viewer.role in DISTRICT | DEPARTMENT | CITY and viewer.organisation is not None


def register(
    viewer: Viewer,
    enterprise: Enterprise,
    found: Offering,
    *,
    title: str,
    text: str,
    document: str,
    steps: Iterable[Step],
    figure: Decimal | None = None,
    unit: str = "",
    signed_on: date | None = None,
    request: SupportRequest | None = None,
) -> Obligation:
    """Register what an enterprise has promised; the viewer's office confirms the milestones.

    Raises:
        NotPermitted: not an office, or a district's and the enterprise is not of it.
        Refused: text, document or milestones are missing, or the request is another enterprise's.
    """
    wanted = list(steps)
    of_district = viewer.role in DISTRICT and viewer.district != enterprise.district
    if not may_register(viewer) or of_district or viewer.organisation is None:
        raise NotPermitted(_("您的单位不能登记这家企业的义务。"))
    if not text.strip() or not document.strip() or not title.strip():
        raise Refused(_("请写明项目、约定的义务和依据文件。"))
    if not wanted:
        raise Refused(_("请至少约定一个节点。"))
    if figure is not None and not unit.strip():
        raise Refused(_("请写明约定数额的单位。"))
    if request is not None and request.enterprise_id != enterprise.pk:
        raise Refused(_("这份申请是另一家企业的。"))
    with transaction.atomic():
        made = Obligation(
            receipt=receipt("YW"),
            enterprise=enterprise,
            district=enterprise.district or "",
            policy=found.policy.identifier,
            measure=found.measure.identifier,
            measure_title=found.measure.title,
            clause=found.measure.clause,
            request=request,
            organisation_id=viewer.organisation,
            title=title.strip(),
            text=text.strip(),
            figure=figure,
            unit=unit.strip(),
            document=document.strip(),
            signed_on=signed_on,
        )
        made.full_clean(exclude=["enterprise", "organisation", "request", "end_reason"])
        made.save(force_insert=True)
        for one in wanted:
            _add(viewer, made, one)
        after = {"title": made.title, "document": made.document, "milestones": len(wanted)}
        journal.record("support.register_obligation", viewer, made, case=made.number, after=after)
    return made


def add_step(viewer: Viewer, pk: int, step: Step) -> Milestone:
    """Agree on one more milestone."""
    with transaction.atomic():
        return _add(viewer, _kept(viewer, pk), step)


def report(
    viewer: Viewer,
    pk: int,
    text: str,
    *,
    figure: Decimal | None = None,
    file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Milestone:
    """Report on a milestone, with evidence where there is some.

    Raises:
        NotPermitted: not one's own. Refused: no text, or another enterprise's file.
    """
    if not text.strip():
        raise Refused(_("请写明完成情况。"))

    def change(case: Milestone) -> None:
        if file is not None and file.enterprise_id != case.obligation.enterprise_id:
            raise Refused(_("材料不属于这家企业"))
        case.reached, case.reported_at, case.closed_at = figure, timezone.now(), None
        MilestoneReport.objects.create(
            milestone=case, text=text.strip()[:2000], figure=figure, file=file, reported_by=viewer.name
        )

    return flow.perform(MILESTONE, "report", Milestone, pk, viewer, change=change, seen=seen)


def meet(viewer: Viewer, pk: int, reason: str, *, figure: Decimal | None = None, seen: int | None = None) -> Milestone:
    """Confirm that a milestone was reached, and on what that rests."""

    def change(case: Milestone) -> None:
        case.closed_at = timezone.now()
        if figure is not None:
            case.reached = figure

    return flow.perform(MILESTONE, "meet", Milestone, pk, viewer, reason, change, seen=seen)


def miss(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Milestone:
    """Confirm, once its day is over, that a milestone was not reached; it may still be met late."""

    def change(case: Milestone) -> None:
        case.closed_at = timezone.now()

    return flow.perform(MILESTONE, "miss", Milestone, pk, viewer, reason, change, seen=seen)


def postpone(viewer: Viewer, pk: int, until: date, reason: str, *, seen: int | None = None) -> Milestone:
    """Move the day of a milestone, with the reason; the day agreed first stays on record.

    Raises:
        Refused: not a later day than the one that counts now, or one that is past.
    """

    def change(case: Milestone) -> None:
        if until <= case.due_on or until < timezone.localdate():
            raise Refused(_("新的到期日应晚于%(day)s，也不能早于今天。") % {"day": in_words(case.due_on)})
        case.due_on, case.closed_at = until, None

    return flow.perform(MILESTONE, "postpone", Milestone, pk, viewer, reason, change, seen=seen)


def end(viewer: Viewer, pk: int, reason: str) -> Obligation:
    """End an obligation (the contract was dissolved, the land given back): its open milestones are wanted no more.

    Raises:
        NotPermitted: another office keeps it. Refused: no reason, or it has ended.
    """
    if not reason.strip():
        raise Refused(_("请写明终止的理由。"))
    with transaction.atomic():
        found = _kept(viewer, pk)
        found.ended_at, found.end_reason = timezone.now(), reason.strip()[:500]
        found.save(update_fields=["ended_at", "end_reason"])
        open_ones = found.milestones.filter(state__in=OPEN_STATES).select_for_update(of=("self",)).order_by("pk")
        for one in list(open_ones):  # all are locked before the first is journalled
            flow.perform(MILESTONE, "end", Milestone, one.pk, viewer, reason)
        journal.record("support.end_obligation", viewer, found, case=found.number, reason=reason)
    return found


def _add(viewer: Viewer, obligation: Obligation, step: Step) -> Milestone:
    if not step.title.strip():
        raise Refused(_("请写明节点。"))
    made = Milestone(
        obligation=obligation, title=step.title.strip(), figure=step.figure, due_on=step.due_on, first_due=step.due_on
    )
    return flow.begin(MILESTONE, "set", made, viewer)


def _kept(viewer: Viewer, pk: int) -> Obligation:
    """An obligation that runs, locked, for the office that keeps it."""
    found = Obligation.objects.select_for_update(of=("self",)).select_related("enterprise").filter(pk=pk).first()
    if found is None:
        raise Refused(_("这项义务不存在。"))
    if not may_register(viewer) or viewer.organisation != found.organisation_id:
        raise NotPermitted(_("这项义务不由您的单位办理。"))
    if found.ended_at is not None:
        raise Refused(_("这项义务已经终止。"))
    return found
