"""The one-time token of a form, and the decorator that lets only its first sending through."""

from __future__ import annotations

import functools
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from zongbu.desk.kernel.submission.models import Submission

FIELD = "submission"
"""Name of the hidden field."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

View = TypeVar("View", bound=Callable[..., HttpResponse])


def new_token() -> str:
    """A token for one form; nothing is stored before the form is sent."""
    return secrets.token_urlsafe(24)


def once(view: View) -> View:
    """Lets a POST with the same token through once; whoever sends it again is led where the first one led.

    Runs the view in one transaction with the note that the token is used: what fails leaves the token unused, and of
    several sendings at the same moment the others wait for the first. Success is a redirect (HTTP 3xx, or htmx's
    ``HX-Redirect``). Other methods pass.

    Raises:
        BadRequest: a POST without a token.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **named)
        token = request.POST.get(FIELD, "")
        if not TOKEN.fullmatch(token):
            raise BadRequest("the form was sent without its token")
        person = request.user.pk if request.user.is_authenticated else None
        try:
            with transaction.atomic():
                return _first(view, request, args, named, token, person)
        except _AlreadySent:
            return _again(request, token, person)

    return wrapped  # type: ignore[return-value]


class _AlreadySent(Exception):
    """The token is taken: by a sending that is through, since the database made us wait for it."""


def _first(
    view: Callable[..., HttpResponse],
    request: HttpRequest,
    args: tuple[Any, ...],
    named: dict[str, Any],
    token: str,
    person: int | None,
) -> HttpResponse:
    try:
        with transaction.atomic():
            sent = Submission.objects.create(token=token, person=person, path=request.path[:500])
    except IntegrityError:
        raise _AlreadySent from None
    response = view(request, *args, **named)
    place = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if place:
        sent.outcome = place
        sent.save(update_fields=["outcome"])
    else:
        sent.delete()
    return response


def _again(request: HttpRequest, token: str, person: int | None) -> HttpResponse:
    sent = Submission.objects.filter(token=token, path=request.path[:500]).first()
    # Whoever sent the form first may have become somebody by it (an invitation accepted).
    if sent is None or sent.person not in (None, person):
        raise BadRequest("the token belongs to another form")
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": sent.outcome})
    return HttpResponseRedirect(sent.outcome)


KEPT_FOR = timedelta(days=30)
"""How long it is remembered that a form was sent; the session and CSRF secret behind it are gone long before."""


def sweep() -> int:
    """Forget forms that were sent long ago; for the daily round. Returns how many."""
    return Submission.objects.filter(moment__lt=timezone.now() - KEPT_FOR).delete()[0]
