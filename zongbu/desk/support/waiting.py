"""What waits in the support desk for somebody; each part adds its own."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, FINANCE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting
from zongbu.desk.support import books, queries
from zongbu.desk.support.flow import (
    CLAIM,
    LEADS,
    MILESTONE,
    OBJECTION,
    PAYMENT_BATCH,
    REIMBURSEMENT,
    REQUEST,
    SELECTION,
)
from zongbu.desk.support.unpaid.waiting import waiting as unpaid


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
    counted = dict(found.values_list("state").annotate(many=Count("pk")))
    url = reverse("support:benefits")
    return [Waiting(label, counted[state], url) for state, label in labels.items() if counted.get(state)]


def _office(viewer: Viewer) -> list[Waiting]:
    """Claims to examine and to decide, how many of them are overdue, claims that nobody handles, objections; two
    queries."""
    if not viewer.writes or viewer.role not in CITY | DISTRICT | DEPARTMENT:
        return []
    url, mine = reverse("support:claims"), queries.handled(viewer)
    late = Q(due_on__lt=timezone.localdate())
    states: dict[str, tuple[str, Q]] = {
        "submitted": (_("待受理的兑现申请"), mine & Q(state="submitted")),
        "accepted": (_("待核验的兑现申请"), mine & Q(state="accepted")),
    }
    if viewer.role in LEADS:
        states["verified"] = (_("待批准的兑现申请"), mine & Q(state="verified"))
    if viewer.role in CITY:
        states["unassigned"] = (_("待指派的兑现申请"), Q(organisation=None, state="submitted"))
    asked: dict[str, Count] = {name: Count("pk", filter=which) for name, (_label, which) in states.items()}
    asked |= {f"{name}_late": Count("pk", filter=which & late) for name, (_label, which) in states.items()}
    counted = (
        queries.claims(viewer).filter(state__in=["submitted", "accepted", "verified"]).order_by().aggregate(**asked)
    )
    found = []
    for name, (label, _which) in states.items():
        if counted[f"{name}_late"]:
            label = _("%(label)s（%(late)s件已逾期）") % {"label": label, "late": counted[f"{name}_late"]}
        found.append(Waiting(label, counted[name], f"{url}?show={name}"))
    if viewer.role in LEADS:
        open_ones = queries.objections(viewer).filter(state="received", claim__organisation=viewer.organisation)
        found.append(
            Waiting(_("待答复的兑现异议"), open_ones.count(), f"{reverse('support:objections')}?state=received")
        )
    return [one for one in found if one.count]


def _orders(viewer: Viewer) -> list[Waiting]:
    """Orders to put into batches, failed ones, results to take over."""
    if not viewer.writes or viewer.role not in FINANCE:
        return []
    orders, url = reverse("support:orders"), reverse("support:batches")
    counted = books.unpaid(viewer).aggregate(
        ready=Count("pk", filter=Q(state="ready")), failed=Count("pk", filter=Q(state="failed"))
    )
    batches = queries.batches(viewer).order_by()
    states = dict(batches.filter(state__in=["draft", "exported"]).values_list("state").annotate(many=Count("pk")))
    found = [
        Waiting(_("待编入批次的支付单"), counted["ready"], f"{orders}?state=ready"),
        Waiting(_("支付失败、待重新签发的支付单"), counted["failed"], f"{orders}?state=failed"),
        Waiting(_("待送国库的批次"), states.get("draft", 0), f"{url}?state=draft"),
        Waiting(_("等支付结果的批次"), states.get("exported", 0), f"{url}?state=exported"),
    ]
    return [one for one in found if one.count]


def _reimbursements(viewer: Viewer) -> list[Waiting]:
    """Requests of districts to check and to approve."""
    if not viewer.writes or viewer.role not in CITY:
        return []
    url, cases = reverse("support:reimbursements"), queries.reimbursements(viewer).order_by()
    states = dict(cases.filter(state__in=["requested", "checked"]).values_list("state").annotate(many=Count("pk")))
    found = [Waiting(_("待核对的市级次年补助"), states.get("requested", 0), f"{url}?state=requested")]
    if viewer.role == Role.CITY_LEAD:
        found.append(Waiting(_("待批准的市级次年补助"), states.get("checked", 0), f"{url}?state=checked"))
    return [one for one in found if one.count]


_CLAIMS = frozenset({"support", CLAIM.name, OBJECTION.name})
COUNTINGS = (
    Counting(_orders, frozenset({"support", CLAIM.name, PAYMENT_BATCH.name, REIMBURSEMENT.name})),
    Counting(_reimbursements, frozenset({REIMBURSEMENT.name})),
    Counting(_office, _CLAIMS),
    Counting(_own, _CLAIMS),
    Counting(unpaid, frozenset({"support", REQUEST.name, SELECTION.name, MILESTONE.name})),
)
