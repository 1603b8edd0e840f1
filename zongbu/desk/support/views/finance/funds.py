"""Funds and their budgets: set up, given money, put right, closed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.support import books, queries
from zongbu.desk.support.actions import closing
from zongbu.desk.support.actions import funds as acts
from zongbu.desk.support.forms.finance import CloseForm, FundForm, MoneyForm, ReasonForm
from zongbu.desk.support.models import Budget, Level, Movement
from zongbu.desk.support.views.finance.common import (
    act_page,
    budget_or_404,
    claim_url,
    fund_or_404,
    keeps,
    opened,
    year_of,
)

CORRIGIBLE = (Movement.Kind.APPROPRIATE, Movement.Kind.WITHDRAW)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The funds whose books the viewer may read, with what this year's budget holds."""
    viewer, year = viewer_of(request), year_of(request)
    budgets = {one.fund_id: one for one in queries.budgets(viewer).filter(year=year)}
    rows = []
    for fund in queries.funds(viewer):
        budget = budgets.get(fund.pk)
        rows.append({"fund": fund, "budget": budget, "bar": books.bar(budget) if budget else []})
    context = {
        "rows": rows,
        "year": year,
        "total": books.used(budgets.values()),
        "may_set_up": _may_set_up(viewer),
    }
    return render(request, "support/finance/funds.html", context)


def _may_set_up(viewer: Viewer) -> bool:
    if not books.pays(viewer):
        return False
    return viewer.role == Role.CITY_FINANCE or not queries.paying(viewer).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Set up a fund."""
    viewer = viewer_of(request)
    form = FundForm(viewer, request.POST if request.method == "POST" else None)
    context = {
        "title": _("设立资金"),
        "lead": _("区县的资金由区县财政部门设立，市级的和部门的由市财政部门设立。"),
        "submit": _("设立"),
        "cancel": reverse("support:funds"),
        "crumbs": _crumbs(),
    }

    def perform() -> Any:
        data = form.cleaned_data
        if viewer.role == Role.DISTRICT_FINANCE:
            return acts.set_up(viewer, data["name"], Level.DISTRICT, district=viewer.district)
        department = data["organisation"]
        return acts.set_up(viewer, data["name"], data["level"], organisation=department.pk if department else None)

    return act_page(
        request,
        form,
        perform,
        done=_("资金已设立，请安排预算。"),
        to=lambda made: reverse("support:fund", args=[made.pk]),
        context=context,
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A fund and its budgets, year by year."""
    viewer = viewer_of(request)
    fund = fund_or_404(viewer, pk)
    years = books.fund_years(fund)
    context = {
        "fund": fund,
        "rows": [{"budget": one, "bar": books.bar(one)} for one in years],
        "keeps": keeps(viewer, fund),
        "year": timezone.localdate().year,
        "crumbs": _crumbs(),
    }
    return render(request, "support/finance/fund.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Appropriate money to a budget, or reduce it."""
    viewer = viewer_of(request)
    fund = fund_or_404(viewer, pk)
    if act not in ("appropriate", "withdraw"):
        raise Http404(act)
    more = act == "appropriate"
    here = reverse("support:fund", args=[pk])
    form = MoneyForm(request.POST if request.method == "POST" else None, initial={"year": year_of(request)})
    context = {
        "title": _("安排预算") if more else _("调减预算"),
        "lead": _("记入账簿以后不能修改；记错的用冲正分录更正。")
        if more
        else _("最多调减可用的金额；已经预留、承诺的不能调减。"),
        "submit": _("安排") if more else _("调减"),
        "cancel": here,
        "crumbs": [*_crumbs(), (fund.name, here)],
    }

    def perform() -> Any:
        data = form.cleaned_data
        perform = acts.appropriate if more else acts.withdraw
        return perform(viewer, fund, data["year"], data["amount"], data["document"], data["reason"])

    done = _("预算已安排。") if more else _("预算已调减。")
    return act_page(request, form, perform, done=done, to=here, context=context)


# --- closing a year ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what closing a budget would do, and do it."""
    viewer = viewer_of(request)
    budget = budget_or_404(viewer, pk)
    here = reverse("support:budget", args=[pk])
    form = CloseForm(request.POST if request.method == "POST" else None)
    following = Budget.objects.filter(fund=budget.fund_id, year=budget.year + 1).first()
    hindrance = ""
    if budget.closed_at is not None:
        hindrance = _("%(budget)s年度的账已经关闭。") % {"budget": budget}
    elif not keeps(viewer, budget.fund):
        hindrance = _("这项资金不由您的单位管理。")
    else:
        hindrance = closing.too_early(budget)
    context = {
        "budget": budget,
        "now": closing.outlook(budget),
        "following": following,
        "hindrance": hindrance,
        "cancel": here,
        "crumbs": [*_crumbs(), (budget.fund.name, reverse("support:fund", args=[budget.fund_id])), (str(budget), here)],
    }

    def perform() -> Any:
        data = form.cleaned_data
        return closing.close(viewer, pk, data["rest"], data["document"], data["reason"])

    return act_page(
        request,
        form,
        perform,
        done=_("%(year)s年度已关账。") % {"year": budget.year},
        to=here,
        context=context,
        template="support/finance/close.html",
    )


# --- movements ---------------------------------------------------------------------------------------------


@require_safe
def movement(request: HttpRequest, pk: int) -> HttpResponse:
    """A movement: from where to where, because of what, and what corrects it."""
    viewer = viewer_of(request)
    found = get_object_or_404(books.movements(viewer), pk=pk)
    seen = books.lines(viewer).filter(movement=found).order_by("pk")
    every = found.lines.count()
    countered = Movement.objects.filter(counters=found).first()
    context = {
        "movement": found,
        "lines": seen,
        "unseen": every - len(seen),
        "countered": countered,
        "claim_url": claim_url(viewer, found.claim) if found.claim is not None else "",
        "order_url": opened(viewer, "order", found.order.number) if found.order is not None else "",
        "reimbursement_url": opened(viewer, "reimbursement", found.reimbursement.receipt)
        if found.reimbursement is not None and queries.reimbursements(viewer).filter(pk=found.reimbursement.pk).exists()
        else "",
        "may_counter": found.kind in CORRIGIBLE
        and countered is None
        and found.counters_id is None
        and all(keeps(viewer, one.budget.fund) and one.budget.closed_at is None for one in seen),
        "crumbs": _line_crumbs(seen),
    }
    return render(request, "support/finance/movement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a movement of budget money right."""
    viewer = viewer_of(request)
    found = get_object_or_404(books.movements(viewer), pk=pk)
    here = reverse("support:movement", args=[pk])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    lines = books.lines(viewer).filter(movement=found).order_by("pk")
    context = {
        "title": _("冲正分录"),
        "lead": _("原分录保留，另记一笔相反的分录。"),
        "submit": _("冲正"),
        "danger": True,
        "cancel": here,
        "lines": lines,
        "crumbs": [*_line_crumbs(lines), (str(found), here)],
    }
    return act_page(
        request,
        form,
        lambda: acts.put_right(viewer, pk, form.cleaned_data["reason"]),
        done=_("已冲正。"),
        to=lambda made: reverse("support:movement", args=[made.pk]),
        context=context,
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(pgettext("list", "资金"), reverse("support:funds"))]


def _line_crumbs(lines: Any) -> list[tuple[str, str]]:
    first = next(iter(lines), None)
    if first is None:
        return _crumbs()
    return [*_crumbs(), (str(first.budget), reverse("support:budget", args=[first.budget_id]))]
