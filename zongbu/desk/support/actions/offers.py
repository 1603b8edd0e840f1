"""免申即享: what everybody is entitled to without asking is computed for all and offered to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.queries import latest_of_many
from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import unlike
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.people.models import Organisation
from zongbu.desk.support import checks, stacking
from zongbu.desk.support.actions.claims import RECEIPT, new_claim
from zongbu.desk.support.entitlement import Entitlement, assess_many
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.measures import Offering, day_of
from zongbu.desk.support.models import LIVE, Claim

STAR = "star"
"""The fact by which statistics tell the stars apart."""
PORTION = 500
"""Enterprises of one transaction."""
ENDED = {
    "declined": gettext_lazy("企业已放弃"),
    "refused": gettext_lazy("已决定不予兑现"),
    "given_back": gettext_lazy("已退回资金"),
}
"""States of an earlier claim of the same year after which nothing is offered again by itself."""


@dataclass(frozen=True, slots=True)
class Looked:
    """An enterprise and what it would be offered; ``why`` it is left out, empty where it is not.

    ``received`` is what it was given for the same matter (fen), and counts against it.
    """

    enterprise: Enterprise
    entitlement: Entitlement | None
    why: str
    received: int = 0

    @property
    def fen(self) -> int:
        """What it would get."""
        return (self.entitlement.fen or 0) - self.received if self.entitlement is not None else 0


@dataclass
class Run:
    """What became of a run: offered with how much (fen), and why the others were not (reason → how many)."""

    offered: int = 0
    total: int = 0
    amount: int = 0
    demonstration: bool = False
    left: dict[str, int] = field(default_factory=dict)
    districts: dict[str, tuple[int, int]] = field(default_factory=dict)
    stars: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, portion: Iterable[Looked], stars: Mapping[int, str]) -> None:
        """Count a portion."""
        for one in portion:
            self.total += 1
            if one.why or one.entitlement is None:
                self.left[one.why] = self.left.get(one.why, 0) + 1
                continue
            self.offered += 1
            self.amount += one.fen
            self.demonstration |= one.entitlement.assessment.demonstration
            for counted, key in ((self.districts, one.enterprise.district), (self.stars, stars[one.enterprise.pk])):
                number, total = counted.get(key, (0, 0))
                counted[key] = (number + 1, total + one.fen)


def offer(
    viewer: Viewer,
    found: Offering,
    enterprises: Iterable[int],
    year: int,
    *,
    trial: bool = False,
    tell: Callable[[int, list[Looked], Mapping[int, str]], None] | None = None,
) -> Run:
    """Compute a measure for enterprises (by primary key) and offer it to those entitled to an amount.

    Portion by portion, each in a transaction of its own: broken off, it is begun again, and whoever has an offer or a
    claim already is passed over.

    Args:
        trial: only say what would be offered; nothing is written.
        tell: called after each portion with how many enterprises are done, the portion, and their stars.

    Raises:
        Refused: the measure is not apply-free, not in force or suspended, or the year has not begun.
        NotPermitted: the viewer's organisation does not handle it.
    """
    as_of = may_be_offered(found, year)
    if not trial:
        kept.keep(found.policy)
    keys, run = list(enterprises), Run()
    handlers: dict[str, Organisation | None] = {}
    for start in range(0, len(keys), PORTION):
        portion = keys[start : start + PORTION]
        if trial:
            looked = look(found, Enterprise.objects.filter(pk__in=portion).order_by("pk"), year, as_of)
        else:
            with transaction.atomic():
                locked = Enterprise.objects.select_for_update().filter(pk__in=portion).order_by("pk")
                looked = look(found, locked, year, as_of)
                made = [_claim(found, one, year, handlers) for one in looked if not one.why]
                unlike(made, RECEIPT)
                flow.begin_many(CLAIM, "offer", made, viewer)
        stars = stars_of([one.enterprise for one in looked], as_of)
        run.add(looked, stars)
        if tell is not None:
            tell(min(start + PORTION, len(keys)), looked, stars)
    return run


def may_be_offered(found: Offering, year: int) -> date:
    """The day whose law and facts count when a measure is offered for a year.

    Raises:
        Refused: it cannot be offered, and why.
    """
    if found.measure.way != "offer" or not found.pays:
        raise Refused(_("「%(measure)s」不是免申即享的资金。") % {"measure": found.measure.title})
    if not found.computed:
        raise Refused(_("「%(measure)s」没有金额公式，不能推送。") % {"measure": found.measure.title})
    today = timezone.localdate()
    try:
        as_of = day_of(year, today)
    except ValueError:
        raise Refused(_("%(year)s年度还没有开始。") % {"year": year}) from None
    if objection := checks.against(checks.of_measure(found, as_of, today), strict=True):
        raise Refused(objection)
    return as_of


def look(found: Offering, enterprises: Iterable[Enterprise], year: int, as_of: date) -> list[Looked]:
    """What each of some enterprises would be offered, or why nothing; few queries whatever their number.

    The ``entitlement`` stands only where something is to be offered.
    """
    every = list(enterprises)
    stands = _claims_before(found, [one.pk for one in every], year)
    free = [one for one in every if one.pk not in stands]
    entitled, unreadable = _entitled(free, found, as_of)
    today = timezone.localdate()
    known = {key: one.facts for key, one in entitled.items()} if as_of == today else {}
    standing = checks.standing_of_many(found, free, today, known) if free else {}
    received = stacking.totals(found, [one.pk for one in free], year)
    answer = []
    for one in every:
        mine, before = entitled.get(one.pk), received.get(one.pk, 0)
        why = stands.get(one.pk) or standing.get(one.pk) or unreadable.get(one.pk, "")
        if not why and mine is not None:
            why = _unfit(mine, before)
        answer.append(Looked(one, None if why else mine, why, before))
    return answer


def stars_of(enterprises: Iterable[Enterprise], as_of: date) -> dict[int, str]:
    """The recorded star of each enterprise, for statistics; empty where none is recorded."""
    keys = [one.pk for one in enterprises]
    records = latest_of_many(keys, as_of, facts=[STAR])
    return {key: records[key][STAR].value if STAR in records.get(key, {}) else "" for key in keys}


def _claims_before(found: Offering, keys: list[int], year: int) -> dict[int, str]:
    """Of each enterprise whose claim or decision stands in the way of an offer, why."""
    policy, measure = found.policy.identifier, found.measure.identifier
    same = Claim.objects.filter(enterprise__in=keys, policy=policy, measure=measure)
    earlier = same.filter(state__in=LIVE)
    if found.measure.frequency != "once":  # what was paid in another year counts in the formula
        earlier = earlier.exclude(state="paid")
    place = Claim.objects.filter(
        enterprise__in=keys, year=year, policy=policy, measure__in=found.excluding, state__in=LIVE
    )
    answer = {
        key: str(ENDED[state])
        for key, state in same.filter(year=year, state__in=ENDED).order_by("pk").values_list("enterprise", "state")
    }
    taken = [*earlier.values_list("enterprise", flat=True), *place.values_list("enterprise", flat=True)]
    return answer | dict.fromkeys(taken, _("已有推送或申请"))


def _entitled(
    enterprises: list[Enterprise], found: Offering, as_of: date
) -> tuple[dict[int, Entitlement], dict[int, str]]:
    """The entitlement of each enterprise, and of those whose recorded facts cannot be read why not."""
    if not enterprises:
        return {}, {}
    try:
        return {key: one[0] for key, one in assess_many(enterprises, [found], as_of).items()}, {}
    except Refused:
        pass  # one of them: look for it, and do not keep the others from what is theirs
    entitled: dict[int, Entitlement] = {}
    unreadable: dict[int, str] = {}
    for one in enterprises:
        try:
            entitled[one.pk] = assess_many([one], [found], as_of)[one.pk][0]
        except Refused:
            unreadable[one.pk] = _("企业档案中的数据不能使用")
    return entitled, unreadable


def _unfit(entitlement: Entitlement, received: int) -> str:
    """Why there is nothing to offer; empty where there is."""
    if entitlement.entitled is None or (entitlement.entitled and entitlement.value is None):
        return _("还不能确定")
    if not entitlement.entitled:
        return _("不符合条件")
    if entitlement.for_a_person:
        return _("须人工核定：%(conditions)s") % {"conditions": _("、").join(entitlement.for_a_person)}
    if not entitlement.fen:
        return _("没有应发的金额")
    return "" if entitlement.fen > received else _("同一事项已享受的不低于应发的金额")


def _claim(found: Offering, looked: Looked, year: int, handlers: dict[str, Organisation | None]) -> Claim:
    made = new_claim(found, looked.enterprise, year, Claim.Way.OFFER, entry="run", handlers=handlers)
    assert looked.entitlement is not None
    made.entitled, made.computed = looked.entitlement.entitled, looked.entitlement.fen
    made.demonstration = looked.entitlement.assessment.demonstration
    made.received = looked.received
    return made


def take_back(viewer: Viewer, pk: int, reason: str) -> Claim:
    """Take an offer back that should not have been made."""
    return flow.perform(CLAIM, "take_back", Claim, pk, viewer, reason)
