"""What departments are asked: the list by due date, the page of one opinion, passing it on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import opinions as acts
from zongbu.desk.recognition.flow import OPINION
from zongbu.desk.recognition.forms.applying import wanted_materials
from zongbu.desk.recognition.forms.applying_review import DelegateForm, OpinionForm
from zongbu.desk.recognition.models import Opinion
from zongbu.desk.recognition.showing import Facts, picture_of
from zongbu.desk.recognition.terms import of_opinion

ROWS = 50
SHOWN = ("requested", "given", "void")


@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """Opinions to give, the earliest due first (so the overdue ones stand on top), and those given."""
    viewer, today = viewer_of(request), timezone.localdate()
    state = request.GET.get("state", "requested")
    state = state if state in SHOWN else "requested"
    text = " ".join(request.GET.get("q", "").split())[:100]
    found = queries.opinions(viewer).select_related("check_asked").filter(state=state)
    if text:
        found = found.filter(
            Q(application__receipt__icontains=text)
            | Q(application__enterprise__name__icontains=text)
            | Q(application__enterprise__uscc=text.upper())
        )
    order = (F("due").asc(nulls_last=True), "pk") if state == "requested" else ("-given_at", "-pk")
    page = Paginator(found.order_by(*order), ROWS).get_page(request.GET.get("page"))
    calendar = clock.calendar()
    waits = state == "requested"
    rows = [
        (one, of_opinion(one, today, calendar) if waits else None, district_name(one.application.district))
        for one in page
    ]
    labels = {"requested": _("待答复"), "given": _("已答复"), "void": _("不再需要")}
    shown = {
        "rows": rows,
        "page": page,
        "q": text,
        "state": state,
        "tabs": [(labels[name], f"?state={name}", name == state, None) for name in SHOWN],
    }
    return render(request, "recognition/applying/opinions.html", shown)


@once
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, with what is declared and known; confirmed values, findings, and the verdict."""
    viewer, found = viewer_of(request), _opinion(request, pk)
    case = found.application
    seen = picture_of(case)
    facts = Facts(case, seen)
    possible = {one.name for one in flow.possible(OPINION, found, viewer)}
    form = None
    if "give" in possible:
        form = OpinionForm(
            request.POST or None, opinion=found, facts=facts, law=seen.policy, initial={"seen": found.version}
        )
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and performed(
            form,
            lambda: acts.give(
                viewer,
                found.pk,
                form.cleaned_data["verdict"],
                form.cleaned_data["text"],
                form.values(),
                seen=form.cleaned_data["seen"],
            ),
        ):
            messages.success(request, _("已答复%(name)s的申请。") % {"name": case.enterprise.name})
            return redirect("recognition:opinions")
    labels = {one.name: one.label for one in OPINION.acts}
    asked = [seen.policy.dictionary[name] for name in found.check_asked.facts if name in seen.policy.dictionary]
    shown = {
        "opinion": found,
        "application": case,
        "form": form,
        "lines": [facts.line(fact) for fact in asked],
        "due": of_opinion(found, timezone.localdate(), clock.calendar()) if found.state == "requested" else None,
        "district_name": district_name(case.district),
        "possible": possible,
        "materials": [one for one in wanted_materials(case) if one.handed],
        "history": [{"label": labels[one.act], "one": one} for one in flow.history(OPINION, found)[::-1]],
    }
    return render(request, "recognition/applying/opinion.html", shown)


@once
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the question to another department; the term goes on."""
    viewer, found = viewer_of(request), _opinion(request, pk)
    if "delegate" not in {one.name for one in flow.possible(OPINION, found, viewer)} and request.method != "POST":
        raise Http404
    others = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, active=True)
    form = DelegateForm(
        request.POST or None,
        departments=others.exclude(pk=found.organisation_id).order_by("name"),
        initial={"seen": found.version},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if performed(
            form, lambda: acts.delegate(viewer, found.pk, given["to"].pk, given["reason"], seen=given["seen"])
        ):
            messages.success(request, _("已转%(name)s办理，期限不变。") % {"name": given["to"].name})
            return redirect("recognition:opinions")
    shown = {"opinion": found, "application": found.application, "form": form}
    return render(request, "recognition/applying/delegate.html", shown)


def _opinion(request: HttpRequest, pk: int) -> Opinion:
    """The opinion of the address.

    Raises:
        Http404: there is none, or it is not the viewer's department that is asked.
    """
    found = queries.opinions(viewer_of(request)).select_related("check_asked").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
