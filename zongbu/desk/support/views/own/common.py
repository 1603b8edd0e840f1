"""What the pages of an enterprise share: whose claim it is, where it stands, what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import queries as register
from zongbu.desk.enterprises import showing
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import queries
from zongbu.desk.support.completeness import latest_return
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.measures import Offering, of_claim
from zongbu.desk.support.models import Claim, ClaimComment
from zongbu.desk.support.standing import standing

TOLD = ("return", "refuse", "stop", "correct", "cut_short", "take_back", "fail", "give_back", "give_back_all",
        "reconsider", "decline", "withdraw")  # fmt: skip
"""Acts whose reason the enterprise reads; the others are among officials."""
DECIDED = ("approved", "paying", "paid", "given_back", "refused")
"""States in which there is a decision to be read."""


def own_enterprise(request: HttpRequest) -> Enterprise | None:
    """The enterprise for which the viewer acts; None where it has no record yet."""
    viewer = viewer_of(request)
    return register.enterprises(viewer).filter(uscc=viewer.uscc).first() if viewer.uscc else None


def claim_of(request: HttpRequest, receipt: str) -> Claim:
    """The viewer's own claim of the address.

    Raises:
        Http404: there is none, or it is another enterprise's.
    """
    viewer = viewer_of(request)
    found = queries.claims(viewer).filter(receipt=receipt, enterprise__uscc=viewer.uscc or "-")
    case = found.select_related("enterprise", "organisation", "account").first()
    if case is None:
        raise Http404
    return case


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the timeline."""

    label: str
    who: str
    moment: datetime
    reason: str


def timeline(viewer: Viewer, case: Claim) -> list[Happened]:
    """What was done, the newest first; officials stand there as their office."""
    acts = {act.name: str(act.label) for act in CLAIM.acts}
    found = []
    for one in flow.history(CLAIM, case):
        own = one.organisation is not None and one.organisation == viewer.organisation
        who = _("、").join(part for part in (one.person_name if own else "", one.organisation_name) if part)
        found.append(
            Happened(acts.get(one.act, one.act), who, one.moment, one.reason if one.act in TOLD or own else "")
        )
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Correction:
    """A comment: what it is about, where that is changed (empty where the enterprise can only explain)."""

    comment: ClaimComment
    title: str
    url: str


def comments_of(case: Claim) -> list[ClaimComment]:
    """What the enterprise has to correct: written before the claim was returned, and not settled."""
    if case.state != "returned":
        return []
    since = latest_return(case)
    return [one for one in case.comments.filter(resolved_at=None) if since is None or one.raised_at <= since]


def corrections(case: Claim) -> list[Correction]:
    """The comments with the place where each is followed."""
    law, found = of_claim(case).policy, []
    for one in comments_of(case):
        step = "materials" if one.subject.startswith("material:") else "facts" if one.subject else "contact"
        fact = law.dictionary.get(one.subject)
        if fact is not None and fact.kind != "declared":
            url = ""
        else:
            url = f"{reverse('support:own_fill', args=[case.receipt, step])}#{anchor(one.subject, of_claim(case))}"
        found.append(Correction(one, subject_title(one.subject, case), url))
    return found


def subject_title(subject: str, case: Claim) -> str:
    """What a comment is about, in words; empty for the claim as a whole."""
    if subject.startswith("material:"):
        return subject.partition(":")[2] or _("其他材料")
    fact = of_claim(case).policy.dictionary.get(subject)
    return showing.title(fact) if fact is not None else subject


def anchor(subject: str, offering: Offering) -> str:
    """The identifier on the page of what a comment is about."""
    if subject.startswith("material:"):
        name = subject.partition(":")[2]
        return f"of-material-{offering.materials.index(name)}" if name in offering.materials else "of-material-x"
    return f"of-{subject}" if subject else "form"


def frame(request: HttpRequest, case: Claim) -> dict[str, Any]:
    """What every page of a claim is given."""
    viewer = viewer_of(request)
    offering = of_claim(case)
    return {
        "claim": case,
        "offering": offering,
        "policy": offering.policy,
        "standing": standing(case, viewer),
        "possible": {act.name for act in flow.possible(CLAIM, case, viewer)},
    }


def act(
    request: HttpRequest,
    case: Claim,
    form: Form,
    perform: Callable[[dict[str, Any]], object],
    *,
    heading: str,
    submit: str,
    done: str,
    intro: str = "",
    danger: bool = False,
) -> HttpResponse:
    """A page with one form and what it does: refused input comes back with the reason, success leads on."""
    if request.method == "POST" and form.is_valid() and performed(form, lambda: perform(form.cleaned_data)):
        messages.success(request, done)
        return redirect("support:own", case.receipt)
    shown = {"form": form, "heading": heading, "submit": submit, "intro": intro, "danger": danger}
    return render(request, "support/own/act.html", frame(request, case) | shown)
