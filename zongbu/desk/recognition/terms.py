"""By when whose turn it is has to act: worked out in full for the applications of a page, as a day in SQL for lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Max, Min, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, NoticeLine, Opinion
from zongbu.law.amounts import day as in_words

KEPT_DUES = ((APPLICATION, Application),)
"""Cases that keep the day on which their next act is due, for lists."""
OF_FLOW = ("district", "returned", "city", "returned_by_city")
"""The states in which a term of the flow runs, or stands still."""


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

    @property
    def text(self) -> str:
        """The last day and how much time is left, in words."""
        return self.words if self.day is None else f"{in_words(self.day, language())}（{self.words}）"


# --- in full -----------------------------------------------------------------------------------------------------


def dues(
    cases: Sequence[Application],
    viewer: Viewer,
    *,
    explained: bool = False,
    past: Sequence[Participation] | None = None,
) -> dict[Any, Due]:
    """By when whose turn it is has to act, by primary key; at most four queries, however many applications.

    Departments are told of their own term only: by when others act is not theirs to see.

    ``past``: what has been done to the only one, where that is known already.
    """
    if viewer.case_reach is Reach.REFERRED:
        own = Opinion.objects.filter(organisation=viewer.organisation)
        return _asked([case.pk for case in cases], own, _("贵部门答复的期限。"))
    today = timezone.localdate()
    found: dict[Any, Due] = {}
    if of_flow := [case for case in cases if case.state in OF_FLOW]:
        deadlines = (
            flow.dues(APPLICATION, of_flow)
            if past is None
            else {case.pk: flow.due(APPLICATION, case, past) for case in of_flow}
        )
        for pk, deadline in deadlines.items():
            if deadline is not None:
                found[pk] = of_deadline(deadline, today, explained=explained)
    asked = [case.pk for case in cases if case.state == "departments"]
    found |= _asked(asked, Opinion.objects.all(), _("各部门答复期限中最早的一日。"))
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


def _asked(keys: Sequence[Any], opinions: QuerySet[Opinion], why: str) -> dict[Any, Due]:
    """The earliest term of what departments have still to answer."""
    if not keys:
        return {}
    today, calendar = timezone.localdate(), clock.calendar()
    rows = opinions.filter(application__in=keys, state="requested", due__isnull=False).order_by()
    found = {}
    for pk, day in rows.values_list("application").annotate(day=Min("due")):
        left = calendar.working_days_between(today, day)
        found[pk] = Due(day, (why,), left, today > day, True)
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


# --- in SQL ------------------------------------------------------------------------------------------------------


def term(viewer: Viewer) -> Case | Subquery:
    """The day that ``dues`` tells of an application (null: no term runs), to sort and filter by.

    The terms of the flow are kept with each application (``due_on``); the others are read where they stand.
    """
    opinions = Opinion.objects.filter(application=OuterRef("pk"), state="requested", due__isnull=False)
    if viewer.case_reach is Reach.REFERRED:
        return Subquery(opinions.filter(organisation=viewer.organisation).order_by("due").values("due")[:1])
    notices = NoticeLine.objects.filter(application=OuterRef("pk"), withdrawn_at=None)
    return Case(
        When(state__in=OF_FLOW, then=F("due_on")),
        When(state="departments", then=Subquery(opinions.order_by("due").values("due")[:1])),
        When(state="noticed", then=Subquery(notices.order_by("-notice__ends").values("notice__ends")[:1])),
        When(state="draft", then=F("round__closes")),
    )


def overdue(found: QuerySet[Application], viewer: Viewer) -> QuerySet[Application]:
    """Those of which the last day has passed."""
    return found.filter(LessThan(term(viewer), Value(timezone.localdate())))
