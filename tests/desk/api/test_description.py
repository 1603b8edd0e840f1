"""The description of the interface (OpenAPI 3.1), and requests made up from it: no 5xx, no undeclared answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as effort
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.desk.conftest import USCC, membership_as
from zongbu.desk.api import actions
from zongbu.desk.api.scopes import scopes_for
from zongbu.desk.api.security import Throttle
from zongbu.desk.config.wsgi import application
from zongbu.desk.enterprises.actions import register
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.viewers import viewer_as

pytestmark = pytest.mark.django_db

DESCRIPTION = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests that come past Django's test client must not close the connection of the test."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def city_token(db: None) -> str:
    """A token of the city office with all scopes, and an enterprise to ask for."""
    membership = membership_as(Role.CITY_LEAD)
    membership.administers = True
    membership.save()
    viewer = viewer_as(membership, membership.person)
    register(viewer, USCC, "示例有限公司", "330108", source_name="登记")
    _token, text = actions.create(viewer, "测试", [str(scope) for scope in scopes_for(Role.CITY_LEAD)], 30, 6000)
    return text


def test_it_is_an_openapi_3_1_document(client: Client) -> None:
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert {"422", "429"} <= set(operation["responses"]), (path, method)
            assert operation["summary"]


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@DESCRIPTION.parametrize()
@effort(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_a_declared_one(case: Any, city_token: str) -> None:
    Throttle.forget()
    case.headers["Authorization"] = f"Bearer {city_token}"
    case.call_and_validate(checks=CHECKS)
