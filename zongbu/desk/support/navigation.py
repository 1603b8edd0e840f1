"""What the support desk has in the navigation; each part adds its lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer

SECTION = _("政策兑现")


def entries(viewer: Viewer) -> list[Entry]:
    """What each part offers."""
    return [*_own(viewer)]


def _own(viewer: Viewer) -> list[Entry]:
    """An enterprise's policies and its money."""
    if viewer.role not in ENTERPRISE:
        return []
    return [
        Entry(_("我的政策"), "support:benefits", "star", SECTION, 20),
        Entry(_("我的钱在哪里"), "support:money", "coin", SECTION, 21),
    ]
