"""What recognition has in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer


def entries(viewer: Viewer) -> list[Entry]:
    """What each part offers."""
    return [*_titles(viewer)]


def _titles(viewer: Viewer) -> list[Entry]:
    """The register of recognitions, revocations, printing; an enterprise's own; verification to the public."""
    if not viewer.signed_in:
        return [Entry(_("证书核验"), "recognition:verify", "shield-check", _("认定"), 90)]
    if viewer.role in ENTERPRISE:
        return [Entry(_("证书和决定"), "recognition:titles", "file-text", _("认定"), 60)]
    found = [
        Entry(_("认定名册"), "recognition:recognitions", "list-details", _("认定"), 60),
        Entry(_("取消称号"), "recognition:revocations", "ban", _("认定"), 70),
    ]
    if viewer.role in CITY | DISTRICT:
        found.append(Entry(_("批量打印"), "recognition:print", "printer", _("认定"), 80))
    return found
