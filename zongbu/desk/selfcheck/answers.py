"""The answers of somebody who checks a policy: kept in a signed text that travels with the forms, and nowhere else.

Nothing is stored for the anonymous, neither in the database nor in a session: the page carries the state, the server
only signs it so that what comes back is what it sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing

from zongbu.law import Policy, ZongbuError
from zongbu.law.facts import Fact
from zongbu.law.facts.values import BadValue, Value, parse

SALT = "zongbu.selfcheck.state"
LONGEST = 60_000
"""Characters that a state may have: far more than all facts of a policy need."""


class BadState(ZongbuError):
    """The text that carries the answers was altered or cut off."""


@dataclass(frozen=True, slots=True)
class State:
    """What has been answered so far.

    Attributes:
        policy: identifier of the policy.
        as_of: the day whose law and facts apply.
        answers: fact → value as text that ``assess`` reads; None where the answer was 不知道. In order of answering.
        goals: results asked for beyond the published ones (measures somebody wants to know about).
        own: whether the recorded facts of the viewer's own enterprise are added; they never travel in the state.
        coarse: facts whose answer was too coarse to decide and was not refined when asked again.
    """

    policy: str
    as_of: date
    answers: Mapping[str, str | None] = field(default_factory=dict)
    goals: tuple[str, ...] = ()
    own: bool = False
    coarse: frozenset[str] = frozenset()

    def answered(self, fact: str, value: str | None) -> State:
        """The state with one more answer (None: 不知道); an earlier answer keeps its place."""
        if value is not None and self.answers.get(fact) == value:
            return replace(self, coarse=self.coarse | {fact})
        return replace(self, answers={**self.answers, fact: value}, coarse=self.coarse - {fact})

    def without(self, fact: str) -> State:
        """The state as if a fact had never been asked for."""
        rest = {name: value for name, value in self.answers.items() if name != fact}
        return replace(self, answers=rest, coarse=self.coarse - {fact})

    def before(self, fact: str | None) -> str | None:
        """The fact asked for before another one, or the last one answered; None at the first."""
        order = [*self.answers]
        position = order.index(fact) if fact is not None and fact in self.answers else len(order)
        return order[position - 1] if position else None

    @property
    def known(self) -> dict[str, str]:
        """The facts with a value."""
        return {fact: value for fact, value in self.answers.items() if value is not None}


def pack(state: State) -> str:
    """A state as signed, compressed text."""
    content = {
        "p": state.policy,
        "d": state.as_of.isoformat(),
        "a": dict(state.answers),
        "g": list(state.goals),
        "o": state.own,
        "c": sorted(state.coarse),
    }
    return signing.dumps(content, salt=SALT, compress=True)


def unpack(text: str) -> State:
    """The state that ``pack`` wrote.

    Raises:
        BadState: the text was altered, cut off or made by something else.
    """
    if not text or len(text) > LONGEST:
        raise BadState("")
    try:
        content: dict[str, Any] = signing.loads(text, salt=SALT)
        return State(
            policy=content["p"],
            as_of=date.fromisoformat(content["d"]),
            answers=content["a"],
            goals=tuple(content["g"]),
            own=bool(content["o"]),
            coarse=frozenset(content["c"]),
        )
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadState("") from error


def kept(state: State, policy: Policy) -> State:
    """The state without what the policy no longer knows (its file may have changed between two questions)."""
    answers = {
        fact: value
        for fact, value in state.answers.items()
        if fact in policy.dictionary and (value is None or _readable(policy.dictionary[fact], value))
    }
    goals = tuple(goal for goal in state.goals if goal in policy.rules)
    return replace(state, answers=answers, goals=goals, coarse=state.coarse & answers.keys())


def _readable(fact: Fact, text: str) -> bool:
    try:
        return parse(fact, text) is not None
    except BadValue:
        return False


def read(fact: Fact, text: str, unit: str = "") -> str | None:
    """What somebody typed for a fact, as canonical text; None where it says that the value is not known.

    Args:
        unit: the unit chosen beside the field (``万``, ``亿``); one written with the number wins.

    Raises:
        BadValue: it cannot be read; ``reason`` says why, in Chinese.
    """
    value = parse(fact, text, scale=SCALES.get(unit, Decimal(1)) if fact.type == "money" else 1)
    return None if value is None else canonical(fact, value)


SCALES = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
"""Unit in which an amount is typed → yuan."""


def canonical(fact: Fact, value: Value) -> str:
    """A value as text that ``parse`` reads back exactly: yuan, ISO dates, 是 and 否, options by identifier."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def typed_amount(text: str) -> tuple[str, str]:
    """An amount in yuan (canonical text) → number and unit as one would type it, exactly: ``12.3`` and ``亿``."""
    yuan = Decimal(text)
    for unit in ("亿", "万"):
        number = yuan / SCALES[unit]
        if abs(number) >= 1 and number == number.quantize(Decimal("0.0001")):
            return _trimmed(number), unit
    return _trimmed(yuan), ""


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
