"""What the documents share: who signs them, how things are called in them."""

from __future__ import annotations

from pathlib import Path

from zongbu.desk.kernel.roles import Role
from zongbu.desk.library.policies import UnknownPolicy, policy
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.models import Round

HERE = Path(__file__).resolve().parent


def office() -> str:
    """The name of the city office, which publishes and announces."""
    return _named(Organisation.Kind.CITY_OFFICE)


def approver(round: Round) -> str:
    """The name of whoever recognises in a round."""
    leads = round.approver == Role.LEADING_GROUP
    return _named(Organisation.Kind.LEADING_GROUP if leads else Organisation.Kind.CITY_OFFICE)


def _named(kind: Organisation.Kind) -> str:
    found = Organisation.objects.filter(kind=kind, active=True).order_by("pk").values_list("name", flat=True).first()
    return str(found or kind.label)


def policy_title(identifier: str) -> str:
    """The full title of a policy, the identifier itself where it is no longer here."""
    try:
        return policy(identifier).title
    except UnknownPolicy:
        return identifier


def track_titles(identifier: str, tracks: list[str]) -> list[str]:
    """The titles of ways in, in Chinese."""
    try:
        rules = policy(identifier).rules
    except UnknownPolicy:
        return list(tracks)
    return [rules[name].title if name in rules else name for name in tracks]
