"""The entry of the interface in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zongbu.desk.api.access import ROUTES
from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.scope import Viewer


def entries(viewer: Viewer) -> list[Entry]:
    """Tokens, for those who look after the members of an organisation."""
    if not viewer.administers or not ROUTES["api:tokens"].allows(viewer.role):
        return []
    return [Entry(label=_("接口令牌"), url_name="api:tokens", icon="key", section=_("本组织"), order=90)]
