"""What the pages of officials share: which claim, what of it they see, how an act is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.models import Organisation
from zongbu.desk.support import queries
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.handling import HANDLING
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import standing


def claim_of(request: HttpRequest, receipt: str) -> Claim:
    """The claim of the address.

    Raises:
        Http404: there is none, or not for this viewer.
    """
    found = queries.claims(viewer_of(request)).select_related("enterprise", "organisation", "account")
    case = found.filter(receipt=receipt).first()
    if case is None:
        raise Http404
    return case


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the timeline."""

    label: str
    who: str
    role: str
    moment: datetime
    reason: str
    state: str


def timeline(past: Sequence[Participation]) -> list[Happened]:
    """What was done (``past``, see ``flow.history``), by whom, why, the newest first."""
    acts = {act.name: str(act.label) for act in CLAIM.acts}
    return [
        Happened(
            acts.get(one.act, one.act),
            _("、").join(part for part in (one.person_name, one.organisation_name) if part),
            one.get_role_display(),
            one.moment,
            one.reason,
            str(CLAIM.label(one.end)),
        )
        for one in reversed(past)
    ]


def frame(request: HttpRequest, case: Claim, past: Sequence[Participation] | None = None) -> dict[str, Any]:
    """What every page of a claim is given; ``past`` is what has been done to it, where that is known already."""
    return {
        "claim": case,
        "standing": standing(case, viewer_of(request), past),
        "district_name": district_name(case.district),
    }


def act(
    request: HttpRequest,
    case: Claim,
    form: Form,
    perform: Callable[[dict[str, Any]], object],
    *,
    heading: str,
    done: str,
    intro: str = "",
    danger: bool = False,
    more: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """A page with one form and what it does: refused input comes back with the reason, success leads on.

    ``more`` tells what else the page shows; it is asked only where there is a page to show.
    """
    if request.method == "POST" and form.is_valid() and performed(form, lambda: perform(form.cleaned_data)):
        messages.success(request, done)
        return redirect("support:claim", case.receipt)
    shown = frame(request, case) | {
        "form": form,
        "heading": heading,
        "intro": intro,
        "danger": danger,
        "back": reverse("support:claim", args=[case.receipt]),
    }
    return render(request, "support/office/act.html", {**shown, **more()}, status=422 if form.errors else 200)


def handling_organisations() -> Any:
    """The organisations to which claims can be assigned."""
    return Organisation.objects.filter(active=True, kind__in=HANDLING).order_by("kind", "district", "name")
