"""A result in words, indicator by indicator; what a set says in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from zongbu.desk.enterprises import showing, values
from zongbu.desk.enterprises.models import Source
from zongbu.desk.kernel.language import language
from zongbu.desk.recognition.stars.definition import (
    Definition,
    Direction,
    Item,
    Kind,
    Method,
    Missing,
    Normalisation,
)
from zongbu.desk.recognition.stars.models import Evaluation, Result
from zongbu.law import amounts


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a result. ``why`` says what an unknown value does; empty where it is known."""

    title: str
    value: str
    source: str
    how: str
    normalised: str
    declared: Decimal
    weight: Decimal
    points: Decimal | None
    why: str


def lines(evaluation: Evaluation, definition: Definition, result: Result) -> Iterator[Line]:
    """The rows of a result's explanation, in the order of the set."""
    for item, part in zip(definition.indicators, result.parts, strict=True):
        normalised = part["normalised"]
        yield Line(
            item.title,
            value(item, part["value"]),
            source(evaluation, item, part["source"]),
            how(item),
            "" if normalised is None else percent(Decimal(normalised)),
            item.weight,
            Decimal(part["weight"]),
            None if part["points"] is None else Decimal(part["points"]),
            "" if part["value"] else unknown(item),
        )


def value(item: Item, text: str) -> str:
    """A recorded value for people; empty where it is unknown."""
    if not text:
        return ""
    if item.kind == Kind.SCORE:
        return plain(Decimal(text))
    return showing.show(values.dictionary()[item.fact], text)


def source(evaluation: Evaluation, item: Item, name: str) -> str:
    """Where a value comes from."""
    if not name:
        return ""
    if name == Kind.SCORE:
        return _("录入的评分")
    label = str(Source(name).label)
    if values.dictionary()[item.fact].period == "prior_year":
        return _("%(source)s，%(year)s年") % {"source": label, "year": evaluation.year - 1}
    return label


def subject(item: Item) -> str:
    """What an indicator is about."""
    if item.kind == Kind.SCORE:
        return _("录入的评分")
    fact = values.dictionary().get(item.fact)
    return showing.title(fact) if fact is not None else item.fact


def how(item: Item) -> str:
    """How a value becomes a share of the weight."""
    up = item.direction == Direction.HIGHER
    match item.normalisation:
        case Normalisation.MIN_MAX:
            return _("最低得零，最高得满分") if up else _("最高得零，最低得满分")
        case Normalisation.PERCENTILE:
            return _("其他企业中不高于它的占比") if up else _("其他企业中不低于它的占比")
        case _:
            low, high = bound(item, item.lower), bound(item, item.upper)
            first, last = (low, high) if up else (high, low)
            return _("%(first)s得零，%(last)s得满分") % {"first": first, "last": last}


def bound(item: Item, limit: Decimal | None) -> str:
    """A target for people, in the unit of the fact."""
    if limit is None:
        return "?"
    fact = values.dictionary().get(item.fact) if item.kind == Kind.FACT else None
    lang = language()
    if fact is None or fact.type == "integer":
        return plain(limit)
    if fact.type == "boolean":
        return {0: _("否"), 1: _("是")}.get(int(limit), plain(limit)) if limit == int(limit) else plain(limit)
    return amounts.percent(limit) if fact.type == "ratio" else amounts.amount(amounts.fen_of(limit), lang)


def unknown(item: Item) -> str:
    """What an unknown value does."""
    return {
        Missing.ZERO: _("缺，按零分计"),
        Missing.LOWEST: _("缺，按参评企业的最低得分计"),
        Missing.LEFT_OUT: _("缺，这项不计，其余权重按比例放大"),
        Missing.UNDETERMINED: _("缺，总分因此待定"),
    }[Missing(item.missing)]


def limit(definition: Definition, place: int) -> str:
    """What it takes to get a star of a set."""
    tier = definition.tiers[place]
    if tier.limit is None:
        return _("其余企业")
    upto = sum((one.limit or Decimal(0) for one in definition.tiers[: place + 1]), Decimal(0))
    told = {"limit": plain(tier.limit), "upto": plain(upto)}
    match definition.method:
        case Method.SCORE:
            return _("%(limit)s分以上（含）") % told
        case Method.SHARE:
            return _("%(limit)s%%（前%(upto)s%%）") % told
        case Method.QUOTA:
            return _("不超过%(limit)s家") % told
        case _:
            return _("%(limit)s家（前%(upto)s名）") % told


def ties(definition: Definition) -> str:
    """What decides between equal scores."""
    titles = {one.key: one.title for one in definition.indicators}
    named = _("、").join(titles[key] for key in definition.ties)
    if not named:
        return _("同分的名次并列。")
    return _("同分的依次比较%(titles)s；仍相同的名次并列。") % {"titles": named}


def plain(number: Decimal) -> str:
    """A number without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Decimal) -> str:
    """0.5 as 50.00%."""
    return f"{share * 100:.2f}%"
