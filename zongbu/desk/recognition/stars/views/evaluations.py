"""Evaluations: the list, the preview of one with its filters, what-ifs, scores, notice, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.forms import DecisionForm
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition.stars import computing, explaining, queries
from zongbu.desk.recognition.stars import export as writing
from zongbu.desk.recognition.stars.actions import evaluations as acts
from zongbu.desk.recognition.stars.actions import exporting
from zongbu.desk.recognition.stars.definition import Definition, Kind
from zongbu.desk.recognition.stars.flow import EVALUATION, OVERRIDE, STAR_OBJECTION
from zongbu.desk.recognition.stars.forms import EvaluationForm, NoticeForm, ScoresForm, WhatIfForm
from zongbu.desk.recognition.stars.models import EnteredScore, Evaluation, Result
from zongbu.desk.recognition.stars.views.common import crumbs, evaluation_or_404, standing, tone, works

BY_BUTTON = ("compute", "submit", "send_back", "recall", "publish", "go_on", "cancel")
PAGE = 50


def changes() -> dict[str, str]:
    """The ways in which a result differs from the one before, in words."""
    return {"up": _("上升"), "down": _("下降"), "same": _("不变"), "new": _("新评"), "open": _("待定")}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All evaluations, the newest first."""
    page = page_of(request, queries.evaluations(viewer_of(request)))
    rows = [{"case": one, "label": EVALUATION.label(one.state), "tone": tone(one.state)} for one in page]
    context = {"page": page, "rows": rows, "works": works(request)}
    return render(request, "recognition/stars/evaluations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Begin the evaluation of a year."""
    viewer = viewer_of(request)
    usable = queries.sets(viewer).filter(state="approved")
    form = EvaluationForm(request.POST if request.method == "POST" else None, sets=usable)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: acts.open_evaluation(
                viewer, data["set"].pk, data["year"], data["as_of"], data["title"],
                notice_days=data["notice_days"], notice_reason=data["notice_reason"],
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("已开始。录入需要的评分，再计算。"))
            return redirect("recognition:star_evaluation", made.pk)
    context = {
        "form": form,
        "usable": usable.exists(),
        "cancel": reverse("recognition:star_evaluations"),
        "crumbs": crumbs(),
    }
    return render(request, "recognition/stars/new.html", context, status=400 if form.errors else 200)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """An evaluation: where it stands, how the stars fall, the rows."""
    return _page(request, evaluation_or_404(request, pk), DecisionForm(), NoticeForm())


def chosen(request: HttpRequest, found: QuerySet[Result]) -> tuple[QuerySet[Result], dict[str, str]]:
    """The rows that the address asks for, and what it asks for."""
    given = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "district", "star", "change", "sort")}
    if given["q"]:
        found = found.filter(Q(name__icontains=given["q"]) | Q(uscc__icontains=given["q"]))
    if given["district"] in DISTRICTS:
        found = found.filter(district=given["district"])
    if given["star"].isdigit():
        found = found.filter(star=int(given["star"]))
    if given["change"] in queries.CHANGES:
        found = queries.changed(found, given["change"])
    if given["sort"] == "name":
        return found.order_by("name", "pk"), given
    return found.order_by(F("rank").asc(nulls_last=True), "pk"), given


def _counts(evaluation: Evaluation, definition: Definition) -> dict[str, Any]:
    found = Result.objects.filter(evaluation=evaluation)
    by_star = dict(found.order_by().values_list("star").annotate(number=Count("pk")))
    stars = [*(tier.star for tier in definition.tiers), 0, None]
    how = found.aggregate(
        up=Count("pk", filter=Q(before__lt=F("star"))),
        down=Count("pk", filter=Q(before__gt=F("star"))),
        same=Count("pk", filter=Q(before=F("star"))),
        new=Count("pk", filter=Q(before=None, star__isnull=False)),
        open=Count("pk", filter=Q(star=None)),
    )
    words = changes()
    return {
        "stars": [(star, definition.label(star), by_star.get(star, 0)) for star in stars],
        "changes": [(name, words[name], how[name]) for name in words],
        "gone": queries.gone(evaluation).count() if evaluation.previous_id else None,
        **_ends(evaluation),
    }


def _ends(evaluation: Evaluation) -> dict[str, Any]:
    """Titles that would end with the publication, were it today."""
    if evaluation.state not in ("draft", "proposed", "noticed", "publishing"):
        return {}
    found = queries.ending(evaluation, evaluation.published_on or timezone.localdate())
    shown = found.select_related("enterprise").order_by("-star", "enterprise__name", "pk")[:PAGE]
    return {"ends": list(shown), "ends_number": found.count()}


def row_of(one: Result, definition: Definition, before: Definition) -> dict[str, Any]:
    """A row of the list."""
    if one.star is None:
        change = "open"
    elif one.before is None:
        change = "new"
    else:
        change = "up" if one.star > one.before else "down" if one.star < one.before else "same"
    return {
        "result": one,
        "district": district_name(one.district),
        "label": definition.label(one.star),
        "computed": definition.label(one.computed) if one.star != one.computed else "",
        "before": "" if one.before is None else before.label(one.before),
        "change": change,
        "change_label": changes()[change],
    }


def _page(
    request: HttpRequest, evaluation: Evaluation, form: DecisionForm, notice: NoticeForm, status: int = 200
) -> HttpResponse:
    viewer, definition = viewer_of(request), evaluation.set.definition
    state = standing(EVALUATION, evaluation, request)
    possible = {one.name for one in state["acts"]}
    state["acts"] = [one for one in state["acts"] if one.name in BY_BUTTON]
    context: dict[str, Any] = {
        "evaluation": evaluation,
        "case": evaluation,
        "definition": definition,
        **state,
        "form": form,
        "notice": notice if "notice" in possible else None,
        "scored": any(one.kind == Kind.SCORE for one in definition.indicators),
        "works": works(request),
        "editable": works(request) and evaluation.state == "draft",
        "percent": _percent(evaluation),
        "stale": computing.stale(evaluation),
        "crumbs": crumbs(),
        "objections": [
            {"case": one, "state": STAR_OBJECTION.label(one.state), "tone": tone(one.state)}
            for one in queries.objections(viewer).filter(evaluation=evaluation)[:PAGE]
        ],
    }
    settled = evaluation.state == "publishing" or evaluation.work in (Evaluation.Work.DONE, Evaluation.Work.NONE)
    if settled and evaluation.known_at is not None:
        found, given = chosen(request, queries.results(viewer, evaluation))
        page = Paginator(found.defer("parts"), PAGE).get_page(request.GET.get("page"))
        before = evaluation.previous.set.definition if evaluation.previous is not None else definition
        # Those that wait come first: until they are decided nothing is put forward.
        waiting = Case(When(state="proposed", then=0), default=1)
        overrides = queries.overrides(viewer).filter(evaluation=evaluation).order_by(waiting, "-pk")[:PAGE]
        again = queries.put_back(overrides)
        context |= {
            **_counts(evaluation, definition),
            "page": page,
            "rows": [row_of(one, definition, before) for one in page],
            "given": given,
            "filtered": any(given[name] for name in ("q", "district", "star", "change")),
            "districts": DISTRICTS.items(),
            "overrides": [
                {
                    "case": one,
                    "state": OVERRIDE.label(one.state),
                    "tone": tone(one.state),
                    "from": definition.label(one.computed),
                    "to": definition.label(one.star),
                    "again": one.pk in again,
                }
                for one in overrides
            ],
            "again": len(again),
        }
    return render(request, "recognition/stars/evaluation.html", context, status=status)


def _percent(evaluation: Evaluation) -> int:
    return int(100 * evaluation.done / evaluation.enterprises) if evaluation.enterprises else 0


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Compute, submit, send back, recall, publish, let go on publishing or cancel an evaluation."""
    if act not in BY_BUTTON:
        raise Http404(act)
    if request.method != "POST":
        return redirect("recognition:star_evaluation", pk)
    viewer, found = viewer_of(request), evaluation_or_404(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        if (made := attempt(form, lambda: _DO[act](viewer, pk, reason, seen))) is not None:
            messages.success(request, _done(act, made))
            return redirect("recognition:star_evaluation", pk)
    return _page(request, found, form, NoticeForm(), status=400)


_DO: dict[str, Any] = {
    "compute": lambda viewer, pk, reason, seen: acts.compute(viewer, pk, seen=seen),
    "submit": lambda viewer, pk, reason, seen: acts.submit(viewer, pk, seen=seen),
    "send_back": lambda viewer, pk, reason, seen: acts.send_back(viewer, pk, reason, seen=seen),
    "recall": lambda viewer, pk, reason, seen: acts.recall(viewer, pk, reason),
    "publish": lambda viewer, pk, reason, seen: acts.publish(viewer, pk, seen=seen),
    "go_on": lambda viewer, pk, reason, seen: acts.go_on(viewer, pk, seen=seen),
    "cancel": lambda viewer, pk, reason, seen: acts.cancel(viewer, pk, reason),
}


def _done(act: str, case: Evaluation) -> str:
    match act:
        case "compute":
            return _("已计算，或正在后台计算。")
        case "submit":
            return _("已提请公示，等待另一位负责人复核。")
        case "send_back":
            return _("已退回，可以继续调整。")
        case "recall":
            return _("公示已撤下，可以继续调整。")
        case "cancel":
            return _("已取消。")
    if case.state == "publishing":
        return _("已开始公布：正在后台逐家授予称号、记入企业档案。")
    return _("已公布：称号和标牌编号已生成，星级已记入企业档案。")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the intended list to the public."""
    if request.method != "POST":
        return redirect("recognition:star_evaluation", pk)
    found = evaluation_or_404(request, pk)
    form = NoticeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: acts.notice(viewer_of(request), pk, data["starts"], data["text"], seen=data["seen"]),
        )
        if made is not None:
            messages.success(request, _("已公示。公示期满以后可以公布。"))
            return redirect("recognition:star_evaluation", pk)
    return _page(request, found, DecisionForm(), form, status=400)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far computing or publishing is; the page asks every other second and loads itself anew at the end."""
    found = evaluation_or_404(request, pk)
    if not found.under_way or computing.stale(found):
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context = {"evaluation": found, "percent": _percent(found), "stale": computing.stale(found)}
    return render(request, "recognition/stars/parts/progress.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the scores of an indicator that asks for them."""
    found = evaluation_or_404(request, pk)
    items = [one for one in found.set.definition.indicators if one.kind == Kind.SCORE]
    form = ScoresForm(items, request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form,
            lambda: acts.enter_scores(
                viewer_of(request), pk, data["key"], data["lines"], source=data["source"], reason=data["reason"]
            ),
        )
        if made is not None:
            messages.success(request, _("已录入%(number)s条评分。请重新计算。") % {"number": len(data["lines"])})
            return redirect("recognition:star_evaluation", pk)
    titles = {one.key: one.title for one in items}
    entered = EnteredScore.objects.filter(evaluation=found).select_related("enterprise")
    page = page_of(request, entered)
    context = {
        "evaluation": found,
        "form": form,
        "page": page,
        "rows": [
            {"score": one, "title": titles.get(one.key, one.key), "value": explaining.plain(one.value)} for one in page
        ],
        "open": found.state == "draft" and bool(items),
        "cancel": reverse("recognition:star_evaluation", args=[pk]),
        "crumbs": crumbs((found.title, reverse("recognition:star_evaluation", args=[pk]))),
    }
    return render(request, "recognition/stars/scores.html", context, status=400 if form.errors else 200)


@require_safe
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """What other weights and limits would change; nothing is kept."""
    found = evaluation_or_404(request, pk)
    definition = found.set.definition
    asked = any(name.startswith(("w_", "t_")) for name in request.GET)
    form = WhatIfForm(definition, request.GET if asked else None)
    context: dict[str, Any] = {
        "evaluation": found,
        "form": form,
        "ready": found.known_at is not None,
        "crumbs": crumbs((found.title, reverse("recognition:star_evaluation", args=[pk]))),
    }
    if asked and found.known_at is not None and form.is_valid():
        altered = form.altered
        outlook = computing.what_if(found, altered)
        page = Paginator(outlook.moves, PAGE).get_page(request.GET.get("page"))
        names = {
            one.enterprise_id: one
            for one in queries.results(viewer_of(request), found)
            .filter(enterprise__in=[move.enterprise for move in page])
            .defer("parts")
        }
        context |= {
            "counts": [(definition.label(star), *pair) for star, pair in outlook.counts.items()],
            "page": page,
            "rows": [
                {
                    "result": names[move.enterprise],
                    "before": definition.label(move.before),
                    "after": altered.label(move.after),
                    "score": move.score,
                    "rank": move.rank,
                    "up": (move.after or 0) > (move.before or 0),
                }
                for move in page
            ],
            "moved": len(outlook.moves),
        }
    return render(request, "recognition/stars/what_if.html", context, status=400 if form.errors else 200)


@require_safe
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the evaluation again from what it keeps."""
    found = evaluation_or_404(request, pk)
    if found.known_at is None:
        raise Http404
    differences = computing.recompute(found)
    context = {
        "evaluation": found,
        "differences": differences[:PAGE],
        "number": len(differences),
        "crumbs": crumbs((found.title, reverse("recognition:star_evaluation", args=[pk]))),
    }
    return render(request, "recognition/stars/verify.html", context)


@require_POST
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The rows that are shown, as a file; a form is sent for it because it is journalled who took what."""
    found = evaluation_or_404(request, pk)
    if kind not in ("csv", "xlsx") or found.known_at is None:
        raise Http404
    rows, given = chosen(request, queries.results(viewer_of(request), found))
    number = rows.count()
    if kind == "xlsx" and number > writing.MOST_IN_WORKBOOK:
        messages.error(request, _("行数太多，请改用 CSV 导出，或先筛选。"))
        return redirect("recognition:star_evaluation", pk)
    exporting.note(viewer_of(request), found, kind, given, number)
    if kind == "csv":
        answer = StreamingHttpResponse(
            writing.as_csv(writing.rows(found, rows)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
        return answer
    book = writing.as_workbook(found, writing.rows(found, rows))
    return FileResponse(book, as_attachment=True, filename=f"{found.number}.xlsx")
