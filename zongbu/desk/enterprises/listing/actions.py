"""Saved views: kept and removed by whoever they belong to. The only writers of the table."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.listing.criteria import Criteria
from zongbu.desk.enterprises.listing.models import SavedView
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

MOST = 50
"""Views that a person may keep."""


def save_view(
    viewer: Viewer, name: str, criteria: Criteria, *, shared: bool = False, default: bool = False
) -> SavedView:
    """Keep criteria under a name; an own view of that name is replaced.

    Raises:
        PermissionDenied: nobody stands behind the viewer.
        InputError: the name is missing or too long, or there are too many views already.
    """
    person, organisation = _owner(viewer)
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise InputError(_("请给视图起一个名称（不超过40字）"))
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(owner_id=person, organisation_id=organisation)
        view = own.filter(name=name).first()
        if view is None:
            if own.count() >= MOST:
                raise InputError(_("视图已有 %(most)s 个，请先删除不用的") % {"most": MOST})
            view = SavedView(owner_id=person, organisation_id=organisation, name=name)
        if default:
            own.filter(default=True).exclude(pk=view.pk).update(default=False)
        view.criteria, view.shared, view.default = criteria.plain_data(), shared, default
        view.updated_at = timezone.now()
        view.save()
        journal.record("enterprises.save_view", viewer, view, after={"shared": shared, **view.criteria})
    return view


def remove_view(viewer: Viewer, pk: int) -> str:
    """Remove an own view; its name.

    Raises:
        PermissionDenied: it is not the viewer's.
    """
    person, organisation = _owner(viewer)
    with transaction.atomic():
        view = (
            SavedView.objects.select_for_update().filter(pk=pk, owner_id=person, organisation_id=organisation).first()
        )
        if view is None:
            raise PermissionDenied
        journal.record("enterprises.remove_view", viewer, view, before={"shared": view.shared, **view.criteria})
        view.delete()
    return view.name


def make_default(viewer: Viewer, pk: int, default: bool) -> SavedView:
    """Let the list begin with an own view, or no longer.

    Raises:
        PermissionDenied: it is not the viewer's.
    """
    person, organisation = _owner(viewer)
    with transaction.atomic():
        own = SavedView.objects.select_for_update().filter(owner_id=person, organisation_id=organisation)
        view = own.filter(pk=pk).first()
        if view is None:
            raise PermissionDenied
        own.filter(default=True).exclude(pk=pk).update(default=False)
        view.default = default
        view.save(update_fields=["default"])
    return view


def _owner(viewer: Viewer) -> tuple[int, int]:
    if viewer.person is None or viewer.organisation is None:
        raise PermissionDenied
    return viewer.person, viewer.organisation
