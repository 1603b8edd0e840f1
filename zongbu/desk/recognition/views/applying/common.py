"""What the pages of an application share: whose it is, what of it the viewer sees, how an act is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE, Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, FieldComment
from zongbu.desk.recognition.showing import subject_title, track_titles
from zongbu.desk.recognition.standing import standing
from zongbu.law import Policy

STEPS = ("basics", "facts", "materials", "submit")
"""The sections of the form, and the review before submission."""
DECIDED = ("approved", "noticed", "recognised", "refused")
TOLD_AT_ONCE = ("return", "return_by_city", "withdraw", "refuse", "approve")
"""Acts whose reason the enterprise reads at once; that of the others only with the decision."""
INTERNAL = ("propose", "remove", "send_back")
"""Acts among officials whose reason stays with them."""
BEFORE_COLLECTION = (
    "start", "register", "submit", "return", "resubmit", "recommend", "collect", "collect_without", "refer", "withdraw",
)  # fmt: skip
"""Acts that departments see: what leads to their opinion, not what becomes of it."""


def application_of(request: HttpRequest, receipt: str, *beside: str) -> Application:
    """The application of the address, with what else is read along (``beside``, as for ``prefetch_related``).

    Raises:
        Http404: there is none, or not for this viewer.
    """
    try:
        return queries.application(viewer_of(request), receipt, *beside)
    except Application.DoesNotExist:
        raise Http404 from None


def own_application(request: HttpRequest, receipt: str) -> Application:
    """The enterprise's own application, as far as it may be changed now.

    Raises:
        Http404: there is none, or it is not the viewer's own. Refused: it cannot be changed any more.
    """
    case = application_of(request, receipt)
    if viewer_of(request).role not in ENTERPRISE:
        raise Http404
    return case


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the timeline."""

    label: str
    who: str
    moment: datetime
    reason: str
    state: str


def timeline(viewer: Viewer, case: Application, past: Sequence[Participation]) -> list[Happened]:
    """What was done (``past``), the newest first. An enterprise deals with offices: it sees for whom others acted, no
    names; a department sees what led to its opinion, without the reasons of others."""
    asked = viewer.case_reach is Reach.REFERRED
    until = queries.passed_on(viewer, [case]).get(case.pk) if asked else None
    own = queries.is_own(viewer, case)
    acts = {act.name: act for act in APPLICATION.acts}
    found = []
    for one in past:
        if asked and (one.act not in BEFORE_COLLECTION or (until is not None and one.moment > until)):
            continue
        named = not own or one.organisation == viewer.organisation
        who = _("、").join(part for part in (one.person_name if named else "", one.organisation_name) if part)
        told = one.act in TOLD_AT_ONCE or (case.state in DECIDED and one.act not in INTERNAL)
        label = str(acts[one.act].label) if one.act in acts else one.act
        reason = one.reason if not own or told else ""
        if asked and one.organisation != viewer.organisation:
            reason = ""
        found.append(Happened(label, who, one.moment, reason, str(APPLICATION.label(one.end))))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Correction:
    """A field comment for the page: what it is about and where that is changed."""

    comment: FieldComment
    title: str
    url: str


def corrections(case: Application, comments: list[FieldComment], law: Policy) -> list[Correction]:
    """Comments with the place where the enterprise follows them."""
    materials = {one.pk: one for one in case.round.materials.all()} if comments else {}
    found = []
    for one in comments:
        step = "materials" if one.subject.startswith("material:") else "facts" if one.subject else "basics"
        fact = law.dictionary.get(one.subject)
        if fact is not None and fact.kind != "declared":
            url = ""  # a register or a department says it: the enterprise can only explain
        else:
            url = f"{reverse('recognition:fill', args=[case.receipt, step])}#{anchor(one.subject)}"
        found.append(Correction(one, subject_title(one.subject, law, materials), url))
    return found


def anchor(subject: str) -> str:
    """The identifier on the page of what a comment is about."""
    return f"of-{subject.replace(':', '-')}" if subject else "form"


def frame(request: HttpRequest, case: Application, past: Sequence[Participation] | None = None) -> dict[str, Any]:
    """What every page of an application is given; ``past``: what has been done to it, where that is known already."""
    viewer = viewer_of(request)
    past = flow.history(APPLICATION, case) if past is None else past
    acts = flow.possible(APPLICATION, case, viewer, past)
    return {
        "application": case,
        "own": queries.is_own(viewer, case),
        "standing": standing(case, viewer, past),
        "district_name": district_name(case.district),
        "track_title": track_titles(case.round).get(case.track, ""),
        "acts": acts,
        "possible": {act.name for act in acts},
    }


def act(
    request: HttpRequest,
    case: Application,
    form: Form,
    perform: Callable[[dict[str, Any]], object],
    *,
    heading: str,
    submit: str,
    done: str,
    intro: str = "",
    danger: bool = False,
    route: str = "recognition:application",
    more: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """A page with one form and what it does: refused input comes back with the reason, success leads on.

    ``more`` is what else the page is given, asked for only when it is shown.
    """
    if request.method == "POST" and form.is_valid() and performed(form, lambda: perform(form.cleaned_data)):
        messages.success(request, done)
        return redirect(route, case.receipt)
    shown = frame(request, case) | {
        "form": form,
        "heading": heading,
        "submit": submit,
        "intro": intro,
        "danger": danger,
        "back": reverse("recognition:application", args=[case.receipt]),
    }
    return render(request, "recognition/applying/act.html", shown | more())
