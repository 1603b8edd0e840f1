"""Health and metrics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from zongbu.desk.config import health

pytestmark = pytest.mark.django_db


def test_all_is_well(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == {"database", "migrations", "worker"}
    assert "no-cache" in answer["Cache-Control"]


def waiting_since(minutes: int, *, put_off: int | None = None) -> None:
    now = timezone.now()
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="nothing", backend_name="default", exception_class_path="",
        traceback="", run_after=get_date_max() if put_off is None else now + timedelta(minutes=put_off),
    )  # fmt: skip
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=now - timedelta(minutes=minutes))


def test_a_task_that_waits_too_long_is_told_but_pages_go_on(client: Client) -> None:
    waiting_since(11)
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"]["worker"]["value"] >= 11 * 60


@pytest.mark.parametrize("put_off", [60, -2])
def test_a_task_put_off_waits_from_when_it_may_begin(put_off: int) -> None:
    waiting_since(100, put_off=put_off)
    assert health.longest_wait() < timedelta(minutes=3)


def test_pending_migrations_are_an_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: 2)
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["status"] == "error"


def test_a_database_that_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("no")

    monkeypatch.setattr(connection, "cursor", gone)
    found = health.examine()
    assert [(one.name, one.good, one.said) for one in found] == [("database", False, "OSError")]


def test_metrics_are_for_this_machine_and_who_has_the_token(client: Client, settings: object) -> None:
    assert b"django_http_requests" in client.get("/metrics/").content
    assert client.get("/metrics/", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    token = {"Authorization": "Bearer long-and-secret"}
    assert client.get("/metrics/", REMOTE_ADDR="203.0.113.9", headers=token).status_code == 403
    settings.METRICS_TOKEN = "long-and-secret"  # type: ignore[attr-defined]
    assert client.get("/metrics/", REMOTE_ADDR="203.0.113.9", headers=token).status_code == 200
    assert client.get("/metrics/", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer x"}).status_code == 403
