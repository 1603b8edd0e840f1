"""Which roles go together: with the kind of an organisation, and with each other; what takes two people to grant."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import ENTERPRISE, FINANCE, KEEPERS, Role, excludes
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership, Organisation, Person

LEADS: Final = frozenset({Role.ENTERPRISE_LEAD, Role.DISTRICT_LEAD, Role.DEPARTMENT_LEAD, Role.CITY_LEAD})
"""The roles that approve what others prepare."""


def rank(role: str) -> int:
    """How high a role stands within its organisation: leads above officers and staff; keepers all alike, and so those
    who pay."""
    return 1 if role in LEADS | KEEPERS | FINANCE else 0


def needs_second(role: str, administers: bool, held: Membership | None = None) -> bool:
    """Whether a second person has to confirm it: a lead's or a keeper's role, that of those who pay, or
    looking after members.

    Who looks after members counts as well: otherwise one person could invent the second one.

    Args:
        held: the membership that would be changed; only what rises above it counts.
    """
    if held is None:
        return rank(role) > 0 or administers
    return (
        rank(role) > rank(held.role)
        or (role in KEEPERS and role != held.role)
        or (administers and not held.administers)
    )


def fail_if_above(viewer: Viewer, organisation: Organisation, role: str) -> None:
    """Refuse a role above the one in which the viewer acts for the same organisation."""
    if organisation.pk == viewer.organisation and rank(role) > rank(viewer.role):
        raise Refused(
            _("%(own)s不能设立%(role)s：不能授予高于自己的角色。")
            % {"own": viewer.role.label, "role": Role(role).label}
        )


def confirmable(viewer: Viewer) -> QuerySet[Membership]:
    """The memberships, new or to rise, that wait for somebody and that the viewer may confirm.

    Nobody confirms what they proposed or what is for themselves. Who may: whoever looks after the members of the
    organisation; the service's administrators; its security officers for the operator's own members, and elsewhere
    where there is no one else.
    """
    found = Membership.objects.filter(Q(confirmed_at=None) | ~Q(next_role=""), ended_at=None, organisation__active=True)
    if viewer.person is None or not viewer.writes:
        return found.none()
    found = found.exclude(person=viewer.person).exclude(proposed_by=viewer.person)
    if viewer.role == Role.ADMINISTRATOR:
        return found
    mine: Q = Q(organisation=viewer.organisation) if viewer.administers else Q(pk__in=())
    if viewer.role == Role.SECURITY_OFFICER:
        others = (
            Membership.objects.filter(in_force(), person__is_active=True, organisation__active=True)
            .filter(Q(role=Role.ADMINISTRATOR) | Q(administers=True, organisation=OuterRef("organisation")))
            .exclude(person=OuterRef("person"))
            .exclude(person=OuterRef("proposed_by"))
        )
        return found.filter(mine | Q(organisation__kind=Organisation.Kind.OPERATOR) | ~Exists(others))
    return found.filter(mine)


def incompatible(one: Role, other: Role) -> bool:
    """Whether nobody may hold both roles: by ``kernel.roles``, and nobody sits on both sides of the counter."""
    return excludes(one, other) or (one in ENTERPRISE) != (other in ENTERPRISE)


def fail_if_role_does_not_fit(organisation: Organisation, role: str) -> None:
    """Refuse a role that the members of such an organisation cannot have."""
    if role not in organisation.roles:
        raise Refused(
            _("“%(kind)s”的成员不能担任“%(role)s”。")
            % {"kind": organisation.get_kind_display(), "role": Role(role).label}
        )


def fail_if_roles_exclude(person: Person, role: str, *, beside: Membership | None = None) -> None:
    """Refuse a role that excludes one which the person holds or is going to hold (``beside`` is left out)."""
    held = (
        Membership.objects.filter(person=person, ended_at=None)
        .filter(Q(expires=None) | Q(expires__gte=timezone.localdate()))
        .exclude(pk=beside.pk if beside is not None else 0)
        .select_related("organisation")
    )
    for one in held:
        if incompatible(Role(role), Role(one.role)):
            raise Refused(
                _("%(person)s已是“%(organisation)s”的%(held)s，不能同时担任%(role)s：两个职责互相排斥。")
                % {
                    "person": person,
                    "organisation": one.organisation,
                    "held": one.get_role_display(),
                    "role": Role(role).label,
                }
            )


def in_force(path: str = "") -> Q:
    """The condition under which a membership is valid today; ``path`` leads to it (``memberships__``)."""
    today = timezone.localdate()
    return Q(**{f"{path}ended_at": None, f"{path}confirmed_at__isnull": False, f"{path}starts__lte": today}) & (
        Q(**{f"{path}expires": None}) | Q(**{f"{path}expires__gte": today})
    )


def hold(membership: Membership) -> Membership:
    """The membership, read anew and locked with all that decides whether it is the last to administer.

    Always in this order, so that two who wait for each other cannot happen: the person, the organisation, then by
    their keys the membership, those that administer the organisation, and those of the service's administrators.
    Belongs in a transaction.
    """
    Person.objects.select_for_update().get(pk=membership.person_id)
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    rows = _hold(
        Q(pk=membership.pk)
        | Q(ended_at=None, organisation=membership.organisation_id, administers=True)
        | Q(ended_at=None, role=Role.ADMINISTRATOR)
    )
    return rows[membership.pk]


def _hold(which: Q) -> dict[int, Membership]:
    """Memberships by key, locked in the order of their keys."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("person", "organisation").filter(which)
    return {one.pk: one for one in rows.order_by("pk")}


def fail_if_last(membership: Membership) -> None:
    """Refuse to take away the last administrator of an organisation, or the last one of the service.

    The caller holds it (``hold``), so that two who go at once do not both find the other one left.
    """
    others = Membership.objects.filter(in_force(), person__is_active=True).exclude(pk=membership.pk)
    if membership.administers and not others.filter(organisation=membership.organisation, administers=True).exists():
        raise Refused(
            _("%(person)s是“%(organisation)s”最后一位管理员，请先另设一位。")
            % {"person": membership.person, "organisation": membership.organisation}
        )
    if (
        membership.role == Role.ADMINISTRATOR
        and not others.filter(role=Role.ADMINISTRATOR, organisation__active=True).exists()
    ):
        raise Refused(_("%(person)s是最后一位系统管理员，请先另设一位。") % {"person": membership.person})


def fail_if_last_keeper(person: Person) -> None:
    """Refuse to put a person's account out of use who is the last administrator of the service.

    Holds the memberships of all of them until the transaction ends; the caller holds the person, which comes first.
    """
    _hold(Q(ended_at=None, role=Role.ADMINISTRATOR))
    keepers = Membership.objects.filter(
        in_force(), role=Role.ADMINISTRATOR, person__is_active=True, organisation__active=True
    )
    if keepers.filter(person=person).exists() and not keepers.exclude(person=person).exists():
        raise Refused(_("%(person)s是最后一位系统管理员，请先另设一位。") % {"person": person})
