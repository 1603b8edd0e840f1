"""The form of an application, section by section, and the review before it is submitted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises import showing
from zongbu.desk.enterprises.forms.cases import MaterialsForm, Wanted
from zongbu.desk.enterprises.forms.facts import OwnFactsForm
from zongbu.desk.enterprises.views.uploads import hand_in, once_with_materials
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.actions.applications import EDITABLE
from zongbu.desk.recognition.entering import hindrances, incomplete, texts, uncorrected
from zongbu.desk.recognition.forms.applying import BasicsForm, SignForm, asked_for, wanted_materials
from zongbu.desk.recognition.models import Application
from zongbu.desk.recognition.showing import Facts, Picture, facts_of_conditions, picture_of
from zongbu.desk.recognition.standing import RETURNED
from zongbu.desk.recognition.views.applying.common import STEPS, corrections, frame, own_application


@once_with_materials(Application, EDITABLE)
def fill(request: HttpRequest, receipt: str, step: str) -> HttpResponse:
    """One section of the form."""
    case = own_application(request, receipt)
    if case.state not in EDITABLE:
        messages.info(request, _("申请已经提交，不能再修改。"))
        return redirect("recognition:application", case.receipt)
    match step:
        case "basics":
            return _basics(request, case)
        case "facts":
            return _facts(request, case)
        case "materials":
            return _materials(request, case)
        case _:
            raise Http404


def _basics(request: HttpRequest, case: Application) -> HttpResponse:
    seen = picture_of(case)
    form = BasicsForm(request.POST or None, instance=case)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        fresh = own_application(request, case.receipt)  # the form has changed the one it was given
        if performed(form, lambda: applications.fill(viewer_of(request), fresh.pk, given)):
            return _on(request, fresh, "basics")
    tracks = [row for name, row in seen.rows.items() if name in case.round.tracks]
    return _shown(request, case, "basics", {"form": form, "tracks": tracks, "picture": seen})


def _facts(request: HttpRequest, case: Application) -> HttpResponse:
    viewer, seen = viewer_of(request), picture_of(case)
    further = set(request.POST) if request.method == "POST" else set(request.GET.getlist("correct"))
    facts = asked_for(case, seen, further)
    comments = queries.comments(viewer, case)
    given: dict[str, Any] = {
        "enterprise": case.enterprise, "facts": facts, "year": case.round.as_of.year - 1, "comments": comments,
    }  # fmt: skip
    if request.method == "POST":
        form = OwnFactsForm(request.POST, **given)
        if form.is_valid() and performed(
            form,
            lambda: enterprises.declare_for_case(
                viewer, case.enterprise, form.told(), case=case.receipt, as_of=case.round.as_of
            ),
        ):
            return _on(request, case, "facts")
    else:
        form = OwnFactsForm(**given, reuse=request.GET.get("reuse", ""))
    asked = {fact.identifier for fact in facts}
    known = Facts(case, seen)
    read = [fact for of in facts_of_conditions(seen.policy, seen.rows).values() for fact in of]
    lines = [known.line(fact) for fact in read if fact.identifier not in asked]
    waits = [gap for gap in seen.outline.missing if gap.title not in {showing.title(fact) for fact in facts}] \
        if seen.outline is not None else []  # fmt: skip
    return _shown(
        request,
        case,
        "facts",
        {
            "form": form,
            "picture": seen,
            "known": [line for line in lines if line.value],
            "waits": waits,
            "here": request.path,
        },
    )


def _materials(request: HttpRequest, case: Application) -> HttpResponse:
    viewer = viewer_of(request)

    def wanted() -> list[Wanted]:
        return wanted_materials(case, queries.comments(viewer, case))

    form = MaterialsForm(request.POST or None, request.FILES or None, enterprise=case.enterprise, wanted=wanted())
    if request.method != "POST":
        return _shown(request, case, "materials", {"form": form})
    form.is_valid()
    number = hand_in(request, form, lambda one, file: applications.hand_in(viewer, case.pk, file, one.name))
    if form.errors:
        # What could be taken is in the application already and is shown as handed in.
        told, form = form, MaterialsForm(enterprise=case.enterprise, wanted=wanted())
        form._errors = told.errors  # type: ignore[attr-defined]
        return _shown(request, case, "materials", {"form": form})
    if "stay" in request.POST:
        messages.success(request, _("已交材料 %(number)s 份。") % {"number": number})
        return redirect("recognition:fill", case.receipt, "materials")
    return _on(request, case, "materials")


@require_POST
@once
def take_out(request: HttpRequest, receipt: str, pk: int) -> HttpResponse:
    """Take a file out of the application."""
    case = own_application(request, receipt)
    applications.take_out(viewer_of(request), case.pk, pk)
    messages.success(request, _("已从申请中移除，文件仍留在企业档案里。"))
    return redirect("recognition:fill", case.receipt, "materials")


@once
def submit(request: HttpRequest, receipt: str) -> HttpResponse:
    """Everything at a glance, the declaration, and the button that submits (or submits again)."""
    viewer, case = viewer_of(request), own_application(request, receipt)
    if case.state not in EDITABLE:
        return redirect("recognition:receipt", case.receipt)
    again = case.state in RETURNED
    form = SignForm(request.POST or None, initial={"seen": case.version})
    if request.method == "POST" and form.is_valid():

        def perform() -> None:
            with transaction.atomic():  # no signature without the submission that it stands for
                applications.sign(viewer, case.pk, form.cleaned_data["name"])
                done = applications.resubmit if again else applications.submit
                done(viewer, case.pk, seen=form.cleaned_data["seen"])

        if performed(form, perform):
            messages.success(request, _("已重新提交。") if again else _("已提交。"))
            return redirect("recognition:receipt", case.receipt)
    seen = picture_of(case)
    known = Facts(case, seen)
    read = [fact for of in facts_of_conditions(seen.policy, seen.rows).values() for fact in of]
    return _shown(
        request,
        case,
        "submit",
        {
            "form": form,
            "again": again,
            "picture": seen,
            "lines": [line for line in map(known.line, read) if line.value],
            "unknown": [fact for fact in seen.missing() if fact.kind == "declared"],
            "materials": wanted_materials(case),
            "lacking": _lacking(case, again),
            "corrections": corrections(case, queries.comments(viewer, case), seen.policy),
        },
    )


def _lacking(case: Application, again: bool) -> list[str]:
    """What stands in the way of submitting, the signature aside, which this very page asks for."""
    found = uncorrected(case) if again else texts(hindrances(case.enterprise, case.round, timezone.localdate(),
        apart_from=case.pk))  # fmt: skip
    unsigned = _("真实性承诺还没有签署。")
    return [*found, *(text for text in incomplete(case) if text != unsigned)]


# --- from one section to the next ------------------------------------------------------------------------------


def _on(request: HttpRequest, case: Application, step: str) -> HttpResponse:
    """To the next section, or to where one was when one only wanted to save."""
    if "stay" in request.POST:
        messages.success(
            request, _("已保存。草稿·未提交。") if case.state == "draft" else _("已保存，还没有重新提交。")
        )
        return redirect("recognition:fill", case.receipt, step)
    following = STEPS[STEPS.index(step) + 1]
    if following == "submit":
        return redirect("recognition:submit", case.receipt)
    return redirect("recognition:fill", case.receipt, following)


def _shown(request: HttpRequest, case: Application, step: str, given: dict[str, Any]) -> HttpResponse:
    labels = (_("途径和联系人"), _("数据"), _("材料"), _("核对并提交"))
    seen = given.get("picture")
    shown = frame(request, case) | {
        "step": step,
        "step_title": labels[STEPS.index(step)],
        "steps": list(zip(STEPS, labels, strict=True)),
        "place": STEPS.index(step) + 1,
        "deciding": seen.deciding if isinstance(seen, Picture) else None,
    }
    return render(request, f"recognition/applying/{step}.html", shown | given)
