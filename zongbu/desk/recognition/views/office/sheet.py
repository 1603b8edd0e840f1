"""The consolidated sheet of a round, as a page and as a file, and proposals from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of, whole
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files, queries
from zongbu.desk.recognition.actions import batches as acts
from zongbu.desk.recognition.actions.exports import exported
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.forms.office import ProposeForm
from zongbu.desk.recognition.models import Application, Batch, Opinion, Round
from zongbu.desk.recognition.sheet import Row, Sheet
from zongbu.desk.recognition.views.office.common import address, crumbs, of_office, round_or_404
from zongbu.law.amounts import day
from zongbu.law.explain.words import verdict

CHUNK = 500
"""Applications that are assessed at a time for a file."""
SORTS = {
    "name": ("enterprise__name", "pk"),
    "district": ("district", "enterprise__name", "pk"),
    "submitted": ("submitted_at", "pk"),
    "waiting": ("state_since", "pk"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for."""

    text: str
    district: str
    state: str
    only: str
    sort: str

    @property
    def filtered(self) -> bool:
        return bool(self.text or self.district or self.state or self.only)


def chosen_of(request: HttpRequest) -> Chosen:
    given = request.GET
    state, only, sort = given.get("state", ""), given.get("only", ""), given.get("sort", "district")
    return Chosen(
        given.get("q", "").strip()[:100],
        given.get("district", "") if given.get("district", "") in DISTRICTS else "",
        state if state in APPLICATION.by_name else "",
        only if only in ("missing", "not_recommended", "objected") else "",
        sort if sort in SORTS else "district",
    )


def listed(viewer: Viewer, round: Round, chosen: Chosen) -> QuerySet[Application]:
    """The applications of a round that the sheet shows, in its order."""
    found = queries.applications(viewer).filter(round=round).exclude(state="withdrawn")
    if chosen.text:
        found = found.filter(
            Q(enterprise__name__icontains=chosen.text)
            | Q(enterprise__uscc__iexact=chosen.text)
            | Q(receipt__icontains=chosen.text)
        )
    if chosen.district:
        found = found.filter(district=chosen.district)
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.only == "missing":
        found = found.filter(Exists(Opinion.objects.filter(application=OuterRef("pk"), state="requested")))
    elif chosen.only == "objected":
        found = found.filter(Exists(Opinion.objects.filter(application=OuterRef("pk"), verdict="object")))
    elif chosen.only == "not_recommended":
        found = found.filter(recommended=False)
    return found.order_by(*SORTS[chosen.sort])


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet, fifty applications a page."""
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    chosen = chosen_of(request)
    page = page_of(request, listed(viewer, round, chosen))
    sheet = Sheet(round, dues=True)
    rows = sheet.rows(page)
    context = {
        "round": round,
        "sheet": sheet,
        "page": page,
        "rows": [shown(row, sheet) for row in rows],
        "chosen": chosen,
        "districts": DISTRICTS.items(),
        "states": [one for one in APPLICATION.states if one.name not in ("draft", "withdrawn")],
        "may_propose": of_office(viewer)
        and round.state == "open"
        and any(row.application.state == "city" for row in rows),
        "crumbs": crumbs(round),
    }
    return render(request, "recognition/office/sheet.html", context)


def shown(row: Row, sheet: Sheet) -> dict[str, Any]:
    """A row with what its cells say."""
    case = row.application
    return {
        "row": row,
        "application": case,
        "url": address("application", case.receipt),
        "district": district_name(case.district),
        "state": APPLICATION.label(case.state),
        "track": (sheet.track_titles([case.track]) or [""])[0],
        "cells": list(zip(sheet.columns, row.answers, strict=True)),
    }


# --- as a file ---------------------------------------------------------------------------------------------


@require_POST
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The sheet as it is filtered and sorted, all pages; a form is sent for it because it is journalled."""
    if kind not in files.KINDS:
        raise Http404(kind)
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    chosen = chosen_of(request)
    exported(viewer, round, "sheet", asdict(chosen))
    sheet = Sheet(round)
    titles = [
        _("企业"), _("统一社会信用代码"), _("受理号"), _("区县"), _("申报途径"), _("状态"),
        *(column.title for column in sheet.columns), _("待定或不满足的原因"), _("换口径会变"), _("区县意见"),
        *(check.organisation.name for check in sheet.checks), _("申报与确认不一致"), _("拟办意见"), _("拟办理由"),
    ]  # fmt: skip
    notes = [
        (_("认定批次"), round.title),
        (_("政策版本"), sheet.law.version),
        (_("评估基准日"), day(round.as_of, language())),
        (_("数据时点"), day(timezone.localdate(), language())),
    ]
    if round.demonstration:
        notes.append((_("演示"), _("企业为演示数据，未公布的标准按演示参数计算，不代表任何审批结果。")))
    name = f"sheet-{round.policy}-{round.year}"
    return files.answer(kind, name, titles, _cells(listed(viewer, round, chosen), sheet), notes)


def _cells(found: QuerySet[Application], sheet: Sheet) -> Iterator[list[files.Cell]]:
    lang = language()
    pending = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(pending, CHUNK)):
        for row in sheet.rows(chunk):
            case = row.application
            differing = (
                _("%(title)s：申报%(declared)s，确认%(confirmed)s")
                % {"title": one.title, "declared": plain(one.declared), "confirmed": plain(one.confirmed)}
                for one in row.differences
            )
            yield [
                case.enterprise.name,
                case.enterprise.uscc,
                case.receipt,
                district_name(case.district),
                _("、").join(sheet.track_titles([case.track])),
                str(APPLICATION.label(case.state)),
                *(verdict(answer, lang)[1] for answer in row.answers),
                _("；").join(row.reasons),
                _("；").join(f"{one.reading}：{one.option}" for one in row.swings),
                district_word(case),
                *(one.words for one in row.said),
                _("；").join(differing),
                str(case.get_proposal_display()) if case.proposal else "",
                case.proposal_reason,
            ]


def plain(text: str) -> str:
    """A value in words without its markup."""
    from django.utils.html import strip_tags

    return strip_tags(str(text))


def district_word(case: Application) -> str:
    """The district's recommendation in words."""
    if case.recommended is None:
        return _("未给出")
    word = pgettext("act", "推荐") if case.recommended else _("不推荐")
    return f"{word}：{case.district_opinion}" if case.district_opinion else word


# --- proposing from the sheet ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen applications into a batch with one proposal and one reason."""
    viewer = viewer_of(request)
    round = round_or_404(viewer, pk)
    posted = request.POST if request.method == "POST" else None
    given = (posted or request.GET).getlist("application")
    keys = [int(one) for one in given if one.isdigit()][:200]
    found = queries.applications(viewer).filter(round=round, pk__in=keys, state="city")
    sheet = Sheet(round)
    rows = sheet.rows(found.order_by("district", "enterprise__name", "pk"))
    back = reverse("recognition:sheet", args=[pk])
    if not rows and posted is None:
        messages.info(request, _("请先在汇总表里勾选状态为「市总部办汇总」的申请。"))
        return redirect(back)
    drafts = list(queries.batches(viewer).filter(round=round, state="draft"))
    form = ProposeForm(drafts, posted, initial={"batch": str(drafts[0].pk) if drafts else "", "proposal": _usual(rows)})
    if posted is not None and not rows:
        form.add_error(None, _("选中的申请已经不在市总部办汇总状态。"))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data

        def act() -> Batch:
            batch = (
                Batch.objects.get(pk=int(data["batch"])) if data["batch"] else acts.make(viewer, round, data["title"])
            )
            for row in rows:
                seen = posted.get(f"seen-{row.application.pk}", "") if posted is not None else ""
                acts.propose(
                    viewer,
                    row.application.pk,
                    batch.pk,
                    data["proposal"],
                    data["reason"],
                    seen=int(seen) if seen.isdigit() else None,
                )
            return batch

        batch = whole(form, act)
        if batch is not None:
            messages.success(
                request,
                _("%(number)s件申请已列入「%(title)s」。") % {"number": len(rows), "title": batch.title},
            )
            return redirect("recognition:batch", batch.pk)
    context = {
        "form": form,
        "round": round,
        "rows": [shown(row, sheet) for row in rows],
        "cancel": back,
        "crumbs": crumbs(round, (_("汇总表"), back)),
    }
    return render(request, "recognition/office/propose.html", context, status=400 if form.errors else 200)


def _usual(rows: list[Row]) -> str:
    """What the engine suggests, where it says the same of all of them."""
    results = {row.computed for row in rows}
    if len(results) != 1:
        return ""
    usual: dict[bool | None, str] = {True: "recognise", False: "refuse"}
    return usual.get(results.pop(), "")
