"""The rows of a list: criteria → queries that stay quick however many enterprises there are.

Nothing is ever counted beyond ``MOST`` rows; orders without an index are only given while there are at most ``MOST``
rows to sort. How words are found is told in ``search.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import DecimalField, F, Func, Q, QuerySet, TextField
from django.db.models.functions import Collate
from django.utils import timezone

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.listing.catalogue import DEFAULT_SORT, OF_THE_DAY, Catalogue, Column, catalogue
from zongbu.desk.enterprises.listing.criteria import MOST, ROWS, Criteria
from zongbu.desk.enterprises.listing.index import COLLATION, has_collation, known_sql
from zongbu.desk.enterprises.listing.industry import SECTIONS
from zongbu.desk.enterprises.listing.search import Search
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer

QUICK_SORTS = frozenset(("name", "uscc", "district", "updated_at"))
"""Columns whose order an index keeps, for any number of rows."""
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, ready to be shown.

    Attributes:
        columns: what is shown, the name first.
        page: a page of enterprises, in Django's terms; counts nothing beyond ``MOST``.
        more: whether there are more than ``MOST``.
        criteria: as asked for, with the order that is really given.
        refused_sort: the column that was to be sorted by, where there are too many rows for that.
    """

    criteria: Criteria
    columns: tuple[Column, ...]
    page: Page[Any]
    more: bool
    refused_sort: Column | None
    year: int
    derived: Mapping[int, Mapping[str, str]]

    def rows(self) -> Iterator[tuple[Enterprise, list[tuple[Column, str]]]]:
        """Each enterprise with its cells as people read them, the name left out."""
        for enterprise in self.page.object_list:
            known = self.derived.get(enterprise.pk, {})
            yield (
                enterprise,
                [(column, column.shown(column.cell(enterprise, self.year, known))) for column in self.columns[1:]],
            )


def listed(viewer: Viewer, criteria: Criteria, year: int) -> Listed:
    """The page of the list that the criteria ask for; ``year`` is the year that yearly facts tell of.

    The number of queries does not depend on the number of rows: one to count, one for the rows, three more where a
    column depends on the day, and a few for words.
    """
    offered = catalogue()
    search = Search(criteria.q)
    scoped = narrowed(queries.enterprises(viewer), criteria, year)
    matching = search.filter(scoped)
    if search.words and viewer.case_reach == Reach.CITY and not criteria.narrowed:
        count = search.number  # nothing narrows what the index has counted already
    else:
        count = matching.order_by()[: MOST + 1].count()
    refused: Column | None = None
    if count > MOST and criteria.sorted_by not in QUICK_SORTS:
        refused = offered.columns[criteria.sorted_by]
        criteria = replace(criteria, sort=DEFAULT_SORT)
    found = ordered(matching, criteria, offered, year).defer("search", "name_key")
    page = _Bounded(found, ROWS, min(count, MOST)).get_page(criteria.page)
    page.object_list = _keys_first(page.object_list) if search.words else list(page.object_list)
    columns = shown_columns(criteria, offered)
    return Listed(
        criteria=replace(criteria, page=page.number),
        columns=columns,
        page=page,
        more=count > MOST,
        refused_sort=refused,
        year=year,
        derived=facts_of_the_day(page.object_list, columns),
    )


def _keys_first(found: Any) -> list[Enterprise]:
    """The rows of a slice. Where no index gives the order, sorting keys alone takes half the time of whole rows."""
    keys = list(found.values_list("pk", flat=True))
    rows = Enterprise.objects.defer("search", "name_key").in_bulk(keys)
    return [rows[pk] for pk in keys if pk in rows]


def all_rows(viewer: Viewer, criteria: Criteria, year: int) -> Iterator[list[Enterprise]]:
    """Every enterprise that the criteria find, in their order, in chunks: for exports."""
    scoped = narrowed(queries.enterprises(viewer), criteria, year)
    found = ordered(Search(criteria.q).filter(scoped), criteria, catalogue(), year)
    chunk: list[Enterprise] = []
    for enterprise in found.defer("search", "name_key").iterator(CHUNK):
        chunk.append(enterprise)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def find(viewer: Viewer, text: str, most: int = 10) -> list[Enterprise]:
    """The first enterprises by name that the words find (``Search.filter``); for search boxes."""
    search = Search(text)
    if not search.words:
        return []
    found = search.filter(queries.enterprises(viewer))
    return list(found.order_by(*name_order(), "pk").defer("known", "search", "name_key")[:most])


def shown_columns(criteria: Criteria, offered: Catalogue) -> tuple[Column, ...]:
    """The name and the columns chosen, in their order."""
    return tuple(offered.columns[name] for name in ("name", *criteria.columns) if name in offered.columns)


def facts_of_the_day(found: Sequence[Enterprise], columns: Sequence[Column]) -> Mapping[int, Mapping[str, str]]:
    """Lists and bans as they are today, where a column shows them."""
    if not OF_THE_DAY & {column.name for column in columns}:
        return {}
    return queries.facts_of_many(found, timezone.localdate())


# --- filters ----------------------------------------------------------------------------------------------


def narrowed(found: QuerySet[Enterprise], criteria: Criteria, year: int) -> QuerySet[Enterprise]:
    """The enterprises that pass the filters; the words are not looked at."""
    if criteria.district:
        found = found.filter(district__in=criteria.district)
    if criteria.status:
        found = found.filter(status__in=criteria.status)
    if criteria.star:
        found = found.alias(known_star=known("star")).filter(known_star__in=criteria.star)
    if criteria.industry:
        codes = Q()
        for value in criteria.industry:
            first, end = _codes(value)
            codes |= Q(known_industry__gte=first, known_industry__lt=end)
        found = found.alias(known_industry=known("industry_code")).filter(codes)
    offered = catalogue().columns
    for absent, names in ((False, criteria.has), (True, criteria.lacks)):
        for name in names:
            alias = f"known_{name}"
            found = found.alias(**{alias: known(offered[name].key(year))}).filter(**{f"{alias}__isnull": absent})
    return found


def _codes(value: str) -> tuple[str, str]:
    """From which code up to which (not included) a section or the beginning of a code reaches."""
    if value in SECTIONS:
        return SECTIONS[value].first, SECTIONS[value].end
    return value, "A" if set(value) == {"9"} else f"{int(value) + 1:0{len(value)}d}"


class _KnownText(Func):
    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, *given: Any, **extra: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[0])
        return known_sql(connection.vendor, self.extra["key"], column), parameters


class _Number(Func):
    """A text as a number; NULL where it is none, which a value of an older dictionary may be."""

    output_field = DecimalField(max_digits=24, decimal_places=6)
    template = "CAST(%(expressions)s AS NUMERIC)"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CASE WHEN %(expressions)s ~ '^-?[0-9]+([.][0-9]+)?$' THEN CAST(%(expressions)s AS NUMERIC) END"
        return self.as_sql(compiler, connection, template=template, **extra)


def known(key: str) -> Func:
    """The text of a fact in the snapshot, written as the database's index of it is."""
    return _KnownText(F("known"), key=key)


# --- order ------------------------------------------------------------------------------------------------


def ordered(found: QuerySet[Enterprise], criteria: Criteria, offered: Catalogue, year: int) -> QuerySet[Enterprise]:
    """In the order asked for; equal ones by name, unknown values always last."""
    column = offered.columns[criteria.sorted_by]
    first, *rest = _terms(column, year)
    known_last = {"nulls_last": True} if column.fact is not None or column.name == "registered_on" else {}
    if criteria.descending and column.fact is not None:
        return found.order_by(first.desc(**known_last), *(term.asc() for term in rest), "pk")
    if criteria.descending:  # all of it turned round, so that an index can be read backwards
        return found.order_by(first.desc(**known_last), *(term.desc() for term in rest), "-pk")
    return found.order_by(first.asc(**known_last), *(term.asc() for term in rest), "pk")


def _terms(column: Column, year: int) -> list[Any]:
    """What is sorted by: the column, then what tells equal ones apart before the key does."""
    if column.name == "name":
        return name_order()
    if column.fact is None:
        return [F(column.name), *(name_order() if column.name not in ("uscc", "updated_at") else ())]
    text = known(column.key(year))
    return [_Number(text) if column.numeric else text, *name_order()]


def name_order() -> list[Any]:
    """By pinyin on PostgreSQL; elsewhere nearly so, see ``text.name_key``."""
    if connection.vendor == "postgresql" and has_collation(connection):
        return [Collate("name", COLLATION)]
    return [F("name_key")]


class _Bounded(Paginator[Any]):
    """Pages of rows that have been counted already."""

    def __init__(self, found: QuerySet[Any, Any], size: int, counted: int) -> None:
        super().__init__(found, size)
        self.counted = counted

    @property
    def count(self) -> int:
        return self.counted
