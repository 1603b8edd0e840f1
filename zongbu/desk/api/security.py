"""Who asks by token, what the token may be used for, and how often."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock, local
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import Throttled
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from zongbu.desk.api import queries
from zongbu.desk.api.models import Token
from zongbu.desk.api.problems import Failure
from zongbu.desk.api.scopes import Scope
from zongbu.desk.kernel.scope import Viewer

PUBLIC_PER_MINUTE = 60
_WINDOW = 60.0


class Bearer(HttpBearer):
    """``Authorization: Bearer zb_…``; the request then has the token's viewer."""

    openapi_scheme = "bearer"

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        address = request.META.get("REMOTE_ADDR", "")
        if failures.full(address):
            raise Throttled(wait=int(_WINDOW))
        found = queries.holder(token, address)
        if found is None:
            failures.add(address)
            return None
        held, viewer = found
        today = timezone.localdate()
        if held.used_on != today:  # told once a day: a write for every request would cost more than it says
            Token.objects.filter(pk=held.pk).update(used_on=today)
        request.viewer = viewer  # type: ignore[attr-defined]
        return held


bearer = Bearer()


def allowed(request: Any, scope: Scope) -> Viewer:
    """The viewer behind the request's token.

    Raises:
        Failure: the token does not hold the scope (403).
    """
    if scope not in request.auth.scopes:
        raise Failure(403, f"令牌没有“{scope.label}”的范围（{scope}）")
    viewer: Viewer = request.viewer
    return viewer


class Window:
    """Counts what happened within the last minute, by name. In the memory of one web process."""

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self._times: dict[str, deque[float]] = {}
        self._lock = Lock()

    def full(self, name: str) -> bool:
        """Whether as many as allowed have happened already."""
        with self._lock:
            return len(self._recent(name)) >= self.limit

    def add(self, name: str) -> None:
        """One more has happened."""
        with self._lock:
            self._recent(name).append(time.monotonic())

    def take(self, name: str, limit: int) -> float | None:
        """Let one more happen unless ``limit`` have; then the seconds until there is room."""
        with self._lock:
            times = self._recent(name)
            if len(times) >= limit:
                return times[0] + _WINDOW - time.monotonic()
            times.append(time.monotonic())
            return None

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._times.clear()

    def _recent(self, name: str) -> deque[float]:
        since = time.monotonic() - _WINDOW
        if len(self._times) > 10_000:  # names that have not been heard for long
            self._times = {key: times for key, times in self._times.items() if times and times[-1] > since}
        times = self._times.setdefault(name, deque())
        while times and times[0] <= since:
            times.popleft()
        return times


class Throttle(BaseThrottle):
    """So many requests a minute: per token as it says, otherwise per address."""

    requests = Window()
    _told = local()
    """The throttle is shared by all requests; what it says of one belongs to the thread that serves it."""

    def allow_request(self, request: HttpRequest) -> bool:
        held = getattr(request, "auth", None)
        if isinstance(held, Token):
            wait = self.requests.take(f"token {held.pk}", held.per_minute)
        else:
            wait = self.requests.take(f"address {request.META.get('REMOTE_ADDR', '')}", PUBLIC_PER_MINUTE)
        self._told.seconds = wait
        return wait is None

    def wait(self) -> float | None:
        return getattr(self._told, "seconds", None)

    @classmethod
    def forget(cls) -> None:
        """Start counting anew."""
        cls.requests.forget()
        failures.forget()


failures = Window(30)
"""Tokens that were none, by address: after so many within a minute nothing is looked up for a while."""
