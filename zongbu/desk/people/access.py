"""Which route is open to whom. A route that no app declares is closed to everybody.

Each app keeps its table in ``access.py``: ``ROUTES`` maps the full name of a route (``enterprises:list``) to an
``Access``. The middleware finds out who asks, refuses what the table does not allow and leaves the viewer at
``request.viewer``. Which *objects* are seen beyond that is the business of each app's ``queries.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import module_has_submodule

from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, READ_ONLY, SIGNED_IN, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.continuation import to_sign_in
from zongbu.desk.people.demands import demand
from zongbu.desk.people.viewers import viewer_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask for a route at all.

    Args:
        roles: in which roles; ``Role.PUBLIC`` includes whoever has not signed in.
        person: somebody must have signed in, though not necessarily be a member of anything at present.
        administers: only who looks after the members of their organisation, or of all (the service's administrators).
        entrance: part of signing in; leads back to its beginning whoever comes out of turn.
        own: about nothing but one's own account, so that even those who only read may send forms.
        tokens: the view itself checks tokens and answers 401 or 403 (the API).
    """

    roles: frozenset[Role]
    person: bool = False
    administers: bool = False
    entrance: bool = False
    own: bool = False
    tokens: bool = False

    def allows(self, role: Role) -> bool:
        """Whether the role is among those that may ask, whatever else is required."""
        return role in self.roles

    def admits(self, viewer: Viewer, *, writes: bool = False) -> bool:
        """Whether the viewer may ask; ``writes`` if the request is one that may change something."""
        if self.person and not viewer.signed_in:
            return False
        if self.administers and not (viewer.administers or viewer.role == Role.ADMINISTRATOR):
            return False
        if writes and viewer.signed_in and viewer.role in READ_ONLY and not (self.own or Role.PUBLIC in self.roles):
            return False
        return self.tokens or viewer.role in self.roles


def only(*roles: Role | frozenset[Role]) -> Access:
    """Open to these roles (single ones or sets of them)."""
    found: set[Role] = set()
    for role in roles:
        found |= {role} if isinstance(role, Role) else role
    return Access(frozenset(found))


EVERYBODY = Access(frozenset(Role))
"""Open to the public too."""
MEMBERS = Access(SIGNED_IN)
"""Open to everybody who has signed in and acts in some role."""
OWN = Access(SIGNED_IN, own=True)
"""Open to every member, even those who only read: their own choices (a year, a saved view), no matter of business."""
PERSONS = Access(frozenset(Role), person=True, own=True)
"""Open to everybody who has signed in, a membership or not: one's own account."""
ADMINISTERING = Access(SIGNED_IN - READ_ONLY, administers=True)
"""Open to who looks after the members of their organisation."""
ENTRANCE = Access(frozenset(Role), entrance=True, own=True)
"""The steps of signing in."""
TOKENS = Access(SIGNED_IN, tokens=True)
"""Routes of the API: the view reads the token and answers 401 or 403 by itself."""
CLOSED = Access(frozenset())
"""A route of a library that Zongbu does not use: as if it were not there."""


@cache
def routes() -> Mapping[str, Access]:
    """All declared routes of the project.

    Raises:
        ValueError: two apps declare the same route.
    """
    found: dict[str, Access] = {}
    for app in apps.get_app_configs():
        if not app.name.startswith("zongbu.") or not module_has_submodule(app.module, "access"):
            continue
        declared: Mapping[str, Access] = getattr(import_module(f"{app.name}.access"), "ROUTES", {})
        twice = found.keys() & declared.keys()
        if twice:
            raise ValueError(f"declared twice: {', '.join(sorted(twice))}")
        found |= declared
    return found


class AccessMiddleware:
    """Finds out who asks and closes every route that is not declared to be open to them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = viewer_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: Any) -> HttpResponse | None:
        assert request.resolver_match is not None
        route = request.resolver_match.view_name
        access = routes().get(route)
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if access is None:
            raise PermissionDenied("undeclared route")
        if access == CLOSED:
            raise Http404
        if access.admits(viewer, writes=request.method not in SAFE_METHODS):
            return demand(request, route)
        if not viewer.signed_in:
            return to_sign_in(request)
        if viewer.role == Role.PUBLIC and request.method in SAFE_METHODS:
            return redirect("people:profile")  # signed in, yet a member of nothing: the page says so
        raise PermissionDenied


ROUTES: Mapping[str, Access] = (
    dict.fromkeys(
        (
            "account_login",
            "account_logout",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "openid_connect_login",
            "openid_connect_callback",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
        ),
        ENTRANCE,
    )
    | dict.fromkeys(
        (
            "account_change_password",
            "account_set_password",
            "account_reauthenticate",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "mfa_reauthenticate_webauthn",
            "socialaccount_connections",
            "usersessions_list",
            "people:profile",
            "people:act_as",
            "people:end_session",
            "people:continue",
            "people:discard",
        ),
        PERSONS,
    )
    | dict.fromkeys(
        (
            "account_signup",
            "account_email",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_confirm_login_code",
            "socialaccount_signup",
        ),
        CLOSED,
    )
    | dict.fromkeys(("people:accept", "people:registered", "people:receipt"), EVERYBODY)
    | {
        "people:register": only(Role.PUBLIC, ENTERPRISE),
        "people:members": MEMBERS,
        "people:invite": ADMINISTERING,
        "people:membership": ADMINISTERING,
        "people:end_membership": ADMINISTERING,
        "people:renew_invitation": ADMINISTERING,
        "people:withdraw_invitation": ADMINISTERING,
        "people:confirmations": Access(SIGNED_IN - READ_ONLY),
        "people:confirm_membership": Access(SIGNED_IN - READ_ONLY),
        "people:organisations": only(Role.ADMINISTRATOR, Role.AUDITOR),
        "people:new_organisation": only(Role.ADMINISTRATOR),
        "people:invite_administrator": only(Role.ADMINISTRATOR),
        "people:organisation": only(Role.ADMINISTRATOR, Role.AUDITOR),
        "people:change_organisation": only(Role.ADMINISTRATOR),
        "people:registrations": only(DISTRICT, CITY, Role.AUDITOR),
        "people:registration": only(DISTRICT, CITY, Role.AUDITOR),
        "people:decide_registration": only(DISTRICT, CITY),
        "people:security": only(Role.SECURITY_OFFICER),
        "people:sign_ins": only(Role.SECURITY_OFFICER, Role.AUDITOR),
        "people:account": only(Role.SECURITY_OFFICER),
        "people:account_act": only(Role.SECURITY_OFFICER),
        "people:lift_lockout": only(Role.SECURITY_OFFICER),
    }
)
"""The routes of this app, and those that django-allauth brings."""
