"""What is read about organisations and people; always as far as the viewer sees."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare

from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import DISTRICT, OFFICIALS, Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.actions.invitations import may_administer
from zongbu.desk.people.actions.registrations import digest
from zongbu.desk.people.factors import TYPES
from zongbu.desk.people.models import Invitation, Membership, Organisation, Person, Registration
from zongbu.desk.people.rules import confirmable, in_force

SIGN_IN_ACTS: Final = (
    "people.sign_in",
    "people.sign_in_failed",
    "people.sign_out",
    "people.locked_out",
    "people.factor_failed",
    "people.sign_on_unknown",
)
"""Acts in the journal that tell of signing in and out."""


def organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """The organisations that the viewer sees.

    Whoever reaches the whole city, and who keeps the service, all of them; other officials all offices and
    departments, and the enterprises of their district; everybody else their own; the public none.
    """
    everything = Organisation.objects.all()
    if viewer.case_reach == Reach.CITY or viewer.role in {Role.ADMINISTRATOR, Role.SECURITY_OFFICER}:
        return everything
    if viewer.role in OFFICIALS:
        seen = ~Q(kind=Organisation.Kind.ENTERPRISE)
        if viewer.role in DISTRICT:
            seen |= Q(district=viewer.district)
        return everything.filter(seen)
    return everything.filter(pk=viewer.organisation) if viewer.organisation else everything.none()


def organisations_with_members(viewer: Viewer) -> QuerySet[Organisation]:
    """The same with ``members`` and ``administrators``, how many of them are in force."""
    valid = in_force("memberships__")
    return (
        organisations(viewer)
        .annotate(
            members=Count("memberships", filter=valid, distinct=True),
            administrators=Count("memberships", filter=valid & Q(memberships__administers=True), distinct=True),
        )
        .order_by("kind", "name", "pk")
    )  # grouping drops the order of the model


def members(viewer: Viewer, organisation: Organisation) -> QuerySet[Membership]:
    """The memberships of an organisation that have not ended: one's own, or any to who looks after all or audits."""
    allowed = viewer.organisation == organisation.pk or viewer.role in {Role.ADMINISTRATOR, Role.AUDITOR}
    found = (
        Membership.objects.filter(organisation=organisation, ended_at=None) if allowed else Membership.objects.none()
    )
    return found.select_related("person", "organisation").order_by("-administers", "role", "person__name", "pk")


def membership(viewer: Viewer, pk: int) -> Membership | None:
    """A membership that the viewer looks after; None if there is none or it is none of the viewer's business."""
    found = Membership.objects.select_related("person", "organisation").filter(pk=pk, ended_at=None).first()
    return found if found is not None and may_administer(viewer, found.organisation) else None


def to_confirm(viewer: Viewer) -> QuerySet[Membership]:
    """The memberships that somebody else proposed and that the viewer may confirm, those waiting longest first."""
    return confirmable(viewer).select_related("person", "organisation", "proposed_by").order_by("proposed_at", "pk")


def waiting_memberships(viewer: Viewer) -> QuerySet[Membership]:
    """One's own new memberships that wait to be confirmed."""
    found = Membership.objects.filter(person=viewer.person or 0, ended_at=None, confirmed_at=None)
    return found.select_related("organisation").order_by("pk")


def invitations(viewer: Viewer, organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations of an organisation that are still open or have expired, to who looks after its members."""
    if not may_administer(viewer, organisation):
        return Invitation.objects.none()
    return Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None).select_related(
        "organisation", "invited_by"
    )


def registrations(viewer: Viewer) -> QuerySet[Registration]:
    """The registrations that the viewer sees: those of the district, or all of the city."""
    found = Registration.objects.select_related("organisation")
    if viewer.case_reach == Reach.CITY:
        return found
    if viewer.role in DISTRICT:
        return found.filter(district=viewer.district)
    return found.none()


def registration_by_receipt(receipt: str, code: str) -> Registration | None:
    """The registration that a receipt number and its code belong to; open to whoever knows both."""
    found = Registration.objects.filter(receipt=receipt.strip().upper()).first()
    expected = found.code_digest if found is not None else digest("")
    fits = constant_time_compare(digest(code), expected)
    return found if fits else None


def accounts(viewer: Viewer, text: str = "") -> QuerySet[Person]:
    """The accounts, to the security officer: with ``second_factor`` and ``sessions``; ``text`` in name or username."""
    if viewer.role != Role.SECURITY_OFFICER:
        return Person.objects.none()
    found = Person.objects.annotate(
        second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=TYPES)),
        sessions=Count("usersession", distinct=True),
    ).order_by("username")
    if text.strip():
        found = found.filter(Q(name__icontains=text.strip()) | Q(username__icontains=text.strip()))
    return found


def account(viewer: Viewer, pk: int) -> Person | None:
    """One account, to the security officer."""
    return accounts(viewer).filter(pk=pk).first()


def sign_ins(viewer: Viewer, person: int | None = None) -> QuerySet[Entry]:
    """What the journal tells of signing in and out, the latest first: to security officer and auditor."""
    if viewer.role not in {Role.SECURITY_OFFICER, Role.AUDITOR}:
        return Entry.objects.none()
    found = Entry.objects.filter(act__in=SIGN_IN_ACTS).order_by("-sequence")
    if person is not None:
        found = found.filter(Q(person=person) | Q(subject_kind="people.person", subject=str(person)))
    return found


def own_sessions(viewer: Viewer) -> QuerySet[UserSession]:
    """The sessions of whoever asks, the latest first."""
    found: QuerySet[UserSession] = UserSession.objects.filter(user=viewer.person)
    return found.order_by("-created_at")


def sessions_of(viewer: Viewer, person: Person) -> QuerySet[UserSession]:
    """The sessions of somebody else, to the security officer."""
    found: QuerySet[UserSession] = UserSession.objects.filter(user=person).order_by("-created_at")
    return found if viewer.role == Role.SECURITY_OFFICER else found.none()
