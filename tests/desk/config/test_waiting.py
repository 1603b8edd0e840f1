"""The counts of what waits are kept while nothing that concerns them is journalled."""

from __future__ import annotations

import sys
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
from zongbu.desk.kernel.waiting import Waiting

pytestmark = pytest.mark.django_db(transaction=True)
VIEWER = Viewer(Role.CITY_OFFICER, person=1, membership=1)
COUNTED: list[str] = []
CONCERNED = ("mine",)


def waiting(viewer: Viewer) -> list[Waiting]:
    COUNTED.append("here")
    return [Waiting("一", 1, "/"), Waiting("无", 0, "/")]


def record(act: str, by: Viewer = PUBLIC) -> None:
    with transaction.atomic():
        journal.record(act, by)


@pytest.fixture(autouse=True)
def only_this(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.COUNTS_KEPT = 60.0
    monkeypatch.setattr(navigation, "provided", lambda *_: (waiting,))
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


def test_who_names_nothing_counts_after_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys.modules[__name__], "CONCERNED")
    for _time in range(2):
        waiting_for(VIEWER)
    record("other.act")
    waiting_for(VIEWER)
    assert len(COUNTED) == 2


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
    for count in provided("waiting", "waiting"):
        kinds = getattr(sys.modules[count.__module__], "CONCERNED", ())
        assert set(kinds) <= known, count.__module__
