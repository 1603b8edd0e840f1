"""What an enterprise sees first: its applications, the open rounds, and beforehand whether it would qualify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.enterprises import queries as register
from zongbu.desk.kernel.flow import NotPermitted, Participation, Refused
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.entering import Hindrance, applying_members, hindrances
from zongbu.desk.recognition.flow import ROUND
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.recognition.settings import OPEN_SETTINGS
from zongbu.desk.recognition.showing import picture, track_titles
from zongbu.desk.recognition.standing import turn
from zongbu.desk.recognition.terms import dues

SHOWN = 50
"""Applications on the page; an enterprise has one a year."""


@dataclass(frozen=True, slots=True)
class Open:
    """A round on the enterprise's page: how long it is still open, and the enterprise's own application in it."""

    round: Round
    days_left: int
    application: Application | None
    extensions: Sequence[Participation] = ()


def extensions(rounds: Iterable[Round]) -> dict[int, list[Participation]]:
    """How rounds were extended, the first time first, by primary key; applicants read when and why. One query."""
    found: dict[int, list[Participation]] = {}
    acts = Participation.objects.filter(flow=ROUND.name, act="extend", case__in=[str(one.pk) for one in rounds])
    for one in acts.order_by("pk"):
        found.setdefault(int(one.case), []).append(one)
    return found


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own applications, and the rounds that are open or will be."""
    viewer, today = viewer_of(request), timezone.localdate()
    own = register.enterprises(viewer).first()
    cases = list(queries.applications(viewer).order_by("-pk")[:SHOWN])
    latest = {case.round_id: case for case in reversed(cases) if case.state != "withdrawn"}
    rounds = list(queries.rounds(viewer).filter(state="open", closes__gte=today).order_by("closes", "pk"))
    until = dues(cases, viewer)
    longer = extensions(rounds)
    shown = {
        "enterprise": own,
        "rows": [(case, turn(case, viewer), until.get(case.pk)) for case in cases],
        "open": [
            Open(one, (one.closes - today).days, latest.get(one.pk), longer.get(one.pk, ()))
            for one in rounds
            if one.opens <= today
        ],
        "ahead": [one for one in rounds if one.opens > today],
    }
    return render(request, "recognition/applying/mine.html", shown)


@require_safe
def precheck(request: HttpRequest, pk: int) -> HttpResponse:
    """A round with its settings and their reasons, and what the enterprise's recorded facts say to it."""
    viewer, today = viewer_of(request), timezone.localdate()
    round = round_of(request, pk)
    own = register.enterprises(viewer).first()
    found: list[Hindrance] = hindrances(own, round, today) if own is not None else []
    standing = None
    if own is not None:
        standing = Application.objects.filter(round=round, enterprise=own).exclude(state="withdrawn").first()
    seen = picture(own, round) if own is not None else None
    shown = {
        "round": round,
        "enterprise": own,
        "picture": seen,
        "qualifies": [card for card in seen.cards if card.row.identifier == round.qualifies] if seen else [],
        "tracks": [card for card in seen.cards if card.row.identifier in round.tracks] if seen else [],
        # That it has applied already is said by the application itself.
        "hindrances": [one for one in found if one.kind != "twice"],
        "members": applying_members(own, round) if own is not None else [],
        "application": standing,
        "settings": settings_of(round),
        "materials": [(one, track_titles(round).get(one.track, "")) for one in round.materials.all()],
        "checks": list(round.checks.select_related("organisation")),
        "days_left": (round.closes - today).days,
        "extensions": extensions([round]).get(round.pk, []),
        "policy_title": round.law.title,
        "may_start": not found and standing is None and own is not None,
    }
    return render(request, "recognition/applying/precheck.html", shown)


@require_POST
@once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft."""
    viewer, round = viewer_of(request), round_of(request, pk)
    own = register.enterprises(viewer).first()
    if own is None:
        return redirect("enterprises:register")
    try:
        made = applications.start(viewer, own, round)
    except NotPermitted:
        raise
    except Refused as error:
        messages.error(request, str(error))
        return redirect("recognition:precheck", round.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("recognition:precheck", round.pk)
    messages.info(request, _("已建立草稿。提交以前不算申报，区县也看不到。"))
    return redirect("recognition:fill", made.receipt, "basics")


def round_of(request: HttpRequest, pk: int) -> Round:
    """The round of the address.

    Raises:
        Http404: there is none, or not for this viewer.
    """
    found = queries.rounds(viewer_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that the policy leaves open: what it is set to, and why."""

    title: str
    values: tuple[tuple[str, date | str], ...]
    basis: str


def settings_of(round: Round) -> list[Setting]:
    """The settings of a round with their reasons, as applicants read them."""

    def days(number: int | None) -> str:
        return _("%(number)s个工作日") % {"number": number} if number is not None else _("不设期限")

    said: dict[str, tuple[tuple[str, date | str], ...]] = {
        "window": ((_("开始"), round.opens), (_("截止（含当日）"), round.closes)),
        "as_of": (("", round.as_of),),
        "approver": (("", str(round.get_approver_display())),),
        "notice_days": (("", _("%(number)s天（自然日）") % {"number": round.notice_days}),),
        "materials": (("", _("见下面的材料清单")),),
        "terms": (
            (_("区县初审"), days(round.district_days)),
            (_("部门意见"), days(round.department_days)),
            (_("补正"), days(round.correction_days)),
            (_("市级汇总"), days(round.office_days)),
        ),
    }
    return [Setting(str(title), said.get(name, ()), round.basis.get(name, "")) for name, title in OPEN_SETTINGS.items()]
