"""What waits in the support desk for somebody; each part adds its own."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import CITY, ENTERPRISE, FINANCE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.support import books, queries


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    return [*_finance(viewer), *_own(viewer)]


def _own(viewer: Viewer) -> list[Waiting]:
    """Offers to confirm, claims to correct, drafts; one query."""
    if viewer.role not in ENTERPRISE:
        return []
    labels = {
        "offered": _("待确认的免申即享待遇"),
        "returned": _("待补正的兑现申请"),
        "draft": _("草稿·未提交的兑现申请"),
    }
    found = queries.claims(viewer).filter(state__in=labels).order_by()
    counted = dict(found.values_list("state").annotate(number=Count("pk")))
    url = reverse("support:benefits")
    return [Waiting(label, counted[state], url) for state, label in labels.items() if counted.get(state)]


def _finance(viewer: Viewer) -> list[Waiting]:
    """Orders to put into batches, failed ones, results to take over; requests of districts to check and approve."""
    if not viewer.writes:
        return []
    found: list[tuple[object, int, str]] = []
    if viewer.role in FINANCE:
        orders = reverse("support:orders")
        counted = books.unpaid(viewer).aggregate(
            ready=Count("pk", filter=Q(state="ready")), failed=Count("pk", filter=Q(state="failed"))
        )
        found.append((_("待编入批次的支付单"), counted["ready"], f"{orders}?state=ready"))
        found.append((_("支付失败、待重新签发的支付单"), counted["failed"], f"{orders}?state=failed"))
        batches = queries.batches(viewer).order_by()
        states = dict(batches.filter(state__in=["draft", "exported"]).values_list("state").annotate(many=Count("pk")))
        url = reverse("support:batches")
        found.append((_("待送国库的批次"), states.get("draft", 0), f"{url}?state=draft"))
        found.append((_("等支付结果的批次"), states.get("exported", 0), f"{url}?state=exported"))
    if viewer.role in CITY:
        url = reverse("support:reimbursements")
        cases = queries.reimbursements(viewer).order_by()
        states = dict(cases.filter(state__in=["requested", "checked"]).values_list("state").annotate(many=Count("pk")))
        found.append((_("待核对的市级次年补助"), states.get("requested", 0), f"{url}?state=requested"))
        if viewer.role == Role.CITY_LEAD:
            found.append((_("待批准的市级次年补助"), states.get("checked", 0), f"{url}?state=checked"))
    return [Waiting(str(label), count, url) for label, count, url in found if count]
