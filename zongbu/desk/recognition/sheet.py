"""The consolidated sheet (汇总表): what the engine, the district and the departments say of each application.

Everything is read for many applications at once: the number of queries does not depend on how many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import showing, values
from zongbu.desk.enterprises.models import FactRecord, Source
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.clock import Deadline
from zongbu.desk.kernel.language import language
from zongbu.desk.library.parameters import overrides
from zongbu.desk.recognition.casefacts import of_cases
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Opinion, Round, RoundCheck
from zongbu.law import Policy, nodes
from zongbu.law.explain.assessment import Assessment
from zongbu.law.facts import BadFacts


@dataclass(frozen=True, slots=True)
class Column:
    """A condition of the sheet: an identifier of the policy, its title in the reader's language and its clause."""

    identifier: str
    title: str
    clause: str
    deciding: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a department says: ``state`` is a verdict, ``requested``, ``void`` (no longer waited for) or ``unasked``.

    Only a verdict is an answer: everything else is shown as missing and counts for nothing.
    """

    organisation: str
    state: str
    label: str
    text: str = ""
    due: date | None = None
    overdue: bool = False
    by_other: str = ""

    @property
    def missing(self) -> bool:
        return self.state in ("requested", "void", "unasked")

    @property
    def tone(self) -> str:
        if self.overdue:
            return "refused"
        return {"agree": "met", "object": "open", "outside": "neutral"}.get(self.state, "open")

    @property
    def words(self) -> str:
        """In words, as a file has it."""
        parts = [self.label, self.text, _("由%(name)s答复") % {"name": self.by_other} if self.by_other else ""]
        return _("；").join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of which the enterprise declared something else than what was confirmed; values in words."""

    fact: str
    title: str
    declared: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class Swing:
    """A reading under which the deciding result would be another one."""

    reading: str
    option: str
    value: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """An application in the sheet. ``assessment`` is None where recorded facts cannot be read (``faults``)."""

    application: Application
    assessment: Assessment | None
    answers: tuple[bool | None, ...]
    computed: bool | None
    said: tuple[Said, ...]
    differences: tuple[Difference, ...]
    swings: tuple[Swing, ...]
    faults: tuple[str, ...] = ()
    due: Deadline | None = None

    @property
    def missing(self) -> int:
        """How many departments have not answered."""
        return sum(one.missing for one in self.said)

    @property
    def deviates(self) -> bool:
        """Whether the proposal is another one than the engine's result."""
        return bool(self.application.proposal) and self.computed is not (self.application.proposal == "recognise")

    @property
    def reasons(self) -> list[str]:
        """Why the deciding result is what it is, in short: what is missing, what falls short."""
        return _reasons(self)

    @property
    def overdue(self) -> bool:
        return self.due is not None and self.due.date is not None and self.due.date < timezone.localdate()


class Sheet:
    """The sheet of a round: its columns, and rows for any of its applications.

    Args:
        dues: also work out by when each application's next act is due (one query more).
    """

    def __init__(self, round: Round, *, dues: bool = False) -> None:
        self.round = round
        self.law: Policy = round.law
        self.dues = dues

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The conditions that are shown, the deciding one first; case distinctions are left out."""
        names = _names(self.law)
        wanted = [self.round.qualifies, *_conditions(self.law, self.round)]
        return tuple(
            Column(name, names.rule(name), self.law.rules[name].clause, name == self.round.qualifies)
            for name in wanted
            if name in self.law.rules
        )

    @cached_property
    def checks(self) -> list[RoundCheck]:
        """The departments that are asked."""
        return list(self.round.checks.select_related("organisation"))

    @property
    def changed(self) -> bool:
        """Whether the policy's text is another one than when the round was announced."""
        return bool(self.round.policy_version) and self.round.policy_version != self.law.version

    def rows(self, applications: Iterable[Application]) -> list[Row]:
        """The rows of applications of this round, in their order."""
        found = list(applications)
        assessor = self.law.assessor(
            as_of=self.round.as_of,
            parameters=overrides(self.law.identifier, self.round.as_of),
            results=[column.identifier for column in self.columns],
        )
        enterprises = {one.enterprise_id: one.enterprise for one in found}
        facts = of_cases(self.round, found)
        opinions = self._opinions([one.pk for one in found])
        differing = differences(self.law, enterprises, self.round.as_of)
        dues = flow.dues(APPLICATION, found) if self.dues else {}
        rows = []
        for one in found:
            said = tuple(self._said(opinions[one.pk]))
            faults: tuple[str, ...] = ()
            assessment: Assessment | None = None
            try:
                assessment = assessor.assess(facts[one.pk].values)
            except BadFacts as error:
                faults = tuple(map(str, error.faults))
            results = assessment.results if assessment is not None else {}
            rows.append(
                Row(
                    one,
                    assessment,
                    tuple(results.get(column.identifier) for column in self.columns),
                    results.get(self.round.qualifies),
                    said,
                    tuple(differing.get(one.enterprise_id, ())),
                    tuple(self._swings(assessment)) if assessment is not None else (),
                    faults,
                    dues.get(one.pk),
                )
            )
        return rows

    def _opinions(self, keys: Sequence[int]) -> dict[int, dict[int, Opinion]]:
        """The latest opinion per application and question; one query."""
        found: dict[int, dict[int, Opinion]] = defaultdict(dict)
        rows = Opinion.objects.filter(application__in=keys).select_related("organisation", "asked").order_by("pk")
        for one in rows:
            before = found[one.application_id].get(one.check_asked_id)
            if before is None or one.state != "void" or before.state == "void":
                found[one.application_id][one.check_asked_id] = one
        return found

    def _said(self, opinions: Mapping[int, Opinion]) -> Iterator[Said]:
        today = timezone.localdate()
        for check in self.checks:
            asked = check.organisation.name
            one = opinions.get(check.pk)
            if one is None:
                yield Said(asked, "unasked", _("尚未征求"))
                continue
            other = one.organisation.name if one.organisation_id != one.asked_id else ""
            if one.state == "given":
                yield Said(asked, one.verdict, str(one.get_verdict_display()), one.text, by_other=other)
            elif one.state == "void":
                yield Said(asked, "void", _("未答复（不再等待）"), by_other=other)
            else:
                late = one.overdue(today)
                label = _("未答复（逾期）") if late else _("未答复")
                yield Said(asked, "requested", label, due=one.due, overdue=late, by_other=other)

    def _swings(self, assessment: Assessment) -> Iterator[Swing]:
        names = _names(self.law)
        for reading, others in assessment.sensitivity.items():
            for option, results in others.items():
                if self.round.qualifies in results:
                    value = results[self.round.qualifies]
                    yield Swing(names.reading(reading), names.reading_option(reading, option), value)

    def track_titles(self, tracks: Iterable[str]) -> list[str]:
        """Ways in by their titles."""
        return track_titles(self.law, tracks)


def track_titles(law: Policy, tracks: Iterable[str]) -> list[str]:
    """Ways in by their titles, in the reader's language; the identifier where the policy has none of that name."""
    names = _names(law)
    return [names.rule(name) if name in law.rules else name for name in tracks if name]


def _names(law: Policy) -> Any:
    from zongbu.law.names import Names

    return Names(law, language())


def _conditions(law: Policy, round: Round) -> list[str]:
    """The conditions on which the deciding result rests as merits, in the order of the policy's reasoning."""
    found: list[str] = []
    distinctions: set[str] = set()

    def walk(name: str) -> None:
        for node in nodes.walk(law.rules[name].node):
            if isinstance(node, nodes.If):
                distinctions.update(
                    below.identifier for below in nodes.walk(node.condition) if isinstance(below, nodes.RuleRef)
                )
        for node in nodes.walk(law.rules[name].node):
            if isinstance(node, nodes.RuleRef) and node.identifier in law.rules and node.identifier not in found:
                rule = law.rules[node.identifier]
                if rule.kind == "规则" and rule.node.type.kind == "boolean":
                    found.append(node.identifier)
                walk(node.identifier)

    walk(round.qualifies)
    return [name for name in found if name not in distinctions or name in round.tracks]


def _reasons(row: Row) -> list[str]:
    if row.assessment is None:
        return list(row.faults)
    assessment = row.assessment
    deciding = assessment.assessor.results[0]
    if row.computed is None:
        missing, names = assessment.missing(deciding), _names(assessment.assessor.policy)
        lacking = [*map(names.fact, missing.facts), *map(names.parameter, missing.parameters)]
        return [_("还缺：%(facts)s") % {"facts": _("、").join(lacking)}] if lacking else []
    if row.computed is False:
        book = assessment.book(language())
        return [one.text(assessment.trace, book) for one in assessment.shortfalls(deciding)]
    return []


# --- what was declared, and what was confirmed -------------------------------------------------------------


def differences(law: Policy, enterprises: Iterable[int], as_of: date) -> dict[int, list[Difference]]:
    """By enterprise (primary key): the facts whose latest declared value is another than the latest confirmed one.

    Confirmed is what a register says or a department has found. One query.
    """
    rows = (
        FactRecord.objects.filter(enterprise__in=list(enterprises), fact__in=list(law.dictionary))
        .exclude(value="")
        .order_by("pk")
        .values_list("enterprise_id", "fact", "year", "value", "valid_from", "recording__source")
    )
    latest: dict[tuple[int, str], dict[bool, tuple[date, str]]] = defaultdict(dict)
    for enterprise, fact, year, value, valid_from, source in rows.iterator(chunk_size=5000):
        if (year is None and valid_from > as_of) or (year is not None and year != as_of.year - 1):
            continue
        sides = latest[enterprise, fact]
        declared = source == Source.DECLARED
        if declared not in sides or year is not None or valid_from >= sides[declared][0]:
            sides[declared] = (valid_from, value)
    found: dict[int, list[Difference]] = defaultdict(list)
    for (enterprise, fact), sides in latest.items():
        if len(sides) == 2 and sides[True][1] != sides[False][1]:
            known = law.dictionary[fact]
            declared_value, confirmed = sides[True][1], sides[False][1]
            if values.read(known, declared_value) == values.read(known, confirmed):
                continue
            found[enterprise].append(
                Difference(
                    fact, showing.title(known), showing.show(known, declared_value), showing.show(known, confirmed)
                )
            )
    return found
