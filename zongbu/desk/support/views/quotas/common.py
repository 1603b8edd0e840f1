"""What these views share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast

from django.contrib import messages
from django.forms import BaseForm, Form
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises import files
from zongbu.desk.enterprises import queries as register
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow, pages
from zongbu.desk.kernel.flow import Case, Flow
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.measures import Offering
from zongbu.law import InputError
from zongbu.law.names import Names


@dataclass(frozen=True, slots=True)
class Panel:
    """An act with its form on the page of a case. ``note`` says what follows from it."""

    name: str
    label: str
    form: Form
    url: str
    danger: bool = False
    note: str = ""
    first: bool = False


def title_of(found: Offering) -> str:
    """What a measure is called in the reader's language."""
    return Names(found.policy, language()).rule(found.measure.identifier)


def choices(offerings: list[Offering]) -> list[tuple[str, str]]:
    """Measures to choose among, by key."""
    return [(one.key, f"{title_of(one)} · {one.measure.clause}") for one in offerings]


def filled(name: str, kind: Callable[..., Form], sent: tuple[str, Form] | None, seen: int, **given: Any) -> Form:
    """The form of an act: the one that was sent and refused, or a fresh one."""
    if sent is not None and sent[0] == name:
        return sent[1]
    initial = {"seen": seen, **given.pop("initial", {})}
    return kind(initial=initial, auto_id=f"id_{name}_%s", **given)


def refusal(request: HttpRequest, form: BaseForm) -> None:
    """What stands in the way of a form that is not shown again, as a message."""
    for faults in form.errors.values():
        for one in faults:
            messages.error(request, str(one))


def history_of(found: Flow, case: Case, viewer: Viewer) -> list[dict[str, Any]]:
    """What was done, from the first act on; enterprises see offices, not persons."""
    own = viewer.role in ENTERPRISE
    return [
        {
            "moment": one.moment,
            "act": found.act(one.act).label,
            "who": one.organisation_name if own else f"{one.organisation_name} {one.person_name}",
            "reason": one.reason,
        }
        for one in flow.history(found, case)
    ]


act_page = partial(pages.act_page, template="support/quotas/act.html")
"""``pages.act_page`` with the template of this room, unless told otherwise."""


def enterprise_of(form: Form, found: Any, field: str = "uscc") -> Enterprise | None:
    """The enterprise that a form names, among those that may be named; an error of the form where there is none."""
    code = str(form.cleaned_data.get(field, "")).strip().upper()
    one: Enterprise | None = found.filter(uscc=code).first()
    if one is None:
        form.add_error(field, _("没有这家企业，或者不在您的范围。"))
    return one


def own_enterprise(viewer: Viewer) -> Enterprise | None:
    """The enterprise for which the viewer acts; None where it has no record yet, or the viewer is an official."""
    return register.enterprises(viewer).filter(uscc=viewer.uscc).first() if viewer.uscc else None


@contextmanager
def taken_in(request: HttpRequest, **_named: Any) -> Iterator[None]:
    """Take uploads in before the transaction of the form (``once``): storing and scanning takes a while."""
    taken: dict[str, EvidenceFile | InputError] = {}
    viewer = viewer_of(request)
    enterprise = own_enterprise(viewer) if request.FILES and viewer.role in ENTERPRISE else None
    if enterprise is not None:
        for name, sent in request.FILES.items():
            try:
                content = cast(IO[bytes], sent)
                taken[name] = enterprises.upload(viewer, enterprise, getattr(sent, "name", "") or "", content)
            except InputError as error:
                taken[name] = error
    request.taken_in = taken  # type: ignore[attr-defined]
    yield


def uploaded(request: HttpRequest, form: BaseForm) -> dict[str, EvidenceFile]:
    """What has been taken in, by field; an upload that cannot be accepted is an error of the form."""
    found: dict[str, EvidenceFile] = {}
    taken: dict[str, EvidenceFile | InputError] = getattr(request, "taken_in", {})
    for name, one in taken.items():
        if isinstance(one, InputError):
            form.add_error(name if name in form.fields else None, str(one))
        elif name in form.fields:
            found[name] = one
    return found


def download(found: EvidenceFile) -> FileResponse:
    """A file, as an attachment."""
    try:
        content = files.path_of(found.stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=files.KINDS[found.kind][0])
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def crumb(label: str, route: str, *arguments: Any) -> tuple[str, str]:
    return label, reverse(f"support:{route}", args=arguments)
