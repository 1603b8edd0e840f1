"""What everybody sees: how much was paid, by measure and district."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import files
from zongbu.desk.support import books
from zongbu.desk.support.books import ALL, Cell, Published
from zongbu.desk.support.treasury import yuan
from zongbu.law.amounts import day


def _chosen(request: HttpRequest) -> tuple[int, list[int]]:
    years = books.public_years()
    asked = small_int(request.GET.get("year"))
    year = asked if asked in years else years[0] if years else timezone.localdate().year
    return year, years


def _rows(found: Published) -> Iterator[tuple[str, list[Cell]]]:
    columns = [*found.districts, ""]
    for policy, measure in found.measures:
        title = books.measure_title(policy, measure, language())
        yield title, [found.cell((policy, measure), code) for code in columns]
    yield _("合计"), [found.cell(ALL, code) for code in columns]


@require_safe
def totals(request: HttpRequest) -> HttpResponse:
    """The totals of a year."""
    year, years = _chosen(request)
    found = books.published(year)
    rows = list(_rows(found))
    context: dict[str, Any] = {
        "year": year,
        "years": years,
        "found": found,
        "rows": [{"title": title, "cells": cells} for title, cells in rows] if found.measures else [],
        "columns": [district_name(code) for code in found.districts],
        "few": books.FEW,
        "hidden": any(cell.hidden for _title, cells in rows for cell in cells),
        "day": timezone.localdate(),
    }
    return render(request, "support/finance/public.html", context)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same as CSV or XLSX: one line for each measure and district."""
    if kind not in files.KINDS:
        raise Http404(kind)
    year, _years = _chosen(request)
    found = books.published(year)
    titles = [_("措施"), _("区县"), _("年度"), _("已支付（元）"), _("企业数"), _("说明")]
    names = [*(district_name(code) for code in found.districts), _("合计")]
    hidden = _("不公布：少于%(few)s家企业，或者会由合计推算出来") % {"few": books.FEW}
    rows: list[list[files.Cell]] = []
    for title, cells in _rows(found):
        for name, cell in zip(names, cells, strict=True):
            if not cell.enterprises:
                continue
            if cell.fen is None:
                rows.append([title, name, year, None, None, hidden])
            else:
                rows.append([title, name, year, Decimal(yuan(cell.fen)), cell.enterprises, ""])
    notes = [(_("数据时点"), day(timezone.localdate(), language())), (_("来源"), request.build_absolute_uri())]
    if found.demonstration:
        notes.append((_("演示参数"), _("金额按演示参数计算，不是公布的标准，不代表任何兑现结果。")))
    return files.answer(kind, f"support-paid-{year}", titles, rows, notes)
