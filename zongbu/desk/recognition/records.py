"""The record on which a decision rests, and its recomputation years later (``zongbu replay``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import queries
from zongbu.desk.enterprises.models import Recording
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.library.parameters import overrides
from zongbu.desk.library.policies import policy
from zongbu.desk.recognition.models import Application, Decision, Proposal
from zongbu.law.facts import BadFacts
from zongbu.law.verify import Difference, verify


@dataclass(frozen=True, slots=True)
class Record:
    """What the engine says of an application, with all that it takes to say it again."""

    computed: bool | None
    fields: dict[str, Any]

    def agrees(self, outcome: str) -> bool:
        """Whether a decision is the engine's result; undetermined agrees with none."""
        return self.computed is (outcome == Proposal.RECOGNISE)

    @property
    def words(self) -> str:
        """The result in a word."""
        return {True: _("满足"), False: _("不满足"), None: _("待定")}[self.computed]


def of(application: Application, known_at: datetime) -> Record:
    """Assess an application on its round's day with what is known at a moment.

    Raises:
        Refused: the policy is another text than when the round was announced, or recorded facts cannot be read.
    """
    round = application.round
    law = policy(round.policy)
    if law.version != round.policy_version:
        raise Refused(_("批次发布以后政策文件有改动，不能据以决定。请恢复发布时的文本，或另行发布批次。"))
    facts = queries.facts_at(application.enterprise, round.as_of, known_at, policy=law)
    try:
        assessment = law.assess(facts, as_of=round.as_of, parameters=overrides(law.identifier, round.as_of, known_at))
    except BadFacts as error:
        raise Refused(
            _("企业档案中的数据不能使用：%(faults)s") % {"faults": "；".join(map(str, error.faults))}
        ) from None
    results = assessment.results
    return Record(
        results[round.qualifies],
        {
            "computed": results[round.qualifies],
            "tracks": [name for name in round.tracks if results.get(name) is True],
            "as_of": round.as_of,
            "known_at": known_at,
            "policy": law.identifier,
            "version": law.version,
            "assessment": assessment.document(),
            "sources": sources(application.enterprise_id, round.as_of, known_at, set(assessment.facts)),
        },
    )


def sources(enterprise: int, as_of: Any, known_at: datetime, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Where each fact came from: the record, its recording, and what kind of source that was."""
    latest = queries.latest_of_many([enterprise], as_of, known_at).get(enterprise, {})
    kinds = dict(
        Recording.objects.filter(pk__in={one.recording for one in latest.values()}).values_list("pk", "source")
    )
    prior = f"@{as_of.year - 1}"
    return {
        key.removesuffix(prior): {"record": one.record, "recording": one.recording, "source": kinds[one.recording]}
        for key, one in sorted(latest.items())
        if key.removesuffix(prior) in wanted and one.value
    }


# --- recomputation -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision recomputed: what differs (nothing: identical), and what it would be with what is known today."""

    decision: Decision
    differences: tuple[Difference, ...]
    now: bool | None = None
    asked_now: bool = False

    @property
    def identical(self) -> bool:
        return not self.differences

    @property
    def would_change(self) -> bool:
        """Whether facts corrected since then give another result."""
        return self.asked_now and self.now is not self.decision.computed


def replay(
    decisions: Iterator[Decision], *, today: bool = False, tell: Callable[[int], None] | None = None
) -> Iterator[Replayed]:
    """Recompute decisions from what they carry.

    Args:
        today: also assess each with the facts that are known now for the same day.
        tell: is given how many are done.
    """
    for number, decision in enumerate(decisions, 1):
        law = policy(decision.policy)
        verification = verify(decision.assessment, law)
        differences = verification.differences
        recorded = decision.assessment["results"].get(decision.application.round.qualifies, {}).get("value")
        if recorded is not decision.computed:
            differences = (*differences, Difference("computed", decision.computed, recorded))
        now = None
        if today:
            live = of(decision.application, timezone.now())
            now = live.computed
        yield Replayed(decision, differences, now, today)
        if tell is not None:
            tell(number)
