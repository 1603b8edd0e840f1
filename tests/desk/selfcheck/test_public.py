"""The self-check as the public and enterprises use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import USCC
from tests.desk.selfcheck.conftest import FULL
from zongbu.desk.enterprises.models import Enterprise, FactRecord
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.selfcheck import sharing
from zongbu.desk.selfcheck.answers import State, pack
from zongbu.law import load_policy

pytestmark = pytest.mark.django_db
QUESTION, RESULT, ALL = (reverse(f"selfcheck:{name}") for name in ("question", "result", "all"))
DAY = "2026-06-30"


def found(pattern: str, response: Any) -> str:
    match = re.search(pattern, response.content.decode())
    assert match, response.content.decode()[:3000]
    return match[1]


def state_of(response: Any) -> str:
    return found(r'name="state" value="([^"]+)"', response)


def fact_of(response: Any) -> str:
    return found(r'name="fact" value="([^"]+)"', response)


def is_question(response: Any) -> bool:
    return 'id="ask-title"' in response.content.decode()


def begin(client: Client, policy: str = "hangzhou-2023", **more: str) -> Any:
    return client.post(QUESTION, {"policy": policy, "as_of": DAY, **more})


def answer(client: Client, response: Any, **given: str) -> Any:
    return client.post(QUESTION, {"state": state_of(response), "fact": fact_of(response), **given})


def answer_all(client: Client, response: Any, known: dict[str, str]) -> Any:
    for _ in range(60):
        if not is_question(response):
            return response
        fact = fact_of(response)
        response = answer(client, response, **({"value": known[fact]} if fact in known else {"do": "skip"}))
    raise AssertionError("no end")


KNOWN = {name.partition("@")[0]: value for name, value in FULL.items()} | {"fits_industrial_orientation": "是"}


def test_from_the_first_question_to_the_result(client: Client) -> None:
    page = client.get(reverse("selfcheck:start"))
    assert "征求意见稿" in page.content.decode()
    response = answer_all(client, begin(client), KNOWN)
    assert response.status_code == 200
    text = response.content.decode()
    assert "体检结果" in text
    assert "12.00亿元" in text
    assert "check-tree" in text


def test_nothing_is_stored_for_the_anonymous(client: Client, django_assert_max_num_queries: Any) -> None:
    before = Entry.objects.count()
    with django_assert_max_num_queries(6) as asked:
        response = begin(client)
        response = answer(client, response, value="是")
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    answer_all(client, response, KNOWN)
    assert Session.objects.count() == 0
    assert Entry.objects.count() == before
    assert "sessionid" not in client.cookies


def test_an_answer_that_cannot_be_read_stays_in_the_field(client: Client) -> None:
    response = begin(client)
    while fact_of(response) != "in_city_revenue":
        response = answer(client, response, value=KNOWN[fact_of(response)])
    wrong = answer(client, response, value="大约八亿", unit="亿")
    assert wrong.status_code == 422
    assert "大约八亿" in wrong.content.decode()
    assert 'value="亿" selected' in wrong.content.decode()
    empty = answer(client, response, value="")
    assert empty.status_code == 422
    english = client.post(
        QUESTION,
        {"state": state_of(response), "fact": "in_city_revenue", "value": "许多"},
        headers={"accept-language": "en"},
    )
    assert "Write one amount" in english.content.decode()


def test_back_shows_the_answer_given_before(client: Client) -> None:
    first = begin(client)
    second = answer(client, first, value="否" if fact_of(first) == "on_dishonesty_list" else "是")
    back = answer(client, second, do="back")
    assert fact_of(back) == fact_of(first)
    assert "现在的答案" in back.content.decode()
    before_all = answer(client, first, do="back")
    assert before_all.status_code == 302


def test_an_answer_can_be_changed_from_the_result(client: Client) -> None:
    response = answer_all(client, begin(client), KNOWN)
    change = client.post(
        QUESTION, {"state": state_of(response), "do": "change", "fact": "in_city_revenue", "policy": ""}
    )
    assert fact_of(change) == "in_city_revenue"
    assert 'value="12"' in change.content.decode()
    lower = answer_all(client, answer(client, change, value="8.2", unit="亿"), {**KNOWN, "rnd_expense": "1万元"})
    assert "还差 1.80亿元" in lower.content.decode()


def test_a_measure_can_be_asked_on_about(client: Client) -> None:
    response = answer_all(client, begin(client), KNOWN)
    more = client.post(QUESTION, {"state": state_of(response), "goal": "rnd_subsidy"})
    assert fact_of(more) == "qualifies_for_rnd_subsidy"


def test_all_questions_on_one_page(client: Client) -> None:
    page = client.post(ALL, {"policy": "hangzhou-2023", "as_of": DAY})
    text = page.content.decode()
    assert 'name="in_city_revenue"' in text
    given = {**KNOWN, "in_city_revenue": "12", "in_city_revenue__unit": "亿"}
    wrong = client.post(ALL, {"state": state_of(page), "do": "answer", **given, "city_entry_date": "去年"})
    assert wrong.status_code == 422
    assert "去年" in wrong.content.decode()
    right = client.post(ALL, {"state": state_of(page), "do": "answer", **given})
    assert "体检结果" in right.content.decode()


def test_touched_answers_are_refused_with_a_page(client: Client) -> None:
    state = state_of(begin(client))
    for address in (QUESTION, RESULT, ALL):
        response = client.post(address, {"state": state[:-2] + "xx"})
        assert response.status_code == 400
        assert "答案没有完整送到" in response.content.decode()


@pytest.mark.parametrize(
    "given", [{"policy": "nothing"}, {"policy": "hangzhou-2023", "as_of": "2026-13-40"}, {"as_of": "1850-01-01"}]
)
def test_what_cannot_be_checked_leads_back_to_the_start(client: Client, given: dict[str, str]) -> None:
    assert client.post(QUESTION, given).headers["Location"] == reverse("selfcheck:start")


# --- shared links -----------------------------------------------------------------------------------------


def test_a_link_shows_the_result_to_anybody(client: Client) -> None:
    response = answer_all(client, begin(client), KNOWN)
    address = found(r'value="http://[^/]+(/check/shared/[^"]+)"', response)
    shown = Client().get(address)
    assert shown.status_code == 200
    assert "12.00亿元" in shown.content.decode()
    assert shown.headers["X-Robots-Tag"] == "noindex"


def test_a_link_holds_nothing_that_names_an_enterprise() -> None:
    policy = load_policy("hangzhou-2023")
    token = sharing.link(policy, date(2026, 6, 30), {"name": "示例企业", "uscc": USCC, "is_banned": "否", "star": "3"})
    assert sharing.opened(token).state.answers == {"is_banned": "否", "star": "3"}
    content = signing.loads(token, salt=sharing.SALT)
    assert USCC not in str(content)
    assert "示例" not in str(content)
    for fact in policy.dictionary.values():
        assert sharing.identifying(fact) or fact.type != "text"


def test_a_touched_link_says_so(client: Client) -> None:
    token = sharing.link(load_policy("hangzhou-2023"), date(2026, 6, 30), {"is_banned": "否"})
    response = client.get(reverse("selfcheck:shared", args=[f"{token[:-3]}abc"]))
    assert response.status_code == 400
    assert "链接不完整或被改动过" in response.content.decode()


def test_a_link_expires(client: Client, settings: Any) -> None:
    settings.SHARE_DAYS = -1
    token = sharing.link(load_policy("hangzhou-2023"), date(2026, 6, 30), {"is_banned": "否"})
    response = client.get(reverse("selfcheck:shared", args=[token]))
    assert response.status_code == 410
    assert "链接已过期" in response.content.decode()


def test_a_link_made_under_another_version_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = sharing.opened

    def older(token: str) -> sharing.Shared:
        return sharing.Shared(opened(token).state, "000000000000")

    token = sharing.link(load_policy("hangzhou-2023"), date(2026, 6, 30), {"is_banned": "否"})
    monkeypatch.setattr(sharing, "opened", older)
    assert "有更新" in client.get(reverse("selfcheck:shared", args=[token])).content.decode()


# --- measures and money -----------------------------------------------------------------------------------


def result_with(client: Client, facts: dict[str, str]) -> str:
    state = State("hangzhou-2023", date.fromisoformat(DAY), facts)
    return client.post(RESULT, {"state": pack(state)}).content.decode()


STARRED = {**KNOWN, "star": "3", "highest_star_paid": "0"}


def test_amounts_from_demonstration_values_say_so(client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = True
    text = result_with(client, STARRED)
    assert re.search(r'check-amount">100\.00万元 <span class="check-marked">演示参数', text)


def test_without_demonstration_values_there_is_no_amount(client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = False
    text = result_with(client, STARRED)
    assert "符合条件；标准未公布（星级奖励标准）" in text
    assert not re.search(r'check-amount">100', text)


# --- one's own record -------------------------------------------------------------------------------------


@pytest.fixture
def own(enterprise: Callable[..., Enterprise], client_as: Callable[..., Client]) -> Client:
    enterprise(USCC, "示例企业 本企业", **FULL)
    return client_as(Role.ENTERPRISE_STAFF)


def test_an_enterprise_starts_from_its_record(own: Client) -> None:
    assert "示例企业 本企业" in own.get(reverse("selfcheck:start")).content.decode()
    response = begin(own, own="1")
    assert "已从档案读取" in response.content.decode()
    asked = []
    while is_question(response):
        asked.append(fact_of(response))
        response = answer(own, response, do="skip")
    assert not set(asked) & set(KNOWN) - {"fits_industrial_orientation"}
    assert "档案已记录" in response.content.decode()
    assert "12.00亿元" in response.content.decode()


def test_recorded_facts_do_not_travel_with_the_page(own: Client) -> None:
    state = signing.loads(state_of(begin(own, own="1")), salt="zongbu.selfcheck.state")
    assert state["a"] == {}


def test_somebody_else_gets_nothing_of_the_record(own: Client) -> None:
    state = state_of(begin(own, own="1"))
    assert "12.00亿元" not in Client().post(RESULT, {"state": state}).content.decode()


def test_answers_are_handed_over_once_after_a_look(own: Client) -> None:
    state = pack(State("hangzhou-2023", date.fromisoformat(DAY), {"rnd_expense": "60000000", "star": "3"}, own=True))
    records = FactRecord.objects.count()
    look = own.post(reverse("selfcheck:hand_over"), {"state": state})
    assert "6,000.00万元" in look.content.decode()
    assert "不会记入" in look.content.decode()
    assert FactRecord.objects.count() == records
    sent = {"state": state, FIELD: new_token()}
    for _ in range(2):
        done = own.post(reverse("selfcheck:declare"), sent)
        assert done.headers["Location"] == reverse("enterprises:detail", args=[USCC])
    made = FactRecord.objects.filter(fact="rnd_expense")
    assert [(one.year, one.value) for one in made] == [(2025, "60000000.00")]
    assert FactRecord.objects.count() == records + 1


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.CITY_OFFICER, Role.AUDITOR])
def test_only_enterprises_hand_over(client_as: Callable[..., Client], role: Role) -> None:
    state = pack(State("hangzhou-2023", date.fromisoformat(DAY), {"rnd_expense": "1"}))
    for name in ("hand_over", "declare"):
        response = client_as(role).post(reverse(f"selfcheck:{name}"), {"state": state, FIELD: new_token()})
        assert response.status_code in (302, 403)
        assert not FactRecord.objects.filter(fact="rnd_expense").exists()


def test_the_link_lives_for_as_long_as_the_settings_say(settings: Any) -> None:
    settings.SHARE_DAYS = 7
    assert sharing.days() == 7
    assert timedelta(days=6) < sharing.expires() - sharing.timezone.now() <= timedelta(days=7)
