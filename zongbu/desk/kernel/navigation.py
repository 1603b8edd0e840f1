"""What stands in the navigation: each app lists its own entries in ``navigation.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zongbu.desk.kernel.scope import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: ``url_name`` is the full name of a route without arguments, ``icon`` the name of a
    Tabler icon; sections and the entries within them are sorted by ``order``."""

    label: StrOrPromise
    url_name: str
    icon: str
    section: StrOrPromise
    order: int = 100


def entries(viewer: Viewer) -> list[Entry]:
    """What the kernel itself has to show: the journal to auditors, the calendars to them and to administrators."""
    if viewer.role == Role.AUDITOR:
        journal = Entry(_("审计日志"), "kernel:journal", "history", _("审计"), 10)
        return [journal, Entry(_("工作日历"), "kernel:calendar", "calendar", _("系统"), 30)]
    if viewer.role == Role.ADMINISTRATOR:
        return [Entry(_("工作日历"), "kernel:calendar", "calendar", _("系统"), 30)]
    return []
