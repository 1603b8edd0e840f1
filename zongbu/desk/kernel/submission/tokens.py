"""The one-time token of a form, and the decorator that lets only its first sending through."""

from __future__ import annotations

import functools
import hashlib
import random
import re
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar, overload

from django.core.exceptions import BadRequest
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from zongbu.desk.kernel.submission.models import Submission

FIELD = "submission"
"""Name of the hidden field."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

COLLISIONS = frozenset({"40P01", "40001"})
"""SQLSTATE of transactions that the database took back because they met another: deadlock, serialization failure."""
TRIES = 4

View = TypeVar("View", bound=Callable[..., HttpResponse])
Prepare = Callable[..., AbstractContextManager[object]]


def new_token() -> str:
    """A token for one form; nothing is stored before the form is sent."""
    return secrets.token_urlsafe(24)


@overload
def once(view: View, *, prepare: Prepare | None = None, anonymous: bool = False) -> View: ...


@overload
def once(view: None = None, *, prepare: Prepare | None = None, anonymous: bool = False) -> Callable[[View], View]: ...


def once(
    view: View | None = None, *, prepare: Prepare | None = None, anonymous: bool = False
) -> View | Callable[[View], View]:
    """Lets a POST with the same token through once; whoever sends it again is led where the first one led.

    Runs the view in one transaction with the note that the token is used: what fails leaves the token unused, and of
    several sendings at the same moment the others wait for the first. Success is a redirect (HTTP 3xx, or htmx's
    ``HX-Redirect``). Other methods pass. A transaction that collides with another one (``COLLISIONS``) is run again.

    Args:
        prepare: called like the view, for a POST that may be the first; the context that it returns is entered before
            the transaction begins and left after it has ended (with its exception, where it failed). What is slow,
            as writing and scanning an upload, belongs there: inside, others would wait for it. It may run for a
            sending that turns out to be the second, and for a form that is shown again with errors.
        anonymous: for forms that are nobody's: what is kept tells neither who sent it, nor which form, nor where it
            led. Only with the token, which is kept as a digest, can the outcome be read; the sender alone has it.

    Raises:
        BadRequest: a POST without a token.
    """
    if view is None:
        return functools.partial(once, prepare=prepare, anonymous=anonymous)

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **named)
        token = request.POST.get(FIELD, "")
        if not TOKEN.fullmatch(token):
            raise BadRequest("the form was sent without its token")
        person = request.user.pk if request.user.is_authenticated else None
        note = _Note(token, request.path, person, anonymous)
        if prepare is not None and Submission.objects.filter(token=note.token).exists():
            return _again(request, note)
        try:
            with prepare(request, *args, **named) if prepare is not None else nullcontext():
                return _tried(lambda: _first(view, request, args, named, note), request)
        except _AlreadySent:
            return _again(request, note)

    return wrapped  # type: ignore[return-value]


class _Note:
    """What is kept of a form that was sent."""

    def __init__(self, token: str, path: str, person: int | None, anonymous: bool) -> None:
        self.secret, self.anonymous = token, anonymous
        self.person = None if anonymous else person
        self.token = hashlib.sha256(f"token {token}".encode()).hexdigest() if anonymous else token
        self.path = hashlib.sha256(f"path {token} {path}".encode()).hexdigest() if anonymous else path[:500]

    def sealed(self, place: str) -> str:
        """Where the form led, as it is kept."""
        return self._covered(place.encode()).hex() if self.anonymous else place

    def opened(self, outcome: str) -> str:
        """Where it led, of what was kept."""
        return self._covered(bytes.fromhex(outcome)).decode() if self.anonymous else outcome

    def _covered(self, text: bytes) -> bytes:
        # A token is used for one text only, so that a stream made of it covers it and nothing else.
        stream = hashlib.shake_256(f"outcome {self.secret}".encode()).digest(len(text))
        return bytes(one ^ other for one, other in zip(text, stream, strict=True))


class _AlreadySent(Exception):
    """The token is taken: by a sending that is through, since the database made us wait for it."""


def _tried(run: Callable[[], HttpResponse], request: HttpRequest) -> HttpResponse:
    """What ``run`` answers in one transaction, begun anew where the database sacrificed it to another one."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return run()
        except OperationalError as error:
            if not left or getattr(error.__cause__, "sqlstate", None) not in COLLISIONS:
                raise
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - so that the two do not meet again
    raise AssertionError("unreachable")


def _first(
    view: Callable[..., HttpResponse],
    request: HttpRequest,
    args: tuple[Any, ...],
    named: dict[str, Any],
    note: _Note,
) -> HttpResponse:
    try:
        with transaction.atomic():
            sent = Submission.objects.create(token=note.token, person=note.person, path=note.path)
    except IntegrityError:
        raise _AlreadySent from None
    response = view(request, *args, **named)
    place = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if place:
        sent.outcome = note.sealed(place)
        sent.save(update_fields=["outcome"])
    else:
        sent.delete()
    return response


def _again(request: HttpRequest, note: _Note) -> HttpResponse:
    sent = Submission.objects.filter(token=note.token, path=note.path).first()
    # Whoever sent the form first may have become somebody by it (an invitation accepted).
    if sent is None or sent.person not in (None, note.person):
        raise BadRequest("the token belongs to another form")
    place = note.opened(sent.outcome)
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": place})
    return HttpResponseRedirect(place)


KEPT_FOR = timedelta(days=30)
"""How long it is remembered that a form was sent; the session and CSRF secret behind it are gone long before."""


def sweep() -> int:
    """Forget forms that were sent long ago; for the daily round. Returns how many."""
    return Submission.objects.filter(moment__lt=timezone.now() - KEPT_FOR).delete()[0]
