"""When something of a kind was last journalled: whether what was worked out earlier can still be shown."""

from __future__ import annotations

import threading
from collections.abc import Collection

from django.db import connections, router

from zongbu.desk.kernel.journal.models import Entry, Head

FOLLOWED = 1000
"""New entries that are looked at one by one; where there are more, anything may have happened."""

KEPT = 100_000
"""Kinds and persons that are remembered."""


class News:
    """The number of the latest entry of each kind (the name before the dot of its act), whoever acted and by person.

    A process reads what is new since it last asked, one short query.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reached: int | None = None
        self._floor = 0
        self._latest: dict[tuple[str, int | None], int] = {}

    def read(self) -> bool:
        """Take note of what is new. False within a transaction: what it sees may be taken back."""
        if connections[router.db_for_read(Entry)].in_atomic_block:
            return False
        reached = self._reached
        if reached is None:
            self._forget(Head.objects.values_list("sequence", flat=True).first() or 0)
            return True
        found = list(
            Entry.objects.filter(sequence__gt=reached)
            .order_by("sequence")
            .values_list("sequence", "act", "person")[: FOLLOWED + 1]
        )
        if len(found) > FOLLOWED or len(self._latest) > KEPT:
            self._forget(Head.objects.values_list("sequence", flat=True).first() or 0)
            return True
        with self._lock:
            for sequence, act, person in found:
                kind = act.partition(".")[0]
                for key in ((kind, None), ("", None), (kind, person), ("", person)):
                    self._latest[key] = max(sequence, self._latest.get(key, 0))
                self._reached = max(sequence, self._reached or 0)
        return True

    def latest(self, kinds: Collection[str] | None, person: int | None = None) -> int:
        """The number of the latest entry of these kinds (None: of any), of whoever acted or of a person, as far as it
        was read."""
        return max(self._floor, *(self._latest.get((kind, person), 0) for kind in kinds or ("",)))

    def _forget(self, reached: int) -> None:
        with self._lock:
            self._reached = self._floor = reached
            self._latest.clear()


news = News()
"""Those of this process."""
