"""Two people at once: nothing is lost, nothing closes a circle, no figure is claimed twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from io import BytesIO
from threading import Barrier, Event, Thread, current_thread
from time import sleep
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from zongbu.desk.enterprises import actions, files, queries
from zongbu.desk.enterprises.actions import facts
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, FactRecord, GroupTie, MetricClaim
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.law import InputError

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def at_once(*acts: Callable[[], object]) -> list[Any]:
    """The acts in a thread each; what each returned, exceptions included."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> Any:
        connection.ensure_connection()
        start.wait(timeout=20)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_corrections_at_once_are_all_kept_and_the_last_one_counts(enterprise: Enterprise, city: Viewer) -> None:
    day = date(2023, 1, 1)

    def correct(number: int) -> Callable[[], object]:
        return lambda: actions.record(
            city, enterprise, {"branches_outside_city": number}, source_name="库", valid_from=day
        )

    assert not [one for one in at_once(*(correct(number) for number in range(1, 7))) if isinstance(one, Exception)]
    records = list(
        FactRecord.objects.filter(fact="branches_outside_city").order_by("pk").values_list("value", flat=True)
    )
    assert sorted(records) == ["1", "2", "3", "4", "5", "6"]
    enterprise.refresh_from_db()
    assert enterprise.known["branches_outside_city"] == records[-1]
    assert queries.facts_at(enterprise, date.today())["branches_outside_city"] == records[-1]
    assert journal.verify() is None


def test_two_ties_at_once_do_not_close_a_circle(enterprise: Enterprise, other: Enterprise, city: Viewer) -> None:
    def hold(parent: Enterprise, child: Enterprise) -> Callable[[], object]:
        return lambda: actions.tie(
            city,
            parent,
            kind="subsidiary",
            name=child.name,
            uscc=child.uscc,
            share="0.6",
            location="in_city",
            starts=date(2020, 1, 1),
        )

    answers = at_once(hold(enterprise, other), hold(other, enterprise))
    assert sum(isinstance(one, InputError) for one in answers) == 1
    assert GroupTie.objects.count() == 1


def test_a_figure_claimed_at_once_is_claimed_once(enterprise: Enterprise, city: Viewer) -> None:
    def claim(basis: str) -> Callable[[], object]:
        return lambda: actions.claim(city, enterprise, "in_city_revenue", 2023, basis=basis)

    answers = at_once(claim("own"), claim("group"))
    assert sum(isinstance(one, InputError) for one in answers) == 1
    assert MetricClaim.objects.count() == 1


def test_a_form_with_an_upload_beside_other_acts(
    enterprise: Enterprise, city: Viewer, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Declaring with an upload, while the office records and somebody deletes a file."""
    client, loose = client_as(Role.ENTERPRISE_STAFF), actions.upload(city, enterprise, "b.pdf", BytesIO(PDF + b"\n"))
    stored: list[bool] = []
    real = files.store

    def store(*given: Any) -> files.Stored:
        stored.append(connection.in_atomic_block)
        return real(*given)

    monkeypatch.setattr(files, "store", store)
    address = reverse("enterprises:declare", args=[enterprise.uscc])

    def declare() -> int:
        upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
        sent = {"submission": new_token(), "in_city_revenue": "5", "reason": "x", "upload": upload}
        return client.post(address, sent).status_code

    for number in range(4):
        told = {"branches_outside_city": number}
        acts = [declare, partial(actions.record, city, enterprise, told, source_name="库")]
        if not number:
            acts.append(partial(actions.delete_file, city, loose))
        done = at_once(*acts)
        assert not [one for one in done if isinstance(one, Exception)], done
        assert done[0] == 302
    assert stored == [False] * 4
    assert EvidenceFile.objects.count() == 1
    assert journal.verify() is None


def test_an_upload_never_waits_for_an_enterprise_holding_the_journal(
    enterprise: Enterprise, city: Viewer, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unlucky order: the form has uploaded and wants the enterprise, which somebody holds who wants to record."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock")
    client, real = client_as(Role.ENTERPRISE_STAFF), facts.locked
    uploaded = Event()

    def locked(wanted: Enterprise) -> Enterprise:
        if current_thread() is declaring:
            uploaded.set()
            return real(wanted)
        found = real(wanted)
        uploaded.wait(1)  # nothing comes where the upload, too, waits for the enterprise
        sleep(0.2)
        return found

    monkeypatch.setattr(facts, "locked", locked)
    told: list[int] = []

    def declare() -> None:
        upload = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
        sent = {"submission": new_token(), "in_city_revenue": "5", "reason": "x", "upload": upload}
        told.append(client.post(reverse("enterprises:declare", args=[enterprise.uscc]), sent).status_code)
        connection.close()

    declaring = Thread(target=declare)
    declaring.start()
    actions.record(city, enterprise, {"branches_outside_city": 9}, source_name="库")
    declaring.join(20)
    assert told == [302]
