"""Where a claim is, whose turn it is, until when and why: the answer on top of every page about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.standing import Step
from zongbu.desk.recognition.terms import Due, of_deadline
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.models import Claim, Fund, Level

TONES = {
    "offered": "open", "draft": "open", "returned": "open", "paid": "met", "approved": "met", "paying": "met",
    "refused": "refused", "declined": "neutral", "withdrawn": "neutral", "given_back": "neutral",
}  # fmt: skip
"""How a state is coloured; ``action`` where it is not named here."""
ENDED = ("refused", "declined", "withdrawn", "given_back")
"""States in which nothing is paid (any more)."""
WITH_ENTERPRISE = ("offered", "draft", "returned")
"""States in which it is the enterprise's turn."""
STAGES = {
    "claim": ("draft", "submitted", "accepted", "verified", "approved", "paying", "paid"),
    "offer": ("offered", "verified", "approved", "paying", "paid"),
}
"""The stages that a page shows one after the other, by the way of the claim."""
STAGE_OF = {"returned": "submitted", "refused": "verified", "given_back": "paid"}
DATED = ("offered", "returned", "accepted", "submitted", "verified")
"""States in which a term may run."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer on top of a page."""

    state: str
    label: str
    tone: str
    turn: str
    next: str
    due: Due | None
    steps: tuple[Step, ...]


def standing(case: Claim, viewer: Viewer, past: Sequence[Participation] | None = None) -> Standing:
    """Where a claim is; a few queries, one less where ``past``, what has been done to it, is given."""
    return Standing(
        case.state,
        str(CLAIM.label(case.state)),
        TONES.get(case.state, "action"),
        turn(case, viewer, [share.fund for share in case.shares.select_related("fund")]),
        following(case),
        dues([case], explained=True, past=past).get(case.pk),
        _steps(case),
    )


def turn(case: Claim, viewer: Viewer, funds: Iterable[Fund] = ()) -> str:
    """Whose turn it is, in words; empty when nothing more is to be done."""
    match case.state:
        case "offered" | "draft" | "returned":
            return _("贵企业") if viewer.role in ENTERPRISE else _("申报企业")
        case "submitted" if case.organisation is None:
            return _("市总部办（指派办理单位）")
        case "submitted" | "accepted":
            return str(case.organisation)
        case "verified":
            return _("%(office)s负责人") % {"office": case.organisation or _("市总部办")}
        case "approved":
            return _("、").join(dict.fromkeys(map(treasurer, funds))) or _("财政部门")
        case "paying":
            return _("国库支付")
        case _:
            return ""


def treasurer(fund: Fund) -> str:
    """The finance bureau that pays from a fund."""
    if fund.level == Level.DISTRICT:
        return _("%(district)s财政局") % {"district": district_name(fund.district)}
    return _("市财政局")


def following(case: Claim) -> str:
    """What comes after, in a sentence."""
    return {
        "offered": _("确认以后不用再交材料，直接送批准；不需要的可以放弃。"),
        "draft": _("提交以后由办理单位受理、核验；受理之日起计算办理期限。"),
        "submitted": _("受理以后逐项核验；材料不全的退回补正。"),
        "returned": _("请按补正意见逐项修改或说明，再重新提交；补正期间办理期限中止。"),
        "accepted": _("核验通过的送负责人批准，不符合的书面告知理由。"),
        "verified": _("核验人以外的负责人批准后，签发支付单。"),
        "approved": _("财政部门编入拨付批次，送国库支付到贵企业的收款账户。"),
        "paying": _("国库支付后这里显示到账日期；没有付成的写明原因，核对账户后重新支付一次。"),
        "paid": _("已支付完毕。"),
        "given_back": _("款项已全部退回。"),
        "refused": _("对决定有异议的，可以提出。"),
        "declined": _("已放弃。以后符合条件的，可以自己申请。"),
        "withdrawn": _("已撤回。符合条件的，可以重新申请。"),
    }[case.state]


def stage_label(name: str) -> str:
    """A stage of the way in words."""
    return {
        "draft": _("填写申请"), "offered": _("确认"), "submitted": _("受理"), "accepted": _("核验"),
        "verified": pgettext("stage", "批准"), "approved": _("送国库"), "paying": _("国库支付"),
        "paid": _("到账"),
    }[name]  # fmt: skip


def _steps(case: Claim) -> tuple[Step, ...]:
    if case.state in ("withdrawn", "declined"):
        return ()
    stages = STAGES["offer" if case.way == Claim.Way.OFFER else "claim"]
    stage = STAGE_OF.get(case.state, case.state)
    if stage not in stages:  # an offer that is examined again like a claim
        stages = STAGES["claim"]
    here, done = stages.index(stage), case.state in ("paid", "given_back")
    return tuple(
        Step(stage_label(name), "done" if place < here or done else "now" if place == here else "ahead")
        for place, name in enumerate(stages)
    )


def dues(
    cases: Sequence[Claim], *, explained: bool = False, past: Sequence[Participation] | None = None
) -> dict[Any, Due]:
    """By when whose turn it is has to act, by primary key; two queries, however many claims.

    ``past``: what has been done to the only one, where that is known already.
    """
    today = timezone.localdate()
    running = [one for one in cases if one.state in DATED]
    if not running:
        return {}
    found = flow.dues(CLAIM, running) if past is None else {one.pk: flow.due(CLAIM, one, past) for one in running}
    return {pk: of_deadline(one, today, explained=explained) for pk, one in found.items() if one is not None}
