"""What a screening found, in words: counts, funnel, what is lacking, parameters, and single rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.people.districts import district_name
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.presentation import clause_url
from zongbu.desk.selfcheck.screening.rows import Row
from zongbu.law import Policy
from zongbu.law.amounts import fen_of
from zongbu.law.explain.outline import exact_amount
from zongbu.law.explain.view import Answer
from zongbu.law.explain.words import verdict
from zongbu.law.names import Names
from zongbu.law.screen.prepare import prepare_request
from zongbu.law.screen.request import Request

TONES = {True: "met", False: "not_met", None: "undetermined"}


@dataclass(frozen=True, slots=True)
class Column:
    """A result of a screening: its title, clause and whether it is an amount."""

    identifier: str
    title: str
    clause: str
    url: str
    amount: bool

    @property
    def down(self) -> str:
        """The order that begins with what is met, or with the largest amount."""
        return f"-{self.identifier}"


@dataclass(frozen=True, slots=True)
class Counted:
    """How a result came out over all enterprises; ``total`` is the sum of an amount in words."""

    column: Column
    met: int
    not_met: int
    undetermined: int
    total: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A condition of a result: how many enterprises it lets through, leaves open and holds back."""

    result: str
    condition: str
    clause: str
    met: int
    undetermined: int
    failing: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A row in words."""

    name: str
    uscc: str
    district: str
    cells: tuple[Answer, ...]


def _policy(screening: Screening) -> Policy | None:
    try:
        return policy_of(screening.policy)
    except UnknownPolicy:
        return None


def columns(screening: Screening, lang: str) -> list[Column]:
    """The results of a screening, in the order of the policy."""
    policy = _policy(screening)
    found = []
    for result in screening.results:
        rule = policy.rules.get(result) if policy is not None else None
        title = Names(policy, lang).rule(result) if policy is not None and rule is not None else result
        clause = rule.clause if rule is not None else ""
        found.append(
            Column(
                result,
                title,
                clause,
                clause_url(screening.policy, clause) if clause else "",
                screening.counts[result]["total"] is not None,
            )
        )
    return found


def counted(screening: Screening, lang: str) -> list[Counted]:
    """The counts, result by result."""
    found = []
    for column in columns(screening, lang):
        count = screening.counts[column.identifier]
        total = exact_amount(fen_of(Decimal(count["total"])), lang) if column.amount else ""
        found.append(Counted(column, count["met"], count["not_met"], count["undetermined"], total))
    return found


def funnel(screening: Screening, lang: str) -> list[Stage]:
    """The conditions of each result, and how many enterprises pass them."""
    policy = _policy(screening)
    words = _conditions(screening, policy, lang) if policy is not None else {}
    titles = {column.identifier: column.title for column in columns(screening, lang)}
    return [
        Stage(
            titles.get(step["result"], step["result"]),
            words.get((step["result"], step["condition"]), step["condition"]),
            step["clause"],
            screening.enterprises - step["failing"] - step["undetermined"],
            step["undetermined"],
            step["failing"],
        )
        for step in screening.funnel
    ]


def _conditions(screening: Screening, policy: Policy, lang: str) -> dict[tuple[str, str], str]:
    """The conditions in a language by their Chinese words, under which they are kept."""
    if lang == "zh":
        return {}
    results = tuple(result for result in screening.results if result in policy.rules)
    names = [
        prepare_request(Request(policy, "", screening.as_of, results, lang=one)).condition_names for one in ("zh", lang)
    ]
    return {
        (rule.identifier, chinese): names[1][key][1] for key, (rule, chinese) in names[0].items() if key in names[1]
    }


def lacking(screening: Screening, lang: str) -> list[tuple[str, int]]:
    """The facts that are unknown for most enterprises, with for how many."""
    policy = _policy(screening)
    found = [(fact, number) for fact, number in screening.lacking.items() if number]
    found.sort(key=lambda item: -item[1])
    names = Names(policy, lang) if policy is not None else None
    return [
        (names.fact(fact) if names is not None and policy is not None and fact in policy.dictionary else fact, number)
        for fact, number in found
    ]


def parameters(screening: Screening, lang: str) -> list[tuple[str, str, str]]:
    """The entered values that were in use: title, value, source."""
    policy = _policy(screening)
    return list(_parameters(screening, policy, lang)) if policy is not None else []


def _parameters(screening: Screening, policy: Policy, lang: str) -> Iterator[tuple[str, str, str]]:
    names = Names(policy, lang)
    for owner, section in screening.parameters.items():
        for name, entry in section.items():
            identifier = name if owner == policy.identifier else f"{owner}.{name}"
            title = names.parameter(identifier) if identifier in policy.parameters else name
            yield title, str(entry["value"]), str(entry.get("source") or "")


def shown(row: Row, screening: Screening, lang: str) -> Shown:
    """A row in words."""
    amounts = [screening.counts[result]["total"] is not None for result in screening.results]
    return Shown(
        row.name,
        row.uscc,
        str(district_name(row.district)) if row.district else "",
        tuple(answer(value, amount, lang) for value, amount in zip(row.answers, amounts, strict=True)),
    )


def answer(value: Any, amount: bool, lang: str) -> Answer:
    """A value of a result as it is shown."""
    if amount and value is not None:
        return Answer("", exact_amount(fen_of(value), lang), "plain")
    if value is not None and not isinstance(value, bool):
        return Answer("", str(value), "plain")
    sign, text = verdict(value, lang)
    return Answer(sign, text, TONES[value])  # type: ignore[arg-type]


def scope(screening: Screening) -> str:
    """The scope in words."""
    return str(district_name(screening.district)) if screening.district else _("全市")
