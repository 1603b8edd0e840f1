"""What leads look at: how far budgets are used, what is to come, how long approved money waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.support import books, queries
from zongbu.desk.support.models import Claim
from zongbu.desk.support.views.finance.common import opened, year_of


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Budgets by measure and district, forecast, ageing, failed payments."""
    viewer, year = viewer_of(request), year_of(request)
    found = books.lines(viewer).filter(budget__year=year)
    failed, failed_fen = books.failed(viewer)
    coming = books.forecast(viewer, language())
    budgets = list(queries.budgets(viewer).filter(year=year))
    context = {
        "year": year,
        "year_text": str(year),
        # 万元 in Chinese, thousands in English: as readers count.
        "chart_unit": "CNY k" if language() == "en" else "万元",
        "chart_factor": 100_000 if language() == "en" else 1_000_000,
        "orders_url": opened(viewer, "orders"),
        "used": books.used(budgets),
        "budgets": [{"budget": one, "bar": books.bar(one)} for one in budgets],
        "measures": books.by_measure(found, language()),
        "districts": books.by_district(found) if viewer.reach is not Reach.DISTRICT else [],
        "coming": coming,
        "coming_total": {
            name: sum(getattr(one, name) for one in coming) for name in ("approved", "verified", "offered", "total")
        },
        "ages": [
            {
                "one": one,
                "label": _("%(since)s天以上") % {"since": one.since - 1}
                if one.until is None
                else _("%(since)s–%(until)s天") % {"since": one.since, "until": one.until},
            }
            for one in books.ages(viewer)
        ],
        "failed": failed,
        "failed_fen": failed_fen,
        "demonstration": Claim.objects.filter(demonstration=True, shares__fund__in=queries.funds(viewer)).exists(),
    }
    return render(request, "support/finance/dashboard.html", context)
