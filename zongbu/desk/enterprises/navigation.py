"""What the register has in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.access import RECORDERS, ROUTES
from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer


def entries(viewer: Viewer) -> list[Entry]:
    """An enterprise's own record; to officials the list, the imports, and opening a record."""
    if viewer.role in ENTERPRISE:
        return [Entry(_("我的企业"), "enterprises:mine", "building", _("企业"), 10)]
    found = []
    if ROUTES["enterprises:list"].allows(viewer.role):
        found.append(Entry(_("企业名录"), "enterprises:list", "building", _("企业"), 10))
    if ROUTES["enterprises:imports"].allows(viewer.role):
        found.append(Entry(_("数据导入"), "enterprises:imports", "file-import", _("企业"), 20))
    if viewer.role in RECORDERS:
        found.append(Entry(_("登记企业"), "enterprises:register", "plus", _("企业"), 40))
    return found
