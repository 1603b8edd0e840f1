"""The page of a claim for officials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Act, Participation, Refused
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import checks, explaining, figures, queries, stacking
from zongbu.desk.support.documents import WITH_LETTER
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.forms.office import CommentForm
from zongbu.desk.support.measures import Offering, of_claim
from zongbu.desk.support.models import Claim, ClaimComment, ClaimMaterial
from zongbu.desk.support.showing import decided_of, parts_of
from zongbu.desk.support.views.office.common import claim_of, frame, timeline
from zongbu.desk.support.views.own.common import subject_title
from zongbu.law import InputError

OFFICIAL = (
    "accept", "verify", "approve", "return", "send_back", "correct", "refuse", "stop", "cut_short", "take_back",
    "assign",
)  # fmt: skip
"""The acts that officials perform on this page, in the order of their buttons."""
FIRST = ("accept", "verify", "approve")
"""The acts that lead on."""
IN_HAND = ("submitted", "accepted")
"""States in which comments are written."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An act that is the viewer's to perform; ``why`` it cannot be performed now, empty where it can."""

    name: str
    label: str
    url: str
    why: str
    first: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A comment and what it is about."""

    comment: ClaimComment
    title: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A material that the measure names, or a further one, with its files."""

    title: str
    wanted: bool
    files: list[ClaimMaterial]


@require_safe
def claim(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it is, whose turn it is, until when, what can be done now; then the amount, the evidence, the history."""
    case = claim_of(request, receipt)
    if viewer_of(request).role in ENTERPRISE:
        try:
            return redirect("support:own", case.receipt)
        except NoReverseMatch:
            pass
    return of_officials(request, case)


def of_officials(request: HttpRequest, case: Claim, comment_form: CommentForm | None = None) -> HttpResponse:
    """The page; the form is given where something in it has to be corrected."""
    viewer, offering, past = viewer_of(request), of_claim(case), flow.history(CLAIM, case)
    entitlement, found, fault = examined(case)
    reviewing = may_comment(viewer, case)
    if reviewing and comment_form is None:
        comment_form = comment_form_for(offering, initial={"subject": request.GET.get("comment", "")})
    received = stacking.counted(offering, case)
    parts, unshared = parts_of(case, entitlement, stacking.total(received))
    notes = [Noted(one, subject_title(one.subject, case)) for one in case.comments.all()]
    shown = frame(request, case, past) | {
        "offering": offering,
        "choices": choices(viewer, case, past),
        "reading_only": not viewer.writes or case.organisation_id != viewer.organisation,
        "entitlement": entitlement,
        "fault": fault,
        "checks": found,
        "hindering": [one for one in found if one.passed is not True],
        "rows": explaining.rows(entitlement, received, found=case) if entitlement is not None else [],
        "fen": entitlement.fen if entitlement is not None else None,
        "received": stacking.total(received),
        "due": _due(entitlement, stacking.total(received)),
        "changed": entitlement is not None and case.submitted_at is not None and entitlement.fen != case.computed,
        "for_a_person": entitlement.for_a_person if entitlement is not None else [],
        "missing": _missing(entitlement),
        "lines": figures.lines(case.enterprise, entitlement, unknown=True) if entitlement is not None else [],
        "decided": decided_of(case, entitlement) if entitlement is not None else [],
        "parts": parts,
        "unshared": unshared,
        "materials": _materials(case, offering),
        "invoices": list(case.invoices.all()),
        "open_comments": [one for one in notes if one.comment.resolved_at is None],
        "settled": [one for one in notes if one.comment.resolved_at is not None],
        "reviewing": reviewing,
        "comment_form": comment_form if reviewing else None,
        "orders": list(case.orders.select_related("fund", "batch")),
        "decisions": list(case.decisions.order_by("-pk")),
        "act_labels": {act.name: str(act.label) for act in CLAIM.acts},
        "objections": list(queries.objections(viewer).filter(claim=case)),
        "has_letter": case.state in WITH_LETTER,
        "timeline": timeline(past),
    }
    status = 422 if comment_form is not None and comment_form.errors else 200
    return render(request, "support/office/claim.html", shown, status=status)


def examined(case: Claim) -> tuple[Entitlement | None, list[checks.Check], str]:
    """The entitlement as it is now with every check, or in words why it cannot be computed."""
    try:
        entitlement, found = checks.now(case)
    except (Refused, InputError) as error:
        return None, [], str(error)
    return entitlement, found, ""


def choices(viewer: Viewer, case: Claim, past: Sequence[Participation]) -> list[Choice]:
    """The acts that are the viewer's by role and organisation, each with what stands in its way now."""
    leading: dict[str, Act] = {act.name: act for act in CLAIM.from_state(case.state)}
    found = []
    for name in OFFICIAL:
        act = leading.get(name)
        if act is None or not act.performers.allows(case, viewer):
            continue
        if name == "cut_short" and not case.orders.filter(state="paid").exists():
            continue  # what has not been paid at all is stopped
        why = flow.hindrance(CLAIM, name, case, viewer, past)
        url = reverse("support:claim_act", args=[case.receipt, name])
        found.append(Choice(name, str(act.label), url, why, name in FIRST))
    return found


def may_comment(viewer: Viewer, case: Claim) -> bool:
    """Whether the viewer writes down what is to be corrected."""
    mine = viewer.organisation is not None and viewer.organisation == case.organisation_id
    return viewer.writes and viewer.role in DISTRICT | DEPARTMENT | CITY and mine and case.state in IN_HAND


def comment_form_for(offering: Offering, *arguments: Any, **given: Any) -> CommentForm:
    """The form of a comment, for the facts that the measure's amount rests on."""
    return CommentForm(*arguments, offering=offering, facts=figures.read_facts(offering), **given)


def _due(entitlement: Entitlement | None, received: int) -> int | None:
    """What is to be paid after what was received for the same matter."""
    if entitlement is None or entitlement.fen is None:
        return None
    return max(0, entitlement.fen - received)


def _missing(entitlement: Entitlement | None) -> list[str]:
    """The facts without which the entitlement cannot be told, by their titles."""
    from zongbu.desk.enterprises import showing
    from zongbu.desk.support.entitlement import keys_of

    if entitlement is None:
        return []
    dictionary = entitlement.offering.policy.dictionary
    return [showing.title(dictionary[name]) for name in keys_of(entitlement)]


def _materials(case: Claim, offering: Offering) -> list[Handed]:
    handed = list(case.materials.select_related("file"))
    found = [Handed(name, True, [one for one in handed if one.title == name]) for name in offering.materials]
    further = [one for one in handed if one.title not in offering.materials]
    return found + ([Handed(_("其他材料"), False, further)] if further else [])
