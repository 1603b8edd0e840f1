"""What these views share."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext

from zongbu.desk.kernel import pages
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.views.common import Crumbs
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.models import Application, Batch, Round


def address(route: str, *arguments: Any) -> str:
    """The address of a route of recognition; nothing where there is none."""
    try:
        return reverse(f"recognition:{route}", args=arguments)
    except NoReverseMatch:
        return ""


def round_or_404(viewer: Viewer, pk: int) -> Round:
    return get_object_or_404(queries.rounds(viewer), pk=pk)


def application_or_404(viewer: Viewer, receipt: str) -> Application:
    return get_object_or_404(queries.applications(viewer), receipt=receipt)


def batch_or_404(viewer: Viewer, pk: int) -> Batch:
    return get_object_or_404(queries.batches(viewer), pk=pk)


def decides(viewer: Viewer, round: Round) -> bool:
    """Whether the viewer is of those whom the round gives the final decision."""
    return viewer.writes and viewer.role == round.approver


def of_office(viewer: Viewer) -> bool:
    return viewer.writes and viewer.role in CITY


def leads(viewer: Viewer) -> bool:
    return viewer.writes and viewer.role == Role.CITY_LEAD


def crumbs(round: Round | None = None, *more: tuple[str, str]) -> Crumbs:
    """Where a page stands: rounds, the round, and what follows."""
    found: Crumbs = [(pgettext("list", "认定批次"), reverse("recognition:rounds"))]
    if round is not None:
        found.append((round.title, reverse("recognition:round", args=[round.pk])))
    return [*found, *more]


act_page = partial(pages.act_page, template="recognition/office/act.html")
"""``pages.act_page`` with the template of this room, unless told otherwise."""
