"""What waits in this app."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.people import lockout, queries
from zongbu.desk.people.recorded import recorded_of


def waiting(viewer: Viewer) -> list[Waiting]:
    """What waits for the viewer: memberships to be confirmed by a second person, registrations, names locked out."""
    found = []
    if viewer.administers or viewer.role in {Role.ADMINISTRATOR, Role.SECURITY_OFFICER}:
        found.append(Waiting(_("待确认的成员"), queries.to_confirm(viewer).count(), reverse("people:confirmations")))
    if viewer.role in DISTRICT | CITY:
        found.append(Waiting(_("待审核的企业注册"), _registrations(viewer), reverse("people:registrations")))
    if viewer.role == Role.SECURITY_OFFICER:
        found.append(Waiting(_("因登录失败被锁定"), len(lockout.lockouts()), reverse("people:security")))
    return found


def _registrations(viewer: Viewer) -> int:
    """How many the district decides; of the city office, those whose record names no district."""
    rows = queries.registrations(viewer).filter(state="submitted")
    if viewer.role in DISTRICT:
        return rows.count()
    codes = list(rows.values_list("uscc", flat=True))
    return sum(not one.districts for one in recorded_of(codes).values()) if codes else 0


COUNTINGS = (Counting(waiting, frozenset({"people", "registration", "enterprises"}), personal=True),)
