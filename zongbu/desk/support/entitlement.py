"""What an enterprise is entitled to under measures on a day: the engine's assessment on what is recorded and decided.

Recognition is not computed anew: whether somebody is a headquarters enterprise was decided in a round, and what was
decided holds until it is revoked or has run out. The policy is therefore read with those results as decided
(``Policy.decided``); who is not on the list is not recognised, however well it would qualify.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.queries import facts_of_many, latest_of_many
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.library.parameters import overrides
from zongbu.desk.recognition.models import Recognition, Round
from zongbu.desk.recognition.queries import holding
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import Claim
from zongbu.law import Policy
from zongbu.law.amounts import fen_of
from zongbu.law.assessor import Assessor
from zongbu.law.decided import decided_fact
from zongbu.law.explain.assessment import Assessment
from zongbu.law.facts import BadFacts


@dataclass(frozen=True)
class Entitlement:
    """What one enterprise is entitled to under one measure.

    ``entitled``: met, not met, undetermined. ``fen``: the amount that the formula gives (None: none is given, or it is
    undetermined). ``decided``: the results that were taken as decided. ``facts``: what is recorded of the enterprise on
    the day that counts; what the ledger knows better is not in it.
    """

    offering: Offering
    assessment: Assessment
    decided: tuple[str, ...]
    facts: Mapping[str, str]

    @property
    def entitled(self) -> bool | None:
        value = self.assessment.trace.value(self.offering.measure.eligible)
        assert value is None or isinstance(value, bool)
        return value

    @property
    def value(self) -> Any:
        """What the assessment says of the measure: an amount or a number, or one of the three answers."""
        return self.assessment.results[self.offering.amount_result]

    @property
    def fen(self) -> int | None:
        value = self.value
        if not self.offering.computed or not isinstance(value, Decimal):
            return None
        return fen_of(value)

    @property
    def for_a_person(self) -> list[str]:
        """The conditions (人工) that hold, or may hold, under which a person has to decide; their titles."""
        results, rules = self.assessment.results, self.offering.policy.rules
        return [rules[one].title for one in self.offering.measure.needs_person if results.get(one) is not False]

    def amount_of(self, rule: str) -> int | None:
        """What a step of the policy comes to, in fen; None: undetermined."""
        value = self.assessment.results.get(rule)
        return fen_of(value) if isinstance(value, Decimal) else None

    @property
    def record(self) -> dict[str, Any]:
        """The assessment as plain data, for a decision."""
        return self.assessment.document()


def decided_results(policy: Policy) -> tuple[str, ...]:
    """The results that this service decides by rounds of recognition, as the policy names them (others' prefixed)."""
    run = set(Round.objects.filter(state__in=["open", "concluded"]).values_list("policy", flat=True).distinct())
    own = [policy.recognises] if policy.recognises and policy.identifier in run else []
    others = [
        f"{name}.{below.recognises}"
        for name, below in policy.based_on.items()
        if below.recognises and name in run and f"{name}.{below.recognises}" in policy.rules
    ]
    return (*own, *others)


def assess(
    enterprise: Enterprise,
    offerings: Collection[Offering],
    as_of: date,
    known_at: datetime | None = None,
    *,
    findings_on: date | None = None,
) -> list[Entitlement]:
    """What one enterprise is entitled to under measures of any policies, in their order.

    Args:
        findings_on: take what departments have found (stars among it) as it is on this later day.

    Raises:
        Refused: recorded facts cannot be read.
    """
    found: dict[str, Entitlement] = {}
    for policy in {one.policy.identifier: one.policy for one in offerings}.values():
        mine = [one for one in offerings if one.policy is policy]
        for together in _apart(mine):
            assessed = _assessed([enterprise], together, as_of, known_at, findings_on)[enterprise.pk]
            found |= {one.offering.key: one for one in assessed}
    return [found[one.key] for one in offerings]


def assess_many(
    enterprises: Collection[Enterprise], offerings: Collection[Offering], as_of: date, known_at: datetime | None = None
) -> dict[int, list[Entitlement]]:
    """The same for many enterprises and measures of one policy, by primary key; few queries whatever their number.

    Raises:
        Refused: recorded facts of one of them cannot be read.
    """
    answer: dict[int, dict[str, Entitlement]] = {one.pk: {} for one in enterprises}
    for together in _apart(offerings):
        for pk, found in _assessed(enterprises, together, as_of, known_at).items():
            answer[pk] |= {one.offering.key: one for one in found}
    return {pk: [found[one.key] for one in offerings] for pk, found in answer.items()}


def _apart(offerings: Collection[Offering]) -> list[list[Offering]]:
    """Which measures may be assessed together: each that asks what was drawn *instead of it* stands alone."""
    alone = [[one] for one in offerings if one.measure.drew_other]
    others = [one for one in offerings if not one.measure.drew_other]
    return [others, *alone] if others else alone


def _assessed(
    enterprises: Collection[Enterprise],
    offerings: Collection[Offering],
    as_of: date,
    known_at: datetime | None,
    findings_on: date | None = None,
) -> dict[int, list[Entitlement]]:
    policy = next(iter(offerings)).policy
    keys = [one.pk for one in enterprises]
    decided = decided_results(policy)
    law = policy.decided(decided) if decided else policy
    facts = facts_of_many(enterprises, as_of, known_at, policy=policy)
    if findings_on is not None:
        later = facts_of_many(enterprises, findings_on, known_at, policy=policy)
        findings = {fact.identifier for fact in policy.dictionary.values() if fact.kind == "finding"}
        facts = {key: _renewed(mine, later[key], findings) for key, mine in facts.items()}
    given = _decided_facts(keys, policy, decided, as_of)
    ledger = _ledger_facts(keys, offerings, as_of, known_at)
    assessor = _assessor(law, offerings, as_of, known_at)
    answer: dict[int, list[Entitlement]] = {}
    for enterprise in enterprises:
        values = {**facts[enterprise.pk], **ledger[enterprise.pk], **given[enterprise.pk]}
        try:
            assessment = assessor.assess(values)
        except BadFacts as error:
            raise Refused(
                _("%(name)s的企业档案中的数据不能使用：%(faults)s")
                % {"name": enterprise.name, "faults": "；".join(map(str, error.faults))}
            ) from None
        answer[enterprise.pk] = [
            Entitlement(Offering(law, law.measures[one.measure.identifier]), assessment, decided, facts[enterprise.pk])
            for one in offerings
        ]
    return answer


def _renewed(facts: Mapping[str, str], later: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Facts of a day, some of them as they are on a later one; what has been taken back since is unknown."""
    kept = {name: value for name, value in facts.items() if name not in names}
    return kept | {name: value for name, value in later.items() if name in names}


def _assessor(law: Policy, offerings: Iterable[Offering], as_of: date, known_at: datetime | None) -> Assessor:
    """With the measures, also the steps that say who pays what and what is recorded once paid."""
    results: dict[str, None] = {}
    for one in offerings:
        results[one.amount_result] = None
        for payer in one.measure.payers:
            if payer.rule:
                results[payer.rule] = None
        for _fact, rule in one.measure.records:
            results[rule] = None
        results |= dict.fromkeys((*one.measure.barred_by, *one.measure.needs_person))
    return law.assessor(as_of=as_of, parameters=overrides(law.identifier, as_of, known_at), results=list(results))


def _decided_facts(keys: list[int], policy: Policy, decided: Iterable[str], as_of: date) -> dict[int, dict[str, str]]:
    """Of each enterprise what was decided about it, as the fact that ``Policy.decided`` reads."""
    answer: dict[int, dict[str, str]] = {key: {} for key in keys}
    for result in decided:
        owner = result.rpartition(".")[0] or policy.identifier
        held = set(
            Recognition.objects.filter(holding(as_of), round__policy=owner, enterprise__in=keys).values_list(
                "enterprise", flat=True
            )
        )
        for key in keys:
            answer[key][decided_fact(result)] = "true" if key in held else "false"
    return answer


def _ledger_facts(
    keys: list[int], offerings: Collection[Offering], as_of: date, known_at: datetime | None
) -> Mapping[int, dict[str, str]]:
    """What payments have made true: what they recorded, and whether an excluded measure was drawn in an earlier year.

    What was paid is paid, on whichever day the amount is computed: of facts that payments record (记录) the newest
    counts, also for an earlier day. That the desk has paid nothing does not mean that nobody has: then the fact stays
    what the record says.
    """
    answer: dict[int, dict[str, str]] = {key: {} for key in keys}
    recorded = {fact for one in offerings for fact, _rule in one.measure.records}
    if recorded and as_of < (today := timezone.localdate()):
        for key, records in latest_of_many(keys, today, known_at, facts=recorded).items():
            answer[key] |= {fact: record.value for fact, record in records.items() if record.value}
    for one in offerings:
        if not one.measure.drew_other:
            continue
        others = [name for name in one.excluding if name != one.measure.identifier]
        drawn = Claim.objects.filter(
            enterprise__in=keys, policy=one.policy.identifier, measure__in=others, state="paid", year__lt=as_of.year
        )
        for key in drawn.values_list("enterprise", flat=True):
            answer[key][one.measure.drew_other] = "true"
    return answer


def keys_of(entitlement: Entitlement) -> tuple[str, ...]:
    """The facts that are missing before the measure can be decided, by identifier."""
    return tuple(entitlement.assessment.missing(entitlement.offering.amount_result).facts)
