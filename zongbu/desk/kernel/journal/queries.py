"""Reading the journal: auditors only, and all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connections, router
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from zongbu.desk.kernel.flow.table import declared
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the journal is asked for; empty values ask for everything.

    ``person`` is a part of the name or a number, ``act`` the act itself or what it begins with (``people.``),
    ``subject`` a part of the object's name, or its key, ``kind`` the label of its model; both days are included.
    """

    person: str = ""
    act: str = ""
    kind: str = ""
    subject: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None

    def used(self) -> dict[str, str]:
        """The filters that are set, as text."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def check(viewer: Viewer) -> None:
    """Refuse whoever is no auditor."""
    if not viewer.may(Role.AUDITOR):
        raise PermissionDenied


def entries(viewer: Viewer, filters: Filters = Filters()) -> QuerySet[Entry]:
    """The entries asked for, from the first to the latest."""
    check(viewer)
    wanted = Q()
    if filters.person:
        wanted &= Q(person_name__icontains=filters.person) | _number("person", filters.person)
    if filters.act:
        wanted &= Q(act__startswith=filters.act) if filters.act.endswith(".") else Q(act=filters.act)
    if filters.kind:
        wanted &= Q(subject_kind=filters.kind)
    if filters.subject:
        wanted &= Q(subject=filters.subject) | Q(subject_name__icontains=filters.subject)
    if filters.case:
        wanted &= Q(case__icontains=filters.case)
    if filters.since:
        wanted &= Q(moment__gte=_midnight(filters.since))
    if filters.until:
        wanted &= Q(moment__lt=_midnight(filters.until + timedelta(days=1)))
    return Entry.objects.filter(wanted).order_by("sequence")


def _number(field: str, text: str) -> Q:
    return Q(**{field: int(text)}) if text.isascii() and text.isdigit() and len(text) < 19 else Q(pk__in=[])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def in_order(found: QuerySet[Entry], until: int, size: int = 1000) -> Iterator[Entry]:
    """The entries one by one up to a number, never more than ``size`` of them in memory."""
    after = 0
    while chunk := list(found.filter(sequence__gt=after, sequence__lte=until).order_by("sequence")[:size]):
        yield from chunk
        after = chunk[-1].sequence


def distinct(viewer: Viewer, field: str) -> list[str]:
    """The values that occur in an indexed text field, sorted; jumps from one to the next along the index."""
    check(viewer)
    column = {one.name: one.column for one in Entry._meta.fields}[field]
    table = Entry._meta.db_table
    with connections[router.db_for_read(Entry)].cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(value) AS (SELECT min({column}) FROM {table} UNION ALL"  # noqa: S608 - names of ours
            f" SELECT (SELECT min({column}) FROM {table} WHERE {column} > found.value) FROM found"
            " WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL AND value <> ''"
        )
        return [row[0] for row in cursor.fetchall()]


@cache
def labels() -> dict[str, StrOrPromise]:
    """How acts are called: those of all flows, and what apps declare as ``ACTS`` in their ``acts.py``."""
    found: dict[str, StrOrPromise] = {f"{flow.name}.{act.name}": act.label for flow in declared() for act in flow.acts}
    for app in apps.get_app_configs():
        if app.name.startswith("zongbu.") and module_has_submodule(app.module, "acts"):
            found |= getattr(import_module(f"{app.name}.acts"), "ACTS", {})
    return found


def kinds(found: list[str]) -> list[tuple[str, str]]:
    """Labels of models with the names that people know them by."""
    named: dict[str, Any] = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}
    return [(label, str(named.get(label, label))) for label in found]
