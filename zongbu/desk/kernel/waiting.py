"""What waits for somebody: each app names in ``waiting.py`` how it is counted (``COUNTINGS``), the landing page and the
navigation show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True)
class Counting:
    """How something that waits is counted, and how long a count stays true.

    Attributes:
        concerned: the kinds of journal entries (flows, or apps whose acts are journalled under their name) after which
            it may be another one.
        personal: whether the count differs between persons who hold the same role in the same organisation. Where it
            does not, it is counted once for all of them: without a name, see ``Viewer.unnamed``.
    """

    count: Callable[[Viewer], Iterable[Waiting]]
    concerned: frozenset[str]
    personal: bool = False


ASKED_FROM = 11
"""Month from which next year's calendar is missed: the State Council usually publishes it in November."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """What the kernel itself has waiting: calendars of this and the coming year that are not published here yet."""
    if viewer.role != Role.ADMINISTRATOR:
        return []
    today = timezone.localdate()
    years = {today.year, today.year + 1} if today.month >= ASKED_FROM else {today.year}
    missing = years - clock.calendar().published
    return [Waiting(_("待导入的年度日历"), len(missing), reverse("kernel:calendar"))] if missing else []


COUNTINGS = (Counting(waiting, frozenset({"kernel"})),)
