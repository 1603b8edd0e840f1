"""Requests and referrals: what can be asked for, asking, the list of cases, one case with its acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises import queries as register
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.showing import language
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import CITY, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files
from zongbu.desk.support import checks
from zongbu.desk.support.actions import requests as actions
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.forms.quotas import (
    AskForm,
    AssignForm,
    GrantForm,
    GrantPlacesForm,
    PlainForm,
    ReasonForm,
    ReferForm,
    RetentionForm,
    WithdrawForm,
)
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import QUOTA, Offering, offering
from zongbu.desk.support.models import RequestMaterial, RetentionRule, SupportRequest
from zongbu.desk.support.models.requests import OPEN, PERSONAL
from zongbu.desk.support.unpaid import queries, requesting, standing
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.views.quotas.common import (
    Panel,
    act_page,
    attempt,
    choices,
    crumb,
    download,
    enterprise_of,
    filled,
    history_of,
    page_of,
    taken_in,
    title_of,
    uploaded,
    viewer_of,
)

SHOWS = ("mine", "open", "all")


def mine(viewer: Viewer) -> Q:
    """The cases that wait for the viewer."""
    if viewer.role in ENTERPRISE:
        return Q(state="returned")
    handled = Q(organisation=viewer.organisation or 0, state__in=["asked", "received"])
    return handled | Q(organisation=None, state__in=["asked", "received"]) if viewer.role in CITY else handled


def _show(request: HttpRequest, viewer: Viewer) -> str:
    asked = request.GET.get("show", "")
    usual = "all" if viewer.role in ENTERPRISE or not viewer.writes else "mine"
    return asked if asked in SHOWS else usual


def _rows(request: HttpRequest, viewer: Viewer) -> QuerySet[SupportRequest]:
    given, found = request.GET, queries.requests(viewer)
    show = _show(request, viewer)
    if show == "mine":
        found = found.filter(mine(viewer))
    elif show == "open":
        found = found.filter(state__in=OPEN)
    if text := given.get("q", "").strip()[:100]:
        found = found.filter(
            Q(enterprise__name__icontains=text) | Q(enterprise__uscc__istartswith=text) | Q(receipt__iexact=text)
        )
    if measure := given.get("measure", "")[:200]:
        policy, _dot, name = measure.rpartition(".")
        found = found.filter(policy=policy, measure=name)
    if given.get("district", "") in DISTRICTS:
        found = found.filter(district=given["district"])
    if given.get("state", "") in REQUEST.by_name:
        found = found.filter(state=given["state"])
    if given.get("overdue"):
        found = found.filter(due_on__lt=timezone.localdate(), state__in=OPEN)
    if show == "all":
        return found.order_by("-pk")
    return found.order_by(F("due_on").asc(nulls_last=True), "asked_at", "pk")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Cases: to officials what waits for them, overdue first; to an enterprise its own, and what it can ask for."""
    viewer = viewer_of(request)
    show, every = _show(request, viewer), queries.requests(viewer)
    page = page_of(request, _rows(request, viewer))
    cases = list(page)
    until = standing.dues_of(cases)
    kinds = every.order_by().values_list("policy", "measure").distinct()
    own = viewer.role in ENTERPRISE
    labels = {"mine": _("待我办理"), "open": _("在办"), "all": _("全部")}
    waits = every.filter(mine(viewer)).count()
    here = reverse("support:requests")
    shown: dict[str, Any] = {
        "page": page,
        "rows": [
            {
                "case": one,
                "measure": measure_title(one.policy, one.measure, language()),
                "district": district_name(one.district),
                "state": standing.label(REQUEST, one),
                "tone": standing.tone(one),
                "due": until.get(one.pk),
            }
            for one in cases
        ],
        "tabs": [
            (labels[name], f"{here}?show={name}", show == name, *([waits] if name == "mine" else []))
            for name in SHOWS
            if viewer.writes or name != "mine"
        ],
        "show": show,
        "measures": [(f"{policy}.{name}", measure_title(policy, name, language())) for policy, name in kinds],
        "districts": () if viewer.district or viewer.uscc else DISTRICTS.items(),
        "states": REQUEST.choices(),
        "chosen": request.GET,
        "filtered": any(request.GET.get(name) for name in ("q", "measure", "district", "state", "overdue")),
        "own": own,
        "may_refer": viewer.writes and not own and viewer.role != Role.LEADING_GROUP,
        "retention": viewer.role in CITY or viewer.role == Role.AUDITOR,
    }
    if own:
        shown |= _offered(viewer)
    return render(request, "support/quotas/requests.html", shown)


def _offered(viewer: Viewer) -> dict[str, Any]:
    """What an enterprise can ask for, what is missing for the rest, and what is only encouraged."""
    enterprise = register.enterprises(viewer).filter(uscc=viewer.uscc).first()
    if enterprise is None:
        return {"offered": [], "encouraged": [], "no_record": True}
    today = timezone.localdate()
    hindered = checks.against(checks.standing(enterprise, today), strict=False)
    open_ones: dict[str, str] = {
        f"{policy}.{measure}": receipt
        for policy, measure, receipt, slot in queries.requests(viewer)
        .filter(state__in=(*OPEN, "granted"), year=today.year)
        .order_by("pk")
        .values_list("policy", "measure", "receipt", "slot")
        if slot
    }
    try:
        asked = list(requesting.entitled_to(enterprise, requesting.askable(), today))
        shown = list(requesting.entitled_to(enterprise, requesting.encouraged(), today))
    except Refused as refused:
        return {"offered": [], "encouraged": [], "fault": str(refused)}
    return {
        "offered": [_line(one, entitled) | {"already": open_ones.get(one.key, "")} for one, entitled in asked],
        "encouraged": [_line(one, entitled) for one, entitled in shown if entitled is not False],
        "hindered": hindered,
    }


def _line(found: Offering, entitled: bool | None) -> dict[str, Any]:
    return {
        "policy": found.policy.identifier,
        "measure": found.measure.identifier,
        "title": title_of(found),
        "clause": found.measure.clause,
        "units": found.measure.units,
        "note": found.measure.details.get("说明", ""),
        "entitled": entitled,
    }


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows that are shown, as a file, without anything personal; journalled."""
    viewer = viewer_of(request)
    if kind not in files.KINDS:
        raise Http404
    found = _rows(request, viewer)
    with transaction.atomic():
        told = {"format": kind, "filters": request.GET.dict(), "rows": found.count()}
        journal.record("support.export_requests", viewer, after=told)
    heads = [
        _("编号"), _("企业名称"), _("统一社会信用代码"), _("区县"), _("措施"), _("来源"), _("办理单位"), _("状态"),
        _("申请日期"), _("到期日"), _("办结日期"), _("给予名额"),
    ]  # fmt: skip

    def day(moment: Any) -> date | None:
        return timezone.localdate(moment) if moment else None

    rows = (
        [
            one.receipt, one.enterprise.name, one.enterprise.uscc, district_name(one.district),
            measure_title(one.policy, one.measure, language()), one.get_origin_display(),
            str(one.organisation or ""), standing.label(REQUEST, one), day(one.asked_at), one.due_on,
            day(one.decided_at), one.granted,
        ]
        for one in found.iterator(chunk_size=500)
    )  # fmt: skip
    return files.answer(kind, f"requests-{timezone.localdate():%Y%m%d}", heads, rows)


# --- asking and referring ------------------------------------------------------------------------------------------


def own_enterprise(viewer: Viewer) -> Enterprise | None:
    return register.enterprises(viewer).filter(uscc=viewer.uscc).first() if viewer.uscc else None


@contextmanager
def _taken_for_asking(request: HttpRequest, **_named: Any) -> Iterator[None]:
    with taken_in(request, own_enterprise):
        yield


@require_http_methods(["GET", "HEAD", "POST"])
@once(prepare=_taken_for_asking)
def ask(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """Ask for what a measure gives: only what it takes to handle it."""
    viewer = viewer_of(request)
    enterprise = own_enterprise(viewer)
    try:
        found = offering(policy, measure)
    except UnknownPolicy:
        raise Http404 from None
    if enterprise is None or not requesting.may_be_asked(found) or requesting.by_rounds([found]):
        raise Http404
    posted = request.method == "POST"
    form = AskForm(found.materials, request.POST if posted else None, request.FILES if posted else None)
    given = uploaded(request, form) if posted and form.is_valid() else {}
    title = title_of(found)
    try:
        draft = requesting.new_request(found, enterprise, SupportRequest.Origin.ASKED)
        hindrance = str(REQUEST.act("ask").guard(draft, viewer) or "")  # type: ignore[misc]  # it has one
    except Refused as refused:
        hindrance = str(refused)
    handler = organisation_for(found, enterprise.district or "")
    context = {
        "title": _("申请：%(measure)s") % {"measure": title},
        "crumbs": [crumb(_("服务申请"), "requests")],
        "cancel": reverse("support:requests"),
        "submit": pgettext("act", "提交申请"),
        "hindrance": hindrance,
        "measure": found.measure,
        "policy": found.policy,
        "note": found.measure.details.get("说明", ""),
        "term": found.measure.details.get("期限", ""),
        "handler": handler or _("市总部办（指派办理单位）"),
        "days": rule.days if (rule := actions.rule()) else None,
    }

    def perform() -> SupportRequest:
        data = form.cleaned_data
        named = {form.materials[name]: one for name, one in given.items()}
        return actions.ask(viewer, enterprise, policy, measure, {name: data[name] for name in PERSONAL}, named)

    return act_page(
        request,
        form,
        perform,
        done=_("申请已提交。办理单位接收后，这里会显示。"),
        to=lambda made: reverse("support:request", args=[made.receipt]),
        context=context,
        template="support/quotas/ask.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def refer(request: HttpRequest) -> HttpResponse:
    """An official brings an enterprise to whoever handles a measure."""
    viewer = viewer_of(request)
    offered = requesting.askable(referring=True)
    initial = {"uscc": request.GET.get("uscc", "")[:18], "measure": request.GET.get("measure", "")[:200]}
    form = ReferForm(choices(offered), request.POST if request.method == "POST" else None, initial=initial)
    enterprise = enterprise_of(form, queries.referable(viewer)) if form.is_bound and form.is_valid() else None
    context = {
        "title": _("转介"),
        "lead": _("把企业的需求转给措施的责任单位办理。责任单位接收后有回执，办理结果企业和您都看得到。"),
        "submit": _("转介"),
        "cancel": reverse("support:requests"),
        "crumbs": [crumb(_("服务申请"), "requests")],
    }

    def perform() -> SupportRequest:
        data = form.cleaned_data
        policy, _dot, measure = data["measure"].rpartition(".")
        assert enterprise is not None
        values = {name: data[name] for name in PERSONAL}
        return actions.refer(viewer, enterprise, policy, measure, values, data["reason"])

    return act_page(
        request,
        form,
        perform,
        done=_("已转介。"),
        to=lambda made: (
            reverse("support:request", args=[made.receipt])
            if queries.requests(viewer).filter(pk=made.pk).exists()
            else reverse("support:requests")
        ),
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def retention(request: HttpRequest) -> HttpResponse:
    """How long what is personal is kept; the lead of the city office sets it."""
    viewer = viewer_of(request)
    held = actions.rule()
    may = viewer.role == Role.CITY_LEAD and viewer.writes
    form = RetentionForm(
        request.POST if request.method == "POST" else None, initial={"days": held.days if held else None}
    )
    context = {
        "title": _("个人信息保存期限"),
        "lead": _("事项办结满这么多天，事项、说明、联系人和附件由每日任务删除；编号、措施和结果保留。"),
        "submit": _("设定"),
        "cancel": reverse("support:requests"),
        "crumbs": [crumb(_("服务申请"), "requests")],
        "rules": list(RetentionRule.objects.order_by("-pk")[:20]),
        "may": may,
    }
    return act_page(
        request,
        form,
        lambda: actions.keep_for(viewer, form.cleaned_data["days"], form.cleaned_data["reason"]),
        done=_("已设定，从今天的每日任务起执行。"),
        to=reverse("support:retention"),
        context=context,
        template="support/quotas/retention.html",
    )


# --- one case ------------------------------------------------------------------------------------------------------


@require_safe
def case(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it is, whose turn it is, until when, what can be done now; then the matter, the checks, the history."""
    return _page(request, _get(request, receipt))


@contextmanager
def _taken_for_acting(request: HttpRequest, **_named: Any) -> Iterator[None]:
    with taken_in(request, own_enterprise):
        yield


@require_POST
@once(prepare=_taken_for_acting)
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
