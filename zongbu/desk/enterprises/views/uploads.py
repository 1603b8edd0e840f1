"""Evidence that comes with a form: taken in before the transaction of what the form does.

Checking, writing and scanning a file takes a while, during which nobody else should have to wait; and the upload is
journalled, after which an act may lock nothing more. So it is a transaction of its own, and what has been taken in
stays, also where something else in the form has to be corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from django.forms import Form
from django.http import HttpRequest

from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.forms.facts import EvidenceMixin
from zongbu.desk.enterprises.models import EvidenceFile
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.law import InputError


@contextmanager
def _taken_in(request: HttpRequest, uscc: str, **_named: Any) -> Iterator[None]:
    sent = request.FILES.get("upload")
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    enterprise = queries.enterprises(viewer).filter(uscc=uscc).first()
    if sent is not None and enterprise is not None:  # where there is none, the view says so
        taken: EvidenceFile | InputError
        try:
            content = cast(IO[bytes], sent)
            taken = actions.upload(viewer, enterprise, sent.name or "", content, request.POST.get("note", ""))
        except InputError as error:
            taken = error
        request.taken_in = taken  # type: ignore[attr-defined]
    yield


once_with_evidence = once(prepare=_taken_in)
"""``@once`` for a view (of ``uscc`` and more) whose form has an upload."""


def upload_of(request: HttpRequest, form: Form) -> EvidenceFile | None:
    """What has been taken in; an upload that cannot be accepted is an error of the form."""
    taken: EvidenceFile | InputError | None = getattr(request, "taken_in", None)
    if isinstance(taken, InputError):
        form.add_error("upload", str(taken))
        return None
    return taken


def evidence_from(request: HttpRequest, form: EvidenceMixin) -> list[EvidenceFile]:
    """The files that a form names, and the one uploaded with it."""
    found = list(form.cleaned_data.get("evidence") or ())
    taken = upload_of(request, form)
    return found if taken is None or taken in found else [*found, taken]
