"""What this app puts into the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import CITY, DISTRICT, Role
from zongbu.desk.kernel.scope import Viewer

SYSTEM = _("系统")


def entries(viewer: Viewer) -> list[Entry]:
    """The desks of whoever asks."""
    found = []
    if viewer.role in DISTRICT | CITY | {Role.AUDITOR}:
        found.append(Entry(_("企业注册审核"), "people:registrations", "building", _("企业"), 60))
    if viewer.role in {Role.ADMINISTRATOR, Role.AUDITOR}:
        found.append(Entry(_("组织"), "people:organisations", "users-group", SYSTEM, 10))
    if viewer.role == Role.SECURITY_OFFICER:
        found.append(Entry(_("账号安全"), "people:security", "shield-lock", SYSTEM, 10))
    if viewer.role in {Role.SECURITY_OFFICER, Role.AUDITOR}:
        found.append(Entry(_("登录日志"), "people:sign_ins", "login", SYSTEM, 20))
    if viewer.organisation is not None:
        found.append(Entry(_("成员"), "people:members", "users", _("本组织"), 90))
    return found
