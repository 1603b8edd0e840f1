"""Where a case without money is, whose turn it is, what comes next: the answer on top of every page about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Case, Flow
from zongbu.desk.kernel.roles import ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.terms import Due, of_deadline
from zongbu.desk.support.models import Milestone, SelectionList, SupportRequest
from zongbu.desk.support.unpaid.flow import REQUEST

TONES = {
    "asked": "action", "received": "action", "returned": "open", "granted": "met", "declined": "refused",
    "withdrawn": "neutral", "draft": "open", "proposed": "action", "decided": "met", "published": "met",
    "dissolved": "neutral", "pending": "neutral", "reported": "action", "met": "met", "missed": "refused",
    "ended": "neutral",
}  # fmt: skip
"""How a state is coloured."""


def label(found: Flow, case: Case) -> str:
    """The state of a case in words."""
    return str(found.label(case.state))


def tone(case: Case) -> str:
    return TONES.get(case.state, "action")


def request_turn(case: SupportRequest, viewer: Viewer) -> str:
    """Whose turn it is, in words; empty when nothing more is to be done."""
    match case.state:
        case "asked" | "received" if case.organisation is None:
            return _("市总部办（指派办理单位）")
        case "asked" | "received":
            return str(case.organisation)
        case "returned":
            return _("贵企业") if viewer.role in ENTERPRISE else _("企业")
        case _:
            return ""


def request_next(case: SupportRequest) -> str:
    """What comes after, in a sentence."""
    return {
        "asked": _("办理单位接收后回执；措施有期限的，从接收之日起算。"),
        "received": _("办理单位核对后办成，或者书面说明不办的理由；材料不全的退回补正。"),
        "returned": _("请按退回的理由修改后重新提交；补正期间办理期限中止。"),
        "granted": _("已经办成。"),
        "declined": _("对结果有疑问的，可以联系办理单位；情况变化的可以重新申请。"),
        "withdrawn": _("已撤回，需要时可以重新申请。"),
    }[case.state]


def selection_turn(case: SelectionList) -> str:
    match case.state:
        case "draft" | "decided":
            return str(case.organisation)
        case "proposed":
            return str(Role(case.approver).label)
        case _:
            return ""


def selection_next(case: SelectionList) -> str:
    return {
        "draft": _("列出候选，逐个写明是否拟列入和理由，再提请决定。"),
        "proposed": _("由编制人以外的人逐个决定；与提名不一致的写明理由。"),
        "decided": _("公布前再核查一次；公布以后人人可看。"),
        "published": _("已公布。"),
        "dissolved": _("已撤销，不再办理。"),
    }[case.state]


def milestone_turn(case: Milestone, viewer: Viewer) -> str:
    match case.state:
        case "pending":
            return _("贵企业") if viewer.role in ENTERPRISE else _("企业")
        case "reported":
            return str(case.obligation.organisation)
        case _:
            return ""


def milestone_due(case: Milestone, today: date | None = None) -> Due | None:
    """How far its day is; None once it is confirmed."""
    if case.state not in ("pending", "reported"):
        return None
    left = (case.due_on - (today or timezone.localdate())).days
    return Due(case.due_on, (), left, left < 0)


def due_of(case: SupportRequest) -> Due | None:
    """By when a request is to be decided, and why."""
    deadline = flow.due(REQUEST, case)
    return of_deadline(deadline, timezone.localdate()) if deadline is not None else None


def dues_of(cases: Sequence[SupportRequest]) -> dict[Any, Due]:
    """The same for many, by primary key; one query."""
    today, found = timezone.localdate(), flow.dues(REQUEST, cases)
    return {pk: of_deadline(one, today, explained=False) for pk, one in found.items() if one is not None}
