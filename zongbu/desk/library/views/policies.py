"""The list of policies, a policy, a clause, the print view, search."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import CITY
from zongbu.desk.library import policies
from zongbu.desk.library.models import Comment, Consultation
from zongbu.desk.library.showing import links, status
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.showing.search import KINDS, search
from zongbu.desk.library.views.common import crumbs, policy_or_404, reader_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All policies with their status."""
    today = timezone.localdate()
    running = {
        one.policy: one for one in Consultation.objects.filter(closed_at=None, starts__lte=today, ends__gte=today)
    }
    readers = [Reader(policy, language(), today) for policy in policies.policies()]
    rows = [
        {
            "reader": reader,
            "url": links.policy_url(reader.policy),
            "status": status.status_label(reader.policy, today),
            "head": reader.head(),
            "clauses": len(reader.policy.clauses),
            "measures": len(reader.policy.measures),
            "results": sum(1 for rule in reader.policy.rules.values() if rule.kind == "规则" and not rule.policy),
            "unpublished": sum(1 for name in reader.values if "." not in name and reader.unpublished(name)),
            "demonstrated": len([name for name, v in reader.values.items() if v.demonstration and "." not in name]),
            "consultation": running.get(reader.policy.identifier),
        }
        for reader in readers
    ]
    return render(request, "library/policies.html", {"rows": rows})


@require_safe
def show(request: HttpRequest, policy: str) -> HttpResponse:
    """A policy: what must be known first, contents by article."""
    reader = reader_of(policy)
    consultation = Consultation.objects.filter(policy=policy, starts__lte=reader.day).order_by("-starts", "-pk").first()
    comments: dict[str, int] = {}
    if consultation is not None:
        shown = Comment.objects.filter(consultation=consultation, state=Comment.State.SHOWN)
        counted = shown.order_by().values_list("citation").annotate(number=Count("pk"))
        comments = dict(counted)
    return render(
        request,
        "library/policy.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "crumbs": crumbs(),
            "contents": reader.contents(comments),
            "status": status.status_label(reader.policy, reader.day),
            "consultation": consultation,
            "stage": consultation.stage(reader.day) if consultation else "",
            "may_edit": viewer_of(request).role in CITY,
            "others": [one for one in policies.policies() if one.identifier != policy],
            "suspended": [reader.measure(reader.policy.measures[name]) for name in reader.suspensions
                          if name in reader.policy.measures],
            "may_consult": reader.policy.status == "征求意见",
        },
    )  # fmt: skip


@require_safe
def clause(request: HttpRequest, policy: str, citation: str) -> HttpResponse:
    """A clause with everything that stands under it."""
    reader = reader_of(policy)
    try:
        view = reader.clause(citation)
    except KeyError:
        raise Http404(f"{policy} has no clause {citation}") from None
    before, after = reader.neighbours(citation)
    above = [(f"{cited} {title}", url) for cited, title, url in reader.chapter(citation)]
    consultation = (
        Consultation.objects.filter(policy=policy, starts__lte=reader.day)
        .annotate(shown=Count("comments", filter=Q(comments__state=Comment.State.SHOWN, comments__citation=citation)))
        .order_by("-starts", "-pk")
        .first()
    )
    return render(
        request,
        "library/clause.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "clause": view,
            "before": before,
            "after": after,
            "crumbs": crumbs(reader, *above),
            "banners": [one for one in reader.banners() if not one.demonstration],
            "consultation": consultation,
            "stage": consultation.stage(reader.day) if consultation else "",
            "may_edit": viewer_of(request).role in CITY,
        },
    )


@require_safe
def printed(request: HttpRequest, policy: str) -> HttpResponse:
    """A whole policy, laid out for A4."""
    reader = reader_of(policy)
    return render(
        request,
        "library/print.html",
        {
            "reader": reader,
            "policy": reader.policy,
            "crumbs": crumbs(reader),
            "clauses": [reader.clause(one.citation) for one in reader.policy.clauses],
            "status": status.status_label(reader.policy, reader.day),
            "printing": True,
        },
    )


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search over everything in the policies."""
    query = request.GET.get("q", "").strip()
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    policy = request.GET.get("policy", "")
    if policy:
        policy_or_404(policy)
    hits = search(query, language(), policy=policy)
    counts = {name: sum(1 for hit in hits if hit.document.kind == name) for name in KINDS}
    chosen = [hit for hit in hits if not kind or hit.document.kind == kind]
    return render(
        request,
        "library/search.html",
        {
            "query": query,
            "kind": kind,
            "policy": policy,
            "counts": counts,
            "total": len(hits),
            "page": page_of(request, chosen),
            "crumbs": crumbs(),
        },
    )
