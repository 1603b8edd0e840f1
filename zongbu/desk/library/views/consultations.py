"""Consultations as the public sees them, commenting, and opening one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.kernel.submission import once
from zongbu.desk.library import actions, queries
from zongbu.desk.library.forms import CommentForm, ConsultationForm
from zongbu.desk.library.models import ArticleSummary, Comment, Consultation
from zongbu.desk.library.queries import inside
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.views.common import act_page, crumbs, reader_of


def articles(reader: Reader) -> list[tuple[str, str]]:
    """The articles that can be commented on."""
    return [
        (clause.citation, f"{clause.citation} {reader.names.clause_title(clause.citation)}")
        for clause in reader.policy.clauses
    ]


def stage_label(stage: str) -> tuple[str, str]:
    """Label and tone of a stage."""
    return {
        "ahead": (_("尚未开始"), "neutral"),
        "open": (_("征求意见中"), "action"),
        "closed": (_("已结束"), "neutral"),
    }[stage]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All consultations, the latest first."""
    viewer, today = viewer_of(request), timezone.localdate()
    page = page_of(request, queries.consultations(viewer, today))
    drafts = [reader_of(one.policy) for one in page]
    context = {
        "page": page,
        "rows": [
            {"consultation": one, "reader": reader, "stage": stage_label(one.stage(today))}
            for one, reader in zip(page, drafts, strict=True)
        ],
        "inside": inside(viewer),
        "crumbs": crumbs(),
    }
    return render(request, "library/consultations.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A consultation: the draft's articles with comments, answers and summaries."""
    viewer, today = viewer_of(request), timezone.localdate()
    consultation = get_object_or_404(queries.consultations(viewer, today), pk=pk)
    reader = reader_of(consultation.policy)
    chosen = request.GET.get("article")
    found = queries.comments(viewer, consultation).filter(state=Comment.State.SHOWN)
    if chosen is not None:
        found = found.filter(citation=chosen)
    page = page_of(request, found.order_by("-submitted_at", "-pk"))
    summaries = {one.citation: one for one in consultation.article_summaries.all()}
    titles = dict(articles(reader))
    stage = consultation.stage(today)
    context: dict[str, Any] = {
        "consultation": consultation,
        "reader": reader,
        "stage": stage,
        "stage_label": stage_label(stage),
        "changed": consultation.version != reader.policy.version,
        "contents": reader.contents(_counts(consultation)),
        "comments": [{"comment": one, "title": titles.get(one.citation, _("全文"))} for one in page],
        "page": page,
        "chosen": chosen,
        "chosen_title": titles.get(chosen, _("全文")) if chosen is not None else "",
        "summaries": [
            {"summary": summary, "title": titles.get(citation, _("全文"))}
            for citation, summary in _sorted(summaries, reader)
        ],
        "inside": inside(viewer),
        "may_edit": viewer.role in CITY,
        "crumbs": crumbs(None, (_("征求意见"), reverse("library:consultations"))),
    }
    return render(request, "library/consultation.html", context)


def _counts(consultation: Consultation) -> dict[str, int]:
    found: dict[str, int] = {}
    shown = consultation.comments.filter(state=Comment.State.SHOWN)
    for citation in shown.order_by().values_list("citation", flat=True):
        found[citation] = found.get(citation, 0) + 1
    return found


def _sorted(summaries: dict[str, ArticleSummary], reader: Reader) -> list[tuple[str, ArticleSummary]]:
    order = ["", *(clause.citation for clause in reader.policy.clauses)]
    return sorted(summaries.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something on an article of a draft."""
    viewer, today = viewer_of(request), timezone.localdate()
    consultation = get_object_or_404(queries.consultations(viewer, today), pk=pk)
    reader = reader_of(consultation.policy)
    known = articles(reader)
    article = request.GET.get("article", "")
    posted = request.POST if request.method == "POST" else None
    form = CommentForm(known, posted, initial={"citation": article})
    if consultation.stage(today) != "open" and posted is None:
        messages.info(request, _("现在不在征求意见期内。"))
        return redirect("library:consultation", pk)
    thanks = _("意见已收到，经审核后公开在本页。谢谢您的意见。")
    if posted is not None and form.trapped:
        messages.success(request, thanks)  # whoever fills the trap learns nothing from it
        return redirect("library:consultation", pk)
    if form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "website"}
        if attempt(form, lambda: actions.comment(viewer, pk, **data)) is not None:
            messages.success(request, thanks)
            return redirect("library:consultation", pk)
    chosen = dict(known).get(article)
    context = {
        "consultation": consultation,
        "reader": reader,
        "form": form,
        "clause": reader.clause(article) if chosen else None,
        "cancel": reverse("library:consultation", args=[pk]),
        "crumbs": crumbs(
            None,
            (_("征求意见"), reverse("library:consultations")),
            (consultation.title, reverse("library:consultation", args=[pk])),
        ),
    }
    return render(request, "library/comment.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_one(request: HttpRequest, policy: str) -> HttpResponse:
    """Open a consultation on a draft."""
    viewer, reader = viewer_of(request), reader_of(policy)
    if reader.policy.status != "征求意见":
        raise Http404(f"{policy} is no draft")
    made_for = Consultation(policy=policy, version=reader.policy.version)
    initial = {"title": _("关于《%(title)s》公开征求意见") % {"title": reader.policy.title}, "starts": reader.day}
    form = ConsultationForm(request.POST if request.method == "POST" else None, instance=made_for, initial=initial)
    running = Consultation.objects.filter(Q(closed_at=None), policy=policy, ends__gte=reader.day).first()
    return act_page(
        request,
        form,
        lambda: actions.open_consultation(viewer, form.save(commit=False)),
        done=_("征求意见已发布。公众的意见经审核后公开。"),
        to=lambda made: reverse("library:consultation", args=[made.pk]),
        context={
            "title": _("发布征求意见"),
            "lead": _("公众可以在这段时间里逐条提意见；意见经审核后公开，由总部办答复。"),
            "notice": running,
            "submit": _("发布"),
            "cancel": reverse("library:policy", args=[policy]),
            "crumbs": crumbs(reader),
        },
    )
