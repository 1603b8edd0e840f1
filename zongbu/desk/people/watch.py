"""Whatever happens at the entrance is told to the journal: without secrets, without what strangers typed."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.usersessions.models import UserSession
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Person
from zongbu.desk.people.viewers import address_of, viewer_of

STRANGER = "(unknown)"
"""Instead of a name that belongs to nobody: it might be a password typed into the wrong field."""


def _record(act: str, request: HttpRequest | None, person: Person | None = None, **told: Any) -> None:
    """Append an entry about a person, by whoever has signed in; by an unnamed visitor if nobody has."""
    if request is None:
        viewer = Viewer()
    elif getattr(request, "user", None) is not None and hasattr(request, "session"):
        viewer = viewer_of(request)
    else:
        viewer = Viewer(address=address_of(request))
    with transaction.atomic():
        journal.record(act, viewer, person, after=told or None)


def _request() -> HttpRequest | None:
    """The request that is being answered; None outside of one (commands, tests)."""
    request: HttpRequest | None = context.request
    return request


def _known(name: str) -> Person | None:
    return Person.objects.filter(username__iexact=name.strip()).first() if name else None


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Person, **_: Any) -> None:
    done = request.session.get("account_authentication_methods", [])
    methods = [one.get("type") or one.get("provider") or one.get("method") for one in done if isinstance(one, dict)]
    _record("people.sign_in", request, user, methods=methods)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Person | None, **_: Any) -> None:
    if user is not None:
        _record("people.sign_out", request, user)


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if getattr(request, "_factor_failed", False):
        return  # told by ``factor_failed`` already
    person = _known(str(credentials.get("username") or ""))
    locked = bool(getattr(request, "axes_locked_out", False))
    name = person.username if person is not None else STRANGER
    _record("people.sign_in_failed", request, person, username=name, while_locked_out=locked)


@receiver(user_locked_out)
def locked_out(sender: Any, request: HttpRequest, username: str, ip_address: str, **_: Any) -> None:
    if getattr(request, "axes_failures_since_start", None) is None:
        return  # knocking on while locked out: no new lock-out
    person = _known(username)
    name = person.username if person is not None else STRANGER
    _record("people.locked_out", request, person, username=name)


@receiver(mfa.authentication_failed)
def factor_failed(sender: Any, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    """Tell it, and count it like a wrong password, so that guessing at codes ends in the same lock-out."""
    _record("people.factor_failed", request, user, factor=authenticator.type)
    request._factor_failed = True  # type: ignore[attr-defined]
    try:
        user_login_failed.send(__name__, credentials={"username": user.username}, request=request)
    finally:
        request._factor_failed = False  # type: ignore[attr-defined]


@receiver(post_save, sender=Authenticator)
def factor_added(sender: Any, instance: Authenticator, created: bool, **_: Any) -> None:
    """In the same transaction; the library's own signals come only after it, and could be lost."""
    if created and (request := _request()) is not None:
        _record("people.factor_added", request, instance.user, factor=instance.type)


@receiver(pre_delete, sender=Authenticator)
def factor_removed(sender: Any, instance: Authenticator, **_: Any) -> None:
    if (request := _request()) is not None:
        _record("people.factor_removed", request, instance.user, factor=instance.type)


@receiver(account.password_changed)
@receiver(account.password_set)
@receiver(account.password_reset)
def password_changed(sender: Any, request: HttpRequest, user: Person, signal: Any, **_: Any) -> None:
    """The person has chosen a password: nothing is demanded any more."""
    with transaction.atomic():
        if user.must_change_password:
            user.must_change_password = False
            user.save(update_fields=["must_change_password"])
        act = "people.reset_password" if signal is account.password_reset else "people.change_password"
        _record(act, request, user)


@receiver(social.social_account_added)
def sign_on_linked(sender: Any, request: HttpRequest, sociallogin: Any, **_: Any) -> None:
    _record("people.link_sign_on", request, sociallogin.user, provider=sociallogin.account.provider)


@receiver(social.social_account_removed)
def sign_on_unlinked(sender: Any, request: HttpRequest, socialaccount: Any, **_: Any) -> None:
    _record("people.unlink_sign_on", request, socialaccount.user, provider=socialaccount.provider)


@receiver(pre_delete, sender=UserSession)
def other_session_ended(sender: Any, instance: UserSession, **_: Any) -> None:
    """Sessions that somebody ends on the library's page; the acts of this app tell of theirs themselves."""
    request = _request()
    match = getattr(request, "resolver_match", None)
    if request is None or request.method != "POST" or match is None or match.view_name != "usersessions_list":
        return
    if instance.session_key != request.session.session_key:
        _record("people.end_own_session", request, None, address=instance.ip)
