"""What the support desk has in the navigation; each part adds its lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.navigation import Entry
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, FINANCE, Role
from zongbu.desk.kernel.scope import Viewer

SECTION = _("政策兑现")


def entries(viewer: Viewer) -> list[Entry]:
    """What each part offers."""
    return [*_finance(viewer), *_office(viewer), *_own(viewer), *_unpaid(viewer)]


def _own(viewer: Viewer) -> list[Entry]:
    """An enterprise's policies and its money."""
    if viewer.role not in ENTERPRISE:
        return []
    return [
        Entry(_("我的政策"), "support:benefits", "star", SECTION, 20),
        Entry(_("我的钱在哪里"), "support:money", "coin", SECTION, 21),
    ]


def _office(viewer: Viewer) -> list[Entry]:
    """What lead departments, districts and the city office work through."""
    if viewer.role not in CITY | DISTRICT | DEPARTMENT | {Role.LEADING_GROUP, Role.AUDITOR}:
        return []
    found = [
        Entry(_("兑现申请"), "support:claims", "checklist", SECTION, 10),
        Entry(_("免申即享"), "support:offers", "send", SECTION, 12),
        Entry(_("兑现异议"), "support:objections", "message-circle", SECTION, 14),
        Entry(_("措施总览"), "support:measures", "list-check", SECTION, 16),
    ]
    if viewer.role in CITY | {Role.LEADING_GROUP, Role.AUDITOR}:
        found.append(Entry(_("责任单位"), "support:units", "users-group", SECTION, 18))
    return found


def _finance(viewer: Viewer) -> list[Entry]:
    """Funds, orders, batches, what the city gives back; the totals for everybody."""
    found = [Entry(_("兑现公开"), "support:public", "report", SECTION, 90)] if viewer.role not in ENTERPRISE else []
    overview = FINANCE | CITY | {Role.LEADING_GROUP, Role.AUDITOR}
    if viewer.role in overview:
        found.append(Entry(_("资金概览"), "support:finance", "chart-bar", SECTION, 50))
    if viewer.role in overview | DISTRICT | DEPARTMENT:
        found.append(Entry(_("资金和账簿"), "support:funds", "building-bank", SECTION, 51))
    if viewer.role in FINANCE:
        found.append(Entry(_("支付单"), "support:orders", "coin", SECTION, 52))
        found.append(Entry(_("拨付批次"), "support:batches", "list-details", SECTION, 53))
    if viewer.role in overview | DISTRICT:
        found.append(Entry(_("市级次年补助"), "support:reimbursements", "switch-horizontal", SECTION, 54))
    return found


def _unpaid(viewer: Viewer) -> list[Entry]:
    """Requests, quotas, lists, obligations; published lists for everybody."""
    if viewer.role in ENTERPRISE:
        return [
            Entry(_("服务申请"), "support:requests", "message", SECTION, 30),
            Entry(_("名额"), "support:quotas", "users-group", SECTION, 31),
            Entry(_("项目义务"), "support:obligations", "calendar", SECTION, 32),
        ]
    found = [Entry(_("选树和推荐名单"), "support:selected", "star", SECTION, 92)]
    if viewer.role in CITY | DISTRICT | DEPARTMENT | {Role.LEADING_GROUP, Role.AUDITOR}:
        found += [
            Entry(_("服务申请"), "support:requests", "message", SECTION, 30),
            Entry(_("名额"), "support:quotas", "users-group", SECTION, 31),
            Entry(_("推荐名单"), "support:selections", "list-check", SECTION, 32),
            Entry(_("项目义务"), "support:obligations", "calendar", SECTION, 33),
        ]
    return found
