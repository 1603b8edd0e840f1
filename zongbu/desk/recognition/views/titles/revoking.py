"""Taking a title away: the page of a recognition, opening, the enterprise's statement, decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.kernel import clock, flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import CITY, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import titles as actions
from zongbu.desk.recognition.documents.letters import WITH_LETTER
from zongbu.desk.recognition.flow import REVOCATION
from zongbu.desk.recognition.forms.titles import OpenForm, ReasonForm, ScopeForm, StatementForm
from zongbu.desk.recognition.models import Recognition, Revocation
from zongbu.desk.recognition.views.titles.listing import context
from zongbu.law.policy import Reading

READING = "revocation_reading"
"""The policy's reading that says whether recognition falls with the title ((二十二) leaves it open)."""
_SCOPES = {"仅称号": Revocation.Scope.TITLE, "连同认定": Revocation.Scope.ALL}
"""The options of that reading."""
HEARING_DAYS = 10


def reading_of(recognition: Recognition) -> Reading | None:
    """The open question of the policy; None where it does not ask."""
    try:
        return recognition.round.law.readings.get(READING)
    except UnknownPolicy:
        return None


def default_scope(recognition: Recognition) -> str:
    """The scope by the default of the policy's reading; the star title alone where there is none."""
    reading = reading_of(recognition)
    return _SCOPES.get(reading.default if reading is not None else "", Revocation.Scope.TITLE)


# --- a recognition -----------------------------------------------------------------------------------------


@require_safe
def recognition(request: HttpRequest, number: str) -> HttpResponse:
    """A recognition: certificate, how it came about, revocations."""
    viewer = viewer_of(request)
    found = get_object_or_404(queries.titles(viewer).select_related("application"), number=number)
    earlier = queries.titles(viewer).filter(enterprise=found.enterprise_id).exclude(pk=found.pk)
    revocations = list(found.revocations.select_related("ban"))
    running = next((one for one in revocations if one.state in ("hearing", "proposed")), None)
    shown = context(found) | {
        "steps": _timeline(found, revocations),
        "revocations": [(one, REVOCATION.label(one.state), _tone(one)) for one in revocations],
        "running": running,
        "others": list(earlier.order_by("-recognised_on", "-pk")[:10]),
        "has_letter": found.application.state in WITH_LETTER,
        "may_open": running is None and found.revoked_on is None and _may_open(viewer, found),
        "own": viewer.role in ENTERPRISE,
    }
    return render(request, "recognition/titles/recognition.html", shown)


def _may_open(viewer: Viewer, found: Recognition) -> bool:
    return REVOCATION.act("open").performers.allows(Revocation(recognition=found), viewer)


def _tone(case: Revocation) -> str:
    return {"approved": "refused", "dropped": "neutral"}.get(case.state, "open")


def _timeline(found: Recognition, revocations: list[Revocation]) -> list[tuple[Any, str, str]]:
    """What happened, the oldest first: day, what, more."""
    steps: list[tuple[Any, str, str]] = []
    if found.application.submitted_at:
        steps.append((timezone.localdate(found.application.submitted_at), _("提交申请"), found.application.receipt))
    if found.application.decided_at:
        steps.append((timezone.localdate(found.application.decided_at), _("审定"), ""))
    steps.append((found.recognised_on, _("公告认定，制发证书"), found.number))
    for one in reversed(revocations):
        for past in flow.history(REVOCATION, one):
            steps.append((timezone.localdate(past.moment), str(REVOCATION.act(past.act).label), past.organisation_name))
    return steps


# --- revocations -------------------------------------------------------------------------------------------


@require_safe
def revocations(request: HttpRequest) -> HttpResponse:
    """Revocations under way and done, those that wait first."""
    viewer = viewer_of(request)
    state = request.GET.get("state", "")
    found = queries.revocations(viewer)
    if state in REVOCATION.by_name:
        found = found.filter(state=state)
    page = page_of(request, found.order_by("-state_since", "-pk"))
    shown = {
        "page": page,
        "rows": [
            (one, district_name(one.recognition.district), REVOCATION.label(one.state), _tone(one), _turn(one))
            for one in page
        ],
        "state": state,
        "states": REVOCATION.choices(),
        "own": viewer.role in ENTERPRISE,
    }
    return render(request, "recognition/titles/revocations.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_one(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to take a title away."""
    viewer = viewer_of(request)
    found = get_object_or_404(queries.titles(viewer), number=number)
    initial = {"hearing_until": clock.working_days_after(timezone.localdate(), HEARING_DAYS)}
    form = OpenForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_revocation(viewer, found, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已提出。企业会在工作台看到，可以陈述申辩。"))
            return redirect("recognition:revocation", pk=made.pk)
    shown = context(found) | {"form": form, "last": enterprises.last_barred_day(timezone.localdate())}
    return render(request, "recognition/titles/revoke.html", shown, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its form on the page."""

    name: str
    label: str
    form: Form
    submit: str
    danger: bool = False
    version: int | None = None


@require_safe
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """A revocation: where it is, what was said, what can be done now."""
    return _page(request, _get(request, pk))


@require_POST
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Perform one of the acts; refused input comes back with the reason."""
    viewer, case = viewer_of(request), _get(request, pk)
    kind = _FORMS.get(act)
    if kind is None:
        raise Http404
    form = kind(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            match act:
                case "state":
                    actions.state(viewer, pk, given["text"])
                case "propose":
                    actions.propose_revocation(viewer, pk, given["scope"])
                case "approve":
                    actions.approve_revocation(viewer, pk, given["reason"], seen=_seen(request))
                case _:
                    actions.drop_revocation(viewer, pk, given["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _told(act))
            return redirect("recognition:revocation", pk=pk)
    return _page(request, case, (act, form))


def _told(act: str) -> str:
    return {
        "state": _("陈述已记录，办理人会看到。"),
        "propose": _("已报领导小组。"),
        "approve": _("已批准取消，禁申期从今天起算。"),
        "drop": _("已决定不予取消。"),
    }[act]


_FORMS: dict[str, type[Form]] = {
    "state": StatementForm,
    "propose": ScopeForm,
    "approve": ReasonForm,
    "drop": ReasonForm,
}


def _page(request: HttpRequest, case: Revocation, sent: tuple[str, Form] | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    found = case.recognition
    past = flow.history(REVOCATION, case)
    reading = reading_of(found)
    today = timezone.localdate()
    shown = context(found) | {
        "case": case,
        "state_label": REVOCATION.label(case.state),
        "tone": _tone(case),
        "turn": _turn(case),
        "waits": case.state == "hearing" and case.stated_at is None and today <= case.hearing_until,
        "reading": reading,
        "options": list(reading.options.items()) if reading is not None else [],
        "last": enterprises.last_barred_day(today),
        "acts": list(_acts(case, viewer, sent)),
        "history": [(one, REVOCATION.act(one.act).label) for one in past],
        "own": viewer.role in ENTERPRISE,
        "hindrance": _hindrance(case, viewer),
    }
    return render(request, "recognition/titles/revocation.html", shown, status=422 if sent else 200)


def _acts(case: Revocation, viewer: Viewer, sent: tuple[str, Form] | None) -> Any:
    possible = {one.name for one in flow.possible(REVOCATION, case, viewer)}
    if timezone.localdate() > case.hearing_until:
        possible.discard("state")
    initial = {"state": {"text": case.statement}, "propose": {"scope": default_scope(case.recognition)}}
    words = {
        "state": (_("陈述申辩"), _("提交陈述"), False),
        "propose": (_("报领导小组"), _("报领导小组"), False),
        "approve": (_("批准取消"), _("批准取消"), True),
        "drop": (_("不予取消"), _("不予取消"), False),
    }
    for name, (label, submit, danger) in words.items():
        if sent is not None and sent[0] == name:
            form = sent[1]
        elif name in possible:
            form = _FORMS[name](initial=initial.get(name), auto_id=f"id_{name}_%s")
        else:
            continue
        yield Act(name, label, form, submit, danger, case.version if name == "approve" else None)


def _hindrance(case: Revocation, viewer: Viewer) -> str:
    """Why the one whose turn it is cannot act yet."""
    if case.state == "hearing" and viewer.role in CITY:
        return flow.hindrance(REVOCATION, "propose", case, viewer)
    return ""


def _turn(case: Revocation) -> str:
    today = timezone.localdate()
    if case.state == "hearing":
        heard = case.stated_at is not None or today > case.hearing_until
        return _("市总部办") if heard else _("企业")
    return _("领导小组") if case.state == "proposed" else ""


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _get(request: HttpRequest, pk: int) -> Revocation:
    return get_object_or_404(queries.revocations(viewer_of(request)), pk=pk)
