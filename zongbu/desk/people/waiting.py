"""What waits in this app."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.people import lockout, queries
from zongbu.desk.people.recorded import recorded_of


def waiting(viewer: Viewer) -> list[Waiting]:
    """Registrations, for the district (for the city: those that belong to none); names locked out, for security."""
    if viewer.role in DISTRICT:
        count = queries.registrations(viewer).filter(state="submitted").count()
        return [Waiting(_("待审核的企业注册"), count, reverse("people:registrations"))]
    if viewer.role in CITY:
        codes = list(queries.registrations(viewer).filter(state="submitted").values_list("uscc", flat=True))
        count = sum(not one.districts for one in recorded_of(codes).values()) if codes else 0
        return [Waiting(_("待审核的企业注册"), count, reverse("people:registrations"))]
    if viewer.role == Role.SECURITY_OFFICER:
        return [Waiting(_("因登录失败被锁定"), len(lockout.lockouts()), reverse("people:security"))]
    return []
