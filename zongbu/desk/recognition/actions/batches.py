"""Batches: the city office puts applications forward, whoever decides does so one by one or all at once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import NotPermitted, Overtaken, Refused
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import records
from zongbu.desk.recognition.actions.common import locked_application
from zongbu.desk.recognition.flow import APPLICATION, BATCH
from zongbu.desk.recognition.models import Application, Batch, Decision, Proposal, Round


def make(viewer: Viewer, round: Round, title: str, note: str = "") -> Batch:
    """Begin a batch. Raises NotPermitted: not the city office; ValidationError: no title."""
    return flow.begin(BATCH, "make", Batch(round=round, title=title.strip(), note=note.strip()), viewer)


def propose(
    viewer: Viewer, pk: int, batch_pk: int, proposal: str, reason: str, *, seen: int | None = None
) -> Application:
    """Put an application into a batch with what the office proposes and why.

    Raises:
        NotPermitted: not the city office.
        Refused: the batch is of another round or submitted already, no reason, or no such proposal.
    """

    def change(case: Application) -> None:
        batch = _draft(batch_pk)
        if batch.round_id != case.round_id:
            raise Refused(_("审定批次属于另一个认定批次。"))
        if proposal not in Proposal.values:
            raise Refused(_("请选择拟办意见。"))
        if not reason.strip():
            raise Refused(_("请写明拟办理由。"))
        case.batch, case.proposal, case.proposal_reason = batch, proposal, reason.strip()

    return flow.perform(APPLICATION, "propose", Application, pk, viewer, reason, change, seen=seen)


def submit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Batch:
    """Submit a batch to whoever decides. Raises Refused: it is empty."""

    def change(case: Batch) -> None:
        case.submitted_at = timezone.now()

    return flow.perform(BATCH, "submit", Batch, pk, viewer, change=change, seen=seen)


def take_back(viewer: Viewer, pk: int, reason: str) -> Batch:
    """Take a submitted batch back to work on it. Raises Refused: a part of it has been decided already."""

    def change(case: Batch) -> None:
        if case.decisions.exists():
            raise Refused(_("批次里已有审定的申请，不能撤回。"))
        case.submitted_at = None

    return flow.perform(BATCH, "take_back", Batch, pk, viewer, reason, change)


def dissolve(viewer: Viewer, pk: int) -> Batch:
    """Drop an empty batch."""
    return flow.perform(BATCH, "dissolve", Batch, pk, viewer)


def remove(viewer: Viewer, pk: int, reason: str) -> Application:
    """Take an application out of a batch that has not been submitted; it is with the city office again."""
    with transaction.atomic():
        case = locked_application(pk)
        if not (viewer.writes and viewer.role in CITY):
            raise NotPermitted(_("只有市总部办可以调整批次。"))
        if case.batch is None or case.batch.state != "draft":
            raise Refused(_("批次已经提请审定，不能调整。"))
        return _back(viewer, pk, "remove", reason)


def send_back(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Send one application of a submitted batch back to the city office.

    Raises:
        NotPermitted: not whoever decides. Refused: no reason is given.
    """
    return _back(viewer, pk, "send_back", reason, seen=seen)


def _back(viewer: Viewer, pk: int, name: str, reason: str, *, seen: int | None = None) -> Application:
    def change(case: Application) -> None:
        wanted = "draft" if name == "remove" else "submitted"
        if case.batch_id is None or _locked(case.batch_id).state != wanted:
            raise Refused(_("批次已经变动：可能已被撤回、重新提请，或已审定完毕。请刷新后再看。"))
        case.batch, case.proposal = None, ""

    with transaction.atomic():
        batch = locked_application(pk).batch
        done = flow.perform(APPLICATION, name, Application, pk, viewer, reason, change, seen=seen)
        if name == "send_back" and batch is not None:
            close_if_done(viewer, batch.pk)
    return done


def decide(
    viewer: Viewer,
    pk: int,
    outcome: str,
    *,
    reason: str = "",
    deviation: str = "",
    seen: int | None = None,
) -> Application:
    """Decide one application, and keep the assessment on which it was decided.

    Args:
        outcome: ``recognise`` or ``refuse``.
        reason: required for a refusal.
        deviation: why the decision is another one than the engine's result; required where it is.

    Raises:
        NotPermitted: not whoever decides, or the person took another part in the case.
        Refused: the batch has not been submitted, or a reason is missing.
    """
    if outcome not in Proposal.values:
        raise Refused(_("请选择决定。"))

    def change(case: Application) -> None:
        if case.batch_id is None or _locked(case.batch_id).state != "submitted":
            raise Refused(_("所在的审定批次还没有提请审定。"))
        now = timezone.now()
        record = records.of(case, now)
        if not record.agrees(outcome) and not deviation.strip():
            raise Refused(
                _("%(name)s：决定与系统计算结果（%(computed)s）不一致，须写明理由。")
                % {"name": case.enterprise.name, "computed": record.words}
            )
        Decision.objects.create(
            application=case,
            batch=case.batch,
            outcome=outcome,
            reason=reason.strip(),
            deviation=deviation.strip() if not record.agrees(outcome) else "",
            decided_at=now,
            decided_by=viewer.name,
            role=viewer.role,
            organisation_name=viewer.organisation_name,
            **record.fields,
        )
        case.decided_at = now

    with transaction.atomic():
        name = "approve" if outcome == Proposal.RECOGNISE else "refuse"
        done = flow.perform(APPLICATION, name, Application, pk, viewer, reason, change, seen=seen)
        if done.batch_id is not None:
            close_if_done(viewer, done.batch_id)
    return done


def decide_all(viewer: Viewer, batch_pk: int, reason: str = "", *, seen: int | None = None) -> tuple[int, list[str]]:
    """Decide as proposed all applications of a batch in which the engine agrees with the proposal.

    Args:
        seen: the ``version`` of the batch that the person had before their eyes.

    Returns:
        How many were decided, and a sentence for each that was not (a deviation is decided one by one).

    Raises:
        NotPermitted: not whoever decides. Overtaken: the batch was taken back, or is another one than was seen.
    """
    batch = Batch.objects.filter(pk=batch_pk).first()
    if batch is None or batch.state != "submitted" or (seen is not None and batch.version != seen):
        raise Overtaken(_("批次已经变动：可能已被撤回、重新提请，或已审定完毕。请刷新后再看。"))
    done, left = 0, []
    waiting = Application.objects.filter(batch=batch_pk, state="proposed").order_by("pk")
    for pk, proposal, why in waiting.values_list("pk", "proposal", "proposal_reason"):
        try:
            decide(viewer, pk, proposal, reason=reason.strip() or why)
        except NotPermitted:
            raise
        except Refused as refused:
            left.append(str(refused))
        else:
            done += 1
    return done, left


def close_if_done(viewer: Viewer, pk: int) -> None:
    """Close a batch of which nothing waits any more."""
    batch = _locked(pk)
    if (
        batch.state == "submitted"
        and batch.decisions.exists()
        and not batch.applications.filter(state="proposed").exists()
    ):

        def change(case: Batch) -> None:
            case.decided_at = timezone.now()

        flow.perform(BATCH, "close", Batch, pk, viewer, change=change)


def _locked(pk: int) -> Batch:
    """The batch, locked: nobody takes it back or submits it while one of its applications is acted upon."""
    return Batch.objects.select_for_update().get(pk=pk)


def _draft(pk: int) -> Batch:
    found = Batch.objects.select_for_update().filter(pk=pk).first()
    if found is None or found.state != "draft":
        raise Refused(_("审定批次不存在，或已经提请审定。"))
    return found
