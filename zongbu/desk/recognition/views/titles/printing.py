"""Many certificates as one PDF: ask, follow, fetch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import printing, queries
from zongbu.desk.recognition.actions import printing as actions
from zongbu.desk.recognition.models import PrintRun, Round
from zongbu.desk.recognition.views.titles.common import base_of


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest) -> HttpResponse:
    """The runs that the viewer may fetch, and asking for another one."""
    viewer = viewer_of(request)
    rounds = Round.objects.filter(recognitions__revoked_on=None, recognitions__isnull=False).distinct()
    given = request.POST if request.method == "POST" else request.GET
    error = ""
    if request.method == "POST":
        number = given.get("round", "")
        found = rounds.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
        if found is None:
            error = _("请选择批次。")
        else:
            try:
                made, new = actions.ask(viewer, found, given.get("district", ""), base_of(request))
            except Refused as refused:
                error = str(refused)
            else:
                if not new:
                    messages.info(request, _("同样的打印正在进行，这里直接显示它。"))
                return redirect("recognition:print_run", pk=made.pk)
    page = page_of(request, queries.print_runs(viewer))
    shown = {
        "page": page,
        "rows": [(one, district_name(one.district) if one.district else _("全市")) for one in page],
        "rounds": rounds.order_by("-year", "-pk"),
        "chosen": given.get("round", ""),
        "district": given.get("district", ""),
        "districts": () if viewer.role in DISTRICT else DISTRICTS.items(),
        "error": error,
        "base": base_of(request),
    }
    return render(request, "recognition/titles/printing.html", shown, status=422 if error else 200)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: how far it is, or its file."""
    return render(request, "recognition/titles/print-run.html", _shown(_get(request, pk)))


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; the page asks every other second and loads itself anew at the end."""
    found = _get(request, pk)
    if found.state not in printing.UNDER_WAY:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "recognition/titles/print-progress.html", _shown(found))


@require_POST
@once
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a run again that failed or broke off."""
    found = actions.again(viewer_of(request), _get(request, pk).pk, base_of(request))
    return redirect("recognition:print_run", pk=found.pk)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF of a run, to whoever asked for it and to the city office."""
    found = _get(request, pk)
    path = printing.path_of(found)
    if found.state != PrintRun.State.DONE or not found.file or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"certificates-{found.round.year}-{found.pk}.pdf")


def _get(request: HttpRequest, pk: int) -> PrintRun:
    return get_object_or_404(queries.print_runs(viewer_of(request)), pk=pk)


def _shown(found: PrintRun) -> dict[str, Any]:
    return {
        "run": found,
        "scope": district_name(found.district) if found.district else _("全市"),
        "under_way": found.state in printing.UNDER_WAY,
        "broken": printing.broken_off(found),
        "there": found.state == PrintRun.State.DONE and bool(found.file) and printing.path_of(found).is_file(),
        "kept": printing.KEPT.days,
        "percent": 100 * found.done // found.total if found.total else 0,
    }
