"""What the library adds to the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.queries import inside


def entries(viewer: Viewer) -> list[Entry]:
    """Policies and consultations for everybody; entered values and suspensions for those inside."""
    section = _("政策")
    found = [
        Entry(_("政策库"), "library:policies", "book", section, 10),
        Entry(_("征求意见"), "library:consultations", "message", section, 30),
    ]
    if inside(viewer):
        found.append(Entry(_("参数录入"), "library:values", "adjustments", section, 40))
        found.append(Entry(_("措施暂停"), "library:suspensions", "ban", section, 50))
    return found
