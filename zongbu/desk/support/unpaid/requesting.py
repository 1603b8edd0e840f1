"""What can be asked for or referred, and what is checked of it: everything follows from the declared measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.library.kept import policy_as_of
from zongbu.desk.recognition.models import Round
from zongbu.desk.support import checks
from zongbu.desk.support.checks import Check
from zongbu.desk.support.entitlement import Entitlement, assess
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import ENCOURAGEMENT, QUOTA, REFERRAL, SERVICE, Offering, offerings
from zongbu.desk.support.models import SupportRequest
from zongbu.desk.support.models.requests import TAKING
from zongbu.law import nodes

KINDS = (REFERRAL, SERVICE, QUOTA)
"""The categories that give no money and yet something that can be asked for. Encouragement (鼓励) never is."""


def by_rounds(found: Iterable[Offering]) -> frozenset[str]:
    """The measures (by key) that are the business of a round of recognition: they ask for what a round admits by."""
    admitting: dict[str, set[str]] = {}
    for policy, admits in Round.objects.exclude(admits="").values_list("policy", "admits").distinct():
        admitting.setdefault(policy, set()).add(admits)
    return frozenset(
        one.key
        for one in found
        if any(
            isinstance(node, nodes.RuleRef) and node.identifier in admitting.get(one.policy.identifier, ())
            for node in nodes.walk(one.measure.eligible)
        )
    )


def may_be_asked(found: Offering) -> bool:
    """Whether an enterprise asks for the measure itself (方式 申报)."""
    return found.measure.category in KINDS and found.measure.way == "claim"


def may_be_referred(found: Offering) -> bool:
    """Whether an official may bring an enterprise to it: also where the text names no way to ask.

    Not what is given to everybody entitled without asking (免申即享), and no places that a formula gives.
    """
    return found.measure.category in KINDS and found.measure.way in ("claim", "")


def askable(*, referring: bool = False) -> list[Offering]:
    """The measures of policies in force that can be asked for (or referred), in the order of the files."""
    today = timezone.localdate()
    wanted = may_be_referred if referring else may_be_asked
    found = [one for one in offerings() if wanted(one) and one.policy.may_be_activated and one.policy.in_force(today)]
    rounds = by_rounds(found)
    return [one for one in found if one.key not in rounds]


def encouraged() -> list[Offering]:
    """What is only encouraged (鼓励): shown, never asked for."""
    today = timezone.localdate()
    return [
        one
        for one in offerings()
        if one.measure.category == ENCOURAGEMENT and one.policy.may_be_activated and one.policy.in_force(today)
    ]


def of_request(case: SupportRequest) -> Offering:
    """The measure of a request in the version of the policy on which it rests.

    Raises:
        UnknownPolicy: that version was not kept.
    """
    found = policy_as_of(case.policy, case.policy_version)
    return Offering(found, found.measures[case.measure])


def slot(found: Offering, year: int) -> str:
    """The place that a request takes; empty where any number may be asked for.

    The matter is no part of it, unlike that of claims: it may tell of a person, and is erased in time.
    """
    if found.measure.frequency == "each":
        return ""
    place = found.slot()
    return place if found.measure.frequency == "once" else f"{place}:{year}"


def new_request(found: Offering, enterprise: Enterprise, origin: SupportRequest.Origin) -> SupportRequest:
    """An unsaved request with what follows from the measure.

    Raises:
        Refused: the enterprise's district is not recorded.
    """
    if not enterprise.district:
        raise Refused(_("企业档案里没有所在区县，请先登记。"))
    today = timezone.localdate()
    return SupportRequest(
        receipt=receipt("SQ"),
        enterprise=enterprise,
        district=enterprise.district,
        policy=found.policy.identifier,
        policy_version=found.policy.version,
        measure=found.measure.identifier,
        title=found.measure.title,
        clause=found.measure.clause,
        category=found.measure.category,
        level=found.measure.level,
        year=today.year,
        as_of=today,
        slot=slot(found, today.year),
        origin=origin,
        organisation=organisation_for(found, enterprise.district),
    )


def now(case: SupportRequest) -> tuple[Entitlement, list[Check]]:
    """The entitlement with what is known by now, and every check; worked out once per object.

    Raises:
        Refused: recorded facts cannot be read. UnknownPolicy: the policy's version was not kept.
    """
    held: tuple[Entitlement, list[Check]] | None = case.__dict__.get("_checked")
    if held is None:
        today = timezone.localdate()
        found = of_request(case) if case.pk else _current(case)
        entitlement = assess(case.enterprise, [found], today)[0]
        entered = checks.entering(found, case.enterprise, today, today)
        held = entitlement, [*entered, _entitled(entitlement), _alone(case)]
        case.__dict__["_checked"] = held
    return held


def of(case: SupportRequest) -> list[Check]:
    """Every check of a request, as things are now."""
    return now(case)[1]


def most(case: SupportRequest) -> int | None:
    """How many places the policy gives by its formula; None where it has none, or it is undetermined."""
    value = now(case)[0].value
    return int(value) if now(case)[0].offering.computed and value is not None and not isinstance(value, bool) else None


def _current(case: SupportRequest) -> Offering:
    from zongbu.desk.support.measures import offering

    return offering(case.policy, case.measure)


def _entitled(entitlement: Entitlement) -> Check:
    title, met = _("符合享受条件"), entitlement.entitled
    if met is None:
        return Check("entitled", title, None, _("是否符合条件还不能判断，缺的事实要先查明。"))
    if not met:
        return Check("entitled", title, False, _("按现有事实不符合这项措施的条件。"))
    return Check("entitled", title, True, _("符合。"))


def _alone(case: SupportRequest) -> Check:
    title = _("没有重复申请")
    if not case.slot:
        return Check("alone", title, True, _("可以申请多次。"))
    beside = (
        SupportRequest.objects.filter(enterprise=case.enterprise_id, slot=case.slot, state__in=TAKING)
        .exclude(pk=case.pk)
        .first()
    )
    if beside is None:
        return Check("alone", title, True, _("没有。"))
    text = _("已有「%(measure)s」的申请（%(receipt)s），不能重复申请。")
    return Check("alone", title, False, text % {"measure": beside.title, "receipt": beside.receipt})


def entitled_to(
    enterprise: Enterprise, found: Iterable[Offering], today: date
) -> Iterator[tuple[Offering, bool | None]]:
    """Of measures whether an enterprise may have them today, as far as is known.

    Raises:
        Refused: recorded facts cannot be read.
    """
    wanted = list(found)
    for one, entitlement in zip(wanted, assess(enterprise, wanted, today), strict=True):
        yield one, entitlement.entitled
