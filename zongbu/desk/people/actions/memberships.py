"""Changing and ending memberships, and choosing the one in which to act."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import READ_ONLY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.actions.invitations import may_administer
from zongbu.desk.people.models import Membership, Organisation
from zongbu.desk.people.rules import fail_if_last, fail_if_role_does_not_fit, fail_if_roles_exclude


def change_membership(
    viewer: Viewer, membership: Membership, *, role: str, administers: bool, expires: date | None, reason: str
) -> Membership:
    """Give a member another role, make them administer or not, set the last day of the membership.

    Raises:
        PermissionDenied: the viewer does not look after this organisation.
        Refused: one's own membership, a role that does not fit or is excluded, the last administrator, no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, membership, reason)
        if locked.person_id == viewer.person:
            raise Refused(_("不能更改自己的角色和权限，请由另一位管理员办理。"))
        fail_if_role_does_not_fit(locked.organisation, role)
        fail_if_roles_exclude(locked.person, role, beside=locked)
        if role in READ_ONLY and administers:
            raise Refused(_("审计员只查看，不能管理成员。"))
        if expires is not None and expires < timezone.localdate():
            raise Refused(_("到期日已经过去；要立即终止，请使用“终止资格”。"))
        if (locked.administers and not administers) or locked.role != role:
            _fail_if_last_would_go(locked, role, administers)
        before = _told(locked)
        locked.role, locked.administers, locked.expires = role, administers, expires
        locked.full_clean()
        locked.save(update_fields=["role", "administers", "expires"])
        journal.record("people.change_membership", viewer, locked, reason=reason, before=before, after=_told(locked))
    return locked


def end_membership(viewer: Viewer, membership: Membership, *, reason: str) -> Membership:
    """End a membership at once. One's own may be given up too, as long as another administrator remains.

    Raises:
        PermissionDenied: the viewer does not look after this organisation.
        Refused: the last administrator, or no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, membership, reason)
        fail_if_last(locked)
        locked.ended_at = timezone.now()
        locked.save(update_fields=["ended_at"])
        journal.record("people.end_membership", viewer, locked, reason=reason, before=_told(locked))
    return locked


def act_as(viewer: Viewer, pk: int) -> Membership:
    """Choose in which of one's valid memberships to act; the caller keeps the choice in the session.

    Raises:
        PermissionDenied: it is not one's own, or not valid today.
    """
    with transaction.atomic():
        membership = (
            Membership.objects.select_related("organisation", "person").filter(pk=pk, person=viewer.person).first()
        )
        if (
            viewer.person is None
            or membership is None
            or not membership.valid_on(timezone.localdate())
            or not membership.organisation.active
        ):
            raise PermissionDenied
        if membership.pk != viewer.membership:
            journal.record(
                "people.act_as",
                viewer,
                membership,
                before={"membership": viewer.membership},
                after={"membership": membership.pk},
            )
    return membership


def _locked(viewer: Viewer, membership: Membership, reason: str) -> Membership:
    """The membership, locked together with its organisation, after the checks that all acts share."""
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    if not may_administer(viewer, organisation):
        raise PermissionDenied
    locked = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .get(pk=membership.pk)
    )
    if locked.ended_at is not None:
        raise Refused(_("这个成员资格已经终止。"))
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    return locked


def _fail_if_last_would_go(membership: Membership, role: str, administers: bool) -> None:
    """Refuse what would leave the organisation, or the service, without an administrator."""
    gone = Membership(
        pk=membership.pk,
        person=membership.person,
        organisation=membership.organisation,
        role=membership.role if membership.role != role else "",
        administers=membership.administers and not administers,
    )
    fail_if_last(gone)


def _told(membership: Membership) -> dict[str, object]:
    return {
        "role": membership.role,
        "administers": membership.administers,
        "expires": membership.expires.isoformat() if membership.expires else None,
    }
