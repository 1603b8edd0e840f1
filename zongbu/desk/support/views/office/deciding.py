"""What officials do with a claim: accept, comment, return, verify, decide, assign; and many approvals at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.lists import ROWS
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.support import checks, explaining, queries, stacking
from zongbu.desk.support.actions import offers, payments, review
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.flow import CLAIM, LEADS
from zongbu.desk.support.forms.office import AssignForm, ReasonForm, RemarkForm, SeenForm, VerifyForm
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim
from zongbu.desk.support.showing import parts_of
from zongbu.desk.support.views.office.claim import comment_form_for, examined, of_officials
from zongbu.desk.support.views.office.common import act, claim_of, handling_organisations
from zongbu.desk.support.views.own.common import subject_title
from zongbu.law import InputError

APPROVED = "support_approved"
"""Where the session keeps what became of the last approval of many."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page of an act says, and how it is done."""

    perform: Callable[..., object]
    done: str
    intro: str = ""
    danger: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@once
def claim_act(request: HttpRequest, receipt: str, name: str) -> HttpResponse:
    """One act on a claim, with its reason."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    match name:
        case "verify":
            return _verify(request, case)
        case "approve":
            return _approve(request, case)
        case "assign":
            return _assign(request, case)
        case "accept":
            return act(
                request, case, SeenForm(request.POST or None, initial={"seen": case.version}),
                lambda given: review.accept(viewer, case.pk, seen=given["seen"]),
                heading=_("受理"), done=_("已受理，办理期限从今天起算。"),
                intro=_("受理以后逐项核验；材料不全的退回补正。"),
            )  # fmt: skip
    told = _reasoned(name)
    if told is None:
        raise Http404
    return act(
        request,
        case,
        ReasonForm(request.POST or None, initial={"seen": case.version}),
        lambda given: told.perform(viewer, case.pk, given["reason"], seen=given["seen"]),
        heading=str(CLAIM.act(name).label),
        done=told.done,
        intro=told.intro,
        danger=told.danger,
        more=lambda: _returning(case) if name == "return" else {},
    )


def _returning(case: Claim) -> dict[str, Any]:
    """What the enterprise will read beside each item."""
    open_ones = case.comments.filter(resolved_at=None)
    return {"returning": True, "comments": [(subject_title(one.subject, case), one) for one in open_ones]}


def _reasoned(name: str) -> Told | None:
    """The acts that ask for nothing but a reason."""
    match name:
        case "return":
            return Told(
                review.return_, _("已退回，企业看到逐项的补正意见；补正期间期限中止。"),
                _("企业会在每一项旁边看到下面的意见。"),
            )  # fmt: skip
        case "send_back":
            return Told(
                review.send_back, _("已退回核验，预留的资金已解除。"), _("由核验人重新核定；企业不会看到理由。")
            )
        case "refuse":
            return Told(
                review.refuse, _("已决定不予兑现，企业看到理由并可以提出异议。"),
                _("理由写进决定书，企业会看到，并可以提出异议。"), danger=True,
            )  # fmt: skip
        case "correct":
            return Told(
                review.correct, _("批准已撤回，请重新核定金额；已承诺的资金已解除。"),
                _("批准和支付单作废，申请回到核验；企业会看到理由。"), danger=True,
            )  # fmt: skip
        case "stop":
            return Told(
                review.stop, _("已停止兑现，已承诺的资金已解除，支付单作废。"),
                _("批准和支付单作废；理由写进决定书，企业会看到，并可以提出异议。"), danger=True,
            )  # fmt: skip
        case "cut_short":
            return Told(
                payments.cut_short, _("其余不再拨付，没有付的支付单作废，已承诺的资金已解除。"),
                _("已付的部分不变，其余作废，申请按已兑现办结；企业会看到理由。"), danger=True,
            )  # fmt: skip
        case "take_back":
            return Told(
                lambda viewer, pk, reason, seen: offers.take_back(viewer, pk, reason), _("推送已撤回。"),
                _("企业不再能确认这份推送；以后符合条件的会重新推送。"), danger=True,
            )  # fmt: skip
    return None


def _verify(request: HttpRequest, case: Claim) -> HttpResponse:
    viewer = viewer_of(request)
    entitlement, found, fault = examined(case)
    received = stacking.counted(of_claim(case), case)
    form = VerifyForm(request.POST or None, claim=case, entitlement=entitlement, received=stacking.total(received))
    return act(
        request,
        case,
        form,
        lambda given: review.verify(
            viewer,
            case.pk,
            amount=given["amount"],
            amount_reason=given.get("amount_reason", ""),
            basis=given.get("basis", ""),
            reason=given["reason"],
            seen=given["seen"],
        ),
        heading=str(CLAIM.act("verify").label),
        done=_("核验通过，等负责人批准；资金已按分担预留。"),
        intro=_("核验通过以后由核验人以外的负责人批准。"),
        more=lambda: _computed(case, entitlement, found, fault, received),
    )


def _approve(request: HttpRequest, case: Claim) -> HttpResponse:
    viewer = viewer_of(request)

    def seen() -> dict[str, Any]:
        entitlement, found, fault = examined(case)
        received = stacking.counted(of_claim(case), case)
        return _computed(case, entitlement, found, fault, received, decided=True)

    return act(
        request,
        case,
        RemarkForm(request.POST or None, initial={"seen": case.version}),
        lambda given: review.approve(viewer, case.pk, given["reason"], seen=given["seen"]),
        heading=str(CLAIM.act("approve").label),
        done=_("已批准，资金已承诺，支付单已签发，转财政部门支付。"),
        intro=_("批准时再核查一次；资金不足或者有一项核查不通过的，不能批准。"),
        more=seen,
    )


def _computed(
    case: Claim,
    entitlement: Entitlement | None,
    found: list[checks.Check],
    fault: str,
    received: list[Claim],
    *,
    decided: bool = False,
) -> dict[str, Any]:
    """What a page shows on which an amount is found (``decided``: was found): the rows, the checks, who pays."""
    parts, unshared = parts_of(case, entitlement, stacking.total(received))
    return {
        "rows": [] if entitlement is None else explaining.rows(entitlement, received, found=case if decided else None),
        "entitlement": entitlement,
        "fault": fault,
        "checks": found,
        "parts": parts,
        "unshared": unshared,
        "offering": of_claim(case),
    }


def _assign(request: HttpRequest, case: Claim) -> HttpResponse:
    viewer, offering = viewer_of(request), of_claim(case)
    form = AssignForm(
        request.POST or None, organisations=handling_organisations(), initial={"organisation": case.organisation_id}
    )
    units = _("、").join(offering.measure.units)
    return act(
        request,
        case,
        form,
        lambda given: review.assign(viewer, case.pk, given["organisation"], given["reason"]),
        heading=str(CLAIM.act("assign").label),
        done=_("已指派，申请出现在办理单位的待办里。"),
        intro=_("政策写明的责任单位：%(units)s。经常用到的，请登记到责任单位表。") % {"units": units},
    )


# --- comments --------------------------------------------------------------------------------------------------


@require_POST
@once
def comment(request: HttpRequest, receipt: str) -> HttpResponse:
    """Say what has to be corrected, and where."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    form = comment_form_for(of_claim(case), request.POST)
    if form.is_valid() and performed(
        form, lambda: review.comment(viewer, case.pk, form.cleaned_data["subject"], form.cleaned_data["text"])
    ):
        messages.success(request, _("已记下补正意见；退回以后企业才看到。"))
        return redirect("support:claim", case.receipt)
    return of_officials(request, case, comment_form=form)


@require_POST
@once
def uncomment(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take a comment back."""
    case = claim_of(request, receipt)
    review.uncomment(viewer_of(request), case.pk, pk)
    messages.success(request, _("补正意见已撤销。"))
    return redirect("support:claim", case.receipt)


# --- many at once ----------------------------------------------------------------------------------------------


@contextmanager
def _each_approved(request: HttpRequest) -> Iterator[None]:
    """Approve each claim of the form in a transaction of its own, before that of the form's token.

    Sent twice at the same moment, the second sending finds every claim approved already.
    """
    outcome: tuple[list[str], list[tuple[str, str]]] | None = None
    form = RemarkForm(request.POST)
    chosen = _chosen(request, request.POST.getlist("claim"))
    if form.is_valid() and chosen and not _mixed(chosen):
        seen = dict(one.rpartition(":")[::2] for one in request.POST.getlist("seen_of"))
        outcome = ([], [])
        for case in chosen:
            version = seen.get(case.receipt, "")
            try:
                review.approve(
                    viewer_of(request),
                    case.pk,
                    form.cleaned_data["reason"],
                    seen=int(version) if version.isascii() and version.isdigit() else None,
                )
            except (Refused, NotPermitted, InputError) as error:
                outcome[1].append((case.receipt, str(error)))
            else:
                outcome[0].append(case.receipt)
    request.approval = outcome  # type: ignore[attr-defined]
    yield


@require_http_methods(["GET", "HEAD", "POST"])
@once(prepare=_each_approved)
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve several verified claims of one measure: first what they come to, then each by itself."""
    outcome = getattr(request, "approval", None)
    if outcome is not None:
        request.session[APPROVED] = {"done": outcome[0], "left": outcome[1]}
        return redirect("support:approved")
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, given.getlist("claim"))
    if not chosen:
        messages.warning(request, _("请先在列表里选中待批准的申请。"))
        return redirect("support:claims")
    form: Form = RemarkForm(request.POST if request.method == "POST" else None)
    parts: dict[Any, tuple[Any, int]] = {}
    for case in chosen:
        for share in case.shares.all():
            fund, total = parts.get(share.fund_id, (share.fund, 0))
            parts[share.fund_id] = (fund, total + share.amount)
    shown = {
        "chosen": chosen,
        "form": form,
        "mixed": _mixed(chosen),
        "total": sum(case.amount or 0 for case in chosen),
        "parts": list(parts.values()),
        "demonstration": any(case.demonstration for case in chosen),
    }
    return render(request, "support/office/approve-many.html", shown, status=422 if form.errors else 200)


@require_safe
def approved(request: HttpRequest) -> HttpResponse:
    """What became of the last approval of many: which were approved, which were not and why."""
    kept = request.session.get(APPROVED)
    if not kept:
        return redirect("support:claims")
    whys = dict(kept["left"])
    found = {one.receipt: one for one in queries.claims(viewer_of(request)).filter(
        receipt__in=[*kept["done"], *whys])}  # fmt: skip
    done = [found[one] for one in kept["done"] if one in found]
    number = len(done)
    shown = {
        "done": done,
        "left": [(found[one], why) for one, why in whys.items() if one in found],
        "total": sum(one.amount or 0 for one in done),
        "heading": ngettext("已批准 %d 件", "已批准 %d 件", number) % number,
    }
    return render(request, "support/office/approved.html", shown)


def _chosen(request: HttpRequest, receipts: list[str]) -> list[Claim]:
    """The claims of these numbers that wait for the viewer's decision, in the order of the numbers."""
    viewer = viewer_of(request)
    if viewer.role not in LEADS:
        return []
    found = queries.claims(viewer).filter(queries.handled(viewer), receipt__in=receipts[:ROWS])
    by_receipt = {one.receipt: one for one in found.prefetch_related("shares__fund")}
    if request.method != "POST":  # what somebody decided meanwhile is told about, not left out in silence
        by_receipt = {name: one for name, one in by_receipt.items() if one.state == "verified"}
    return [by_receipt[one] for one in dict.fromkeys(receipts) if one in by_receipt]


def _mixed(chosen: list[Claim]) -> bool:
    return len({(one.policy, one.measure) for one in chosen}) > 1
