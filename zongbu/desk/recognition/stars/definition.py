"""What an indicator set says, as plain frozen data: what is scored how, and how scores become stars."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import values
from zongbu.law.facts import Fact

HUNDRED = Decimal(100)
MOST_INDICATORS, MOST_TIERS = 30, 9
MEASURED = frozenset(("boolean", "integer", "money", "ratio"))
"""Types of facts that can be scored."""
NOT_SCORED = frozenset(
    (values.ON_LIST, values.OFF_LIST, values.IS_BANNED, values.BANNED_UNTIL, "star", "highest_star_paid")
)
"""Facts that depend on intervals, or are the outcome itself."""


class Kind(models.TextChoices):
    """Where an indicator's value comes from."""

    FACT = "fact", gettext_lazy("企业档案里的事实")
    SCORE = "score", gettext_lazy("录入的评分")


class Direction(models.TextChoices):
    HIGHER = "higher", gettext_lazy("越高越好")
    LOWER = "lower", gettext_lazy("越低越好")


class Normalisation(models.TextChoices):
    """How values become 0 to 1. Where all are equal everybody gets 1."""

    MIN_MAX = "min_max", gettext_lazy("极差法：按最低到最高的位置")
    PERCENTILE = "percentile", gettext_lazy("百分位：其他企业中不优于它的占比")
    TARGET = "target", gettext_lazy("目标法：下限得零，上限得满分")


class Missing(models.TextChoices):
    """What an unknown value does; it is never zero unless the set says so."""

    ZERO = "zero", gettext_lazy("按零分计")
    LOWEST = "lowest", gettext_lazy("按参评企业的最低得分计")
    LEFT_OUT = "left_out", gettext_lazy("不计这项，其余权重按比例放大")
    UNDETERMINED = "undetermined", gettext_lazy("总分待定")


class Method(models.TextChoices):
    """How ranked scores become stars."""

    SCORE = "score", gettext_lazy("分数线：达到分数即得")
    SHARE = "share", gettext_lazy("名次占比：按名次累计百分比")
    COUNT = "count", gettext_lazy("名次：按名次累计家数，并列在线上的都得")
    QUOTA = "quota", gettext_lazy("名额：不超过家数，放不下的并列者降到下一级")


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator. ``lower`` and ``upper`` are the targets, in the unit of the value; ``weight`` of 100."""

    key: str
    title: str
    weight: Decimal
    kind: str = Kind.FACT
    fact: str = ""
    direction: str = Direction.HIGHER
    normalisation: str = Normalisation.MIN_MAX
    missing: str = Missing.UNDETERMINED
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A star with its label. ``limit``: lowest score, share in percent or number of enterprises; None: all others."""

    star: int
    label: str
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator set. ``tiers`` from the highest star down; ``ties`` names indicators whose value breaks a tie."""

    indicators: tuple[Item, ...]
    tiers: tuple[Tier, ...]
    method: str = Method.SCORE
    ties: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of the weights."""
        return sum((one.weight for one in self.indicators), Decimal(0))

    @property
    def digest(self) -> str:
        """The SHA-256 of what it says."""
        return hashlib.sha256(json.dumps(_plain(asdict(self)), sort_keys=True).encode()).hexdigest()

    def label(self, star: int | None) -> str:
        """What a star is called; 0 is 未评星, unknown 待定."""
        if star is None:
            return _("待定")
        return next((one.label for one in self.tiers if one.star == star), _("未评星"))

    def altered(self, weights: Mapping[str, Decimal], limits: Mapping[int, Decimal | None], method: str) -> Definition:
        """Another one with these weights, limits and method, for a what-if."""
        return replace(
            self,
            indicators=tuple(replace(one, weight=weights.get(one.key, one.weight)) for one in self.indicators),
            tiers=tuple(replace(one, limit=limits.get(one.star, one.limit)) for one in self.tiers),
            method=method,
        )


def faults(found: Definition) -> list[str]:
    """What is wrong with a set, in sentences."""
    return [*_indicator_faults(found), *_tier_faults(found)]


def _indicator_faults(found: Definition) -> Iterable[str]:
    if not found.indicators:
        yield _("还没有指标。")
    elif found.total != HUNDRED:
        yield _("权重之和是%(total)s，须正好是100。") % {"total": f"{found.total.normalize():f}"}
    if len(found.indicators) > MOST_INDICATORS:
        yield _("指标不能超过%(most)s项。") % {"most": MOST_INDICATORS}
    keys = [one.key for one in found.indicators]
    if len(set(keys)) < len(keys):
        yield _("指标标识重复。")
    known = measurable()
    for one in found.indicators:
        if one.weight <= 0:
            yield _("「%(title)s」的权重须大于零。") % {"title": one.title}
        if one.kind == Kind.FACT and one.fact not in known:
            yield _("「%(title)s」没有选可以计分的事实。") % {"title": one.title}
        if one.normalisation == Normalisation.TARGET and (
            one.lower is None or one.upper is None or one.lower >= one.upper
        ):
            yield _("「%(title)s」用目标法，须写明下限和比它大的上限。") % {"title": one.title}
    for key in found.ties:
        if key not in keys:
            yield _("并列次序里的「%(key)s」不是本套指标。") % {"key": key}


def _tier_faults(found: Definition) -> Iterable[str]:
    if not found.tiers:
        yield _("还没有星级。")
    if len(found.tiers) > MOST_TIERS:
        yield _("星级不能超过%(most)s级。") % {"most": MOST_TIERS}
    stars = [one.star for one in found.tiers]
    if stars != sorted(set(stars), reverse=True) or (stars and not 1 <= stars[-1] <= stars[0] <= MOST_TIERS):
        yield _("星级须从高到低排列，数字在1到%(most)s之间，不重复。") % {"most": MOST_TIERS}
    if len({one.label for one in found.tiers}) < len(found.tiers):
        yield _("星级名称重复。")
    if any(one.limit is None for one in found.tiers[:-1]):
        yield _("只有最低一级可以不写界限（其余企业）。")
    limits = [one.limit for one in found.tiers if one.limit is not None]
    if any(limit < 0 for limit in limits):
        yield _("界限不能是负数。")
    match found.method:
        case Method.SCORE if limits != sorted(set(limits), reverse=True) or any(limit > 100 for limit in limits):
            yield _("分数线须从高到低，不超过100。")
        case Method.SHARE if sum(limits) > 100:
            yield _("各级占比之和超过100%。")
        case Method.COUNT | Method.QUOTA if any(limit != limit.to_integral_value() for limit in limits):
            yield _("家数须是整数。")


def measurable() -> dict[str, Fact]:
    """The facts of the policies that can be scored, by identifier."""
    return {
        name: fact for name, fact in values.dictionary().items() if fact.type in MEASURED and name not in NOT_SCORED
    }


def number_of(text: str) -> str:
    """A recorded value as a number in text; yes is 1, no is 0, unknown stays empty."""
    return {"true": "1", "false": "0"}.get(text, text)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | None) else str(value)
