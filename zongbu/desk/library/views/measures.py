"""A measure with its fair-competition reviews; suspending and resuming it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.submission import once
from zongbu.desk.library import actions, policies, queries
from zongbu.desk.library.flow import STATES, SUSPENSION
from zongbu.desk.library.forms import DecisionForm, ReviewForm, SuspensionForm
from zongbu.desk.library.measures import suspended
from zongbu.desk.library.models import FairCompetitionReview, SuspensionOrder
from zongbu.desk.library.showing import links
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.showing.usage import usage
from zongbu.desk.library.showing.views import MeasureView
from zongbu.desk.library.views.common import act_page, crumbs, decided, reader_of


def _measure(policy: str, measure: str) -> tuple[Reader, MeasureView]:
    reader = reader_of(policy)
    known = reader.policy.measures.get(measure)
    if known is None:
        raise Http404(f"{policy} has no measure {measure}")
    return reader, reader.measure(known)


@require_safe
def show(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """A measure: for whom, how much, by whom, whether it is suspended, how its review went."""
    reader, view = _measure(policy, measure)
    viewer = viewer_of(request)
    orders = list(queries.orders(viewer).filter(policy=policy, measure=measure))
    return render(
        request,
        "library/measure.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "measure": view,
            "reviews": FairCompetitionReview.objects.filter(policy=policy, measure=measure),
            "orders": orders,
            "pending": next((one for one in orders if one.state == "proposed"), None),
            "facts": [
                {"title": reader.names.fact(name), "url": links.fact_url(name)}
                for name in usage(reader.policy).facts(measure)
            ],
            "may_edit": viewer.role in CITY,
            "crumbs": crumbs(reader, (f"{view.clause} {reader.names.clause_title(view.clause)}", view.clause_url)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def review(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """Record a fair-competition review."""
    reader, view = _measure(policy, measure)
    viewer = viewer_of(request)
    record = FairCompetitionReview(policy=policy, measure=measure)
    form = ReviewForm(request.POST if request.method == "POST" else None, instance=record)
    return act_page(
        request,
        form,
        lambda: actions.record_review(viewer, form.save(commit=False)),
        done=_("审查记录已登记，显示在这项措施下面。"),
        to=view.url,
        context={
            "measure": view,
            "title": _("登记公平竞争审查：%(measure)s") % {"measure": view.title},
            "lead": _("照审查文书登记。以前的记录都保留，最新的一次为准。"),
            "submit": _("登记"),
            "cancel": view.url,
            "crumbs": crumbs(reader, (view.title, view.url)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def suspend(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """Propose to suspend a measure, or to resume it if it is suspended."""
    reader, view = _measure(policy, measure)
    viewer = viewer_of(request)
    act = SuspensionOrder.Act.RESUME if suspended(policy, measure, reader.day) else SuspensionOrder.Act.SUSPEND
    form = SuspensionForm(request.POST if request.method == "POST" else None, initial={"effective_from": reader.day})
    resuming = act == SuspensionOrder.Act.RESUME
    heading = _("提出恢复：%(measure)s") if resuming else _("提出暂停：%(measure)s")
    return act_page(
        request,
        form,
        lambda: actions.propose_suspension(viewer, policy, measure, act, **form.cleaned_data),
        done=_("已提出，等待另一位负责人核准。核准以前，措施照旧。"),
        to=lambda made: reverse("library:suspension", args=[made.pk]),
        context={
            "measure": view,
            "title": heading % {"measure": view.title},
            "lead": _("由提出人以外的一位负责人核准后，从所填的那天起生效。"),
            "submit": _("提出"),
            "cancel": view.url,
            "crumbs": crumbs(reader, (view.title, view.url)),
        },
    )


def _titled(order: SuspensionOrder) -> dict[str, object]:
    policy = policies.policy(order.policy)
    reader = Reader(policy, language(), order.effective_from)
    known = order.measure in policy.measures
    return {
        "order": order,
        "policy": reader.title,
        "measure": reader.names.rule(order.measure) if known else order.measure,
        "measure_url": links.rule_url(policy, order.measure) if known else "",
    }


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Orders that suspend and resume measures."""
    found = queries.orders(viewer_of(request))
    state = request.GET.get("state", "")
    if state in {one.name for one in STATES}:
        found = found.filter(state=state)
    page = page_of(request, found)
    context = {
        "page": page,
        "rows": [_titled(order) for order in page],
        "state": state,
        "states": [(one.name, one.label) for one in STATES],
        "crumbs": crumbs(),
    }
    return render(request, "library/suspensions.html", context)


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """An order: where it stands and what can be done."""
    return _page(request, pk, DecisionForm())


def _page(request: HttpRequest, pk: int, form: DecisionForm, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    found = get_object_or_404(queries.orders(viewer), pk=pk)
    context = {
        **_titled(found),
        "form": form,
        "acts": flow.possible(SUSPENSION, found, viewer),
        "history": [(SUSPENSION.act(one.act).label, one) for one in flow.history(SUSPENSION, found)],
        "hindrance": flow.hindrance(SUSPENSION, "approve", found, viewer) if viewer.role in CITY else "",
        "crumbs": crumbs(None, (_("措施暂停"), reverse("library:suspensions"))),
    }
    return render(request, "library/suspension.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Approve, refuse or withdraw a proposed order."""
    return decided(request, pk, act, actions.decide_suspension, _DONE, page=_page, to="library:suspension")


_DONE = {
    "approve": gettext_lazy("已核准，从所填的那天起生效。"),
    "refuse": gettext_lazy("未予核准，措施照旧。"),
    "withdraw": gettext_lazy("已撤回，措施照旧。"),
}
