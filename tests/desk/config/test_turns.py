"""Whoever writes to SQLite stands in line; none is refused, and nothing is left behind."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from zongbu.desk.library.models import KeptPolicy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets several write at once"),
]


def write(number: int, pause: float = 0.0) -> None:
    with transaction.atomic():
        KeptPolicy.objects.create(policy=f"p{number}", version="0", files={})
        time.sleep(pause)


def in_threads(number: int, run: Any) -> list[Exception]:
    failed: list[Exception] = []

    def one(place: int) -> None:
        try:
            run(place)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return failed


def turn() -> Any:
    return getattr(connection, "_turn", None)


def fail() -> None:
    with transaction.atomic():
        assert turn() is not None
        raise ZeroDivisionError


def test_all_get_their_turn() -> None:
    assert in_threads(8, lambda place: write(place, 0.02)) == []
    assert KeptPolicy.objects.filter(policy__startswith="p").count() == 8


def test_the_turn_ends_with_the_transaction() -> None:
    write(1)
    assert turn() is None
    with pytest.raises(ZeroDivisionError):
        fail()
    assert turn() is None
    connection.set_autocommit(False)
    connection.close()
    assert turn() is None


def test_who_waits_too_long_is_refused_by_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    held, done = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=holder)
    other.start()
    held.wait(10)
    connection.close()  # so that the next one is opened with the short time-out
    with pytest.raises(OperationalError):
        write(1)
    assert turn() is None
    done.set()
    other.join(10)
    connection.close()


def test_the_file_is_for_nobody_else() -> None:
    write(1)
    assert os.stat(f"{connection.settings_dict['NAME']}-turn").st_mode & 0o077 == 0
