"""An application through the engine, for the pages: results with reasons, the facts they rest on, who said them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from zongbu.desk.enterprises import queries, showing, values
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, Recording
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.language import language
from zongbu.desk.library.parameters import overrides
from zongbu.desk.recognition.casefacts import CaseFacts, of_case
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.selfcheck.presentation import Card, cards_of, parameters_read
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.law import Policy
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import outline
from zongbu.law.explain.view import Outline, Row
from zongbu.law.facts import BadFacts, Fact
from zongbu.law.names import Names
from zongbu.law.parameters import Overrides


@dataclass(frozen=True)
class Picture:
    """An enterprise on a round's day with what is known now. ``faults``: facts that cannot be read.

    ``case``: what counts in its case, where it is the picture of one.
    """

    round: Round
    policy: Policy
    facts: dict[str, str]
    assessment: Assessment | None
    faults: tuple[str, ...] = ()
    case: CaseFacts | None = None

    @cached_property
    def outline(self) -> Outline | None:
        return outline(self.assessment, language()) if self.assessment is not None else None

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The results in words, by identifier."""
        return {row.identifier: row for row in (self.outline.results if self.outline is not None else ())}

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The results with what each lacks."""
        if self.assessment is None or self.outline is None:
            return ()
        return cards_of(self.assessment, self.outline, language())

    @property
    def deciding(self) -> Row | None:
        """The result that decides the round."""
        return self.rows.get(self.round.qualifies)

    def missing(self) -> list[Fact]:
        """The facts that can still change the deciding result, in the order of the rules."""
        if self.assessment is None or self.assessment.results.get(self.round.qualifies) is not None:
            return []
        return [self.policy.dictionary[name] for name in self.assessment.missing(self.round.qualifies).facts]


def picture_of(
    case: Application,
    *,
    every_condition: bool = False,
    deciding_only: bool = False,
    past: Iterable[Participation] | None = None,
) -> Picture:
    """Assess an application, with the facts that count in the case; ``past`` as for ``casefacts.of_case``."""
    known, asked = of_case(case, past=past), {"every_condition": every_condition, "deciding_only": deciding_only}
    return replace(picture(case.enterprise, case.round, facts=known.values, **asked), case=known)


def picture(
    enterprise: Enterprise,
    round: Round,
    *,
    every_condition: bool = False,
    deciding_only: bool = False,
    facts: dict[str, str] | None = None,
) -> Picture:
    """Assess an enterprise in a round: the deciding result and the ways in, or each condition of the check list, or
    the deciding result alone.

    Args:
        facts: what counts, where a case says so; by default what the register holds.
    """
    law = round.law
    if every_condition:
        wanted = [name for name, _title in conditions(round)]
    else:
        wanted = [round.qualifies] if deciding_only else [round.qualifies, *round.tracks]
    results = [name for name in dict.fromkeys(wanted) if name in law.rules]
    if facts is None:
        facts = queries.facts_at(enterprise, round.as_of, policy=law)
    try:
        assessment = law.assess(facts, as_of=round.as_of, parameters=values_for(law, round, results), results=results)
    except BadFacts as error:  # kept before the dictionary changed
        return Picture(round, law, facts, None, tuple(map(str, error.faults)))
    return Picture(round, law, facts, assessment)


def values_for(law: Policy, round: Round, results: Iterable[str]) -> Overrides:
    """The entered values of the parameters that results read: a page is to remark on these only."""
    read = {name for result in results for name in parameters_read(law, result)}
    return {
        owner: {name: given for name, given in values.items() if name in read}
        for owner, values in overrides(law.identifier, round.as_of).items()
    }


def track_titles(round: Round) -> dict[str, str]:
    """The ways in of a round: identifier → title in the language of the page."""
    law = round.law
    names = Names(law, language())
    return {name: names.rule(name) if name in law.rules else name for name in round.tracks}


def condition_title(round: Round, name: str) -> str:
    """A condition of a round in the language of the page."""
    law = round.law
    return Names(law, language()).rule(name) if name in law.rules else name


# --- facts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A fact for the page: ``value`` is what counts, ``declared`` what the enterprise said where that is another one.

    ``recording`` tells who said what counts, ``files`` prove it.
    """

    fact: Fact
    title: str
    year: int | None
    value: str
    recording: Recording | None
    files: tuple[EvidenceFile, ...]
    declared: str = ""

    @property
    def identifier(self) -> str:
        return self.fact.identifier


class Facts:
    """The facts of a case on its round's day, with who said them; two queries, whatever is asked of it."""

    def __init__(self, case: Application, seen: Picture) -> None:
        known = seen.case if seen.case is not None else of_case(case)
        self.round, self.facts = case.round, seen.facts
        self.year = case.round.as_of.year - 1
        self.latest = known.registered()
        self.recordings = queries.recordings({one.recording for one in self.latest.values()})
        self.said = known.declared()

    def line(self, fact: Fact) -> Line:
        """One fact."""
        year = self.year if fact.period == "prior_year" else None
        value = self.facts.get(fact.identifier, "")
        key = values.Key(fact, year).text
        latest = self.latest.get(key)
        recording = self.recordings.get(latest.recording) if latest is not None and latest.value == value else None
        said = self.said.get(key, "")
        return Line(
            fact,
            showing.title(fact),
            year,
            showing.show(fact, value),
            recording,
            tuple(link.file for link in recording.evidence_links.all()) if recording is not None else (),
            showing.show(fact, said) if said and said != value else "",
        )


def facts_of_conditions(law: Policy, names: Iterable[str]) -> dict[str, list[Fact]]:
    """Which facts each condition reads; a fact stands with the first condition that reads it."""
    found: dict[str, list[Fact]] = {}
    seen: set[str] = set()
    for name in names:
        read = [fact for fact in facts_read(law, [name]) if fact not in seen]
        seen.update(read)
        found[name] = [law.dictionary[fact] for fact in read]
    return found


def subject_title(subject: str, law: Policy, materials: Mapping[int, Any]) -> str:
    """What a field comment is about, in words; empty for the form as a whole."""
    if subject.startswith("material:"):
        return str(materials.get(int(subject.partition(":")[2]), subject))
    fact = law.dictionary.get(subject)
    return showing.title(fact) if fact is not None else subject
