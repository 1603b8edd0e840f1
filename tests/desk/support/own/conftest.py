"""Who asks for the pages of an enterprise."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.support.conftest import People, Playing
from tests.desk.support.own.pages import client_of
from zongbu.desk.kernel.roles import Role

OTHER = "91330100MA27ABC123"


@pytest.fixture
def client(playing: Playing) -> Client:
    """Somebody of the enterprise."""
    return client_of(playing.own)


@pytest.fixture
def stranger(people: People) -> Client:
    """Somebody of another enterprise."""
    from tests.desk.conftest import membership_as
    from tests.desk.recognition.conftest import qualifying
    from zongbu.desk.people.viewers import viewer_as

    qualifying(people(Role.CITY_OFFICER), OTHER, "别家有限公司")
    made = membership_as(Role.ENTERPRISE_LEAD, uscc=OTHER)
    return client_of(viewer_as(made, made.person))
