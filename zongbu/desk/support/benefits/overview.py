"""All measures of all policies for one enterprise and year, in the sections and groups of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.language import language
from zongbu.desk.library.showing import companion
from zongbu.desk.library.showing.links import clause_url
from zongbu.desk.support.benefits.benefit import Benefit, draft
from zongbu.desk.support.benefits.reader import Reader
from zongbu.desk.support.entitlement import assess
from zongbu.desk.support.measures import ENCOURAGEMENT, MONEY, QUOTA, REFERRAL, Offering, day_of, offerings
from zongbu.desk.support.models import Claim
from zongbu.desk.support.standing import ENDED, WITH_ENTERPRISE
from zongbu.law import Policy

CITY = "330100"
"""The city's own division: its policies are for everybody here."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The measures of one clause."""

    citation: str
    title: str
    url: str
    benefits: list[Benefit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one policy, clause by clause."""

    policy: Policy
    title: str
    draft: bool
    clauses: list[Clause]

    @property
    def number(self) -> int:
        return sum(len(one.benefits) for one in self.clauses)


@dataclass(frozen=True)
class Picture:
    """All measures of all policies for one enterprise and year.

    ``claims`` are those of the year; in the present one also those of earlier years that wait for the enterprise.
    ``could`` can be claimed, ``lacking`` is undetermined or not met, ``unrecognised`` wants nothing but a recognition
    (``awaits``), ``drafts`` are not in force yet, ``services`` are services, quotas and referrals, ``closed`` those of
    them that are not met, ``duties`` what offices do of their own accord, ``encouraged`` give no claim.
    """

    enterprise: Enterprise
    year: int
    as_of: date
    claims: list[Claim]
    could: list[Group]
    lacking: list[Group]
    unrecognised: list[Group]
    awaits: tuple[str, ...]
    drafts: list[Group]
    services: list[Group]
    closed: list[Group]
    duties: list[Group]
    encouraged: list[Group]
    demonstration: bool

    @property
    def count_now(self) -> int:
        return sum(one.state not in ENDED for one in self.claims)

    @property
    def count_could(self) -> int:
        return sum(one.number for one in self.could)

    @property
    def count_lacking(self) -> int:
        return sum(one.number for one in self.lacking)

    @property
    def count_unrecognised(self) -> int:
        return sum(one.number for one in self.unrecognised)

    @property
    def count_services(self) -> int:
        return sum(one.number for one in self.services)

    @property
    def count_closed(self) -> int:
        return sum(one.number for one in self.closed)


def picture(enterprise: Enterprise, year: int, today: date) -> Picture:
    """Everything at one stroke: one assessment a policy, whatever the number of measures.

    Raises:
        Refused: recorded facts cannot be read. ValueError: the year has not begun.
    """
    as_of = day_of(year, today)
    wanted = [one for one in offerings() if _concerns(one, enterprise, as_of)]
    found = assess(enterprise, wanted, as_of)
    every = list(Claim.objects.filter(enterprise=enterprise).select_related("organisation").order_by("-pk"))
    reader = Reader(enterprise, year, today, every, found)
    sections: dict[str, list[Benefit]] = defaultdict(list)
    for entitlement in found:
        if section := _section(entitlement.offering):
            benefit = reader.benefit(entitlement)
            if section == "money":
                section = "could" if benefit.kind in ("claimable", "offered_later") else "lacking"
            claim = benefit.claim
            if claim is not None and (claim.measure, claim.year) == (benefit.identifier, year):
                continue  # stands among what the enterprise has
            if section == "lacking" and benefit.kind == "unrecognised":
                section = "unrecognised"
            if section == "services" and benefit.tone == "not_met":
                section = "closed"
            sections[section].append(benefit)
    lacking = sorted(sections["lacking"], key=_nearness)
    shown = [*sections["could"], *sections["lacking"], *sections["drafts"]]
    return Picture(
        enterprise, year, as_of, [one for one in every if _of_year(one, year, today)],
        grouped(sections["could"]), grouped(lacking), grouped(sections["unrecognised"]),
        tuple(dict.fromkeys(title for one in found_of(sections, "lacking", "unrecognised") for title in one.awaits)),
        grouped(sections["drafts"]), grouped(sections["services"]), grouped(sections["closed"]),
        grouped(sections["duties"]), grouped(sections["encouraged"]), any(one.demonstration for one in shown),
    )  # fmt: skip


def found_of(sections: Mapping[str, list[Benefit]], *names: str) -> list[Benefit]:
    """The measures of some sections."""
    return [one for name in names for one in sections.get(name, ())]


def grouped(found: Iterable[Benefit]) -> list[Group]:
    """By policy and clause, in the order in which they come."""
    groups: dict[str, dict[str, Clause]] = {}
    policies: dict[str, Policy] = {}
    for one in found:
        policy, citation = one.policy, one.offering.measure.clause
        policies[policy.identifier] = policy
        clauses = groups.setdefault(policy.identifier, {})
        if citation not in clauses:
            clauses[citation] = Clause(citation, one.clause_title, clause_url(policy, citation))
        clauses[citation].benefits.append(one)
    return [
        Group(
            policies[name],
            companion.head(policies[name], "名称", language()),
            draft(policies[name]),
            list(clauses.values()),
        )
        for name, clauses in groups.items()
    ]


def _of_year(claim: Claim, year: int, today: date) -> bool:
    """Whether a claim stands on the page of a year: what waits for the enterprise never hides in an earlier one."""
    return claim.year == year or (year == today.year and claim.state in WITH_ENTERPRISE)


def _concerns(offering: Offering, enterprise: Enterprise, as_of: date) -> bool:
    """Whether a measure is shown at all: of the city or the enterprise's district, in force or proposed."""
    policy = offering.policy
    place = policy.head.get("行政区划", "")
    if place not in ("", CITY, enterprise.district):
        return False
    return draft(policy) or policy.in_force(as_of)


def _section(offering: Offering) -> str:
    """Where a measure stands; empty where it is nothing for an enterprise."""
    measure = offering.measure
    if measure.category == ENCOURAGEMENT:
        return "encouraged"
    if measure.recipient == "district" or measure.way == "combined":
        return ""
    if draft(offering.policy):
        return "drafts" if measure.category == MONEY or offering.takes_claims else ""
    if measure.category == MONEY:
        return "money" if offering.takes_claims else ""
    return "services" if offering.takes_claims or measure.category in (QUOTA, REFERRAL) else "duties"


def _nearness(one: Benefit) -> tuple[str, int, int]:
    """What is nearest first, policy by policy: what only lacks facts, then what is not met."""
    order = ("suspended", "taken", "undetermined", "nothing", "not_met")
    return one.policy.identifier, order.index(one.kind) if one.kind in order else 0, len(one.gaps) + len(one.shorts)
