"""Batches: what goes to the treasury together, as files, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import files
from zongbu.desk.support import queries, treasury
from zongbu.desk.support.actions import payments as acts
from zongbu.desk.support.actions import results
from zongbu.desk.support.actions.exports import fetched
from zongbu.desk.support.flow import PAYMENT_BATCH
from zongbu.desk.support.forms.finance import PlainForm, ReasonForm, ResultForm
from zongbu.desk.support.models import PaymentBatch, PaymentOrder, ResultFile, ResultRow
from zongbu.desk.support.views.finance.common import (
    BATCH_TONES,
    act_page,
    batch_or_404,
    keeps,
    order_or_404,
)
from zongbu.desk.support.views.finance.orders import shown

RESULT_TONES = {"paid": "met", "failed": "refused", "again": "neutral", "refused": "open", "": "neutral"}
FILE_TONES = {"read": "open", "running": "action", "done": "met", "dropped": "neutral"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The batches of the funds that the viewer reads."""
    viewer = viewer_of(request)
    state = request.GET.get("state", "")
    found = queries.batches(viewer).annotate(
        many=Count("orders", distinct=True),
        total=Sum("orders__amount"),
        open=Count("orders", filter=Q(orders__state="exported")),
        failed=Count("orders", filter=Q(orders__state="failed")),
    )
    if state in PAYMENT_BATCH.by_name:
        found = found.filter(state=state)
    page = page_of(request, found.order_by("-pk"))
    here = reverse("support:batches")
    tabs: list[tuple[Any, ...]] = [(_("全部"), here, not state)]
    tabs += [(one.label, f"{here}?state={one.name}", state == one.name) for one in PAYMENT_BATCH.states]
    rows = [{"batch": one, "state": PAYMENT_BATCH.label(one.state), "tone": BATCH_TONES[one.state]} for one in page]
    return render(request, "support/finance/batches.html", {"page": page, "rows": rows, "tabs": tabs})


@require_safe
def show(request: HttpRequest, receipt: str) -> HttpResponse:
    """A batch: its orders, what can be done with it, the files of results."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, receipt)
    orders = queries.orders(viewer).filter(batch=batch).order_by("pk")
    page = page_of(request, orders)
    possible = {act.name for act in flow.possible(PAYMENT_BATCH, batch, viewer)}
    context = {
        "batch": batch,
        "state": PAYMENT_BATCH.label(batch.state),
        "tone": BATCH_TONES[batch.state],
        "page": page,
        "rows": shown(viewer, list(page)),
        "sums": [
            (PaymentOrder.State(state).label, many, total)
            for state, many, total in orders.order_by("state")
            .values_list("state")
            .annotate(many=Count("pk"), total=Sum("amount"))
        ],
        "total": orders.aggregate(total=Sum("amount"))["total"] or 0,
        "possible": possible,
        "keeps": keeps(viewer, batch.fund),
        "files": [
            {"file": one, "tone": FILE_TONES[one.state], "broken": results.interrupted(one)}
            for one in batch.results.order_by("-pk")[:20]
        ],
        "crumbs": [(_("拨付批次"), reverse("support:batches"))],
        "history": [
            {"one": one, "act": PAYMENT_BATCH.act(one.act).label}
            for one in reversed(flow.history(PAYMENT_BATCH, batch))
        ],
    }
    return render(request, "support/finance/batch.html", context)


def _crumbs(batch: PaymentBatch) -> list[tuple[str, str]]:
    return [
        (_("拨付批次"), reverse("support:batches")),
        (batch.title, reverse("support:batch", args=[batch.receipt])),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """Send a batch to the treasury, close it, or give it up."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, receipt)
    words = {
        "export": (
            _("送国库"),
            _("送出前逐笔再核查一次：这时已不符合条件的留下，重新待编入批次。送出以后不能移出、不能撤销。"),
            _("已送国库，请下载文件交国库；结果回来以后在这里登记。"),
            acts.export,
        ),
        "settle": (_("办结"), _("每一笔都有结果以后办结。"), _("批次已办结。"), acts.settle_batch),
        "dissolve": (_("撤销批次"), _("支付单全部退回待编入批次。"), _("批次已撤销。"), acts.dissolve),
    }
    if act not in words:
        raise Http404(act)
    title, lead, done, perform = words[act]
    form = PlainForm(request.POST if request.method == "POST" else None)
    del form.fields["reason"]
    context = {
        "title": title,
        "lead": lead,
        "submit": title,
        "danger": act == "dissolve",
        "hindrance": flow.hindrance(PAYMENT_BATCH, act, batch, viewer),
        "cancel": reverse("support:batch", args=[receipt]),
        "crumbs": _crumbs(batch),
    }
    return act_page(
        request,
        form,
        lambda: perform(viewer, batch.pk),
        done=done,
        to=reverse("support:batch", args=[receipt]),
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def take_out(request: HttpRequest, receipt: str, number: str) -> HttpResponse:
    """Take an order out of a batch that has not gone."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, receipt)
    order = order_or_404(viewer, number)
    here = reverse("support:batch", args=[receipt])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context = {
        "title": _("移出批次"),
        "lead": _("支付单%(number)s（%(payee)s）退回待编入批次。") % {"number": order.number, "payee": order.payee},
        "submit": _("移出"),
        "cancel": here,
        "crumbs": _crumbs(batch),
    }
    return act_page(
        request,
        form,
        lambda: acts.take_out(viewer, order.pk, form.cleaned_data["reason"]),
        done=_("已移出批次。"),
        to=here,
        context=context,
    )


@require_POST
def file(request: HttpRequest, receipt: str, kind: str) -> HttpResponse:
    """The file for the treasury, always the same bytes; a form is sent for it because it is journalled."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, receipt)
    if not batch.digest or kind not in ("json", "xlsx"):
        raise Http404(kind)
    fetched(viewer, batch, kind)
    made = treasury.as_json(batch) if kind == "json" else treasury.as_workbook(batch)
    response = HttpResponse(made, content_type="application/json" if kind == "json" else treasury.WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{batch.receipt}.{kind}"'
    return response


# --- what comes back -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: HttpRequest, receipt: str) -> HttpResponse:
    """Upload the treasury's results; what each row would do is shown before anything is booked."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, receipt)
    form = ResultForm(request.POST or None, request.FILES or None)
    context = {
        "batch": batch,
        "form": form,
        "cancel": reverse("support:batch", args=[receipt]),
        "crumbs": _crumbs(batch),
    }
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        if sent.size > treasury.LARGEST:
            form.add_error("file", _("文件超过 %(most)s MB，请分成几个文件") % {"most": treasury.LARGEST >> 20})
        else:
            made = whole(form, lambda: results.upload(viewer, batch, sent.name, sent.read()))
            if made is not None:
                return redirect("support:results", made.pk)
    return render(request, "support/finance/upload.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of results: what its rows would do, how far it is, what they did."""
    found = _file(request, pk)
    viewer = viewer_of(request)
    every = list(found.rows.order_by("pk"))
    foreseen = list(results.foresee(found, every))
    counts: dict[str, int] = {}
    for one in foreseen:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    kind = request.GET.get("kind", "")
    chosen = [one for one in foreseen if not kind or one.outcome == kind]
    page = page_of(request, chosen)
    here = reverse("support:results", args=[pk])
    labels = _labels(found)
    context = {
        **_standing(found),
        "page": page,
        "rows": [{"one": one, "label": labels[one.outcome], "tone": RESULT_TONES[one.outcome]} for one in page],
        "counts": [(labels[name], counts[name], RESULT_TONES[name]) for name in labels if counts.get(name)],
        "refused": counts.get("refused", 0),
        "tabs": [
            (_("全部"), here, not kind, len(foreseen)),
            *((labels[name], f"{here}?kind={name}", kind == name, counts[name]) for name in labels if counts.get(name)),
        ],
        "keeps": keeps(viewer, found.batch.fund),
        "crumbs": _crumbs(found.batch),
    }
    return render(request, "support/finance/results.html", context)


def _labels(found: ResultFile) -> dict[str, str]:
    if found.state in ("read", "dropped"):
        return {
            "paid": _("将登记已支付"), "failed": _("将登记支付失败"), "again": _("此前已登记"), "refused": _("不采用"),
        }  # fmt: skip
    return {str(value): str(label) for value, label in ResultRow.Outcome.choices if value}


def _standing(found: ResultFile) -> dict[str, Any]:
    done = found.rows.exclude(outcome="").count()
    return {
        "file": found,
        "batch": found.batch,
        "tone": FILE_TONES[found.state],
        "done": done,
        "percent": 100 * done // found.total if found.total else 0,
        "broken": results.interrupted(found),
    }


@require_safe
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is; once it is through, the page is to be loaded anew."""
    found = _file(request, pk)
    if found.state != "running" or results.interrupted(found):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "support/finance/progress.html", _standing(found))


@require_POST
@once
def result_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Let the rows be taken over (or go on), or give the file up."""
    found = _file(request, pk)
    viewer = viewer_of(request)
    try:
        if act == "begin":
            made = results.begin(viewer, found.pk)
            said = _("支付结果已登记。") if made.state == "done" else _("开始登记，可以离开这一页，稍后再来看。")
        elif act == "drop":
            results.drop(viewer, found.pk)
            said = _("已放弃这个文件，没有登记任何结果。")
        else:
            raise Http404(act)
    except flow.NotPermitted:
        raise
    except flow.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("support:results", pk)


@require_safe
def rejects(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that were not taken over, each with its reason."""
    found = _file(request, pk)
    titles = [_("行号"), _("支付单号"), _("金额（分）"), _("国库流水号"), _("原因")]
    return files.answer("csv", f"rejects-{found.batch.receipt}-{found.pk}", titles, _rejects(found))


def _rejects(found: ResultFile) -> Iterator[list[files.Cell]]:
    for one in results.foresee(found, list(found.rows.order_by("pk"))):
        if one.outcome == "refused":
            yield [one.row.line, one.row.number, one.row.amount, one.row.reference, one.text]


def _file(request: HttpRequest, pk: int) -> ResultFile:
    found = ResultFile.objects.select_related("batch__fund").filter(batch__in=queries.batches(viewer_of(request)))
    return get_object_or_404(found, pk=pk)
