"""A worker loads what is slow before the first request."""

from __future__ import annotations

import logging

import pytest

from zongbu.desk.library import policies


def test_policies_are_there_before_the_first_request_and_a_failure_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from zongbu.desk.config.wsgi import warm_up

    told: list[str] = []

    policies.forget()
    warm_up()
    assert policies._loaded

    def broken() -> None:
        raise RuntimeError("unreadable")

    monkeypatch.setattr(policies, "policies", broken)
    monkeypatch.setattr(logging.getLogger("zongbu.desk.config.wsgi"), "exception", told.append)
    warm_up()
    assert told == ["warming up failed"]
