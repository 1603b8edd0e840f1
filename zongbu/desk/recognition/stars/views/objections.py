"""Objections to an intended list: filed by everybody, answered by the city office, followed by their receipt."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.actions import objections as acts
from zongbu.desk.recognition.stars.flow import STAR_OBJECTION
from zongbu.desk.recognition.stars.forms import ObjectionReplyForm, StarObjectionForm
from zongbu.desk.recognition.stars.models import StarObjection
from zongbu.desk.recognition.stars.views.common import crumbs, evaluation_or_404, tone, works


@require_http_methods(["GET", "HEAD", "POST"])
@once
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a star of a list that is shown (``about``: the enterprise's code), or to the list as a whole."""
    viewer, found = viewer_of(request), evaluation_or_404(request, pk)
    if found.state != "noticed":
        raise Http404
    about = request.GET.get("about", "")[:18]
    result = get_object_or_404(queries.listed(found), uscc=about) if about else None
    here = reverse("recognition:star_notice", args=[pk])
    posted = request.POST if request.method == "POST" else None
    form = StarObjectionForm(posted)
    if not found.takes_objections(timezone.localdate()) and posted is None:
        messages.info(request, _("现在不在公示期内。"))
        return redirect(here)
    if posted is not None and form.trapped:
        messages.success(request, _("异议已收到。"))  # whoever fills the trap learns nothing from it
        return redirect(here)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: acts.object_to(viewer, pk, data["text"], uscc=about, contact=data["contact"]))
        if made is not None:
            messages.success(request, _("异议已收到。"))
            return redirect("recognition:star_objection_receipt", made.receipt)
    context = {
        "form": form,
        "evaluation": found,
        "result": result,
        "cancel": here,
        "crumbs": [(_("星级名单"), reverse("recognition:stars")), (found.title, here)],
    }
    return render(request, "recognition/stars/object.html", context, status=400 if form.errors else 200)


@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What became of an objection, for whoever has its number; without its text and without who sent it."""
    found = get_object_or_404(StarObjection.objects.select_related("evaluation", "enterprise"), receipt=receipt)
    context = {
        "objection": found,
        "state": STAR_OBJECTION.label(found.state),
        "tone": tone(found.state),
        "crumbs": [(_("星级名单"), reverse("recognition:stars"))],
    }
    return render(request, "recognition/stars/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def show(request: HttpRequest, receipt: str) -> HttpResponse:
    """An objection; the city office replies and says what follows."""
    viewer = viewer_of(request)
    found = get_object_or_404(queries.objections(viewer), receipt=receipt)
    form = ObjectionReplyForm(request.POST if request.method == "POST" else None, initial={"seen": found.version})
    if form.is_valid():
        data = form.cleaned_data
        act = acts.uphold if data["effect"] == "uphold" else acts.dismiss
        if attempt(form, lambda: act(viewer, found.pk, data["reply"], seen=data["seen"])) is not None:
            messages.success(request, _("答复已记下。"))
            return redirect("recognition:star_objection", receipt)
    evaluation = found.evaluation
    context = {
        "objection": found,
        "state": STAR_OBJECTION.label(found.state),
        "tone": tone(found.state),
        "form": form if works(request) and found.state == "received" else None,
        "contacts": works(request),
        "history": [(STAR_OBJECTION.act(one.act).label, one) for one in flow.history(STAR_OBJECTION, found)],
        "crumbs": crumbs((evaluation.title, reverse("recognition:star_evaluation", args=[evaluation.pk]))),
    }
    return render(request, "recognition/stars/objection.html", context, status=400 if form.errors else 200)
