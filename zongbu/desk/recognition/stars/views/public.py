"""What everybody sees of stars: the published list by star, and the list during its notice."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition.stars import export as writing
from zongbu.desk.recognition.stars import queries
from zongbu.desk.recognition.stars.models import Evaluation, Result
from zongbu.desk.recognition.stars.views.common import evaluation_or_404

PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The published list of a year (the latest, unless the address names one), by star."""
    public = list(queries.evaluations(PUBLIC))
    published = [one for one in public if one.state == "published"]
    year = request.GET.get("year", "")
    chosen = next((one for one in published if str(one.year) == year), published[0] if published else None)
    context: dict[str, Any] = {
        "evaluation": chosen,
        "years": [one.year for one in published],
        "notices": [one for one in public if one.state != "published"],
    }
    if chosen is not None:
        context |= _list(request, chosen)
        titles = dict(chosen.titles.filter(enterprise__in=[row["result"].enterprise_id for row in context["rows"]])
                      .values_list("enterprise_id", "ended_on"))  # fmt: skip
        for row in context["rows"]:
            row["ended"] = titles.get(row["result"].enterprise_id)
    return render(request, "recognition/stars/list.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The intended list, during its notice and until it has been published."""
    found = evaluation_or_404(request, pk)
    if found.state not in ("noticed", "publishing"):
        raise Http404
    today = timezone.localdate()
    over = found.notice_ends is not None and found.notice_ends < today
    runs = found.takes_objections(today)
    context = {"evaluation": found, "over": over, "runs": runs, **_list(request, found)}
    return render(request, "recognition/stars/notice.html", context)


def _filtered(request: HttpRequest, found: QuerySet[Result]) -> QuerySet[Result]:
    star, district, text = (request.GET.get(name, "").strip()[:100] for name in ("star", "district", "q"))
    if star.isdigit():
        found = found.filter(star=int(star))
    if district in DISTRICTS:
        found = found.filter(district=district)
    return found.filter(name__icontains=text) if text else found


def _list(request: HttpRequest, evaluation: Evaluation) -> dict[str, Any]:
    definition, everybody = evaluation.set.definition, queries.listed(evaluation)
    by_star = dict(everybody.order_by().values_list("star").annotate(number=Count("pk")))
    page = Paginator(_filtered(request, everybody).defer("parts"), PAGE).get_page(request.GET.get("page"))
    return {
        "stars": [(tier.star, tier.label, by_star.get(tier.star, 0)) for tier in definition.tiers],
        "page": page,
        "rows": [
            {
                "result": one,
                "label": definition.label(one.star),
                "district": district_name(one.district),
                "first": place == 0 or page[place - 1].star != one.star,
            }
            for place, one in enumerate(page)
        ],
        "given": {name: request.GET.get(name, "") for name in ("star", "district", "q")},
        "districts": DISTRICTS.items(),
    }


@require_safe
def export(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """A published list as a file, at a stable address."""
    found = queries.evaluations(PUBLIC).filter(year=year, state="published").first()
    if found is None or kind not in ("csv", "xlsx"):
        raise Http404
    rows = writing.public_rows(found, _filtered(request, queries.listed(found)).defer("parts"))
    if kind == "csv":
        answer = StreamingHttpResponse(writing.as_csv(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="stars-{year}.csv"'
        return answer
    return FileResponse(writing.as_workbook(found, rows), as_attachment=True, filename=f"stars-{year}.xlsx")
