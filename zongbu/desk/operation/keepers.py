"""The first keepers of a new service: after them everybody comes by invitation, confirmed by a second person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import KEEPERS, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.models import Membership, Organisation, Person
from zongbu.law import InputError


@dataclass(frozen=True, slots=True)
class Made:
    """A keeper that was made: role in words, user name, first password (to be changed at the first sign-in)."""

    role: str
    username: str
    password: str


def first_keepers(organisation: str, names: dict[Role, str]) -> list[Made]:
    """Make the operator's organisation with one keeper per role; once only.

    Args:
        organisation: its name.
        names: role → user name of an administrator, a security officer and an auditor, three persons.

    Raises:
        InputError: there are keepers already, or the names are missing or not three.
    """
    if set(names) != KEEPERS or len({name.lower() for name in names.values()}) != len(KEEPERS):
        raise InputError("系统管理员、安全管理员、审计员须是三个不同的人")
    if not organisation.strip() or not all(name.strip() for name in names.values()):
        raise InputError("请写明运维机构的名称和三个人的账号")
    with transaction.atomic():
        if Membership.objects.filter(role__in=KEEPERS).exists():
            raise InputError("已经有系统管理员，请由他邀请其他人")
        place = Organisation.objects.create(kind=Organisation.Kind.OPERATOR, name=organisation.strip())
        made = []
        for role, name in names.items():
            password = f"{secrets.token_urlsafe(12)}-{secrets.randbelow(10)}aZ"
            person = Person(username=name.strip(), name=name.strip(), must_change_password=True)
            person.set_password(password)
            person.save(force_insert=True)
            member = Membership.objects.create(person=person, organisation=place, role=role, administers=True)
            journal.record("people.join", Viewer(name="zongbu keepers"), member, after={"role": str(role)})
            made.append(Made(str(role.label), person.username, password))
    return made
