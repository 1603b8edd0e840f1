"""What the views share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import pages
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.library import policies
from zongbu.desk.library.forms import DecisionForm
from zongbu.desk.library.showing import links
from zongbu.desk.library.showing.reader import Reader
from zongbu.law import Policy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Crumbs = list[tuple[str, str]]
act_page = partial(pages.act_page, template="library/form.html")
"""``pages.act_page`` with the library's template, unless told otherwise."""


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


def decided(
    request: HttpRequest,
    pk: int,
    act: str,
    perform: Callable[..., Any],
    done: Mapping[str, StrOrPromise],
    *,
    page: Callable[..., HttpResponse],
    to: str,
) -> HttpResponse:
    """One decision about what somebody proposed.

    Args:
        perform: is given viewer, key, act, reason and the version that was seen.
        done: what each act that there is says afterwards.
        page: shows what was proposed; is given request, key, form and status.
        to: the route of that page.
    """
    if act not in done:
        raise Http404(act)
    if request.method != "POST":
        return redirect(to, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: perform(viewer_of(request), pk, act, data["reason"], data["seen"])) is not None:
            messages.success(request, str(done[act]))
            return redirect(to, pk)
    return page(request, pk, form, status=400)
