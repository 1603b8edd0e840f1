"""Which saved views somebody sees: their own, and those that their organisation shares."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from zongbu.desk.enterprises.listing.models import SavedView
from zongbu.desk.kernel.scope import Viewer


def views(viewer: Viewer) -> QuerySet[SavedView]:
    """The views that the viewer may choose, by name."""
    if viewer.person is None or viewer.organisation is None:
        return SavedView.objects.none()
    own = Q(owner=viewer.person) | Q(shared=True)
    return SavedView.objects.filter(own, organisation=viewer.organisation).order_by("name", "pk")
