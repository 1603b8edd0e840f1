"""Files that come with a form: taken in before the transaction of what the form does.

Checking, writing and scanning a file takes a while, during which nobody else should have to wait; and the upload is
journalled, after which an act may lock nothing more. So it is a transaction of its own, and what has been taken in
stays, also where something else in the form has to be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from django.forms import Form
from django.http import HttpRequest

from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.forms.cases import MaterialsForm, Wanted
from zongbu.desk.enterprises.forms.facts import EvidenceMixin
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.flow import Case, Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.law import InputError


@contextmanager
def _taken_in(request: HttpRequest, uscc: str, **_named: Any) -> Iterator[None]:
    sent = request.FILES.get("upload")
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    enterprise = queries.enterprises(viewer).filter(uscc=uscc).first()
    if sent is not None and enterprise is not None:  # where there is none, the view says so
        request.taken_in = _kept(viewer, enterprise, sent, request.POST.get("note", ""))  # type: ignore[attr-defined]
    yield


def _kept(viewer: Viewer, enterprise: Enterprise, sent: Any, note: str = "") -> EvidenceFile | InputError:
    try:
        return actions.upload(viewer, enterprise, sent.name or "", cast(IO[bytes], sent), note)
    except InputError as error:
        return error


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


# --- materials of a case -------------------------------------------------------------------------------------


def once_with_materials(model: type[Case], states: Collection[str]) -> Callable[..., Any]:
    """``@once`` for a view (of ``receipt`` and more) by which an enterprise hands in materials of its own case, a
    ``model`` with ``enterprise``, while it is in one of the states."""

    @contextmanager
    def taken_in(request: HttpRequest, receipt: str, **_named: Any) -> Iterator[None]:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        cases: Any = model._base_manager
        of_receipt = cases.select_related("enterprise").filter(receipt=receipt, state__in=states)
        case = of_receipt.first() if request.FILES else None
        taken = {}
        if case is not None and viewer.uscc and case.enterprise.uscc == viewer.uscc:
            taken = {name: _kept(viewer, case.enterprise, sent) for name, sent in request.FILES.items()}
        request.taken_in = taken  # type: ignore[attr-defined]
        yield

    return once(prepare=taken_in)


def hand_in(request: HttpRequest, form: MaterialsForm, act: Callable[[Wanted, EvidenceFile], Any]) -> int:
    """Hand in, one by one, what a checked form names and what came with it; how many files. What cannot be handed in
    is an error of the form, and keeps nothing else from being handed in."""
    taken: dict[str, EvidenceFile | InputError] = getattr(request, "taken_in", {})
    number = 0
    for one in form.wanted:
        upload, reuse = f"file_{one.key}", f"reuse_{one.key}"
        for name, file in ((upload, taken.get(upload)), (reuse, form.cleaned_data.get(reuse))):
            if isinstance(file, InputError):
                form.add_error(name, str(file))
            elif file is not None:
                try:
                    act(one, file)
                    number += 1
                except Refused as error:
                    form.add_error(name, str(error))
    return number
