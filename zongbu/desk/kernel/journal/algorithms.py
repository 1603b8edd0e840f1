"""The digest algorithms behind the journal: SHA-256 by default, SM3 (GB/T 32905) by choice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings

Algorithm = Callable[[bytes], str]

DEFAULT = "sha256"
ALGORITHMS: dict[str, Algorithm] = {DEFAULT: lambda content: hashlib.sha256(content).hexdigest()}
"""Name → digest in hexadecimal. SM3 is there where the machine's OpenSSL knows it."""
if "sm3" in hashlib.algorithms_available:
    ALGORITHMS["sm3"] = lambda content: hashlib.new("sm3", content).hexdigest()


def chosen() -> str:
    """The algorithm for new entries (setting ``JOURNAL_ALGORITHM``); each entry remembers its own."""
    return str(getattr(settings, "JOURNAL_ALGORITHM", DEFAULT))
