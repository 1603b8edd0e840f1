"""How signing in with django-allauth fits into Zongbu: nobody makes an account for themselves."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.encoding import force_bytes

from zongbu.desk.kernel import journal
from zongbu.desk.people.factors import factors_of
from zongbu.desk.people.models import Person
from zongbu.desk.people.viewers import address_of, viewer_of


def display(person: Person) -> str:
    """How a person is called on allauth's pages."""
    return str(person)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from an invitation or from the registration of an enterprise, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "127.0.0.1"

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who has signed in a moment ago need not say again who they are, to set up a second factor for one."""
        done = get_authentication_records(context.request, context.request.user)
        latest = max((one.get("at", 0) for one in done), default=0)
        if time.time() - latest < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on signs people in who are known already; it makes nobody a member."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the person behind a sign-on that has not been linked yet, or refuse it with a page that says why.

        Known is who has linked the sign-on to the account, or whose e-mail address was proven on both sides: here
        by an invitation sent to it, there by the provider's ``email_verified``. A name alone proves nothing.
        """
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        proven = [one.email for one in sociallogin.email_addresses if one.verified]
        found = {
            address.user_id: address.user
            for email in proven
            for address in EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user")
        }
        if len(found) != 1:
            with transaction.atomic():
                journal.record("people.sign_on_unknown", viewer_of(request), after={"proven_address": bool(proven)})
            raise ImmediateHttpResponse(render(request, "people/sign_on_unknown.html", status=403))
        person = next(iter(found.values()))
        with transaction.atomic():
            sociallogin.connect(request, person)
            journal.record("people.link_sign_on", viewer_of(request), person, after={"by": "proven_address"})


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors; their secrets are kept encrypted, so that a copy of the database does not give them away."""

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where everybody must hold a second factor, the last one is replaced rather than given up."""
        others = factors_of(authenticator.user).exclude(pk=authenticator.pk)
        return not settings.SECOND_FACTOR or others.exists()

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """AES by a key derived from the service's secret; former secrets still decrypt."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str | bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"zongbu second factors").derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)
