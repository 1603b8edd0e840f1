"""What a reader is shown of an assessment: plain records of texts in one language, free of markup.

``outline.py`` fills them; terminal and page only lay them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Tone = Literal["met", "not_met", "undetermined", "plain"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A value as it is shown: sign, word and tone; a reader who sees no colour loses nothing."""

    sign: str
    text: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.sign} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a because-tree.

    ``decisive`` marks the lines without which the result would not be what it is, ``refers_to`` names the
    rule explained elsewhere (in ``results`` or ``supporting``), ``negated`` says that being met is no merit.
    """

    answer: Answer
    text: str
    clause: str
    refers_to: str
    decisive: bool
    children: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule with its answer; ``why`` tells what keeps it undetermined apart from missing facts."""

    identifier: str
    title: str
    answer: Answer
    clause: str
    clause_title: str
    because: Line
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that could still change results; ``decides`` are the titles of those."""

    title: str
    supplier: str
    definition: str
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """One condition that fails; ``share`` (0 to 1) is how much of what is needed is there, if it grows.

    ``ways`` are the ways in of a failed 或, the nearest first; then ``text`` is empty.
    """

    text: str
    clause: str
    share: Fraction | None = None
    ways: tuple[tuple[Short, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What another option of a reading would make different: title, answer now, answer then."""

    option: str
    meaning: str
    results: tuple[tuple[str, Answer, Answer], ...]


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """A reading under which results would differ."""

    title: str
    clause: str
    used: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact or parameter that was used, with where it comes from."""

    title: str
    value: str
    source: str
    clause: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole, ready to be laid out. ``head`` are label and text of the lines under the title."""

    lang: str
    title: str
    enterprise: str
    number: str
    status: str
    head: tuple[tuple[str, str], ...]
    as_of: str
    version: str
    remarks: tuple[str, ...]
    results: tuple[Row, ...]
    supporting: tuple[Row, ...]
    missing: tuple[Gap, ...]
    shortfalls: tuple[tuple[Row, tuple[Short, ...]], ...]
    readings: tuple[ReadingNote, ...]
    facts: tuple[Figure, ...]
    parameters: tuple[Figure, ...]
