"""Sessions in the database that are written when something changes, and now and then while they are in use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

PARTS = 30
"""A session in use is prolonged each time that this part of its age has passed: of half an hour a minute.

Writing it with every page would have every page wait for a lock, on SQLite the only one that there is. What one does
without touching the service ends the session at most that part earlier, never later.
"""


class SessionStore(db.SessionStore):
    """Django's own, which prolongs itself."""

    def load(self) -> dict[str, Any]:
        """What is kept; a session that has not been prolonged for a while is as good as changed."""
        found = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs leave it out
        if found is None:
            return {}
        age = timedelta(seconds=self.get_session_cookie_age())
        if found.expire_date - timezone.now() < age - age / PARTS:
            self.modified = True
        kept: dict[str, Any] = self.decode(found.session_data)
        return kept
