"""Drafts of declarations: kept as typed, submitted by nobody until somebody does."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import permissions
from zongbu.desk.enterprises.actions.appending import locked
from zongbu.desk.enterprises.models import Enterprise, FactDraft
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

LONGEST = 2000


class DraftChanged(InputError):
    """Somebody else has saved the draft meanwhile."""


def save_draft(
    viewer: Viewer, enterprise: Enterprise, year: int, typed: Mapping[str, str], revision: int | None
) -> FactDraft:
    """Keep what has been typed for a year; before it is submitted it counts for nothing, so the journal is silent.

    ``revision`` is that of the draft of this year that the viewer started from (None: there was none).

    Raises:
        PermissionDenied: not the viewer's enterprise.
        DraftChanged: a colleague has saved another draft since.
    """
    values = {str(name)[:80]: str(value)[:LONGEST] for name, value in typed.items() if str(value).strip()}
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_declare(viewer, enterprise):
            raise PermissionDenied
        draft = FactDraft.objects.filter(enterprise=enterprise, year=year).first()
        if draft is not None and draft.values == values:
            return draft  # sent twice
        if (draft.revision if draft is not None else None) != revision:
            raise DraftChanged(_("草稿已被同事修改，请核对后再保存"))
        if draft is None:
            return FactDraft.objects.create(enterprise=enterprise, year=year, values=values, saved_by_id=viewer.person)
        draft.values, draft.revision = values, draft.revision + 1
        draft.saved_at, draft.saved_by_id = timezone.now(), viewer.person
        draft.save()
        return draft


def discard_draft(viewer: Viewer, enterprise: Enterprise, year: int) -> None:
    """Throw the draft of a year away.

    Raises:
        PermissionDenied: not the viewer's enterprise.
    """
    with transaction.atomic():
        enterprise = locked(enterprise)
        if not permissions.may_declare(viewer, enterprise):
            raise PermissionDenied
        FactDraft.objects.filter(enterprise=enterprise, year=year).delete()
