"""What has to be settled before anything else: a password of one's own, a second factor."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zongbu.desk.people.factors import has_factor
from zongbu.desk.people.passwords import must_change

ALWAYS: Final = frozenset(
    {"account_logout", "account_reauthenticate", "account_inactive", "set_language", "health", "metrics"}
)
"""Open whatever is demanded: leaving, saying once more who one is, and what is no page of the service."""
PASSWORD: Final = frozenset({"account_change_password", "account_set_password"})
FACTOR: Final = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def demand(request: HttpRequest, route: str) -> HttpResponse | None:
    """Where somebody who has signed in is led before they may go on; None if nothing is demanded of them."""
    person = request.user
    if not person.is_authenticated or route in ALWAYS:
        return None
    if must_change(person):
        if route in PASSWORD:
            return None
        messages.warning(request, _("请先更换密码：现在的密码由他人设定，或已过有效期。"))
        return redirect("account_change_password")
    if settings.SECOND_FACTOR and route not in FACTOR | PASSWORD and not has_factor(person):
        messages.warning(request, _("请先设置第二因素（验证器应用或通行密钥），然后继续。"))
        return redirect("mfa_index")
    return None
