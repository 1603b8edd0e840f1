"""What everybody sees of recognition: lists, and the figures of a round. Nothing here that was not published.

Never contacts, figures of enterprises, or where an application is that has not been decided and announced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import QueryDict

from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.scope import PUBLIC
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Decision, Recognition, Round
from zongbu.desk.recognition.stars.models import StarTitle

STANDINGS = ("current", "past", "all")
STAGES = ("district", "returned", "departments", "city", "returned_by_city", "proposed", "approved", "noticed")
"""The states whose length is told; time for corrections is the enterprise's and told by itself."""
KEPT = 86_400
"""Seconds for which the figures of a concluded round are remembered."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of the list: text, district, track, round (``policy/year``), star (its label), standing."""

    text: str = ""
    district: str = ""
    track: str = ""
    round: str = ""
    star: str = ""
    standing: str = "current"

    @classmethod
    def of(cls, given: QueryDict) -> Listing:
        standing, district = given.get("standing", ""), given.get("district", "")
        return cls(
            given.get("q", "").strip()[:100],
            district if district in DISTRICTS else "",
            given.get("track", "")[:100],
            given.get("round", "")[:120],
            given.get("star", "")[:40],
            standing if standing in STANDINGS else "current",
        )

    @property
    def used(self) -> bool:
        return self != Listing()

    def found(self, today: date) -> QuerySet[Recognition]:
        """The recognitions, by district and name."""
        found = queries.recognitions(PUBLIC)
        if self.standing == "current":
            found = found.filter(queries.holding(today))
            if not self.round:
                found = found.filter(_latest(today))
        elif self.standing == "past":
            found = found.exclude(queries.holding(today))
        if self.text:
            found = found.filter(Q(name__icontains=self.text) | Q(number__iexact=self.text))
        if self.district:
            found = found.filter(district=self.district)
        if self.track:
            # As text: SQLite's JSON knows no "contains"; in quotes no identifier is part of another.
            found = found.filter(tracks__icontains=f'"{self.track}"')
        if self.round:
            policy, _slash, year = self.round.rpartition("/")
            found = found.filter(round__policy=policy, round__year=int(year) if year.isdecimal() else 0)
        if self.star:
            star = StarTitle.objects.filter(enterprise=OuterRef("enterprise"), ended_on=None, label=self.star)
            found = found.filter(Exists(star))
        return found.order_by("-round__year", "district", "name", "pk")


def _latest(today: date) -> Q:
    """Of each enterprise the latest recognition that holds: who is recognised every year counts once."""
    later = Recognition.objects.filter(queries.holding(today), enterprise=OuterRef("enterprise"), pk__gt=OuterRef("pk"))
    return ~Q(Exists(later))


def rounds() -> QuerySet[Round]:
    """The rounds in which somebody has been recognised, the latest first."""
    return Round.objects.filter(Exists(Recognition.objects.filter(round=OuterRef("pk")))).order_by("-year", "-pk")


def stars(keys: Iterable[int]) -> dict[int, str]:
    """What enterprises (by primary key) are called by their star in force."""
    from zongbu.desk.recognition.stars.queries import stars_of

    return stars_of(keys)


def star_labels() -> list[str]:
    """The stars that somebody holds, the highest first."""
    found = StarTitle.objects.filter(ended_on=None).order_by().values_list("star", "label").distinct()
    return list(dict.fromkeys(label for _star, label in sorted(found, reverse=True)))


def by_district(today: date) -> dict[str, int]:
    """How many enterprises are recognised today, by district; all thirteen, those without any too."""
    found = Recognition.objects.filter(queries.holding(today)).filter(_latest(today))
    counted = dict(found.order_by().values_list("district").annotate(n=Count("pk")))
    return {code: counted.get(code, 0) for code in DISTRICTS}


# --- the figures of a round --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the statistics: ``key`` is a track or a district. None: told when the round is concluded."""

    key: str
    applied: int | None
    returned: int | None
    recognised: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """A decision to recognise that departed from the engine's result. Refusals are only counted."""

    name: str
    district: str
    computed: bool | None
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a round; ``complete`` once it is concluded, before that only what was announced."""

    complete: bool
    total: Line
    refused: int | None
    withdrawn: int | None
    tracks: tuple[Line, ...]
    districts: tuple[Line, ...]
    days: tuple[tuple[str, float, int], ...]
    """State, median of days (to a tenth), number of stays."""
    deviations: tuple[Deviation, ...]
    refusals: tuple[tuple[str, int], ...] = ()
    """District, and how many refusals departed from the result there: what was said of them might tell who it was."""


def statistics(round: Round) -> Statistics | None:
    """The published figures of a round; None where nothing is published yet."""
    if round.state == "concluded":
        concluded = round.concluded_at.timestamp() if round.concluded_at else 0
        key = f"recognition.statistics-2.{round.pk}.{round.version}.{concluded}"
        kept: Statistics | None = cache.get(key)
        if kept is None:
            kept = _complete(round)
            cache.set(key, kept, KEPT)
        return kept
    return _announced(round)


def _announced(round: Round) -> Statistics | None:
    found = list(Recognition.objects.filter(round=round).values_list("district", "tracks"))
    if round.state != "open" or not found:
        return None
    districts, tracks = _recognised(found)
    return Statistics(
        False,
        Line("", None, None, len(found)),
        None,
        None,
        tuple(Line(name, None, None, tracks.get(name, 0)) for name in _track_keys(round, tracks)),
        tuple(Line(code, None, None, districts.get(code, 0)) for code in DISTRICTS),
        (),
        _deviations(round),
    )


def _complete(round: Round) -> Statistics:
    submitted = Application.objects.filter(round=round, submitted_at__isnull=False).order_by()
    sent_back = Participation.objects.filter(
        flow=APPLICATION.name, case=OuterRef("key"), act__in=["return", "return_by_city"]
    )
    rows = list(
        submitted.annotate(key=Cast("pk", CharField()))
        .annotate(back=Exists(sent_back))
        .values_list("district", "track", "state", "back")
    )
    applied: dict[str, dict[str, int]] = {"district": defaultdict(int), "track": defaultdict(int)}
    returned: dict[str, dict[str, int]] = {"district": defaultdict(int), "track": defaultdict(int)}
    for district, track, _state, back in rows:
        for kind, value in (("district", district), ("track", track)):
            applied[kind][value] += 1
            returned[kind][value] += bool(back)
    states = [state for _district, _track, state, _back in rows]
    districts, tracks = _recognised(list(Recognition.objects.filter(round=round).values_list("district", "tracks")))
    return Statistics(
        True,
        Line("", len(rows), sum(bool(back) for *_rest, back in rows), states.count("recognised")),
        states.count("refused"),
        states.count("withdrawn"),
        tuple(
            Line(name, applied["track"].get(name, 0), returned["track"].get(name, 0), tracks.get(name, 0))
            for name in _track_keys(round, {**applied["track"], **tracks})
        ),
        tuple(
            Line(code, applied["district"].get(code, 0), returned["district"].get(code, 0), districts.get(code, 0))
            for code in DISTRICTS
        ),
        _days(round),
        _deviations(round),
        _refusals(round),
    )


def _recognised(found: list[tuple[str, list[str]]]) -> tuple[dict[str, int], dict[str, int]]:
    districts: dict[str, int] = defaultdict(int)
    tracks: dict[str, int] = defaultdict(int)
    for district, ways in found:
        districts[district] += 1
        for way in ways or [""]:
            tracks[way] += 1
    return districts, tracks


def _track_keys(round: Round, counted: dict[str, Any]) -> list[str]:
    """The round's ways in, then others that occur, then none."""
    found = list(dict.fromkeys([*round.tracks, *sorted(name for name in counted if name)]))
    return [*found, ""] if counted.get("") else found


def _days(round: Round) -> tuple[tuple[str, float, int], ...]:
    """How long applications stayed in each state, from what was recorded of them; medians of calendar days."""
    keys = (
        Application.objects.filter(round=round, submitted_at__isnull=False)
        .order_by()
        .annotate(key=Cast("pk", CharField()))
        .values("key")
    )
    rows = Participation.objects.filter(flow=APPLICATION.name, case__in=keys).order_by("case", "pk")
    stays: dict[str, list[float]] = defaultdict(list)
    before: tuple[str, str, datetime] | None = None
    for case, end, moment in rows.values_list("case", "end", "moment").iterator(chunk_size=5000):
        if before is not None and before[0] == case:
            if before[1] == end:
                continue  # an act that leaves the case where it is
            stays[before[1]].append((moment - before[2]).total_seconds() / 86_400)
        before = (case, end, moment)
    return tuple((name, round_(median(stays[name])), len(stays[name])) for name in STAGES if stays[name])


def round_(value: float) -> float:
    """To a tenth of a day."""
    return float(f"{value:.1f}")


def _standing(round: Round, state: str) -> QuerySet[Decision]:
    """The decisions that stand, on applications in a state, and departed from the engine's result."""
    later = Decision.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    found = Decision.objects.filter(~Exists(later), application__round=round, application__state=state)
    return found.exclude(deviation="").defer("assessment", "sources")


def _deviations(round: Round) -> tuple[Deviation, ...]:
    """Who was recognised against the engine's result, each with its reason."""
    names = dict(Recognition.objects.filter(round=round).values_list("application_id", "name"))
    found = _standing(round, "recognised").select_related("application").order_by("application_id", "pk")
    return tuple(
        Deviation(names.get(one.application_id, ""), one.application.district, one.computed, one.outcome, one.deviation)
        for one in found
    )


def _refusals(round: Round) -> tuple[tuple[str, int], ...]:
    counted = dict(_standing(round, "refused").order_by().values_list("application__district").annotate(n=Count("pk")))
    return tuple((code, counted[code]) for code in DISTRICTS if code in counted)
