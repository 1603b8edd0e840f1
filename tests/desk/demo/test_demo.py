"""Demonstration data: seeded, marked as invented, loaded once."""

from __future__ import annotations

import stat
from itertools import islice

import pytest
from django.conf import settings

from zongbu.desk import demo
from zongbu.desk.demo.synthetic import name_of, synthetic, uscc
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership


def test_the_same_seed_gives_the_same_enterprises() -> None:
    assert list(synthetic(30, 7)) == list(synthetic(30, 7))
    assert list(synthetic(30, 7)) != list(synthetic(30, 8))
    assert list(islice(synthetic(100, 7), 30)) == list(synthetic(30, 7))


def test_invented_enterprises_say_so_and_differ() -> None:
    assert all(name_of(number).startswith("示例") for number in range(2000))
    assert len({name_of(number) for number in range(20_000)}) == 20_000
    assert len({uscc(number) for number in range(20_000)}) == 20_000


@pytest.mark.django_db
def test_loading_twice_changes_nothing_that_is_there() -> None:
    assert not demo.loaded()
    told: list[tuple[int, int]] = []
    demo.load(40, 1, report=lambda done, total: told.append((done, total)))
    assert demo.loaded()
    assert told[-1] == (49 + 40, 49 + 40)
    before = Enterprise.objects.count(), FactRecord.objects.count(), Membership.objects.count(), demo.accounts()
    demo.load(40, 1)
    assert (
        Enterprise.objects.count(),
        FactRecord.objects.count(),
        Membership.objects.count(),
        demo.accounts(),
    ) == before
    assert before[0] == 89
    assert journal.verify() is None


@pytest.mark.django_db
def test_every_role_has_an_account_that_can_sign_in() -> None:
    demo.load(1, 1)
    held = set(Membership.objects.values_list("role", flat=True))
    assert held == {str(role) for role in Role if role != Role.PUBLIC}
    file = settings.DATA / "demo-accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for account in demo.accounts():
        person = Membership.objects.get(person__username=account.username).person
        assert person.check_password(account.password)
