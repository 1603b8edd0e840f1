"""Every page answers, in both languages, to whom it is open, with the same number of queries however much there is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.library.conftest import a_value
from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.library import actions
from zongbu.desk.library.access import ROUTES
from zongbu.desk.library.models import Consultation
from zongbu.desk.library.navigation import entries
from zongbu.desk.library.policies import policies
from zongbu.desk.library.urls import urlpatterns
from zongbu.desk.library.waiting import waiting

pytestmark = pytest.mark.django_db

PAGES = [
    "/policies/",
    "/policies/search/",
    "/policies/search/?q=总部企业",
    "/policies/search/?q=龘",
    "/policies/compare/",
    "/policies/compare/?left=hangzhou-2023&right=hangzhou-2023",
    "/policies/facts/",
    "/policies/facts/?kind=finding",
    "/policies/facts/in_city_revenue/",
    "/policies/facts/exercises_headquarters_functions/",
    "/policies/hangzhou-2023/",
    "/policies/binjiang-draft/",
    "/policies/hangzhou-2023/print/",
    "/policies/hangzhou-2023/clauses/（三）1/",
    "/policies/hangzhou-2023/rules/is_headquarters/",
    "/policies/hangzhou-2023/parameters/star_award_amount/",
    "/policies/hangzhou-2023/measures/rent_subsidy/",
    "/policies/consultations/",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("url", PAGES)
def test_pages(url, language, client):
    client.cookies["django_language"] = language
    assert client.get(url).status_code == 200


def test_every_clause_of_every_policy_has_a_page(client):
    for known in policies():
        for clause in known.clauses:
            url = reverse("library:clause", args=[known.identifier, clause.citation])
            assert client.get(url).status_code == 200, url


def test_every_measure_and_parameter_has_a_page(client):
    for known in policies():
        for name in list(known.measures)[::7]:
            assert client.get(reverse("library:measure", args=[known.identifier, name])).status_code == 200
        for name in [one for one in known.parameters if "." not in one][::5]:
            assert client.get(reverse("library:parameter", args=[known.identifier, name])).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/policies/nothing/",
        "/policies/nothing/print/",
        "/policies/hangzhou-2023/clauses/（九十九）/",
        "/policies/hangzhou-2023/rules/nothing/",
        "/policies/hangzhou-2023/rules/rent_subsidy/",
        "/policies/hangzhou-2023/measures/nothing/",
        "/policies/hangzhou-2023/parameters/nothing/",
        "/policies/facts/nothing/",
        "/policies/consultations/99/",
        "/policies/compare/?left=nothing",
        "/policies/search/?q=x&policy=nothing",
    ],
)
def test_what_is_not_there(url, client):
    assert client.get(url).status_code == 404


def test_every_route_is_declared():
    assert {f"library:{pattern.name}" for pattern in urlpatterns} == set(ROUTES)


def test_a_published_parameter_cannot_be_entered(client_as):
    url = reverse("library:propose", args=["hangzhou-2023", "incumbent_revenue_floor"])
    assert client_as(Role.CITY_OFFICER).get(url).status_code == 403


@pytest.mark.parametrize(
    "role", [Role.ENTERPRISE_LEAD, Role.DISTRICT_LEAD, Role.DEPARTMENT_OFFICER, Role.ADMINISTRATOR]
)
@pytest.mark.parametrize("route", ["library:values", "library:suspensions"])
def test_what_is_inside_is_closed_to_others(role, route, client_as):
    assert client_as(role).get(reverse(route)).status_code == 403


def test_desk_pages(client_as, officer, lead, consultation):
    proposal = actions.propose_value(officer, **a_value())
    comment = actions.comment(officer, consultation.pk, citation="（二）", text="好", consent=True)
    order = actions.propose_suspension(
        officer, "hangzhou-2023", "rent_subsidy", "suspend", effective_from=date(2024, 1, 1), reason="x"
    )
    client = client_as(Role.CITY_LEAD)
    for route, arguments in [
        ("library:values", []),
        ("library:value", [proposal.pk]),
        ("library:propose", ["hangzhou-2023", "star_award_amount"]),
        ("library:suspensions", []),
        ("library:suspension", [order.pk]),
        ("library:suspend", ["hangzhou-2023", "purchase_subsidy"]),
        ("library:review", ["hangzhou-2023", "purchase_subsidy"]),
        ("library:measure", ["hangzhou-2023", "rent_subsidy"]),
        ("library:official", ["hangzhou-2023"]),
        ("library:consult", ["binjiang-draft"]),
        ("library:consultation", [consultation.pk]),
        ("library:comment", [consultation.pk]),
        ("library:comments", [consultation.pk]),
        ("library:moderate", [comment.pk]),
        ("library:summary", [consultation.pk]),
        ("library:close", [consultation.pk]),
    ]:
        for language in ("zh-hans", "en"):
            client.cookies["django_language"] = language
            assert client.get(reverse(route, args=arguments)).status_code == 200, route


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_lists_need_the_same_number_of_queries_however_long(client_as, officer, consultation):
    client = client_as(Role.CITY_OFFICER)
    urls = [
        reverse("library:values"),
        reverse("library:suspensions"),
        reverse("library:consultations"),
        reverse("library:consultation", args=[consultation.pk]),
        reverse("library:comments", args=[consultation.pk]),
        reverse("library:policies"),
        reverse("library:policy", args=["binjiang-draft"]),
    ]

    def more(number: int) -> None:
        start = timezone.localdate() + timedelta(days=30 + 10 * number)
        for place in range(number):
            actions.propose_value(officer, **a_value())
            made = actions.comment(officer, consultation.pk, citation="（二）", text="好", consent=True)
            actions.moderate(officer, made.pk, show=True)
            day = start + timedelta(days=place)
            ahead = Consultation(policy="binjiang-draft", title=f"{day}", introduction="x", starts=day, ends=day)
            actions.open_consultation(officer, ahead)
            measure = list(policies()[0].measures)[10 * number + place]
            actions.propose_suspension(
                officer, "hangzhou-2023", measure, "suspend", effective_from=date(2024, 1, 1), reason="x"
            )

    more(1)
    few = {url: queries_of(client, url) for url in urls}
    more(4)
    assert {url: queries_of(client, url) for url in urls} == few


def test_navigation(person_as):
    assert [entry.url_name for entry in entries(person_as(Role.PUBLIC))] == [
        "library:policies",
        "library:consultations",
    ]
    assert "library:values" in [entry.url_name for entry in entries(person_as(Role.CITY_LEAD))]


def test_what_waits(officer, lead, person_as, consultation):
    actions.propose_value(officer, **a_value())
    actions.comment(officer, consultation.pk, citation="", text="好", consent=True)
    assert sorted(one.count for one in waiting(lead)) == [1, 1]
    assert [one.count for one in waiting(officer)] == [1], "proposals wait for a lead, comments for the office"
    own = actions.propose_value(lead, **a_value(value="30%"))
    assert max(one.count for one in waiting(lead)) == 1, f"{own} waits for another lead"
    for role in set(Role) - CITY:
        assert waiting(person_as(role)) == []
