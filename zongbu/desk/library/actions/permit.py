"""Who may act."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer


def permit(viewer: Viewer, roles: frozenset[Role] = CITY) -> int:
    """The person who acts; refuses whoever does not act in one of the roles.

    Raises:
        NotPermitted: says what would be needed.
    """
    if viewer.person is None or not viewer.writes or viewer.role not in roles:
        raise NotPermitted(_("这件事由市总部办办理。"))
    return viewer.person
