"""The lists of recognised enterprises, the statistics of rounds, the map."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of
from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files, published, queries
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Proposal, Recognition, Round
from zongbu.desk.recognition.published import Listing
from zongbu.desk.recognition.views.titles.listing import titles_of
from zongbu.law.amounts import day

CHUNK = 1000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who is recognised, now or earlier."""
    chosen, today = Listing.of(request.GET), timezone.localdate()
    page = page_of(request, chosen.found(today))
    rounds = list(published.rounds())
    held = published.stars(one.enterprise_id for one in page)
    tracks: dict[str, str] = {}
    for round in rounds:
        for name, title in zip(round.tracks, titles_of(round, round.tracks), strict=True):
            tracks.setdefault(name, title)
    context = {
        "page": page,
        "rows": [_shown(one, held, today) for one in page],
        "chosen": chosen,
        "rounds": rounds,
        "tracks": tracks.items(),
        "districts": DISTRICTS.items(),
        "stars": published.star_labels(),
        "total": sum(published.by_district(today).values()),
    }
    return render(request, "recognition/public/list.html", context)


def _shown(one: Recognition, held: dict[int, str], today: Any) -> dict[str, Any]:
    return {
        "recognition": one,
        "district": district_name(one.district),
        "tracks": titles_of(one.round, one.tracks),
        "star": held.get(one.enterprise_id, "") if one.valid_on(today) else "",
        "valid": one.valid_on(today),
        "revoked": one.revoked_on is not None and one.revoked_on <= today,
    }


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list as it is filtered, as CSV or XLSX; the address stays the same from year to year."""
    chosen, today = Listing.of(request.GET), timezone.localdate()
    titles = [
        _("企业名称"), _("区县"), _("年度"), _("认定途径"), _("星级"), _("证书编号"), _("认定日期"), _("有效期至"),
        _("取消日期"), _("状态"),
    ]  # fmt: skip
    notes = [
        (_("数据时点"), day(today, language())),
        (_("来源"), request.build_absolute_uri()),
    ]
    if Round.objects.filter(demonstration=True).exists():
        notes.append((_("演示"), _("企业为演示数据，未公布的标准按演示参数计算，不代表任何审批结果。")))
    return files.answer(kind, "headquarters-enterprises", titles, _cells(chosen.found(today), today), notes)


def _cells(found: QuerySet[Recognition], today: Any) -> Iterator[list[files.Cell]]:
    pending = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(pending, CHUNK)):
        held = published.stars(one.enterprise_id for one in chunk)
        for one in chunk:
            shown = _shown(one, held, today)
            standing = _("有效") if shown["valid"] else _("已取消") if shown["revoked"] else _("已到期")
            yield [
                one.name, shown["district"], one.round.year, _("、").join(shown["tracks"]), shown["star"], one.number,
                one.recognised_on, one.valid_until, one.revoked_on, standing,
            ]  # fmt: skip


# --- the map -----------------------------------------------------------------------------------------------


@require_safe
def districts(request: HttpRequest) -> HttpResponse:
    """How many recognised enterprises each district has, as a map and as a table."""
    counted = published.by_district(timezone.localdate())
    context = {
        "rows": [{"code": code, "name": district_name(code), "number": number} for code, number in counted.items()],
        "total": sum(counted.values()),
        "day": timezone.localdate(),
    }
    return render(request, "recognition/public/map.html", context)


# --- statistics --------------------------------------------------------------------------------------------


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of which there are published figures."""
    found = queries.rounds(PUBLIC).filter(pk__in=published.rounds().values("pk")) | queries.rounds(PUBLIC).filter(
        state="concluded"
    )
    page = page_of(request, found.distinct().order_by("-year", "-pk"))
    return render(request, "recognition/public/rounds.html", {"page": page})


def _round(policy: str, year: int) -> Round:
    return get_object_or_404(queries.rounds(PUBLIC), policy=policy, year=year)


@require_safe
def statistics(request: HttpRequest, policy: str, year: int) -> HttpResponse:
    """The figures of a round: all once it is concluded, before that only what was announced."""
    round = _round(policy, year)
    found = published.statistics(round)
    context: dict[str, Any] = {"round": round, "statistics": found}
    if found is not None:
        context |= {
            "tracks": [{"line": line, "title": _track(round, line.key)} for line in found.tracks],
            "districts": [{"line": line, "title": district_name(line.key)} for line in found.districts],
            "days": [(APPLICATION.label(name), days, stays) for name, days, stays in found.days],
            "deviations": [
                {
                    "deviation": one,
                    "district": district_name(one.district),
                    "outcome": Proposal(one.outcome).label,
                }
                for one in found.deviations
            ],
            "refusals": [(district_name(code), number) for code, number in found.refusals],
        }
    return render(request, "recognition/public/statistics.html", context)


def _track(round: Round, key: str) -> str:
    return titles_of(round, [key])[0] if key else _("没有选途径")


@require_safe
def statistics_export(request: HttpRequest, policy: str, year: int, kind: str) -> HttpResponseBase:
    """The figures of a round as one table."""
    round = _round(policy, year)
    found = published.statistics(round)
    if found is None:
        raise Http404("nothing is published")
    titles = [
        _("类别"),
        _("项目"),
        _("申报"),
        _("退回过补正"),
        pgettext("recognition", "认定"),
        _("中位天数"),
        _("说明"),
    ]
    rows: list[list[files.Cell]] = [
        [_("合计"), round.title, found.total.applied, found.total.returned, found.total.recognised, None, ""]
    ]
    for kind_of, lines, name in (
        (_("途径"), found.tracks, lambda key: _track(round, key)),
        (_("区县"), found.districts, district_name),
    ):
        rows += [[kind_of, name(one.key), one.applied, one.returned, one.recognised, None, ""] for one in lines]
    rows += [
        [_("环节"), str(APPLICATION.label(name)), stays, None, None, f"{days:.1f}", _("申报一列是次数")]
        for name, days, stays in found.days
    ]
    rows += [[_("与计算不一致的决定"), one.name, None, None, None, "", one.reason] for one in found.deviations]
    rows += [
        [_("与计算不一致的不予认定"), district_name(code), number, None, None, "", _("申报一列是家数")]
        for code, number in found.refusals
    ]
    return files.answer(kind, f"statistics-{policy}-{year}", titles, rows)
