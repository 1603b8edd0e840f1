"""The counts of what waits are kept while nothing that concerns them is journalled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from zongbu.desk.config import navigation
from zongbu.desk.config.navigation import waiting_for
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow import declared
from zongbu.desk.kernel.journal.news import News
from zongbu.desk.kernel.provided import provided
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.kernel.waiting import Counting, Waiting

pytestmark = pytest.mark.django_db(transaction=True)
VIEWER = Viewer(Role.CITY_OFFICER, person=1, membership=1)
COUNTED: list[Viewer] = []


def waiting(viewer: Viewer) -> list[Waiting]:
    COUNTED.append(viewer)
    return [Waiting("一", 1, "/"), Waiting("无", 0, "/")]


def record(act: str, by: Viewer = PUBLIC) -> None:
    with transaction.atomic():
        journal.record(act, by)


@pytest.fixture(autouse=True)
def only_this(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.COUNTS_KEPT = 60.0
    monkeypatch.setattr(navigation, "provided", lambda *_: ((Counting(waiting, frozenset({"mine"})),),))
    monkeypatch.setattr(navigation, "news", News())
    monkeypatch.setattr(navigation, "_kept", {})
    monkeypatch.setattr(navigation, "HEEDED", 0.0)
    COUNTED.clear()


def test_counted_anew_after_what_concerns_it() -> None:
    assert [one.count for one in waiting_for(VIEWER)] == [1]
    record("other.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 1
    record("mine.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 2


def test_acts_of_others_are_heeded_after_a_while_and_own_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "HEEDED", 60.0)
    waiting_for(VIEWER)
    record("mine.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 1
    record("mine.act", VIEWER)
    waiting_for(VIEWER)
    assert len(COUNTED) == 2


def test_colleagues_share_a_count_and_nobody_is_named_in_it() -> None:
    waiting_for(VIEWER)
    waiting_for(replace(VIEWER, person=2, membership=2, name="别人"))
    assert [(one.person, one.membership, one.name, one.signed_in) for one in COUNTED] == [(0, None, "", True)]
    for other in ({"organisation": 7}, {"district": "330108"}, {"uscc": "X"}, {"administers": True}):
        waiting_for(replace(VIEWER, **other))
    assert len(COUNTED) == 5


def test_what_differs_between_persons_is_counted_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Counting(waiting, frozenset({"mine"}), personal=True)
    monkeypatch.setattr(navigation, "provided", lambda *_: ((mine,),))
    for person in (1, 2, 1):
        waiting_for(replace(VIEWER, person=person))
    assert [one.person for one in COUNTED] == [1, 2]


def test_counted_anew_for_somebody_else_and_after_a_while(settings: Any) -> None:
    waiting_for(VIEWER)
    waiting_for(Viewer(Role.CITY_LEAD, person=1, membership=1))
    assert len(COUNTED) == 2
    settings.COUNTS_KEPT = 1e-9
    for _time in range(2):
        waiting_for(VIEWER)
    assert len(COUNTED) == 4


def test_nothing_is_kept_of_what_may_be_taken_back() -> None:
    waiting_for(VIEWER)
    with transaction.atomic():
        journal.record("mine.act", PUBLIC)
        waiting_for(VIEWER)
        transaction.set_rollback(True)
    assert len(COUNTED) == 2
    record("mine.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 3


def test_many_news_at_once_concern_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zongbu.desk.kernel.journal.news.FOLLOWED", 3)
    waiting_for(VIEWER)
    for _time in range(5):
        record("other.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 2


def test_the_kinds_that_concern_an_app_exist() -> None:
    """Each is a flow, or an app whose acts are journalled under its name."""
    known = {flow.name for flow in declared()} | {one.label for one in apps.get_app_configs()}
    for several in provided("waiting", "COUNTINGS"):
        for counting in several:
            assert counting.concerned <= known, counting
