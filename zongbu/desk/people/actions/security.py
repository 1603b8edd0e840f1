"""The security officer's acts on accounts: none of them on one's own, each with a reason, all in the journal."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people import lockout
from zongbu.desk.people.models import Person
from zongbu.desk.people.rules import fail_if_last_keeper


def lock(viewer: Viewer, person: Person, *, reason: str) -> Person:
    """Lock an account: it cannot sign in any more, and its sessions end at once.

    Raises:
        PermissionDenied: the viewer is no security officer.
        Refused: one's own account, no reason, locked already, not yet in use (a registration that waits), or the
            last administrator of the service.
    """
    with transaction.atomic():
        locked = _locked(viewer, person, reason)
        if not locked.is_active:
            raise Refused(_("账号已锁定或尚未启用。"))
        fail_if_last_keeper(locked)
        locked.is_active, locked.locked_at, locked.locked_reason = False, timezone.now(), reason.strip()[:500]
        locked.save(update_fields=["is_active", "locked_at", "locked_reason"])
        ended = _end_sessions(locked)
        journal.record("people.lock", viewer, locked, reason=reason, after={"sessions_ended": ended})
    return locked


def unlock(viewer: Viewer, person: Person, *, reason: str) -> Person:
    """Unlock an account that a security officer had locked, and forget its failed attempts.

    Raises:
        PermissionDenied: the viewer is no security officer. Refused: one's own account, no reason, or not locked.
    """
    with transaction.atomic():
        locked = _locked(viewer, person, reason)
        if locked.locked_at is None:
            raise Refused(_("账号没有被锁定。"))
        before = {"locked_at": locked.locked_at.isoformat(), "locked_reason": locked.locked_reason}
        locked.is_active, locked.locked_at, locked.locked_reason = True, None, ""
        locked.save(update_fields=["is_active", "locked_at", "locked_reason"])
        lockout.lift(locked.username)
        journal.record("people.unlock", viewer, locked, reason=reason, before=before)
    return locked


def lift_lockout(viewer: Viewer, username: str, *, reason: str) -> None:
    """End the lock-out that failed sign-ins under a name have led to.

    Raises:
        PermissionDenied: the viewer is no security officer. Refused: no reason, one's own name, nobody is locked out.
    """
    if not viewer.may(Role.SECURITY_OFFICER):
        raise PermissionDenied
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    with transaction.atomic():
        person = Person.objects.filter(username__iexact=username).first()
        if person is not None and person.pk == viewer.person:
            raise Refused(_("不能处理自己的账号，请由另一位安全管理员办理。"))
        if not lockout.lift(username):
            raise Refused(_("这个账号没有因登录失败被锁定。"))
        journal.record("people.lift_lockout", viewer, person, reason=reason)


def end_sessions(viewer: Viewer, person: Person, *, reason: str) -> int:
    """End all sessions of a person; returns how many there were.

    Raises:
        PermissionDenied: the viewer is no security officer. Refused: one's own account, or no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, person, reason)
        ended = _end_sessions(locked)
        journal.record("people.end_sessions", viewer, locked, reason=reason, after={"sessions_ended": ended})
    return ended


def reset_factors(viewer: Viewer, person: Person, *, reason: str) -> int:
    """Remove all second factors of a person who has lost them, and end the sessions; returns how many there were.

    Raises:
        PermissionDenied: the viewer is no security officer. Refused: one's own account, or no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, person, reason)
        removed = list(Authenticator.objects.filter(user=locked).values_list("type", flat=True))
        Authenticator.objects.filter(user=locked).delete()
        _end_sessions(locked)
        journal.record("people.reset_factors", viewer, locked, reason=reason, before={"factors": removed})
    return len(removed)


def require_new_password(viewer: Viewer, person: Person, *, reason: str) -> Person:
    """Make a person choose a new password at the next sign-in, or at once if they are signed in.

    Raises:
        PermissionDenied: the viewer is no security officer. Refused: one's own account, or no reason.
    """
    with transaction.atomic():
        locked = _locked(viewer, person, reason)
        locked.must_change_password = True
        locked.save(update_fields=["must_change_password"])
        journal.record("people.require_new_password", viewer, locked, reason=reason)
    return locked


def end_own_session(viewer: Viewer, pk: int) -> None:
    """End one of one's own sessions, on another machine perhaps.

    Raises:
        PermissionDenied: it is nobody's or somebody else's.
    """
    with transaction.atomic():
        session = UserSession.objects.filter(pk=pk, user=viewer.person).first() if viewer.person else None
        if session is None:
            raise PermissionDenied
        session.end()
        journal.record("people.end_own_session", viewer, after={"address": session.ip})


def _locked(viewer: Viewer, person: Person, reason: str) -> Person:
    if not viewer.may(Role.SECURITY_OFFICER):
        raise PermissionDenied
    if person.pk == viewer.person:
        raise Refused(_("不能处理自己的账号，请由另一位安全管理员办理。"))
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    return Person.objects.select_for_update().get(pk=person.pk)


def _end_sessions(person: Person) -> int:
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)
