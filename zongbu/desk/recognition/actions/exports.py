"""Who took what away: lists that are not public are handed out as files only with an entry in the journal."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.roles import Reach
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.models import Round


def exported_applications(viewer: Viewer, chosen: Mapping[str, object], rows: int) -> None:
    """Journal that the list of applications was taken away, with the filters that were set and how many it found."""
    with transaction.atomic():
        after = {**{name: value for name, value in chosen.items() if value}, "rows": rows}
        journal.record("recognition.export_applications", viewer, after=after)


def exported(viewer: Viewer, round: Round, what: str, chosen: Mapping[str, object]) -> None:
    """Journal that a list of a round (``sheet`` or ``deviations``) was taken away, with the filters that were set.

    Raises:
        NotPermitted: the viewer does not see the whole round.
    """
    if viewer.case_reach is not Reach.CITY:
        raise NotPermitted(_("您的角色不能导出汇总表。"))
    with transaction.atomic():
        after = {"list": what, **{name: value for name, value in chosen.items() if value}}
        journal.record("recognition.export_sheet", viewer, round, case=round.number, after=after)
