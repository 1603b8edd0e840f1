"""One result, explained indicator by indicator; an enterprise's own star; overrides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.enterprises import queries as register
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE, Reach
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.forms import DecisionForm
from zongbu.desk.recognition.stars import explaining, queries
from zongbu.desk.recognition.stars.actions import overrides as acts
from zongbu.desk.recognition.stars.flow import OVERRIDE
from zongbu.desk.recognition.stars.forms import OverrideForm
from zongbu.desk.recognition.stars.models import Evaluation, Result
from zongbu.desk.recognition.stars.views.common import crumbs, evaluation_or_404, tone, works

ACTS = ("approve", "refuse", "withdraw")


def explained(evaluation: Evaluation, result: Result) -> dict[str, Any]:
    """A result for a page."""
    definition = evaluation.set.definition
    found = list(explaining.lines(evaluation, definition, result))
    before = evaluation.previous.set.definition if evaluation.previous is not None else definition
    return {
        "evaluation": evaluation,
        "result": result,
        "lines": [
            {
                "line": one,
                "weight": explaining.plain(one.weight),
                "declared": explaining.plain(one.declared) if one.weight != one.declared else "",
            }
            for one in found
        ],
        "label": definition.label(result.star),
        "computed_label": definition.label(result.computed),
        "overridden": result.star != result.computed,
        "before_label": "" if result.before is None else before.label(result.before),
        "ties": explaining.ties(definition),
        "tiers": [
            (tier.label, explaining.limit(definition, place), tier.star == result.computed)
            for place, tier in enumerate(definition.tiers)
        ],
    }


@require_safe
def show(request: HttpRequest, pk: int, uscc: str) -> HttpResponse:
    """Why an enterprise came out as it did."""
    return _page(request, pk, uscc)


def _page(
    request: HttpRequest,
    pk: int,
    uscc: str,
    *,
    form: OverrideForm | None = None,
    decision: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer, evaluation = viewer_of(request), evaluation_or_404(request, pk)
    result = queries.results(viewer, evaluation).filter(uscc=uscc).select_related("enterprise").first()
    if result is None:
        raise Http404
    cases = list(queries.overrides(viewer).filter(evaluation=evaluation, enterprise=result.enterprise_id))
    definition = evaluation.set.definition
    adjustable = works(request) and evaluation.state == "draft" and evaluation.work == Evaluation.Work.DONE
    waiting = next((one for one in cases if one.state == "proposed"), None)
    trail = [(evaluation.title, reverse("recognition:star_evaluation", args=[pk]))]
    context = {
        **explained(evaluation, result),
        "titles": queries.titles(result.enterprise),
        "cases": [
            {
                "case": one,
                "state": OVERRIDE.label(one.state),
                "tone": tone(one.state),
                "to": definition.label(one.star),
                "history": [(OVERRIDE.act(done.act).label, done) for done in flow.history(OVERRIDE, one)],
            }
            for one in cases
        ],
        "waiting": waiting,
        "acts": [one for one in flow.possible(OVERRIDE, waiting, viewer) if one.name in ACTS] if waiting else [],
        "decision": decision or DecisionForm(),
        "form": (form or OverrideForm(definition)) if adjustable and waiting is None else None,
        "inside": viewer.case_reach is Reach.CITY,
        "crumbs": crumbs(*trail) if viewer.case_reach is Reach.CITY else [],
    }
    return render(request, "recognition/stars/result.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def override(request: HttpRequest, pk: int, uscc: str) -> HttpResponse:
    """Propose another star."""
    if request.method != "POST":
        return redirect("recognition:star_result", pk, uscc)
    evaluation = evaluation_or_404(request, pk)
    form = OverrideForm(evaluation.set.definition, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: acts.propose(viewer_of(request), pk, uscc, data["star"], data["reason"]))
        if made is not None:
            messages.success(request, _("已提出调整，等待另一位负责人审批。"))
            return redirect("recognition:star_result", pk, uscc)
    return _page(request, pk, uscc, form=form, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve, refuse or withdraw an override."""
    if act not in ACTS:
        raise Http404(act)
    viewer = viewer_of(request)
    case = queries.overrides(viewer).filter(pk=pk).first()
    if case is None:
        raise Http404
    place = (case.evaluation_id, case.enterprise.uscc)
    if request.method != "POST":
        return redirect("recognition:star_result", *place)
    form = DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: acts.decide(viewer, pk, act, data["reason"], seen=data["seen"])) is not None:
            messages.success(request, _("已办理。"))
            return redirect("recognition:star_result", *place)
    return _page(request, *place, decision=form, status=400)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """An enterprise's own star: the one in force, why, and its history."""
    viewer = viewer_of(request)
    assert viewer.role in ENTERPRISE
    enterprise = register.enterprises(viewer).first()
    context: dict[str, Any] = {"enterprise": enterprise, "titles": []}
    if isinstance(enterprise, Enterprise):
        context["titles"] = list(queries.titles(enterprise))
        seen = queries.evaluations(viewer).order_by()
        latest = (
            Result.objects.filter(enterprise=enterprise, evaluation__in=seen.values("pk"))
            .select_related("evaluation__set", "evaluation__previous__set")
            .order_by("-evaluation__year")
            .first()
        )
        if latest is not None:
            context |= explained(latest.evaluation, latest)
        context["in_force"] = next((one for one in context["titles"] if one.ended_on is None), None)
    return render(request, "recognition/stars/own.html", context)
