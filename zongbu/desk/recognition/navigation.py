"""What recognition has in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import DEPARTMENT, ENTERPRISE, Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars import navigation as stars

SECTION = pgettext_lazy("navigation", "认定")


def entries(viewer: Viewer) -> list[Entry]:
    """What each part offers."""
    return [*_applying(viewer), *_office(viewer), *_public(viewer), *stars.entries(viewer), *_titles(viewer)]


def _applying(viewer: Viewer) -> list[Entry]:
    """An enterprise's applications; the list that officials work through; what departments are asked."""
    if viewer.role in ENTERPRISE:
        return [Entry(_("总部企业申报"), "recognition:mine", "clipboard-check", SECTION, 15)]
    found = [Entry(_("认定申请"), "recognition:applications", "clipboard-list", SECTION, 16)]
    if viewer.role in DEPARTMENT:
        found.insert(0, Entry(_("部门审查意见"), "recognition:opinions", "message", SECTION, 15))
    return found


def _titles(viewer: Viewer) -> list[Entry]:
    """The register of recognitions, revocations; an enterprise's own; verification to the public."""
    if not viewer.signed_in:
        return [Entry(_("证书核验"), "recognition:verify", "shield-check", SECTION, 90)]
    if viewer.role in ENTERPRISE:
        return [Entry(_("证书和决定"), "recognition:titles", "file-text", SECTION, 60)]
    return [
        Entry(_("认定名册"), "recognition:recognitions", "list-details", SECTION, 60),
        Entry(_("取消称号"), "recognition:revocations", "ban", SECTION, 70),
    ]


def _office(viewer: Viewer) -> list[Entry]:
    """Rounds, batches and objections for whoever sees the whole city."""
    if viewer.case_reach is not Reach.CITY:
        return []
    return [
        Entry(pgettext_lazy("list", "认定批次"), "recognition:rounds", "calendar", SECTION, 10),
        Entry(_("审定批次"), "recognition:batches", "list-check", SECTION, 30),
        Entry(_("异议"), "recognition:objections", "message-circle", SECTION, 40),
    ]


def _public(viewer: Viewer) -> list[Entry]:
    """The lists and the notices, for everybody; enterprises come to the notices by the tabs of the list."""
    found = [Entry(_("总部企业名单"), "recognition:list", "building", SECTION, 50)]
    if viewer.role not in ENTERPRISE:
        found.append(Entry(_("公示公告"), "recognition:notices", "news", SECTION, 55))
    return found
