"""Indicator sets: the list, one of them, drafting and deciding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.forms import DecisionForm
from zongbu.desk.recognition.stars import explaining, queries
from zongbu.desk.recognition.stars.actions import sets as acts
from zongbu.desk.recognition.stars.definition import Definition, faults
from zongbu.desk.recognition.stars.flow import INDICATOR_SET
from zongbu.desk.recognition.stars.forms import WholeSet
from zongbu.desk.recognition.stars.models import IndicatorSet
from zongbu.desk.recognition.stars.views.common import crumbs, set_or_404, standing, tone, works

BY_BUTTON = ("propose", "approve", "send_back", "retire", "drop")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All sets, the newest first."""
    page = page_of(request, queries.sets(viewer_of(request)))
    rows = [{"set": one, "label": INDICATOR_SET.label(one.state), "tone": tone(one.state)} for one in page]
    context = {"page": page, "rows": rows, "works": works(request)}
    return render(request, "recognition/stars/sets.html", context)


def described(definition: Definition) -> dict[str, Any]:
    """A set in words."""
    return {
        "items": [
            {
                "item": one,
                "about": explaining.subject(one),
                "how": explaining.how(one),
                "weight": explaining.plain(one.weight),
                "unknown": explaining.unknown(one),
            }
            for one in definition.indicators
        ],
        "total": explaining.plain(definition.total),
        "sound": definition.total == 100,
        "tiers": [(tier, explaining.limit(definition, place)) for place, tier in enumerate(definition.tiers)],
        "ties": explaining.ties(definition),
    }


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A set: what it says, where it stands, what can be done."""
    return _page(request, set_or_404(request, pk), DecisionForm())


def _page(request: HttpRequest, found: IndicatorSet, form: DecisionForm, status: int = 200) -> HttpResponse:
    definition = found.definition
    state = standing(INDICATOR_SET, found, request)
    state["acts"] = [one for one in state["acts"] if one.name in BY_BUTTON]
    context = {
        "set": found,
        "case": found,
        **described(definition),
        **state,
        "faults": faults(definition) if found.state in ("draft", "proposed") else [],
        "form": form,
        "works": works(request),
        "editable": works(request) and found.state == "draft",
        "crumbs": crumbs(sets=True),
    }
    return render(request, "recognition/stars/set.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Propose, approve, send back, retire or drop a set; or begin another edition of it."""
    if act not in (*BY_BUTTON, "edition"):
        raise Http404(act)
    if request.method != "POST":
        return redirect("recognition:star_set", pk)
    viewer, found = viewer_of(request), set_or_404(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        if act == "edition":
            made = attempt(form, lambda: acts.new_edition(viewer, pk))
        else:
            data = form.cleaned_data
            made = attempt(form, lambda: acts.act(viewer, pk, act, data["reason"], seen=data["seen"]))
        if made is not None:
            messages.success(request, _("已办理：%(set)s，现在的状态是「%(state)s」。") % {
                "set": made, "state": INDICATOR_SET.label(made.state)
            })  # fmt: skip
            return redirect("recognition:star_set", made.pk)
    return _page(request, found, form, status=400)


@require_POST
@once
def demonstration(request: HttpRequest) -> HttpResponse:
    """Draft the shipped demonstration set."""
    try:
        made = acts.load_demonstration(viewer_of(request))
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("recognition:star_sets")
    messages.success(request, _("已导入演示指标。它不是公布的标准。"))
    return redirect("recognition:star_set", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Draft a set."""
    whole = WholeSet(request.POST if request.method == "POST" else None)
    if request.method == "POST" and whole.is_valid():
        data = whole.head.cleaned_data
        made = attempt(
            whole.head,
            lambda: acts.draft(viewer_of(request), data["name"], data["source"], whole.definition, note=data["note"]),
        )
        if made is not None:
            return redirect("recognition:star_set", made.pk)
    return _form(request, whole, None)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    found = set_or_404(request, pk)
    if found.state != "draft":
        messages.info(request, _("只有草稿可以修改；要改已批准的指标，请另起新版。"))
        return redirect("recognition:star_set", pk)
    whole = WholeSet(request.POST if request.method == "POST" else None, found)
    if request.method == "POST" and whole.is_valid():
        data = whole.head.cleaned_data
        given = {"source": data["source"], "note": data["note"]}
        seen = int(request.POST.get("seen") or 0) if (request.POST.get("seen") or "0").isdigit() else None
        made = attempt(whole.head, lambda: acts.edit(viewer_of(request), pk, given, whole.definition, seen=seen))
        if made is not None:
            return redirect("recognition:star_set", pk)
    return _form(request, whole, found)


def _form(request: HttpRequest, whole: WholeSet, found: IndicatorSet | None) -> HttpResponse:
    context = {
        "whole": whole,
        "form": whole.head,
        "set": found,
        "crumbs": crumbs(sets=True),
    }
    return render(request, "recognition/stars/edit.html", context, status=400 if whole.failed else 200)
