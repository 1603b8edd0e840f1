"""The district's preliminary review: check list, comments per field, return, recommendation."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import CITY, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.actions.common import locked_application
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, CheckItem, FieldComment


def may_review(viewer: Viewer, case: Application) -> bool:
    """Whether the application is at the viewer's desk for review: the district's, then the city office's."""
    if not viewer.writes:
        return False
    if case.state == "district":
        return viewer.role in DISTRICT and viewer.district == case.district
    return case.state == "city" and viewer.role in CITY


def check(viewer: Viewer, pk: int, result: str, verdict: str, note: str = "") -> None:
    """Say of one condition whether what is declared holds; see ``check_list``."""
    check_list(viewer, pk, {result: (verdict, note)})


def check_list(viewer: Viewer, pk: int, said: Mapping[str, tuple[str, str]]) -> None:
    """Say of conditions whether what is declared holds (condition → verdict and note); said again it replaces the
    earlier word.

    Raises:
        NotPermitted: the application is not at the viewer's desk.
        Refused: no such condition, or a doubt without its reason.
    """
    with transaction.atomic():
        case = _at_desk(viewer, pk)
        known = {name for name, _title in conditions(case.round)}
        before = {one.result: {"verdict": one.verdict, "note": one.note} for one in case.checks.all()}
        now = timezone.now()
        items = []
        for result, (verdict, note) in said.items():
            if result not in known:
                raise Refused(_("核查清单里没有这个条件。"))
            if verdict not in CheckItem.Verdict.values:
                raise Refused(_("请选择核查结论。"))
            if verdict != CheckItem.Verdict.CONFIRMED and not note.strip():
                raise Refused(_("存疑或不符的条件须写明说明。"))
            items.append(
                CheckItem(
                    application=case,
                    result=result,
                    verdict=verdict,
                    note=note.strip()[:500],
                    checked_by=viewer.name,
                    checked_at=now,
                )
            )
        CheckItem.objects.bulk_create(
            items,
            update_conflicts=True,
            unique_fields=["application", "result"],
            update_fields=["verdict", "note", "checked_by", "checked_at"],
        )
        journal.record(
            "recognition.check",
            viewer,
            case,
            case=case.number,
            before={result: before[result] for result in said if result in before},
            after={one.result: {"verdict": one.verdict, "note": one.note} for one in items},
        )


def comment(viewer: Viewer, pk: int, subject: str, text: str) -> FieldComment:
    """Say what has to be corrected in one field (see ``FieldComment``); seen by the enterprise once returned.

    Raises:
        NotPermitted: the application is not at the viewer's desk. Refused: the text is empty, or no such field.
    """
    if not text.strip():
        raise Refused(_("请写明需要补正的内容。"))
    with transaction.atomic():
        case = _at_desk(viewer, pk)
        if subject and subject not in case.round.law.dictionary:
            materials = case.round.materials.values_list("pk", flat=True)
            if subject not in {f"material:{one}" for one in materials}:
                raise Refused(_("申请里没有这个字段。"))
        made = FieldComment.objects.create(
            application=case,
            subject=subject,
            text=text.strip()[:500],
            raised_by=viewer.name,
            organisation_name=viewer.organisation_name,
        )
        journal.record(
            "recognition.comment", viewer, case, case=case.number, after={"subject": subject, "text": made.text}
        )
    return made


def uncomment(viewer: Viewer, pk: int, comment_pk: int) -> None:
    """Take a comment back that the enterprise need not heed.

    Raises:
        NotPermitted: the application is not at the viewer's desk. Refused: there is no such open comment.
    """
    with transaction.atomic():
        case = _at_desk(viewer, pk)
        found = case.comments.filter(pk=comment_pk, resolved_at=None).first()
        if found is None:
            raise Refused(_("没有这条补正意见，或已经处理。"))
        journal.record(
            "recognition.uncomment",
            viewer,
            case,
            case=case.number,
            before={"subject": found.subject, "text": found.text},
        )
        found.delete()


def return_to_enterprise(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Return an application for correction: the clock stops, the enterprise sees exactly which fields.

    Raises:
        NotPermitted: not at the viewer's desk. Refused: no field is named, or no reason.
    """
    with transaction.atomic():
        name = "return" if locked_application(pk).state == "district" else "return_by_city"
        return flow.perform(APPLICATION, name, Application, pk, viewer, reason, seen=seen)


def recommend(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Recommend an application; the round's departments are asked at once, in parallel.

    Raises:
        NotPermitted: not the district. Refused: the check list is not complete, or no reason is given.
    """
    from zongbu.desk.recognition.actions.opinions import ask_departments, collect_if_complete

    def change(case: Application) -> None:
        case.recommended, case.district_opinion = True, reason.strip()

    with transaction.atomic(), journal.together():
        case = flow.perform(APPLICATION, "recommend", Application, pk, viewer, reason, change, seen=seen)
        if not ask_departments(viewer, case):
            case = collect_if_complete(viewer, case)
    return case


def not_recommend(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Application:
    """Pass an application on without recommending it; the city office may still have departments look at it.

    Raises:
        NotPermitted: not the district. Refused: the check list is not complete, or no reason is given.
    """

    def change(case: Application) -> None:
        case.recommended, case.district_opinion = False, reason.strip()

    return flow.perform(APPLICATION, "not_recommend", Application, pk, viewer, reason, change, seen=seen)


def _at_desk(viewer: Viewer, pk: int) -> Application:
    case = locked_application(pk)
    if not may_review(viewer, case):
        raise NotPermitted(_("申请现在不由您办理（%(state)s）。") % {"state": APPLICATION.label(case.state)})
    return case
