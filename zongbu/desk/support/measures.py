"""What the policies offer, as the desk handles it. Everything follows from the declaration in the policy file:

who handles a measure (责任单位), how it comes (方式), what it excludes (互斥), what has to be handed in (材料), by when
it is due (期限), who pays (分担): a new measure is a new block in a policy file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from zongbu.desk.library.kept import policy_as_of
from zongbu.desk.library.policies import UnknownPolicy, policies, policy
from zongbu.law import Policy
from zongbu.law.policy import Measure

if TYPE_CHECKING:
    from zongbu.desk.support.models import Claim

MONEY, QUOTA, REFERRAL, SERVICE, ENCOURAGEMENT = "奖补", "名额", "推荐", "服务", "鼓励"
"""The kinds (类别) of measures."""
_MATERIALS = re.compile("[、，,]")


@dataclass(frozen=True)
class Offering:
    """A measure of a policy."""

    policy: Policy
    measure: Measure

    @property
    def key(self) -> str:
        """Policy and measure in one word."""
        return f"{self.policy.identifier}.{self.measure.identifier}"

    @property
    def pays(self) -> bool:
        """Whether it gives money to those who claim it (and not to a district)."""
        return self.measure.category == MONEY and self.measure.recipient != "district" and self.takes_claims

    @property
    def takes_claims(self) -> bool:
        """Whether something is to be applied for or offered, and not merely the result of choosing among others."""
        return self.measure.way in ("claim", "offer")

    @property
    def computed(self) -> bool:
        """Whether the text gives a formula for the amount; else the lead department says how much, and why."""
        return self.measure.amount is not None

    @cached_property
    def excluding(self) -> tuple[str, ...]:
        """The measures of the same policy of which only one can be drawn in a year, this one included."""
        found, todo = {self.measure.identifier}, [self.measure.identifier]
        neighbours: dict[str, set[str]] = {name: set(one.exclusive_with) for name, one in self.policy.measures.items()}
        for name, one in self.policy.measures.items():
            for other in one.exclusive_with:
                neighbours[other].add(name)
        while todo:
            more = neighbours[todo.pop()] - found
            found |= more
            todo += more
        return tuple(sorted(found))

    def slot(self, subject: str = "") -> str:
        """The place that a claim takes within a year: one for measures that exclude each other.

        Measures given for each project (频次: 每件) have a place for each ``subject``.
        """
        place = f"{self.policy.identifier}:{'+'.join(self.excluding)}"
        return f"{place}:{' '.join(subject.split())}" if self.measure.frequency == "each" else place

    @property
    def materials(self) -> tuple[str, ...]:
        """The materials that the measure names; none where the list is not published."""
        listed = self.measure.details.get("材料", "").partition("；")[0]
        return tuple(name.strip() for name in _MATERIALS.split(listed) if name.strip() and name.strip() != "未公布")

    @property
    def amount_result(self) -> str:
        """The identifier of the result that the assessment gives for the measure."""
        return self.measure.identifier


def offerings() -> Iterator[Offering]:
    """Every measure of every policy, in the order of the files."""
    for one in policies():
        for measure in one.measures.values():
            yield Offering(one, measure)


def offering(identifier: str, measure: str) -> Offering:
    """A measure of a policy.

    Raises:
        UnknownPolicy: there is no such policy, or it has no such measure.
    """
    found = policy(identifier)
    try:
        return Offering(found, found.measures[measure])
    except KeyError:
        raise UnknownPolicy(f"政策「{identifier}」没有措施「{measure}」") from None


def of_claim(claim: Claim) -> Offering:
    """The measure of a claim in the version of the policy on which it rests.

    Raises:
        UnknownPolicy: that version was not kept.
    """
    found = policy_as_of(claim.policy, claim.policy_version)
    return Offering(found, found.measures[claim.measure])


def working_days(claim: Claim) -> int | None:
    """The working days within which the measure is to be decided, where its 期限 names them."""
    try:
        term = of_claim(claim).policy.term_of(claim.measure, claim.as_of)
    except UnknownPolicy:
        return None
    return term[0] if term is not None and term[1] == "个工作日" else None


def day_of(year: int, today: date) -> date:
    """The day whose law and facts count for a year: its last one, or today while it runs.

    Raises:
        ValueError: the year has not begun.
    """
    if year > today.year:
        raise ValueError(year)
    return today if year == today.year else date(year, 12, 31)
