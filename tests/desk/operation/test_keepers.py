"""The first keepers of a new service."""

from __future__ import annotations

import pytest

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import KEEPERS, Role
from zongbu.desk.operation.keepers import first_keepers
from zongbu.desk.people.models import Membership, Person
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
NAMES = {Role.ADMINISTRATOR: "zhang", Role.SECURITY_OFFICER: "li", Role.AUDITOR: "wang"}


def test_three_persons_for_three_duties_once_only() -> None:
    made = first_keepers("市大数据中心", NAMES)
    assert {one.username for one in made} == set(NAMES.values())
    for one in made:
        person = Person.objects.get(username=one.username)
        assert person.check_password(one.password)
        assert person.must_change_password
    assert {membership.role for membership in Membership.objects.all()} == KEEPERS
    assert journal.verify() is None
    with pytest.raises(InputError, match="已经有系统管理员"):
        first_keepers("另一家", {role: f"{name}2" for role, name in NAMES.items()})


@pytest.mark.parametrize("names", [{}, NAMES | {Role.AUDITOR: "ZHANG"}, NAMES | {Role.AUDITOR: " "}])
def test_nobody_keeps_two_duties(names: dict[Role, str]) -> None:
    with pytest.raises(InputError):
        first_keepers("市大数据中心", names)
    assert not Person.objects.exists()
