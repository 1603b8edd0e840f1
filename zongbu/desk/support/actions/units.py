"""The table of responsible units: which organisation acts for a 责任单位 that a policy names."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.actions.review import assign
from zongbu.desk.support.handling import require_able
from zongbu.desk.support.measures import offerings
from zongbu.desk.support.models import Claim, ResponsibleUnit

WAITING = ("submitted", "accepted")


def enter(
    viewer: Viewer, policy: str, unit: str, organisation: Organisation, reason: str, *, waiting: bool = False
) -> tuple[ResponsibleUnit, list[Claim]]:
    """Say which organisation acts for a unit, from now on; it may stand for another one before.

    Args:
        waiting: assign to it also the claims of the unit's measures that nobody handles yet.

    Returns:
        The entry, and the claims that were assigned.

    Raises:
        NotPermitted: not the lead of the city office. Refused: no measure names the unit, the organisation handles no
            claims, or there is no reason.
    """
    _permit(viewer)
    if not reason.strip():
        raise Refused(_("请写明理由或者依据。"))
    require_able(organisation)
    if not measures_of(policy, unit):
        raise Refused(_("没有措施写明责任单位「%(unit)s」。") % {"unit": unit})
    with transaction.atomic():
        found = ResponsibleUnit.objects.select_for_update().filter(policy=policy, unit=unit).first()
        before = {"organisation": found.organisation_id} if found is not None else None
        if found is None:
            found = ResponsibleUnit(policy=policy, unit=unit)
        found.organisation = organisation
        found.save()
        after = {"policy": policy, "unit": unit, "organisation": organisation.pk}
        journal.record("support.enter_unit", viewer, found, reason=reason, before=before, after=after)
        given = [assign(viewer, one.pk, organisation, reason) for one in waiting_for(policy, unit)] if waiting else []
    return found, given


def remove(viewer: Viewer, pk: int, reason: str) -> None:
    """Take an entry out: from now on the level that the measure declares says who handles it.

    Raises:
        NotPermitted: not the lead of the city office. Refused: there is no such entry, or no reason.
    """
    _permit(viewer)
    if not reason.strip():
        raise Refused(_("请写明理由或者依据。"))
    with transaction.atomic():
        found = ResponsibleUnit.objects.select_for_update().filter(pk=pk).first()
        if found is None:
            raise Refused(_("这一条已经移除。"))
        before = {"policy": found.policy, "unit": found.unit, "organisation": found.organisation_id}
        journal.record("support.remove_unit", viewer, found, reason=reason, before=before)
        found.delete()


def measures_of(policy: str, unit: str) -> list[str]:
    """The measures of a policy that name a unit, by identifier."""
    return [
        one.measure.identifier for one in offerings() if one.policy.identifier == policy and unit in one.measure.units
    ]


def waiting_for(policy: str, unit: str) -> list[Claim]:
    """The claims of measures that name a unit and that nobody handles yet."""
    found = Claim.objects.filter(
        policy=policy, measure__in=measures_of(policy, unit), organisation=None, state__in=WAITING
    )
    return list(found.order_by("pk"))


def _permit(viewer: Viewer) -> None:
    if viewer.role != Role.CITY_LEAD or not viewer.writes:
        raise NotPermitted(_("责任单位表由市总部办负责人维护。"))
