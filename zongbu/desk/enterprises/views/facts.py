"""The facts of an enterprise: what counts, why, since when; declaring, recording, finding; evidence."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zongbu.desk.enterprises import actions, files, permissions, queries, showing, values
from zongbu.desk.enterprises.actions.evidence import may_delete
from zongbu.desk.enterprises.forms.acts import UploadForm
from zongbu.desk.enterprises.forms.facts import (
    DeclarationForm,
    FindingForm,
    OneFactForm,
    RecordForm,
)
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, EvidenceLink, FactDraft
from zongbu.desk.enterprises.views.common import day_of, enterprise_of, frame
from zongbu.desk.enterprises.views.uploads import evidence_from, once_with_evidence, upload_of
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.law import InputError
from zongbu.law.facts import Fact

KINDS = ("declared", "registry", "finding")


def facts(request: HttpRequest, uscc: str) -> HttpResponse:
    """Every fact that a policy reads: what counts on a day, as known at a moment, from where."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    as_of, known_at = day_of(request), _known_at(request)
    latest = queries.latest_of_many([enterprise.pk], as_of, known_at)[enterprise.pk]
    current = queries.everything_at([enterprise.pk], as_of, known_at)[enterprise.pk]
    recordings = queries.recordings({entry.recording for entry in latest.values()})
    findable = {
        fact.identifier
        for fact in showing.needed()
        if fact.kind == "finding" and permissions.may_find(viewer, enterprise, fact.identifier, seen=True)
    }
    groups: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {kind: ([], []) for kind in KINDS}
    for fact in showing.needed():
        year = as_of.year - 1 if fact.period == "prior_year" else None
        entry = latest.get(values.Key(fact, year).text)
        value = current.get(fact.identifier, "")
        recording = recordings.get(entry.recording) if entry is not None and entry.value == value else None
        known, unknown = groups[fact.kind]
        (known if value else unknown).append(
            {
                "fact": fact,
                "title": showing.title(fact),
                "year": year,
                "value": showing.show(fact, value),
                "entry": entry,
                "recording": recording,
                "named": recording is not None
                and (viewer.role not in ENTERPRISE or recording.organisation_id == viewer.organisation),
                "needs": showing.needs(fact.identifier),
                "may_find": fact.kind == "finding" and fact.identifier in findable,
            }
        )
    labels = {"declared": _("企业申报"), "registry": _("登记和部门数据"), "finding": _("部门认定")}
    shown = frame(request, enterprise, "facts") | {
        "as_of": as_of,
        "known_on": request.GET.get("known_on", ""),
        "groups": [(kind, labels[kind], *groups[kind]) for kind in KINDS],
        "draft": _draft(enterprise, as_of.year - 1) if permissions.may_declare(viewer, enterprise) else None,
        "evidence": [
            (file, not file.linked and may_delete(viewer, file))
            for file in enterprise.evidence.select_related("organisation").annotate(linked=_linked())
        ],
        "upload": UploadForm(),
    }
    return render(request, "enterprises/facts.html", shown)


def fact(request: HttpRequest, uscc: str, fact: str) -> HttpResponse:
    """Everything ever recorded of one fact: value, source, who, when, why, evidence."""
    enterprise, viewer, found = enterprise_of(request, uscc), viewer_of(request), _fact(fact)
    today = timezone.localdate()
    counting = {entry.record for entry in queries.latest_of_many([enterprise.pk], today)[enterprise.pk].values()}
    rows = [
        {
            "record": record,
            "value": showing.show(found, record.value),
            "counts": record.pk in counting,
            "named": viewer.role not in ENTERPRISE or record.recording.organisation_id == viewer.organisation,
            "files": [link.file for link in record.recording.evidence_links.all()],
        }
        for record in queries.history(enterprise, found.identifier)
    ]
    shown = frame(request, enterprise, "facts") | {
        "fact": found,
        "title": showing.title(found),
        "definition": showing.definition(found),
        "needs": showing.needs(found.identifier),
        "rows": rows,
        "may_find": permissions.may_find(viewer, enterprise, found.identifier),
    }
    return render(request, "enterprises/fact.html", shown)


# --- declaring --------------------------------------------------------------------------------------------


@once_with_evidence
def declare(request: HttpRequest, uscc: str) -> HttpResponse:
    """All that the enterprise declares for a year; what is typed can be kept as a draft and counts when submitted."""
    enterprise, viewer = enterprise_of(request, uscc), viewer_of(request)
    if not permissions.may_declare(viewer, enterprise):
        raise PermissionDenied
    year = _year(request)
    draft = _draft(enterprise, year)
    if request.method == "POST":
        form = DeclarationForm(request.POST, request.FILES, enterprise=enterprise, year=year)
        if form.is_valid():
            evidence = evidence_from(request, form)
            if not form.errors:
                try:
                    recording = actions.declare(
                        viewer,
                        enterprise,
                        form.told(),
                        period=year,
                        evidence=evidence,
                        reason=form.cleaned_data["reason"],
                    )
                except InputError as error:
                    form.add_error(None, str(error))
                else:
                    if recording is None:
                        messages.info(request, _("所填内容与已申报的一致，没有新的记录。"))
                    else:
                        messages.success(request, _("已提交申报。结果见“体检”页。"))
                    return redirect("enterprises:facts", uscc)
    else:
        typed = draft.values if draft is not None else None
        form = DeclarationForm(enterprise=enterprise, year=year, typed=typed, reuse=request.GET.get("reuse", ""))
    last = timezone.localdate().year - 1
    shown = frame(request, enterprise, "facts") | {
        "form": form,
        "year": year,
        "years": range(last, last - 4, -1),
        "draft": draft,
        "saved": request.GET.get("saved"),
    }
    return render(request, "enterprises/declare.html", shown)


@require_POST
def draft(request: HttpRequest, uscc: str) -> HttpResponse:
    """Keep what has been typed. Saving the same twice changes nothing, so no one-time token is needed."""
    enterprise, viewer, year = enterprise_of(request, uscc), viewer_of(request), _year(request)
    form = DeclarationForm(request.POST, enterprise=enterprise, year=year)
    scripted = request.headers.get("X-Requested-With") == "draft"
    try:
        saved = actions.save_draft(
            viewer,
            enterprise,
            year,
            form.typed(),
            small_int(request.POST.get("revision")),
        )
    except actions.DraftChanged as error:
        if scripted:
            return JsonResponse({"error": str(error)}, status=409)
        form.add_error(None, str(error))
        last = timezone.localdate().year - 1
        shown = frame(request, enterprise, "facts") | {
            "form": form,
            "year": year,
            "years": range(last, last - 4, -1),
            "draft": _draft(enterprise, year),
        }
        return render(request, "enterprises/declare.html", shown, status=409)
    if scripted:
        moment = timezone.localtime(saved.saved_at)
        return JsonResponse({"revision": saved.revision, "saved": moment.strftime("%H:%M:%S")})
    messages.success(request, _("草稿已保存，尚未提交。"))
    return redirect(f"{reverse('enterprises:declare', args=[uscc])}?year={year}")


@require_POST
def discard(request: HttpRequest, uscc: str) -> HttpResponse:
    """Throw the draft of a year away."""
    actions.discard_draft(viewer_of(request), enterprise_of(request, uscc), _year(request))
    messages.info(request, _("草稿已放弃，已申报的内容没有变化。"))
    return redirect("enterprises:facts", uscc)


# --- recording and finding --------------------------------------------------------------------------------


@once_with_evidence
def record(request: HttpRequest, uscc: str, fact: str) -> HttpResponse:
    """Record what a register or a department says of a fact."""
    enterprise, viewer, found = enterprise_of(request, uscc), viewer_of(request), _fact(fact)
    if not permissions.may_record(viewer, enterprise) or found.kind == "finding" or found.identifier == "uscc":
        raise PermissionDenied
    year = _year(request)
    form = RecordForm(request.POST or None, request.FILES or None, enterprise=enterprise, fact=found, year=year)

    def perform(given: dict[str, Any], evidence: list[EvidenceFile]) -> object:
        return actions.record(
            viewer,
            enterprise,
            form.cleaned,
            source_name=given["source_name"],
            valid_from=given.get("valid_from"),
            period=year,
            evidence=evidence,
            reason=given["reason"],
        )

    return _one(request, enterprise, found, form, perform, _("录入：%s") % showing.title(found), _("录入"), year)


@once_with_evidence
def find(request: HttpRequest, uscc: str, fact: str) -> HttpResponse:
    """Make a finding."""
    enterprise, viewer, found = enterprise_of(request, uscc), viewer_of(request), _fact(fact)
    if not permissions.may_find(viewer, enterprise, found.identifier) or found.kind != "finding":
        raise PermissionDenied
    year = timezone.localdate().year - 1
    form = FindingForm(request.POST or None, request.FILES or None, enterprise=enterprise, fact=found, year=year)

    def perform(given: dict[str, Any], evidence: list[EvidenceFile]) -> object:
        return actions.find(
            viewer,
            enterprise,
            found.identifier,
            form.cleaned[found.identifier],
            given["reason"],
            valid_from=given["valid_from"],
            evidence=evidence,
        )

    return _one(request, enterprise, found, form, perform, _("认定：%s") % showing.title(found), _("作出认定"), year)


def _one(
    request: HttpRequest,
    enterprise: Enterprise,
    found: Fact,
    form: OneFactForm,
    perform: Any,
    heading: str,
    submit: str,
    year: int,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        evidence = evidence_from(request, form)
        if not form.errors:
            try:
                made = perform(form.cleaned_data, evidence)
            except (InputError, NotPermitted) as error:
                form.add_error(None, str(error))
            else:
                if made is None:
                    messages.info(request, _("与已有记录一致，没有新的记录。"))
                else:
                    messages.success(request, _("已记录：%s") % showing.title(found))
                return redirect("enterprises:fact", enterprise.uscc, found.identifier)
    last = timezone.localdate().year - 1
    shown = frame(request, enterprise, "facts") | {
        "form": form,
        "fact": found,
        "title": showing.title(found),
        "heading": heading,
        "submit": submit,
        "year": year,
        "years": range(last, last - 4, -1) if found.period else None,
        "back": reverse("enterprises:fact", args=[enterprise.uscc, found.identifier]),
    }
    return render(request, "enterprises/one_fact.html", shown)


# --- evidence ---------------------------------------------------------------------------------------------


@once_with_evidence
def upload(request: HttpRequest, uscc: str) -> HttpResponse:
    """Upload a file as evidence."""
    enterprise = enterprise_of(request, uscc)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and upload_of(request, form) is not None:
        messages.success(request, _("材料已上传。"))
        return redirect(f"{reverse('enterprises:facts', args=[uscc])}#evidence")
    shown = frame(request, enterprise, "facts") | {
        "form": form,
        "heading": _("上传佐证材料"),
        "submit": _("上传"),
        "back": reverse("enterprises:facts", args=[uscc]),
    }
    return render(request, "enterprises/act.html", shown)


def download(request: HttpRequest, pk: int) -> FileResponse:
    """A file, as an attachment, to whoever may read the record it belongs to."""
    try:
        found = queries.evidence(viewer_of(request), pk)
        content = files.path_of(found.stored).open("rb")
    except (EvidenceFile.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    media = files.KINDS[found.kind][0]
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=media)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
def delete_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a file that proves nothing yet."""
    try:
        found = queries.evidence(viewer_of(request), pk)
    except EvidenceFile.DoesNotExist:
        raise Http404 from None
    try:
        actions.delete_file(viewer_of(request), found)
        messages.success(request, _("已删除 %s。") % found.name)
    except InputError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('enterprises:facts', args=[found.enterprise.uscc])}#evidence")


# --- reading the address ----------------------------------------------------------------------------------


def _fact(identifier: str) -> Fact:
    found = values.dictionary().get(identifier)
    if found is None:
        raise Http404
    return found


def _year(request: HttpRequest) -> int:
    """The year of yearly figures: of the last four that are over."""
    last = timezone.localdate().year - 1
    year = small_int(request.POST.get("year") or request.GET.get("year"))
    return year if year is not None and last - 4 < year <= last else last


def _known_at(request: HttpRequest) -> datetime | None:
    """The end of the day ``?known_on=``: what had been recorded by then; None: by now."""
    try:
        day = date.fromisoformat(request.GET.get("known_on", ""))
    except ValueError:
        return None
    return datetime.combine(day, time.max, tzinfo=timezone.get_current_timezone())


def _draft(enterprise: Enterprise, year: int) -> FactDraft | None:
    return queries.drafts(enterprise).filter(year=year).first()


def _linked() -> Exists:
    return Exists(EvidenceLink.objects.filter(file=OuterRef("pk")))
