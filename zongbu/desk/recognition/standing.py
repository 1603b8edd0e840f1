"""Where an application is, whose turn it is, until when and why: the answer on top of every page about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import ENTERPRISE, Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application
from zongbu.desk.recognition.terms import Due, dues

TONES = {
    "draft": "open", "returned": "open", "returned_by_city": "open", "recognised": "met", "refused": "refused",
    "withdrawn": "neutral", "approved": "met", "noticed": "met",
}  # fmt: skip
"""How a state is coloured; ``action`` where it is not named here."""
STAGES = ("draft", "district", "departments", "city", "proposed", "noticed", "recognised")
"""The stages that a page shows one after the other."""
STAGE_OF = {"returned": "district", "returned_by_city": "city", "approved": "noticed", "refused": "proposed"}
CLOSED = ("recognised", "refused", "withdrawn")
RETURNED = ("returned", "returned_by_city")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the way; ``place`` is done, now or ahead."""

    label: str
    place: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer on top of a page; ``answered``: by when others act is not for the department that looks."""

    state: str
    label: str
    tone: str
    turn: str
    next: str
    due: Due | None
    steps: tuple[Step, ...]
    answered: bool = False


def standing(case: Application, viewer: Viewer, past: Sequence[Participation] | None = None) -> Standing:
    """Where an application is; a few queries, one less where ``past``, what has been done to it, is given."""
    waiting = []
    if case.state == "departments":
        found = case.opinions.filter(state="requested").select_related("organisation").order_by("due", "pk")
        waiting = [str(one.organisation) for one in found]
    return Standing(
        case.state,
        str(APPLICATION.label(case.state)),
        TONES.get(case.state, "action"),
        turn(case, viewer, waiting),
        _next(case),
        dues([case], viewer, explained=True, past=past).get(case.pk),
        _steps(case),
        viewer.case_reach is Reach.REFERRED,
    )


def turn(case: Application, viewer: Viewer, waiting: Sequence[str] = ()) -> str:
    """Whose turn it is, in words; empty when nothing more is to be done."""
    match case.state:
        case "draft" | "returned" | "returned_by_city":
            return _("贵企业") if viewer.role in ENTERPRISE else _("申报企业")
        case "district":
            return _("%(district)s总部办") % {"district": district_name(case.district)}
        case "departments":
            return _("、").join(waiting) or _("参加审查的部门")
        case "city" | "approved" | "noticed":
            return _("市总部办")
        case "proposed":
            return str(case.round.get_approver_display())
        case _:
            return ""


def _next(case: Application) -> str:
    """What comes after, in a sentence."""
    return {
        "draft": _("提交以后由所在区县总部办初审。"),
        "district": _("初审以后，推荐的申请转各部门并联审查，不推荐的转市总部办汇总；材料不全的退回补正。"),
        "returned": _("请按补正意见逐项修改或说明，再重新提交；补正期间审查期限中止。"),
        "returned_by_city": _("请按补正意见逐项修改或说明，再重新提交；补正期间审查期限中止。"),
        "departments": _("各部门答复齐备以后转市总部办汇总。没有答复不算同意。"),
        "city": _("汇总以后提请审定。"),
        "proposed": _("审定同意的列入公示，不同意的书面告知理由。"),
        "approved": _("市总部办将发布公示。"),
        "noticed": _("公示期满没有成立的异议，即公告名单、颁发证书。"),
        "recognised": _("已列入公告的总部企业名单。"),
        "refused": _("对决定有异议的，可以提出。"),
        "withdrawn": _("申报期内可以重新申报。"),
    }[case.state]


def _steps(case: Application) -> tuple[Step, ...]:
    if case.state == "withdrawn":
        return ()
    labels = {
        "draft": _("填写申请"), "district": _("区县初审"), "departments": _("部门审查"), "city": _("市级汇总"),
        "proposed": _("审定"), "noticed": _("公示"), "recognised": pgettext("recognition", "认定"),
    }  # fmt: skip
    here = STAGES.index(STAGE_OF.get(case.state, case.state))
    done = case.state == "recognised"
    return tuple(
        Step(labels[name], "done" if place < here or done else "now" if place == here else "ahead")
        for place, name in enumerate(STAGES)
    )
