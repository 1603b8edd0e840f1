"""A measure for one enterprise: what there is to say of it, whether it can be claimed, what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import ENCOURAGEMENT, MONEY, QUOTA, REFERRAL, SERVICE, Offering
from zongbu.desk.support.models import Claim
from zongbu.law import Policy
from zongbu.law.explain.view import Short


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that is missing: who supplies it, and where the enterprise declares it (empty where it cannot)."""

    identifier: str
    title: str
    supplier: str
    url: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """A measure for one enterprise.

    ``kind``: ``claimable`` (met, to be claimed), ``offered_later`` (met, comes as an offer), ``taken`` (another claim
    has its place), ``nothing`` (met, but no amount is due), ``undetermined``, ``not_met``, ``unrecognised`` (not met
    for want of a recognition only), ``suspended``. ``awaits`` are the recognitions that it lacks.
    ``asked``: by a request (``yes``), by applying in a round of recognition (``round``), not at all (empty).
    ``amount`` in words, empty where there is none; ``fen`` what is due after what was received elsewhere.
    """

    offering: Offering
    entitlement: Entitlement
    kind: str
    title: str
    clause_title: str
    amount: str = ""
    fen: int | None = None
    received: int = 0
    demonstration: bool = False
    gaps: tuple[Gap, ...] = ()
    unpublished: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    shorts: tuple[Short, ...] = ()
    remark: str = ""
    claim: Claim | None = None
    awaits: tuple[str, ...] = ()
    asked: str = ""

    @property
    def policy(self) -> Policy:
        return self.offering.policy

    @property
    def identifier(self) -> str:
        return self.offering.measure.identifier

    @property
    def category(self) -> str:
        return self.offering.measure.category

    @property
    def claimable(self) -> bool:
        """Whether a claim can be begun: unknown is not "no", the lead department finds out."""
        return self.kind in ("claimable", "offered_later", "undetermined") and self.offering.pays

    @property
    def declarable(self) -> bool:
        """Whether the enterprise itself can supply something that is missing."""
        return any(gap.url for gap in self.gaps)

    @property
    def tone(self) -> str:
        """met, not_met or undetermined, as answers are coloured."""
        return {True: "met", False: "not_met", None: "undetermined"}[self.entitlement.entitled]

    @property
    def actionable(self) -> bool:
        """Whether the enterprise could change what it lacks; it can apply for a recognition."""
        parts = self.entitlement.assessment.shortfalls(self.offering.amount_result)
        return bool(self.awaits) or any(part.actionable for part in parts)


def draft(policy: Policy) -> bool:
    """Whether a policy is only proposed: it can be assessed, nothing can be claimed."""
    return policy.status == "征求意见"


def category_word(category: str) -> str:
    """A kind of measure in the language of the page."""
    return {
        MONEY: _("奖补"), QUOTA: _("名额"), REFERRAL: _("推荐"), SERVICE: _("服务"), ENCOURAGEMENT: _("鼓励"),
    }.get(category, category)  # fmt: skip
