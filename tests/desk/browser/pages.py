"""The pages that are looked at in a browser. Every app adds its own here.

An address may be a text or a function that makes what the page shows and returns the address; it runs in the process of
the server, with Django ready, and is given the viewer who will look. Import models inside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer

PUBLIC = "public"


@dataclass(frozen=True)
class Page:
    """A page, by name; ``role`` is the value of a ``Role``; ``status`` what the server answers."""

    name: str
    address: str | Callable[[Viewer], str]
    role: str = PUBLIC
    status: int = 200


PAGES = [
    # --- the frame ---------------------------------------------------------------------------------------
    Page("home", "/"),
    Page("home for an enterprise", "/", "enterprise_staff"),
    Page("landing page of an enterprise", "/desk/", "enterprise_lead"),
    Page("landing page of the city office", "/desk/", "city_officer"),
    Page("landing page of a district", "/desk/", "district_lead"),
    Page("landing page of an auditor", "/desk/", "auditor"),
    Page("search without a word", "/search/", "city_officer"),
    Page("search", "/search/?q=总部", "city_officer"),
    Page("not found", "/nothing/here/", status=404),
    Page("not found for an official", "/nothing/here/", "city_officer", status=404),
    # --- signing in --------------------------------------------------------------------------------------
    Page("sign in", "/accounts/login/"),
    Page("sign out", "/accounts/logout/", "enterprise_staff"),
    Page("forgotten password", "/accounts/password/reset/"),
    Page("second factor", "/accounts/2fa/", "city_officer"),
    Page("sessions", "/accounts/sessions/", "city_officer"),
    Page("change of password", "/accounts/password/change/", "enterprise_lead"),
    Page("setting up an authenticator app", "/accounts/2fa/totp/activate/", "city_officer"),
    Page("adding a passkey", "/accounts/2fa/webauthn/add/", "city_officer"),
    Page("passkeys", "/accounts/2fa/webauthn/", "city_officer"),
    Page("who one is, asked again", "/accounts/reauthenticate/", "district_lead"),
    Page("single sign-on", "/accounts/3rdparty/", "city_officer"),
    Page("single sign-on failed", "/accounts/3rdparty/login/error/", status=401),
    Page("single sign-on cancelled", "/accounts/3rdparty/login/cancelled/"),
    Page("reset of a password sent", "/accounts/password/reset/done/"),
    Page("reset of a password by a bad link", "/accounts/password/reset/key/1-bad/"),
]


def names() -> list[str]:
    """The names, each once."""
    found = [page.name for page in PAGES]
    assert len(found) == len(set(found)), "a page is listed twice"
    return found
