"""Who handles a measure for an enterprise, and which funds pay it: from the declaration, not from code."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import Claim, Fund, Level, ResponsibleUnit
from zongbu.law.amounts import full_amount

Kind = Organisation.Kind
HANDLING = (Kind.DEPARTMENT, Kind.DISTRICT_OFFICE, Kind.CITY_OFFICE)
"""The kinds of organisations that handle claims and requests."""


def require_able(organisation: Organisation) -> None:
    """See that an organisation can be given claims and requests to handle.

    Raises:
        Refused: it is of another kind, or out of service.
    """
    if organisation.kind not in HANDLING:
        raise Refused(_("只能指派给市级部门、区县总部办或者市总部办。"))
    if not organisation.active:
        raise Refused(_("「%(name)s」已停用，请指派给别的单位。") % {"name": organisation.name})


def organisation_for(offering: Offering, district: str) -> Organisation | None:
    """The organisation that handles a measure for enterprises of a district; None: the city office has to assign one.

    A unit that the city office has entered in its table goes first; otherwise what the declared level says.
    """
    units = offering.measure.units
    rows = ResponsibleUnit.objects.filter(policy=offering.policy.identifier, unit__in=units, organisation__active=True)
    entered = {one.unit: one.organisation for one in rows.select_related("organisation")}
    for unit in units:
        if unit in entered:
            return entered[unit]
    found = Organisation.objects.filter(active=True)
    match offering.measure.level:
        case "district":
            return found.filter(kind=Kind.DISTRICT_OFFICE, district=district).first()
        case "city":
            return found.filter(kind=Kind.CITY_OFFICE).order_by("pk").first()
        case _:
            return None


def fund_of(level: str, claim: Claim) -> Fund | None:
    """The fund from which a payer of that level pays a claim; None where it has not been set up."""
    found = Fund.objects.filter(level=level)
    if level == Level.DISTRICT:
        found = found.filter(district=claim.district)
    elif level == Level.DEPARTMENT:
        found = found.filter(organisation=claim.organisation_id)
    return found.first()


def split(claim: Claim, offering: Offering, entitlement: Entitlement, amount: int) -> list[tuple[Fund, int]]:
    """Who pays how much of an amount (fen); the parts add up to it.

    Where several pay by formulas, those give the parts of the computed amount. An amount that was found lower is split
    in the same ratio, fractions of a fen falling to the last payer.

    Raises:
        Refused: the policy does not say who pays, a share is undetermined, or a fund is not set up.
    """
    payers = offering.measure.payers
    if not payers:
        raise Refused(_("政策没有写明「%(measure)s」由谁出资，不能核定。") % {"measure": offering.measure.title})
    parts: list[int] = []
    if len(payers) == 1 and not payers[0].rule:
        parts = [amount]
    else:
        computed = [entitlement.amount_of(payer.rule) for payer in payers]
        if any(one is None for one in computed):
            raise Refused(
                _("「%(measure)s」各方分担的比例还没有公布或不能确定，不能核定。") % {"measure": offering.measure.title}
            )
        whole = sum(one for one in computed if one is not None)
        if whole <= 0 or (entitlement.fen is not None and whole != entitlement.fen):
            raise Refused(
                _("「%(measure)s」各方分担的合计（%(parts)s）与测算金额不一致，请检查政策文件。")
                % {"measure": offering.measure.title, "parts": full_amount(whole)}
            )
        parts = [amount * (one or 0) // whole for one in computed]
        parts[-1] = amount - sum(parts[:-1])
    found: dict[Fund, int] = {}  # two payers may pay from one fund
    for payer, part in zip(payers, parts, strict=True):
        if not part:
            continue
        fund = fund_of(payer.level, claim)
        if fund is None:
            raise Refused(
                _("还没有设立%(level)s支付这项措施的资金，请财政部门先设立。") % {"level": Level(payer.level).label}
            )
        found[fund] = found.get(fund, 0) + part
    return list(found.items())


def budget_year(today: date) -> int:
    """The budget that a share is taken from: that of the year in which it is found."""
    return today.year
