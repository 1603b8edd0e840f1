"""What all tests share: a throwaway PostgreSQL, and no silent skipping of what CI must run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import NoReturn

import pytest

from tests.postgres import throwaway

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def missing(what: str, advice: str) -> NoReturn:
    """Skip because a program is missing; in CI nothing is skipped, so there it fails."""
    message = f"{what} is missing: {advice}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("spark") is not None:
        if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
            missing("Java", "install a Java runtime (17 or newer), or run `make test` as root on Debian")
        if find_spec("pyspark") is None:
            missing("pyspark", "run `make setup-test`")


# --- PostgreSQL ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """Connection string of an empty PostgreSQL database, in which the user may do everything.

    ``ZONGBU_TEST_POSTGRES`` names a server to use instead of starting one.
    """
    given = os.environ.get("ZONGBU_TEST_POSTGRES")
    if given:
        yield given
        return
    with throwaway() as cluster:
        if cluster is None:
            missing("PostgreSQL", "install postgresql, or set ZONGBU_TEST_POSTGRES to a connection string")
        yield cluster.dsn
