"""What the views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import policies
from zongbu.desk.library.showing import links
from zongbu.desk.library.showing.reader import Reader
from zongbu.law import Policy
from zongbu.law.errors import ZongbuError

PER_PAGE = 50
Made = TypeVar("Made")
Crumbs = list[tuple[str, str]]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def policy_or_404(identifier: str) -> Policy:
    try:
        return policies.policy(identifier)
    except policies.UnknownPolicy as error:
        raise Http404(str(error)) from None


def reader_of(identifier: str) -> Reader:
    """The policy, read for a page in the reader's language today; 404 if there is none."""
    return Reader(policy_or_404(identifier), language(), timezone.localdate())


def crumbs(reader: Reader | None = None, *more: tuple[str, str]) -> Crumbs:
    """Where a page stands: library, policy, and what follows."""
    found: Crumbs = [(_("政策库"), reverse("library:policies"))]
    if reader is not None:
        found.append((links.short_title(reader.policy, reader.lang), links.policy_url(reader.policy)))
    return [*found, *more]


def page_of(request: HttpRequest, found: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page of a list that the address asks for; the nearest one if there is none of that number."""
    return Paginator(found, per_page).get_page(request.GET.get("page"))


def attempt(form: BaseForm, act: Callable[[], Made]) -> Made | None:
    """Perform an act; what stands in the way becomes errors of the form, and None comes back.

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
