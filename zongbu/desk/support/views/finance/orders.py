"""Payment orders: ready ones into a batch, failed ones issued anew, money given back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.support import books, queries
from zongbu.desk.support.actions import payments as acts
from zongbu.desk.support.forms.finance import BatchForm, GiveBackForm, PlainForm, default_title
from zongbu.desk.support.models import PaymentOrder, Share
from zongbu.desk.support.views.finance.common import (
    ORDER_TONES,
    act_page,
    claims_seen,
    in_full,
    keeps,
    opened,
    order_or_404,
)

State = PaymentOrder.State
MOST = 500
"""Orders of a batch that is made from the list."""


def shown(viewer: Viewer, orders: list[PaymentOrder]) -> list[dict[str, Any]]:
    """Orders with what they lead to."""
    seen = claims_seen(viewer, {one.claim_id for one in orders if one.claim_id})
    full, today = in_full(viewer), timezone.localdate()
    failed = [one.pk for one in orders if one.state == State.FAILED]
    anew = set(books.unpaid(viewer).filter(pk__in=failed).values_list("pk", flat=True)) if failed else set()
    rows = []
    for one in orders:
        approved = getattr(one, "approved_at", None)
        about = one.claim or one.reimbursement
        assert about is not None
        rows.append(
            {
                "order": one,
                "tone": ORDER_TONES[one.state],
                "account": one.account if full else f"…{one.account[-4:]}" if one.account else "",
                "case": about.receipt,
                "title": one.claim.title if one.claim is not None else _("市级次年补助"),
                "case_url": opened(viewer, "claim", about.receipt)
                if one.claim_id in seen
                else opened(viewer, "reimbursement", about.receipt)
                if one.claim is None
                else "",
                "days": (today - timezone.localdate(approved)).days if approved is not None else None,
                "reissuable": one.pk in anew,
            }
        )
    return rows


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Orders of the funds that the viewer reads: by state, fund and age; ready ones can be put into a batch."""
    return _index(request, None)


def _index(
    request: HttpRequest, form: BatchForm | None, chosen: set[int] | None = None, asked: QueryDict | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    asked = request.GET if asked is None else asked
    state = asked.get("state", "ready" if books.pays(viewer) and not asked.get("age") else "")
    state = state if state in [*State.values, "unpaid"] else ""
    funds = list(queries.funds(viewer))
    fund = next((one for one in funds if one.pk == small_int(asked.get("fund"))), None)
    if fund is None and state == "ready" and len(funds) == 1:
        fund = funds[0]
    everything = queries.orders(viewer)
    if fund is not None:
        everything = everything.filter(fund=fund)
    counted = dict(everything.order_by().values_list("state").annotate(many=Count("pk")))
    found = books.unpaid(viewer) if state == "unpaid" or asked.get("age") else everything
    if fund is not None:
        found = found.filter(fund=fund)
    if state and state != "unpaid":
        found = found.filter(state=state)
    age = next((one for one in books.AGES if str(one[0]) == asked.get("age")), None)
    if age is not None:
        found = books.aged(found, age[0], age[1], timezone.localdate())
    text = asked.get("q", "").strip()[:100]
    if text:
        found = found.filter(
            Q(number__icontains=text)
            | Q(payee__icontains=text)
            | Q(claim__receipt__iexact=text)
            | Q(reimbursement__receipt__iexact=text)
        )
    page = page_of(request, found.order_by("pk" if state == "ready" else "-pk"))
    here = reverse("support:orders")
    kept = f"&fund={fund.pk}" if fund is not None else ""
    tabs: list[tuple[Any, ...]] = [
        (label, f"{here}?state={value}{kept}", state == value, counted.get(value, 0)) for value, label in State.choices
    ]
    tabs.append((_("全部"), f"{here}?state=all{kept}", not state, None))
    may_batch = state == "ready" and fund is not None and keeps(viewer, fund) and bool(page.object_list)
    if form is None and may_batch:
        assert fund is not None
        form = BatchForm(initial={"title": default_title(fund)})
    context = {
        "page": page,
        "rows": shown(viewer, list(page)),
        "tabs": tabs,
        "state": state,
        "fund": fund,
        "funds": funds,
        "age": age,
        "text": text,
        "may_batch": may_batch,
        "form": form,
        "chosen": chosen,
        "total": found.order_by().aggregate(total=Sum("amount"))["total"] or 0,
        "pays": books.pays(viewer),
    }
    return render(request, "support/finance/orders.html", context, status=400 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def make_batch(request: HttpRequest) -> HttpResponse:
    """Put the orders that were ticked (or all ready ones of the fund) into a new batch."""
    viewer = viewer_of(request)
    if request.method != "POST":
        return redirect("support:orders")
    fund = get_object_or_404(queries.paying(viewer), pk=small_int(request.POST.get("fund")) or 0)
    form = BatchForm(request.POST)
    if request.POST.get("all"):
        ready = PaymentOrder.objects.filter(fund=fund, state=State.READY).order_by("pk")
        keys = list(ready.values_list("pk", flat=True)[:MOST])
    else:
        keys = [key for text in request.POST.getlist("order")[:MOST] if (key := small_int(text)) is not None]
    if form.is_valid():
        if not keys:
            form.add_error(None, _("请至少勾选一笔支付单。"))
        else:
            made = whole(form, lambda: acts.make_batch(viewer, fund, form.cleaned_data["title"], keys))
            if made is not None:
                batch, left = made
                messages.success(request, _("批次%(number)s已编制。") % {"number": batch.receipt})
                for sentence in left[:10]:
                    messages.warning(request, sentence)
                return redirect("support:batch", batch.receipt)
    return _index(request, form, set(keys), QueryDict(f"state=ready&fund={fund.pk}"))  # the list as it was


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """An order: to whom, for what, in which batch, what the treasury said; what came before and after it."""
    viewer = viewer_of(request)
    order = order_or_404(viewer, number)
    (row,) = shown(viewer, [order])
    later = PaymentOrder.objects.filter(replaces=order).first()
    context = {
        **row,
        "batch": order.batch,
        "earlier": order.replaces,
        "later": later,
        "movements": order.movements.all(),
        "keeps": keeps(viewer, order.fund),
        "may_give_back": order.state == State.PAID and order.claim is not None and order.claim.state == "paid",
        "crumbs": [(_("支付单"), reverse("support:orders"))],
    }
    return render(request, "support/finance/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Issue a failed order anew, or book money that was given back."""
    viewer = viewer_of(request)
    order = order_or_404(viewer, number)
    here = reverse("support:order", args=[number])
    context: dict[str, Any] = {
        "cancel": here,
        "crumbs": [(_("支付单"), reverse("support:orders")), (number, here)],
    }
    posted = request.POST if request.method == "POST" else None
    if act == "reissue":
        form: Any = PlainForm(posted)
        del form.fields["reason"]
        context |= {
            "title": _("重新签发"),
            "lead": _("按企业现在登记的收款账户另签一张支付单，这一张只能重签一次。"),
            "submit": _("重新签发"),
        }

        def perform() -> Any:
            return acts.reissue(viewer, order.pk)

        return act_page(
            request,
            form,
            perform,
            done=_("已重新签发，请编入批次。"),
            to=lambda made: reverse("support:order", args=[made.number]),
            context=context,
        )
    if act == "give_back" and order.claim is not None:
        mine = Share.objects.filter(claim=order.claim, fund__in=queries.paying(viewer), paid__gt=0)
        shares = list(mine.select_related("fund").order_by("pk"))
        form = GiveBackForm(shares, posted)
        context |= {
            "title": _("登记退回"),
            "lead": _("企业退回的款项记回支付它的预算；那一年已关账的，记入今年。"),
            "submit": _("登记退回"),
        }
        claim = order.claim

        def perform() -> Any:
            data = form.cleaned_data
            return acts.give_back(viewer, claim.pk, form.amounts, data["document"], data["reason"])

        return act_page(request, form, perform, done=_("退回已登记。"), to=here, context=context)
    raise Http404(act)
