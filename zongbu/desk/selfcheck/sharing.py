"""Links that show a result to others: signed, without personal data, and valid for a limited time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import timezone

from zongbu.desk.selfcheck.answers import State
from zongbu.law import Policy, ZongbuError
from zongbu.law.facts import Fact

SALT = "zongbu.selfcheck.share"
LONGEST = 8_000


class BadLink(ZongbuError):
    """A shared link that does not hold; ``expired`` tells a link that was good once from one that was altered."""

    def __init__(self, expired: bool) -> None:
        self.expired = expired
        super().__init__("expired" if expired else "altered")


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link holds: a state without anything that names an enterprise, and the version of the policy."""

    state: State
    version: str


def days() -> int:
    """For how many days a link is valid."""
    return int(getattr(settings, "SHARE_DAYS", 30))


def expires() -> datetime:
    """Until when a link made now is valid."""
    return timezone.now() + timedelta(days=days())


def identifying(fact: Fact) -> bool:
    """Whether a fact may tell who the enterprise is: names, codes and whatever is free text."""
    return fact.type == "text" or fact.format == "uscc"


def shareable(policy: Policy, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts that a link may hold."""
    return {name: value for name, value in facts.items() if not identifying(policy.dictionary[name])}


def link(policy: Policy, as_of: date, facts: Mapping[str, str], goals: tuple[str, ...] = ()) -> str:
    """The token of a link."""
    content = {
        "p": policy.identifier,
        "v": policy.version[:12],
        "d": as_of.isoformat(),
        "a": shareable(policy, facts),
        "g": list(goals),
    }
    return signing.dumps(content, salt=SALT, compress=True)


def opened(token: str) -> Shared:
    """What a link holds.

    Raises:
        BadLink: it was altered, cut off, or has expired.
    """
    if len(token) > LONGEST:
        raise BadLink(expired=False)
    try:
        content: dict[str, Any] = signing.loads(token, salt=SALT, max_age=timedelta(days=days()))
        state = State(content["p"], date.fromisoformat(content["d"]), content["a"], tuple(content["g"]))
        return Shared(state, content["v"])
    except signing.SignatureExpired as error:
        raise BadLink(expired=True) from error
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadLink(expired=False) from error
