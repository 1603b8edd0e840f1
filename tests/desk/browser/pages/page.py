"""What a page is that is looked at."""

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
