"""Beginning a case: an enterprise asks for what a measure gives, an official refers an enterprise."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.support.actions import requests as actions
from zongbu.desk.support.forms.quotas import AskForm, ReferForm
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import SupportRequest
from zongbu.desk.support.models.requests import PERSONAL
from zongbu.desk.support.unpaid import queries, requesting
from zongbu.desk.support.unpaid.flow import REQUEST
from zongbu.desk.support.views.quotas.common import (
    act_page,
    choices,
    crumb,
    enterprise_of,
    own_enterprise,
    taken_in,
    title_of,
    uploaded,
)


@require_http_methods(["GET", "HEAD", "POST"])
@once(prepare=taken_in)
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
