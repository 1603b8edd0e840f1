"""Logs tell what happened and name nobody."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from django.conf import settings
from django.test import Client

from zongbu.desk.config.logs import configure
from zongbu.desk.kernel.roles import Role


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the service would write in production."""
    stream = StringIO()
    given = configure(readable=False)
    given["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(given)
    yield stream
    logging.config.dictConfig(settings.LOGGING)
    structlog.reset_defaults()
    configure(readable=True)


def lines(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_line_per_request_without_person_or_address(written: StringIO, client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_OFFICER)
    answer = client.get("/search/?q=张三丰", headers={"X-Request-ID": "abcdef123456"})
    (line,) = [line for line in lines(written) if line["event"] == "request"]
    assert line | {"milliseconds": 0, "timestamp": ""} == {
        "event": "request", "request": "abcdef123456", "route": "search", "method": "GET", "status": 200,
        "role": "city_officer", "milliseconds": 0, "timestamp": "", "level": "info", "logger": "zongbu.requests",
    }  # fmt: skip
    assert answer["X-Request-ID"] == "abcdef123456"
    assert "张三丰" not in written.getvalue()
    assert "127.0.0.1" not in written.getvalue()


def test_a_strange_identifier_is_replaced(written: StringIO, client: Client, db: None) -> None:
    answer = client.get("/", headers={"X-Request-ID": "a\tb<script>"})
    assert answer["X-Request-ID"].isalnum()


def test_an_unknown_address_is_not_written(written: StringIO, client: Client, db: None) -> None:
    client.get("/91330100MA27XYZ12X/")
    assert "91330100MA27XYZ12X" not in written.getvalue()
    assert [line["status"] for line in lines(written)] == [404]


def test_an_exception_is_told_without_its_message(
    written: StringIO, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("身份证 330102199001011234")

    monkeypatch.setattr("zongbu.desk.config.views.doors", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    (line,) = [line for line in lines(written) if line["event"] == "failed"]
    assert line["exception"] == "ValueError"
    assert line["route"] == "home"
    assert any("test_logs.py" in str(place) for place in line["where"])  # type: ignore[attr-defined]
    assert "330102" not in written.getvalue()
    assert answer["X-Request-ID"] in answer.content.decode()


def test_what_libraries_log_takes_the_same_form(written: StringIO) -> None:
    logging.getLogger("some.library").warning("heard of %s", "this")
    (line,) = lines(written)
    assert (line["event"], line["level"], line["logger"]) == ("heard of this", "warning", "some.library")
