"""Preparing, announcing, extending, concluding and cancelling rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.kept import keep
from zongbu.desk.library.policies import policy
from zongbu.desk.recognition.flow import ROUND
from zongbu.desk.recognition.models import RequiredMaterial, Round, RoundCheck


@dataclass(frozen=True, slots=True)
class Check:
    """A department (primary key of its organisation), the facts that it confirms, and its task in words."""

    organisation: int
    facts: tuple[str, ...]
    task: str


@dataclass(frozen=True, slots=True)
class Material:
    """A document that applicants hand in."""

    title: str
    note: str = ""
    track: str = ""
    required: bool = True


def prepare(viewer: Viewer, round: Round, checks: Iterable[Check], materials: Iterable[Material]) -> Round:
    """Write down a new round with its settings; nobody outside the office sees it yet.

    Raises:
        NotPermitted: not the city office. ValidationError: a field is wrong, or the year has a round already.
    """
    with transaction.atomic():
        round.demonstration = bool(django_settings.DEMONSTRATION)
        flow.begin(ROUND, "prepare", round, viewer)
        _parts(round, checks, materials)
    return round


def edit(
    viewer: Viewer,
    pk: int,
    values: Mapping[str, Any],
    checks: Iterable[Check],
    materials: Iterable[Material],
    *,
    seen: int | None = None,
) -> Round:
    """Change the settings of a round that has not been announced.

    Raises:
        Refused: it has been announced, or somebody changed it meanwhile. ValidationError: a field is wrong.
    """

    def change(case: Round) -> None:
        for name, value in values.items():
            setattr(case, name, value)
        case.checks.all().delete()
        case.materials.all().delete()
        _parts(case, checks, materials)

    return flow.perform(ROUND, "edit", Round, pk, viewer, change=change, seen=seen)


def announce(viewer: Viewer, pk: int, *, seen: int | None = None) -> Round:
    """Publish a round: from now on its settings stand, under the policy as it reads today.

    Raises:
        NotPermitted: no lead of the city office, or the person prepared it. Refused: a setting is missing.
    """

    def change(case: Round) -> None:
        law = policy(case.policy)
        keep(law)
        case.policy_version = law.version
        case.announced_at = timezone.now()

    return flow.perform(ROUND, "announce", Round, pk, viewer, change=change, seen=seen)


def extend(viewer: Viewer, pk: int, closes: date, reason: str) -> Round:
    """Let applications come in longer.

    Raises:
        Refused: the new day is not later than the old one or lies in the past, or no reason is given.
    """

    def change(case: Round) -> None:
        if closes <= case.closes or closes < timezone.localdate():
            raise Refused(_("新的截止日须晚于原定的截止日和今天。"))
        case.closes = closes

    return flow.perform(ROUND, "extend", Round, pk, viewer, reason, change)


def conclude(viewer: Viewer, pk: int) -> Round:
    """End a round in which nothing is under way any more.

    Raises:
        Refused: something is.
    """

    def change(case: Round) -> None:
        case.concluded_at = timezone.now()

    return flow.perform(ROUND, "conclude", Round, pk, viewer, change=change)


def cancel(viewer: Viewer, pk: int, reason: str) -> Round:
    """Drop a round that has not been announced."""
    return flow.perform(ROUND, "cancel", Round, pk, viewer, reason)


def _parts(round: Round, checks: Iterable[Check], materials: Iterable[Material]) -> None:
    RoundCheck.objects.bulk_create(
        RoundCheck(round=round, organisation_id=one.organisation, facts=list(one.facts), task=one.task)
        for one in checks
    )
    RequiredMaterial.objects.bulk_create(
        RequiredMaterial(round=round, title=one.title, note=one.note, track=one.track, required=one.required)
        for one in materials
    )
