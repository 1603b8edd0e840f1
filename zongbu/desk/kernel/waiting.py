"""What waits for somebody: each app counts its own in ``waiting.py``, the landing page and the navigation show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel import clock
from zongbu.desk.kernel.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.kernel.scope import Viewer


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits: how it is called, how many there are, and where they are listed."""

    label: StrOrPromise
    count: int
    url: str


ASKED_FROM = 11
"""Month from which next year's calendar is missed: the State Council usually publishes it in November."""

CONCERNED = ("kernel",)
"""The kinds of journal entries after which something else may wait."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """What the kernel itself has waiting: calendars of this and the coming year that are not published here yet."""
    if viewer.role != Role.ADMINISTRATOR:
        return []
    today = timezone.localdate()
    years = {today.year, today.year + 1} if today.month >= ASKED_FROM else {today.year}
    missing = years - clock.calendar().published
    return [Waiting(_("待导入的年度日历"), len(missing), reverse("kernel:calendar"))] if missing else []
