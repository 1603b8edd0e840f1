"""What views of every room share: who asks, the page of a list that is asked for, how an act is answered at a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.law.errors import InputError, ZongbuError

PER_PAGE = 50
"""Rows on a page of a list."""
Made = TypeVar("Made")


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, as the access middleware found out."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # the middleware sets it
    return viewer


def page_of(request: HttpRequest, found: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page of a list that the address asks for; the nearest one if there is none of that number."""
    return Paginator(found, per_page).get_page(request.GET.get("page"))


def attempt(form: BaseForm, act: Callable[[], Made]) -> Made | None:
    """Perform an act that makes something; what stands in the way becomes errors of the form, beside the field where
    there is one, and None comes back.

    Raises:
        PermissionDenied: the person may not at all.
    """
    try:
        return act()
    except Refused as error:
        form.add_error(None, str(error))
    except PermissionDenied:
        raise
    except ZongbuError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        for name, faults in error.error_dict.items() if hasattr(error, "error_dict") else [("", error.error_list)]:
            form.add_error(name if name in form.fields else None, [text for one in faults for text in one.messages])
    return None


def whole(form: BaseForm, act: Callable[[], Made]) -> Made | None:
    """``attempt``, where the act is made of several: all of them or none."""

    def together() -> Made:
        with transaction.atomic():
            return act()

    return attempt(form, together)


def act_page(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    context: dict[str, Any],
    template: str,
) -> HttpResponse:
    """A page with one form: performs the act and leads on, or shows the form again with what is wrong.

    Args:
        to: where to go afterwards, or what tells it from what the act made.
        context: ``title``, ``lead``, ``submit``, ``cancel``, ``crumbs``, ``danger``, and what the template needs more.
    """
    if form.is_bound and form.is_valid():
        made = whole(form, act)
        if made is not None:
            messages.success(request, done)
            return redirect(to(made) if callable(to) else to)
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def performed(form: BaseForm, act: Callable[[], object]) -> bool:
    """Perform an act, whatever it answers; what stands in the way becomes an error of the form as a whole. Whether it
    was performed."""
    try:
        act()
    except (InputError, Refused) as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
    else:
        return True
    return False
