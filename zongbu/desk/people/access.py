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
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from zongbu.desk.kernel.roles import SIGNED_IN, Role
from zongbu.desk.people.viewers import viewer_of


@dataclass(frozen=True, slots=True)
class Access:
    """The roles that may ask for a route at all."""

    roles: frozenset[Role]

    def allows(self, role: Role) -> bool:
        return role in self.roles


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
        access = routes().get(request.resolver_match.view_name)
        viewer = request.viewer  # type: ignore[attr-defined]
        if access is None:
            raise PermissionDenied("undeclared route")
        if access.allows(viewer.role):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        raise PermissionDenied
