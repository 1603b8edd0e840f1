"""What happened to an enterprise: material changes, the dishonesty list, bans."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions, permissions
from zongbu.desk.enterprises.forms.acts import BanForm, ChangeForm, ListingForm, ReasonForm, SourcedDayForm
from zongbu.desk.enterprises.models import Ban, DishonestyListing, Enterprise, MaterialChange
from zongbu.desk.enterprises.views.common import act, enterprise_of, frame
from zongbu.desk.enterprises.views.uploads import once_with_evidence
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.submission import once


def events(request: HttpRequest, uscc: str) -> HttpResponse:
    """All of them, the newest first; withdrawn entries stay in sight."""
    enterprise = enterprise_of(request, uscc)
    files = "evidence_links__file"
    shown = frame(request, enterprise, "events") | {
        "today": timezone.localdate(),
        "changes": enterprise.materialchanges.select_related("other").prefetch_related(files),
        "listings": enterprise.dishonestylistings.prefetch_related(files),
        "bans": enterprise.bans.prefetch_related(files),
    }
    return render(request, "enterprises/events.html", shown)


@once_with_evidence
def add_change(request: HttpRequest, uscc: str) -> HttpResponse:
    """Record a material change."""
    enterprise, viewer = _to_record(request, uscc), viewer_of(request)

    def perform(given: dict[str, Any]) -> object:
        return actions.record_change(viewer, enterprise, given.pop("kind"), given.pop("happened_on"), **given)

    return act(
        request,
        enterprise,
        ChangeForm(request.POST or None, request.FILES or None),
        perform,
        tab="events",
        heading=_("记录重大事项"),
        submit=_("记录"),
        done=lambda given: (
            _("已补记；档案现在的内容以更晚日期的记录为准。")
            if given["later"] == actions.Later.KEEP
            else _("已记录，档案已按变更更新。")
        ),
        intro=_("更名会更新企业名称，原名称转为曾用名；迁移会更新注册区县，迁入本市还会更新在杭登记日。"),
    )


@once
def withdraw_change(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Withdraw a mistaken change."""
    enterprise, viewer = _to_record(request, uscc), viewer_of(request)
    found = MaterialChange.objects.filter(pk=pk, enterprise=enterprise, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return act(
        request,
        enterprise,
        ReasonForm(request.POST or None),
        lambda given: actions.withdraw_change(viewer, found, given["reason"]),
        tab="events",
        heading=_("撤销：%s") % found.get_kind_display(),
        submit=_("撤销"),
        done=_("已撤销，本次变更写入档案的内容不再计入。"),
        intro=_("只用于登记错误。撤销记录本身会保留。"),
        danger=True,
    )


@once_with_evidence
def add_listing(request: HttpRequest, uscc: str) -> HttpResponse:
    """Record a listing on the dishonesty list."""
    enterprise, viewer = _to_record(request, uscc), viewer_of(request)
    return act(
        request,
        enterprise,
        ListingForm(request.POST or None, request.FILES or None),
        lambda given: actions.list_dishonest(viewer, enterprise, given.pop("listed_on"), **given),
        tab="events",
        heading=_("记录列入严重违法失信名单"),
        submit=_("记录"),
        done=_("已记录。"),
    )


@once
def remove_listing(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Record the removal from the list."""
    enterprise, viewer = _to_record(request, uscc), viewer_of(request)
    found = _listing(enterprise, pk)
    return act(
        request,
        enterprise,
        SourcedDayForm(request.POST or None),
        lambda given: actions.remove_from_list(viewer, found, given["day"], source_name=given["source_name"]),
        tab="events",
        heading=_("记录移出名单"),
        submit=_("记录"),
        done=_("已记录。"),
        intro=_("自移出之日起不算在列。早于期满日期的为提前移出。"),
    )


@once
def withdraw_listing(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Withdraw a mistaken entry."""
    enterprise, viewer = _to_record(request, uscc), viewer_of(request)
    found = _listing(enterprise, pk)
    return act(
        request,
        enterprise,
        ReasonForm(request.POST or None),
        lambda given: actions.withdraw_listing(viewer, found, given["reason"]),
        tab="events",
        heading=_("撤销失信名单记录"),
        submit=_("撤销"),
        done=_("已撤销。"),
        danger=True,
    )


@once_with_evidence
def add_ban(request: HttpRequest, uscc: str) -> HttpResponse:
    """Bar the enterprise from applying."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_bar(viewer):
        raise PermissionDenied
    return act(
        request,
        enterprise,
        BanForm(request.POST or None, request.FILES or None),
        lambda given: actions.bar(viewer, enterprise, given.pop("starts"), **given),
        tab="events",
        heading=_("设定禁申期"),
        submit=_("设定"),
        done=_("已设定。"),
        danger=True,
    )


@once
def withdraw_ban(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """Withdraw a ban."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_bar(viewer):
        raise PermissionDenied
    found = Ban.objects.filter(pk=pk, enterprise=enterprise, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return act(
        request,
        enterprise,
        ReasonForm(request.POST or None),
        lambda given: actions.withdraw_ban(viewer, found, given["reason"]),
        tab="events",
        heading=_("撤销禁申期"),
        submit=_("撤销"),
        done=_("已撤销。"),
        danger=True,
    )


def _to_record(request: HttpRequest, uscc: str) -> Enterprise:
    enterprise = enterprise_of(request, uscc)
    if not permissions.may_record(viewer_of(request), enterprise):
        raise PermissionDenied
    return enterprise


def _listing(enterprise: Enterprise, pk: int) -> DishonestyListing:
    found = DishonestyListing.objects.filter(pk=pk, enterprise=enterprise, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return found
