"""Quotas (名额): allocating what the policy gives, using and returning places, taking back what is too many, expiry."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.append import Item
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import kept
from zongbu.desk.support import checks
from zongbu.desk.support.actions.common import hold_enterprise
from zongbu.desk.support.entitlement import Entitlement, assess_many
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import QUOTA, Offering, day_of, offering
from zongbu.desk.support.models import QuotaAccount, QuotaEntry, QuotaPerson
from zongbu.desk.support.unpaid import quotas, selecting

Kind = QuotaEntry.Kind
PORTION = 500
"""Enterprises of one transaction."""
SERVICE = Viewer(name="")
"""Nobody: what the daily round does by itself."""


@dataclass
class Run:
    """What became of a run: how many enterprises were looked at, how many places were given to how many, and why the
    others got none (reason → how many)."""

    total: int = 0
    enterprises: int = 0
    places: int = 0
    left: dict[str, int] = field(default_factory=dict)
    above: int = 0
    """Enterprises that have been given more than the policy gives now: nothing is taken from them by a run."""

    def leave(self, why: str) -> None:
        self.left[why] = self.left.get(why, 0) + 1


def may_handle(viewer: Viewer, organisation: int | None) -> bool:
    """Whether a viewer keeps the quotas of a measure that an organisation handles; the city office where nobody is
    entered for it."""
    if not viewer.writes or viewer.role not in DISTRICT | DEPARTMENT | CITY:
        return False
    return viewer.role in CITY if organisation is None else viewer.organisation == organisation


def allocate(viewer: Viewer, found: Offering, enterprise: Enterprise, year: int) -> Run:
    """Give one enterprise the places that the policy gives it.

    Raises:
        Refused: why there is nothing to give. NotPermitted: see ``allocate_all``.
    """
    run = allocate_all(viewer, found, [enterprise.pk], year)
    if not run.places:
        raise Refused(_("没有可分配的名额：%(why)s。") % {"why": next(iter(run.left), _("已按现行星级分配"))})
    return run


def allocate_all(
    viewer: Viewer,
    found: Offering,
    enterprises: Collection[int],
    year: int,
    *,
    tell: Callable[[int], None] | None = None,
) -> Run:
    """Bring the accounts of enterprises (by primary key) up to what the policy gives them; nothing is taken away.

    Portion by portion, each in a transaction of its own. Run again, it gives only the difference: where a star has
    risen, or what was taken back.

    Raises:
        Refused: the measure gives no places by a formula, is not in force or suspended, or the year is not the present.
        NotPermitted: the viewer's organisation does not handle it.
    """
    if found.measure.category != QUOTA or not found.computed:
        raise Refused(_("「%(measure)s」没有写明名额数量，不能按公式分配。") % {"measure": found.measure.title})
    today = timezone.localdate()
    if year != today.year:
        raise Refused(_("只能分配今年的名额。"))
    if text := checks.against(checks.of_measure(found, today, today), strict=True):
        raise Refused(text)
    keys, run = list(enterprises), Run()
    with transaction.atomic():
        kept.keep(found.policy)
    for start in range(0, len(keys), PORTION):
        with transaction.atomic():
            _portion(viewer, found, keys[start : start + PORTION], year, run)
        if tell is not None:
            tell(min(start + PORTION, len(keys)))
    return run


def _portion(viewer: Viewer, found: Offering, keys: list[int], year: int, run: Run) -> None:
    today = timezone.localdate()
    as_of = day_of(year, today)
    enterprises = list(Enterprise.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    handlers: dict[str, int | None] = {}
    for one in enterprises:
        district = one.district or ""
        if district not in handlers:
            handler = organisation_for(found, district)
            handlers[district] = handler.pk if handler is not None else None
        if not may_handle(viewer, handlers[district]):
            raise NotPermitted(_("「%(measure)s」不由您的单位办理。") % {"measure": found.measure.title})
    entitled = assess_many(enterprises, [found], as_of)
    standing = checks.standing_of_many(found, enterprises, today)
    held = {
        enterprise: allocated - withdrawn
        for enterprise, allocated, withdrawn in QuotaAccount.objects.filter(
            enterprise__in=keys, policy=found.policy.identifier, measure=found.measure.identifier, year=year
        ).values_list("enterprise", "allocated", "withdrawn")
    }
    items = []
    for one in enterprises:
        run.total += 1
        entitlement = entitled[one.pk][0]
        number, why = number_of(entitlement)
        if why or (why := standing.get(one.pk, "")):
            run.leave(why)
            continue
        difference = number - held.get(one.pk, 0)
        if difference <= 0:
            run.above += difference < 0
            run.leave(_("已按现行星级分配") if number else _("按公式没有名额"))
            continue
        account = quotas.account_of(found, one, year)
        computed = quotas.Computed(
            as_of, number, found.policy.version, entitlement.record, entitlement.assessment.demonstration
        )
        quotas.post(viewer, account, Kind.ALLOCATED, difference, computed=computed)
        items.append(Item(account, account.number, "", None, {"places": difference, "computed": number, "year": year}))
        run.enterprises += 1
        run.places += difference
    if items:
        journal.record_many("support.allocate", viewer, items)


def number_of(entitlement: Entitlement) -> tuple[int, str]:
    """How many places the policy gives; or why that cannot be told, or is none."""
    if entitlement.entitled is None:
        return 0, _("是否符合条件还不能确定")
    if not entitlement.entitled:
        return 0, _("不符合条件")
    value = entitlement.value
    if value is None:
        missing = entitlement.assessment.missing(entitlement.offering.amount_result)
        names = [
            str(entitlement.offering.policy.parameters[name].title)
            for name in missing.parameters
            if name in entitlement.offering.policy.parameters
        ]
        if names:
            return 0, _("「%(names)s」没有公布或没有写这一档") % {"names": _("、").join(names)}
        return 0, _("名额数还不能确定")
    return int(value), ""


def use(viewer: Viewer, pk: int, purpose: str, *, number: int = 1, name: str = "", reference: str = "") -> QuotaEntry:
    """Use places for a named purpose.

    Args:
        name: for whom, only where it is needed; kept apart from the entry and erased in time.
        reference: the number of the department's own case.

    Raises:
        NotPermitted: neither the enterprise nor who handles the measure. NotEnough: no places are left.
        Refused: no purpose, the year is over, or something keeps the enterprise from it.
    """
    if not purpose.strip():
        raise Refused(_("请写明用途。"))
    if number < 1:
        raise Refused(_("数量至少为1。"))
    if name.strip() and number > 1:
        raise Refused(_("写姓名的，一次登记一个名额。"))
    with transaction.atomic():
        account = _held(viewer, pk, own=True)
        today = timezone.localdate()
        if account.year != today.year:
            raise Refused(_("%(year)s年度的名额已经不能使用。") % {"year": account.year})
        found = checks.entering(offering(account.policy, account.measure), account.enterprise, today, today)
        if text := checks.against(found, strict=True):
            raise Refused(text)
        made = quotas.post(viewer, account, Kind.USED, number, purpose=purpose, reference=reference)
        if name.strip():
            QuotaPerson.objects.create(entry=made, name=name.strip()[:60])
        after = {"places": number, "purpose": made.purpose, "reference": made.reference}
        journal.record("support.use_place", viewer, account, case=account.number, after=after)
    return made


def give_back(viewer: Viewer, entry: int, reason: str) -> QuotaEntry:
    """Return a use: its places can be used again, or expire where their year is over.

    Raises:
        NotPermitted: neither the enterprise nor who handles the measure.
        Refused: no reason, no such use, or it was returned already.
    """
    if not reason.strip():
        raise Refused(_("请写明退回的理由。"))
    with transaction.atomic():
        first = QuotaEntry.objects.filter(pk=entry, kind=Kind.USED).first()
        if first is None:
            raise Refused(_("没有这条使用记录。"))
        account = _held(viewer, first.account_id, own=True)
        if QuotaEntry.objects.filter(undoes=first).exists():
            raise Refused(_("这条使用已经退回。"))
        made = quotas.post(viewer, account, Kind.RETURNED, -first.change, reason=reason, undoes=first)
        journal.record(
            "support.return_place", viewer, account, case=account.number, reason=reason, after={"places": made.change}
        )
        if account.year < timezone.localdate().year:
            quotas.post(viewer, account, Kind.EXPIRED, made.change)
    return made


def take_back(viewer: Viewer, pk: int, number: int, reason: str) -> QuotaEntry:
    """Take back unused places that the policy does not give (any more); what is used stays.

    Raises:
        NotPermitted: who handles the measure is somebody else.
        Refused: no reason, or the policy gives as many as were allocated. NotEnough: fewer are unused.
    """
    if not reason.strip():
        raise Refused(_("请写明收回的理由。"))
    if number < 1:
        raise Refused(_("数量至少为1。"))
    with transaction.atomic():
        account = _held(viewer, pk)
        surplus = surplus_of(account)
        if surplus is not None and number > surplus:
            raise Refused(
                _("按政策现在应有的名额之外只多%(surplus)s个未用的，不能收回%(number)s个。")
                % {"surplus": surplus, "number": number}
            )
        made = quotas.post(viewer, account, Kind.WITHDRAWN, number, reason=reason)
        journal.record(
            "support.take_back_places", viewer, account, case=account.number, reason=reason, after={"places": number}
        )
    return made


def surplus_of(account: QuotaAccount) -> int | None:
    """Unused places above what the policy gives now; None where no formula says how many these are."""
    found = offering(account.policy, account.measure)
    if not found.computed:
        return None
    entitlement = assess_many([account.enterprise], [found], day_of(account.year, timezone.localdate()))
    number, why = number_of(entitlement[account.enterprise_id][0])
    if why and entitlement[account.enterprise_id][0].entitled is not False:
        return 0  # it cannot be told: nothing is taken
    return max(0, min(account.balance, account.allocated - account.withdrawn - number))


def expire() -> int:
    """Let the places of past years expire that were not used; how many accounts. For the daily round."""
    year, done = timezone.localdate().year, 0
    for pk in QuotaAccount.objects.filter(year__lt=year, balance__gt=0).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            enterprise = QuotaAccount.objects.values_list("enterprise", flat=True).get(pk=pk)
            hold_enterprise(enterprise)
            account = quotas.locked(pk)
            if account.balance <= 0:
                continue
            made = quotas.post(SERVICE, account, Kind.EXPIRED, account.balance)
            journal.record(
                "support.expire_places", SERVICE, account, case=account.number, after={"places": -made.change}
            )
            done += 1
    return done


def everybody(found: Offering, district: str = "") -> list[int]:
    """The enterprises that a run looks at: those that hold today what the measure rests on."""
    return list(selecting.pool(found, district).values_list("pk", flat=True))


def _held(viewer: Viewer, pk: int, *, own: bool = False) -> QuotaAccount:
    """An account, locked (its enterprise first), for who handles it, and with ``own`` for its enterprise.

    Raises:
        NotPermitted: somebody else. Refused: there is no such account.
    """
    enterprise = QuotaAccount.objects.filter(pk=pk).values_list("enterprise", flat=True).first()
    if enterprise is None:
        raise Refused(_("这个名额账户不存在。"))
    hold_enterprise(enterprise)
    account = quotas.locked(pk)
    mine = own and viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == account.enterprise.uscc
    if not mine and not may_handle(viewer, account.organisation_id):
        raise NotPermitted(_("这个名额账户不由您的单位办理。"))
    return account


def totals() -> dict[str, int]:
    """All accounts together, for the check of the books."""
    names = ("allocated", "withdrawn", "used", "expired", "balance")
    found = QuotaAccount.objects.aggregate(**{f"sum_{name}": Sum(name) for name in names})
    return {name: found[f"sum_{name}"] or 0 for name in names}
