"""Values of unpublished parameters: those that two operators entered and approved, each with its source.

Nothing else changes the results of a policy. In a demonstration the values of ``demo-parameters.yaml`` stand in
where nothing was approved; their source says 演示参数, and so does everything computed from them.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from zongbu.law import Policy, read_overrides
from zongbu.law.document.find import SHIPPED
from zongbu.law.errors import InputError
from zongbu.law.formula import ParsedLiteral
from zongbu.law.parameters import DEMONSTRATION, Overrides, parse_value
from zongbu.law.policy import Parameter

logger = logging.getLogger(__name__)

UNPUBLISHED = "未公布"
"""The value that takes an entered value back: from its first day on the parameter is unpublished again."""


def overrides(identifier: str, as_of: date, known_at: datetime | None = None) -> Overrides:
    """What ``policy.assess``, ``screen`` and ``assessor`` are given as ``parameters``.

    Args:
        identifier: the policy to be assessed; values of the policies that it builds on are included.
        as_of: the day whose values apply.
        known_at: only what had been approved by then; None: by now.

    Returns:
        Policy identifier → parameter identifier → ``value`` (a literal) and ``source``.

    Raises:
        UnknownPolicy: there is no such policy.
    """
    from zongbu.desk.library.policies import policy

    found: dict[str, dict[str, dict[str, str]]] = {}
    concerned = {one.identifier: one for one in with_foundations(policy(identifier))}
    for entry in _in_force(tuple(concerned), as_of, known_at):
        parameter = concerned[entry.policy].parameters.get(entry.parameter)
        if parameter is None or not open_for_entry(parameter, as_of):
            continue  # the policy file says now what was entered before
        try:
            check_value(parameter, entry.value, as_of)
        except InputError as error:
            # Approved under an earlier text of the policy: unpublished is safer than a guess.
            logger.error("entered value %s of %s.%s left out: %s", entry.pk, entry.policy, entry.parameter, error)
            continue
        found.setdefault(entry.policy, {})[entry.parameter] = {"value": entry.value, "source": entry.source}
    if settings.DEMONSTRATION:
        for owner, one in concerned.items():
            for name, demonstrated in demonstration_values().get(owner, {}).items():
                parameter = one.parameters.get(name)
                if parameter is not None and open_for_entry(parameter, as_of):
                    found.setdefault(owner, {}).setdefault(name, dict(demonstrated))
    return {
        owner: {name: entry for name, entry in section.items() if entry["value"] != UNPUBLISHED}
        for owner, section in found.items()
    }


def with_foundations(policy: Policy) -> Iterator[Policy]:
    """A policy and those that it builds on."""
    yield policy
    for below in policy.based_on.values():
        yield from with_foundations(below)


def open_for_entry(parameter: Parameter, moment: date) -> bool:
    """Whether the policy file leaves (part of) the value open on a day, so that operators may enter it."""
    period = parameter.at(moment)
    if period is None or period.value is None:
        return True
    return isinstance(period.value, dict) and None in period.value.values()


def check_value(parameter: Parameter, raw: str, moment: date) -> ParsedLiteral | None:
    """A value proposed for a parameter, as the engine reads it; None for 未公布.

    Raises:
        InputError: the parameter is published, or the value is no literal of its type, or would change an entry
            of a table that is published.
    """
    if not open_for_entry(parameter, moment):
        raise InputError(f"参数「{parameter.title}」在这一天已有公布的值，不能另行录入")
    if raw.strip() == UNPUBLISHED:
        return None
    value = parse_value(parameter, raw.strip())
    period = parameter.at(moment)
    published = period.value if period is not None and isinstance(period.value, dict) else {}
    for key, item in published.items():
        if item is not None and (not isinstance(value, dict) or value.get(key) != item):
            raise InputError(f"参数「{parameter.title}」中已公布的一行不能改动：{'其他' if key is None else key}")
    return value


@functools.cache
def demonstration_values() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The shipped demonstration values, each with a source that says so."""
    path = SHIPPED / "demo-parameters.yaml"
    if not path.is_file():
        return {}
    return {
        owner: {
            name: {**entry, "source": mark(str(entry.get("source") or ""), demonstration=True)}
            for name, entry in section.items()
        }
        for owner, section in read_overrides(path).items()
    }


def mark(source: str, *, demonstration: bool) -> str:
    """A source that says 演示参数 if the value serves for demonstration only."""
    if not demonstration or DEMONSTRATION in source:
        return source
    return f"{DEMONSTRATION}：{source}" if source else DEMONSTRATION


def _in_force(owners: tuple[str, ...], as_of: date, known_at: datetime | None) -> list[Any]:
    """The approved entries that apply on a day: of each parameter the one that starts last.

    A newer value supersedes the older ones for good: where it has ended, the older ones do not come back.
    """
    from zongbu.desk.library.models import EnteredValue

    entries = EnteredValue.objects.filter(policy__in=owners, state="approved", valid_from__lte=as_of)
    if known_at is not None:
        entries = entries.filter(decided_at__lte=known_at)
    if not settings.DEMONSTRATION:
        entries = entries.filter(demonstration=False)  # a demonstration never decides a real case
    winning: dict[tuple[str, str], EnteredValue] = {}
    for entry in entries.order_by("valid_from", "decided_at", "pk"):
        winning[entry.policy, entry.parameter] = entry
    return [entry for entry in winning.values() if entry.valid_until is None or as_of <= entry.valid_until]
