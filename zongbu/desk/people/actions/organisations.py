"""Setting up organisations: the business of the service's administrators."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Organisation

DISTRICTED: Final = frozenset({Organisation.Kind.DISTRICT_OFFICE, Organisation.Kind.FINANCE})
"""What may have a district here; a finance office without one is the city's."""


def create_organisation(viewer: Viewer, *, kind: str, name: str, district: str = "") -> Organisation:
    """Set up an organisation without members; its first administrator is invited next.

    Enterprises come from their registration, never from here.

    Raises:
        PermissionDenied: the viewer is no administrator of the service. Refused: an enterprise, or an unknown district.
        ValidationError: there is such an organisation already, or the district is missing.
    """
    _only_administrators(viewer)
    if kind == Organisation.Kind.ENTERPRISE:
        raise Refused(_("企业由其自行注册、区县确认后设立，不能在这里新建。"))
    if district and district not in DISTRICTS:
        raise Refused(_("没有代码为“%(code)s”的区县。") % {"code": district})
    with transaction.atomic():
        made = Organisation(kind=kind, name=name.strip(), district=district if kind in DISTRICTED else "")
        made.full_clean()
        made.save(force_insert=True)
        journal.record("people.create_organisation", viewer, made, after=_told(made))
    return made


def change_organisation(viewer: Viewer, organisation: Organisation, *, name: str, active: bool, reason: str) -> None:
    """Rename an organisation, or take it out of service or back: members of one out of service cannot act for it.

    Raises:
        PermissionDenied: the viewer is no administrator of the service.
        Refused: without a reason, or one's own organisation would be taken out of service.
        ValidationError: the name is taken.
    """
    _only_administrators(viewer)
    if not reason.strip():
        raise Refused(_("请说明理由。"))
    if organisation.pk == viewer.organisation and not active:
        raise Refused(_("不能停用自己所在的组织。"))
    with transaction.atomic():
        locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = _told(locked)
        locked.name, locked.active = name.strip(), active
        locked.full_clean()
        locked.save(update_fields=["name", "active"])
        journal.record("people.change_organisation", viewer, locked, reason=reason, before=before, after=_told(locked))
    organisation.refresh_from_db()


def _only_administrators(viewer: Viewer) -> None:
    if not viewer.may(Role.ADMINISTRATOR):
        raise PermissionDenied


def _told(organisation: Organisation) -> dict[str, object]:
    return {
        "kind": organisation.kind,
        "name": organisation.name,
        "district": organisation.district,
        "active": organisation.active,
    }
