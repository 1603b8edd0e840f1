"""What pages show of a policy, ready to be laid out: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from zongbu.desk.library.models import EnteredValue, FairCompetitionReview, SuspensionOrder
from zongbu.desk.library.showing.values import Shown


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a restatement; ``label`` is 口径 (how the text is read) or 未明 (left open), or empty."""

    text: SafeString
    label: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A value of a parameter in the policy file, and in which period it applies."""

    value: Shown
    period: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where a figure stands in the official text."""

    figure: str
    found: bool
    citation: str = ""
    line: int | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter with its value today: ``source`` is empty for the policy's own."""

    identifier: str
    title: str
    url: str
    clause: str
    clause_url: str
    kind: str
    value: Shown
    period: str
    source: str
    demonstration: bool
    open: bool
    periods: tuple[PeriodView, ...]
    places: tuple[PlaceView, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule or step in words; ``tree`` is empty where the line says all."""

    identifier: str
    title: str
    url: str
    kind: str
    clause: str
    clause_url: str
    formula: SafeString
    tree: SafeString | str
    published: bool


@dataclass(frozen=True, slots=True)
class OptionView:
    name: str
    meaning: str
    default: bool


@dataclass(frozen=True, slots=True)
class ReadingView:
    identifier: str
    title: str
    clause: str
    clause_url: str
    options: tuple[OptionView, ...]


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure; ``details`` are its free fields as label, text and identifier of the label."""

    identifier: str
    title: str
    url: str
    category: str
    category_code: str
    clause: str
    clause_url: str
    eligible: SafeString
    tree: SafeString | str
    amount: SafeString | str
    counted: bool
    exclusive: SafeString | str
    details: tuple[tuple[str, SafeString], ...]
    review: FairCompetitionReview | None
    suspension: SuspensionOrder | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A name (linked where known) and a value of an example."""

    name: SafeString | str
    value: str
    tone: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class ExampleView:
    title: str
    as_of: date
    facts: tuple[Cell, ...]
    parameters: tuple[Cell, ...]
    readings: tuple[Cell, ...]
    results: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class OfficialView:
    """The article of the official text that a clause restates."""

    text: str
    lines: str
    origin: str
    changed: bool


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with everything that stands under it."""

    citation: str
    title: str
    level: int
    url: str
    anchor: str
    paragraphs: tuple[Paragraph, ...]
    translated: bool
    parameters: tuple[ParameterView, ...]
    rules: tuple[RuleView, ...]
    readings: tuple[ReadingView, ...]
    measures: tuple[MeasureView, ...]
    examples: tuple[ExampleView, ...]
    official: OfficialView | None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ContentView:
    """A line of the contents: what stands under a clause, counted."""

    citation: str
    title: str
    level: int
    url: str
    lead: str
    results: tuple[tuple[str, str], ...]
    parameters: int
    unpublished: int
    readings: int
    measures: int
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Banner:
    """What a reader of a policy must know first."""

    tone: str
    title: str
    text: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entered value in the history of a parameter; ``now`` marks the one that applies today."""

    entry: EnteredValue
    value: Shown
    period: str
    now: bool
    superseded: bool
