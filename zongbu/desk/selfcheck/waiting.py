"""What the self-check has waiting: screenings that somebody started and that are not finished yet."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.selfcheck.access import SCREENERS
from zongbu.desk.selfcheck.models import Screening


def waiting(viewer: Viewer) -> list[Waiting]:
    """The viewer's own screenings that are under way."""
    if viewer.role not in SCREENERS:
        return []
    count = Screening.objects.filter(
        organisation=viewer.organisation, person=viewer.person, state__in=Screening.UNDER_WAY
    ).count()
    return [Waiting(_("进行中的筛查"), count, reverse("selfcheck:screenings"))] if count else []


COUNTINGS = (Counting(waiting, frozenset({"selfcheck"}), personal=True),)
