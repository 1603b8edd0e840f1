"""The claims that criteria find: the rows of a page, how many each tab holds, every row for a file.

The number of queries does not depend on how many claims there are: the list goes by the day that each claim keeps
(``Claim.due_on``), and works terms out for the fifty of a page only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from zongbu.desk.kernel.lists import ROWS, Column
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support import queries
from zongbu.desk.support.flow import LEADS
from zongbu.desk.support.listing.columns import COLUMNS, NAME, SORTS, Row
from zongbu.desk.support.listing.criteria import ALL, MINE, UNASSIGNED, WAITING, Criteria, desk_of
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import dues, turn
from zongbu.law.amounts import fen_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list, how many claims there are in each tab, and how many found ones are overdue."""

    criteria: Criteria
    page: Page[Any]
    rows: list[Row]
    columns: tuple[Column[Row], ...]
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
        found = found.filter(year__in=[int(one) for one in criteria.year])
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


def _rows(viewer: Viewer, cases: Sequence[Claim], columns: Sequence[Column[Row]]) -> list[Row]:
    until = dues(cases) if any(column.name == "due" for column in columns) else {}
    decides = viewer.writes and viewer.role in LEADS
    rows = []
    for case in cases:
        mine = decides and case.organisation_id == viewer.organisation and case.state == "verified"
        row = Row(case, until.get(case.pk), turn(case, viewer), mine)
        row.cells = [one.shown(row) for one in columns]
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
