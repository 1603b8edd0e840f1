"""The group of an enterprise: who belongs to it, what follows for the record, whose figure is whose."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zongbu.desk.enterprises import actions, groups, permissions, queries, showing, values
from zongbu.desk.enterprises.forms.acts import AnswerForm, ClaimForm, DayForm, ReasonForm, TieForm
from zongbu.desk.enterprises.models import Enterprise, GroupTie, MetricClaim
from zongbu.desk.enterprises.views.common import act, day_of, enterprise_of, frame
from zongbu.desk.enterprises.views.uploads import once_with_evidence
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.law import InputError


def group(request: HttpRequest, uscc: str) -> HttpResponse:
    """The members as a tree, what the ties suggest for the record, the figures claimed."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    as_of = day_of(request)
    dictionary = values.dictionary()
    claims = MetricClaim.objects.filter(Q(entity=enterprise) | Q(claimant=enterprise), released_at=None)
    shown = frame(request, enterprise, "group") | {
        "as_of": as_of,
        "trees": groups.tree(viewer, enterprise, as_of),
        "proposed": GroupTie.objects.filter(
            child=enterprise, consent=GroupTie.Consent.PROPOSED, withdrawn_at=None
        ).select_related("parent"),
        "linked": groups.member_keys(enterprise, as_of) if viewer.uscc == enterprise.uscc else frozenset(),
        "ties": GroupTie.objects.filter(groups.standing(as_of), parent=enterprise).select_related("child"),
        "past": GroupTie.objects.filter(parent=enterprise, withdrawn_at=None, until__lt=as_of),
        "full": {one.pk for one in queries.enterprises(viewer).filter(pk__in=groups.member_keys(enterprise, as_of))},
        "half": groups.HALF,
        "suggestions": [
            (showing.title(dictionary[one.fact]), one, showing.show(dictionary[one.fact], one.recorded))
            for one in groups.suggestions(enterprise, as_of)
        ],
        "claims": [
            (claim, showing.title(dictionary[claim.metric]) if claim.metric in dictionary else claim.metric)
            for claim in claims.select_related("entity", "claimant")
        ],
        "accounts": _accounts(viewer, enterprise),
    }
    return render(request, "enterprises/group.html", shown)


def _accounts(viewer: Viewer, enterprise: Enterprise) -> list[dict[str, Any]]:
    """The figures that the enterprise claims, worked out line by line.

    Figures of members whose record the viewer may not read are left out, and with them the total that would tell them.
    """
    dictionary = values.dictionary()
    found = []
    own = MetricClaim.objects.filter(entity=enterprise, claimant=enterprise, released_at=None)
    for metric, year in own.order_by("-year", "metric").values_list("metric", "year"):
        counted = groups.counted(enterprise, metric, year)
        if counted is None or metric not in dictionary:
            continue
        fact = dictionary[metric]
        entities = {part.entity.pk for part in counted.parts}
        full = {one.pk for one in queries.enterprises(viewer).filter(pk__in=entities)}
        found.append(
            {
                "title": showing.title(fact),
                "year": year,
                "basis": MetricClaim.Basis(counted.basis).label,
                "rows": [
                    (
                        part,
                        showing.show(fact, str(part.figure)) if part.figure is not None else "",
                        part.entity.pk in full,
                    )
                    for part in counted.parts
                ],
                "total": showing.show(fact, str(counted.total)) if counted.total is not None else "",
                "open": entities <= full,
            }
        )
    return found


@once_with_evidence
def add(request: HttpRequest, uscc: str) -> HttpResponse:
    """Add a branch or a subsidiary."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_tie(viewer, enterprise):
        raise PermissionDenied

    def perform(given: dict[str, Any]) -> object:
        share = given.pop("share")
        return actions.tie(viewer, enterprise, share=share / Decimal(100) if share is not None else None, **given)

    return act(
        request,
        enterprise,
        TieForm(request.POST or None, request.FILES or None),
        perform,
        tab="group",
        heading=_("登记分支机构"),
        submit=_("登记"),
        done=_("已登记。"),
    )


def proposals(request: HttpRequest) -> HttpResponse:
    """The ties that wait for an answer that the viewer may give."""
    found = groups.to_answer(viewer_of(request)).select_related("parent", "child")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "enterprises/proposals.html", {"page": page})


@once
def answer(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Confirm or refuse that the enterprise belongs to another one."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    found = GroupTie.objects.filter(pk=pk, child=enterprise, withdrawn_at=None).select_related("parent").first()
    if found is None or found.consent == GroupTie.Consent.CONFIRMED:
        raise Http404
    if not permissions.may_tie(viewer, enterprise):
        raise PermissionDenied
    told = {
        "parent": found.parent.name,
        "uscc": found.parent.uscc,
        "kind": f"{found.get_kind_display()} {found.percent}".strip(),
        "starts": found.starts.isoformat(),
    }
    return act(
        request,
        enterprise,
        AnswerForm(request.POST or None),
        lambda given: actions.answer_tie(viewer, found, given["answer"] == "confirmed", given["reason"]),
        tab="group",
        heading=_("答复集团关系"),
        submit=_("答复"),
        done=_("已答复。"),
        intro=_(
            "%(parent)s（%(uscc)s）登记本企业为它的%(kind)s，自 %(starts)s 起。确认后，双方互见集团成员的基本信息，"
            "对方可以按集团口径登记指标归属；确认之前，这条关系不计入集团。"
        )
        % told,
    )


@once
def end(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """The last day of a tie."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    tie = _tie(request, enterprise, pk)
    return act(
        request,
        enterprise,
        DayForm(request.POST or None),
        lambda given: actions.end_tie(viewer, tie, given["day"], given["reason"]),
        tab="group",
        heading=_("终止：%s") % tie.name,
        submit=_("终止"),
        done=_("已终止。"),
        intro=_("日期为关系存续的最后一日。比例变化的，先终止，再按新比例登记。"),
    )


@once
def withdraw(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Withdraw a mistaken tie."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    tie = _tie(request, enterprise, pk)
    return act(
        request,
        enterprise,
        ReasonForm(request.POST or None),
        lambda given: actions.withdraw_tie(viewer, tie, given["reason"]),
        tab="group",
        heading=_("撤销：%s") % tie.name,
        submit=_("撤销"),
        done=_("已撤销。"),
        intro=_("只用于登记错误；曾经存在、现已结束的关系请用“终止”。"),
        danger=True,
    )


def _tie(request: HttpRequest, enterprise: Enterprise, pk: int) -> GroupTie:
    found = GroupTie.objects.filter(pk=pk, parent=enterprise, withdrawn_at=None).first()
    if found is None:
        raise Http404
    if not permissions.may_tie(viewer_of(request), enterprise):
        raise PermissionDenied
    return found


@require_POST
@once
def adopt(request: HttpRequest, uscc: str, fact: str) -> HttpResponse:
    """Record what the ties suggest."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    today = timezone.localdate()
    found = next((one for one in groups.suggestions(enterprise, today) if one.fact == fact), None)
    if found is None or not permissions.may_record(viewer, enterprise):
        raise PermissionDenied
    try:
        actions.record(viewer, enterprise, {fact: found.value}, source_name=_("集团关系登记"), valid_from=today)
        messages.success(request, _("已按集团关系登记采用。"))
    except InputError as error:
        messages.error(request, str(error))
    return redirect("enterprises:group", uscc)


# --- whose figure is it -----------------------------------------------------------------------------------


@once
def claim(request: HttpRequest, uscc: str) -> HttpResponse:
    """Claim a figure."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_tie(viewer, enterprise):
        raise PermissionDenied
    metrics = [
        (fact.identifier, showing.title(fact))
        for fact in showing.needed()
        if fact.period == "prior_year" and fact.type in ("money", "integer")
    ]
    return act(
        request,
        enterprise,
        ClaimForm(request.POST or None, metrics=metrics),
        lambda given: actions.claim(
            viewer, enterprise, given["metric"], given["year"], basis=given["basis"], purpose=given["purpose"]
        ),
        tab="group",
        heading=_("登记指标归属"),
        submit=_("登记"),
        done=_("已登记。"),
        intro=_("同一主体、同一指标、同一年度只能由一家申报；下属公司独立申报的，不再重复计入上级公司。"),
    )


@once
def release(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Give a claimed figure free: one's own claim, or that of another one on one's own figure."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    claims = MetricClaim.objects.filter(Q(claimant=enterprise) | Q(entity=enterprise), pk=pk, released_at=None)
    found = claims.select_related("entity", "claimant").first()
    if found is None:
        raise Http404
    if not permissions.may_release(viewer, found):
        raise PermissionDenied
    return act(
        request,
        enterprise,
        ReasonForm(request.POST or None),
        lambda given: actions.release(viewer, found, given["reason"]),
        tab="group",
        heading=_("释放：%(entity)s %(year)s 年") % {"entity": found.entity, "year": found.year},
        submit=_("释放"),
        done=_("已释放。"),
        intro=_("释放后，该数可以由别的成员申报。释放本企业自己的数时，一并计入的成员也随之释放。"),
    )
