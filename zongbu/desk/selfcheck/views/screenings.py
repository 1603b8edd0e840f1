"""Screenings: start, follow, read, explain a row, export, cancel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises import queries as enterprise_queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy, policies
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.selfcheck import actions, queries
from zongbu.desk.selfcheck.access import SCREENERS
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.presentation import present
from zongbu.desk.selfcheck.screening import export as writing
from zongbu.desk.selfcheck.screening import files, rows, summary
from zongbu.law import InputError

PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The screenings that the viewer may read, the newest first."""
    found = Paginator(queries.screenings(viewer_of(request)), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "selfcheck/screenings.html", {"page": found, "may_screen": viewer_of(request).role in SCREENERS}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def screen(request: HttpRequest) -> HttpResponse:
    """Ask for a screening."""
    given = request.POST if request.method == "POST" else request.GET
    own = viewer_of(request).district if viewer_of(request).role in DISTRICT else ""
    error = ""
    if request.method == "POST":
        try:
            as_of = date.fromisoformat(given.get("as_of", ""))
            if not 2000 <= as_of.year <= 2100:
                raise ValueError
        except ValueError:
            error = _("日期请写成 2026-06-30 的样子")
        else:
            try:
                made, new = actions.start(
                    viewer_of(request), given.get("policy", ""), as_of, own or given.get("district", "")
                )
            except InputError as refused:
                error = str(refused)
            else:
                if not new:
                    messages.info(request, _("同样的筛查正在进行，这里直接显示它。"))
                return redirect("selfcheck:screening", pk=made.pk)
    context = {
        "policies": policies(),
        "chosen": given.get("policy") or policies()[0].identifier,
        "as_of": given.get("as_of") or timezone.localdate().isoformat(),
        "district": given.get("district", ""),
        "districts": DISTRICTS.items(),
        "own": own,
        "own_name": district_name(own) if own else "",
        "error": error,
    }
    return render(request, "selfcheck/screen.html", context, status=422 if error else 200)


@require_safe
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """A screening: its progress, or its summary, funnel and rows."""
    found = _get(request, pk)
    context: dict[str, Any] = {
        "screening": found,
        "scope": district_name(found.district) if found.district else _("全市"),
        "may_cancel": found.under_way and _may_cancel(request, found),
        "may_screen": viewer_of(request).role in SCREENERS,
        **_progress(found),
    }
    if found.state == Screening.State.DONE:
        if not files.answers(found).is_file():
            context["gone"] = True
        else:
            context |= _rows(request, found)
        context |= {
            "summary": summary.counted(found, language()),
            "funnel": summary.funnel(found, language()),
            "lacking": summary.lacking(found, language()),
            "parameters": summary.parameters(found, language()),
            "changed": _changed(found),
        }
    return render(request, "selfcheck/screening.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a screening is; the page asks every other second and loads itself anew at the end."""
    found = _get(request, pk)
    if not found.under_way:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "selfcheck/parts/progress.html", {"screening": found, **_progress(found)})


@require_POST
@once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a screening that is under way."""
    try:
        found = actions.cancel(viewer_of(request), pk)
    except Screening.DoesNotExist:
        raise Http404 from None
    if found.state == Screening.State.CANCELLED:
        messages.success(request, _("已取消。"))
    else:
        messages.info(request, _("筛查已经结束，不能再取消。"))
    return redirect("selfcheck:screening", pk=pk)


@require_safe
def row(request: HttpRequest, pk: int, uscc: str) -> HttpResponse:
    """Why an enterprise came out as it did: assessed once more, for the same day and with what was known then."""
    found = _done(request, pk)
    try:
        enterprise = enterprise_queries.get(viewer_of(request), uscc)
        policy = policy_of(found.policy)
    except (Enterprise.DoesNotExist, UnknownPolicy):
        raise Http404 from None
    kept = rows.one(found, uscc)
    if kept is None:
        raise Http404
    facts = enterprise_queries.facts_at(enterprise, found.as_of, found.known_at, policy=policy)
    assessment = policy.assess(facts, as_of=found.as_of, parameters=found.parameters)
    check = present(assessment)
    return render(
        request,
        "selfcheck/row.html",
        {
            "screening": found,
            "enterprise": enterprise,
            "check": check,
            "figures": check.outline.facts,
            "changed": _changed(found),
        },
    )


@require_POST
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The rows that are shown, as a file; a form is sent for it because it is journalled who took what."""
    found = _done(request, pk)
    chosen = _chosen(request, found)
    if kind not in ("csv", "xlsx"):
        raise Http404
    actions.note_export(viewer_of(request), found, kind, request.GET.dict(), rows.count(found, chosen))
    name = f"{found.policy}-{found.as_of}-{found.pk}"
    if kind == "csv":
        response = StreamingHttpResponse(
            writing.csv_lines(found, chosen, language()), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    if rows.count(found, chosen) > writing.MOST_IN_A_SHEET:
        messages.error(request, _("超过 %d 行，请改用 CSV 导出，或先筛选。") % writing.MOST_IN_A_SHEET)
        return redirect("selfcheck:screening", pk=pk)
    return FileResponse(writing.workbook(found, chosen, language()), as_attachment=True, filename=f"{name}.xlsx")


# --- pieces -----------------------------------------------------------------------------------------------


def _get(request: HttpRequest, pk: int) -> Screening:
    try:
        return queries.get(viewer_of(request), pk)
    except Screening.DoesNotExist:
        raise Http404 from None


def _done(request: HttpRequest, pk: int) -> Screening:
    found = _get(request, pk)
    if found.state != Screening.State.DONE or not files.answers(found).is_file():
        raise Http404
    return found


def _may_cancel(request: HttpRequest, found: Screening) -> bool:
    viewer = viewer_of(request)
    return viewer.writes and viewer.role in SCREENERS and found.organisation_id == viewer.organisation


def _progress(found: Screening) -> dict[str, Any]:
    return {"percent": int(100 * files.reported(found)), "broken": files.broken_off(found)} if found.under_way else {}


def _changed(found: Screening) -> bool:
    try:
        return policy_of(found.policy).version != found.version
    except UnknownPolicy:
        return True


def _chosen(request: HttpRequest, found: Screening) -> rows.Filter:
    given = request.GET
    result, answer = given.get("result", ""), given.get("answer", "")
    return rows.Filter(
        text=given.get("q", "").strip()[:100],
        district=given.get("district", "") if given.get("district", "") in DISTRICTS else "",
        result=result if result in found.results else "",
        answer=answer if answer in rows.ANSWERS else "",
        sort=given.get("sort", "name"),
    )


def _rows(request: HttpRequest, found: Screening) -> dict[str, Any]:
    chosen = _chosen(request, found)
    page = Paginator(rows.Rows(found, chosen), PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [summary.shown(one, found, language()) for one in page.object_list],
        "columns": summary.columns(found, language()),
        "chosen": chosen,
        "filtered": bool(chosen.text or chosen.district or (chosen.result and chosen.answer)),
        "districts": () if found.district else DISTRICTS.items(),
    }
