"""Entering values of unpublished parameters: the list, a proposal, deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.submission import once
from zongbu.desk.library import actions, policies, queries
from zongbu.desk.library.flow import STATES, VALUE
from zongbu.desk.library.forms import DecisionForm, ValueForm
from zongbu.desk.library.models import EnteredValue
from zongbu.desk.library.parameters import open_for_entry
from zongbu.desk.library.showing import links, values
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.views.common import crumbs, decided, policy_or_404, reader_of


def described(entry: EnteredValue, lang: str) -> dict[str, Any]:
    """An entered value with what it is for."""
    policy = policies.policy(entry.policy)
    parameter = policy.parameters.get(entry.parameter)
    reader = Reader(policy, lang, entry.valid_from)
    return {
        "entry": entry,
        "policy": reader.title,
        "parameter": reader.names.parameter(entry.parameter) if parameter else entry.parameter,
        "parameter_url": links.parameter_url(policy, entry.parameter) if parameter else "",
        "value": values.entered(parameter, entry, lang) if parameter else values.Shown(entry.value),
        "period": values.span(entry.valid_from, entry.valid_until, lang),
    }


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which parameters are open, what was entered for them, what waits for approval."""
    viewer, lang = viewer_of(request), language()
    state = request.GET.get("state", "")
    found = queries.values(viewer)
    if state in {one.name for one in STATES}:
        found = found.filter(state=state)
    page = page_of(request, found)
    open_ones = []
    for policy in policies.policies():
        reader = reader_of(policy.identifier)
        for parameter in policy.parameters.values():
            if "." not in parameter.identifier and open_for_entry(parameter, reader.day):
                open_ones.append({"reader": reader, "parameter": reader.parameter(parameter)})
    return render(
        request,
        "library/values.html",
        {
            "page": page,
            "rows": [described(entry, lang) for entry in page],
            "open": open_ones,
            "state": state,
            "states": [(one.name, one.label) for one in STATES],
            "may_propose": viewer.role in CITY,
            "crumbs": crumbs(),
        },
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal: where it stands, whose turn it is, what can be done, its history."""
    return _page(request, pk, DecisionForm())


def _page(request: HttpRequest, pk: int, form: DecisionForm, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    entry = get_object_or_404(queries.values(viewer), pk=pk)
    return render(
        request,
        "library/value.html",
        {
            **described(entry, language()),
            "form": form,
            "acts": flow.possible(VALUE, entry, viewer),
            "history": [(VALUE.act(one.act).label, one) for one in flow.history(VALUE, entry)],
            "hindrance": flow.hindrance(VALUE, "approve", entry, viewer) if viewer.role in CITY else "",
            "crumbs": crumbs(None, (_("参数录入"), reverse("library:values"))),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve, refuse or withdraw a proposed value."""
    return decided(request, pk, act, actions.decide_value, _DONE, page=_page, to="library:value")


_DONE = {
    "approve": gettext_lazy("已核准。自适用之日起，评估按这个值计算，并注明来源。"),
    "refuse": gettext_lazy("未予核准，结果不受影响。提出人可以修改后重新提出。"),
    "withdraw": gettext_lazy("已撤回，结果不受影响。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def propose(request: HttpRequest, policy: str, parameter: str) -> HttpResponse:
    """Propose a value for an unpublished parameter."""
    viewer, known = viewer_of(request), policy_or_404(policy)
    found = known.parameters.get(parameter)
    if found is None or "." in parameter:
        raise Http404(f"{policy} has no parameter {parameter}")
    reader = reader_of(policy)
    if not open_for_entry(found, reader.day):
        raise flow.NotPermitted(_("这个参数已有公布的值，不能另行录入。"))
    form = ValueForm(found, request.POST if request.method == "POST" else None, initial={"valid_from": reader.day})
    if form.is_valid():
        made = attempt(form, lambda: actions.propose_value(viewer, policy, parameter, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("已提出，等待另一位负责人核准。核准以前，结果不受影响。"))
            return redirect("library:value", made.pk)
    view = reader.parameter(found)
    return render(
        request,
        "library/propose.html",
        {
            "reader": reader,
            "parameter": view,
            "form": form,
            "crumbs": crumbs(reader, (view.title, view.url)),
        },
        status=400 if form.errors else 200,
    )
