"""The pages of finance offices run with demonstration values."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _demonstration(settings: Settings) -> None:
    settings.DEMONSTRATION = True
