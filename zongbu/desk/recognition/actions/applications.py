"""What an enterprise does with its application: starting, filling in, signing, submitting, correcting, withdrawing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.roles import DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.actions.common import district_of, locked_application
from zongbu.desk.recognition.checking import stale_conditions
from zongbu.desk.recognition.entering import applying_members
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import Application, ApplicationMaterial, Declaration, Round

EDITABLE = ("draft", "returned", "returned_by_city")
"""States in which the enterprise may change its application."""


def start(viewer: Viewer, enterprise: Enterprise, round: Round, *, entry: str = "page") -> Application:
    """Begin a draft; it counts for nothing before it is submitted.

    Args:
        entry: by which way it comes in: ``page`` or ``api``.

    Raises:
        NotPermitted: not one's own enterprise.
        Refused: outside the window, barred, on the dishonesty list, or there is an application already.
    """
    made = Application(
        receipt=receipt("RD"), round=round, enterprise=enterprise, district=district_of(enterprise), entry=entry
    )
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)  # two drafts at once: one of them is refused
        return flow.begin(APPLICATION, "start", made, viewer)


def fill(viewer: Viewer, pk: int, values: Mapping[str, str]) -> Application:
    """Change the fields that the enterprise fills in: track, contact and note; facts go to the enterprise's record.

    Raises:
        PermissionDenied: not one's own application.
        Refused: it cannot be changed any more. ValidationError: a field is wrong.
    """
    with transaction.atomic():
        case = _own(viewer, pk)
        before = {name: getattr(case, name) for name in values}
        for name in ("track", "contact_name", "contact_phone", "note"):
            if name in values:
                setattr(case, name, values[name])
        if case.track and case.track not in case.round.tracks:
            raise Refused(_("本批次没有「%(track)s」这条途径。") % {"track": case.track})
        case.version += 1
        case.full_clean()
        case.save(force_update=True)
        changed = sorted(name for name in before if getattr(case, name) != before[name])
        journal.record("recognition.fill", viewer, case, case=case.number, after={"fields": changed})
    return case


def hand_in(viewer: Viewer, pk: int, file: EvidenceFile, material: int | None) -> ApplicationMaterial:
    """Put a file of the enterprise (this year's or an older one) to a required material (None: a further one).

    Raises:
        PermissionDenied: not one's own application. Refused: another enterprise's file, or no such material.
    """
    with transaction.atomic():
        case = _own(viewer, pk)
        if file.enterprise_id != case.enterprise_id:
            raise Refused(_("材料不属于这家企业"))
        wanted = case.round.materials.filter(pk=material).first() if material is not None else None
        if material is not None and wanted is None:
            raise Refused(_("本批次没有要求这项材料。"))
        EvidenceFile.objects.select_for_update().get(pk=file.pk)  # nobody deletes it meanwhile
        made, new = ApplicationMaterial.objects.get_or_create(application=case, material=wanted, file=file)
        if new:
            journal.record(
                "recognition.hand_in",
                viewer,
                case,
                case=case.number,
                after={"file": file.name, "sha256": file.sha256, "material": wanted.title if wanted else ""},
            )
    return made


def take_out(viewer: Viewer, pk: int, handed: int) -> None:
    """Take a file out of the application; the file stays with the enterprise.

    Raises:
        PermissionDenied: not one's own application. Refused: there is no such file in it.
    """
    with transaction.atomic():
        case = _own(viewer, pk)
        found = case.materials.select_related("file").filter(pk=handed).first()
        if found is None:
            raise Refused(_("申请里没有这份材料。"))
        journal.record("recognition.take_out", viewer, case, case=case.number, before={"file": found.file.name})
        found.delete()


def sign(viewer: Viewer, pk: int, name: str) -> Declaration:
    """Sign the declaration of truthfulness in the text of the round; before every submission anew.

    Args:
        name: the signer's name, typed by the person; it must be the one of the account.

    Raises:
        PermissionDenied: not one's own application. Refused: another name than the account's.
    """
    with transaction.atomic():
        case = _own(viewer, pk)
        if name.strip() != viewer.name.strip():
            raise Refused(_("签名须与账号姓名（%(name)s）一致。") % {"name": viewer.name})
        text = case.round.declaration
        made = Declaration.objects.create(
            application=case,
            person_id=viewer.person,
            person_name=name.strip(),
            text=text,
            text_version=hashlib.sha256(text.encode()).hexdigest()[:16],
        )
        journal.record("recognition.sign", viewer, case, case=case.number, after={"text_version": made.text_version})
    return made


def answer(viewer: Viewer, pk: int, comment: int, text: str) -> None:
    """Explain a field that a reviewer wants corrected.

    Raises:
        PermissionDenied: not one's own application. Refused: no such open comment, or the text is empty.
    """
    if not text.strip():
        raise Refused(_("请写明说明。"))
    with transaction.atomic():
        case = _own(viewer, pk)
        found = case.comments.filter(pk=comment, resolved_at=None).first()
        if found is None:
            raise Refused(_("没有这条补正意见，或已经处理。"))
        found.answered = text.strip()[:500]
        found.save(update_fields=["answered"])
        journal.record("recognition.answer", viewer, case, case=case.number, after={"subject": found.subject})


def submit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Application:
    """Submit a draft to the district. From here on the district's clock runs.

    Raises:
        NotPermitted: not one's own. Refused: what stands in the way, see ``guards.submitting``.
    """

    def change(case: Application) -> None:
        # Two members of a group that submit at once: the second one sees the first.
        Round.objects.select_for_update().get(pk=case.round_id)
        case.district = district_of(case.enterprise)
        _group(case)
        case.submitted_at = timezone.now()

    return flow.perform(APPLICATION, "submit", Application, pk, viewer, change=change, seen=seen)


def resubmit(viewer: Viewer, pk: int, *, seen: int | None = None) -> Application:
    """Hand a corrected application back to whoever returned it; the clock goes on.

    Raises:
        NotPermitted: not one's own. Refused: a comment was neither answered nor heeded, or something is missing.
    """

    def change(case: Application) -> None:
        touched = set(case.comments.filter(resolved_at=None).values_list("subject", flat=True))
        case.comments.filter(resolved_at=None).update(resolved_at=timezone.now())
        if case.state == "returned":
            case.checks.filter(result__in=stale_conditions(case, touched)).delete()

    with transaction.atomic():
        name = "resubmit" if locked_application(pk).state == "returned" else "resubmit_to_city"
        return flow.perform(APPLICATION, name, Application, pk, viewer, change=change, seen=seen)


def withdraw(viewer: Viewer, pk: int, reason: str = "", *, seen: int | None = None) -> Application:
    """Take an application back, until it is decided. The enterprise may then apply anew while the window is open."""

    def change(case: Application) -> None:
        case.batch = None
        case.proposal = ""
        for opinion in case.opinions.filter(state="requested"):
            from zongbu.desk.recognition.actions.opinions import void

            void(viewer, opinion.pk)

    from zongbu.desk.recognition.actions.batches import close_if_done

    with transaction.atomic():
        batch = locked_application(pk).batch
        done = flow.perform(APPLICATION, "withdraw", Application, pk, viewer, reason, change, seen=seen)
        if batch is not None:
            close_if_done(viewer, batch.pk)
    return done


def register(
    viewer: Viewer,
    enterprise: Enterprise,
    round: Round,
    *,
    signed_by: str,
    track: str = "",
    note: str = "",
    group_exception: str = "",
) -> Application:
    """Register an application that came in on paper; the district vouches for signature and materials.

    Args:
        group_exception: why it may apply beside other members of its group; the district's own exception.

    Raises:
        NotPermitted: not the enterprise's district.
        Refused: the same that keeps an enterprise out on every other way; no signature.
    """
    if not signed_by.strip():
        raise Refused(_("请写明纸质承诺书的签署人。"))
    now = timezone.now()
    made = Application(
        receipt=receipt("RD"),
        round=round,
        enterprise=enterprise,
        district=district_of(enterprise),
        entry="paper",
        track=track,
        note=note,
        group_exception=group_exception.strip()[:300],
        submitted_at=now,
    )
    if track and track not in round.tracks:
        raise Refused(_("本批次没有「%(track)s」这条途径。") % {"track": track})
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        Round.objects.select_for_update().get(pk=round.pk)
        _group(made)
        flow.begin(APPLICATION, "register", made, viewer)
        text = round.declaration
        Declaration.objects.create(
            application=made,
            person_name=signed_by.strip(),
            text=text,
            text_version=hashlib.sha256(text.encode()).hexdigest()[:16],
        )
    return made


def allow_beside_group(viewer: Viewer, pk: int, reason: str) -> Application:
    """Record why a member of a group may apply beside the others ((三)): the district's exception.

    Raises:
        NotPermitted: not the application's district. Refused: no reason, or it has been decided.
    """
    if not reason.strip():
        raise Refused(_("请写明理由"))
    with transaction.atomic():
        case = locked_application(pk)
        if not (viewer.writes and viewer.role in DISTRICT and viewer.district == case.district):
            raise NotPermitted(_("只有所在区县可以备案集团例外。"))
        if not case.before_decision:
            raise Refused(_("申请已经决定。"))
        before = case.group_exception
        case.group_exception = reason.strip()[:300]
        case.save(update_fields=["group_exception"])
        journal.record(
            "recognition.allow_beside_group",
            viewer,
            case,
            case=case.number,
            reason=reason,
            before={"group_exception": before},
            after={"group_exception": case.group_exception},
        )
    return case


def _group(case: Application) -> None:
    members = applying_members(case.enterprise, case.round)
    if members and not case.group_exception:
        raise Refused(
            _("同一集团的%(name)s已在本批次申报（%(receipt)s）。")
            % {"name": members[0].enterprise.name, "receipt": members[0].receipt}
        )


def _own(viewer: Viewer, pk: int) -> Application:
    """The viewer's own application, locked, while it may be changed."""
    case = locked_application(pk)
    if not (viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == case.enterprise.uscc):
        raise PermissionDenied
    if case.state not in EDITABLE:
        raise Refused(_("申请现在的状态是「%(state)s」，不能修改。") % {"state": APPLICATION.label(case.state)})
    return case
