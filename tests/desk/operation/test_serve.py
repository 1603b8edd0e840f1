"""Serving as a whole: starting, stopping, and what a killed server has acknowledged."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from tests.desk.operation.conftest import Service
from zongbu.desk.demo.synthetic import uscc
from zongbu.desk.operation.serve import run_together

TOKEN = """
from zongbu.desk.api.actions import create
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership
from zongbu.desk.people.viewers import viewer_as
membership = Membership.objects.get(role=Role.CITY_OFFICER)
membership.administers = True
membership.save()
print(create(viewer_as(membership, membership.person), "测试", ["enterprises:write"], 30, 6000)[1])
"""
STORED = """
import json
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
print(json.dumps([list(Enterprise.objects.filter(uscc__startswith="91330100ME").values_list("uscc", flat=True)), journal.verify() is None]))
"""
WRITES = 1000
FIRST = 100_000


def test_it_starts_answers_and_stops_when_told(service: Service) -> None:
    with service.serving("--demo") as (address, process):
        with urllib.request.urlopen(f"{address}/health/") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(address) as answer:
            assert "总部" in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert "city-officer" in (service.folder / "serve.log").read_text()


def test_when_one_of_the_two_ends_the_other_does_too() -> None:
    started = time.monotonic()
    assert run_together([["sh", "-c", "exit 3"], ["sleep", "60"]]) == 3
    assert time.monotonic() - started < 30


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(demonstration: Service) -> None:
    """Killed twice with signal 9 during a thousand writes: what was answered with 201 is there, once, journal whole."""
    service, token = demonstration, demonstration.python(TOKEN)
    acknowledged: set[str] = set()
    waiting = [uscc(number) for number in range(FIRST, FIRST + WRITES)]
    for part in (waiting[:400], waiting[400:700], waiting[700:]):
        last = part[-1] == waiting[-1]
        with service.serving() as (address, process):
            acknowledged |= _write(address, token, part, None if last else process, kill_after=len(part) // 2)
    stored, whole = json.loads(service.python(STORED))
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
    assert len(acknowledged) > WRITES // 2
    assert whole


def _write(
    address: str, token: str, codes: list[str], victim: subprocess.Popen[bytes] | None, kill_after: int
) -> set[str]:
    """Send the writes from 8 clients; once ``kill_after`` are acknowledged, kill all of the server at once."""
    acknowledged: set[str] = set()
    dead = Event()
    host = urllib.parse.urlsplit(address).netloc

    def send(code: str) -> None:
        if dead.is_set():
            return
        body = json.dumps({"uscc": code, "name": f"示例{code[-6:]}", "district": "330108", "source": "登记"})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": code}
        connection = http.client.HTTPConnection(host, timeout=20)
        try:
            connection.request("POST", "/api/v1/enterprises", body.encode(), headers)
            if connection.getresponse().status == 201:
                acknowledged.add(code)
        except (OSError, http.client.HTTPException):
            assert victim is not None  # only a killed server may fail to answer
        finally:
            connection.close()
        if victim is not None and len(acknowledged) >= kill_after and not dead.is_set():
            dead.set()
            _kill_all(victim)

    with ThreadPoolExecutor(8) as clients:
        list(clients.map(send, codes))
    if victim is None:
        assert len(acknowledged) == len(codes)
    return acknowledged


def _kill_all(parent: subprocess.Popen[bytes]) -> None:
    """The parent and everything it started, by signal 9."""
    import psutil

    family = [psutil.Process(parent.pid), *psutil.Process(parent.pid).children(recursive=True)]
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(family, 10)
