"""Rounds of recognition and applications: the same acts as on the pages, with the same guards."""

from __future__ import annotations

from typing import IO, Annotated, Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Router, UploadedFile

from zongbu.desk.api.idempotency import idempotent
from zongbu.desk.api.problems import TOKEN_ERRORS, Failure
from zongbu.desk.api.schemas import (
    ApplicationIn,
    ApplicationOut,
    ApplicationPage,
    FillIn,
    HandedOut,
    Key,
    Receipt,
    RoundOut,
    SignIn,
    WithdrawIn,
)
from zongbu.desk.api.scopes import Scope
from zongbu.desk.api.security import allowed, bearer
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises import queries as register
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.actions.applications import EDITABLE
from zongbu.desk.recognition.entering import hindrances, incomplete, texts, uncorrected
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.recognition.showing import picture_of
from zongbu.desk.recognition.standing import RETURNED, turn
from zongbu.desk.recognition.terms import Due, dues

router = Router(tags=["applications"], auth=bearer)

PAGE = 100


@router.get("/rounds", response={200: list[RoundOut], **TOKEN_ERRORS}, summary="Announced rounds, the newest first")
def list_rounds(request: HttpRequest) -> Any:
    viewer = allowed(request, Scope.APPLICATIONS)
    found = queries.rounds(viewer).filter(state__in=["open", "concluded"]).prefetch_related("materials")
    return [_round(one) for one in found[:PAGE]]


@router.get("/applications", response={200: ApplicationPage, **TOKEN_ERRORS}, summary="Applications, page by page")
def list_applications(
    request: HttpRequest,
    after: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0,
    round: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0,
    state: Annotated[str, Field(pattern=r"^[a-z_]{0,30}$")] = "",
) -> Any:
    """The newest first; ``after`` is the ``next`` of the page before."""
    viewer = allowed(request, Scope.APPLICATIONS)
    found = queries.applications(viewer).order_by("-pk")
    if after:
        found = found.filter(pk__lt=after)
    if round:
        found = found.filter(round=round)
    if state:
        found = queries.in_states(viewer, found, [state])
    page = list(found[: PAGE + 1])
    queries.veil(viewer, page)
    until = dues(page[:PAGE], viewer)
    return {
        "items": [_brief(viewer, one, until.get(one.pk)) for one in page[:PAGE]],
        "next": page[PAGE - 1].pk if len(page) > PAGE else 0,
    }


@router.post("/applications", response={201: ApplicationOut, **TOKEN_ERRORS}, summary="Begin an application")
@idempotent
def begin_application(request: HttpRequest, given: ApplicationIn) -> Any:
    """A draft; it counts for nothing before it is submitted."""
    viewer = allowed(request, Scope.APPLY)
    round = queries.rounds(viewer).get(pk=given.round)
    own = register.enterprises(viewer).filter(uscc=viewer.uscc).first() if viewer.uscc else None
    if own is None:
        raise Failure(409, "还没有企业档案，请先建档")
    made = applications.start(viewer, own, round, entry="api")
    return 201, _application(viewer, queries.application(viewer, made.receipt))


@router.get("/applications/{receipt}", response={200: ApplicationOut, **TOKEN_ERRORS}, summary="An application")
def read_application(request: HttpRequest, receipt: Receipt) -> Any:
    viewer = allowed(request, Scope.APPLICATIONS)
    return _application(viewer, queries.application(viewer, receipt))


@router.patch("/applications/{receipt}", response={200: ApplicationOut, **TOKEN_ERRORS}, summary="Fill it in")
@idempotent
def fill_application(request: HttpRequest, receipt: Receipt, given: FillIn) -> Any:
    """Way in, contact, facts, answers to comments; as long as it is a draft or was returned."""
    viewer, case = _own(request, receipt)
    fields = given.model_dump(include={"track", "contact_name", "contact_phone", "note"}, exclude_none=True)
    if fields:
        applications.fill(viewer, case.pk, fields)
    if given.facts:
        if case.state not in EDITABLE:
            raise Refused("申请已经提交，不能修改。")
        enterprises.declare_for_case(viewer, case.enterprise, given.facts, case=case.receipt, as_of=case.round.as_of)
    if given.answers:
        about = {one.subject: one.pk for one in queries.comments(viewer, case)}
        for subject, text in given.answers.items():
            applications.answer(viewer, case.pk, about.get(subject, 0), text)
    return 200, _application(viewer, queries.application(viewer, receipt))


@router.post("/applications/{receipt}/materials", response={201: HandedOut, **TOKEN_ERRORS}, summary="Hand in a file")
def hand_in(request: HttpRequest, receipt: Receipt, file: File[UploadedFile], material: Form[Key | None] = None) -> Any:
    """For a material of the round (left out: a further one). The same content twice is kept once, so this may be sent
    again without a key."""
    viewer, case = _own(request, receipt)
    if case.state not in EDITABLE:
        raise Refused("申请已经提交，不能修改。")
    kept = enterprises.upload(viewer, case.enterprise, file.name or "", cast(IO[bytes], file))
    handed = applications.hand_in(viewer, case.pk, kept, material)
    return 201, {"material": handed.material_id, "name": kept.name, "sha256": kept.sha256}


@router.post(
    "/applications/{receipt}/submission", response={200: ApplicationOut, **TOKEN_ERRORS}, summary="Sign and submit"
)
@idempotent
def submit_application(request: HttpRequest, receipt: Receipt, given: SignIn) -> Any:
    """Signs the declaration of the round and submits; a returned application is submitted again.

    ``declaration`` is the text that was read, as the round gives it; ``version`` that of the application as it was
    seen: if it has changed meanwhile nothing is submitted.
    """
    viewer, case = _own(request, receipt)
    if given.declaration.strip() != case.round.declaration.strip():
        raise Failure(422, "承诺文本与批次的不一致，请重新读取批次")
    with transaction.atomic():
        applications.sign(viewer, case.pk, given.signed_by)
        done = applications.resubmit if case.state in RETURNED else applications.submit
        done(viewer, case.pk, seen=given.version)
    return 200, _application(viewer, queries.application(viewer, receipt))


@router.post(
    "/applications/{receipt}/withdrawal", response={200: ApplicationOut, **TOKEN_ERRORS}, summary="Take it back"
)
@idempotent
def withdraw_application(request: HttpRequest, receipt: Receipt, given: WithdrawIn) -> Any:
    """Until it is decided."""
    viewer, case = _own(request, receipt)
    applications.withdraw(viewer, case.pk, given.reason)
    return 200, _application(viewer, queries.application(viewer, receipt))


def _own(request: HttpRequest, receipt: str) -> tuple[Viewer, Application]:
    viewer = allowed(request, Scope.APPLY)
    case = queries.application(viewer, receipt)
    if not queries.is_own(viewer, case):
        raise PermissionDenied
    return viewer, case


# --- as plain data -----------------------------------------------------------------------------------------------


def _round(one: Round) -> dict[str, Any]:
    return {
        "id": one.pk,
        "title": one.title,
        "year": one.year,
        "policy": one.policy,
        "version": one.policy_version,
        "stage": one.stage,
        "as_of": one.as_of.isoformat(),
        "opens": one.opens.isoformat(),
        "closes": one.closes.isoformat(),
        "qualifies": one.qualifies,
        "tracks": list(one.tracks),
        "declaration": one.declaration,
        "contact": one.contact,
        "basis": {name: str(text) for name, text in one.basis.items()},
        "materials": [
            {"id": wanted.pk, "title": wanted.title, "note": wanted.note, "track": wanted.track,
             "required": wanted.required}
            for wanted in one.materials.all()
        ],
    }  # fmt: skip


def _brief(viewer: Viewer, one: Application, due: Due | None) -> dict[str, Any]:
    return {
        "receipt": one.receipt,
        "round": one.round_id,
        "uscc": one.enterprise.uscc,
        "name": one.enterprise.name,
        "district": one.district,
        "track": one.track,
        "state": one.state,
        "label": str(APPLICATION.label(one.state)),
        "turn": turn(one, viewer),
        "due": due.day.isoformat() if due is not None and due.day is not None else None,
        "overdue": due is not None and due.overdue,
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at is not None else None,
        "version": one.version,
    }


def _application(viewer: Viewer, one: Application) -> dict[str, Any]:
    passed_on = one.pk in queries.passed_on(viewer, [one])
    seen = picture_of(one) if not passed_on else None
    computed = seen.assessment.results.get(one.round.qualifies) if seen and seen.assessment is not None else None
    return {
        **_brief(viewer, one, dues([one], viewer).get(one.pk)),
        "contact_name": one.contact_name,
        "contact_phone": one.contact_phone,
        "note": one.note,
        "computed": computed,
        "materials": [
            {"material": handed.material_id, "name": handed.file.name, "sha256": handed.file.sha256}
            for handed in one.materials.select_related("file")
            if not passed_on
        ],
        "comments": [
            {"subject": said.subject, "text": said.text, "answered": said.answered}
            for said in queries.comments(viewer, one)
        ],
        "lacking": _lacking(one) if queries.is_own(viewer, one) and one.state in EDITABLE else [],
    }


def _lacking(one: Application) -> list[str]:
    if one.state in RETURNED:
        return [*uncorrected(one), *incomplete(one)]
    barred = hindrances(one.enterprise, one.round, timezone.localdate(), apart_from=one.pk)
    return [*texts(barred), *incomplete(one)]
