"""What the city office does with a consultation: moderate, answer, sum up, close, export."""

from __future__ import annotations

import io
from collections.abc import Callable

import xlsxwriter
from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.library import actions, queries
from zongbu.desk.library.forms import AnswerForm, ArticleSummaryForm, CloseForm, HideForm, SummaryForm
from zongbu.desk.library.models import ArticleSummary, Comment, Consultation
from zongbu.desk.library.views.common import Crumbs, act_page, crumbs, reader_of
from zongbu.desk.library.views.consultations import articles


def _consultation(viewer: Viewer, pk: int) -> Consultation:
    return get_object_or_404(queries.consultations(viewer, timezone.localdate()), pk=pk)


def _crumbs(consultation: Consultation, *more: tuple[str, str]) -> Crumbs:
    return crumbs(
        None,
        (_("征求意见"), reverse("library:consultations")),
        (consultation.title, reverse("library:consultation", args=[consultation.pk])),
        *more,
    )


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The comments of a consultation, by state."""
    viewer = viewer_of(request)
    consultation = _consultation(viewer, pk)
    state = request.GET.get("state", "")
    found = queries.comments(viewer, consultation)
    if state in Comment.State.values:
        found = found.filter(state=state)
    titles = dict(articles(reader_of(consultation.policy)))
    page = page_of(request, found)
    context = {
        "consultation": consultation,
        "page": page,
        "rows": [{"comment": one, "title": titles.get(one.citation, _("全文"))} for one in page],
        "state": state,
        "states": Comment.State.choices,
        "may_edit": viewer.role in CITY,
        "crumbs": _crumbs(consultation),
    }
    return render(request, "library/comments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment: let it be shown, keep it hidden, answer it."""
    viewer = viewer_of(request)
    made = get_object_or_404(Comment.objects.select_related("consultation", "moderated_by", "answered_by"), pk=pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    hide = HideForm(request.POST if act == "hide" else None)
    answer = AnswerForm(request.POST if act == "answer" else None, initial={"answer": made.answer})
    acts: dict[str, tuple[Form, Callable[[], Comment], str]] = {
        "show": (hide, lambda: actions.moderate(viewer, pk, show=True), _("意见已公开。")),
        "hide": (
            hide,
            lambda: actions.moderate(viewer, pk, show=False, reason=hide.cleaned_data["reason"]),
            _("意见不公开，理由已记下。"),
        ),
        "answer": (answer, lambda: actions.answer(viewer, pk, answer.cleaned_data["answer"]), _("答复已公开。")),
    }
    if act in acts:
        form, perform, done = acts[act]
        if (act == "show" or form.is_valid()) and attempt(form, perform) is not None:
            messages.success(request, done)
            return redirect("library:moderate", pk)
    consultation = made.consultation
    titles = dict(articles(reader_of(consultation.policy)))
    waiting = Comment.objects.filter(consultation=consultation, state=Comment.State.WAITING).exclude(pk=pk)
    context = {
        "comment": made,
        "consultation": consultation,
        "title": titles.get(made.citation, _("全文")),
        "hide": hide,
        "answer": answer,
        "next": waiting.order_by("submitted_at", "pk").first(),
        "crumbs": _crumbs(consultation, (_("意见办理"), reverse("library:comments", args=[consultation.pk]))),
    }
    return render(request, "library/moderate.html", context, status=400 if hide.errors or answer.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the comments: article by article, and as a whole."""
    viewer = viewer_of(request)
    consultation = _consultation(viewer, pk)
    known = articles(reader_of(consultation.policy))
    written = {one.citation: one for one in consultation.article_summaries.all()}
    act = request.POST.get("act", "") if request.method == "POST" else ""
    citation = request.GET.get("article", "")
    earlier = written.get(citation)
    initial = (
        {"citation": citation, "outcome": earlier.outcome, "text": earlier.text} if earlier else {"citation": citation}
    )
    of_article = ArticleSummaryForm(known, request.POST if act == "article" else None, initial=initial)
    whole = SummaryForm(request.POST if act == "whole" else None, initial={"summary": consultation.summary})
    if act == "article" and of_article.is_valid():
        data = of_article.cleaned_data
        if attempt(of_article, lambda: actions.summarise_article(viewer, pk, **data)) is not None:
            messages.success(request, _("这一条的归纳已公布。"))
            return redirect("library:summary", pk)
    if act == "whole" and whole.is_valid():
        text = whole.cleaned_data["summary"]
        if attempt(whole, lambda: actions.summarise(viewer, pk, text)) is not None:
            messages.success(request, _("意见采纳情况已公布。"))
            return redirect("library:consultation", pk)
    titles = dict(known)
    counts: dict[str, int] = {}
    for cited in consultation.comments.filter(state=Comment.State.SHOWN).order_by().values_list("citation", flat=True):
        counts[cited] = counts.get(cited, 0) + 1
    context = {
        "consultation": consultation,
        "stage": consultation.stage(timezone.localdate()),
        "of_article": of_article,
        "whole": whole,
        "rows": [
            {
                "citation": cited,
                "title": titles.get(cited, _("全文")),
                "count": counts.get(cited, 0),
                "summary": written.get(cited),
            }
            for cited in ["", *titles]
            if cited in counts or cited in written
        ],
        "crumbs": _crumbs(consultation),
    }
    return render(request, "library/summary.html", context, status=400 if of_article.errors or whole.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a consultation before its last day."""
    viewer = viewer_of(request)
    consultation = _consultation(viewer, pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    return act_page(
        request,
        form,
        lambda: actions.close_consultation(viewer, pk, form.cleaned_data["reason"]),
        done=_("征求意见已结束。"),
        to=reverse("library:consultation", args=[pk]),
        context={
            "title": _("提前结束征求意见"),
            "lead": _("结束后不再接受意见，不能恢复。"),
            "submit": _("结束"),
            "danger": True,
            "cancel": reverse("library:consultation", args=[pk]),
            "crumbs": _crumbs(consultation),
        },
    )


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """All comments with state and answer, as a workbook; without contacts."""
    viewer = viewer_of(request)
    consultation = _consultation(viewer, pk)
    titles = dict(articles(reader_of(consultation.policy)))
    return FileResponse(
        io.BytesIO(workbook(consultation, list(queries.comments(viewer, consultation)), titles)),
        as_attachment=True,
        filename=f"consultation-{consultation.pk}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def workbook(consultation: Consultation, comments: list[Comment], titles: dict[str, str]) -> bytes:
    """The comments and the summaries of a consultation as XLSX."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("意见"))
    head = [
        _("编号"),
        _("条款"),
        _("意见"),
        _("署名"),
        _("提交时间"),
        _("状态"),
        _("不予公开的理由"),
        _("答复"),
        _("答复时间"),
    ]
    sheet.write_row(0, 0, head, bold)
    for row, one in enumerate(comments, 1):
        moments = [
            timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
            for moment in (one.submitted_at, one.answered_at)
        ]
        cells = [one.pk, titles.get(one.citation, _("全文")), one.text, one.name or _("匿名"), moments[0]]
        cells += [one.get_state_display(), one.moderation_reason, one.answer, moments[1]]
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, wrapped)
    for column, width in enumerate([8, 24, 60, 12, 18, 12, 24, 50, 18]):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(comments), 1), len(head) - 1)
    other = book.add_worksheet(_("采纳情况"))
    other.write_row(0, 0, [_("条款"), _("采纳情况"), _("归纳与说明")], bold)
    summaries: list[ArticleSummary] = list(consultation.article_summaries.all())
    for row, summary in enumerate(summaries, 1):
        other.write_row(
            row, 0, [titles.get(summary.citation, _("全文")), summary.get_outcome_display(), summary.text], wrapped
        )
    if consultation.summary:
        other.write_row(len(summaries) + 1, 0, [_("总体"), "", consultation.summary], wrapped)
    other.set_column(0, 1, 24)
    other.set_column(2, 2, 80)
    book.close()
    return output.getvalue()
