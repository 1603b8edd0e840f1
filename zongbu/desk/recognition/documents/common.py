"""What the documents share: who signs them, how things are called in them."""

from __future__ import annotations

from pathlib import Path

from zongbu.desk.kernel.roles import Role
from zongbu.desk.library.policies import UnknownPolicy
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


def policy_title(round: Round) -> str:
    """The full title of a round's policy as it was announced, the identifier where that version is not here."""
    try:
        return round.law.title
    except UnknownPolicy:
        return round.policy


def track_titles(round: Round, tracks: list[str]) -> list[str]:
    """The titles of ways in, in Chinese, as the policy called them when the round was announced."""
    try:
        rules = round.law.rules
    except UnknownPolicy:
        return list(tracks)
    return [rules[name].title if name in rules else name for name in tracks]
