"""A budget's accounts, sums and lines; lines of the whole books; both as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files
from zongbu.desk.support import books, queries
from zongbu.desk.support.actions.closing import too_early
from zongbu.desk.support.actions.exports import exported
from zongbu.desk.support.books import Wanted
from zongbu.desk.support.models import HOLDING, Account, Line, Movement
from zongbu.desk.support.treasury import yuan
from zongbu.desk.support.views.finance.common import budget_or_404, claims_seen, keeps, opened


def wanted(request: HttpRequest, **given: Any) -> Wanted:
    """Which lines the address asks for."""
    asked = request.GET
    account, kind, district = asked.get("account", ""), asked.get("kind", ""), asked.get("district", "")
    values: dict[str, Any] = {
        "fund": small_int(asked.get("fund")),
        "year": small_int(asked.get("year")),
        "account": account if account in Account.values else "",
        "policy": asked.get("policy", "")[:100],
        "measure": asked.get("measure", "")[:100],
        "district": district if district in DISTRICTS else "",
        "enterprise": asked.get("enterprise", "").strip()[:100],
        "kind": kind if kind in Movement.Kind.values else "",
    }
    return Wanted(**(values | given))


def listed(viewer: Viewer, chosen: Wanted) -> QuerySet[Line]:
    """The lines, the newest first."""
    return chosen.apply(books.lines(viewer)).order_by("-pk")


def shown(viewer: Viewer, lines: list[Line]) -> list[dict[str, Any]]:
    """Lines with what they lead to; a constant number of queries."""
    seen = claims_seen(viewer, {one.movement.claim_id for one in lines if one.movement.claim_id})
    titles: dict[tuple[str, str], str] = {}
    rows = []
    for one in lines:
        key = one.policy, one.measure
        if one.measure and key not in titles:
            titles[key] = books.measure_title(*key, language())
        claim, case = one.movement.claim, one.movement.reimbursement
        rows.append(
            {
                "line": one,
                "account": Account(one.account).label,
                "measure": titles.get(key, ""),
                "case": claim.receipt if claim is not None else case.receipt if case is not None else "",
                "case_url": opened(viewer, "claim", claim.receipt)
                if claim is not None and claim.pk in seen
                else opened(viewer, "reimbursement", case.receipt)
                if case is not None
                else "",
            }
        )
    return rows


def _choices(viewer: Viewer, found: QuerySet[Line]) -> dict[str, Any]:
    """What the filters offer: only what there is."""
    pairs = found.exclude(measure="").order_by("policy", "measure").values_list("policy", "measure").distinct()
    return {
        "measures": [(policy, measure, books.measure_title(policy, measure, language())) for policy, measure in pairs],
        "districts": () if viewer.district else DISTRICTS.items(),
        "accounts": Account.choices,
        "kinds": Movement.Kind.choices,
    }


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A budget: what its accounts hold, by measure, by district, and its lines."""
    viewer = viewer_of(request)
    budget = budget_or_404(viewer, pk)
    chosen = wanted(request, fund=budget.fund_id, year=budget.year)
    every = books.lines(viewer).filter(budget=budget)
    page = page_of(request, listed(viewer, chosen))
    context = {
        "budget": budget,
        "bar": books.bar(budget),
        "accounts": [
            (one.value, one.label, getattr(budget, one.value))
            for one in HOLDING
            if getattr(budget, one.value) or one not in (Account.LAPSED, Account.CARRIED)
        ],
        "measures": books.by_measure(every, language()),
        "by_district": books.by_district(every) if not budget.fund.district else [],
        "page": page,
        "rows": shown(viewer, list(page)),
        "chosen": chosen,
        "closable": keeps(viewer, budget.fund) and budget.closed_at is None and not too_early(budget),
        "choices": _choices(viewer, every),
        "here": reverse("support:budget", args=[pk]),
        "total": sum(listed(viewer, chosen).values_list("amount", flat=True)) if chosen.account else None,
        "crumbs": [
            (pgettext("list", "资金"), reverse("support:funds")),
            (budget.fund.name, reverse("support:fund", args=[budget.fund_id])),
        ],
    }
    return render(request, "support/finance/budget.html", context)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Lines of all the books that the viewer may read: where the sums of other pages lead."""
    viewer = viewer_of(request)
    chosen = wanted(request)
    page = page_of(request, listed(viewer, chosen))
    context = {
        "page": page,
        "rows": shown(viewer, list(page)),
        "chosen": chosen,
        "choices": _choices(viewer, books.lines(viewer)),
        "funds": queries.funds(viewer),
        "here": reverse("support:lines"),
        "total": sum(listed(viewer, chosen).values_list("amount", flat=True)) if chosen.account else None,
        "across": True,
        "crumbs": [(pgettext("list", "资金"), reverse("support:funds"))],
    }
    return render(request, "support/finance/lines.html", context)


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The lines that are shown, all pages; a form is sent for it because it is journalled."""
    if kind not in files.KINDS:
        raise Http404(kind)
    viewer, chosen = viewer_of(request), wanted(request)
    found = listed(viewer, chosen)
    exported(viewer, "lines", request.GET.dict(), found.count())
    titles = [
        _("分录号"), _("记账日"), _("类型"), _("资金"), _("年度"), _("科目"), _("金额（元）"), _("措施"), _("区县"),
        _("企业"), _("统一社会信用代码"), _("事项"), _("文号或凭证号"), _("事由"), _("经办人"),
    ]  # fmt: skip
    return files.answer(kind, f"ledger-{timezone.localdate():%Y%m%d}", titles, cells(found))


def cells(found: QuerySet[Line]) -> Iterator[list[files.Cell]]:
    """Lines as the rows of a file."""
    from decimal import Decimal

    for one in found.iterator(chunk_size=1000):
        about = one.movement.claim or one.movement.reimbursement
        yield [
            one.movement_id, one.movement.booked_on, str(one.movement.get_kind_display()), one.budget.fund.name,
            one.budget.year, str(Account(one.account).label), Decimal(yuan(one.amount)),
            books.measure_title(one.policy, one.measure, language()) if one.measure else "",
            district_name(one.district) if one.district else "",
            one.enterprise.name if one.enterprise is not None else "",
            one.enterprise.uscc if one.enterprise is not None else "",
            about.receipt if about is not None else "", one.movement.document, one.movement.reason,
            one.movement.person_name,
        ]  # fmt: skip
