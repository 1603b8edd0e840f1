"""What waits in this app."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.people import lockout, queries


def waiting(viewer: Viewer) -> list[Waiting]:
    """Registrations to be confirmed, for the district; names locked out, for the security officer."""
    if viewer.role in DISTRICT:
        count = queries.registrations(viewer).filter(state="submitted").count()
        return [Waiting(_("待审核的企业注册"), count, reverse("people:registrations"))]
    if viewer.role == Role.SECURITY_OFFICER:
        return [Waiting(_("因登录失败被锁定"), len(lockout.lockouts()), reverse("people:security"))]
    return []
