"""Apply-free runs: choose, look, offer; and what became of the offers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import files
from zongbu.desk.support import queries, running
from zongbu.desk.support.actions import runs
from zongbu.desk.support.actions.exports import exported_run
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.forms.office import RunForm
from zongbu.desk.support.measures import Offering, offering, offerings
from zongbu.desk.support.models import Claim, OfferRun
from zongbu.desk.support.standing import TONES
from zongbu.law import InputError
from zongbu.law.names import Names


def offered_measures(viewer: Any) -> list[Offering]:
    """The measures that come without being asked for and that the viewer's organisation handles somewhere."""
    return [
        one
        for one in offerings()
        if one.measure.way == "offer" and one.pays and one.computed and one.policy.may_be_activated
        and runs.districts_of(viewer, one)
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once
def offers(request: HttpRequest) -> HttpResponse:
    """What was offered and what became of it; looking at what a run would offer."""
    viewer = viewer_of(request)
    found = offered_measures(viewer) if runs.may_run(viewer) else []
    today = timezone.localdate()
    form = RunForm(
        request.POST if request.method == "POST" else None,
        measures=[(one.key, _title(one)) for one in found],
        years=[today.year - back for back in range(4)],
        initial={"year": today.year},
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in found if one.key == form.cleaned_data["measure"])
        try:
            made, new = runs.ask(viewer, chosen, form.cleaned_data["year"], trial=True)
        except (Refused, InputError) as refused:
            form.add_error(None, str(refused))
        else:
            if not new:
                messages.info(request, _("同样的试算正在进行，这里直接显示它。"))
            return redirect("support:offer_run", made.pk)
    page = page_of(request, queries.offer_runs(viewer))
    shown = {"form": form if found else None, "page": page, "rows": list(page), "totals": _totals(viewer)}
    return render(request, "support/office/offers.html", shown, status=422 if form.errors else 200)


def _totals(viewer: Any) -> list[dict[str, Any]]:
    """Offers by measure and year, and how many are in each state; one query."""
    made = queries.claims(viewer).filter(way=Claim.Way.OFFER).order_by()
    rows = made.values("policy", "measure", "title", "year", "state").annotate(many=Count("pk"), fen=Sum("computed"))
    groups: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in rows:
        key = (row["policy"], row["measure"], row["year"])
        group = groups.setdefault(
            key,
            {"title": row["title"], "year": row["year"], "number": 0, "fen": 0, "states": [],
             "address": _list_address(*key)},
        )  # fmt: skip
        group["number"] += row["many"]
        group["fen"] += row["fen"] or 0
        state = row["state"]
        group["states"].append(
            (str(CLAIM.label(state)), row["many"], TONES.get(state, "action"), _list_address(*key, show=state), state)
        )
    order = [state.name for state in CLAIM.states]
    for group in groups.values():
        group["states"].sort(key=lambda one: order.index(one[4]))
    return sorted(groups.values(), key=lambda one: (-one["year"], one["title"]))


def _list_address(policy: str, measure: str, year: int, show: str = "all") -> str:
    given: dict[str, str | int] = {"show": show, "measure": f"{policy}.{measure}", "year": year, "way": "offer"}
    return f"{reverse('support:claims')}?{urlencode(given)}"


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: how far it is, or what it found."""
    found = _get(request, pk)
    chosen = "left" if request.GET.get("show") == "left" else "offered"
    words = " ".join(request.GET.get("q", "").split())[:100]
    lines = found.lines.select_related("enterprise").order_by("-amount", "why", "pk")
    lines = lines.exclude(why="") if chosen == "left" else lines.filter(why="")
    if words:
        lines = lines.filter(Q(enterprise__name__icontains=words) | Q(enterprise__uscc=words.upper()))
    shown = _shown(request, found)
    page = page_of(request, lines)
    shown |= {
        "page": page,
        "lines": [(one, district_name(one.enterprise.district), _(one.why) if one.why else "") for one in page],
        "show": chosen,
        "q": words,
        "tabs": [
            (_("将推送") if found.trial else _("已推送"), "?show=offered#list", chosen == "offered", found.offered),
            (_("没有列入"), "?show=left#list", chosen == "left", shown["left_total"]),
        ],
    }
    return render(request, "support/office/offer-run.html", shown)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of what a run has found about each enterprise; it is journalled who took it."""
    found = _get(request, pk)
    if found.state != OfferRun.State.DONE:
        raise Http404
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    lines = found.lines.select_related("enterprise").order_by("why", "pk")
    exported_run(viewer_of(request), found, kind, lines.count())
    titles = [_("企业"), _("统一社会信用代码"), _("区县"), _("星级"), _("金额（元）"), _("没有列入的原因")]
    rows = (
        [
            one.enterprise.name, one.enterprise.uscc, district_name(one.enterprise.district), one.star,
            Decimal(one.amount).scaleb(-2) if one.amount is not None else None, _(one.why) if one.why else "",
        ]
        for one in lines.iterator(chunk_size=1000)
    )  # fmt: skip
    notes = [(_("演示参数"), _("部分金额按演示参数计算，不是公布的标准。"))] if found.demonstration else []
    return files.answer(kind, f"{found.title}-{found.year}", titles, rows, notes)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; the page asks every other second and loads itself anew at the end."""
    found = _get(request, pk)
    if found.state not in running.UNDER_WAY:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "support/office/offer-progress.html", _shown(request, found))


@require_POST
@once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer what a trial has found; what has changed meanwhile counts as it is now."""
    viewer, trial = viewer_of(request), _get(request, pk)
    if not trial.trial or trial.state != OfferRun.State.DONE:
        raise Http404
    try:
        made, new = runs.ask(viewer, offering(trial.policy, trial.measure), trial.year, trial=False)
    except (Refused, InputError) as refused:
        messages.error(request, str(refused))
        return redirect("support:offer_run", pk)
    if not new:
        messages.info(request, _("同样的推送正在进行，这里直接显示它。"))
    return redirect("support:offer_run", made.pk)


@require_POST
@once
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a run again that failed or broke off."""
    found = runs.again(viewer_of(request), _get(request, pk).pk)
    return redirect("support:offer_run", found.pk)


def _get(request: HttpRequest, pk: int) -> OfferRun:
    return get_object_or_404(queries.offer_runs(viewer_of(request)), pk=pk)


def _shown(request: HttpRequest, found: OfferRun) -> dict[str, Any]:
    viewer = viewer_of(request)
    done = found.state == OfferRun.State.DONE
    mine = runs.may_run(viewer) and found.asked_by.organisation_id == viewer.organisation
    return {
        "run": found,
        "under_way": found.state in running.UNDER_WAY,
        "broken": running.broken_off(found),
        "done": done,
        "may_start": done and found.trial and bool(found.offered) and mine,
        "may_again": mine,
        "percent": 100 * found.done // found.total if found.total else 0,
        "districts": [(district_name(code), number, fen) for code, number, fen in found.per_district],
        "stars": [(star, number, fen) for star, number, fen in found.per_star],
        "left": [(_(why), number) for why, number in found.left],
        "left_total": sum(number for _why, number in found.left),
        "address": _list_address(found.policy, found.measure, found.year),
    }


def _title(one: Offering) -> str:
    return f"{Names(one.policy, language()).rule(one.measure.identifier)}（{one.measure.clause}）"
