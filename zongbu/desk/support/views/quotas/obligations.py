"""Obligations and their milestones: the list by what is due, one obligation, reports and findings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Case as Choice
from django.db.models import IntegerField, Q, Value, When
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.support.actions import obligations as actions
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.forms.quotas import (
    MeetForm,
    ObligationForm,
    PostponeForm,
    ReasonForm,
    ReportForm,
    StepForm,
    StepFormSet,
)
from zongbu.desk.support.models import Milestone, MilestoneReport, Obligation
from zongbu.desk.support.unpaid import queries, selecting, standing
from zongbu.desk.support.unpaid.flow import MILESTONE
from zongbu.desk.support.views.quotas.common import (
    Panel,
    choices,
    crumb,
    download,
    enterprise_of,
    filled,
    history_of,
    taken_in,
    uploaded,
)

SHOWS = ("open", "all")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Milestones: overdue first, then by their day; those that were confirmed only under "all"."""
    viewer, today = viewer_of(request), timezone.localdate()
    show = request.GET.get("show", "") if request.GET.get("show", "") in SHOWS else "open"
    every = queries.milestones(viewer)
    found = every if show == "all" else every.filter(state__in=["pending", "reported", "missed"])
    if text := request.GET.get("q", "").strip()[:100]:
        found = found.filter(
            Q(obligation__enterprise__name__icontains=text)
            | Q(obligation__title__icontains=text)
            | Q(obligation__receipt__iexact=text)
        )
    order = Choice(
        When(state__in=["pending", "reported"], due_on__lt=today, then=Value(0)),
        When(state="missed", then=Value(1)),
        When(state__in=["pending", "reported"], then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    page = page_of(request, found.annotate(rank=order).order_by("rank", "due_on", "pk"))
    late = every.filter(state__in=["pending", "reported"], due_on__lt=today).count()
    here = reverse("support:obligations")
    labels = {"open": _("没有完成的"), "all": _("全部")}
    shown = {
        "page": page,
        "rows": [
            {
                "one": one,
                "obligation": one.obligation,
                "district": district_name(one.obligation.district),
                "state": standing.label(MILESTONE, one),
                "tone": standing.tone(one),
                "turn": standing.milestone_turn(one, viewer),
                "due": standing.milestone_due(one, today),
            }
            for one in page
        ],
        "tabs": [(labels[name], f"{here}?show={name}", show == name) for name in SHOWS],
        "show": show,
        "late": late,
        "chosen": request.GET,
        "filtered": bool(request.GET.get("q")),
        "may_register": actions.may_register(viewer),
        "own": viewer.role in ENTERPRISE,
    }
    return render(request, "support/quotas/obligations.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Register an obligation with its milestones."""
    viewer = viewer_of(request)
    offered = selecting.selectable()
    posted = request.POST if request.method == "POST" else None
    initial = {name: request.GET.get(name, "")[:200] for name in ("uscc", "measure", "request")}
    form, steps = ObligationForm(choices(offered), posted, initial=initial), StepFormSet(posted, prefix="steps")
    if posted is not None and form.is_valid() and steps.is_valid():
        data = form.cleaned_data
        enterprise = enterprise_of(form, queries.referable(viewer))
        linked = None
        if data["request"]:
            linked = queries.requests(viewer).filter(receipt=data["request"].strip().upper()).first()
            if linked is None:
                form.add_error("request", _("没有这份申请。"))
        if not form.errors and enterprise is not None:
            wanted = [
                actions.Step(one["title"], one["due_on"], one["figure"])
                for one in steps.cleaned_data
                if one.get("title")
            ]
            named: Enterprise = enterprise

            def perform() -> Obligation:
                return actions.register(
                    viewer,
                    named,
                    next(one for one in offered if one.key == data["measure"]),
                    steps=wanted,
                    request=linked,
                    **{name: data[name] for name in ("title", "text", "figure", "unit", "document", "signed_on")},
                )

            if (made := attempt(form, perform)) is not None:
                messages.success(request, _("已登记。到期前三十天和七天提醒企业，逾期提醒双方。"))
                return redirect("support:obligation", made.receipt)
    wrong = bool(posted is not None and (form.errors or any(steps.errors)))
    shown = {
        "form": form,
        "steps": steps,
        "crumbs": [crumb(_("项目义务"), "obligations")],
        "cancel": reverse("support:obligations"),
    }
    return render(request, "support/quotas/obligation_form.html", shown, status=400 if wrong else 200)


@require_safe
def one(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was promised, milestone by milestone, with reports and what can be done now."""
    return _page(request, _get(request, receipt))


@require_POST
@once
def act(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """Add a milestone, or end the obligation."""
    viewer, found = viewer_of(request), _get(request, receipt)
    if act not in ("add", "end"):
        raise Http404
    form: Form = (StepForm if act == "add" else ReasonForm)(request.POST, auto_id=f"id_{act}_%s")

    def perform() -> object:
        data = form.cleaned_data
        if act == "end":
            return actions.end(viewer, found.pk, data["reason"])
        return actions.add_step(viewer, found.pk, actions.Step(data["title"], data["due_on"], data["figure"]))

    if form.is_valid() and attempt(form, perform) is not None:
        messages.success(request, _("已约定节点。") if act == "add" else _("已终止。"))
        return redirect("support:obligation", receipt)
    return _page(request, found, (act, form))


MILESTONE_FORMS: dict[str, type[Form]] = {
    "report": ReportForm,
    "meet": MeetForm,
    "miss": ReasonForm,
    "postpone": PostponeForm,
}


@require_POST
@once(prepare=taken_in)
def milestone_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Report on a milestone, or find that it was met or missed, or postpone it."""
    viewer = viewer_of(request)
    step = get_object_or_404(queries.milestones(viewer), pk=pk)
    kind = MILESTONE_FORMS.get(act)
    if kind is None:
        raise Http404
    form = kind(request.POST, request.FILES, auto_id=f"id_{act}{pk}_%s")
    given = uploaded(request, form) if form.is_valid() else {}

    def perform() -> Milestone:
        data = form.cleaned_data
        seen = data["seen"]
        match act:
            case "report":
                return actions.report(
                    viewer, pk, data["text"], figure=data["figure"], file=given.get("upload"), seen=seen
                )
            case "meet":
                return actions.meet(viewer, pk, data["reason"], figure=data["figure"], seen=seen)
            case "miss":
                return actions.miss(viewer, pk, data["reason"], seen=seen)
            case _:
                return actions.postpone(viewer, pk, data["until"], data["reason"], seen=seen)

    if form.is_valid() and attempt(form, perform) is not None:
        said = {"report": _("已报告，等待确认。"), "meet": _("已确认完成。"), "miss": _("已确认未完成。")}
        messages.success(request, said.get(act, _("已延期。")))
        return redirect("support:obligation", step.obligation.receipt)
    return _page(request, _get(request, step.obligation.receipt), (f"{act}{pk}", form))


def _page(request: HttpRequest, found: Obligation, sent: tuple[str, Form] | None = None) -> HttpResponse:
    viewer, today = viewer_of(request), timezone.localdate()
    keeps = actions.may_register(viewer) and viewer.organisation == found.organisation_id and found.ended_at is None
    open_act = request.GET.get("act", "")
    rows: list[dict[str, Any]] = []
    for step in found.milestones.select_related("obligation__enterprise", "obligation__organisation"):
        possible = {one.name for one in flow.possible(MILESTONE, step, viewer)}
        panels = []
        for name, kind in MILESTONE_FORMS.items():
            key = f"{name}{step.pk}"
            if name in possible or (sent is not None and sent[0] == key):
                form = filled(key, kind, sent, step.version)
                url = reverse("support:milestone_act", args=[step.pk, name])
                panels.append(
                    Panel(
                        key, str(MILESTONE.act(name).label), form, url, name == "miss",
                        first=open_act == key or (sent is not None and sent[0] == key),
                    )
                )  # fmt: skip
        rows.append(
            {
                "one": step,
                "state": standing.label(MILESTONE, step),
                "tone": standing.tone(step),
                "turn": standing.milestone_turn(step, viewer),
                "due": standing.milestone_due(step, today),
                "reports": list(step.reports.select_related("file")),
                "panels": panels,
                "history": history_of(MILESTONE, step, viewer),
            }
        )
    shown = {
        "obligation": found,
        "measure": measure_title(found.policy, found.measure, language()),
        "district": district_name(found.district),
        "rows": rows,
        "progress": {
            "met": sum(row["one"].state == "met" for row in rows),
            "all": sum(row["one"].state != "ended" for row in rows),
        },
        "add": filled("add", StepForm, sent, 0) if keeps else None,
        "end": filled("end", ReasonForm, sent, 0) if keeps else None,
        "sent": sent[0] if sent is not None else "",
        "own": viewer.role in ENTERPRISE,
        "linked": found.request if found.request and _reads(viewer, found) else None,
    }
    return render(request, "support/quotas/obligation.html", shown, status=400 if sent else 200)


def _reads(viewer: Viewer, found: Obligation) -> bool:
    return queries.requests(viewer).filter(obligations=found).exists()


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """The evidence of a report, for whoever reads the obligation."""
    found = get_object_or_404(MilestoneReport.objects.select_related("file", "milestone"), pk=pk)
    get_object_or_404(queries.milestones(viewer_of(request)), pk=found.milestone_id)
    if found.file is None:
        raise Http404
    return download(found.file)


def _get(request: HttpRequest, receipt: str) -> Obligation:
    return get_object_or_404(queries.obligations(viewer_of(request)), receipt=receipt)
