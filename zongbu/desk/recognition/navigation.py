"""What recognition has in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars import navigation as stars


def entries(viewer: Viewer) -> list[Entry]:
    """What each part offers."""
    return [*_office(viewer), *_public(viewer), *stars.entries(viewer), *_titles(viewer)]


def _applying(viewer: Viewer) -> list[Entry]:
    """An enterprise's applications; the list that officials work through; what departments are asked."""
    if viewer.role in ENTERPRISE:
        return [Entry(_("总部企业申报"), "recognition:mine", "clipboard-check", _("认定"), 15)]
    found = [Entry(_("认定申请"), "recognition:applications", "clipboard-list", _("认定"), 16)]
    if viewer.role in DEPARTMENT:
        found.insert(0, Entry(_("部门审查意见"), "recognition:opinions", "message", _("认定"), 15))
    return found


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


def _office(viewer: Viewer) -> list[Entry]:
    """Rounds, batches and objections for whoever sees the whole city."""
    if viewer.reach is not Reach.CITY:
        return []
    section = _("认定")
    return [
        Entry(_("认定批次"), "recognition:rounds", "calendar", section, 10),
        Entry(_("审定批次"), "recognition:batches", "list-check", section, 30),
        Entry(_("异议"), "recognition:objections", "message-circle", section, 40),
    ]


def _public(viewer: Viewer) -> list[Entry]:
    """The lists and the notices, for everybody."""
    section = _("认定")
    return [
        Entry(_("总部企业名单"), "recognition:list", "building", section, 50),
        Entry(_("公示公告"), "recognition:notices", "news", section, 55),
    ]
