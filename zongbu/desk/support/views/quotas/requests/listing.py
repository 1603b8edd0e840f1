"""The list of requests: what waits for whom, what an enterprise can ask for, the rows as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import CITY, ENTERPRISE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files
from zongbu.desk.support import checks
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import SupportRequest
from zongbu.desk.support.models.requests import OPEN
from zongbu.desk.support.unpaid import queries, requesting, standing
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.views.quotas.common import own_enterprise, title_of

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
def requests(request: HttpRequest) -> HttpResponse:
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
    enterprise = own_enterprise(viewer)
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
