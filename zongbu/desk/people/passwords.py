"""What a password must be like beyond Django's own rules, and when it has to be replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zongbu.desk.people.models import PastPassword, Person


class VarietyValidator:
    """A password has at least ``kinds`` of the four: capital letters, small letters, digits, other signs."""

    def __init__(self, kinds: int = 3) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: Any = None) -> None:
        found = {
            "capital" if sign.isupper() else "small" if sign.islower() else "digit" if sign.isdigit() else "other"
            for sign in password
        }
        if len(found) < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_lacks_variety")

    def get_help_text(self) -> str:
        return _("密码须含大写字母、小写字母、数字、其他符号中的至少 %(kinds)d 种。") % {"kinds": self.kinds}


class HistoryValidator:
    """A password is none of the ``remembered`` latest ones of the same person, the present one included."""

    def __init__(self, remembered: int = 5) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, Person) or user.pk is None:
            return
        past = user.past_passwords.values_list("password", flat=True)[: self.remembered]
        if any(check_password(password, one) for one in {user.password, *past} if one):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return ngettext(
            "密码不能与最近 %(count)d 次用过的相同。", "密码不能与最近 %(count)d 次用过的相同。", self.remembered
        ) % {"count": self.remembered}

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django once a person with a new password has been saved: remember its hash."""
        if not isinstance(user, Person) or user.pk is None or not user.has_usable_password():
            return
        with transaction.atomic():
            PastPassword.objects.create(person=user, password=user.password)
            kept = user.past_passwords.values_list("pk", flat=True)[: self.remembered]
            user.past_passwords.exclude(pk__in=list(kept)).delete()
            user.password_changed_at = timezone.now()
            Person.objects.filter(pk=user.pk).update(password_changed_at=user.password_changed_at)


def must_change(person: Person) -> bool:
    """Whether the password was given by somebody else, or is older than ``PASSWORD_DAYS`` allows."""
    if not person.has_usable_password():
        return False
    if person.must_change_password:
        return True
    days = settings.PASSWORD_DAYS
    return bool(days) and person.password_changed_at < timezone.now() - timedelta(days=days)
