"""Starting and cancelling a screening."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import DISTRICT
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policy as policy_of
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.selfcheck import queries, tasks
from zongbu.desk.selfcheck.access import SCREENERS
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import files
from zongbu.law import InputError
from zongbu.law.parameters import Overrides

State = Screening.State
ROWS_KEPT = timedelta(days=180)
"""How long the rows of a screening stay after it has ended."""


def start(viewer: Viewer, policy: str, as_of: date, district: str = "") -> tuple[Screening, bool]:
    """Screen the enterprises of the viewer's scope; an equal request that is under way is used again.

    Args:
        policy: identifier of the policy.
        as_of: the day whose law and facts apply.
        district: limits the scope to a district; a district office always screens its own.

    Returns:
        The screening, and whether it is a new one.

    Raises:
        PermissionDenied: the viewer may not screen, or not that district.
        InputError: there is no such policy or district.
    """
    if not viewer.writes or viewer.role not in SCREENERS or viewer.organisation is None or viewer.person is None:
        raise PermissionDenied
    if viewer.role in DISTRICT:
        if not viewer.district or district not in ("", viewer.district):
            raise PermissionDenied
        district = viewer.district
    if district and district not in DISTRICTS:
        raise InputError(_("没有区县「%s」") % district)
    law = policy_of(policy)
    parameters = overrides(policy, as_of)
    fingerprint = fingerprint_of(viewer.organisation, law.version, as_of, district, parameters)
    for _attempt in range(2):
        running = Screening.objects.filter(fingerprint=fingerprint, state__in=Screening.UNDER_WAY).first()
        if running is not None and not files.broken_off(running):
            return running, False
        try:
            with transaction.atomic():
                if running is not None:
                    _end(running, State.FAILED, _("后台进程中断，没有做完"))
                made = Screening.objects.create(
                    person_id=viewer.person,
                    person_name=viewer.name,
                    organisation_id=viewer.organisation,
                    organisation_name=viewer.organisation_name,
                    policy=policy,
                    policy_title=law.title,
                    version=law.version,
                    as_of=as_of,
                    known_at=timezone.now(),
                    district=district,
                    parameters=parameters,
                    fingerprint=fingerprint,
                    folder=secrets.token_hex(16),
                )
                journal.record(
                    "selfcheck.screen",
                    viewer,
                    made,
                    after={"policy": policy, "version": law.version, "as_of": as_of.isoformat(), "district": district},
                )
                tasks.screen.enqueue(made.pk)  # queued in the same database: with the screening or not at all
        except IntegrityError:
            continue  # somebody else started the same at this moment: theirs is used
        return made, True
    raise InputError(_("同样的筛查正在进行，请稍后再看"))


def fingerprint_of(organisation: int, version: str, as_of: date, district: str, parameters: Overrides) -> str:
    """Equal for requests that come out equal, of one organisation."""
    content = json.dumps([organisation, version, as_of.isoformat(), district, parameters], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def cancel(viewer: Viewer, pk: int) -> Screening:
    """Cancel a screening that is under way; one that has ended stays as it is.

    Raises:
        Screening.DoesNotExist: none that the viewer may read.
        PermissionDenied: it belongs to another organisation, or the viewer may not write.
    """
    with transaction.atomic():
        screening = queries.screenings(viewer).select_for_update().get(pk=pk)
        if not viewer.writes or viewer.role not in SCREENERS or screening.organisation_id != viewer.organisation:
            raise PermissionDenied
        if screening.under_way:
            _end(screening, State.CANCELLED, "")
            journal.record("selfcheck.cancel", viewer, screening)
            screening.refresh_from_db()
    return screening


def _end(screening: Screening, state: State, error: str) -> None:
    Screening.objects.filter(pk=screening.pk, state__in=Screening.UNDER_WAY).update(
        state=state, error=error, finished_at=timezone.now()
    )


def note_export(viewer: Viewer, screening: Screening, kind: str, filters: Mapping[str, str], count: int) -> None:
    """Journal that somebody takes the rows of a screening away as a file; auditors do so too."""
    with transaction.atomic():
        journal.record(
            "selfcheck.export", viewer, screening, after={"format": kind, "filters": dict(filters), "rows": count}
        )


def forget_old(now: datetime) -> int:
    """Remove the rows of screenings that ended long ago; the request and the counts stay. For a daily sweep."""
    forgotten = 0
    for screening in Screening.objects.filter(finished_at__lt=now - ROWS_KEPT).exclude(folder=""):
        forgotten += files.remove(screening)
    return forgotten
