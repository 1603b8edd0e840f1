"""Where an application is, whose turn it is, until when and why: the answer on top of every page about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, NoticeLine, Opinion
from zongbu.law.amounts import day as in_words

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
class Due:
    """The last day (None: the clock stands still), why it is that day, and how far it is from today.

    ``left`` counts working days where ``working``, else calendar days; it is negative once some have passed.
    """

    day: date | None
    why: tuple[str, ...] = ()
    left: int | None = None
    overdue: bool = False
    working: bool = False
    provisional: bool = False

    @property
    def words(self) -> str:
        """How much time is left, in words."""
        if self.left is None:
            return _("期限中止")
        number = abs(self.left)
        if not number:
            return _("已逾期") if self.overdue else _("今天到期")
        if self.working:
            if self.overdue:
                return ngettext("已逾期 %d 个工作日", "已逾期 %d 个工作日", number) % number
            return ngettext("还剩 %d 个工作日", "还剩 %d 个工作日", number) % number
        if self.overdue:
            return ngettext("已逾期 %d 天", "已逾期 %d 天", number) % number
        return ngettext("还剩 %d 天", "还剩 %d 天", number) % number


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the way; ``place`` is done, now or ahead."""

    label: str
    place: str


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
        dues([case], explained=True, past=past).get(case.pk),
        _steps(case),
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


# --- by when ---------------------------------------------------------------------------------------------------


def dues(
    cases: Sequence[Application], *, explained: bool = False, past: Sequence[Participation] | None = None
) -> dict[Any, Due]:
    """By when whose turn it is has to act, by primary key; at most four queries, however many applications.

    ``past``: what has been done to the only one, where that is known already.
    """
    today, calendar = timezone.localdate(), clock.calendar()
    found: dict[Any, Due] = {}
    of_flow = [case for case in cases if case.state in ("district", "returned", "city", "returned_by_city")]
    if of_flow:
        deadlines = (
            flow.dues(APPLICATION, of_flow)
            if past is None
            else {case.pk: flow.due(APPLICATION, case, past) for case in of_flow}
        )
        for pk, deadline in deadlines.items():
            if deadline is not None:
                found[pk] = of_deadline(deadline, today, explained=explained)
    if asked := [case.pk for case in cases if case.state == "departments"]:
        rows = Opinion.objects.filter(application__in=asked, state="requested", due__isnull=False)
        for pk, day in rows.order_by().values_list("application").annotate(day=Min("due")):
            left = calendar.working_days_between(today, day)
            found[pk] = Due(day, (_("各部门答复期限中最早的一日。"),), left, today > day, True)
    if published := [case.pk for case in cases if case.state == "noticed"]:
        lines = NoticeLine.objects.filter(application__in=published, withdrawn_at=None)
        for pk, day in lines.order_by().values_list("application").annotate(day=Max("notice__ends")):
            found[pk] = Due(day, (_("公示期的最后一日，含当日。"),), (day - today).days, today > day)
    for case in cases:
        if case.state == "draft":
            day = case.round.closes
            why = (_("申报截止日，含当日；逾期不能提交。"),)
            found[case.pk] = Due(day, why, (day - today).days, today > day)
    return found


def of_deadline(deadline: clock.Deadline, today: date, *, explained: bool = True) -> Due:
    """A deadline of the flow for a page."""
    why = deadline.explain(language()) if explained else ()
    left = deadline.working_days_left(today)
    return Due(deadline.date, why, left, deadline.overdue(today), True, deadline.provisional)


def of_opinion(opinion: Opinion, today: date, calendar: clock.Calendar) -> Due | None:
    """The term of an opinion that has been asked for; None where there is none."""
    if opinion.due is None:
        return None
    asked, last = (in_words(day, language()) for day in (timezone.localdate(opinion.requested_at), opinion.due))
    why = (
        _("送达之日%(asked)s的次日起算，本批次的部门意见期限为%(days)s个工作日，%(last)s届满。")
        % {"asked": asked, "days": opinion.application.round.department_days, "last": last},
    )
    return Due(opinion.due, why, calendar.working_days_between(today, opinion.due), today > opinion.due, True)
