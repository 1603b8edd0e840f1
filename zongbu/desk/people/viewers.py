"""From a request to the viewer: who has signed in, and for which organisation they act at present."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership, Organisation, Person

ACTING = "acting_membership"
"""Session key: the membership in which a person with several chose to act."""

OF_DISTRICTS = frozenset({Organisation.Kind.DISTRICT_OFFICE, Organisation.Kind.FINANCE})
"""The kinds of organisations whose people act for a district; the city's finance bureau has none."""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; empty if unknown.

    Behind a proxy of ours (``BEHIND_PROXY``) it is the last address in X-Forwarded-For: the one that the proxy saw
    and added itself. Whatever stands before it the sender may have made up.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
        if forwarded:
            return forwarded[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def memberships_of(person: Person) -> QuerySet[Membership]:
    """The memberships in which a person may act today, the first being the usual one."""
    today = timezone.localdate()
    return (
        Membership.objects.filter(person=person, ended_at=None, starts__lte=today, organisation__active=True)
        .filter(confirmed_at__isnull=False)
        .filter(Q(expires=None) | Q(expires__gte=today))
        .select_related("organisation")
        .order_by("pk")
    )


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks. Somebody who has signed in without a valid membership is treated as the public."""
    address = address_of(request)
    if not request.user.is_authenticated:
        return Viewer(address=address)
    memberships = list(memberships_of(request.user))
    request.memberships = memberships  # type: ignore[attr-defined]  # the page offers to switch among them
    chosen = request.session.get(ACTING)
    membership = next((one for one in memberships if one.pk == chosen), memberships[0] if memberships else None)
    if membership is None:
        return Viewer(person=request.user.pk, name=str(request.user), address=address)
    return viewer_as(membership, request.user, address)


def viewer_as(membership: Membership, person: Person, address: str = "") -> Viewer:
    """The viewer that a membership makes of a person."""
    organisation = membership.organisation
    return Viewer(
        role=Role(membership.role),
        person=person.pk,
        name=str(person),
        membership=membership.pk,
        organisation=organisation.pk,
        organisation_name=organisation.name,
        district=organisation.district if organisation.kind in OF_DISTRICTS else "",
        uscc=organisation.uscc,
        address=address,
        administers=membership.administers,
    )
