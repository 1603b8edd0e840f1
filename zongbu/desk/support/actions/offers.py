"""免申即享: what everybody is entitled to without asking is computed for all and offered to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.support import checks, stacking
from zongbu.desk.support.actions.claims import new_claim
from zongbu.desk.support.entitlement import Entitlement, assess_many
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.measures import Offering, day_of
from zongbu.desk.support.models import LIVE, Claim

PORTION = 500
"""Enterprises of one transaction."""


@dataclass
class Run:
    """What became of a run: offered, and why the others were not (reason → how many)."""

    offered: int = 0
    total: int = 0
    left: dict[str, int] | None = None

    def leave(self, why: str) -> None:
        self.left = self.left or {}
        self.left[why] = self.left.get(why, 0) + 1


def offer(
    viewer: Viewer,
    found: Offering,
    enterprises: Iterable[int],
    year: int,
    *,
    tell: Callable[[int], None] | None = None,
) -> Run:
    """Compute a measure for enterprises (by primary key) and offer it to those entitled to an amount.

    Portion by portion, each in a transaction of its own: broken off, it is begun again, and whoever has an offer or a
    claim already is passed over.

    Raises:
        Refused: the measure is not apply-free, not in force or suspended.
        NotPermitted: the viewer's organisation does not handle it.
    """
    if found.measure.way != "offer" or not found.pays:
        raise Refused(_("「%(measure)s」不是免申即享的资金。") % {"measure": found.measure.title})
    if not found.computed:
        raise Refused(_("「%(measure)s」没有金额公式，不能推送。") % {"measure": found.measure.title})
    today = timezone.localdate()
    as_of = day_of(year, today)
    objection = checks.against(checks.of_measure(found, as_of, today), strict=True)
    if objection:
        raise Refused(objection)
    kept.keep(found.policy)
    keys, run = list(enterprises), Run()
    for start in range(0, len(keys), PORTION):
        _portion(viewer, found, keys[start : start + PORTION], year, run)
        if tell is not None:
            tell(min(start + PORTION, len(keys)))
    return run


def _portion(viewer: Viewer, found: Offering, keys: list[int], year: int, run: Run) -> None:
    today = timezone.localdate()
    with transaction.atomic():
        enterprises = list(Enterprise.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        slot = found.slot()
        taken = set(
            Claim.objects.filter(enterprise__in=keys, year=year, slot=slot, state__in=LIVE).values_list(
                "enterprise", flat=True
            )
        )
        waiting = set(
            Claim.objects.filter(
                enterprise__in=keys, policy=found.policy.identifier, measure=found.measure.identifier, state__in=LIVE
            )
            .exclude(state="paid")
            .values_list("enterprise", flat=True)
        )
        free = [one for one in enterprises if one.pk not in taken | waiting]
        run.total += len(enterprises)
        for one in enterprises:
            if one.pk not in {other.pk for other in free}:
                run.leave(_("已有推送或申请"))
        if not free:
            return
        entitled = assess_many(free, [found], day_of(year, today))
        standing = checks.standing_of_many(found, free, today)
        made = []
        for one in free:
            if why := standing.get(one.pk, "") or _unfit(entitled[one.pk][0]):
                run.leave(why)
                continue
            made.append(_claim(found, one, year, entitled[one.pk][0]))
        flow.begin_many(CLAIM, "offer", made, viewer)
        run.offered += len(made)


def _unfit(entitlement: Entitlement) -> str:
    """Why there is nothing to offer; empty where there is."""
    if entitlement.entitled is None or (entitlement.entitled and entitlement.value is None):
        return _("还不能确定")
    if not entitlement.entitled:
        return _("不符合条件")
    if entitlement.for_a_person:
        return _("须人工核定：%(conditions)s") % {"conditions": _("、").join(entitlement.for_a_person)}
    return "" if entitlement.fen else _("没有应发的金额")


def _claim(found: Offering, enterprise: Enterprise, year: int, entitlement: Entitlement) -> Claim:
    made = new_claim(found, enterprise, year, Claim.Way.OFFER, entry="run")
    made.entitled, made.computed = entitlement.entitled, entitlement.fen
    made.demonstration = entitlement.assessment.demonstration
    made.received = stacking.total(stacking.received(found, enterprise.pk, year)) if found.measure.not_stacking else 0
    return made


def take_back(viewer: Viewer, pk: int, reason: str) -> Claim:
    """Take an offer back that should not have been made."""
    return flow.perform(CLAIM, "take_back", Claim, pk, viewer, reason)
