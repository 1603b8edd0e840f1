"""Public notice, objections, the announced list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.recognition.actions.common import locked_application, locked_round
from zongbu.desk.recognition.actions.titles import issue
from zongbu.desk.recognition.entering import disqualified
from zongbu.desk.recognition.flow import APPLICATION, NOTICE, OBJECTION
from zongbu.desk.recognition.models import Application, Notice, NoticeLine, Objection, Round

MOST_A_DAY = 20
"""Objections that one origin may file within a day."""


def last_day(round: Round, starts: date) -> date:
    """The last day of a notice that starts on a day: so many calendar days, the first included."""
    return starts + timedelta(days=max(round.notice_days, 1) - 1)


def key_of(applications: Iterable[int]) -> str:
    """A digest by which a list of applications (primary keys, in any order) is known again."""
    return hashlib.sha256(",".join(map(str, sorted(applications))).encode()).hexdigest()


def publish(
    viewer: Viewer,
    round_pk: int,
    title: str,
    text: str = "",
    *,
    starts: date | None = None,
    expected: str | None = None,
) -> Notice:
    """Publish all applications of a round that have been approved and not been published yet.

    Args:
        expected: ``key_of`` the list that was looked at; None: whatever is approved now.

    Raises:
        NotPermitted: no lead of the city office. Refused: there is none to publish, the day is past, or the list is
            another one by now.
    """
    day = starts or timezone.localdate()
    if day < timezone.localdate():
        raise Refused(_("公示开始日不能早于今天。"))
    _put_back_disqualified(viewer, round_pk)
    with transaction.atomic():
        round = locked_round(round_pk)
        found = list(
            Application.objects.select_for_update(of=("self",))
            .filter(round=round, state="approved")
            .select_related("enterprise")
            .order_by("district", "enterprise__name", "pk")
        )
        if not found:
            raise Refused(_("没有待公示的申请。"))
        if expected is not None and key_of(one.pk for one in found) != expected:
            raise Refused(_("待公示的名单有变动，请核对下面的新名单，再发布。"))
        number = Notice.objects.filter(round=round).count() + 1
        made = Notice(
            round=round,
            serial=f"GS-{round.policy}-{round.year}-{number}",
            title=title.strip() or _("%(year)s年度拟认定总部企业名单公示") % {"year": round.year},
            text=text.strip(),
            starts=day,
            ends=last_day(round, day),
        )
        flow.begin(NOTICE, "publish", made, viewer)
        NoticeLine.objects.bulk_create(
            NoticeLine(notice=made, application=one, name=one.enterprise.name, district=one.district) for one in found
        )
        for one in found:
            flow.perform(APPLICATION, "publish", Application, one.pk, viewer)
    return made


def _put_back_disqualified(viewer: Viewer, round_pk: int) -> None:
    """Who has been barred or listed since the decision is looked at again instead of being published."""
    with transaction.atomic():
        waiting = Application.objects.filter(round=round_pk, state="approved").select_related("round", "enterprise")
        for one in waiting.order_by("pk"):
            if found := disqualified(one.enterprise, one.round, timezone.localdate()):
                flow.perform(APPLICATION, "reconsider", Application, one.pk, viewer, found[0].text, _reset)


def announce(viewer: Viewer, pk: int) -> tuple[Notice, list[str]]:
    """Announce the list when the notice is over: all that stand in it are recognised and get their certificates.

    Returns:
        The notice, and a sentence for each enterprise that was not recognised (barred or listed by now).

    Raises:
        NotPermitted: no lead of the city office. Refused: the notice still runs, or an objection is open.
    """
    left: list[str] = []

    def change(case: Notice) -> None:
        case.announced_at = timezone.now()
        case.announcement_serial = case.serial.replace("GS-", "GG-", 1)

    with transaction.atomic():
        done = flow.perform(NOTICE, "announce", Notice, pk, viewer, change=change)
        lines = done.lines.filter(withdrawn_at=None, application__state="noticed").select_related("application")
        for line in lines.order_by("pk"):
            try:
                with transaction.atomic():
                    case = flow.perform(APPLICATION, "recognise", Application, line.application_id, viewer)
                    issue(viewer, case, line.name)
            except Refused as refused:
                left.append(_("%(name)s：%(why)s") % {"name": line.name, "why": refused})
                line.withdrawn_at = timezone.now()
                line.save(update_fields=["withdrawn_at"])
                flow.perform(APPLICATION, "reconsider", Application, line.application_id, viewer, str(refused), _reset)
    return done, left


def object_to(
    viewer: Viewer,
    application_pk: int,
    text: str,
    *,
    notice: int | None = None,
    name: str = "",
    contact: str = "",
) -> Objection:
    """Object to a name in a notice (everybody), or to one's own refusal (``notice`` None).

    What is objected to a notice is tied to no account and no address: nobody has to say who they are.

    Raises:
        Refused: the notice does not run, the enterprise is not in it, it is not one's own decision, no text, or too
            many came from one origin today.
        ValidationError: a field is too long.
    """
    if not text.strip():
        raise Refused(_("请写明异议的内容和依据。"))
    with transaction.atomic():
        application = locked_application(application_pk)
        origin = origin_of(viewer.address, timezone.localdate()) if notice is not None and viewer.address else ""
        if origin and Objection.objects.filter(origin=origin).count() >= MOST_A_DAY:
            raise Refused(_("同一网络地址一天内提出的异议太多了，请明天再提，或者书面寄送。"))
        made = Objection(
            receipt=receipt("YY"),
            kind=Objection.Kind.NOTICE if notice is not None else Objection.Kind.DECISION,
            application=application,
            notice=Notice.objects.filter(pk=notice).first() if notice is not None else None,
            text=text.strip(),
            name=name.strip(),
            contact=contact.strip(),
            origin=origin,
        )
        return flow.begin(OBJECTION, "file", made, viewer if notice is None else PUBLIC)


def origin_of(address: str, day: date) -> str:
    """A keyed digest of a network address that differs from day to day."""
    return salted_hmac(
        "zongbu.recognition.objection", f"{day.isoformat()} {address}", secret=settings.SECRET_KEY
    ).hexdigest()[:32]


def uphold(viewer: Viewer, pk: int, reply: str, *, seen: int | None = None) -> Objection:
    """An objection is right: the application goes back to the city office, its name leaves the notice.

    Raises:
        NotPermitted: not the city office. Refused: no reply, or it was answered meanwhile.
    """

    def change(case: Objection) -> None:
        case.reply, case.replied_at = reply.strip(), timezone.now()

    with transaction.atomic():
        application = locked_application(Objection.objects.values_list("application", flat=True).get(pk=pk))
        done = flow.perform(OBJECTION, "uphold", Objection, pk, viewer, reply, change, seen=seen)
        if application.state in ("noticed", "refused"):
            NoticeLine.objects.filter(application=application, withdrawn_at=None).update(withdrawn_at=timezone.now())
            flow.perform(APPLICATION, "reconsider", Application, application.pk, viewer, reply, _reset)
    return done


def dismiss(viewer: Viewer, pk: int, reply: str, *, seen: int | None = None) -> Objection:
    """An objection is not right: it gets its reply, nothing else changes.

    Raises:
        NotPermitted: not the city office. Refused: no reply, or it was answered meanwhile.
    """

    def change(case: Objection) -> None:
        case.reply, case.replied_at = reply.strip(), timezone.now()

    return flow.perform(OBJECTION, "dismiss", Objection, pk, viewer, reply, change, seen=seen)


def withdraw_objection(viewer: Viewer, pk: int) -> Objection:
    """An applicant takes its objection back."""
    return flow.perform(OBJECTION, "withdraw", Objection, pk, viewer)


def forget_contacts(today: date) -> int:
    """Erase names and contacts of objections replied to half a year ago; how many. For the daily sweep."""
    found = Objection.objects.filter(replied_at__date__lt=today - timedelta(days=180))
    return found.exclude(name="", contact="", origin="").update(name="", contact="", origin="")


def _reset(case: Application) -> None:
    """An application that is looked at again is in no batch and has no proposal."""
    case.batch, case.proposal, case.proposal_reason, case.decided_at = None, "", "", None
