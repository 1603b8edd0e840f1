"""Publishing, answering objections, announcing; and which decisions departed from the engine's result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import files, queries, records
from zongbu.desk.recognition.actions import notices as acts
from zongbu.desk.recognition.actions.exports import exported
from zongbu.desk.recognition.flow import NOTICE, OBJECTION
from zongbu.desk.recognition.forms.office import NoticeForm, PlainForm, ReplyForm
from zongbu.desk.recognition.models import Application, Decision, Objection, Round
from zongbu.desk.recognition.views.office.common import (
    act_page,
    address,
    crumbs,
    leads,
    of_office,
    round_or_404,
)
from zongbu.law.explain.words import verdict

TONES = {"received": "action", "upheld": "open", "dismissed": "neutral", "withdrawn": "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish those approved; before that the list and the last day are seen as they will be."""
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    waiting = (
        Application.objects.filter(round=round, state="approved")
        .select_related("enterprise")
        .order_by("district", "enterprise__name", "pk")
    )
    today = timezone.localdate()
    given = request.POST if request.method == "POST" else None
    initial = {
        "title": _("%(year)s年度拟认定总部企业名单公示") % {"year": round.year},
        "text": _(
            "根据%(round)s的安排，经区县初审、部门审查和审定，拟认定下列企业为总部企业，现予公示。公示期内任何单位和个人有异议的，可以在本页面提出。"
        )
        % {"round": round.title},
        "starts": today,
    }
    form = NoticeForm(given, initial=initial)
    starts = today
    if form.is_bound and form.is_valid():
        starts = form.cleaned_data["starts"]
        if "preview" not in request.POST:
            data = form.cleaned_data
            expected = request.POST.get("expected", "")
            made = whole(
                form,
                lambda: acts.publish(viewer, pk, data["title"], data["text"], starts=data["starts"], expected=expected),
            )
            if made is not None:
                messages.success(request, _("公示已发布：%(serial)s。") % {"serial": made.serial})
                return redirect(address("notice", made.serial))
    key = acts.key_of(waiting.order_by().values_list("pk", flat=True))
    page = page_of(request, waiting)
    context = {
        "round": round,
        "form": form,
        "key": key,
        "page": page,
        "rows": [{"name": one.enterprise.name, "district": district_name(one.district)} for one in page],
        "starts": starts,
        "ends": acts.last_day(round, starts),
        "may_publish": leads(viewer),
        "cancel": reverse("recognition:round", args=[pk]),
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/publish.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def announce(request: HttpRequest, serial: str) -> HttpResponse:
    """Announce the list of a notice that is over."""
    viewer = viewer_of(request)
    notice = get_object_or_404(queries.notices(viewer), serial=serial)
    form = PlainForm(request.POST if request.method == "POST" else None, initial={"seen": notice.version})
    here = address("notice", serial)
    standing = notice.lines.filter(withdrawn_at=None).count()
    if form.is_bound and form.is_valid():
        outcome = whole(form, lambda: acts.announce(viewer, notice.pk))
        if outcome is not None:
            made, left = outcome
            messages.success(request, _("名单已公告：%(serial)s，证书已生成。") % {"serial": made.announcement_serial})
            for sentence in left:
                messages.warning(request, sentence)
            return redirect(here)
    context = {
        "title": _("公告认定名单"),
        "lead": _("公示名单里的%(number)s家企业认定为总部企业，证书随即生成。公告以后不能撤回，只能按程序取消。")
        % {"number": standing},
        "submit": _("公告"),
        "form": form,
        "hindrance": flow.hindrance(NOTICE, "announce", notice, viewer),
        "cancel": here,
        "crumbs": crumbs(notice.round, (notice.title, here)),
    }
    return render(request, "recognition/office/act.html", context, status=400 if form.errors else 200)


# --- objections --------------------------------------------------------------------------------------------


@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """All objections; those that wait for a reply first."""
    viewer = viewer_of(request)
    state = request.GET.get("state", "received")
    found = queries.objections(viewer)
    counted: dict[str, int] = dict(found.order_by().values_list("state").annotate(many=Count("pk")))
    if state in OBJECTION.by_name:
        found = found.filter(state=state)
    page = page_of(request, found.order_by("received_at" if state == "received" else "-pk", "pk"))
    here = reverse("recognition:objections")
    tabs: list[tuple[Any, ...]] = [
        (one.label, f"{here}?state={one.name}", state == one.name, counted.get(one.name, 0)) for one in OBJECTION.states
    ]
    tabs.append((_("全部"), f"{here}?state=all", state not in OBJECTION.by_name, sum(counted.values())))
    context = {
        "page": page,
        "rows": [{"objection": one, "state": OBJECTION.label(one.state), "tone": TONES[one.state]} for one in page],
        "tabs": tabs,
    }
    return render(request, "recognition/office/objections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def objection(request: HttpRequest, receipt: str) -> HttpResponse:
    """An objection; the city office replies and says what follows."""
    viewer = viewer_of(request)
    found = get_object_or_404(queries.objections(viewer), receipt=receipt)
    form = ReplyForm(request.POST if request.method == "POST" else None, initial={"seen": found.version})
    context = {
        "objection": found,
        "application": found.application,
        "application_url": address("application", found.application.receipt),
        "state": OBJECTION.label(found.state),
        "tone": TONES[found.state],
        "replies": of_office(viewer) and found.state == "received",
        "contacts": viewer.role in ("city_officer", "city_lead"),
        "hindrance": flow.hindrance(OBJECTION, "dismiss", found, viewer) if found.state == "received" else "",
        "history": [{"one": one, "act": OBJECTION.act(one.act).label} for one in flow.history(OBJECTION, found)],
        "crumbs": [(_("异议"), reverse("recognition:objections"))],
    }

    def perform() -> Objection:
        data = form.cleaned_data
        act = acts.uphold if data["effect"] == "uphold" else acts.dismiss
        return act(viewer, found.pk, data["reply"], seen=data["seen"])

    return act_page(
        request,
        form,
        perform,
        done=_("答复已记下。"),
        to=reverse("recognition:objection", args=[receipt]),
        context=context,
        template="recognition/office/objection.html",
    )


# --- deviations --------------------------------------------------------------------------------------------


def deviating(round: Round) -> Any:
    """Decisions of a round that departed from the engine's result, the latest first."""
    return (
        Decision.objects.filter(application__round=round)
        .exclude(deviation="")
        .defer("assessment", "sources")
        .select_related("application__enterprise")
        .order_by("-pk")
    )


@require_safe
def deviations(request: HttpRequest, pk: int) -> HttpResponse:
    """Which decisions departed from the engine's result, and why."""
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    page = page_of(request, deviating(round))
    total = Decision.objects.filter(application__round=round).aggregate(
        decided=Count("pk"), departed=Count("pk", filter=~Q(deviation=""))
    )
    context = {
        "round": round,
        "page": page,
        "rows": [
            {
                "decision": one,
                "district": district_name(one.application.district),
                "url": address("application", one.application.receipt),
            }
            for one in page
        ],
        "total": total,
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/deviations.html", context)


@require_safe
def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """Which decisions would have come out otherwise with what has been recorded or corrected since."""
    round = round_or_404(viewer_of(request), pk)
    found, count = records.corrected(round)
    context = {
        "round": round,
        "rows": [
            {
                "decision": one.decision,
                "now": one.now,
                "district": district_name(one.decision.application.district),
                "url": address("application", one.decision.application.receipt),
            }
            for one in found
        ],
        "count": count,
        "most": records.CORRECTED_MOST,
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/corrections.html", context)


@require_POST
def deviations_export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The same as a file."""
    if kind not in files.KINDS:
        raise Http404(kind)
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    exported(viewer, round, "deviations", {})
    lang = language()
    titles = [_("企业"), _("受理号"), _("区县"), _("系统计算结果"), _("决定"), _("理由"), _("决定时间"), _("决定人")]
    rows = (
        [
            one.application.enterprise.name,
            one.application.receipt,
            district_name(one.application.district),
            verdict(one.computed, lang)[1],
            str(one.get_outcome_display()),
            one.deviation,
            timezone.localdate(one.decided_at),
            one.decided_by,
        ]
        for one in deviating(round).iterator(chunk_size=500)
    )
    return files.answer(kind, f"deviations-{round.policy}-{round.year}", titles, rows)
