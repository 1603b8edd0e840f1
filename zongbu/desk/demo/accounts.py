"""One account per role, two of districts that pay, one of an enterprise with stars; the passwords are drawn once.

Only the service's owner can read them.
"""

from __future__ import annotations

import json
import os
import secrets
import string
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from zongbu.desk.demo.synthetic import HOME
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.models import Membership, Organisation, PastPassword, Person

FILE = "demo-accounts.json"
FURTHER = ((Role.DISTRICT_FINANCE, "330106"),)
"""Roles that somebody holds in one more district: what one district's people must not see the other's do."""
STARRED = "enterprise-lead-starred"
"""Somebody of an enterprise that was recognised and rated: those of the first one apply for the first time."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demonstration: the role in words, user name, password, organisation."""

    role: str
    username: str
    password: str
    organisation: str


def accounts() -> list[Account]:
    """The accounts that were made, in the order of the roles; empty before."""
    file = settings.DATA / FILE
    if not file.exists():
        return []
    return [Account(**entry) for entry in json.loads(file.read_text("utf-8"))]


def make_accounts(organisations: Sequence[Organisation]) -> None:
    """Make the accounts that are missing; the first of each organisation looks after its members."""
    known = {account.username: account for account in accounts()}
    found: list[Account] = []
    missing: list[tuple[Account, Role, Organisation]] = []
    with transaction.atomic():
        everyone = [(role, HOME) for role in Role if role != Role.PUBLIC]
        for role, district in (*everyone, *FURTHER):
            organisation = _organisation(role, organisations, district)
            username = str(role).replace("_", "-") + (f"-{district}" if district != HOME else "")
            account = known.get(username)
            if account is None or not Person.objects.filter(username=username).exists():
                account = Account(str(role.label), username, _password(), organisation.name)
                missing.append((account, role, organisation))
            found.append(account)
        _make(missing)
    starred = known.get(STARRED)
    if starred is not None and Person.objects.filter(username=STARRED).exists():
        found.append(starred)
    _keep(found)


def make_starred_account(enterprise: Enterprise) -> None:
    """Make the account of an enterprise with stars, once."""
    if Person.objects.filter(username=STARRED).exists():
        return
    organisation, _made = Organisation.objects.get_or_create(
        kind=Organisation.Kind.ENTERPRISE,
        uscc=enterprise.uscc,
        defaults={"name": enterprise.name, "district": enterprise.district},
    )
    role = Role.ENTERPRISE_LEAD
    account = Account(f"{role.label}（星级企业）", STARRED, _password(), enterprise.name)
    with transaction.atomic():
        _make([(account, role, organisation)])
    _keep([*(one for one in accounts() if one.username != STARRED), account])


def _organisation(role: Role, organisations: Sequence[Organisation], district: str) -> Organisation:
    fitting = [one for one in organisations if role in one.roles]
    return next((one for one in fitting if one.district == district), fitting[0])


def _make(missing: Sequence[tuple[Account, Role, Organisation]]) -> None:
    # Hashing a password takes long on purpose; side by side it keeps whoever starts the service waiting less.
    with ThreadPoolExecutor() as side_by_side:
        hashed = list(side_by_side.map(make_password, [account.password for account, _role, _place in missing]))
    for (account, role, organisation), password in zip(missing, hashed, strict=True):
        place = "" if organisation.district in ("", HOME) else f"（{district_name(organisation.district)}）"
        person = Person(username=account.username, name=f"示例{account.role}{place}", password=password)
        person.save(force_insert=True)
        PastPassword.objects.create(person=person, password=password)
        first = not Membership.objects.filter(organisation=organisation, administers=True).exists()
        Membership.objects.get_or_create(
            person=person, organisation=organisation, role=role, ended_at=None, defaults={"administers": first}
        )


def _password() -> str:
    """Sixteen characters of all kinds that are not mistaken for one another."""
    letters = [sign for sign in string.ascii_letters + string.digits if sign not in "0O1lI"]
    drawn = "".join(secrets.choice(letters) for _ in range(13))
    return f"{drawn}-{secrets.choice('23456789')}{secrets.choice('abcdefgh')}"


def _keep(found: Sequence[Account]) -> None:
    file = settings.DATA / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as made:
        json.dump([asdict(account) for account in found], made, ensure_ascii=False, indent=1)
    unfinished.replace(file)
