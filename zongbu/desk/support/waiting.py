"""What waits in the support desk for somebody; each part adds its own."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Flow
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, FINANCE, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting
from zongbu.desk.support import books, queries
from zongbu.desk.support import flow as flows
from zongbu.desk.support.flow import LEADS
from zongbu.desk.support.unpaid.waiting import waiting as unpaid

CONCERNED = frozenset({"support", *(one.name for one in vars(flows).values() if isinstance(one, Flow))})
"""The kinds of journal entries after which something else may wait."""


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    return [*_finance(viewer), *_office(viewer), *_own(viewer), *unpaid(viewer)]


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
