"""What the city office does with one application."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import batches, opinions, review
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.forms.office import CommentForm, PlainForm, ReasonForm, subject_title, subjects_of
from zongbu.desk.recognition.models import Application
from zongbu.desk.recognition.sheet import Sheet
from zongbu.desk.recognition.views.office.common import act_page, address, application_or_404, crumbs
from zongbu.desk.recognition.views.office.sheet import shown

ACTS = ("return", "collect", "refer", "remove")


def home_of(case: Application) -> str:
    """Where an act on an application leads back to: its page, or the round's sheet."""
    return address("application", case.receipt) or address("sheet", case.round_id)


def crumbs_of(case: Application) -> list[tuple[str, str]]:
    name = f"{case.enterprise.name} {case.receipt}"
    return crumbs(case.round, (_("汇总表"), address("sheet", case.round_id)), (name, home_of(case)))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """Return for correction, wait no longer for departments, have them look at it, take it out of a batch."""
    viewer = viewer_of(request)
    case = application_or_404(viewer, receipt)
    if act == "return":
        return _return(request, case)
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(posted, initial={"seen": case.version})
    here = home_of(case)
    context: dict[str, Any] = {
        "cancel": here,
        "crumbs": crumbs_of(case),
        "application": case,
        "hindrance": "",
    }

    def reason() -> str:
        return str(form.cleaned_data["reason"])

    if act == "collect":
        waiting = [str(one.organisation) for one in case.opinions.filter(state="requested")]
        context |= {
            "title": _("不再等待部门意见"),
            "lead": _("没有答复不等于同意：这些部门的意见在各处仍然显示为「未答复」。"),
            "submit": _("不再等待，转入汇总"),
            "listed": waiting,
            "listed_title": _("还没有答复的部门"),
            "hindrance": flow.hindrance(APPLICATION, "collect_without", case, viewer),
        }

        def perform() -> Application:
            return opinions.collect_without(viewer, case.pk, reason(), seen=form.cleaned_data["seen"])

        done = _("已转入汇总。")
    elif act == "refer":
        context |= {
            "title": _("转部门审查"),
            "lead": _("向本批次的各部门（重新）征求意见，期限从今天起算。"),
            "submit": _("转部门审查"),
            "listed": [f"{one.organisation}：{one.task}" for one in case.round.checks.select_related("organisation")],
            "listed_title": _("将征求意见的部门"),
            "hindrance": flow.hindrance(APPLICATION, "refer", case, viewer),
        }

        def perform() -> Application:
            return opinions.refer(viewer, case.pk, reason(), seen=form.cleaned_data["seen"])

        done = _("已转部门审查。")
    elif act == "remove":
        batch = case.batch
        if batch is not None:
            here = address("batch", batch.pk)
            context["cancel"] = here
        context |= {
            "title": _("移出审定批次"),
            "lead": _("申请回到市总部办汇总，拟办意见作废。"),
            "submit": _("移出"),
            "hindrance": flow.hindrance(APPLICATION, "remove", case, viewer),
        }

        def perform() -> Application:
            return batches.remove(viewer, case.pk, reason())

        done = _("已移出批次。")
    else:
        raise Http404(act)
    return act_page(request, form, perform, done=done, to=here, context=context)


def _return(request: HttpRequest, case: Application) -> HttpResponse:
    """Field by field what is to be corrected, then the return itself."""
    viewer = viewer_of(request)
    name = request.POST.get("do", "") if request.method == "POST" else ""
    posted = request.POST if name else None
    subjects = subjects_of(case.round.law, case.round)
    comment = CommentForm(subjects, posted if name == "comment" else None)
    form = ReasonForm(posted if name == "return" else None, initial={"seen": case.version})
    here = address("office_act", case.receipt, "return")
    if name == "comment" and comment.is_valid():
        data = comment.cleaned_data
        if attempt(comment, lambda: review.comment(viewer, case.pk, data["subject"], data["text"])) is not None:
            messages.success(request, _("补正意见已记下，退回以后企业看到。"))
            return redirect(here)
    if name == "uncomment" and request.POST.get("comment", "").isdigit():
        key = int(request.POST["comment"])
        plain = PlainForm({})
        plain.is_valid()

        def uncomment() -> bool:
            review.uncomment(viewer, case.pk, key)
            return True

        if attempt(plain, uncomment):
            messages.success(request, _("补正意见已撤销。"))
        else:
            messages.error(request, said(plain))
        return redirect(here)
    if name == "return" and form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: review.return_to_enterprise(viewer, case.pk, data["reason"], seen=data["seen"]))
        if made is not None:
            messages.success(request, _("已退回企业补正，期限中止，等企业重新提交。"))
            return redirect(home_of(case))
    wrong = bool(comment.errors or form.errors)
    context = {
        "application": case,
        "form": form,
        "comment": comment,
        "comments": [
            {"comment": one, "subject": subject_title(one, subjects)} for one in case.comments.filter(resolved_at=None)
        ],
        "may": review.may_review(viewer, case),
        "cancel": home_of(case),
        "crumbs": crumbs_of(case),
    }
    return render(request, "recognition/office/return.html", context, status=400 if wrong else 200)


@require_POST
@once
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind a department of its opinion."""
    viewer = viewer_of(request)
    opinion = get_object_or_404(queries.opinions(viewer), pk=pk)
    form = PlainForm({})
    form.is_valid()
    if attempt(form, lambda: opinions.remind(viewer, pk)) is not None:
        messages.success(request, _("已催办%(name)s。") % {"name": opinion.organisation})
    else:
        messages.error(request, said(form))
    return redirect(home_of(opinion.application))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def remind_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind all departments of a round that are late; each once a day."""
    from django.utils import timezone

    from zongbu.desk.kernel.flow import Refused
    from zongbu.desk.recognition.models import Opinion
    from zongbu.desk.recognition.views.office.common import round_or_404

    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    late = Opinion.objects.filter(application__round=round, state="requested", due__lt=timezone.localdate())
    here = address("round", pk)
    form = PlainForm(request.POST if request.method == "POST" else None)
    counted: dict[str, int] = {}
    for organisation in late.select_related("organisation").values_list("organisation__name", flat=True):
        counted[organisation] = counted.get(organisation, 0) + 1
    if form.is_bound and form.is_valid():
        done = 0
        for key in late.order_by("pk").values_list("pk", flat=True):
            try:
                opinions.remind(viewer, key)
                done += 1
            except Refused:  # reminded today already
                continue
        messages.success(request, _("已催办%(number)s件。今天催办过的不再催。") % {"number": done})
        return redirect(here)
    context = {
        "title": _("催办逾期的部门"),
        "lead": _("每件意见一天最多催办一次；部门在待办里看到。"),
        "submit": _("催办"),
        "listed": [_("%(name)s：%(number)s件") % {"name": name, "number": number} for name, number in counted.items()],
        "listed_title": _("逾期的部门"),
        "form": form,
        "cancel": here,
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/act.html", context)


def said(form: PlainForm) -> str:
    """What stands in the way, as one message."""
    return " ".join(map(str, form.non_field_errors()))


def row_of(case: Application) -> dict[str, Any]:
    """One application as the sheet shows it."""
    sheet = Sheet(case.round)
    return {"sheet": sheet, **shown(sheet.rows([case])[0], sheet)}
