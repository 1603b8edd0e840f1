"""What is checked of a claim when it is handed in, verified, approved and paid: each check with its answer and its why.

Unknown is never taken for "no": what cannot be told stands in the way of an approval and of a payment; an enterprise
may hand in all the same, and the lead department finds out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.queries import facts_at, facts_of_many
from zongbu.desk.enterprises.values import BANNED_UNTIL, IS_BANNED, ON_LIST
from zongbu.desk.library.measures import suspended
from zongbu.desk.recognition.models import Recognition
from zongbu.desk.recognition.queries import holding
from zongbu.desk.support import stacking
from zongbu.desk.support.entitlement import Entitlement, assess, decided_results
from zongbu.desk.support.measures import Offering, of_claim
from zongbu.desk.support.models import LIVE, Claim
from zongbu.law import Policy, nodes
from zongbu.law.amounts import day as in_words
from zongbu.law.amounts import full_amount


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``passed`` is True, False, or None where it cannot be told."""

    kind: str
    title: str
    passed: bool | None
    text: str

    @property
    def plain(self) -> dict[str, object]:
        """For the record of a decision."""
        return {"kind": self.kind, "title": self.title, "passed": self.passed, "text": self.text}


def entering(
    offering: Offering, enterprise: Enterprise, as_of: date, today: date, entitlement: Entitlement | None = None
) -> list[Check]:
    """What does not depend on amounts: is the measure there at all, and is the enterprise kept from it.

    Args:
        entitlement: what was computed for ``as_of``; what was read for it is not read again.
    """
    decided = entitlement.decided if entitlement is not None else decided_results(offering.policy)
    facts = entitlement.facts if entitlement is not None and as_of == today else facts_at(enterprise, today)
    return [
        *of_measure(offering, as_of, today),
        *_recognised(offering, enterprise, today, decided),
        *_standing(facts, today),
    ]


def standing(enterprise: Enterprise, today: date) -> list[Check]:
    """What keeps an enterprise from every measure: the dishonesty list, a ban; two queries."""
    return list(_standing(facts_at(enterprise, today), today))


def of_measure(offering: Offering, as_of: date, today: date) -> list[Check]:
    """What holds for everybody: the policy is in force on the day that counts, and the measure is not suspended."""
    return [_in_force(offering.policy, as_of), _not_suspended(offering, today)]


def standing_of_many(
    offering: Offering,
    enterprises: Collection[Enterprise],
    today: date,
    known: Mapping[int, Mapping[str, str]] | None = None,
) -> dict[int, str]:
    """What keeps each of many enterprises from a measure today, in words; those are not in it whom nothing keeps.

    Args:
        known: the facts of today, where they have been read already; the others are read.
    """
    facts = {**facts_of_many([one for one in enterprises if one.pk not in (known or {})], today), **(known or {})}
    answer: dict[int, str] = {}
    for result in rests_on(offering, decided_results(offering.policy)):
        owner = result.rpartition(".")[0] or offering.policy.identifier
        held = set(
            Recognition.objects.filter(
                holding(today), round__policy=owner, enterprise__in=[one.pk for one in enterprises]
            ).values_list("enterprise", flat=True)
        )
        answer |= {one.pk: _("现在不在认定名单上") for one in enterprises if one.pk not in held}
    for one in enterprises:
        if text := against(_standing(facts[one.pk], today), strict=True):
            answer.setdefault(one.pk, text)
    return answer


def of(claim: Claim, entitlement: Entitlement, today: date | None = None) -> list[Check]:
    """Every check of a claim, as things are now."""
    now = today or timezone.localdate()
    offering = of_claim(claim)
    found = entering(offering, claim.enterprise, claim.as_of, now, entitlement)
    found.append(_entitled(entitlement))
    if claim.as_of < now and claim.year == now.year:
        found.append(_still(claim, offering, now))
    found += [alone(claim), earlier_done(claim, offering), *_switching(entitlement)]
    found += amounts(claim, entitlement)
    found.append(_invoices(claim))
    return found


def amounts(claim: Claim, entitlement: Entitlement) -> list[Check]:
    """Whether the amount that was found still stands; nothing where there is none yet."""
    return [_within(claim, entitlement)] if claim.amount is not None else []


def now(claim: Claim) -> tuple[Entitlement, list[Check]]:
    """The entitlement computed anew on the claim's day with what is known by now, and every check.

    Worked out once per object and amount: an act reads its claim anew under the lock, asks its guard, and then writes
    down what the guard went by.

    Raises:
        Refused: recorded facts cannot be read.
    """
    held: tuple[int | None, Entitlement, list[Check]] | None = claim.__dict__.get("_checked")
    if held is None or held[0] != claim.amount:
        entitlement = held[1] if held else assess(claim.enterprise, [of_claim(claim)], claim.as_of)[0]
        held = claim.__dict__["_checked"] = (claim.amount, entitlement, of(claim, entitlement))
    return held[1], held[2]


def against(found: Iterable[Check], *, strict: bool) -> str:
    """The first check that stands in the way, in words; empty if none does.

    Args:
        strict: whether what cannot be told stands in the way as well (approval, payment).
    """
    for one in found:
        if one.passed is False or (strict and one.passed is None):
            return one.text
    return ""


# --- the checks ------------------------------------------------------------------------------------------------


def _in_force(policy: Policy, as_of: date) -> Check:
    title = _("政策在有效期内")
    if not policy.may_be_activated:
        return Check(
            "in_force",
            title,
            False,
            _("《%(policy)s》尚未施行或者已经废止，只能测算，不能兑现。") % {"policy": policy.title},
        )
    if not policy.in_force(as_of):
        return Check(
            "in_force", title, False, _("《%(policy)s》在计算基准日%(day)s不在有效期内。")
            % {"policy": policy.title, "day": in_words(as_of)},
        )  # fmt: skip
    return Check("in_force", title, True, _("计算基准日%(day)s在有效期内。") % {"day": in_words(as_of)})


def _not_suspended(offering: Offering, today: date) -> Check:
    title = _("措施没有暂停")
    if suspended(offering.policy.identifier, offering.measure.identifier, today):
        return Check(
            "suspended",
            title,
            False,
            _("「%(measure)s」已经暂停执行，恢复以后再办理。") % {"measure": offering.measure.title},
        )
    return Check("suspended", title, True, _("没有暂停。"))


def rests_on(offering: Offering, decided: Collection[str]) -> tuple[str, ...]:
    """Of the results ``decided`` by rounds those on which the entitlement rests, directly or through other rules."""
    rules, todo, seen = offering.policy.rules, [offering.measure.eligible], set[str]()
    while todo:
        for node in nodes.walk(todo.pop()):
            if isinstance(node, nodes.RuleRef) and node.identifier not in seen:
                seen.add(node.identifier)
                todo.append(rules[node.identifier].node)
    return tuple(one for one in decided if one in seen)


def _recognised(offering: Offering, enterprise: Enterprise, today: date, decided: Collection[str]) -> Iterator[Check]:
    """Still recognised: the list of today counts, whatever the day of the computation."""
    for result in rests_on(offering, decided):
        owner = result.rpartition(".")[0] or offering.policy.identifier
        title = _("仍在认定名单上")
        held = Recognition.objects.filter(holding(today), round__policy=owner, enterprise=enterprise).first()
        if held is None:
            text = _("企业现在不在「%(title)s」的认定名单上。") % {"title": offering.policy.rules[result].title}
            yield Check("recognised", title, False, text)
        else:
            yield Check("recognised", title, True, _("证书编号%(number)s，有效。") % {"number": held.number})


def _standing(facts: Mapping[str, str], today: date) -> Iterator[Check]:
    """Neither on the dishonesty list nor barred, today."""
    listed = facts.get(ON_LIST)
    title = _("不在严重违法失信名单")
    if listed == "true":
        yield Check("listed", title, False, _("企业在严重违法失信主体名单上。"))
    elif listed == "false":
        yield Check("listed", title, True, _("不在名单上。"))
    else:
        yield Check("listed", title, None, _("是否在严重违法失信主体名单上没有记录，须先查明。"))
    title = _("不在禁申期")
    until = facts.get(BANNED_UNTIL, "")
    if facts.get(IS_BANNED) == "true" or (until and today.isoformat() <= until):
        words = in_words(date.fromisoformat(until)) if until else _("另行通知")
        yield Check("banned", title, False, _("企业在禁申期内，至%(day)s。") % {"day": words})
    else:
        yield Check("banned", title, True, _("没有禁申记录。"))


def _entitled(entitlement: Entitlement) -> Check:
    title, met = _("符合享受条件"), entitlement.entitled
    if met is None:
        return Check("entitled", title, None, _("是否符合享受条件还不能判断，请看计算说明里缺的事实。"))
    if not met:
        return Check("entitled", title, False, _("按现有事实不符合享受条件，请看计算说明。"))
    if entitlement.offering.computed and entitlement.value is None:
        return Check("entitled", title, None, _("符合条件，但金额还不能确定，请看计算说明里缺的事实或参数。"))
    if entitlement.offering.computed and not entitlement.value:
        return Check("entitled", title, False, _("按计算没有应发的金额。"))
    return Check("entitled", title, True, _("符合。"))


def alone(claim: Claim) -> Check:
    """Of measures that exclude each other only one in a year, whichever version of the policy a claim rests on."""
    title = _("没有互斥的享受")
    offering = of_claim(claim)
    others = Claim.objects.filter(
        enterprise=claim.enterprise_id,
        year=claim.year,
        policy=claim.policy,
        measure__in=offering.excluding,
        state__in=LIVE,
    ).exclude(pk=claim.pk)
    if offering.measure.frequency == "each":  # of the measure itself one for each matter
        others = others.exclude(~Q(slot=claim.slot), measure=claim.measure)
    beside = others.order_by("pk").first()
    if beside is None:
        return Check("alone", title, True, _("同一年度没有互斥的申请。"))
    if beside.measure == claim.measure:
        text = _("%(year)s年度的「%(measure)s」已有申请（%(receipt)s）。")
    else:
        text = _("%(year)s年度已申请「%(measure)s」（%(receipt)s），与本项只能享受一项。")
    found = {"year": claim.year, "measure": beside.title, "receipt": beside.receipt}
    return Check("alone", title, False, text % found)


def _still(claim: Claim, offering: Offering, today: date) -> Check:
    """Entitled also by what authorities have found since: a star that was lost is not paid for.

    Only findings are brought up to today. What registers say may have changed by the very thing that is supported: who
    has bought its first office owns one now.
    """
    title = _("现在仍符合条件")
    held: Entitlement | None = claim.__dict__.get("_still")
    now = held or assess(claim.enterprise, [offering], claim.as_of, findings_on=today)[0]
    claim.__dict__["_still"] = now
    if now.entitled:
        return Check("still", title, True, _("按现在的认定、星级仍符合。"))
    if now.entitled is None:
        return Check("still", title, None, _("提交以后认定或星级有变化，现在是否符合还不能确定。"))
    return Check("still", title, False, _("提交以后认定或星级有变化，现在已不符合享受条件。"))


def earlier_done(claim: Claim, offering: Offering) -> Check:
    """A measure whose payment is recorded and counts for the next one is paid one after the other.

    So too what is given once only: another year's claim stands in the way.
    """
    title = _("没有未办结的同类申请")
    others = Claim.objects.filter(
        enterprise=claim.enterprise_id, policy=claim.policy, measure=claim.measure, state__in=LIVE
    ).exclude(pk=claim.pk)
    if offering.measure.frequency == "once":
        other = others.first()
        text = _("「%(measure)s」只享受一次，已有申请（%(receipt)s）。")
    elif offering.measure.records:
        other = others.exclude(state="paid").first()
        text = _("「%(measure)s」还有没办结的申请（%(receipt)s），办结以后才能算出这一次的差额。")
    else:
        other = None
        text = ""
    if other is None:
        return Check("earlier", title, True, _("没有。"))
    return Check("earlier", title, False, text % {"measure": other.title, "receipt": other.receipt})


def _switching(entitlement: Entitlement) -> Iterator[Check]:
    """Conditions of the policy under which the measure is barred (不得)."""
    for rule in entitlement.offering.measure.barred_by:
        value = entitlement.assessment.results.get(rule)
        title = entitlement.offering.policy.rules[rule].title
        if value is True:
            yield Check("barred", title, False, _("政策提示「%(title)s」成立，不能享受。") % {"title": title})
        elif value is False:
            yield Check("barred", title, True, _("不成立。"))
        else:
            text = _("是否「%(title)s」还不能确定，请先登记所缺的事实，或者由总部办录入参数。") % {"title": title}
            yield Check("barred", title, None, text)


def _within(claim: Claim, entitlement: Entitlement) -> Check:
    """Never more than the formula gives, less what was received for the same matter.

    Where a person set the amount, that amount stands for the formula's.
    """
    title = _("不超过测算金额")
    assert claim.amount is not None
    whole = entitlement.fen if entitlement.fen is not None else claim.amount + claim.received
    # What was approved since the amount was found counts too: nobody is paid twice by being quick.
    before = max(claim.received, stacking.total(stacking.counted(of_claim(claim), claim)))
    most = max(0, whole - before)
    found = {"amount": full_amount(claim.amount), "most": full_amount(most)}
    if claim.amount > most:
        return Check("within", title, False, _("核定%(amount)s，超过现在应发的%(most)s，请退回核验。") % found)
    if entitlement.fen is None:
        return Check("within", title, True, _("核定%(amount)s，政策没有公式。") % found)
    return Check("within", title, True, _("核定%(amount)s，测算%(most)s。") % found)


def _invoices(claim: Claim) -> Check:
    """No invoice of the claim stands behind another one."""
    from zongbu.desk.support.models import Invoice

    title = _("发票没有重复使用")
    numbers = list(claim.invoices.values_list("number", flat=True))
    used = (
        Invoice.objects.filter(number__in=numbers, released_at=None)
        .exclude(claim=claim)
        .values_list("number", flat=True)
        .first()
    )
    if used:
        return Check("invoices", title, False, _("发票%(number)s已用于其他申请。") % {"number": used})
    return Check("invoices", title, True, _("没有重复。") if numbers else _("没有登记发票。"))
