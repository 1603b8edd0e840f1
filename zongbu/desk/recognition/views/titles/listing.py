"""The register of recognitions for officials, and what an enterprise holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files, queries
from zongbu.desk.recognition.documents.letters import WITH_LETTER
from zongbu.desk.recognition.models import Recognition, Round
from zongbu.desk.recognition.sheet import track_titles
from zongbu.desk.recognition.views.titles.verification import standing

STANDINGS = ("valid", "revoked", "expired", "revoking")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for: text (name, number or code), round, district, track, standing."""

    text: str = ""
    round: int | None = None
    district: str = ""
    track: str = ""
    standing: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        given = request.GET
        number = given.get("round", "")
        return cls(
            text=given.get("q", "").strip()[:100],
            round=int(number) if number.isdecimal() and len(number) < 10 else None,
            district=given.get("district", "") if given.get("district", "") in DISTRICTS else "",
            track=given.get("track", "")[:100],
            standing=given.get("standing", "") if given.get("standing", "") in STANDINGS else "",
        )

    @property
    def used(self) -> bool:
        return self != Filter()

    def apply(self, found: QuerySet[Recognition], today: date) -> QuerySet[Recognition]:
        """The recognitions that it lets through."""
        if self.text:
            found = found.filter(
                Q(name__icontains=self.text)
                | Q(number__icontains=self.text)
                | Q(enterprise__uscc__istartswith=self.text)
            )
        if self.round is not None:
            found = found.filter(round=self.round)
        if self.district:
            found = found.filter(district=self.district)
        if self.track:
            # As text: SQLite's JSON knows no "contains"; identifiers of tracks are no part of one another in quotes.
            found = found.filter(tracks__icontains=f'"{self.track}"')
        match self.standing:
            case "valid":
                found = found.filter(queries.holding(today))
            case "revoked":
                found = found.filter(revoked_on__lte=today)
            case "expired":
                found = found.filter(Q(revoked_on=None) | Q(revoked_on__gt=today), valid_until__lt=today)
            case "revoking":
                found = found.filter(revocations__state__in=["hearing", "proposed"]).distinct()
        return found


@require_safe
def recognitions(request: HttpRequest) -> HttpResponse:
    """All recognitions of the viewer's scope, the latest round first."""
    viewer, chosen = viewer_of(request), Filter.of(request)
    page = page_of(request, _rows(viewer, chosen))
    rounds = list(Round.objects.filter(recognitions__isnull=False).distinct().order_by("-year", "-pk"))
    shown = {
        "page": page,
        "rows": [(one, district_name(one.district), tracks(one), standing(one)) for one in page],
        "chosen": chosen,
        "rounds": rounds,
        "districts": () if viewer.district else DISTRICTS.items(),
        "tracks": track_choices(rounds),
        "standings": [(name, label) for name, label in labels().items()],
        "may_print": may_print(viewer),
    }
    return render(request, "recognition/titles/recognitions.html", shown)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What an enterprise holds, and the letters of its decided applications."""
    viewer = viewer_of(request)
    held = [
        (one, district_name(one.district), tracks(one), standing(one))
        for one in queries.titles(viewer).order_by("-recognised_on", "-pk")
    ]
    decided = queries.applications(viewer).filter(state__in=WITH_LETTER).order_by("-decided_at", "-pk")
    running = queries.revocations(viewer).exclude(state__in=["approved", "dropped"])
    shown = {"held": held, "decided": decided, "running": running}
    return render(request, "recognition/titles/own.html", shown)


def may_print(viewer: Viewer) -> bool:
    """Whether somebody may ask for many certificates."""
    from zongbu.desk.people.access import routes

    return routes()["recognition:print"].admits(viewer, writes=True)


def labels() -> dict[str, str]:
    """The words of the standings."""
    return {
        "valid": _("有效"),
        "revoked": pgettext("title", "已取消"),
        "expired": _("已过有效期"),
        "revoking": _("取消办理中"),
    }


def tracks(one: Recognition) -> list[str]:
    """The titles of a recognition's tracks, in the reader's language."""
    return titles_of(one.round, one.tracks)


def titles_of(round: Round, names: Iterable[str]) -> list[str]:
    """Ways in as the round's policy calls them; the identifiers where that version is not here any more."""
    try:
        return track_titles(round.law, names)
    except UnknownPolicy:
        return list(names)


def track_choices(rounds: list[Round]) -> list[tuple[str, str]]:
    """The tracks of the rounds: identifier and title, as the latest round calls it."""
    found: dict[str, str] = {}
    for one in reversed(rounds):
        found |= zip(one.tracks, titles_of(one, one.tracks), strict=True)
    return sorted(found.items())


def _rows(viewer: Viewer, chosen: Filter) -> QuerySet[Recognition]:
    found = chosen.apply(queries.titles(viewer), timezone.localdate())
    return found.order_by("-round__year", "-round", "number")


# --- files -------------------------------------------------------------------------------------------------


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows that are shown, as CSV or XLSX; a form is sent for it because it is journalled who took what."""
    if kind not in files.KINDS:
        raise Http404
    viewer, chosen = viewer_of(request), Filter.of(request)
    found = _rows(viewer, chosen)
    with transaction.atomic():
        journal.record(
            "recognition.export_titles",
            viewer,
            after={"format": kind, "filters": request.GET.dict(), "rows": found.count()},
        )
    rows = (_cells(one) for one in found.iterator(chunk_size=1000))
    return files.answer(kind, f"recognitions-{timezone.localdate():%Y%m%d}", _heads(), rows)


def _heads() -> list[str]:
    return [
        _("证书编号"), _("企业名称"), _("统一社会信用代码"), _("区县"), _("认定批次"), _("认定途径"), _("认定日期"),
        _("有效期至"), _("取消日期"), _("状态"),
    ]  # fmt: skip


def _cells(one: Recognition) -> list[files.Cell]:
    return [
        one.number,
        one.name,
        one.enterprise.uscc,
        district_name(one.district),
        one.round.title,
        _("、").join(tracks(one)),
        one.recognised_on,
        one.valid_until,
        one.revoked_on,
        labels()[standing(one)],
    ]


def context(one: Recognition) -> dict[str, Any]:
    """What every page about a recognition is given."""
    return {
        "recognition": one,
        "district": district_name(one.district),
        "tracks": tracks(one),
        "standing": standing(one),
    }
