"""Certificates are issued with recognition; revocation takes the title away and bars from applying ((二十二))."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Ban
from zongbu.desk.enterprises.values import TITLE_REVOKED_ON
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.clock.calendar import add_months
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import drawn
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.flow import REVOCATION
from zongbu.desk.recognition.models import Application, Recognition, Revocation, Round
from zongbu.desk.recognition.queries import holding
from zongbu.desk.recognition.stars.actions.titles import end_for_revocation


def issue(viewer: Viewer, application: Application, name: str) -> Recognition:
    """Make the recognition of an application that has just been recognised; within the act of the caller."""
    # Numbers run through a year, whichever policy it was: its rounds are locked while one is taken.
    year = application.round.year
    list(Round.objects.select_for_update().filter(year=year).order_by("pk").values_list("pk", flat=True))
    round = application.round
    today = timezone.localdate()
    serial = Recognition.objects.filter(round__year=year).count() + 1
    decision = application.decisions.latest("pk")
    made = Recognition.objects.create(
        number=f"ZB{round.year}-{application.district}-{serial:04d}",
        code=drawn(12),
        application=application,
        round=round,
        enterprise_id=application.enterprise_id,
        name=name,
        district=application.district,
        tracks=decision.tracks,
        recognised_on=today,
        valid_until=add_months(today, 12 * round.valid_years) if round.valid_years else None,
    )
    journal.record("recognition.issue", viewer, made, case=application.receipt, after={"number": made.number})
    return made


def open_revocation(
    viewer: Viewer, recognition: Recognition, ground: str, source_name: str, hearing_until: date
) -> Revocation:
    """Begin to take a title away; the enterprise is asked to speak first.

    Raises:
        NotPermitted: neither the city office nor the district of the recognition.
        Refused: nothing to revoke, a word is missing, or the day is past.
    """
    if not ground.strip() or not source_name.strip():
        raise Refused(_("请写明事由和依据"))
    if hearing_until < timezone.localdate():
        raise Refused(_("陈述申辩期限早于今天。"))
    with transaction.atomic():
        found = Recognition.objects.select_for_update().get(pk=recognition.pk)
        if found.revoked_on is not None:
            raise Refused(_("这项认定已经取消。"))
        if found.revocations.filter(state__in=["hearing", "proposed"]).exists():
            raise Refused(_("已有一份取消称号正在办理。"))
        made = Revocation(
            recognition=found,
            ground=ground.strip(),
            source_name=source_name.strip()[:200],
            hearing_until=hearing_until,
        )
        return flow.begin(REVOCATION, "open", made, viewer)


def state(viewer: Viewer, pk: int, text: str) -> Revocation:
    """The enterprise says what it has to say.

    Raises:
        NotPermitted: not the enterprise. Refused: no text, or its time has passed.
    """
    if not text.strip():
        raise Refused(_("请写明陈述申辩的内容。"))

    def change(case: Revocation) -> None:
        if timezone.localdate() > case.hearing_until:
            raise Refused(_("陈述申辩期限已过。"))
        case.statement, case.stated_at = text.strip(), timezone.now()

    return flow.perform(REVOCATION, "state", Revocation, pk, viewer, change=change)


def propose_revocation(viewer: Viewer, pk: int, scope: str) -> Revocation:
    """Put a revocation before the leading group, once the enterprise was heard or let its time pass.

    Raises:
        NotPermitted: not the city office. Refused: the enterprise may still speak.
    """

    def change(case: Revocation) -> None:
        case.scope = scope

    return flow.perform(REVOCATION, "propose", Revocation, pk, viewer, change=change)


def approve_revocation(viewer: Viewer, pk: int, reason: str, *, seen: int | None = None) -> Revocation:
    """The leading group approves: the star title ends, the ban begins today, on every way in.

    Raises:
        NotPermitted: not the leading group. Refused: no reason, or the policy gives no length of the ban.
    """

    def change(case: Revocation) -> None:
        today = timezone.localdate()
        case.effective_on = today
        recognition = Recognition.objects.select_for_update().get(pk=case.recognition_id)
        if case.scope == Revocation.Scope.ALL:
            # Earlier recognitions of the enterprise that still hold fall with it.
            Recognition.objects.filter(holding(today), enterprise=recognition.enterprise_id).update(revoked_on=today)
            recognition.revoked_on = today
            recognition.save(update_fields=["revoked_on"])
        case.ban = _bar(viewer, recognition, case, today)
        enterprises.confirm_for_case(
            viewer,
            recognition.enterprise,
            {TITLE_REVOKED_ON: today.isoformat()},
            case=case.number,
            as_of=today,
            reason=reason,
        )
        end_for_revocation(viewer, recognition.enterprise, case, today)

    return flow.perform(REVOCATION, "approve", Revocation, pk, viewer, reason, change, seen=seen)


def drop_revocation(viewer: Viewer, pk: int, reason: str) -> Revocation:
    """The title stays. Raises Refused: no reason is given."""
    return flow.perform(REVOCATION, "drop", Revocation, pk, viewer, reason)


def _bar(viewer: Viewer, recognition: Recognition, case: Revocation, today: date) -> Ban:
    last = enterprises.last_barred_day(today)
    if last is None:
        raise Refused(_("当时施行的政策没有规定禁申年限，请先由市总部办登记。"))
    return enterprises.bar_for_case(
        viewer, recognition.enterprise, today, last, ground=case.ground, source_name=case.source_name
    )
