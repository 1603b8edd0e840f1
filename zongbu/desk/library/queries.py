"""What a viewer may read of the library. Policies are everybody's; proposals and comments in waiting are not."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.models import Comment, Consultation, EnteredValue, OfficialText, SuspensionOrder

INSIDE = CITY | {Role.LEADING_GROUP, Role.AUDITOR}
"""They see what is proposed and what waits for moderation."""


def inside(viewer: Viewer) -> bool:
    """Whether the viewer sees what is not published yet."""
    return viewer.role in INSIDE


def values(viewer: Viewer) -> QuerySet[EnteredValue]:
    """Entered values: approved ones for everybody, the others for those inside."""
    found = EnteredValue.objects.select_related("proposed_by", "decided_by")
    return found if inside(viewer) else found.filter(state="approved")


def orders(viewer: Viewer) -> QuerySet[SuspensionOrder]:
    """Orders that suspend or resume measures: approved ones for everybody, the others for those inside."""
    found = SuspensionOrder.objects.select_related("proposed_by", "decided_by")
    return found if inside(viewer) else found.filter(state="approved")


def official(policy: str) -> OfficialText | None:
    """The newest official text of a policy."""
    return OfficialText.objects.filter(policy=policy).first()


def consultations(viewer: Viewer, today: date) -> QuerySet[Consultation]:
    """Consultations with the number of their comments; those ahead only for those inside."""
    found = Consultation.objects.annotate(
        shown=Count("comments", filter=Q(comments__state=Comment.State.SHOWN)),
        waiting=Count("comments", filter=Q(comments__state=Comment.State.WAITING)),
    )
    found = found.order_by("-starts", "-pk")
    return found if inside(viewer) else found.filter(starts__lte=today)


def comments(viewer: Viewer, consultation: Consultation) -> QuerySet[Comment]:
    """The comments of a consultation: the shown ones for everybody, all of them for those inside.

    The contact is read for the city office only, which may have to ask back.
    """
    found = Comment.objects.filter(consultation=consultation).select_related("moderated_by", "answered_by")
    if not inside(viewer):
        found = found.filter(state=Comment.State.SHOWN)
    return found if viewer.role in CITY else found.defer("contact")
