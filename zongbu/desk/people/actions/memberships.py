"""Changing and ending memberships, and choosing the one in which to act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import READ_ONLY
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.actions.invitations import may_administer
from zongbu.desk.people.models import Membership
from zongbu.desk.people.rules import (
    confirmable,
    fail_if_above,
    fail_if_last,
    fail_if_role_does_not_fit,
    fail_if_roles_exclude,
    hold,
    needs_second,
)

CHANGED: Final = (
    "role", "administers", "expires", "next_role", "next_administers", "next_expires", "proposed_at", "proposed_by",
    "confirmed_by",
)  # fmt: skip
"""What changing a membership, or proposing to, may write."""


def change_membership(
    viewer: Viewer, membership: Membership, *, role: str, administers: bool, expires: date | None, reason: str
) -> Membership:
    """Give a member another role, make them administer or not, set the last day of the membership.

    A rise (``rules.needs_second``) is only proposed: the membership stays as it is until somebody else confirms. What
    had been proposed before is dropped.

    Raises:
        PermissionDenied: the viewer does not look after this organisation.
        Refused: one's own membership, one that waits to be confirmed, a role that does not fit, is excluded or stands
            above one's own, the last administrator, no reason.
    """
    if viewer.person is None:
        raise PermissionDenied
    with transaction.atomic():
        locked = _locked(viewer, membership, reason)
        if locked.person_id == viewer.person:
            raise Refused(_("不能更改自己的角色和权限，请由另一位管理员办理。"))
        if locked.confirmed_at is None:
            raise Refused(_("这个成员资格还没有确认，不能更改；需要更改时请终止后重新邀请。"))
        fail_if_role_does_not_fit(locked.organisation, role)
        fail_if_roles_exclude(locked.person, role, beside=locked)
        if role in READ_ONLY and administers:
            raise Refused(_("审计员只查看，不能管理成员。"))
        if expires is not None and expires < timezone.localdate():
            raise Refused(_("到期日已经过去；要立即终止，请使用“终止资格”。"))
        if (locked.administers and not administers) or locked.role != role:
            _fail_if_last_would_go(locked, role, administers)
        before = _told(locked)
        if needs_second(role, administers, locked):
            fail_if_above(viewer, locked.organisation, role)
            locked.next_role, locked.next_administers, locked.next_expires = role, administers, expires
            locked.proposed_at, locked.proposed_by_id, locked.confirmed_by = timezone.now(), viewer.person, None
            after = {"role": role, "administers": administers, "expires": expires.isoformat() if expires else None}
            act = "people.propose_change"
        else:
            locked.role, locked.administers, locked.expires = role, administers, expires
            _drop_proposal(locked)
            act, after = "people.change_membership", _told(locked)
        locked.full_clean()
        locked.save(update_fields=CHANGED)
        journal.record(act, viewer, locked, reason=reason, before=before, after=after)
    return locked


def confirm_membership(viewer: Viewer, membership: Membership, *, seen: datetime | None = None) -> Membership:
    """Confirm, as the second person, a new membership or a rise: from now on it holds.

    Args:
        seen: ``proposed_at`` of what the viewer had before their eyes; refused if something else waits by now.

    Raises:
        PermissionDenied: the viewer is nobody who may confirm this.
        Refused: nothing waits any more, one's own proposal or membership, roles that exclude each other, the last
            administrator would go, the organisation is out of service.
    """
    with transaction.atomic():
        locked = _waiting(viewer, membership, seen)
        role, administers, expires = locked.proposed
        fail_if_role_does_not_fit(locked.organisation, role)
        fail_if_roles_exclude(locked.person, role, beside=locked)
        if expires is not None and expires < timezone.localdate():
            raise Refused(_("成员资格的到期日已经过去。"))
        before = _told(locked)
        if locked.confirmed_at is None:
            locked.starts = max(locked.starts, timezone.localdate())
        else:
            _fail_if_last_would_go(locked, role, administers)
        locked.role, locked.administers, locked.expires = role, administers, expires
        _drop_proposal(locked)
        locked.confirmed_at, locked.confirmed_by_id = timezone.now(), viewer.person
        locked.full_clean()
        locked.save(update_fields=[*CHANGED, "starts", "confirmed_at"])
        journal.record("people.confirm_membership", viewer, locked, before=before, after=_told(locked))
    return locked


def decline_membership(
    viewer: Viewer, membership: Membership, *, reason: str, seen: datetime | None = None
) -> Membership:
    """Decline what waits to be confirmed: a new membership ends, one that was to rise goes on as it was.

    Raises:
        PermissionDenied: the viewer is nobody who may confirm this.
        Refused: nothing waits any more, one's own proposal or membership, no reason.
    """
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    with transaction.atomic():
        locked = _waiting(viewer, membership, seen)
        role, administers, _expires = locked.proposed
        if locked.confirmed_at is None:
            locked.ended_at = timezone.now()
        else:
            _drop_proposal(locked)
        locked.save(update_fields=[*CHANGED, "ended_at"])
        journal.record(
            "people.decline_membership",
            viewer,
            locked,
            reason=reason,
            before={"role": role, "administers": administers},
            after=_told(locked),
        )
    return locked


def end_membership(viewer: Viewer, membership: Membership, *, reason: str) -> Membership:
    """End a membership at once. One's own may be given up too, as long as another administrator remains.

    Raises:
        PermissionDenied: the viewer does not look after this organisation.
        Refused: the last administrator, or no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, membership, reason)
        if locked.confirmed_at is not None:
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
    """The membership, locked with all that decides who is the last administrator, after the checks of all acts."""
    locked = hold(membership)
    if not may_administer(viewer, locked.organisation):
        raise PermissionDenied
    if locked.ended_at is not None:
        raise Refused(_("这个成员资格已经终止。"))
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    return locked


def _waiting(viewer: Viewer, membership: Membership, seen: datetime | None) -> Membership:
    """What waits to be confirmed, locked, after the checks that confirming and declining share."""
    locked = hold(membership)
    if not locked.waits:
        raise Refused(_("没有待确认的事项：可能已由他人确认，或已终止。"))
    if viewer.person is not None and viewer.person == locked.proposed_by_id:
        raise Refused(_("不能确认自己提出的事项，请由另一位管理员确认。"))
    if viewer.person == locked.person_id:
        raise Refused(_("不能确认自己的成员资格，请由另一位管理员确认。"))
    if not locked.organisation.active:
        raise Refused(_("“%(organisation)s”已停用。") % {"organisation": locked.organisation})
    if not confirmable(viewer).filter(pk=locked.pk).exists():
        raise PermissionDenied
    if seen is not None and seen != locked.proposed_at:
        raise Refused(_("待确认的内容已经改变，请查看最新情况后再决定。"))
    return locked


def _drop_proposal(membership: Membership) -> None:
    membership.next_role, membership.next_administers, membership.next_expires = "", False, None


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
