"""What the self-check has in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.selfcheck.access import READERS


def entries(viewer: Viewer) -> list[Entry]:
    """The self-check for everybody, the screenings for those who may read them."""
    found = [Entry(_("政策体检"), "selfcheck:start", "clipboard-check", _("政策"), 20)]
    if viewer.role in READERS:
        found.append(Entry(_("批量筛查"), "selfcheck:screenings", "filter", _("企业"), 60))
    return found
