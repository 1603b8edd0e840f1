"""Exports of lists; imports from upload to commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises.exchange import actions, preview, queries, storage
from zongbu.desk.enterprises.exchange import export as exporting
from zongbu.desk.enterprises.exchange.forms import UploadForm
from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.enterprises.listing.views import address_of, criteria_from, figures_year
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.law import InputError

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, as a file; a POST, because it is journalled."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    criteria, year = criteria_from(request.POST.get("query", "")), figures_year(request)
    workbook = request.POST.get("format") == "xlsx"
    name = f"{_('企业名单')}-{timezone.localtime():%Y%m%d-%H%M}.{'xlsx' if workbook else 'csv'}"
    response: HttpResponseBase
    try:
        if workbook:
            file = exporting.as_workbook(viewer, criteria, year)
            response = FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)
        else:
            pieces = _in_language(exporting.as_csv(viewer, criteria, year))
            response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = _attachment(name)
    except InputError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(address_of(criteria))
    with transaction.atomic():
        journal.record(
            "enterprises.export",
            viewer,
            after={"format": "xlsx" if workbook else "csv", "year": year, **criteria.plain_data()},
        )
    return response


def _in_language(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces are made after the view has ended, when the language of the request is gone."""
    language = get_language() or "zh-hans"

    def spoken() -> Iterator[bytes]:
        while True:
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return spoken()


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """All imports, the newest first."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    page = Paginator(queries.runs(viewer), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "enterprises/exchange/runs.html",
        {"page": page, "may_import": actions.may_import(viewer), "crumbs": _crumbs()[:1]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload an extract; it is checked in the background."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        return _uploaded(request)
    return _upload_page(request, form)


@contextmanager
def _stored(request: HttpRequest) -> Iterator[None]:
    """The upload is written and checked before the transaction begins: it may be large, and others want to write."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    with ExitStack() as stack:
        kept: storage.Kept | InputError | None = None
        file = request.FILES.get("file")
        if file is not None and actions.may_import(viewer):
            try:
                kept = stack.enter_context(storage.held(file))
            except InputError as error:
                kept = error
        request.kept = kept  # type: ignore[attr-defined]
        yield


@once(prepare=_stored)
def _uploaded(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    kept: storage.Kept | InputError | None = request.kept  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            if isinstance(kept, InputError):
                raise kept
            given = form.cleaned_data if kept is None else {**form.cleaned_data, "file": kept}
            run = actions.upload(request.viewer, **given)  # type: ignore[attr-defined]
        except InputError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("enterprises:import", args=[run.pk]))
    return _upload_page(request, form)


def _upload_page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    return render(
        request,
        "enterprises/exchange/upload.html",
        {"form": form, "crumbs": _crumbs(), "cancel": reverse("enterprises:imports")},
        status=422 if form.is_bound else 200,
    )


@require_safe
@never_cache
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what it would change, what became of it."""
    found = _run(request, pk)
    return render(request, "enterprises/exchange/run.html", _context(request, found))


@require_safe
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the background is; once it is through, the whole page is to be loaded anew."""
    found = _run(request, pk)
    if not found.working or actions.interrupted(found):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "enterprises/exchange/progress.html", {"run": found})


@require_POST
@once
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.commit, _("开始导入，可以离开这一页，稍后再来看"))


@require_POST
@once
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.discard, _("已放弃这次导入，没有写入任何数据"))


@require_POST
@once
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.go_on, _("已重新开始，从中断处继续"))


@require_safe
def rejects(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that could not be taken over, each with its reason, as CSV."""
    found = _run(request, pk)
    response = StreamingHttpResponse(_in_language(preview.rejects(found)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = _attachment(f"{_('未导入的行')}-{found.pk}.csv")
    return response


# --- helpers ----------------------------------------------------------------------------------------------


def _run(request: HttpRequest, pk: int) -> ImportRun:
    found = queries.runs(request.viewer).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, pk: int, act: Callable[[Viewer, int], ImportRun], said: str) -> HttpResponse:
    _run(request, pk)
    try:
        act(request.viewer, pk)  # type: ignore[attr-defined]
    except InputError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("enterprises:import", args=[pk]))


def _context(request: HttpRequest, found: ImportRun) -> dict[str, Any]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    offered = preview.kinds(found)
    asked = request.GET.get("kind", "")
    kind = next((kind for kind, _label, count in offered if kind == asked), "") or next(
        (kind for kind, _label, count in offered if count), ImportRow.Kind.NEW.value
    )
    state = ImportRun.State
    readable = found.state in (state.CHECKED, state.COMMITTING, state.COMMITTED, state.BROKEN)
    count = next(count for one, _label, count in offered if one == kind)
    return {
        "run": found,
        "crumbs": _crumbs(),
        "interrupted": actions.interrupted(found),
        "may_commit": actions.may_commit(viewer, found),
        "readable": readable,
        "tabs": [(label, f"?kind={one}#rows", one == kind, number) for one, label, number in offered],
        "kind": kind,
        "rows": preview.preview(found, kind) if readable else [],
        "count": count,
        "left_out": found.rejected + found.skipped,
        "to_write": found.new + found.changed,
        "written": found.created + found.updated,
    }


def _crumbs() -> list[tuple[str, str]]:
    return [
        (_("企业名录"), reverse("enterprises:list")),
        (_("数据导入"), reverse("enterprises:imports")),
    ]
