"""Which imports somebody sees: the city office and auditors all, a district's office its own."""

from __future__ import annotations

from django.db.models import QuerySet

from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.kernel.roles import CITY, DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer


def runs(viewer: Viewer) -> QuerySet[ImportRun]:
    """The imports that the viewer may look at, the newest first."""
    found = ImportRun.objects.select_related("uploaded_by", "organisation", "committed_by__person").order_by("-pk")
    if viewer.role in CITY or viewer.role == Role.AUDITOR:
        return found
    if viewer.role in DISTRICT and viewer.organisation is not None:
        return found.filter(organisation=viewer.organisation)
    return found.none()


def to_confirm(viewer: Viewer) -> QuerySet[ImportRun]:
    """The viewer's office's imports that have been checked and wait for somebody to commit or to discard them."""
    return runs(viewer).filter(state=ImportRun.State.CHECKED, organisation=viewer.organisation)


def rows(run: ImportRun, kind: str) -> QuerySet[ImportRow]:
    """The rows of a run that are of a kind, in the order of the sheet."""
    return run.rows.filter(kind=kind).order_by("number", "pk")
