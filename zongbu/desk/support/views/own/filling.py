"""The form of a claim, section by section, and the review before it is submitted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises import showing
from zongbu.desk.enterprises.forms.cases import Wanted
from zongbu.desk.enterprises.forms.facts import OwnFactsForm
from zongbu.desk.enterprises.views.uploads import hand_in, once_with_materials
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition.forms.applying import SignForm
from zongbu.desk.support import checks, figures, guards
from zongbu.desk.support.actions import claims as acts
from zongbu.desk.support.actions.claims import DECLARATION, EDITABLE
from zongbu.desk.support.completeness import incomplete, uncorrected
from zongbu.desk.support.forms.own import ClaimMaterialsForm, ContactForm, asked_for, wanted_materials
from zongbu.desk.support.models import Claim
from zongbu.desk.support.views.own.common import claim_of, comments_of, corrections, frame

STEPS = ("facts", "materials", "contact", "submit")


@once_with_materials(Claim, EDITABLE)
def fill(request: HttpRequest, receipt: str, step: str) -> HttpResponse:
    """One section of the form."""
    case = claim_of(request, receipt)
    if case.state not in EDITABLE:
        messages.info(request, _("申请已经提交，不能再修改。"))
        return redirect("support:own", case.receipt)
    match step:
        case "facts":
            return _facts(request, case)
        case "materials":
            return _materials(request, case)
        case "contact":
            return _contact(request, case)
        case _:
            raise Http404


def _facts(request: HttpRequest, case: Claim) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        seen, _checks = checks.now(case)
    except Refused as refused:
        return _shown(request, case, "facts", {"fault": str(refused)})
    further = set(request.POST) if request.method == "POST" else set(request.GET.getlist("correct"))
    facts = asked_for(case, seen, further)
    given: dict[str, Any] = {
        "enterprise": case.enterprise, "facts": facts, "year": case.as_of.year - 1, "comments": comments_of(case),
    }  # fmt: skip
    if request.method == "POST":
        form = OwnFactsForm(request.POST, **given)
        if form.is_valid() and performed(
            form,
            lambda: enterprises.declare_for_case(
                viewer, case.enterprise, form.told(), case=case.receipt, as_of=case.as_of
            ),
        ):
            return _on(request, case, "facts")
    else:
        form = OwnFactsForm(**given, reuse=request.GET.get("reuse", ""))
    asked = {fact.identifier for fact in facts}
    dictionary = seen.offering.policy.dictionary
    missing = [dictionary[name] for name in seen.assessment.missing(seen.offering.amount_result).facts]
    waits = [(showing.title(fact), _supplier(fact.kind)) for fact in missing if fact.identifier not in asked]
    more = {"form": form, "known": figures.lines(case.enterprise, seen, asked), "waits": waits, "here": request.path}
    return _shown(request, case, "facts", {"seen": seen, **more})


def _supplier(kind: str) -> str:
    return _("由主管部门认定") if kind == "finding" else _("由登记机关或部门提供")


def _materials(request: HttpRequest, case: Claim) -> HttpResponse:
    viewer = viewer_of(request)

    def wanted() -> list[Wanted]:
        return wanted_materials(case, comments_of(case))

    form = ClaimMaterialsForm(request.POST or None, request.FILES or None, claim=case, wanted=wanted())
    if request.method != "POST":
        return _shown(request, case, "materials", {"form": form})
    valid = form.is_valid()
    hand_in(request, form, lambda one, file: acts.hand_in(viewer, case.pk, file, one.name or ""))
    if valid and not form.errors:
        performed(form, lambda: acts.name_invoices(viewer, case.pk, form.invoices()))
    if form.errors:
        form.wanted = wanted()  # what could be taken is in the claim already
        return _shown(request, case, "materials", {"form": form})
    return _on(request, case, "materials")


def _contact(request: HttpRequest, case: Claim) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=case)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        fresh = claim_of(request, case.receipt)  # the form has changed the one it was given
        if performed(form, lambda: acts.fill(viewer_of(request), fresh.pk, given)):
            return _on(request, fresh, "contact")
    fresh = claim_of(request, case.receipt)
    about = [one for one in comments_of(case) if not one.subject]
    return _shown(request, fresh, "contact", {"form": form, "comments": about})


@require_POST
@once
def take_out(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take a file out of the claim."""
    case = claim_of(request, receipt)
    try:
        acts.take_out(viewer_of(request), case.pk, pk)
        messages.success(request, _("已从申请中移除，文件仍留在企业档案里。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("support:own_fill", case.receipt, "materials")


@once
def submit(request: HttpRequest, receipt: str) -> HttpResponse:
    """Everything at a glance, the declaration, and the button that submits (or submits again)."""
    viewer, case = viewer_of(request), claim_of(request, receipt)
    if case.state not in EDITABLE:
        return redirect("support:own_receipt", case.receipt)
    again = case.state == "returned"
    form = SignForm(request.POST or None, initial={"seen": case.version})
    if request.method == "POST" and form.is_valid():

        def perform() -> None:
            with transaction.atomic():  # no signature without the submission that it stands for
                acts.sign(viewer, case.pk, form.cleaned_data["name"])
                done = acts.resubmit if again else acts.submit
                done(viewer, case.pk, seen=form.cleaned_data["seen"])

        if performed(form, perform):
            messages.success(request, _("已重新提交。") if again else _("已提交。"))
            return redirect("support:own_receipt", case.receipt)
    shown: dict[str, Any] = {
        "form": form,
        "again": again,
        "declaration": str(DECLARATION),
        "materials": wanted_materials(case),
        "lacking": _lacking(case, again),
        "corrections": corrections(case),
    }
    try:
        seen, _checks = checks.now(case)
        shown |= {"seen": seen, "lines": figures.lines(case.enterprise, seen)}
    except Refused:
        pass  # said among what is lacking
    return _shown(request, case, "submit", shown)


def _lacking(case: Claim, again: bool) -> list[str]:
    """What stands in the way of submitting, the signature aside, which this very page asks for."""
    unsigned = _("请先签署真实性承诺。")
    found = [text for text in incomplete(case) if text != unsigned]
    if objection := guards.standing_in_the_way(case):
        found.insert(0, objection)
    return [*found, *(uncorrected(case) if again else [])]


# --- from one section to the next ------------------------------------------------------------------------------


def _on(request: HttpRequest, case: Claim, step: str) -> HttpResponse:
    """To the next section, or to where one was when one only wanted to save."""
    if "stay" in request.POST:
        saved = _("已保存。草稿·未提交。") if case.state == "draft" else _("已保存，还没有重新提交。")
        messages.success(request, saved)
        return redirect("support:own_fill", case.receipt, step)
    following = STEPS[STEPS.index(step) + 1]
    if following == "submit":
        return redirect("support:own_submit", case.receipt)
    return redirect("support:own_fill", case.receipt, following)


def _shown(request: HttpRequest, case: Claim, step: str, given: dict[str, Any]) -> HttpResponse:
    labels = (_("数据"), _("材料和发票"), _("收款和联系人"), _("核对并提交"))
    shown = frame(request, case) | {
        "step": step,
        "step_title": labels[STEPS.index(step)],
        "steps": list(zip(STEPS, labels, strict=True)),
    }
    return render(request, f"support/own/{step}.html", shown | given)
