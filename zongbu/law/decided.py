"""A policy as it applies to somebody about whom results have been decided by an authority.

Whoever was recognised in a round is a headquarters enterprise because that was decided, and not because today's
figures would lead there again. Under the derived policy the decided rules read what was decided: each a fact of
its own, which is unknown as long as nobody says it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace

from zongbu.law import nodes
from zongbu.law.assessor import check_results
from zongbu.law.errors import InputError
from zongbu.law.facts import Fact
from zongbu.law.names import Names
from zongbu.law.policy import Policy, Rule

SUFFIX = "_decided"


def decided_fact(result: str) -> str:
    """The identifier of the fact that says what was decided about a result.

    ``is_headquarters`` → ``is_headquarters_decided``; for the result of another policy
    ``hangzhou-2023.is_headquarters`` → ``hangzhou_2023_is_headquarters_decided``.
    """
    return re.sub("[^a-z0-9_]", "_", result) + SUFFIX


def decided(policy: Policy, results: Iterable[str]) -> Policy:
    """See ``Policy.decided``."""
    base = policy.base or policy
    names = tuple(sorted({*policy.decisions, *check_results(base, results)}))
    if not names:
        return base
    made: dict[tuple[str, ...], Policy] = base.__dict__.setdefault("_decided", {})
    if names not in made:
        made[names] = _derived(base, names)
    return made[names]


def _derived(base: Policy, results: tuple[str, ...]) -> Policy:
    rules = dict(base.rules)
    facts = []
    for identifier in results:
        rule = rules[identifier]
        if rule.node.type.kind != "boolean":
            raise InputError(f"「{rule.title}」不是条件，不能由认定决定（这里是{rule.node.type}）")
        facts.append(_fact(base, rule))
        rules[identifier] = replace(rule, node=nodes.FactRef(nodes.BOOLEAN, facts[-1].identifier))
    content = json.dumps([base.version, results], ensure_ascii=False)
    return replace(
        base,
        rules=rules,
        dictionary=base.dictionary.merged(facts),
        version=hashlib.sha256(content.encode()).hexdigest(),
        base=base,
        decisions=results,
    )


def _fact(policy: Policy, rule: Rule) -> Fact:
    """What was decided about a rule, as a fact that only an authority's records supply."""
    title = f"{rule.title}（认定结果）"
    if policy.dictionary.by_name(title) is not None or _shared(policy, rule):
        title = f"{rule.identifier}（认定结果）"
    english = Names(policy, "en").rule(rule.identifier)
    return Fact(
        identifier=decided_fact(rule.identifier),
        title=title,
        type="boolean",
        kind="registry",
        title_en=f"{english} (as decided)",
        actionable=False,
        definition=f"主管部门就「{rule.title}」作出的决定；没有决定的为未知。",
        definition_en=f"What the authority decided about “{english}”; unknown where nothing was decided.",
    )


def _shared(policy: Policy, rule: Rule) -> bool:
    """Whether a rule of another policy goes by the same title."""
    return any(other.title == rule.title and other is not rule for other in policy.rules.values())
