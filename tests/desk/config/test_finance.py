"""Finance offices pay. Of records, applications, titles and stars they see what everybody sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.test import Client

import zongbu.desk
from tests.desk.conftest import USCC
from tests.desk.recognition import starred, titled
from zongbu.desk.config.home import tasks
from zongbu.desk.config.navigation import entries_for
from zongbu.desk.config.search import by_code, receipts
from zongbu.desk.enterprises import groups
from zongbu.desk.enterprises import queries as enterprises
from zongbu.desk.enterprises.exchange import queries as exchange
from zongbu.desk.enterprises.listing.rows import find
from zongbu.desk.kernel.roles import CITY, FINANCE, Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.people.access import routes
from zongbu.desk.recognition import queries as recognition
from zongbu.desk.recognition.stars import queries as stars
from zongbu.desk.selfcheck import queries as selfcheck

pytestmark = pytest.mark.django_db
READS: list[Callable[[Viewer], QuerySet]] = [
    enterprises.enterprises, groups.related, groups.to_answer, recognition.rounds, recognition.applications,
    recognition.opinions, recognition.batches, recognition.notices, recognition.objections, recognition.recognitions,
    recognition.revocations, recognition.titles, recognition.print_runs, stars.sets, stars.evaluations,
    stars.overrides, stars.objections, selfcheck.screenings, exchange.runs,
]  # fmt: skip


@pytest.fixture
def finance(request: pytest.FixtureRequest, person_as: Callable[..., Viewer]) -> Viewer:
    return person_as(request.param)


each = pytest.mark.parametrize("finance", sorted(FINANCE), indirect=True)


@each
def test_they_read_what_everybody_reads(finance: Viewer, person_as: Callable[..., Viewer]) -> None:
    made = titled.a_revocation()
    titled.a_print_run()
    titled.an_objection()
    round = titled.a_round()
    round.pk, round.year, round.state = None, 1999, "draft"
    round.save()
    starred.an_override()
    starred.an_objection()
    city = person_as(Role.CITY_LEAD)
    hidden = 0
    for read in READS:
        theirs, public = set(read(finance)), set(read(PUBLIC))
        assert theirs == public, f"{read.__module__}.{read.__qualname__}"
        hidden += set(read(city)) > public
    assert hidden >= 10, "there is too little to hide"
    for evaluation in stars.evaluations(city):
        assert not stars.results(finance, evaluation).exists()
    receipt, name = made.recognition.application.receipt, made.recognition.enterprise.name
    assert recognition.of_number(finance, receipt) is None
    assert find(city, name, 5) and not find(finance, name, 5)
    assert by_code(city, USCC) and not by_code(finance, USCC)
    assert receipts(city, receipt) and not receipts(finance, receipt)


@each
def test_the_frame_leads_them_where_they_may_go(finance: Viewer, client_as: Callable[..., Client]) -> None:
    offered = {entry.url_name for entry in entries_for(finance)}
    assert {"library:policies", "recognition:list", "people:members"} <= offered
    assert not offered & {"enterprises:list", "recognition:applications", "recognition:rounds", "library:values"}
    assert tasks(finance)
    client = client_as(finance.role)
    for address in ("/desk/", "/people/profile/", "/people/members/", f"/search/?q={USCC}"):
        assert client.get(address).status_code == 200, address


def test_cases_go_by_their_own_reach() -> None:
    """``Viewer.reach`` lets finance offices see the city: only what is about paying may go by it."""
    desk = Path(zongbu.desk.__file__).parent
    paying = {"kernel", "support", "config"}
    wrong = [
        str(file.relative_to(desk))
        for file in desk.rglob("*.py")
        if file.relative_to(desk).parts[0] not in paying and re.search(r"\.reach\b", file.read_text("utf-8"))
    ]
    assert not wrong, f"these ask for reach instead of case_reach: {wrong}"


def test_no_route_of_the_offices_is_theirs() -> None:
    theirs = {
        name
        for name, access in routes().items()
        if access.roles & FINANCE and Role.PUBLIC not in access.roles and not name.startswith("support:")
    }
    assert theirs <= {
        "desk", "year", "people:members", "people:invite", "people:membership", "people:end_membership",
        "people:renew_invitation", "people:withdraw_invitation", "people:confirmations", "people:confirm_membership",
    }  # fmt: skip
    assert not FINANCE & CITY
