"""Which screenings may be seen: one's own organisation's, by the city office and auditors all."""

from __future__ import annotations

from django.db.models import QuerySet

from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.selfcheck.access import READERS
from zongbu.desk.selfcheck.models import Screening


def screenings(viewer: Viewer) -> QuerySet[Screening]:
    """The screenings that the viewer may read."""
    found = Screening.objects.all()
    if viewer.role not in READERS:
        return found.none()
    if viewer.role in CITY | {Role.AUDITOR, Role.LEADING_GROUP}:
        return found
    return found.filter(organisation=viewer.organisation, district=viewer.district).exclude(district="")


def get(viewer: Viewer, pk: int) -> Screening:
    """A screening, if the viewer may read it.

    Raises:
        Screening.DoesNotExist: there is none, or not for this viewer: the two are not told apart.
    """
    return screenings(viewer).get(pk=pk)
