"""What the tests of the register share: an enterprise with some facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.desk.conftest import USCC
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

OTHER = "91330100MA27XYZ99Y"
"""Code of an enterprise of another district."""


@pytest.fixture
def city(person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(Role.CITY_OFFICER)


@pytest.fixture
def own(person_as: Callable[..., Viewer]) -> Viewer:
    """Somebody of the enterprise."""
    return person_as(Role.ENTERPRISE_STAFF)


@pytest.fixture
def enterprise(city: Viewer) -> Enterprise:
    """An enterprise of 滨江, registered since 2015."""
    return actions.register(
        city, USCC, "示例科技有限公司", "滨江区", registered_on=date(2015, 3, 1), source_name="登记库"
    )


@pytest.fixture
def other(city: Viewer) -> Enterprise:
    """An enterprise of 萧山."""
    return actions.register(
        city, OTHER, "示例制造有限公司", "萧山区", registered_on=date(2016, 1, 1), source_name="登记库"
    )
