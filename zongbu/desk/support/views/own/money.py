"""Where is my money: every claim and payment of an enterprise, totals by year, as a page and as a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import files
from zongbu.desk.recognition.terms import Due
from zongbu.desk.support import queries
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import ENDED, TONES, dues, turn
from zongbu.desk.support.tracking import Payment, payments
from zongbu.desk.support.views.own.common import own_enterprise
from zongbu.law.amounts import decimal_of

PAGE = 50
RUNNING = Q(state__in=["submitted", "returned", "accepted", "verified", "approved", "paying"])


@dataclass(frozen=True, slots=True)
class Line:
    """A claim with its payments: ``amount`` in fen, ``stage`` how the amount is meant."""

    case: Claim
    label: str
    tone: str
    amount: int | None
    stage: str
    turn: str
    due: Due | None
    payments: tuple[Payment, ...]
    paid: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Total:
    """What became of the claims of a year, in fen."""

    year: int
    number: int
    running: int
    approved: int
    paid: int


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """All claims, the newest first, 50 a page."""
    viewer, year = viewer_of(request), small_int(request.GET.get("year"))
    found = _claims(viewer, year)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    totals = _totals(viewer)
    shown: dict[str, Any] = {
        "enterprise": own_enterprise(request),
        "page": page,
        "lines": _lines(viewer, list(page.object_list)),
        "totals": totals,
        "ended": ENDED,
        "year": year if year in {one.year for one in totals} else None,
        "demonstration": any(one.demonstration for one in page.object_list),
    }
    return render(request, "support/own/money.html", shown)


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The claims that are shown, all pages of them, as CSV or XLSX; it is journalled who took what."""
    if kind not in files.KINDS:
        raise Http404
    viewer, year = viewer_of(request), small_int(request.GET.get("year"))
    rows = _lines(viewer, list(_claims(viewer, year)))
    with transaction.atomic():
        after = {"format": kind, "filters": request.GET.dict(), "rows": len(rows)}
        journal.record("support.export_money", viewer, after=after)
    notes = [(_("说明"), _("标明演示参数的金额按演示参数计算，不得用于实际兑现。"))]
    marked = any(line.case.demonstration for line in rows)
    name = f"{_('兑现和支付')}-{timezone.localdate():%Y%m%d}"
    return files.answer(kind, name, _heads(), _cells(rows), notes if marked else ())


def _claims(viewer: Viewer, year: int | None) -> QuerySet[Claim]:
    found = queries.claims(viewer).filter(enterprise__uscc=viewer.uscc or "-").order_by("-year", "-pk")
    return found.filter(year=year) if year else found


def _totals(viewer: Viewer) -> list[Total]:
    """By year; two queries."""
    own = _claims(viewer, None).order_by()
    paid = {
        year: amount or 0
        for year, amount in own.values_list("year").annotate(paid=Sum("shares__paid") - Sum("shares__returned"))
    }
    counted = own.values("year").annotate(
        count=Count("pk"),
        running=Sum("amount", filter=Q(state="verified")),
        approved=Sum("amount", filter=Q(state__in=["approved", "paying"])),
    )
    return [
        Total(one["year"], one["count"], one["running"] or 0, one["approved"] or 0, paid.get(one["year"], 0))
        for one in counted.order_by("-year")
    ]


def _lines(viewer: Viewer, cases: list[Claim]) -> list[Line]:
    """Claims with their payments; four queries, whatever their number."""
    keys = [one.pk for one in cases]
    orders: dict[int, list[Any]] = defaultdict(list)
    for order in queries.orders(viewer).filter(claim__in=keys).order_by("pk"):
        orders[order.claim_id or 0].append(order)
    until = dues(cases)
    found = []
    for case in cases:
        made = orders[case.pk]
        sent = payments(made)
        done = [one for one in sent if one.state == "paid"]
        days = [one.paid for one in done if one.paid is not None]
        found.append(
            Line(
                case,
                str(CLAIM.label(case.state)),
                TONES.get(case.state, "action"),
                case.amount if case.amount is not None else case.computed,
                _stage(case),
                turn(case, viewer, [order.fund for order in made if order.state in ("ready", "batched", "failed")]),
                until.get(case.pk),
                tuple(sent),
                sum(one.amount for one in done),
                max(days, default=None),
            )
        )  # fmt: skip
    return found


def _stage(case: Claim) -> str:
    """How the amount of a claim is meant."""
    if case.state in ENDED:
        return _("不支付") if case.state != "given_back" else _("已退回")
    if case.amount is not None:
        return _("核定")
    return _("测算") if case.computed is not None else ""


def _heads() -> list[str]:
    return [
        _("编号"), _("措施"), _("条款"), _("年度"), _("事项"), _("状态"), _("轮到谁"), _("到哪天"), _("金额（元）"),
        _("金额口径"), _("已支付（元）"), _("到账日期"), _("支付失败原因"), _("备注"),
    ]  # fmt: skip


def _cells(rows: list[Line]) -> Iterator[list[files.Cell]]:
    for line in rows:
        failed = [one.failure for one in line.payments if one.failure and not one.reissued]
        yield [
            line.case.receipt,
            line.case.title,
            line.case.clause,
            line.case.year,
            line.case.subject,
            line.label,
            line.turn,
            line.due.day if line.due is not None else None,
            None if line.amount is None else decimal_of(line.amount, 0).scaleb(-2),
            line.stage,
            decimal_of(line.paid, 0).scaleb(-2) if line.paid else None,
            line.paid_on,
            "；".join(failed),
            _("演示参数") if line.case.demonstration else "",
        ]
