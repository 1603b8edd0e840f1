"""Two people at once: nothing is lost, nothing closes a circle, no figure is claimed twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.models import Enterprise, FactRecord, GroupTie, MetricClaim
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

pytestmark = pytest.mark.django_db(transaction=True)


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
