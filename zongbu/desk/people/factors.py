"""Second factors: who has one, and that guessing at codes leads to the same lock-out as guessing at passwords."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zongbu.desk.people.lockout import MINUTES, locked_out
from zongbu.desk.people.models import Person

TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def factors_of(person: Person) -> QuerySet[Authenticator]:
    """The second factors of a person, recovery codes not among them."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=TYPES)
    return found.order_by("created_at")


def has_factor(person: Person) -> bool:
    """Whether a person holds a second factor."""
    return factors_of(person).exists()


class _Guarded:
    """No code is looked at, not even the right one, while its owner is locked out."""

    user: Person

    def clean_code(self) -> str:
        if locked_out(context.request, self.user.username):
            raise ValidationError(_("失败次数过多，已锁定 %(minutes)d 分钟。") % {"minutes": MINUTES})
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class FactorForm(_Guarded, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class FactorAgainForm(_Guarded, ReauthenticateForm):  # type: ignore[misc]
    """The question before something sensitive is done."""
