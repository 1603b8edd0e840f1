"""What the views share."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel.language import language
from zongbu.desk.library import policies
from zongbu.desk.library.showing import links
from zongbu.desk.library.showing.reader import Reader
from zongbu.law import Policy

Crumbs = list[tuple[str, str]]


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
