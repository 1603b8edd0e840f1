"""The list of applications that officials work through: what is asked for, the rows, files of exactly what is shown.

The number of queries does not depend on how many applications there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zongbu.desk.kernel import lists
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.lists import ROWS, Column, by_name, moment
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.casefacts import of_cases
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Opinion, Round
from zongbu.desk.recognition.showing import track_titles, values_for
from zongbu.desk.recognition.standing import CLOSED, TONES, turn
from zongbu.desk.recognition.terms import Due, dues, overdue, term
from zongbu.law.explain.view import Answer
from zongbu.law.explain.words import verdict
from zongbu.law.facts import BadFacts

STATES = tuple(state.name for state in APPLICATION.states if state.name != "draft")
DESKS = {
    **dict.fromkeys(DISTRICT, ("district",)),
    **dict.fromkeys(DEPARTMENT, ("departments",)),
    **dict.fromkeys(CITY, ("city", "approved")),
    Role.LEADING_GROUP: ("proposed",),
}
"""The states in which an application lies on the desk of a role."""
NO_TRACK = "-"


@dataclass(frozen=True, slots=True)
class Criteria(lists.Asked):
    """What the list is asked for. ``show`` is ``mine`` (on my desk), ``open`` or ``all``."""

    round: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    track: tuple[str, ...] = ()
    overdue: bool = False
    paper: bool = False

    usual_columns: ClassVar[tuple[str, ...]] = ("receipt", "district", "state", "due", "result", "submitted")


def read(given: Mapping[str, Sequence[Any]], viewer: Viewer) -> Criteria:
    """The criteria that an address asks for; what does not exist is left out."""
    asked = lists.Given(given)
    return Criteria(
        **asked.frame(
            show=asked.one_of("show", ("mine", "open", "all"), "mine" if viewer.role in DESKS else "all"),
            columns=COLUMNS,
            usual_columns=Criteria.usual_columns,
            sorts=SORTS,
            sort="-submitted",
        ),
        round=asked.numbers("round"),
        state=asked.several("state", STATES),
        district=asked.several("district", DISTRICTS),
        track=asked.several("track"),
        overdue=asked.ticked("overdue"),
        paper=asked.ticked("paper"),
    )


# --- columns -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """An application in the list."""

    case: Application
    due: Due | None
    turn: str
    track: str
    result: Answer | None = None
    opinions: tuple[int, int] | None = None
    cells: list[tuple[Column[Row], str, str]] = field(default_factory=list)


def _recommended(row: Row) -> str:
    return {True: pgettext("act", "推荐"), False: _("不推荐"), None: ""}[row.case.recommended]


def _opinions(row: Row) -> str:
    return f"{row.opinions[0]}/{row.opinions[1]}" if row.opinions and row.opinions[1] else ""


COLUMNS: dict[str, Column[Row]] = by_name(
    Column("receipt", gettext_lazy("受理号"), lambda row: row.case.receipt),
    Column("uscc", gettext_lazy("统一社会信用代码"), lambda row: row.case.enterprise.uscc),
    Column("round", gettext_lazy("批次"), lambda row: row.case.round.title),
    Column("district", gettext_lazy("区县"), lambda row: district_name(row.case.district)),
    Column("track", gettext_lazy("申报途径"), lambda row: row.track),
    Column(
        "state",
        gettext_lazy("状态"),
        lambda row: str(APPLICATION.label(row.case.state)),
        lambda row: TONES.get(row.case.state, "action"),
    ),
    Column("turn", gettext_lazy("轮到谁"), lambda row: row.turn),
    Column("submitted", gettext_lazy("提交日期"), lambda row: moment(row.case.submitted_at), falling=True),
    Column(
        "due",
        gettext_lazy("办理期限"),
        lambda row: row.due.text if row.due is not None else "",
        lambda row: "refused" if row.due is not None and row.due.overdue else "",
    ),
    Column(
        "result",
        gettext_lazy("系统计算"),
        lambda row: str(row.result) if row.result is not None else "",
        lambda row: {"met": "met", "undetermined": "open"}.get(row.result.tone, "neutral") if row.result else "",
    ),
    Column(
        "recommended",
        gettext_lazy("区县意见"),
        _recommended,
        lambda row: "met" if row.case.recommended else "open" if row.case.recommended is False else "",
    ),
    Column("opinions", gettext_lazy("部门意见（已答复/已征求）"), _opinions),
    Column(
        "entry",
        gettext_lazy("申报方式"),
        lambda row: {"page": _("网上"), "api": _("接口"), "paper": _("纸质代录")}.get(row.case.entry, ""),
    ),
)
NAME = gettext_lazy("企业")
SORTS = {
    "name": ("enterprise__name", "pk"),
    "receipt": ("receipt",),
    "uscc": ("enterprise__uscc", "pk"),
    "round": ("round__year", "round__title", "pk"),
    "district": ("district", "pk"),
    "track": ("track", "pk"),
    "state": ("state", "pk"),
    "submitted": ("submitted_at", "pk"),
    "recommended": ("recommended", "pk"),
    "due": ("term", "pk"),
}
"""What the list can be sorted by; ``term`` is ``terms.term``."""
VEILED = ("state", "recommended")
"""What departments cannot sort by: the order would tell what ``queries.veil`` does not."""


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    criteria: Criteria
    page: Page[Any]
    rows: list[Row]
    columns: tuple[Column[Row], ...]


def listed(viewer: Viewer, criteria: Criteria) -> Listed:
    """The page that is asked for."""
    criteria = _seen(viewer, criteria)
    page = Paginator(_ordered(viewer, criteria), ROWS).get_page(criteria.page)
    columns = tuple(COLUMNS[name] for name in criteria.columns)
    return Listed(replace(criteria, page=page.number), page, _rows(viewer, list(page), columns), columns)


def all_rows(viewer: Viewer, criteria: Criteria) -> Iterator[Row]:
    """Every application that the criteria find, in their order: for files."""
    criteria = _seen(viewer, criteria)
    columns = tuple(COLUMNS[name] for name in criteria.columns)
    every = list(_ordered(viewer, criteria))
    for start in range(0, len(every), 500):
        yield from _rows(viewer, every[start : start + 500], columns)


def _seen(viewer: Viewer, criteria: Criteria) -> Criteria:
    """What the viewer may ask for; departments get the usual order instead of one that would tell too much."""
    veiled = criteria.sorted_by in VEILED and viewer.case_reach is Reach.REFERRED
    return replace(criteria, sort="-submitted") if veiled else criteria


def _ordered(viewer: Viewer, criteria: Criteria) -> QuerySet[Application]:
    found = narrowed(viewer, criteria)
    terms = [term(viewer) if name == "term" else F(name) for name in SORTS[criteria.sorted_by]]
    if criteria.descending:
        return found.order_by(*(one.desc(nulls_last=True) for one in terms))
    return found.order_by(*(one.asc(nulls_last=True) for one in terms))


def narrowed(viewer: Viewer, criteria: Criteria) -> QuerySet[Application]:
    """The applications that pass the filters."""
    found = queries.applications(viewer)
    if criteria.show == "open" and viewer.case_reach is Reach.REFERRED:
        found = queries.in_states(viewer, found, [name for name in queries.SEEN_BY_DEPARTMENTS if name not in CLOSED])
    elif criteria.show == "open":
        found = found.exclude(state__in=CLOSED)
    elif criteria.show == "mine":
        found = on_desk(found, viewer)
    if criteria.q:
        found = found.filter(
            Q(receipt__icontains=criteria.q)
            | Q(enterprise__name__icontains=criteria.q)
            | Q(enterprise__uscc=criteria.q.upper())
        )
    if criteria.round:
        found = found.filter(round__in=[int(one) for one in criteria.round])
    if criteria.state:
        found = queries.in_states(viewer, found, criteria.state)
    if criteria.district:
        found = found.filter(district__in=criteria.district)
    if criteria.track:
        found = found.filter(track__in=["" if one == NO_TRACK else one for one in criteria.track])
    if criteria.paper:
        found = found.filter(entry="paper")
    if criteria.overdue:
        found = overdue(found, viewer)
    return found


def on_desk(found: QuerySet[Application], viewer: Viewer) -> QuerySet[Application]:
    """The applications that wait for the viewer's office."""
    states = DESKS.get(viewer.role)
    if states is None:
        return found.none()
    if viewer.role in DEPARTMENT:
        asked = Opinion.objects.filter(organisation=viewer.organisation, state="requested").values("application")
        return found.filter(pk__in=asked, state__in=states)
    return found.filter(state__in=states)


def _rows(viewer: Viewer, cases: Sequence[Application], columns: Sequence[Column[Row]]) -> list[Row]:
    names = {column.name for column in columns}
    queries.veil(viewer, cases)
    until = dues(cases, viewer) if "due" in names else {}
    tracks = {case.round_id: track_titles(case.round) for case in cases}
    gone = queries.passed_on(viewer, cases) if "result" in names else {}
    results = _results([case for case in cases if case.pk not in gone]) if "result" in names else {}
    given = _given(cases) if "opinions" in names and viewer.case_reach is not Reach.REFERRED else {}
    rows = []
    for case in cases:
        row = Row(
            case,
            until.get(case.pk),
            turn(case, viewer),
            tracks[case.round_id].get(case.track, ""),
            results.get(case.pk),
            given.get(case.pk),
        )
        row.cells = [one.shown(row) for one in columns]
        rows.append(row)
    return rows


def _results(cases: Sequence[Application]) -> dict[Any, Answer]:
    """What the engine says of each application now; three queries for each round."""
    found: dict[Any, Answer] = {}
    by_round: dict[int, list[Application]] = {}
    for case in cases:
        by_round.setdefault(case.round_id, []).append(case)
    for group in by_round.values():
        round = group[0].round
        law = round.law
        facts = of_cases(round, group)
        values = values_for(law, round, [round.qualifies])
        assessor = law.assessor(as_of=round.as_of, parameters=values, results=(round.qualifies,))
        for case in group:
            try:
                value = assessor.assess(facts[case.pk].values).results[round.qualifies]
            except BadFacts:
                continue
            sign, text = verdict(value, language())
            found[case.pk] = Answer(sign, text, "undetermined" if value is None else "met" if value else "not_met")
    return found


def _given(cases: Sequence[Application]) -> dict[Any, tuple[int, int]]:
    """How many opinions have been given of those asked for; one query."""
    rows = (
        Opinion.objects.filter(application__in=[case.pk for case in cases])
        .exclude(state="void")
        .order_by()
        .values_list("application")
        .annotate(given=Count("pk", filter=Q(state="given")), asked=Count("pk"))
    )
    return {pk: (given, asked) for pk, given, asked in rows}


def choices(viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen among: rounds, states, districts, ways in."""
    rounds: list[Round] = list(queries.rounds(viewer).exclude(state__in=["draft", "cancelled"])[:20])
    tracks: dict[str, str] = {}
    for one in rounds:
        tracks |= track_titles(one)
    return {
        "round": [(str(one.pk), one.title) for one in rounds],
        "state": [(name, str(APPLICATION.label(name))) for name in STATES],
        "district": [] if viewer.role in DISTRICT else [(code, str(name)) for code, name in DISTRICTS.items()],
        "track": [*tracks.items(), (NO_TRACK, _("不指定"))],
    }


# --- files -------------------------------------------------------------------------------------------------------


def titles(criteria: Criteria) -> list[str]:
    """The headings of a file."""
    return [str(NAME), *(str(COLUMNS[name].title) for name in criteria.columns)]
