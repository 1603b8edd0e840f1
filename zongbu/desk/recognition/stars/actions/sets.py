"""Indicator sets: drafted, put forward by one person, approved by another; afterwards only new editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.stars.definition import Definition, Item, Tier
from zongbu.desk.recognition.stars.flow import INDICATOR_SET
from zongbu.desk.recognition.stars.models import Indicator, IndicatorSet

SHIPPED = Path(__file__).parents[1] / "demonstration.yaml"


def draft(
    viewer: Viewer,
    name: str,
    source: str,
    definition: Definition,
    *,
    note: str = "",
    demonstration: bool | None = None,
    edition: int | None = None,
) -> IndicatorSet:
    """Begin a set; a further edition if there is one of that name.

    Raises:
        NotPermitted: not the city office. ValidationError: a field is wrong.
    """
    with transaction.atomic():
        last = IndicatorSet.objects.filter(name=name.strip()).aggregate(last=Max("edition"))["last"] or 0
        made = IndicatorSet(
            name=name.strip(),
            edition=edition or last + 1,
            source=source.strip(),
            note=note.strip(),
            demonstration=bool(settings.DEMONSTRATION) if demonstration is None else demonstration,
            **_plain(definition),
        )
        flow.begin(INDICATOR_SET, "draft", made, viewer)
        _write(made, definition.indicators)
    return made


def edit(
    viewer: Viewer, pk: int, values: Mapping[str, str], definition: Definition, *, seen: int | None = None
) -> IndicatorSet:
    """Change a draft. ``values``: ``source`` and ``note``.

    Raises:
        Refused: it is no draft any more, or somebody changed it meanwhile.
    """

    def change(case: IndicatorSet) -> None:
        for name, value in {**{key: text.strip() for key, text in values.items()}, **_plain(definition)}.items():
            setattr(case, name, value)
        case.indicators.all().delete()
        _write(case, definition.indicators)

    return flow.perform(INDICATOR_SET, "edit", IndicatorSet, pk, viewer, change=change, seen=seen)


def new_edition(viewer: Viewer, pk: int) -> IndicatorSet:
    """A draft that says what another edition says; that one stays as it is. A demonstration stays one.

    Raises:
        NotPermitted: not the city office. Refused: there is no such set, or a draft of it exists already.
    """
    with transaction.atomic():
        found = IndicatorSet.objects.select_for_update().filter(pk=pk).first()
        if found is None:
            raise Refused(_("这套指标不存在。"))
        waiting = IndicatorSet.objects.filter(name=found.name, state__in=["draft", "proposed"]).first()
        if waiting is not None:
            raise Refused(_("这套指标已有一份草稿（%(set)s）。") % {"set": waiting})
        return draft(
            viewer, found.name, found.source, found.definition, note=found.note, demonstration=found.demonstration
        )


def act(viewer: Viewer, pk: int, name: str, reason: str = "", *, seen: int | None = None) -> IndicatorSet:
    """``propose``, ``approve``, ``send_back``, ``retire`` or ``drop`` a set.

    Raises:
        NotPermitted: another role, or the person who proposed it.
        Refused: the weights do not sum to 100, no source, or anything else that is wrong with it.
    """
    return flow.perform(INDICATOR_SET, name, IndicatorSet, pk, viewer, reason, seen=seen)


def load_demonstration(viewer: Viewer) -> IndicatorSet:
    """Draft the set that is shipped; it is invented and stays marked as a demonstration.

    Raises:
        NotPermitted: not the city office. Refused: there is a draft of it already.
    """
    told = yaml.safe_load(SHIPPED.read_text("utf-8"))
    name = told["name"]
    if IndicatorSet.objects.filter(name=name, state__in=["draft", "proposed", "approved"]).exists():
        raise Refused(_("演示指标已经在列表里。"))
    return draft(viewer, name, told["source"], read(told), note=told["note"], demonstration=True)


def read(told: Mapping[str, Any]) -> Definition:
    """A set as it is written in a file."""

    def number(value: object) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    items = []
    for one in told["indicators"]:
        bounds = {name: number(one.get(name)) for name in ("lower", "upper", "weight")}
        items.append(Item(**{**one, **bounds}))
    tiers = tuple(Tier(one["star"], one["label"], number(one.get("limit"))) for one in told["tiers"])
    return Definition(tuple(items), tiers, told["method"], tuple(told.get("ties", ())))


def _plain(definition: Definition) -> dict[str, Any]:
    return {
        "method": definition.method,
        "tiers": [
            {"star": one.star, "label": one.label, "limit": None if one.limit is None else f"{one.limit:f}"}
            for one in definition.tiers
        ],
        "ties": list(definition.ties),
    }


def _write(case: IndicatorSet, items: Iterable[Item]) -> None:
    for position, one in enumerate(items):
        fact = one.fact if one.kind == "fact" else ""
        bounds = (one.lower, one.upper) if one.normalisation == "target" else (None, None)
        clean = replace(one, fact=fact, lower=bounds[0], upper=bounds[1])
        made = Indicator(
            set=case, position=position,
            **{name: getattr(clean, name) for name in (
                "key", "title", "weight", "kind", "fact", "direction", "normalisation", "missing", "lower", "upper"
            )},
        )  # fmt: skip
        made.full_clean(exclude=["set"])
        made.save(force_insert=True)
