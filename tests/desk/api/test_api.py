"""The interface: who may do what with which token, errors of one shape, writes that are done once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from tests.desk.conftest import USCC, membership_as
from zongbu.desk.api import actions
from zongbu.desk.api.models import Token
from zongbu.desk.api.scopes import Scope, scopes_for
from zongbu.desk.api.security import Throttle
from zongbu.desk.enterprises.models import Enterprise, Recording
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.people.models import Membership
from zongbu.desk.people.viewers import viewer_as
from zongbu.law import InputError, load_policy

pytestmark = pytest.mark.django_db

OTHER = "91330100MA27ABC123"


@pytest.fixture(autouse=True)
def fresh_count() -> Iterator[None]:
    Throttle.forget()
    yield
    Throttle.forget()


@pytest.fixture
def token_of(db: None) -> Callable[..., dict[str, str]]:
    """``token_of(Role.CITY_OFFICER)`` → the headers of a fresh token with all scopes that the role may hold."""

    def make(role: Role, *scopes: Scope, per_minute: int = 1000, **given: str) -> dict[str, str]:
        membership = membership_as(role, **given)
        membership.administers = True
        membership.save()
        viewer = viewer_as(membership, membership.person)
        wanted = [str(scope) for scope in scopes or scopes_for(role)]
        _token, text = actions.create(viewer, "测试", wanted, 30, per_minute)
        return {"HTTP_AUTHORIZATION": f"Bearer {text}"}

    return make


def post(client: Client, path: str, body: object, headers: dict[str, str], **more: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", **headers, **more)


# --- open to everybody -----------------------------------------------------------------------------------


def test_policies_and_facts_are_open_to_everybody(client: Client) -> None:
    found = {one["identifier"]: one for one in client.get("/api/v1/policies").json()}
    assert found["hangzhou-2023"]["status"] == "施行"
    assert "is_headquarters" in found["hangzhou-2023"]["results"]
    policy = client.get("/api/v1/policies/hangzhou-2023?as_of=2023-06-30").json()
    values = {one["identifier"]: one["value"] for one in policy["parameters"]}
    assert values["incumbent_revenue_floor"] == "1000000000元"
    assert len(policy["clauses"]) == len(load_policy("hangzhou-2023").clauses)
    facts = {one["identifier"]: one for one in client.get("/api/v1/facts").json()}
    assert facts["in_city_revenue"]["period"] == "prior_year"


def test_an_unknown_policy_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/policies/nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["detail"] == "没有政策「nowhere」"


# --- tokens ----------------------------------------------------------------------------------------------


def test_without_a_token_nothing_else_is_open(client: Client) -> None:
    for path in ("/api/v1/enterprises", f"/api/v1/enterprises/{USCC}", "/api/v1/screenings/1"):
        answer = client.get(path)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert post(client, "/api/v1/assess", {"as_of": "2023-06-30", "facts": {}}, {}).status_code == 401


@pytest.mark.parametrize("spoil", ["revoke", "expire", "end", "deactivate", "guess", "malform"])
def test_a_token_that_may_not_be_used_any_more_opens_nothing(
    client: Client, token_of: Callable[..., dict[str, str]], spoil: str
) -> None:
    headers = token_of(Role.CITY_OFFICER)
    assert client.get("/api/v1/enterprises", **headers).status_code == 200
    token = Token.objects.get()
    match spoil:
        case "revoke":
            token.revoked_at = timezone.now()
        case "expire":
            token.created_at -= timedelta(days=40)
            token.expires_at = timezone.now() - timedelta(seconds=1)
        case "end":
            token.membership.ended_at = timezone.now()
            token.membership.save()
        case "deactivate":
            token.membership.person.is_active = False
            token.membership.person.save()
        case "guess":
            headers = {"HTTP_AUTHORIZATION": f"Bearer zb_{token.prefix}_{'x' * 43}"}
        case "malform":
            headers = {"HTTP_AUTHORIZATION": "Bearer nonsense"}
    token.save()
    assert client.get("/api/v1/enterprises", **headers).status_code == 401


def test_only_the_digest_of_a_token_is_kept(token_of: Callable[..., dict[str, str]]) -> None:
    secret = token_of(Role.CITY_OFFICER)["HTTP_AUTHORIZATION"].split("_", 2)[2]
    kept = json.dumps(list(Token.objects.values()), default=str) + json.dumps(list(Entry.objects.values()), default=str)
    assert secret not in kept


def test_a_token_does_nothing_beyond_its_scopes(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    headers = token_of(Role.CITY_OFFICER, Scope.ASSESS)
    assert client.get("/api/v1/enterprises", **headers).status_code == 403
    assert post(client, "/api/v1/assess", {"as_of": "2023-06-30", "facts": {}}, headers).status_code == 200


def test_nobody_gives_a_token_more_than_the_role_may_hold() -> None:
    membership = membership_as(Role.ENTERPRISE_LEAD)
    viewer = viewer_as(membership, membership.person)
    with pytest.raises(PermissionDenied):
        actions.create(viewer, "测试", ["assess"], 30)
    membership.administers = True
    viewer = viewer_as(membership, membership.person)
    with pytest.raises(InputError, match="范围"):
        actions.create(viewer, "测试", ["screen"], 30)
    assert not Token.objects.exists()


def test_too_many_requests_are_refused_for_a_while(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    headers = token_of(Role.CITY_OFFICER, per_minute=2)
    assert [client.get("/api/v1/enterprises", **headers).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/enterprises", **headers)
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert answer["Content-Type"].startswith("application/problem+json")


# --- assessing -------------------------------------------------------------------------------------------


def test_an_assessment_is_that_of_the_engine(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    facts = {"登记在杭": "是", "in_city_revenue": "12.3亿元", "city_entry_date": "2015-03-01"}
    answer = post(
        client, "/api/v1/assess", {"as_of": "2023-06-30", "facts": facts}, token_of(Role.ENTERPRISE_LEAD)
    ).json()
    assert answer["results"]["meets_scale"]["value"] is True
    assert answer["results"]["is_headquarters"]["value"] is None
    assert "industry_code" in answer["missing"]
    assert answer["facts"]["in_city_revenue"] == "1230000000.00"


def test_facts_that_cannot_be_read_are_told_all_together(
    client: Client, token_of: Callable[..., dict[str, str]]
) -> None:
    body = {"as_of": "2023-06-30", "facts": {"in_city_revenue": "很多", "怪事": "1"}}
    answer = post(client, "/api/v1/assess", body, token_of(Role.ENTERPRISE_LEAD))
    assert answer.status_code == 422
    assert "很多" in answer.json()["detail"]
    assert "怪事" in answer.json()["detail"]


def test_numbers_are_read_as_they_are_written(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    headers = token_of(Role.ENTERPRISE_LEAD) | {"content_type": "application/json"}
    for written in ("9007199254740.93", "1234567890123.78"):
        body = f'{{"as_of": "2023-06-30", "facts": {{"in_city_revenue": {written}}}}}'
        assert client.post("/api/v1/assess", body, **headers).json()["facts"]["in_city_revenue"] == written  # type: ignore[arg-type]
    for unreadable in ("NaN", "Infinity"):
        body = f'{{"as_of": "2023-06-30", "facts": {{"in_city_revenue": {unreadable}}}}}'
        assert client.post("/api/v1/assess", body, **headers).status_code == 400  # type: ignore[arg-type]
    assert client.post("/api/v1/assess", "[" * 100_000, **headers).status_code == 400  # type: ignore[arg-type]


def test_control_characters_are_refused(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    body = {"uscc": USCC, "name": "示例\x00有限公司", "district": "330108", "source": "登记"}
    assert post(client, "/api/v1/enterprises", body, token_of(Role.CITY_OFFICER)).status_code == 422


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00"])
def test_moments_at_the_ends_of_the_calendar_are_refused(
    client: Client, token_of: Callable[..., dict[str, str]], moment: str
) -> None:
    answer = client.get(f"/api/v1/enterprises/{USCC}/facts", {"known_at": moment}, **token_of(Role.CITY_OFFICER))
    assert answer.status_code == 422


def test_guessing_tokens_is_stopped_for_a_while(client: Client) -> None:
    guess = {"HTTP_AUTHORIZATION": "Bearer zb_00000000_guess"}
    found = [client.get("/api/v1/enterprises", **guess).status_code for _ in range(32)]
    assert (found[0], found[-1]) == (401, 429)


# --- enterprises -----------------------------------------------------------------------------------------


def test_enterprises_are_seen_within_the_owners_scope(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    city = token_of(Role.CITY_OFFICER)
    for code, district in ((USCC, "330108"), (OTHER, "330106")):
        body = {"uscc": code, "name": f"示例{code[-3:]}有限公司", "district": district, "source": "登记"}
        assert post(client, "/api/v1/enterprises", body, city).status_code == 201

    def seen(headers: dict[str, str]) -> list[str]:
        return [one["uscc"] for one in client.get("/api/v1/enterprises", **headers).json()["items"]]

    assert seen(city) == sorted([USCC, OTHER])
    assert seen(token_of(Role.DISTRICT_OFFICER)) == [USCC]
    assert seen(token_of(Role.ENTERPRISE_LEAD)) == [USCC]
    assert seen(token_of(Role.DEPARTMENT_OFFICER)) == []
    assert client.get(f"/api/v1/enterprises/{OTHER}", **token_of(Role.DISTRICT_OFFICER)).status_code == 404


def test_a_write_with_a_key_is_done_once(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    city = token_of(Role.CITY_OFFICER)
    body = {"uscc": USCC, "name": "示例有限公司", "district": "330108", "source": "登记"}
    key = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = post(client, "/api/v1/enterprises", body, city, **key)
    again = post(client, "/api/v1/enterprises", body, city, **key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Enterprise.objects.count() == 1
    assert post(client, "/api/v1/enterprises", body, city).status_code == 422
    other = post(client, "/api/v1/enterprises", body | {"name": "另一家"}, city, **key)
    assert (other.status_code, "Idempotency-Key" in other.json()["detail"]) == (422, True)


def test_a_failed_write_leaves_its_key_free(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    city, key = token_of(Role.CITY_OFFICER), {"HTTP_IDEMPOTENCY_KEY": "k2"}
    body = {"uscc": USCC, "name": "示例有限公司", "district": "999", "source": "登记"}
    assert post(client, "/api/v1/enterprises", body, city, **key).status_code == 422
    assert post(client, "/api/v1/enterprises", body | {"district": "330108"}, city, **key).status_code == 201


def test_facts_are_recorded_and_read_back(client: Client, token_of: Callable[..., dict[str, str]]) -> None:
    city = token_of(Role.CITY_OFFICER)
    body = {"uscc": USCC, "name": "示例有限公司", "district": "330108", "source": "登记"}
    post(client, "/api/v1/enterprises", body, city)
    own = token_of(Role.ENTERPRISE_LEAD)
    path = f"/api/v1/enterprises/{USCC}/facts"
    given = {"values": {"in_city_revenue": "5亿元"}, "year": 2023, "valid_from": "2024-01-10"}
    assert post(client, path, given, own, HTTP_IDEMPOTENCY_KEY="f").json() == {"uscc": USCC, "recorded": True}
    post(client, path, given, own, HTTP_IDEMPOTENCY_KEY="f")
    assert Recording.objects.filter(source="declared").count() == 1
    assert client.get(f"{path}?as_of=2024-06-30", **own).json()["facts"]["in_city_revenue"] == "500000000.00"
    finding = {"values": {"fits_industrial_orientation": "是"}, "valid_from": "2024-01-10"}
    assert post(client, path, finding, own).status_code == 403
    assert post(client, path, {"values": {"is_legal_person": "是"}, "source": ""}, city).status_code == 422


# --- pages -----------------------------------------------------------------------------------------------


def test_the_page_shows_a_new_token_once(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.CITY_LEAD)
    assert client.get("/api/tokens/").status_code == 403
    Membership.objects.update(administers=True)
    body = {"name": "同步", "scopes": ["assess"], "days": "30", "per_minute": "60", "submission": new_token()}
    page = client.post("/api/tokens/", body, follow=True).content.decode()
    assert "zb_" + Token.objects.get().prefix + "_" in page
    assert "zb_" + Token.objects.get().prefix + "_" not in client.get("/api/tokens/").content.decode()
    token = Token.objects.get()
    assert "撤销" in client.get(f"/api/tokens/{token.pk}/revoke/").content.decode()
    client.post(f"/api/tokens/{token.pk}/revoke/", {"submission": new_token()})
    assert Token.objects.get().revoked_at is not None
