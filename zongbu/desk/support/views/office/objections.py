"""Objections to refusals and amounts: the list, and the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import page_of, performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.support import queries
from zongbu.desk.support.actions import review
from zongbu.desk.support.flow import OBJECTION
from zongbu.desk.support.forms.office import ReplyForm

TONES = {"received": "action", "upheld": "met", "dismissed": "neutral", "withdrawn": "neutral"}


@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """The objections that the viewer may read, open ones first."""
    viewer = viewer_of(request)
    chosen = request.GET.get("state", "")
    found = queries.objections(viewer)
    names = [state.name for state in OBJECTION.states]
    if chosen in names:
        found = found.filter(state=chosen)
    page = page_of(request, found.order_by("-pk"))
    shown = {
        "page": page,
        "rows": [(one, str(OBJECTION.label(one.state)), TONES[one.state]) for one in page],
        "tabs": [(_("全部"), "?", not chosen)]
        + [(str(state.label), f"?state={state.name}", chosen == state.name) for state in OBJECTION.states],
        "chosen": chosen,
    }
    return render(request, "support/office/objections.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def objection(request: HttpRequest, receipt: str) -> HttpResponse:
    """An objection, and its answer by a lead of the organisation that decided."""
    viewer = viewer_of(request)
    case = queries.objections(viewer).filter(receipt=receipt).first()
    if case is None:
        raise Http404
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reply, upheld = form.cleaned_data["reply"], request.POST.get("decision") == "uphold"
        answer = review.uphold if upheld else review.dismiss
        if request.POST.get("decision") not in ("uphold", "dismiss"):
            form.add_error(None, _("请选择异议成立或者不成立。"))
        elif performed(form, lambda: answer(viewer, case.pk, reply)):
            refused = case.claim.state == "refused"
            done = _("异议成立，申请已重新进入核验。") if refused else _("异议成立。金额需要更正的，请在申请页面更正。")
            messages.success(request, done if upheld else _("已答复企业：异议不成立。"))
            return redirect("support:claim", case.claim.receipt)
    possible = {act.name for act in flow.possible(OBJECTION, case, viewer)}
    hindrance = ""
    if case.state == "received" and not possible:
        hindrance = flow.hindrance(OBJECTION, "uphold", case, viewer)
    shown = {
        "objection": case,
        "claim": case.claim,
        "state": str(OBJECTION.label(case.state)),
        "tone": TONES[case.state],
        "form": form if {"uphold", "dismiss"} & possible else None,
        "hindrance": hindrance,
        "decision": case.claim.decisions.order_by("-pk").first(),
        "history": flow.history(OBJECTION, case),
        "act_labels": {act.name: str(act.label) for act in OBJECTION.acts},
    }
    return render(request, "support/office/objection.html", shown, status=422 if form.errors else 200)
