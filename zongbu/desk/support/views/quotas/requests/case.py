"""One request: where it is, its acts, its checks and history, the files handed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import district_name
from zongbu.desk.support.actions import requests as actions
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.forms.quotas import (
    AskForm,
    AssignForm,
    GrantForm,
    GrantPlacesForm,
    PlainForm,
    ReasonForm,
    WithdrawForm,
)
from zongbu.desk.support.measures import QUOTA
from zongbu.desk.support.models import RequestMaterial, SupportRequest
from zongbu.desk.support.models.requests import OPEN, PERSONAL
from zongbu.desk.support.unpaid import queries, requesting, standing
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.views.quotas.common import Panel, download, filled, history_of, taken_in, uploaded


@require_safe
def case(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it is, whose turn it is, until when, what can be done now; then the matter, the checks, the history."""
    return _page(request, _get(request, receipt))


@require_POST
@once(prepare=taken_in)
def act(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """Perform one of the acts; refused input comes back with the reason."""
    viewer, found = viewer_of(request), _get(request, receipt)
    kind = _form_of(found, act)
    if act == "resubmit":
        form: Form = AskForm(
            requesting.of_request(found).materials, request.POST, request.FILES, required=False,
            auto_id=f"id_{act}_%s",
        )  # fmt: skip
    else:
        form = kind(request.POST, auto_id=f"id_{act}_%s")
    given = uploaded(request, form) if form.is_valid() else {}

    def perform() -> SupportRequest:
        data = form.cleaned_data
        seen, reason = data["seen"], data.get("reason", "")
        match act:
            case "assign":
                return actions.assign(viewer, found.pk, data["organisation"], reason, seen=seen)
            case "receive":
                return actions.receive(viewer, found.pk, seen=seen)
            case "return":
                return actions.return_(viewer, found.pk, reason, seen=seen)
            case "resubmit":
                assert isinstance(form, AskForm)
                named = {form.materials[name]: one for name, one in given.items()}
                values = {name: data[name] for name in PERSONAL}
                return actions.resubmit(viewer, found.pk, values, named, seen=seen)
            case "grant":
                return actions.grant(viewer, found.pk, reason, number=data.get("number"), seen=seen)
            case "decline":
                return actions.decline(viewer, found.pk, reason, seen=seen)
            case "reopen":
                return actions.reopen(viewer, found.pk, reason, seen=seen)
            case _:
                return actions.withdraw(viewer, found.pk, reason, seen=seen)

    if form.is_valid() and attempt(form, perform) is not None:
        messages.success(request, _told(act))
        return redirect("support:request", receipt)
    return _page(request, found, (act, form))


def _told(act: str) -> str:
    return {
        "assign": _("已指派，由该单位接收办理。"),
        "receive": _("已接收，企业看到回执。"),
        "return": _("已退回企业补正，期限中止。"),
        "resubmit": _("已重新提交，期限继续计算。"),
        "grant": _("已办成，企业会看到结果。"),
        "decline": _("已不予办理，企业会看到理由。"),
        "reopen": _("已重新办理。"),
        "withdraw": _("已撤回。"),
    }[act]


def _form_of(case: SupportRequest, act: str) -> type[Form]:
    kinds: dict[str, type[Form]] = {
        "assign": AssignForm,
        "receive": PlainForm,
        "return": ReasonForm,
        "resubmit": AskForm,
        "grant": GrantPlacesForm if case.category == QUOTA else GrantForm,
        "decline": ReasonForm,
        "reopen": ReasonForm,
        "withdraw": WithdrawForm,
    }
    if act not in kinds:
        raise Http404(act)
    return kinds[act]


ORDER = ("receive", "resubmit", "grant", "return", "decline", "reopen", "assign", "withdraw")


def _page(request: HttpRequest, found: SupportRequest, sent: tuple[str, Form] | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    reads = actions.reads_text(viewer, found)
    possible = {one.name: one.label for one in flow.possible(REQUEST, found, viewer)}
    if sent is not None:
        possible.setdefault(sent[0], REQUEST.act(sent[0]).label)
    panels = []
    for name in ORDER:
        if name not in possible:
            continue
        given: dict[str, Any] = {}
        if name == "resubmit":
            given = {
                "initial": {one: getattr(found, one) for one in PERSONAL},
                "materials": requesting.of_request(found).materials,
                "required": False,
            }
        url = reverse("support:request_act", args=[found.receipt, name])
        form = filled(name, _form_of(found, name), sent, found.version, **given)
        danger = name in ("decline", "withdraw")
        panels.append(
            Panel(name, str(possible[name]), form, url, danger, _note(name), name in ("receive", "grant", "resubmit"))
        )
    hindrance = ""
    if viewer.writes and found.state == "received" and viewer.organisation == found.organisation_id:
        hindrance = "" if "grant" in possible else flow.hindrance(REQUEST, "grant", found, viewer)
    shown = {
        "case": found,
        "measure": measure_title(found.policy, found.measure, language()),
        "state": standing.label(REQUEST, found),
        "tone": standing.tone(found),
        "turn": standing.request_turn(found, viewer),
        "next": standing.request_next(found),
        "due": standing.due_of(found),
        "district": district_name(found.district),
        "reads": reads,
        "materials": list(found.materials.select_related("file")) if reads else [],
        "panels": panels,
        "hindrance": hindrance,
        "checks": _checks(found),
        "history": history_of(REQUEST, found, viewer),
        "own": viewer.role in ENTERPRISE,
        "accounts": list(queries.quotas(viewer).filter(entries__request=found).distinct()),
        "obligations": list(queries.obligations(viewer).filter(request=found)),
    }
    return render(request, "support/quotas/request.html", shown, status=400 if sent else 200)


def _checks(found: SupportRequest) -> list[dict[str, Any]]:
    """While a case is open every check as things are now; afterwards those of the last act."""
    if found.state not in OPEN:
        return list(found.checks)
    try:
        return [one.plain for one in requesting.of(found)]
    except (Refused, UnknownPolicy) as error:
        return [{"title": _("核查"), "passed": None, "text": str(error)}]


def _note(act: str) -> str:
    return {
        "receive": _("接收以后企业看到回执；措施有期限的，从今天起算。"),
        "grant": _("办成以前系统再核查一次：仍在名单上、没有失信和禁申、措施没有暂停。"),
        "return": _("写明要补什么。补正期间办理期限中止。"),
        "decline": _("理由企业看到，也会长期保存。"),
    }.get(act, "")


@require_safe
def file(request: HttpRequest, receipt: str, pk: int) -> FileResponse:
    """A file handed in, for the enterprise and whoever handles the case."""
    found = _get(request, receipt)
    if not actions.reads_text(viewer_of(request), found):
        raise Http404
    return download(get_object_or_404(RequestMaterial.objects.select_related("file"), request=found, pk=pk).file)


def _get(request: HttpRequest, receipt: str) -> SupportRequest:
    return get_object_or_404(queries.requests(viewer_of(request)), receipt=receipt)
