"""The auditors' pages: the journal, an entry, export, verification."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.journal.chain import Break, against, go_on, where_it_ends
from zongbu.desk.kernel.journal.export import FORMATS, TooMany, export
from zongbu.desk.kernel.journal.forms import FilterForm
from zongbu.desk.kernel.journal.queries import check, entries, labels
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

A_PAGE = 50
SECONDS = 8.0
"""How long one request verifies before it shows how far it has come."""
NOTED = re.compile(r"(\d{1,18})[\s:：,，]+([0-9a-f]{64})")
"""The end of the chain as it was noted down: number and digest."""
_SALT = "zongbu.kernel.verify"


@require_GET
def entries_list(request: HttpRequest) -> HttpResponse:
    """The journal, the latest first, filtered."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form = FilterForm(viewer, request.GET)
    filters = form.filters()
    page = Paginator(entries(viewer, filters).order_by("-sequence"), A_PAGE).get_page(request.GET.get("page"))
    shown = [(entry, labels().get(entry.act, "")) for entry in page.object_list]
    context = {"form": form, "filters": filters.used(), "page": page, "shown": shown, "formats": FORMATS}
    return render(request, "kernel/journal.html", context)


@require_GET
def entry(request: HttpRequest, sequence: int) -> HttpResponse:
    """One entry: who, what, when, from where, before and after side by side."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = get_object_or_404(entries(viewer), sequence=sequence)
    before, after = found.before or {}, found.after or {}
    names = [*before, *(name for name in after if name not in before)]
    changes = [
        {
            "name": name,
            "had": name in before,
            "before": _shown(before.get(name)),
            "has": name in after,
            "after": _shown(after.get(name)),
            "changed": (name in before) != (name in after) or before.get(name) != after.get(name),
        }
        for name in names
    ]
    context = {
        "entry": found,
        "label": labels().get(found.act, found.act),
        "role": dict(Role.choices).get(found.role, found.role),
        "changes": changes,
        "earlier": entries(viewer).filter(sequence=sequence - 1).exists(),
        "later": entries(viewer).filter(sequence=sequence + 1).exists(),
    }
    return render(request, "kernel/entry.html", context)


def _shown(value: Any) -> str:
    """A journalled value for people: text as it is, what has parts as indented JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


@require_POST
def export_entries(request: HttpRequest) -> HttpResponseBase:
    """The filtered entries as a file."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form, kind = FilterForm(viewer, request.POST), request.POST.get("format", "")
    if kind not in FORMATS or not form.is_valid():
        raise BadRequest("no such format or filters")
    try:
        content = export(viewer, form.filters(), kind)
    except TooMany as refused:
        messages.error(request, str(refused))
        return redirect("kernel:journal")
    name = f"journal-{timezone.localtime():%Y%m%d-%H%M%S}.{kind}"
    if kind == "xlsx":
        return FileResponse(content, as_attachment=True, filename=name, content_type=FORMATS[kind])
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=FORMATS[kind], headers=disposition)


def verification(request: HttpRequest) -> HttpResponse:
    """Going through the chain, some seconds at a time; the outcome is journalled."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    check(viewer)
    context: dict[str, Any] = {"end": where_it_ends(), "known": request.POST.get("known", "").strip()[:100]}
    noted = NOTED.fullmatch(context["known"])
    if request.method == "POST" and context["known"] and noted is None:
        context["misunderstood"] = True
    elif request.method == "POST":
        progress = go_on(_reached(request), SECONDS)
        found = progress.found
        if progress.finished and noted is not None and (found is None or found.sequence > int(noted[1])):
            found = against((int(noted[1]), noted[2])) or found
        context |= {
            "end": progress.end,
            "progress": progress,
            "found": found,
            "state": signing.dumps(progress.reached, salt=_SALT),
            "verified_at": timezone.now(),
        }
        if progress.finished:
            _tell(viewer, progress.end.sequence, found)
    return render(request, "kernel/verification.html", context)


def _reached(request: HttpRequest) -> int:
    """Up to which entry an earlier request of this verification came."""
    try:
        return int(signing.loads(request.POST.get("state") or signing.dumps(0, salt=_SALT), salt=_SALT, max_age=3600))
    except (signing.BadSignature, ValueError):
        return 0


def _tell(viewer: Viewer, end: int, found: Break | None) -> None:
    outcome: dict[str, Any] = {"entries": end, "intact": found is None}
    if found is not None:
        outcome |= {"broken_at": found.sequence, "fault": found.fault}
    with transaction.atomic():
        journal.record("kernel.verify_journal", viewer, after=outcome)
