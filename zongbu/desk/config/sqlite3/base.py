"""SQLite lets one transaction write at a time, and whoever comes meanwhile asks again at growing intervals: the longer
somebody has waited, the less often, so that those who come later overtake. Here all ask equally often.
"""

from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base

try:
    import fcntl
except ImportError:  # not on Windows, where SQLite's own waiting remains
    fcntl = None  # type: ignore[assignment]

INTERVAL = 0.003
"""Seconds, on average, between two questions whether it is one's turn."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction holds a lock on a file beside the database from before it begins until after it ends.

    The lock only orders those who wait: SQLite's own keeps the data right, whoever does not take part in this. It goes
    with the process that holds it. After the time-out of the database SQLite is asked in any case, and refuses.
    """

    _turn: int | None = None
    """The file that is locked."""

    def _start_transaction_under_autocommit(self) -> None:
        self._wait()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self._leave()

    def _rollback(self) -> Any:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave()

    def _wait(self) -> None:
        if fcntl is None or self._turn is not None or self.is_in_memory_db():
            return
        name = self.settings_dict["NAME"]
        try:
            self._turn = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # somebody else's file, a full disk: then without a line
            return
        limit = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        while time.monotonic() < limit:
            with suppress(BlockingIOError):
                fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(random.uniform(0.5, 1.5) * INTERVAL)  # noqa: S311 - so that nobody keeps step

    def _leave(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
