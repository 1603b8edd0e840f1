"""The chain: what a digest covers, which algorithm computes it, and where a chain is broken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zongbu.desk.kernel.journal.models import Entry

Algorithm = Callable[[bytes], str]

ALGORITHMS: dict[str, Algorithm] = {"sha256": lambda content: hashlib.sha256(content).hexdigest()}
"""Name → digest in hexadecimal. SM3 (GB/T 32905) joins where the machine's OpenSSL knows it."""
if "sm3" in hashlib.algorithms_available:
    ALGORITHMS["sm3"] = lambda content: hashlib.new("sm3", content).hexdigest()

COVERED = (
    "sequence", "moment", "act", "person", "person_name", "role", "organisation", "organisation_name", "subject_kind",
    "subject", "subject_name", "case", "reason", "before", "after", "address", "algorithm", "previous",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold: at which sequence number, and what is wrong."""

    sequence: int
    what: str


def digest(entry: Entry) -> str:
    """The digest of an entry: of all its fields but the digest itself, the previous digest among them."""
    content = {name: _plain(getattr(entry, name)) for name in COVERED}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ALGORITHMS[entry.algorithm](text.encode())


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def first_break(entries: Iterable[Entry], end: tuple[int, str]) -> Break | None:
    """The first altered, missing or reordered entry; ``end`` is the sequence and digest that the head remembers."""
    sequence, previous = 0, ""
    for entry in entries:
        for fault in _faults(entry, sequence, previous):
            return Break(sequence + 1, fault)
        sequence, previous = entry.sequence, entry.digest
    if (sequence, previous) != end:
        return Break(sequence + 1, f"the chain ends at {sequence}, its head remembers {end[0]}")
    return None


def _faults(entry: Entry, sequence: int, previous: str) -> Iterator[str]:
    if entry.sequence != sequence + 1:
        yield f"entry {sequence + 1} is missing; {entry.sequence} follows {sequence}"
    if entry.previous != previous:
        yield f"entry {entry.sequence} does not hang on the one before it"
    if entry.algorithm not in ALGORITHMS:
        yield f"entry {entry.sequence} uses {entry.algorithm}, which this machine does not know"
    elif digest(entry) != entry.digest:
        yield f"entry {entry.sequence} has been altered"
