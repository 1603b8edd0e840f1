"""The daily round forgets what is over and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from zongbu.desk.operation.sweep import sweep

pytestmark = pytest.mark.django_db


def test_sessions_that_have_ended_are_forgotten() -> None:
    now = timezone.now()
    for number, hours in enumerate((-1, 1)):
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=now + timedelta(hours=hours))
    assert sweep()["sessions"] == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["s1"]
    assert set(sweep().values()) == {0}
