"""The list of claims that officials work through: what is asked for, the rows, files of exactly what is shown.

The number of queries does not depend on how many claims there are: the list goes by the day that each claim keeps
(``Claim.due_on``), and works terms out for the fifty of a page only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises.showing import language
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition.standing import Due
from zongbu.desk.support import queries
from zongbu.desk.support.flow import CLAIM, LEADS
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import TONES, dues, turn
from zongbu.law.amounts import amount as in_short
from zongbu.law.amounts import day as in_words
from zongbu.law.amounts import fen_of

ROWS = 50
STATES = tuple(state.name for state in CLAIM.states if state.name != "draft")
HANDLERS = DISTRICT | DEPARTMENT | CITY
"""Whose organisations handle claims."""
WAITING = ("submitted", "accepted", "verified")
"""The states in which a claim waits for the office that handles it, the last for its lead alone."""
MINE, UNASSIGNED, ALL = "mine", "unassigned", "all"


def desk_of(viewer: Viewer) -> tuple[str, ...]:
    """The states in which a claim waits for the viewer's office: the lead decides, everybody examines."""
    if viewer.role not in HANDLERS:
        return ()
    return WAITING if viewer.role in LEADS else WAITING[:2]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the list is asked for. ``show`` is ``mine``, ``unassigned``, ``all`` or a state; amounts are in yuan."""

    show: str = ALL
    q: str = ""
    measure: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    overdue: bool = False
    sort: str = "due"
    columns: tuple[str, ...] = ()
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        chosen = (self.q, self.measure, self.year, self.district, self.way, self.least, self.most, self.overdue)
        return any(chosen)

    @property
    def sorted_by(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the page."""
        found = [("show", self.show)]
        found += [(name, getattr(self, name)) for name in ("q", "least", "most") if getattr(self, name)]
        for name in FILTERS:
            found += [(name, value) for value in getattr(self, name)]
        found += [("overdue", "1")] if self.overdue else []
        found += [("sort", self.sort)]
        return found + ([("columns", ",".join(self.columns))] if self.columns != DEFAULT_COLUMNS else [])

    def address(self, **changes: Any) -> str:
        """The address of the list with changes."""
        return f"?{urlencode(replace(self, **changes).pairs)}"

    def without(self, name: str, value: str) -> str:
        """The address without one filter."""
        now = getattr(self, name)
        if isinstance(now, tuple):
            return self.address(**{name: tuple(one for one in now if one != value)})
        return self.address(**{name: type(now)()})


FILTERS = ("measure", "year", "district", "way")


def read(given: Mapping[str, list[str]], viewer: Viewer) -> Criteria:
    """The criteria that an address asks for; what does not exist is left out."""

    def some(name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        known = set(allowed)
        return tuple(dict.fromkeys(one for one in given.get(name, []) if one in known))

    def last(name: str) -> str:
        return (given.get(name) or [""])[-1]

    sort, columns = last("sort"), [one for text in given.get("columns", []) for one in text.split(",")]
    usual = MINE if viewer.role in HANDLERS else ALL
    shows = {ALL, *STATES, *((MINE,) if usual == MINE else ()), *((UNASSIGNED,) if viewer.role in CITY else ())}
    page = last("page")
    return Criteria(
        show=last("show") if last("show") in shows else usual,
        q=" ".join(last("q").split())[:100],
        measure=tuple(dict.fromkeys(one[:200] for one in given.get("measure", []) if "." in one))[:30],
        year=tuple(dict.fromkeys(one for one in given.get("year", []) if one.isascii() and one.isdigit()))[:20],
        district=some("district", DISTRICTS),
        way=some("way", Claim.Way.values),
        least=_yuan(last("least")),
        most=_yuan(last("most")),
        overdue=last("overdue") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        columns=tuple(dict.fromkeys(one for one in columns if one in COLUMNS)) or DEFAULT_COLUMNS,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _yuan(text: str) -> str:
    """An amount in yuan as it was typed, where it is one."""
    plain = text.replace(",", "").replace("，", "").strip()[:18]
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return ""
    return plain if value.is_finite() and abs(value) < 10**14 else ""


# --- columns -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``text`` is what the page shows, ``tone`` colours a label (empty: plain text), ``cell`` is what a file
    holds where that is no text."""

    name: str
    title: Any
    text: Callable[[Row], str]
    tone: Callable[[Row], str] | None = None
    numeric: bool = False
    cell: Callable[[Row], Any] | None = None


@dataclass(slots=True)
class Row:
    """A claim in the list; ``approvable``: it waits for the viewer's decision."""

    case: Claim
    due: Due | None
    turn: str
    approvable: bool = False
    cells: list[tuple[Column, str, str]] = field(default_factory=list)


def _moment(value: datetime | None) -> str:
    return in_words(timezone.localdate(value), language()) if value is not None else ""


def _due(row: Row) -> str:
    if row.due is None:
        return ""
    if row.due.day is None:
        return row.due.words
    return f"{in_words(row.due.day, language())}（{row.due.words}）"


def _fen(case: Claim) -> int | None:
    """What is found, or as long as nothing is, what is computed."""
    return case.amount if case.amount is not None else case.computed


def _money(fen: int | None) -> str:
    return in_short(fen, language()) if fen is not None else ""


def _yuan_of(fen: int | None) -> Decimal | None:
    return Decimal(fen).scaleb(-2) if fen is not None else None


COLUMNS = {
    one.name: one
    for one in (
        Column("receipt", gettext_lazy("编号"), lambda row: row.case.receipt),
        Column("uscc", gettext_lazy("统一社会信用代码"), lambda row: row.case.enterprise.uscc),
        Column("measure", gettext_lazy("措施"), lambda row: row.case.title),
        Column("clause", gettext_lazy("条款"), lambda row: row.case.clause),
        Column("year", gettext_lazy("年度"), lambda row: str(row.case.year), cell=lambda row: row.case.year),
        Column("subject", gettext_lazy("事项"), lambda row: row.case.subject),
        Column("district", gettext_lazy("区县"), lambda row: district_name(row.case.district)),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda row: str(CLAIM.label(row.case.state)),
            lambda row: TONES.get(row.case.state, "action"),
        ),
        Column(
            "due",
            gettext_lazy("办理期限"),
            _due,
            lambda row: "refused" if row.due is not None and row.due.overdue else "",
        ),
        Column("turn", gettext_lazy("轮到谁"), lambda row: row.turn),
        Column(
            "amount",
            gettext_lazy("金额"),
            lambda row: _money(_fen(row.case)),
            numeric=True,
            cell=lambda row: _yuan_of(_fen(row.case)),
        ),
        Column(
            "computed",
            gettext_lazy("测算金额"),
            lambda row: _money(row.case.computed),
            numeric=True,
            cell=lambda row: _yuan_of(row.case.computed),
        ),
        Column(
            "found",
            gettext_lazy("核定金额"),
            lambda row: _money(row.case.amount),
            numeric=True,
            cell=lambda row: _yuan_of(row.case.amount),
        ),
        Column(
            "organisation",
            gettext_lazy("办理单位"),
            lambda row: str(row.case.organisation) if row.case.organisation is not None else _("未指派"),
            lambda row: "open" if row.case.organisation is None else "",
        ),
        Column("way", gettext_lazy("方式"), lambda row: row.case.get_way_display()),
        Column("submitted", gettext_lazy("提交日期"), lambda row: _moment(row.case.submitted_at)),
        Column("decided", gettext_lazy("批准日期"), lambda row: _moment(row.case.decided_at)),
        Column("paid", gettext_lazy("付讫日期"), lambda row: _moment(row.case.paid_at)),
        Column(
            "demonstration",
            gettext_lazy("参数"),
            lambda row: _("演示参数") if row.case.demonstration else "",
            lambda row: "open" if row.case.demonstration else "",
        ),
    )
}
DEFAULT_COLUMNS = ("receipt", "measure", "year", "district", "state", "due", "amount", "submitted")
NAME = gettext_lazy("企业")
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("enterprise__name", "pk"),
    "receipt": ("receipt",),
    "measure": ("title", "year", "pk"),
    "year": ("year", "pk"),
    "district": ("district", "pk"),
    "state": ("state", "pk"),
    "due": ("due_on", "pk"),
    "amount": ("amount", "computed", "pk"),
    "computed": ("computed", "pk"),
    "found": ("amount", "pk"),
    "organisation": ("organisation__name", "pk"),
    "submitted": ("submitted_at", "pk"),
    "decided": ("decided_at", "pk"),
    "paid": ("paid_at", "pk"),
}
"""What the list can be sorted by; what is not there yet comes last."""


# --- rows --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, how many claims there are in each tab, and how many found ones are overdue."""

    criteria: Criteria
    page: Page[Any]
    rows: list[Row]
    columns: tuple[Column, ...]
    counts: dict[str, int]

    @property
    def approvable(self) -> bool:
        """Whether any row waits for the viewer's decision."""
        return any(row.approvable for row in self.rows)


def listed(viewer: Viewer, criteria: Criteria) -> Listed:
    """The page that is asked for."""
    every = narrowed(viewer, criteria)
    page = Paginator(_ordered(shown(every, viewer, criteria.show), criteria), ROWS).get_page(criteria.page)
    columns = tuple(COLUMNS[name] for name in criteria.columns)
    rows = _rows(viewer, list(page), columns)
    return Listed(replace(criteria, page=page.number), page, rows, columns, counts(every, viewer))


def all_rows(viewer: Viewer, criteria: Criteria) -> Iterator[Row]:
    """Every claim that the criteria find, in their order: for files."""
    columns = tuple(COLUMNS[name] for name in criteria.columns)
    every = list(_ordered(shown(narrowed(viewer, criteria), viewer, criteria.show), criteria))
    for start in range(0, len(every), 500):
        yield from _rows(viewer, every[start : start + 500], columns)


def _ordered(found: QuerySet[Claim], criteria: Criteria) -> QuerySet[Claim]:
    terms = [
        F(name).desc(nulls_last=True) if criteria.descending else F(name).asc(nulls_last=True)
        for name in SORTS[criteria.sorted_by]
    ]
    if criteria.sort == "due" and criteria.show not in (MINE, UNASSIGNED, *WAITING):
        terms[-1] = F("pk").desc()  # what nothing is due for: the newest first, where nobody works it off
    return found.order_by(*terms)


def narrowed(viewer: Viewer, criteria: Criteria) -> QuerySet[Claim]:
    """The claims that pass the filters, whatever the tab."""
    found = queries.claims(viewer)
    if criteria.q:
        found = found.filter(
            Q(receipt__icontains=criteria.q)
            | Q(enterprise__name__icontains=criteria.q)
            | Q(enterprise__uscc=criteria.q.upper())
        )
    if criteria.measure:
        some = Q(pk=None)
        for key in criteria.measure:
            policy, _dot, measure = key.rpartition(".")
            some |= Q(policy=policy, measure=measure)
        found = found.filter(some)
    if criteria.year:
        found = found.filter(year__in=[int(one) for one in criteria.year if len(one) < 5])
    if criteria.district:
        found = found.filter(district__in=criteria.district)
    if criteria.way:
        found = found.filter(way__in=criteria.way)
    if criteria.least:
        least = fen_of(Decimal(criteria.least))
        found = found.filter(Q(amount__gte=least) | Q(amount=None, computed__gte=least))
    if criteria.most:
        most = fen_of(Decimal(criteria.most))
        found = found.filter(Q(amount__lte=most) | Q(amount=None, computed__lte=most))
    if criteria.overdue:
        found = overdue(found)
    return found


def overdue(found: QuerySet[Claim]) -> QuerySet[Claim]:
    """Those of which the last day has passed."""
    return found.filter(due_on__lt=timezone.localdate())


def shown(found: QuerySet[Claim], viewer: Viewer, show: str) -> QuerySet[Claim]:
    """The claims of a tab."""
    match show:
        case "mine":
            return found.filter(queries.handled(viewer), state__in=desk_of(viewer))
        case "unassigned":
            return found.filter(organisation=None, state__in=["submitted", "accepted"])
        case "all":
            return found
        case state:
            return found.filter(state=state)


def counts(found: QuerySet[Claim], viewer: Viewer) -> dict[str, int]:
    """How many claims each tab holds; one query."""
    mine = queries.handled(viewer) & Q(state__in=desk_of(viewer))
    unassigned = Q(organisation=None, state__in=["submitted", "accepted"])
    rows = (
        found.order_by()
        .values("state")
        .annotate(many=Count("pk"), mine=Count("pk", filter=mine), unassigned=Count("pk", filter=unassigned))
    )
    answer = {MINE: 0, UNASSIGNED: 0, ALL: 0}
    for row in rows:
        answer[row["state"]] = row["many"]
        answer[ALL] += row["many"]
        answer[MINE] += row["mine"]
        answer[UNASSIGNED] += row["unassigned"]
    return answer


def _rows(viewer: Viewer, cases: Sequence[Claim], columns: Sequence[Column]) -> list[Row]:
    until = dues(cases) if any(column.name == "due" for column in columns) else {}
    decides = viewer.writes and viewer.role in LEADS
    rows = []
    for case in cases:
        mine = decides and case.organisation_id == viewer.organisation and case.state == "verified"
        row = Row(case, until.get(case.pk), turn(case, viewer), mine)
        row.cells = [(one, one.text(row), one.tone(row) if one.tone is not None else "") for one in columns]
        rows.append(row)
    return rows


def choices(viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen among: measures and years of which there are claims, districts, ways; two queries."""
    found = queries.claims(viewer).order_by()
    measures = found.values_list("policy", "measure", "title").distinct().order_by("title", "policy", "measure")
    titles: dict[str, str] = {}
    for policy, measure, title in measures:
        titles.setdefault(f"{policy}.{measure}", title)
    years = found.values_list("year", flat=True).distinct().order_by("-year")
    return {
        "measure": [*titles.items()],
        "year": [(str(year), str(year)) for year in years],
        "district": [] if viewer.role in DISTRICT else [(code, str(name)) for code, name in DISTRICTS.items()],
        "way": [(str(value), str(label)) for value, label in Claim.Way.choices],
    }


def titles(criteria: Criteria) -> list[str]:
    """The headings of a file."""
    return [str(NAME), *(str(COLUMNS[name].title) for name in criteria.columns)]


def cells(row: Row) -> list[Any]:
    """A row of a file."""
    return [row.case.enterprise.name, *(one.cell(row) if one.cell else text for one, text, _tone in row.cells)]
