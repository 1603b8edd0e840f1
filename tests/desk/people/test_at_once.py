"""Two who act at once, where the database keeps several writers apart: PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import pytest
from django.db import connection

from tests.desk.conftest import membership_as
from tests.desk.people.conftest import administering, viewing
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people import actions, rules
from zongbu.desk.people.models import Membership

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def at_once(acts: Iterable[Callable[[], object]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let all of them begin before any of them holds anything; what became of each, sorted."""
    acts = list(acts)
    gate, outcomes = threading.Barrier(len(acts), timeout=20), []
    real = rules._hold

    def together(which: object) -> dict[int, Membership]:
        gate.wait()
        return real(which)

    def run(act: Callable[[], object]) -> None:
        try:
            act()
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    monkeypatch.setattr(rules, "_hold", together)
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def test_two_administrators_who_lock_and_end_each_other_leave_one(monkeypatch: pytest.MonkeyPatch):
    officer, manager = viewing(membership_as(Role.SECURITY_OFFICER)), viewing(administering(Role.SECURITY_OFFICER))
    one, two = membership_as(Role.ADMINISTRATOR), membership_as(Role.ADMINISTRATOR)
    outcomes = at_once(
        [
            lambda: actions.lock(officer, one.person, reason="可疑"),
            lambda: actions.end_membership(manager, two, reason="离职"),
        ],
        monkeypatch,
    )
    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(rules.in_force(), role=Role.ADMINISTRATOR, person__is_active=True).count() == 1


def test_two_who_are_locked_at_once_leave_one(monkeypatch: pytest.MonkeyPatch):
    officers = [viewing(membership_as(Role.SECURITY_OFFICER)) for _ in range(2)]
    keepers = [membership_as(Role.ADMINISTRATOR) for _ in range(2)]
    outcomes = at_once(
        [
            lambda: actions.lock(officers[0], keepers[0].person, reason="可疑"),
            lambda: actions.lock(officers[1], keepers[1].person, reason="可疑"),
        ],
        monkeypatch,
    )
    assert outcomes == ["done", "refused"]
