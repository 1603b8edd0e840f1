"""What a district checks, and what the engine says beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.assessing import Assessed, assess
from zongbu.desk.recognition.models import Application, Round
from zongbu.law import Policy, nodes


def conditions(round: Round) -> list[tuple[str, str]]:
    """The rules (规则) that decide a round, each with its title: the deciding one last, those it rests on before."""
    law = round.law
    return [(name, law.rules[name].title) for name in _reached(law, round.qualifies, set())]


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
    facts = queries.facts_at(application.enterprise, round.as_of, known_at, policy=law)
    return Live(assess(application.enterprise, law, round.as_of, facts), facts)
