"""The page of an application, its receipt, and what an enterprise does after submitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.roles import DISTRICT, Reach
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications, notices
from zongbu.desk.recognition.actions.applications import EDITABLE
from zongbu.desk.recognition.actions.review import may_review
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.documents.letters import WITH_LETTER
from zongbu.desk.recognition.entering import applying_members
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.forms.applying import AnswerForm, AppealForm, WithdrawForm, wanted_materials
from zongbu.desk.recognition.forms.applying_review import CheckForm, CommentForm, titled
from zongbu.desk.recognition.models import Application, CheckItem, Decision, Opinion, Recognition
from zongbu.desk.recognition.showing import Facts, Line, Picture, facts_of_conditions, picture_of, track_titles
from zongbu.desk.recognition.terms import Due, of_opinion
from zongbu.desk.recognition.views.applying.common import (
    DECIDED,
    act,
    application_of,
    corrections,
    frame,
    own_application,
    timeline,
)
from zongbu.law.explain.view import Row


@require_safe
def application(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it is, whose turn it is, until when, what can be done now; then the matter, the evidence, the history."""
    case = application_of(request, receipt, "checks", "comments", "round__materials")
    if queries.is_own(viewer_of(request), case):
        return _of_enterprise(request, case)
    return of_officials(request, case)


def _of_enterprise(request: HttpRequest, case: Application) -> HttpResponse:
    viewer, past = viewer_of(request), flow.history(APPLICATION, case)
    seen = picture_of(case, past=past)
    known = Facts(case, seen)
    read = [fact for of in facts_of_conditions(seen.policy, seen.rows).values() for fact in of]
    comments = queries.comments(viewer, case)
    shown = frame(request, case, past) | {
        "picture": seen,
        "editable": case.state in EDITABLE,
        "corrections": corrections(case, comments, seen.policy),
        "answer_form": AnswerForm(),
        "lines": [line for line in map(known.line, read) if line.value],
        "materials": [one for one in wanted_materials(case) if one.handed or one.required],
        "opinions": _opinions(request, case),
        "told": case.state in DECIDED,
        "decision": _decision(case) if case.state in DECIDED else None,
        "declaration": case.declarations.order_by("-pk").first(),
        "timeline": timeline(viewer, case, past),
        "objections": list(queries.objections(viewer).filter(application=case)),
        "may_object": case.state == "refused" and viewer.writes,
        "has_letter": case.state in WITH_LETTER,
        "recognition": _recognition(request, case),
    }
    return render(request, "recognition/applying/application.html", shown)


# --- for officials ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition of the check list: the engine's answer with its reasons, the facts it rests on, the verdict."""

    identifier: str
    title: str
    row: Row | None
    lines: tuple[Line, ...]
    item: CheckItem | None
    verdict: Any
    note: Any


def of_officials(
    request: HttpRequest,
    case: Application,
    *,
    check_form: CheckForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    """The page for officials; the forms are given where something in them has to be corrected."""
    viewer, past = viewer_of(request), flow.history(APPLICATION, case)
    seen = picture_of(case, every_condition=True, past=past)
    titles = titled(case, conditions(case.round))
    asked = viewer.case_reach is Reach.REFERRED  # departments are asked about facts: not about checks, not the decision
    checks = {one.result: one for one in case.checks.all()} if not asked else {}
    reviewing = may_review(viewer, case)
    form = check_form or CheckForm(conditions=titles, checks=checks)
    read = facts_of_conditions(seen.policy, [name for name, _title in titles])
    facts = [fact for of in read.values() for fact in of]
    known = Facts(case, seen)
    lines = {fact.identifier: known.line(fact) for fact in facts}
    if reviewing and comment_form is None:
        comment_form = comment_form_for(case, seen, initial={"subject": request.GET.get("comment", "")})
    shown = frame(request, case, past) | {
        "picture": seen,
        "reviewing": reviewing,
        "check_form": form,
        "conditions": [
            Checked(
                name,
                title,
                seen.rows.get(name),
                tuple(lines[fact.identifier] for fact in read[name]),
                checks.get(name),
                form[f"verdict_{name}"] if reviewing else None,
                form[f"note_{name}"] if reviewing else None,
            )
            for name, title in titles
        ],
        "unchecked": [title for name, title in titles if name not in checks and not asked],
        "asked": asked,
        "passed_on": case.pk in queries.passed_on(viewer, [case]),
        "comment_form": comment_form if reviewing else None,
        "corrections": corrections(case, queries.comments(viewer, case), seen.policy),
        "settled": [one for one in case.comments.all() if one.resolved_at is not None and not asked],
        "materials": wanted_materials(case),
        "opinions": _opinions(request, case),
        "members": applying_members(case.enterprise, case.round),
        "may_except": viewer.writes
        and viewer.role in DISTRICT
        and viewer.district == case.district
        and case.before_decision,
        "hindrance": _hindrance(request, case, past) if reviewing else "",
        "told": True,
        "decision": _decision(case) if not asked else None,
        "has_letter": case.state in WITH_LETTER and not asked,
        "recognition": _recognition(request, case),
        "declaration": case.declarations.order_by("-pk").first(),
        "timeline": timeline(viewer, case, past),
        "tracks": [(name, title, seen.rows.get(name)) for name, title in track_titles(case.round).items()],
    }
    return render(request, "recognition/applying/review.html", shown)


def comment_form_for(case: Application, seen: Picture, *arguments: Any, **given: Any) -> CommentForm:
    """The form of a field comment, for the facts that the check list shows."""
    read = facts_of_conditions(seen.policy, [name for name, _title in conditions(case.round)])
    facts = [fact for of in read.values() for fact in of]
    return CommentForm(*arguments, application=case, facts=facts, law=seen.policy, **given)


def _decision(case: Application) -> Decision | None:
    """The latest decision, without the document of the assessment that it rests on."""
    return case.decisions.defer("assessment", "sources").order_by("-pk").first()


def _recognition(request: HttpRequest, case: Application) -> Recognition | None:
    """The recognition that the application has led to, if the viewer may open it."""
    if case.state != "recognised":
        return None
    return queries.titles(viewer_of(request)).filter(application=case).first()


def _hindrance(request: HttpRequest, case: Application, past: Sequence[Participation]) -> str:
    """What keeps the district from recommending, or not recommending, yet."""
    if case.state != "district":
        return ""
    return flow.hindrance(APPLICATION, "recommend", case, viewer_of(request), past)


@dataclass(frozen=True, slots=True)
class Asked:
    """A department that was asked, by when, and what it said where the viewer may read that."""

    opinion: Opinion
    due: Due | None
    told: bool


def _opinions(request: HttpRequest, case: Application) -> list[Asked]:
    """Whom was asked. The enterprise reads what was said with the decision."""
    viewer, today, calendar = viewer_of(request), timezone.localdate(), clock.calendar()
    told = not queries.is_own(viewer, case) or case.state in DECIDED
    found = queries.opinions_on(viewer, case)
    if queries.is_own(viewer, case):
        found = found.exclude(state="void")
    return [Asked(one, of_opinion(one, today, calendar) if one.state == "requested" else None, told) for one in found]


# --- receipt, withdrawal, answers ------------------------------------------------------------------------------


@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was handed in when, what comes next, who does it until when. Of a draft there is none."""
    case = application_of(request, receipt)
    if case.submitted_at is None:
        messages.warning(request, _("草稿·未提交：提交以后才有回执。"))
        return redirect("recognition:application", case.receipt)
    shown = frame(request, case) | {
        "declaration": case.declarations.order_by("-pk").first(),
        "materials": [one for one in wanted_materials(case) if one.handed],
    }
    return render(request, "recognition/applying/receipt.html", shown)


@once
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take an application back, or drop a draft."""
    viewer, case = viewer_of(request), own_application(request, receipt)
    draft = case.state == "draft"
    return act(
        request,
        case,
        WithdrawForm(request.POST or None, initial={"seen": case.version}),
        lambda given: applications.withdraw(viewer, case.pk, given["reason"], seen=given["seen"]),
        heading=_("放弃草稿") if draft else _("撤回申请"),
        submit=_("放弃草稿") if draft else _("撤回申请"),
        done=_("草稿已放弃。") if draft else _("申请已撤回。"),
        intro=_("填写的数据和材料仍留在企业档案里。申报期内可以重新申报。")
        if case.round.accepts(timezone.localdate())
        else _("申报已经截止，撤回以后本批次不能再申报。"),
        danger=True,
    )


@require_POST
@once
def answer(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Say something to a reviewer's comment instead of, or beside, changing the field."""
    viewer, case = viewer_of(request), own_application(request, receipt)
    if not case.comments.filter(pk=pk).exists():
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid() and performed(form, lambda: applications.answer(viewer, case.pk, pk, form.cleaned_data["text"])):
        messages.success(request, _("已记下说明，重新提交时一并交给审查人员。"))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    return redirect("recognition:application", case.receipt)


@once
def appeal(request: HttpRequest, receipt: str) -> HttpResponse:
    """Object to one's own refusal."""
    viewer, case = viewer_of(request), own_application(request, receipt)
    if case.state != "refused":
        raise Http404
    return act(
        request,
        case,
        AppealForm(request.POST or None),
        lambda given: notices.object_to(viewer, case.pk, given["text"]),
        heading=_("对决定提出异议"),
        submit=_("提出异议"),
        done=_("异议已收到，答复会显示在这里。"),
    )


@require_POST
@once
def drop_appeal(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take an objection back."""
    viewer, case = viewer_of(request), own_application(request, receipt)
    if not queries.objections(viewer).filter(application=case, pk=pk).exists():
        raise Http404
    notices.withdraw_objection(viewer, pk)
    messages.success(request, _("异议已撤回。"))
    return redirect("recognition:application", case.receipt)
