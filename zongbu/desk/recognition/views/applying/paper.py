"""Registering applications that came in on paper: one, or a sheet of them."""

from __future__ import annotations

from typing import IO, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import queries as register
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import papers, queries
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.forms.applying_review import PaperForm, SheetForm
from zongbu.desk.recognition.models import Round
from zongbu.desk.recognition.showing import track_titles
from zongbu.law import InputError

TOLD = 20
"""Refused rows that are named after registering."""


def _rounds(request: HttpRequest) -> QuerySet[Round]:
    """The rounds that take applications today."""
    today = timezone.localdate()
    found = queries.rounds(viewer_of(request)).filter(state="open", opens__lte=today, closes__gte=today)
    return found.order_by("closes", "pk")


@once
def paper(request: HttpRequest) -> HttpResponse:
    """One application."""
    viewer, rounds = viewer_of(request), _rounds(request)
    form = PaperForm(request.POST or None, rounds=rounds)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        enterprise = register.enterprises(viewer).filter(uscc=given["uscc"]).first()
        if enterprise is None:
            form.add_error("uscc", _("本区县没有这家企业的档案，请先登记企业。"))
        else:
            made = []
            if performed(
                form,
                lambda: made.append(
                    applications.register(
                        viewer,
                        enterprise,
                        given["round"],
                        signed_by=given["signed_by"],
                        track=given["track"],
                        note=given["note"],
                        group_exception=given["group_exception"],
                    )
                ),
            ):
                messages.success(request, _("已代录，受理号 %(receipt)s。") % {"receipt": made[0].receipt})
                return redirect("recognition:application", made[0].receipt)
    shown = {"form": form, "any_round": rounds.exists(), "sheet": SheetForm(rounds=rounds)}
    return render(request, "recognition/applying/paper.html", shown)


@once
def sheet(request: HttpRequest) -> HttpResponse:
    """A sheet: first what would become of each row, then, confirmed, the registering itself."""
    viewer, rounds = viewer_of(request), _rounds(request)
    if request.method == "POST" and "rows" in request.POST:
        try:
            pk, rows = papers.unpacked(request.POST["rows"])
        except InputError as error:
            messages.error(request, str(error))
            return redirect("recognition:paper_sheet")
        round = rounds.filter(pk=pk).first()
        if round is None:
            messages.error(request, _("批次没有在受理申报。"))
            return redirect("recognition:paper_sheet")
        done, left = papers.register_all(viewer, round, rows)
        if done:
            messages.success(request, _("已代录 %(number)s 件。") % {"number": len(done)})
        for row in left[:TOLD]:
            messages.warning(
                request,
                _("第%(number)s行 %(name)s：%(fault)s")
                % {"number": row.number, "name": row.name or row.uscc, "fault": row.fault},
            )
        return redirect(f"{reverse('recognition:applications')}?show=all&paper=1&round={round.pk}")
    form = SheetForm(request.POST or None, request.FILES or None, rounds=rounds)
    shown = {"form": form, "any_round": rounds.exists()}
    if request.method == "POST" and form.is_valid():
        file, round = form.cleaned_data["file"], form.cleaned_data["round"]
        try:
            judged = papers.judge(viewer, round, papers.read(file.name, cast(IO[bytes], file)))
        except InputError as error:
            form.add_error("file", str(error))
        else:
            good = [row for row in judged if not row.fault]
            titles = track_titles(round)
            shown |= {
                "round": round,
                "good": [(row, titles.get(row.track, "")) for row in good],
                "bad": [row for row in judged if row.fault],
                "packed": papers.packed(round, good) if good else "",
            }
            return render(request, "recognition/applying/preview.html", shown)
    return render(request, "recognition/applying/sheet.html", shown)
