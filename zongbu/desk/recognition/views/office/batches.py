"""Batches: made and submitted by the city office, decided by whom the round says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import batches as acts
from zongbu.desk.recognition.flow import APPLICATION, BATCH
from zongbu.desk.recognition.forms.office import BatchForm, DecideAllForm, DecideForm, PlainForm, ReasonForm
from zongbu.desk.recognition.models import Application, Batch, Decision
from zongbu.desk.recognition.sheet import Sheet
from zongbu.desk.recognition.views.office.acts import row_of
from zongbu.desk.recognition.views.office.common import (
    act_page,
    batch_or_404,
    crumbs,
    decides,
    of_office,
    round_or_404,
)
from zongbu.desk.recognition.views.office.sheet import shown

TONES = {"draft": "neutral", "submitted": "action", "decided": "met", "dissolved": "neutral"}


def _crumbs(batch: Batch | None = None) -> list[tuple[str, str]]:
    found = [(_("审定批次"), reverse("recognition:batches"))]
    if batch is not None:
        found.append((batch.title, reverse("recognition:batch", args=[batch.pk])))
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The batches that the viewer may see; those that wait for a decision first."""
    viewer = viewer_of(request)
    state = request.GET.get("state", "")
    found = queries.batches(viewer).annotate(
        waiting=Count("applications", filter=Q(applications__state="proposed"), distinct=True),
        decided=Count("decisions", distinct=True),
    )
    if state in BATCH.by_name:
        found = found.filter(state=state)
    page = page_of(request, found.order_by("-pk"))
    tabs: list[tuple[Any, ...]] = [(_("全部"), reverse("recognition:batches"), not state)]
    tabs += [
        (one.label, f"{reverse('recognition:batches')}?state={one.name}", state == one.name) for one in BATCH.states
    ]
    context = {
        "page": page,
        "rows": [{"batch": one, "state": BATCH.label(one.state), "tone": TONES[one.state]} for one in page],
        "tabs": tabs,
        "office": of_office(viewer),
    }
    return render(request, "recognition/office/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a batch of a round."""
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    number = round.batches.count() + 1
    initial = {"title": _("%(title)s第%(number)s批") % {"title": round.title, "number": number}}
    form = BatchForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        made = whole(form, lambda: acts.make(viewer, round, data["title"], data["note"]))
        if made is not None:
            messages.success(request, _("审定批次已建立，请从汇总表列入申请。"))
            return redirect("recognition:batch", made.pk)
    context = {
        "form": form,
        "title": _("新建审定批次"),
        "lead": _("把汇总完毕的申请列在一起，提请审定。"),
        "submit": _("建立"),
        "cancel": reverse("recognition:sheet", args=[pk]),
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/act.html", context, status=400 if form.errors else 200)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A batch: each line with assessment, opinions and proposal; what can be done with it."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, pk)
    return render(request, "recognition/office/batch.html", _context(request, batch, DecideAllForm(
        initial={"seen": batch.version}
    )))  # fmt: skip


def _context(request: HttpRequest, batch: Batch, form: DecideAllForm) -> dict[str, Any]:
    viewer = viewer_of(request)
    lines = (
        Application.objects.filter(Q(batch=batch) | Q(decisions__batch=batch))
        .select_related("round", "enterprise", "batch")
        .distinct()
        .order_by("district", "pk")
    )
    page = page_of(request, lines)
    sheet = Sheet(batch.round)
    decided: dict[int, Decision] = {}
    for one in Decision.objects.filter(batch=batch, application__in=[case.pk for case in page]).defer("assessment"):
        decided[one.application_id] = one
    rows = [{**shown(row, sheet), "decision": decided.get(row.application.pk)} for row in sheet.rows(page)]
    possible = {act.name for act in flow.possible(BATCH, batch, viewer)}
    waiting = batch.applications.filter(state="proposed")
    return {
        "batch": batch,
        "round": batch.round,
        "sheet": sheet,
        "state": BATCH.label(batch.state),
        "tone": TONES[batch.state],
        "page": page,
        "rows": rows,
        "proposals": dict(waiting.order_by().values_list("proposal").annotate(many=Count("pk"))),
        "waiting": waiting.count(),
        "possible": possible,
        "office": of_office(viewer),
        "decides": decides(viewer, batch.round) and batch.state == "submitted",
        "form": form,
        "crumbs": _crumbs(),
        "history": [{"one": one, "act": BATCH.act(one.act).label} for one in reversed(flow.history(BATCH, batch))],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Submit, take back or dissolve a batch."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, pk)
    posted = request.POST if request.method == "POST" else None
    here = reverse("recognition:batch", args=[pk])
    context: dict[str, Any] = {"cancel": here, "crumbs": _crumbs(batch)}
    initial = {"seen": batch.version}
    if act == "submit":
        form: Any = PlainForm(posted, initial=initial)
        context |= {
            "title": _("提请审定"),
            "lead": _("提请以后由%(approver)s逐件或整批决定；决定之前可以撤回。")
            % {"approver": batch.round.get_approver_display()},
            "submit": _("提请审定"),
            "hindrance": flow.hindrance(BATCH, "submit", batch, viewer),
        }

        def perform() -> Batch:
            return acts.submit(viewer, pk, seen=form.cleaned_data["seen"])

        done = _("批次已提请审定。")
    elif act == "take_back":
        form = ReasonForm(posted, initial=initial)
        context |= {
            "title": _("撤回批次"),
            "lead": _("撤回以后可以调整；已有审定的不能撤回。"),
            "submit": _("撤回"),
            "hindrance": flow.hindrance(BATCH, "take_back", batch, viewer),
        }

        def perform() -> Batch:
            return acts.take_back(viewer, pk, form.cleaned_data["reason"])

        done = _("批次已撤回。")
    elif act == "dissolve":
        form = PlainForm(posted, initial=initial)
        context |= {
            "title": _("撤销批次"),
            "lead": _("空的批次可以撤销。"),
            "submit": _("撤销"),
            "danger": True,
            "hindrance": flow.hindrance(BATCH, "dissolve", batch, viewer),
        }

        def perform() -> Batch:
            return acts.dissolve(viewer, pk)

        done = _("批次已撤销。")
    else:
        raise Http404(act)
    return act_page(request, form, perform, done=done, to=here, context=context)


# --- deciding ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide as proposed all lines in which the engine agrees; the others are left and listed."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, pk)
    here = reverse("recognition:batch", args=[pk])
    if request.method != "POST":
        return redirect(here)
    form = DecideAllForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        outcome = whole(form, lambda: acts.decide_all(viewer, pk, data["reason"], seen=data["seen"]))
        if outcome is not None:
            done, left = outcome
            if done:
                messages.success(request, _("已按拟办意见决定%(number)s件。") % {"number": done})
            for sentence in left[:20]:
                messages.warning(request, sentence)
            if left:
                messages.warning(
                    request, _("共%(number)s件没有决定，请在下面逐件决定并写明理由。") % {"number": len(left)}
                )
            return redirect(here)
    return render(request, "recognition/office/batch.html", _context(request, batch, form), status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: HttpRequest, pk: int, receipt: str) -> HttpResponse:
    """Decide one line, with its assessment and opinions before one's eyes."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, pk)
    case = _line(batch, receipt)
    line = row_of(case)
    form = DecideForm(
        request.POST if request.method == "POST" else None,
        initial={"outcome": case.proposal, "reason": case.proposal_reason, "seen": case.version},
    )
    context = {
        **line,
        "batch": batch,
        "round": batch.round,
        "hindrance": _why_not(viewer, case),
        "cancel": reverse("recognition:batch", args=[pk]),
        "crumbs": _crumbs(batch),
    }

    def perform() -> Application:
        data = form.cleaned_data
        return acts.decide(
            viewer, case.pk, data["outcome"], reason=data["reason"], deviation=data["deviation"], seen=data["seen"]
        )

    done = _("已决定：%(name)s。") % {"name": case.enterprise.name}
    return act_page(
        request,
        form,
        perform,
        done=done,
        to=reverse("recognition:batch", args=[pk]),
        context=context,
        template="recognition/office/decide.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def send_back(request: HttpRequest, pk: int, receipt: str) -> HttpResponse:
    """Send one line back to the city office."""
    viewer = viewer_of(request)
    batch = batch_or_404(viewer, pk)
    case = _line(batch, receipt)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"seen": case.version})
    here = reverse("recognition:batch", args=[pk])
    context = {
        "title": _("退回市总部办"),
        "lead": _("「%(name)s」退出本批次，回到市总部办汇总。") % {"name": case.enterprise.name},
        "submit": _("退回"),
        "hindrance": _why_not(viewer, case, "send_back"),
        "cancel": here,
        "crumbs": _crumbs(batch),
    }
    return act_page(
        request,
        form,
        lambda: acts.send_back(viewer, case.pk, form.cleaned_data["reason"], seen=form.cleaned_data["seen"]),
        done=_("已退回市总部办。"),
        to=here,
        context=context,
    )


def _line(batch: Batch, receipt: str) -> Application:
    found = Application.objects.select_related("round", "enterprise", "batch")
    return get_object_or_404(found.filter(Q(batch=batch) | Q(decisions__batch=batch)).distinct(), receipt=receipt)


def _why_not(viewer: Any, case: Application, name: str = "approve") -> str:
    return flow.hindrance(APPLICATION, name, case, viewer)
