"""Inviting people into an organisation, and accepting an invitation."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import READ_ONLY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.mails import send_invitation
from zongbu.desk.people.models import Invitation, Membership, Organisation, Person
from zongbu.desk.people.rules import fail_if_above, fail_if_role_does_not_fit, fail_if_roles_exclude, needs_second

INVITATION_DAYS: Final = 7
"""How long the link of an invitation works."""
_SALT: Final = "people.invitation"


def may_administer(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether the viewer looks after the members of an organisation: its own administrators, and the service's."""
    if viewer.role in READ_ONLY:
        # Auditors look after nobody: they are appointed by the administrators of the organisation that runs this.
        return False
    return viewer.may(Role.ADMINISTRATOR) or (viewer.administers and viewer.organisation == organisation.pk)


def invite(
    viewer: Viewer,
    organisation: Organisation,
    *,
    role: str,
    name: str,
    email: str = "",
    administers: bool = False,
    membership_expires: date | None = None,
    site: str = "",
) -> Invitation:
    """Offer a membership. With an e-mail address the link goes there alone; without, ``link_of`` gives it.

    What gives much (``rules.needs_second``) is confirmed by somebody else once it has been accepted.

    Args:
        membership_expires: last day of the membership, None for no end.
        site: scheme and host that begin the link in the mail (``https://zongbu.example``).

    Raises:
        PermissionDenied: the viewer does not look after this organisation.
        Refused: the role does not fit it or stands above one's own, the service's administrator would appoint
            somebody who administers nothing in a foreign organisation, the end has passed, or the organisation is
            out of service.
    """
    if not may_administer(viewer, organisation) or viewer.person is None:
        raise PermissionDenied
    fail_if_role_does_not_fit(organisation, role)
    fail_if_above(viewer, organisation, role)
    _fail_if_foreign(viewer, organisation, administers)
    if not organisation.active:
        raise Refused(_("“%(organisation)s”已停用。") % {"organisation": organisation})
    if membership_expires is not None and membership_expires < timezone.localdate():
        raise Refused(_("成员资格的到期日已经过去。"))
    if role in READ_ONLY and administers:
        raise Refused(_("审计员只查看，不能管理成员。"))
    with transaction.atomic():
        made = Invitation(
            organisation=organisation,
            role=role,
            administers=administers,
            name=name.strip(),
            email=email.strip(),
            membership_expires=membership_expires,
            nonce=secrets.token_urlsafe(32),
            invited_by_id=viewer.person,
            expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
        )
        made.full_clean(validate_unique=False)
        made.save(force_insert=True)
        journal.record("people.invite", viewer, made, after=_told(made))
        send_invitation(made, site + link_of(made))
    return made


def renew_invitation(viewer: Viewer, invitation: Invitation, *, site: str = "") -> Invitation:
    """Make a new link, valid as long as a fresh one; the former link stops working.

    Whoever renews an invitation has its link, and so counts as the one who invited.

    Raises:
        PermissionDenied: the viewer does not look after the organisation.
        Refused: it was accepted or withdrawn, or the role stands above one's own.
    """
    with transaction.atomic():
        locked = _locked(invitation.pk)
        if not may_administer(viewer, locked.organisation) or viewer.person is None:
            raise PermissionDenied
        _fail_if_settled(locked)
        fail_if_above(viewer, locked.organisation, locked.role)
        _fail_if_foreign(viewer, locked.organisation, locked.administers)
        locked.nonce, locked.invited_by_id = secrets.token_urlsafe(32), viewer.person
        locked.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
        locked.save(update_fields=["nonce", "invited_by", "expires_at"])
        journal.record("people.renew_invitation", viewer, locked, after=_told(locked))
        send_invitation(locked, site + link_of(locked))
    return locked


def withdraw_invitation(viewer: Viewer, invitation: Invitation) -> None:
    """Take an invitation back.

    Raises:
        PermissionDenied: the viewer does not look after the organisation. Refused: it was accepted or withdrawn.
    """
    with transaction.atomic():
        locked = _locked(invitation.pk)
        if not may_administer(viewer, locked.organisation):
            raise PermissionDenied
        _fail_if_settled(locked)
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        journal.record("people.withdraw_invitation", viewer, locked)


def link_of(invitation: Invitation) -> str:
    """The path of the page on which the invitation is accepted; whoever holds it can accept."""
    return reverse("people:accept", args=[signing.dumps(invitation.nonce, salt=_SALT)])


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link belongs to; None if the link was forged or has been replaced."""
    try:
        nonce = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "invited_by").filter(nonce=nonce).first()


def accept(viewer: Viewer, token: str) -> Membership:
    """Accept an invitation as the person who has signed in.

    Raises:
        PermissionDenied: nobody has signed in.
        Refused: the link is void, was used or has expired; one's own invitation; roles that exclude each other.
    """
    if viewer.person is None:
        raise PermissionDenied
    with transaction.atomic():
        invitation = _open(token)
        person = Person.objects.select_for_update().get(pk=viewer.person)
        return _join(invitation, person, viewer)


def accept_as_new(token: str, *, username: str, password: str, name: str, address: str = "") -> Membership:
    """Accept an invitation as somebody who has no account yet: makes the account.

    Raises:
        Refused: as ``accept``. ValidationError: the username is taken or unfit, the password against the policy.
    """
    with transaction.atomic():
        invitation = _open(token)
        person = Person(username=username.strip(), name=name.strip(), email=invitation.email)
        person.full_clean(exclude=["password"])
        validate_password(password, person)
        person.set_password(password)
        person.save(force_insert=True)
        viewer = Viewer(person=person.pk, name=str(person), address=address)
        journal.record("people.create_account", viewer, person, after={"username": person.username})
        return _join(invitation, person, viewer)


def _join(invitation: Invitation, person: Person, viewer: Viewer) -> Membership:
    if invitation.invited_by_id == person.pk:
        raise Refused(_("不能接受自己发出的邀请。"))
    organisation = Organisation.objects.select_for_update().get(pk=invitation.organisation_id)
    if not organisation.active:
        raise Refused(_("“%(organisation)s”已停用。") % {"organisation": organisation})
    fail_if_roles_exclude(person, invitation.role)
    if Membership.objects.filter(
        person=person, organisation=organisation, role=invitation.role, ended_at=None
    ).exists():
        raise Refused(_("您已是“%(organisation)s”的成员，角色相同。") % {"organisation": organisation})
    membership = Membership(
        person=person,
        organisation=organisation,
        role=invitation.role,
        administers=invitation.administers,
        expires=invitation.membership_expires,
    )
    if needs_second(membership.role, membership.administers):
        membership.confirmed_at = None
        membership.proposed_at, membership.proposed_by_id = timezone.now(), invitation.invited_by_id
    membership.full_clean()
    membership.save(force_insert=True)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if invitation.email:  # the link went there and nowhere else, so the address is proven
        _prove(person, invitation.email)
    journal.record(
        "people.accept_invitation",
        viewer,
        membership,
        after={
            "role": membership.role,
            "administers": membership.administers,
            "organisation": organisation.pk,
            "waits": membership.waits,
        },
    )
    return membership


def _prove(person: Person, email: str) -> None:
    """Note an address as proven, unless somebody else proved it before."""
    if EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user=person).exists():
        return
    primary = not EmailAddress.objects.filter(user=person, primary=True).exists()
    EmailAddress.objects.update_or_create(
        user=person,
        email=email.lower(),
        defaults={"verified": True},
        create_defaults={"verified": True, "primary": primary},
    )


def _open(token: str) -> Invitation:
    found = invitation_of(token)
    if found is None:
        raise Refused(_("这个邀请链接无效，或已被新的链接取代。请向邀请您的人索取新的链接。"))
    locked = _locked(found.pk)
    if locked.nonce != found.nonce:
        raise Refused(_("这个邀请链接无效，或已被新的链接取代。请向邀请您的人索取新的链接。"))
    _fail_if_settled(locked)
    if timezone.now() >= locked.expires_at:
        raise Refused(_("邀请已过期。请向邀请您的人索取新的链接。"))
    return locked


def _locked(pk: int) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)


def _fail_if_foreign(viewer: Viewer, organisation: Organisation, administers: bool) -> None:
    if organisation.pk != viewer.organisation and not administers:
        raise Refused(_("系统管理员只为其他组织设立管理员，其余成员由该组织的管理员邀请。"))


def _fail_if_settled(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise Refused(_("邀请已被接受，链接只能使用一次。"))
    if invitation.withdrawn_at is not None:
        raise Refused(_("邀请已被撤回。"))


def _told(invitation: Invitation) -> dict[str, object]:
    return {
        "organisation": invitation.organisation_id,
        "role": invitation.role,
        "administers": invitation.administers,
        "membership_expires": invitation.membership_expires.isoformat() if invitation.membership_expires else None,
        "by_mail": bool(invitation.email),
    }
