"""Who may do what with a record; the pages ask before they show a button, the actions before they write."""

from __future__ import annotations

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer


def sees(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Whether the viewer may read the record in full."""
    return queries.enterprises(viewer).filter(pk=enterprise.pk).exists()


def may_declare(viewer: Viewer, enterprise: Enterprise) -> bool:
    """An enterprise's own people declare its facts."""
    return viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == enterprise.uscc


def may_record(viewer: Viewer, enterprise: Enterprise) -> bool:
    """The city office and the enterprise's district record what registers and departments say, and what happened."""
    return viewer.writes and (
        viewer.role in CITY
        or (viewer.role in DISTRICT and bool(viewer.district) and viewer.district == enterprise.district)
    )


def may_find(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Findings are made by the city office and by departments to which the enterprise has been referred."""
    return viewer.writes and (viewer.role in CITY or (viewer.role in DEPARTMENT and sees(viewer, enterprise)))


def may_bar(viewer: Viewer) -> bool:
    """Bans and referrals are the city office's business."""
    return viewer.writes and viewer.role in CITY


def may_tie(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Who keeps the group of an enterprise: its own people, its district, the city office."""
    return may_declare(viewer, enterprise) or may_record(viewer, enterprise)
