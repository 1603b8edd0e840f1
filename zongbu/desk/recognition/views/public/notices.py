"""Notices, objections to them, and the answer to an objection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import notices as acts
from zongbu.desk.recognition.flow import OBJECTION
from zongbu.desk.recognition.forms.public import ObjectionForm
from zongbu.desk.recognition.models import Notice, NoticeLine, Objection
from zongbu.desk.recognition.views.office.common import address
from zongbu.desk.recognition.views.titles.verification import too_often


def stage_of(notice: Notice) -> tuple[str, str]:
    """Where a notice is today: label and tone."""
    today = timezone.localdate()
    if notice.state == "announced":
        return _("已公告"), "met"
    if today < notice.starts:
        return _("未开始"), "neutral"
    return (_("公示中"), "action") if today <= notice.ends else (_("公示期满"), "neutral")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All notices, the latest first."""
    found = queries.notices(viewer_of(request)).annotate(number_of=Count("lines", filter=Q(lines__withdrawn_at=None)))
    page = page_of(request, found.order_by("-starts", "-pk"))
    context = {"page": page, "rows": [{"notice": one, "stage": stage_of(one)} for one in page]}
    return render(request, "recognition/public/notices.html", context)


@require_safe
def show(request: HttpRequest, serial: str) -> HttpResponse:
    """A notice with its names; whoever objects does so here."""
    viewer = viewer_of(request)
    notice = get_object_or_404(queries.notices(viewer), serial=serial)
    text = request.GET.get("q", "").strip()[:100]
    district = request.GET.get("district", "") if request.GET.get("district", "") in DISTRICTS else ""
    lines = notice.lines.filter(withdrawn_at=None)
    total = lines.count()
    if text:
        lines = lines.filter(name__icontains=text)
    if district:
        lines = lines.filter(district=district)
    page = page_of(request, lines.order_by("district", "name", "pk"))
    office = viewer.role in CITY
    context: dict[str, Any] = {
        "notice": notice,
        "stage": stage_of(notice),
        "runs": notice.runs(timezone.localdate()),
        "page": page,
        "rows": [{"line": one, "district": district_name(one.district)} for one in page],
        "total": total,
        "text": text,
        "district": district,
        "districts": DISTRICTS.items(),
        "document": address("notice_document", notice.pk),
        "announcement": address("announcement_document", notice.pk) if notice.state == "announced" else "",
        "office": office,
        "open_objections": notice.objections.filter(state="received").count() if office else 0,
        "may_announce": viewer.role == "city_lead" and notice.state == "published",
        "crumbs": [(_("公示公告"), reverse("recognition:notices"))],
    }
    return render(request, "recognition/public/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once(anonymous=True)
def object_to(request: HttpRequest, serial: str, line: int) -> HttpResponse:
    """Object to a name in a running notice; open to everybody, named or not."""
    viewer = viewer_of(request)
    notice = get_object_or_404(queries.notices(viewer), serial=serial)
    found = get_object_or_404(NoticeLine, notice=notice, pk=line, withdrawn_at=None)
    here = reverse("recognition:notice", args=[serial])
    posted = request.POST if request.method == "POST" else None
    form = ObjectionForm(posted)
    if not notice.runs(timezone.localdate()) and posted is None:
        messages.info(request, _("现在不在公示期内。"))
        return redirect(here)
    if posted is not None and form.trapped:
        messages.success(request, _("异议已收到。"))  # whoever fills the trap learns nothing from it
        return redirect(here)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: acts.object_to(
                viewer,
                found.application_id,
                data["text"],
                notice=notice.pk,
                name=data["name"],
                contact=data["contact"],
            ),
        )
        if made is not None:
            messages.success(request, _("异议已收到。"))
            return redirect("recognition:objection_receipt", made.receipt)
    context = {
        "form": form,
        "notice": notice,
        "line": found,
        "district": district_name(found.district),
        "cancel": here,
        "crumbs": [(_("公示公告"), reverse("recognition:notices")), (notice.title, here)],
    }
    return render(request, "recognition/public/object.html", context, status=400 if form.errors else 200)


@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What became of an objection, for whoever has its number; without its text and without who sent it."""
    if too_often("objection", viewer_of(request).address):
        shown = {"often": True, "crumbs": [(_("公示公告"), reverse("recognition:notices"))]}
        return render(request, "recognition/public/receipt.html", shown, status=429)
    found = get_object_or_404(Objection.objects.select_related("notice"), receipt=receipt, kind=Objection.Kind.NOTICE)
    line = NoticeLine.objects.filter(notice=found.notice_id, application=found.application_id).first()
    context = {
        "objection": found,
        "name": line.name if line is not None else "",
        "state": OBJECTION.label(found.state),
        "crumbs": [(_("公示公告"), reverse("recognition:notices"))],
    }
    return render(request, "recognition/public/receipt.html", context)
