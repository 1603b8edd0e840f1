"""What these views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext

from zongbu.desk.kernel.pages import attempt
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


def whole(form: BaseForm, act: Callable[[], Any]) -> Any:
    """``attempt``, where the act is made of several: all of them or none."""

    def together() -> Any:
        with transaction.atomic():
            return act()

    return attempt(form, together)


def act_page(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[], Any],
    *,
    done: str,
    to: str,
    context: dict[str, Any],
    template: str = "recognition/office/act.html",
) -> HttpResponse:
    """A page with one form: performs the act and leads on, or shows the form again with what is wrong.

    Args:
        context: ``title``, ``lead``, ``submit``, ``cancel``, ``crumbs``, ``danger``, and what the template needs more.
    """
    if form.is_bound and form.is_valid():
        made = whole(form, act)
        if made is not None:
            messages.success(request, done)
            return redirect(to)
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)
