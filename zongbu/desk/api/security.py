"""Who asks by token, what the token may be used for, and how often."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
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
        found = queries.holder(token, request.META.get("REMOTE_ADDR", ""))
        if found is None:
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


class Throttle(BaseThrottle):
    """So many requests a minute: per token as it says, otherwise per address. Counted in each web process."""

    _sent: dict[str, deque[float]] = {}
    _lock = Lock()

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: HttpRequest) -> bool:
        held = getattr(request, "auth", None)
        if isinstance(held, Token):
            name, limit = f"token {held.pk}", held.per_minute
        else:
            name, limit = f"address {request.META.get('REMOTE_ADDR', '')}", PUBLIC_PER_MINUTE
        now = time.monotonic()
        with self._lock:
            if len(self._sent) > 10_000:  # addresses that asked long ago
                for old in [key for key, times in self._sent.items() if not times or times[-1] < now - _WINDOW]:
                    del self._sent[old]
            times = self._sent.setdefault(name, deque())
            while times and times[0] <= now - _WINDOW:
                times.popleft()
            if len(times) >= limit:
                self._wait = times[0] + _WINDOW - now
                return False
            times.append(now)
        return True

    def wait(self) -> float | None:
        return self._wait

    @classmethod
    def forget(cls) -> None:
        """Start counting anew."""
        with cls._lock:
            cls._sent.clear()
