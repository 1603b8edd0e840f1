"""Selections: lists while they are drawn up and decided, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition import files
from zongbu.desk.support.actions import selections as actions
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.forms.quotas import CandidateForm, ListForm, PlainForm, PublishForm, ReasonForm
from zongbu.desk.support.models import Candidate, SelectionList
from zongbu.desk.support.unpaid import queries, selecting, standing
from zongbu.desk.support.unpaid.flow import SELECTION
from zongbu.desk.support.views.quotas.common import (
    Panel,
    act_page,
    choices,
    crumb,
    enterprise_of,
    filled,
    history_of,
    refusal,
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The lists that the viewer may read."""
    viewer = viewer_of(request)
    counted = queries.selections(viewer).annotate(
        size=Count("candidates"), listed=Count("candidates", filter=Q(candidates__chosen=True))
    )
    page = page_of(request, counted.order_by("-year", "-pk"))
    shown = {
        "page": page,
        "rows": [
            {
                "case": one,
                "measure": measure_title(one.policy, one.measure, language()),
                "state": standing.label(SELECTION, one),
                "tone": standing.tone(one),
                "turn": standing.selection_turn(one),
            }
            for one in page
        ],
        "may_open": actions.may_open(viewer),
    }
    return render(request, "support/quotas/selections.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Begin a list."""
    viewer = viewer_of(request)
    offered = selecting.selectable()
    initial = {"year": timezone.localdate().year, "measure": request.GET.get("measure", "")[:200]}
    posted = request.POST if request.method == "POST" else None
    form = ListForm(choices(offered), posted, initial=initial, district=viewer.role in DISTRICT)

    def perform() -> SelectionList:
        data = form.cleaned_data
        found = next(one for one in offered if one.key == data["measure"])
        return actions.open_list(
            viewer,
            found,
            data["year"],
            title=data["title"],
            basis=data["basis"],
            approver=data["approver"],
            places=data["places"],
        )

    context = {
        "title": _("编制名单"),
        "lead": _("先列候选、逐个写理由，再提请决定；编制的人不能决定。公布以后人人可看。"),
        "submit": _("编制"),
        "cancel": reverse("support:selections"),
        "crumbs": [crumb(_("推荐名单"), "selections")],
    }
    return act_page(
        request,
        form,
        perform,
        done=_("名单已建立，请列入候选。"),
        to=lambda made: reverse("support:selection", args=[made.pk]),
        context=context,
    )


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A list: where it is, the candidates, what can be done now."""
    return _page(request, _get(request, pk))


@require_POST
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Perform one of the acts; refused input comes back with the reason."""
    viewer, found = viewer_of(request), _get(request, pk)
    kinds: dict[str, type[Form]] = {
        "gather": PlainForm, "requests": PlainForm, "add": CandidateForm, "remove": PlainForm, "word": PlainForm,
        "propose": PlainForm, "take_back": PlainForm, "send_back": ReasonForm, "decide": ReasonForm,
        "publish": PublishForm, "dissolve": ReasonForm,
    }  # fmt: skip
    if act not in kinds:
        raise Http404
    form = kinds[act](request.POST, auto_id=f"id_{act}_%s")
    valid = form.is_valid()
    if valid and act == "add":
        enterprise_of(form, _addable(found))
        valid = not form.errors
    if valid and (done := attempt(form, lambda: _perform(request, viewer, found, act, form))) is not None:
        messages.success(request, _told(act, done))
        return redirect("support:selection", pk)
    if act in ("gather", "requests", "remove", "propose", "take_back"):
        refusal(request, form)
        return redirect("support:selection", pk)
    return _page(request, found, (act, form))


def _perform(request: HttpRequest, viewer: Viewer, found: SelectionList, act: str, form: Form) -> Any:
    data, pk = form.cleaned_data, found.pk
    seen, reason = data["seen"], data.get("reason", "")
    acts: dict[str, Callable[[], Any]] = {
        "gather": lambda: actions.gather(viewer, pk),
        "requests": lambda: actions.add_requests(viewer, pk),
        "add": lambda: actions.add(
            viewer, pk, _addable(found).get(uscc=data["uscc"].strip().upper()), data["published_name"]
        ),
        "remove": lambda: actions.remove(viewer, pk, small_int(request.POST.get("candidate")) or 0),
        "word": lambda: actions.word(viewer, pk, _words(request, found)),
        "propose": lambda: actions.propose(viewer, pk, seen=seen),
        "take_back": lambda: actions.take_back(viewer, pk),
        "send_back": lambda: actions.send_back(viewer, pk, reason, seen=seen),
        "decide": lambda: actions.decide(viewer, pk, _words(request, found), reason, seen=seen),
        "publish": lambda: actions.publish(viewer, pk, data["notice"], seen=seen),
        "dissolve": lambda: actions.dissolve(viewer, pk, reason),
    }
    return acts[act]()


def _told(act: str, done: Any) -> str:
    if act in ("gather", "requests"):
        return ngettext("列入%d个候选。", "列入%d个候选。", int(done)) % int(done)
    return {
        "add": _("已列入。"),
        "remove": _("已移除。"),
        "word": _("已保存提名。"),
        "propose": _("已提请决定。"),
        "take_back": _("已收回，可以修改。"),
        "send_back": _("已退回重拟。"),
        "decide": _("已决定，由编制单位公布。"),
        "publish": _("已公布。"),
        "dissolve": _("名单已撤销。"),
    }[act]


def _words(request: HttpRequest, found: SelectionList) -> dict[int, actions.Word]:
    """What was said of each candidate: ``word-7`` (in, out or nothing), ``reason-7``, ``name-7``."""
    words = {}
    for pk in found.candidates.values_list("pk", flat=True):
        said = request.POST.get(f"word-{pk}")
        if said is None:
            continue
        words[pk] = actions.Word(
            {"in": True, "out": False}.get(said), request.POST.get(f"reason-{pk}", ""), request.POST.get(f"name-{pk}")
        )
    return words


def _addable(found: SelectionList) -> Any:
    every = Enterprise.objects.exclude(district="")
    return every.filter(district=found.district) if found.district else every


def _page(request: HttpRequest, found: SelectionList, sent: tuple[str, Form] | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    possible = {one.name: one.label for one in flow.possible(SELECTION, found, viewer)}
    drafting = found.state == "draft" and actions.may_open(viewer) and viewer.organisation == found.organisation_id
    deciding = "decide" in possible
    rows = [_row(request, one, sent) for one in found.candidates.select_related("enterprise", "request")]
    panels = []
    kinds: dict[str, type[Form]] = {
        "propose": PlainForm, "take_back": PlainForm, "publish": PublishForm, "send_back": ReasonForm,
        "dissolve": ReasonForm,
    }  # fmt: skip
    for name, kind in kinds.items():
        if name in possible or (sent is not None and sent[0] == name):
            form = filled(name, kind, sent, found.version)
            url = reverse("support:selection_act", args=[found.pk, name])
            panels.append(Panel(name, str(SELECTION.act(name).label), form, url, name == "dissolve"))
    shown = {
        "case": found,
        "measure": measure_title(found.policy, found.measure, language()),
        "state": standing.label(SELECTION, found),
        "tone": standing.tone(found),
        "turn": standing.selection_turn(found),
        "next": standing.selection_next(found),
        "decider": Role(found.approver).label,
        "district": district_name(found.district) if found.district else _("全市"),
        "rows": rows,
        "counts": {
            "proposed": sum(one["candidate"].proposed is True for one in rows),
            "chosen": sum(one["candidate"].chosen is True for one in rows),
        },
        "drafting": drafting,
        "deciding": deciding,
        "add": filled("add", CandidateForm, sent, found.version) if drafting else None,
        "decide": filled("decide", ReasonForm, sent, found.version) if deciding else None,
        "wording": sent[1] if sent is not None and sent[0] in ("word", "decide") else None,
        "panels": panels,
        "hindrance": _hindrance(found, viewer, drafting),
        "history": history_of(SELECTION, found, viewer),
    }
    return render(request, "support/quotas/selection.html", shown, status=400 if sent else 200)


def _hindrance(found: SelectionList, viewer: Viewer, drafting: bool) -> str:
    if drafting:
        return flow.hindrance(SELECTION, "propose", found, viewer)
    if found.state == "decided" and viewer.organisation == found.organisation_id and viewer.writes:
        return flow.hindrance(SELECTION, "publish", found, viewer)
    return ""


def _row(request: HttpRequest, one: Candidate, sent: tuple[str, Form] | None) -> dict[str, Any]:
    """A candidate with what stands in its fields: what was typed where the form comes back."""
    again = sent is not None and sent[0] in ("word", "decide")
    said = one.proposed
    reason = one.grounds if one.selection.state == "draft" else one.decision_reason
    word = {True: "in", False: "out", None: ""}[said]
    if again:
        word, reason = request.POST.get(f"word-{one.pk}", ""), request.POST.get(f"reason-{one.pk}", "")
    return {
        "candidate": one,
        "district": district_name(one.enterprise.district or ""),
        "word": word,
        "reason": reason,
        "name": request.POST.get(f"name-{one.pk}", "") if again else one.published_name,
        "deviates": one.chosen is not None and one.chosen != one.proposed,
    }


@require_POST
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A list with proposals and decisions, as a file; journalled."""
    viewer, found = viewer_of(request), _get(request, pk)
    if kind not in files.KINDS:
        raise Http404
    candidates = list(found.candidates.select_related("enterprise"))
    actions.exported(viewer, found, len(candidates))
    heads = [
        _("企业名称"), _("统一社会信用代码"), _("区县"), _("公布的姓名或项目"), _("系统判断"), _("核查"), _("提名"),
        _("提名理由"), pgettext("column", "决定"), _("决定理由"),
    ]  # fmt: skip
    words = {True: _("列入"), False: _("不列入"), None: ""}
    met = {True: _("符合"), False: _("不符合"), None: _("待定")}
    rows = (
        [
            one.enterprise.name, one.enterprise.uscc, district_name(one.enterprise.district or ""), one.published_name,
            met[one.entitled], one.standing, words[one.proposed], one.grounds, words[one.chosen], one.decision_reason,
        ]
        for one in candidates
    )  # fmt: skip
    notes = [[_("名单"), found.title], [_("标准和依据"), found.basis], [_("状态"), standing.label(SELECTION, found)]]
    return files.answer(kind, f"selection-{found.receipt}", heads, rows, notes)


def _get(request: HttpRequest, pk: int) -> SelectionList:
    return get_object_or_404(queries.selections(viewer_of(request)), pk=pk)


# --- for everybody -------------------------------------------------------------------------------------------------


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Every published list."""
    listed = Count("candidates", filter=Q(candidates__chosen=True))
    page = page_of(request, queries.published().annotate(listed=listed).order_by("-published_at", "-pk"))
    rows = [
        (one, measure_title(one.policy, one.measure, language()), district_name(one.district) if one.district else "")
        for one in page
    ]
    return render(request, "support/quotas/published.html", {"page": page, "rows": rows})


@require_safe
def published_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a decided list names, and by what standards; nothing of those who were not chosen."""
    found = get_object_or_404(queries.published(), pk=pk)
    chosen = found.candidates.filter(chosen=True).select_related("enterprise").order_by("enterprise__name", "pk")
    shown = {
        "case": found,
        "measure": measure_title(found.policy, found.measure, language()),
        "decider": Role(found.approver).label,
        "district": district_name(found.district) if found.district else "",
        "rows": [(one, district_name(one.enterprise.district or "")) for one in chosen],
        "named": any(one.published_name for one in chosen),
    }
    return render(request, "support/quotas/published_one.html", shown)
