"""What may be seen of quotas, requests, selections and obligations: every function names who asks."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, FINANCE, Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.models import Milestone, Obligation, QuotaAccount, SelectionList, SupportRequest

Some = TypeVar("Some", bound=Model)


def quotas(viewer: Viewer) -> QuerySet[QuotaAccount]:
    """Quota accounts: an enterprise its own, a district its enterprises', a department those that it handles."""
    return _scoped(viewer, QuotaAccount.objects.select_related("enterprise", "organisation"))


def requests(viewer: Viewer) -> QuerySet[SupportRequest]:
    """Requests, by the same rule; what may be personal in them only the enterprise and whoever handles them read."""
    return _scoped(viewer, SupportRequest.objects.select_related("enterprise", "organisation"))


def obligations(viewer: Viewer) -> QuerySet[Obligation]:
    """Obligations, by the same rule."""
    return _scoped(viewer, Obligation.objects.select_related("enterprise", "organisation"))


def milestones(viewer: Viewer) -> QuerySet[Milestone]:
    """Milestones of the obligations that the viewer may read."""
    found = Milestone.objects.select_related("obligation__enterprise", "obligation__organisation")
    return found.filter(obligation__in=obligations(viewer).order_by().values("pk"))


def selections(viewer: Viewer) -> QuerySet[SelectionList]:
    """Lists while they are drawn up: the office its own, whoever decides those put forward, the city office and
    auditors all. What is published everybody reads, see ``published``."""
    found = SelectionList.objects.select_related("organisation")
    if viewer.role in CITY or viewer.role == Role.AUDITOR:
        return found
    if viewer.role == Role.LEADING_GROUP:
        return found.exclude(state__in=["draft", "dissolved"])
    if viewer.role in DISTRICT and viewer.district:
        return found.filter(Q(organisation=viewer.organisation) | Q(district=viewer.district))
    if viewer.role in DEPARTMENT and viewer.organisation is not None:
        return found.filter(organisation=viewer.organisation)
    return found.none()


def published() -> QuerySet[SelectionList]:
    """Published lists, for everybody."""
    return SelectionList.objects.filter(state="published").select_related("organisation")


def referable(viewer: Viewer) -> QuerySet[Enterprise]:
    """The enterprises that an official may refer or register something of: a district its own, others all."""
    found = Enterprise.objects.exclude(district="")
    if viewer.role in DISTRICT:
        return found.filter(district=viewer.district) if viewer.district else found.none()
    return found if viewer.role in CITY | DEPARTMENT else found.none()


def _scoped(viewer: Viewer, found: QuerySet[Some]) -> QuerySet[Some]:
    if viewer.role in FINANCE or viewer.role == Role.INSPECTOR:
        return found.none()
    given: dict[str, Any]
    match viewer.reach:
        case Reach.ENTERPRISE if viewer.uscc:
            given = {"enterprise__uscc": viewer.uscc}
        case Reach.CITY:
            return found
        case Reach.DISTRICT if viewer.district:
            return found.filter(Q(district=viewer.district) | Q(organisation=viewer.organisation))
        case Reach.REFERRED if viewer.organisation is not None:
            given = {"organisation": viewer.organisation}
        case _:
            return found.none()
    return found.filter(**given)
