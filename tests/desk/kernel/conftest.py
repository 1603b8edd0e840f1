"""What the tests of the kernel share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """``in_threads(function, 2)``: the function in so many threads at once, each with a connection of its own.

    Returns what each returned, exceptions included. Needs ``transaction=True``.
    """

    def run(function: Callable[[int], Any], number: int) -> list[Any]:
        start = Barrier(number)

        def one(n: int) -> Any:
            connection.ensure_connection()
            start.wait(timeout=20)
            try:
                return function(n)
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(one, range(number)))

    return run


@pytest.fixture(scope="session")
def _grants(django_db_setup: None, django_db_blocker: Any) -> None:
    """The table of the tests' own cases; it goes with the test database."""
    from tests.desk.kernel.cases import Grant

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        if Grant._meta.db_table not in connection.introspection.table_names():
            editor.create_model(Grant)
    connection.close()


@pytest.fixture
def grants(_grants: None, db: None) -> Iterator[None]:
    """Room for the tests' own cases."""
    from tests.desk.kernel.cases import Grant

    yield
    Grant.objects.all().delete()
