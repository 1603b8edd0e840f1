"""The chain: what a digest covers, and where a chain is broken."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy

from zongbu.desk.kernel.journal.algorithms import ALGORITHMS
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.journal.plain import moment

COVERED = (
    "sequence", "moment", "act", "person", "person_name", "role", "organisation", "organisation_name", "subject_kind",
    "subject", "subject_name", "case", "reason", "before", "after", "address", "algorithm", "previous",
)  # fmt: skip
CHUNK = 2000
"""Entries that are held in memory at once when the chain is gone through."""


class Fault(StrEnum):
    """What can be wrong with an entry."""

    ALTERED = "altered"
    REWRITTEN = "rewritten"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    ALGORITHM = "algorithm"
    BEYOND = "beyond"


FAULTS = {
    Fault.ALTERED: gettext_lazy("第%(sequence)s条被改动过：内容与摘要不符"),
    Fault.REWRITTEN: gettext_lazy("第%(sequence)s条连同摘要被改写过：与链上相邻的记录不衔接"),
    Fault.MISSING: gettext_lazy("第%(sequence)s条缺失"),
    Fault.UNREADABLE: gettext_lazy("第%(sequence)s条被改动过：内容已无法读出"),
    Fault.ALGORITHM: gettext_lazy("第%(sequence)s条使用的摘要算法在本机不可用，无法核验"),
    Fault.BEYOND: gettext_lazy("第%(sequence)s条起在链尾之后，不是由系统写入的"),
}


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold: at which sequence number, and what is wrong there."""

    sequence: int
    fault: Fault

    @property
    def what(self) -> str:
        """What is wrong, in a sentence."""
        return str(FAULTS[self.fault]) % {"sequence": self.sequence}


@dataclass(frozen=True, slots=True)
class End:
    """Where the chain ends: the number and digest that its head remembers, and the highest number there is."""

    sequence: int = 0
    digest: str = ""
    highest: int = 0


def digest(entry: Entry) -> str:
    """The digest of an entry: of all its fields but the digest itself, the previous digest among them."""
    content = {name: _plain(getattr(entry, name)) for name in COVERED}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ALGORITHMS[entry.algorithm](text.encode(errors="surrogatepass"))


def _plain(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def first_break(entries: Iterable[Entry | Break], end: End | None, before: Entry | None = None) -> Break | None:
    """The first altered, missing or reordered entry of a chain that is supposed to end at ``end``.

    Takes the entries one by one, so that memory does not grow with the journal. ``entries`` may hold a ``Break`` in
    place of an entry that cannot even be read. For a part of the chain: it hangs on ``before``; without ``end`` it
    goes on.
    """
    suspect: Break | None = None
    for entry in entries:
        if isinstance(entry, Break):
            return suspect or entry
        number = before.sequence + 1 if before is not None else 1
        if entry.sequence != number:
            return suspect or Break(number, Fault.MISSING)
        fault = _fault(entry)
        if suspect is not None:
            # The entry before does not hang on the one before that. If this one still hangs on it, it is genuine,
            # and the other has been rewritten together with its digest.
            genuine = fault is None and before is not None and entry.previous == before.digest
            return suspect if genuine else Break(number - 1, Fault.REWRITTEN)
        if fault is not None:
            return Break(number, fault)
        if entry.previous != (before.digest if before is not None else ""):
            if before is None:
                return Break(number, Fault.REWRITTEN)
            suspect = Break(number - 1, Fault.REWRITTEN)
        before = entry
    return _at_the_end(before, suspect, end) if end is not None else suspect


def _at_the_end(last: Entry | None, suspect: Break | None, end: End) -> Break | None:
    sequence, text = (last.sequence, last.digest) if last is not None else (0, "")
    if suspect is not None:
        return suspect if (sequence, text) == (end.sequence, end.digest) else Break(sequence, Fault.REWRITTEN)
    if sequence < end.sequence:
        return Break(sequence + 1, Fault.MISSING)
    if text != end.digest:
        return Break(max(sequence, 1), Fault.REWRITTEN)
    return Break(sequence + 1, Fault.BEYOND) if end.highest > sequence else None


def _fault(entry: Entry) -> Fault | None:
    """What is wrong with an entry by itself."""
    if entry.algorithm not in ALGORITHMS:
        return Fault.ALGORITHM
    try:
        intact = digest(entry) == entry.digest
    except (TypeError, ValueError, AttributeError):  # a value of a kind that was never written
        intact = False
    return None if intact else Fault.ALTERED


def where_it_ends() -> End:
    """The head of the chain and the highest entry, of one and the same moment (one statement)."""
    from django.db.models import Max, Subquery
    from django.db.models.functions import Coalesce

    from zongbu.desk.kernel.journal.models import Head

    highest = Entry.objects.order_by("-sequence").values("sequence")[:1]
    found = Head.objects.filter(pk=1).annotate(highest=Coalesce(Subquery(highest), 0))
    row = found.values_list("sequence", "digest", "highest").first()
    if row is None:
        return End(highest=Entry.objects.aggregate(highest=Max("sequence"))["highest"] or 0)
    return End(*row)


def stored(until: int, after: int = 0) -> Iterator[Entry | Break]:
    """The entries in order, up to a number and from behind another, ``CHUNK`` at a time."""
    size = CHUNK
    while True:
        wanted = Entry.objects.filter(sequence__gt=after, sequence__lte=until).order_by("sequence")
        try:
            chunk = list(wanted[:size])
        except (ValueError, TypeError, ArithmeticError):
            # One of them holds what no entry ever held (no date, no JSON): look for it one by one.
            if size == 1:
                number = wanted.values_list("sequence", flat=True)[0]
                yield Break(number, Fault.UNREADABLE)
                return
            size = 1
            continue
        yield from chunk
        if len(chunk) < size:
            return
        after = chunk[-1].sequence


def against(known: tuple[int, str]) -> Break | None:
    """Whether an entry is still the one whose number and digest were noted down elsewhere."""
    there = Entry.objects.filter(sequence=known[0]).values_list("digest", flat=True).first()
    if there == known[1]:
        return None
    return Break(known[0], Fault.MISSING if there is None else Fault.REWRITTEN)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the chain has been gone through: up to which entry of how many, and what was found."""

    reached: int
    end: End
    found: Break | None
    finished: bool


def go_on(after: int, seconds: float) -> Progress:
    """Go through the chain from behind an entry that was found intact, for about so many seconds."""
    before = Entry.objects.filter(sequence=after).first() if after else None
    end, until = where_it_ends(), time.monotonic() + seconds
    if after and before is None:
        return Progress(after, end, Break(after, Fault.MISSING), True)
    last, all_seen = before, False

    def in_time() -> Iterator[Entry | Break]:
        nonlocal last, all_seen
        for entry in stored(end.sequence, after):
            yield entry
            if isinstance(entry, Entry):
                last = entry
                if entry.sequence % CHUNK == 0 and time.monotonic() > until:
                    return
        all_seen = True

    found = first_break(in_time(), None, before)
    if all_seen:
        found = _at_the_end(last, found, end)
    return Progress(last.sequence if last is not None else 0, end, found, all_seen or found is not None)
