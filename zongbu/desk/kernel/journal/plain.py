"""Values as the journal keeps them: what goes in comes out of either database as the very same text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

_NOT_TEXT = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Characters that a database refuses: NUL and lone surrogates."""


def text(value: object, longest: int | None = None) -> str:
    """Text that every database stores unchanged, cut to so many characters."""
    return str(value).translate(_NOT_TEXT)[:longest]


def plain(value: Any) -> Any:
    """A value as JSON that reads back unchanged: numbers with a fraction as text, dates as ISO 8601.

    Binary floats would come back different (PostgreSQL keeps ``1e22`` as a whole number), so they are text, too.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case int():
            return int(value)
        case str() | Promise():
            return text(value)
        case datetime():
            return moment(value) if value.tzinfo else value.isoformat()
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {text(plain(name)): plain(content) for name, content in value.items()}
        case set() | frozenset():
            return sorted((plain(one) for one in value), key=str)
        case list() | tuple():
            return [plain(one) for one in value]
        case Model():
            return text(value.pk)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return text(value)


def moment(value: datetime) -> str:
    """A moment in UTC to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")
