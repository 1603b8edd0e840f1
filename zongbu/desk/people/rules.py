"""Which roles go together: with the kind of an organisation, and with each other."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import ENTERPRISE, Role, excludes
from zongbu.desk.people.models import ROLES_OF_KIND, Membership, Organisation, Person


def incompatible(one: Role, other: Role) -> bool:
    """Whether nobody may hold both roles: by ``kernel.roles``, and nobody sits on both sides of the counter."""
    return excludes(one, other) or (one in ENTERPRISE) != (other in ENTERPRISE)


def fail_if_role_does_not_fit(organisation: Organisation, role: str) -> None:
    """Refuse a role that the members of such an organisation cannot have."""
    if role not in ROLES_OF_KIND[organisation.kind]:
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
    return Q(**{f"{path}ended_at": None, f"{path}starts__lte": today}) & (
        Q(**{f"{path}expires": None}) | Q(**{f"{path}expires__gte": today})
    )


def fail_if_last(membership: Membership) -> None:
    """Refuse to take away the last administrator of an organisation, or the last one of the service.

    The organisation has been locked by the caller, so that two who go at once do not both find the other one left.
    """
    others = Membership.objects.filter(in_force(), person__is_active=True).exclude(pk=membership.pk)
    if membership.administers and not others.filter(organisation=membership.organisation, administers=True).exists():
        raise Refused(
            _("%(person)s是“%(organisation)s”最后一位管理员，请先另设一位。")
            % {"person": membership.person, "organisation": membership.organisation}
        )
    if membership.role == Role.ADMINISTRATOR and not others.filter(role=Role.ADMINISTRATOR).exists():
        raise Refused(_("%(person)s是最后一位系统管理员，请先另设一位。") % {"person": membership.person})
