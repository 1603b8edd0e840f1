"""Proposing values for unpublished parameters, and deciding on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils import timezone

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.actions.permit import permit
from zongbu.desk.library.flow import VALUE
from zongbu.desk.library.models import EnteredValue, Proposal


def propose_value(
    viewer: Viewer,
    policy: str,
    parameter: str,
    value: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    document: str,
    document_number: str = "",
    document_date: date,
    note: str = "",
) -> EnteredValue:
    """Propose a value; it changes nothing until another person approves it.

    In a demonstration the value is marked as 演示参数 for good.

    Raises:
        Refused: the engine does not accept the value for the parameter, or the parameter is published.
        PermissionDenied: the viewer is not of the city office.
        ValidationError: the data contradict each other (an end before the start, no source).
    """
    proposal = EnteredValue(
        policy=policy,
        parameter=parameter,
        value=value.strip(),
        valid_from=valid_from,
        valid_until=valid_until,
        document=document,
        document_number=document_number,
        document_date=document_date,
        note=note,
        demonstration=settings.DEMONSTRATION,
        proposed_by_id=permit(viewer),
    )
    return flow.begin(VALUE, "propose", proposal, viewer)


def decide_value(viewer: Viewer, pk: int, act: str, reason: str = "", seen: int | None = None) -> EnteredValue:
    """``approve``, ``refuse`` or ``withdraw`` a proposed value.

    Raises:
        Refused: the value no longer fits, or a reason is missing.
        NotPermitted: the viewer proposed it, or has another role.
        Overtaken: somebody decided meanwhile.
    """
    return flow.perform(VALUE, act, EnteredValue, pk, viewer, reason, decided(viewer, act, reason), seen=seen)


def decided(viewer: Viewer, act: str, reason: str) -> Callable[[Proposal], None]:
    """The change that notes who decided, when and why; a withdrawal is no decision."""

    def change(case: Proposal) -> None:
        if act != "withdraw":
            case.decided_by_id, case.decided_at, case.decision_reason = viewer.person, timezone.now(), reason

    return change
