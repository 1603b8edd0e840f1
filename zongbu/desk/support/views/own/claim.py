"""An enterprise's page of its claim, the receipt, and what it does beside filling it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition.forms.applying import AnswerForm, WithdrawForm
from zongbu.desk.support import checks, explaining, figures, guards, queries, stacking
from zongbu.desk.support.actions import claims as acts
from zongbu.desk.support.actions.claims import EDITABLE
from zongbu.desk.support.entitlement import Entitlement, assess
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.forms.own import DeclineForm, ObjectForm, wanted_materials
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimDecision, ClaimObjection
from zongbu.desk.support.tracking import track
from zongbu.desk.support.views.own.common import DECIDED, act, claim_of, corrections, frame, timeline

MONEY = ("verified", "approved", "paying", "paid", "given_back")
"""States in which an amount has been found."""


@require_safe
def own(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it is, whose turn it is, until when, what can be done now; the money; the amount; materials; history."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    found = of_claim(case)
    shown: dict[str, Any] = frame(request, case) | {
        "editable": case.state in EDITABLE,
        "corrections": corrections(case),
        "hindrance": flow.hindrance(CLAIM, "confirm", case, viewer) if case.state == "offered" else "",
        "account": case.account or case.enterprise.bank_accounts.filter(ended_at=None).first(),
        "track": track(case) if case.state in MONEY else None,
        "materials": [one for one in wanted_materials(case) if one.handed or one.required],
        "invoices": list(case.invoices.all()),
        "timeline": timeline(viewer, case),
        "objections": list(queries.objections(viewer).filter(claim=case)),
        "may_object": viewer.writes and not guards.objecting(ClaimObjection(claim=case), viewer),
        "told": case.state in DECIDED,
    }
    decision = _decision(case)
    try:
        seen = _seen(case, decision)
        received = stacking.counted(found, case)
        shown |= {
            "seen": seen,
            "rows": explaining.rows(seen, received, found=case if case.state in MONEY else None),
            "lines": figures.lines(case.enterprise, seen),
        }
    except Refused as refused:
        shown["fault"] = str(refused)
    if case.state == "offered" and "seen" in shown:
        shown["now"] = shown["seen"].fen if shown["seen"].fen != case.computed else None
    if decision is not None and case.state in DECIDED:
        shown |= {"decision": decision, "checks": decision.checks, "refused": case.state == "refused"}
        again = shown.get("seen")
        shown["differs"] = isinstance(again, Entitlement) and again.fen != decision.computed
    return render(request, "support/own/claim.html", shown)


def _decision(case: Claim) -> ClaimDecision | None:
    """The record of the decision that stands; that of a payment tells no more."""
    return case.decisions.filter(act__in=["verify", "confirm", "approve", "refuse", "stop"]).order_by("-pk").first()


def _seen(case: Claim, decision: ClaimDecision | None) -> Entitlement:
    """The amount as it was decided, with what was known then; else as it is now."""
    if decision is not None and case.state not in (*EDITABLE, "submitted", "accepted"):
        return assess(case.enterprise, [of_claim(case)], decision.as_of, decision.known_at)[0]
    seen, _checks = checks.now(case)
    return seen


@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What was handed in when, what comes next, who does it until when. Of a draft there is none."""
    case = claim_of(request, receipt)
    if case.submitted_at is None:
        messages.warning(request, _("草稿·未提交：提交以后才有回执。"))
        return redirect("support:own", case.receipt)
    materials = [one for one in wanted_materials(case) if one.handed]
    return render(request, "support/own/receipt.html", frame(request, case) | {"materials": materials})


@require_POST
@once
def confirm(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take what is offered, with one click."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    try:
        acts.confirm(viewer, case.pk)
        messages.success(request, _("已确认。金额已经核定，送负责人批准；批准后支付到登记的账户。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("support:own", case.receipt)


@once
def decline(request: HttpRequest, receipt: str) -> HttpResponse:
    """Not take what is offered."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    return act(
        request,
        case,
        DeclineForm(request.POST or None, initial={"seen": case.version}),
        lambda given: acts.decline(viewer, case.pk, given["reason"], seen=given["seen"]),
        heading=_("放弃这项待遇"),
        submit=_("放弃"),
        done=_("已放弃。"),
        intro=_("放弃以后这次推送作废，不会支付。"),
        danger=True,
    )


@once
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take a claim back, or drop a draft."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    draft = case.state == "draft"
    return act(
        request,
        case,
        WithdrawForm(request.POST or None, initial={"seen": case.version}),
        lambda given: acts.withdraw(viewer, case.pk, given["reason"], seen=given["seen"]),
        heading=_("放弃草稿") if draft else _("撤回申请"),
        submit=_("放弃草稿") if draft else _("撤回申请"),
        done=_("草稿已放弃。") if draft else _("申请已撤回。"),
        intro=_("填写的数据和材料仍留在企业档案里；符合条件的以后可以重新申请。"),
        danger=True,
    )


@require_POST
@once
def answer(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Say something to a comment instead of, or beside, changing the field."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    if not case.comments.filter(pk=pk).exists():
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid() and performed(form, lambda: acts.answer(viewer, case.pk, pk, form.cleaned_data["text"])):
        messages.success(request, _("已记下说明，重新提交时一并交给办理人员。"))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    return redirect("support:own", case.receipt)


@once
def object_to(request: HttpRequest, receipt: str) -> HttpResponse:
    """Object to a refusal or to the amount."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    return act(
        request,
        case,
        ObjectForm(request.POST or None),
        lambda given: acts.object_to(viewer, case.pk, given["text"]),
        heading=_("提出异议"),
        submit=_("提出异议"),
        done=_("异议已收到，答复会显示在这里。"),
        intro=_("可以对不予兑现的决定或者核定的金额提出异议；办理期间不影响已批准的款项支付。"),
    )


@require_POST
@once
def drop_objection(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take an objection back."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    if not queries.objections(viewer).filter(claim=case, pk=pk).exists():
        raise Http404
    try:
        acts.withdraw_objection(viewer, pk)
        messages.success(request, _("异议已撤回。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("support:own", case.receipt)
