"""What waits in recognition for somebody."""

from __future__ import annotations

from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.waiting import Waiting


def waiting(viewer: Viewer) -> list[Waiting]:
    """Few short queries, whoever asks."""
    return []
