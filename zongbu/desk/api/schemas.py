"""The shapes that go in and out. Amounts are strings in yuan with two places, dates are ISO, unknown is null."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints


def _sensible(moment: datetime) -> datetime:
    """A moment that can be told in any time zone.

    Raises:
        ValueError: it lies at the ends of the calendar.
    """
    if not 1990 <= moment.year <= 2100:
        raise ValueError("year must be 1990 to 2100")
    return moment


_NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(max_length=500, pattern=_NO_CONTROL)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Moment = Annotated[datetime, AfterValidator(_sensible)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{15,18}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Value = Text | bool | int | Decimal | None
"""A fact as people or programs write it; numbers are read exactly as they are written, see ``parsing.py``."""


class Given(Schema):
    """What is sent: nothing beyond what is declared."""

    model_config = ConfigDict(extra="forbid")


class PolicyBrief(Schema):
    """A policy: identifier, title, status, content hash, days in force."""

    identifier: str
    title: str
    number: str
    status: str
    version: str
    effective_from: date | None
    effective_until: date | None
    results: list[str]


class RuleOut(Schema):
    identifier: str
    title: str
    kind: str
    type: str
    unit: str
    clause: str


class ParameterOut(Schema):
    identifier: str
    title: str
    clause: str
    value: str | None
    source: str = ""
    demonstration: bool = False


class ReadingOut(Schema):
    identifier: str
    title: str
    clause: str
    default: str
    options: dict[str, str]


class MeasureOut(Schema):
    identifier: str
    title: str
    category: str
    clause: str
    details: dict[str, str]


class ClauseOut(Schema):
    citation: str
    title: str
    text: str


class PolicyOut(PolicyBrief):
    """A policy with its clauses, rules, parameters (as of the day), readings and measures."""

    clauses: list[ClauseOut]
    rules: list[RuleOut]
    parameters: list[ParameterOut]
    readings: list[ReadingOut]
    measures: list[MeasureOut]


class FactOut(Schema):
    """A fact that policies know. ``period`` is ``prior_year`` where it is the value of the year before the day."""

    identifier: str
    title: str
    title_en: str
    type: str
    kind: Literal["declared", "registry", "finding"]
    unit: str
    period: str | None
    choices: dict[str, str]
    definition: str


class AssessIn(Given):
    """What to assess: facts by identifier or Chinese title, under a policy, at a day."""

    policy: Identifier = "hangzhou-2023"
    as_of: Day
    facts: dict[Text, Value] = Field(max_length=300)
    results: list[Text] | None = Field(None, max_length=200)
    readings: dict[Text, Text] = Field(default_factory=dict, max_length=50)
    lang: Literal["zh", "en"] = "zh"


class AssessmentOut(Schema):
    """An assessment; the record that ``zongbu verify`` recomputes."""

    policy: str
    title: str
    version: str
    as_of: date
    lang: str
    remarks: list[str]
    results: dict[str, Any]
    referred: dict[str, Any]
    missing: dict[str, Any]
    shortfalls: dict[str, Any]
    readings: dict[str, Any]
    parameters: dict[str, Any]
    facts: dict[str, Any]


class EnterpriseOut(Schema):
    uscc: str
    name: str
    district: str
    status: str
    updated_at: datetime


class EnterprisePage(Schema):
    """Some enterprises in the order of their codes; ``next`` is the code to go on after, empty at the end."""

    items: list[EnterpriseOut]
    next: str


class EnterpriseIn(Given):
    uscc: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROL)]
    district: Annotated[str, StringConstraints(max_length=20)] = ""
    source: Text = ""


class FactsOut(Schema):
    """What was true of an enterprise on a day, as far as it was known at a moment."""

    uscc: str
    as_of: date
    known_at: datetime | None
    facts: dict[str, str]


class FactsIn(Given):
    """Facts to record. ``source`` names the register (officials); ``year`` is that of facts of a prior year."""

    values: dict[Text, Value] = Field(min_length=1, max_length=300)
    valid_from: Day | None = None
    year: int | None = Field(None, ge=1990, le=2100)
    source: Text = ""
    reason: Text = ""


class RecordedOut(Schema):
    """Whether anything was new."""

    uscc: str
    recorded: bool


class ScreenIn(Given):
    policy: Identifier = "hangzhou-2023"
    as_of: Day
    district: Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")] = ""


class ScreeningOut(Schema):
    """A screening: how far it is, and what came out (``counts`` by result) once it is ``done``."""

    id: int
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    policy: str
    version: str
    as_of: date
    district: str
    enterprises: int
    rejected: int
    demonstration: bool
    counts: dict[str, Any]
    error: str


Receipt = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{8}-[0-9A-Z]{6,8}$")]
Key = Annotated[int, Field(ge=1, le=2**31 - 1)]


class MaterialOut(Schema):
    """A document that a round asks for; ``track`` limits it to one way in (empty: all)."""

    id: int
    title: str
    note: str
    track: str
    required: bool


class RoundOut(Schema):
    """A round of recognition. ``closes`` is the last day on which applications are taken; ``basis`` holds the reason
    of each setting that the policy leaves open."""

    id: int
    title: str
    year: int
    policy: str
    version: str
    stage: str
    as_of: date
    opens: date
    closes: date
    qualifies: str
    tracks: list[str]
    declaration: str
    contact: str
    basis: dict[str, str]
    materials: list[MaterialOut]


class ApplicationBrief(Schema):
    """An application: where it is (``state``), whose turn, until when (null: no term, or the clock stands)."""

    receipt: str
    round: int
    uscc: str
    name: str
    district: str
    track: str
    state: str
    label: str
    turn: str
    due: date | None
    overdue: bool
    submitted_at: datetime | None
    version: int = Field(description="Grows with every act; 0 to departments, who do not see them all.")


class ApplicationPage(Schema):
    """Some applications, the newest first; ``next`` is the number to go on after, 0 at the end."""

    items: list[ApplicationBrief]
    next: int


class CommentOut(Schema):
    """What is to be corrected: a fact, a material (``material:4``) or the whole (empty)."""

    subject: str
    text: str
    answered: str


class HandedOut(Schema):
    """A file that was handed in; ``material`` is null for further ones."""

    material: int | None
    name: str
    sha256: str


class ApplicationOut(ApplicationBrief):
    """An application with what belongs to it. ``lacking`` says what stands in the way of submitting it."""

    contact_name: str
    contact_phone: str
    note: str
    computed: bool | None
    materials: list[HandedOut]
    comments: list[CommentOut]
    lacking: list[str]


class ApplicationIn(Given):
    round: Key


class FillIn(Given):
    """What to change; what is left out stays. ``facts`` are declared for the enterprise, as on its page."""

    track: Annotated[str, StringConstraints(max_length=100, pattern=_NO_CONTROL)] | None = None
    contact_name: Annotated[str, StringConstraints(max_length=60, pattern=_NO_CONTROL)] | None = None
    contact_phone: Annotated[str, StringConstraints(max_length=30, pattern=_NO_CONTROL)] | None = None
    note: Annotated[str, StringConstraints(max_length=2000, pattern=_NO_CONTROL)] | None = None
    facts: dict[Text, Value] = Field(default_factory=dict, max_length=300)
    answers: dict[Text, Text] = Field(default_factory=dict, max_length=100)
    """Subject of a comment → what the enterprise has to say to it."""


class SignIn(Given):
    """The signature under the round's declaration: the name of the token's owner, and the declaration's text."""

    signed_by: Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=_NO_CONTROL)]
    declaration: Annotated[str, StringConstraints(max_length=20000)]
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class WithdrawIn(Given):
    reason: Text = ""
