"""Asking for many certificates as one PDF."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import CITY, DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.recognition import printing, queries, tasks
from zongbu.desk.recognition.models import PrintRun, Round

State = PrintRun.State


def ask(viewer: Viewer, round: Round, district: str, base: str) -> tuple[PrintRun, bool]:
    """Ask for the certificates of a round; an equal run of the same person that is under way is used again.

    Args:
        district: limits it to a district; a district office always gets its own.
        base: the service's address for the QR codes, without a slash at its end.

    Returns:
        The run, and whether it is a new one.

    Raises:
        NotPermitted: neither the city office nor a district of its own. Refused: there is nothing to print.
    """
    if not viewer.writes or viewer.person is None or viewer.role not in CITY | DISTRICT:
        raise NotPermitted(_("您的角色不能批量打印证书。"))
    if viewer.role in DISTRICT:
        if not viewer.district or district not in ("", viewer.district):
            raise NotPermitted(_("只能打印本区县的证书。"))
        district = viewer.district
    if district and district not in DISTRICTS:
        raise Refused(_("没有区县「%s」") % district)
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        for other in PrintRun.objects.filter(
            round=locked, district=district, asked_by=viewer.person, state__in=printing.UNDER_WAY
        ):
            if not printing.broken_off(other):
                return other, False
        made = PrintRun(round=locked, district=district, asked_by_id=viewer.person, file=f"{secrets.token_hex(16)}.pdf")
        made.total = printing.chosen(made).count()
        if not made.total:
            raise Refused(_("没有可以打印的证书。"))
        made.save(force_insert=True)
        journal.record(
            "recognition.print",
            viewer,
            made,
            case=locked.number,
            after={"district": district, "certificates": made.total},
        )
        tasks.print_certificates.enqueue(made.pk, base)  # queued in the same database: with the run or not at all
    return made, True


def again(viewer: Viewer, pk: int, base: str) -> PrintRun:
    """Do a run again that failed or broke off; one that is under way or done stays as it is.

    Raises:
        PrintRun.DoesNotExist: none that the viewer may read. NotPermitted: the viewer may not write.
    """
    if not viewer.writes:
        raise NotPermitted(_("您的角色不能批量打印证书。"))
    with transaction.atomic():
        found = queries.print_runs(viewer).select_for_update(of=("self",)).get(pk=pk)
        if found.state == State.FAILED or printing.broken_off(found):
            printing.remove(found)
            found.file = f"{secrets.token_hex(16)}.pdf"
            found.state, found.done, found.error, found.finished_at = State.QUEUED, 0, "", None
            found.asked_at = timezone.now()
            found.save(update_fields=["file", "state", "done", "error", "finished_at", "asked_at"])
            journal.record("recognition.print", viewer, found, case=found.round.number, after={"again": True})
            tasks.print_certificates.enqueue(found.pk, base)
    return found
