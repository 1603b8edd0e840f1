"""What a district checks, and what the engine says beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from zongbu.desk.enterprises.assessing import Assessed, assess
from zongbu.desk.enterprises.models import FactRecord, Source
from zongbu.desk.recognition.casefacts import of_case
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.selfcheck.questions import facts_read
from zongbu.law import Policy, nodes


def conditions(round: Round) -> list[tuple[str, str]]:
    """The rules (规则) that decide a round, each with its title: the deciding one last, those it rests on before."""
    law = round.law
    remembered: dict[str, list[tuple[str, str]]] = law.__dict__.setdefault("_conditions", {})
    if round.qualifies not in remembered:
        reached = _reached(law, round.qualifies, set())
        remembered[round.qualifies] = [(name, law.rules[name].title) for name in reached]
    return list(remembered[round.qualifies])


def _reached(law: Policy, name: str, seen: set[str]) -> Iterator[str]:
    """A rule and the boolean rules that it rests on, the deepest first."""
    if name in seen or name not in law.rules:
        return
    seen.add(name)
    rule = law.rules[name]
    for node in nodes.walk(rule.node):
        if isinstance(node, nodes.RuleRef):
            yield from _reached(law, node.identifier, seen)
    if rule.kind == "规则" and rule.node.type.kind == "boolean":
        yield name


@dataclass(frozen=True, slots=True)
class Live:
    """An application through the engine, on the round's day with what is known now or was at a moment."""

    assessed: Assessed
    facts: dict[str, str]


def live(application: Application, known_at: datetime | None = None) -> Live:
    """Assess an application."""
    round = application.round
    law = round.law
    facts = of_case(application, known_at).values
    return Live(assess(application.enterprise, law, round.as_of, facts), facts)


def stale_conditions(application: Application, commented: Collection[str]) -> list[str]:
    """The conditions that a district has to look at anew after a correction: those that read a fact that was commented
    on or has been declared since the return; all of them after a comment on the whole application or on a material."""
    law, every = application.round.law, [name for name, _title in conditions(application.round)]
    if any(not subject or subject not in law.dictionary for subject in commented):
        return every
    since = application.state_since
    declared = FactRecord.objects.filter(
        enterprise=application.enterprise_id, recording__source=Source.DECLARED, recording__recorded_at__gte=since
    )
    touched = {*commented, *declared.values_list("fact", flat=True)}
    return [name for name in every if touched & facts_read(law, [name]).keys()]
