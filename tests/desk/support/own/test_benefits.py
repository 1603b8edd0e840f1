"""My policies: what can be claimed, what is lacking, what waits for the enterprise; offers."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import USCC
from tests.desk.support.conftest import People, Playing, record
from tests.desk.support.own.pages import YEAR, at, client_of, of, page_of, text_of
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.support.actions import claims
from zongbu.desk.support.models import BankAccount, Claim, Fund

pytestmark = pytest.mark.django_db


def test_what_can_be_claimed_what_is_lacking_and_what_is_only_encouraged(client: Client, enterprise: Enterprise):
    page = text_of(client.get(reverse("support:benefits")))
    could, lacking = page.index('id="could"'), page.index('id="lacking"')
    assert "60.00万元" in page[could:lacking]  # rent: 30 % of what was paid
    assert "演示参数" in page[could:lacking]
    services, encouraged = page.index('id="services"'), page.index('id="encouraged"')
    assert "还要知道：" in page[lacking:services]
    assert "测算，尚未施行" in page[lacking:services]  # the district's draft
    assert "不是待遇，不产生金额" in page[encouraged:]
    assert "own-amount" not in page[encouraged:]


def test_a_missing_fact_is_named_with_the_way_to_declare_it(people: People, client: Client, enterprise: Enterprise):
    record(people, enterprise, rent_paid="")
    page = text_of(client.get(reverse("support:benefits")))
    assert "点此补报" in page
    assert reverse("enterprises:declare", args=[USCC]) in page


def test_what_only_wants_a_recognition_stands_apart(people: People, round: object):
    from tests.desk.recognition.conftest import qualifying

    qualifying(people(Role.CITY_OFFICER), USCC, "没有认定的有限公司")
    client = client_of(people(Role.ENTERPRISE_LEAD))
    page = text_of(client.get(reverse("support:benefits")))
    assert "由每年的认定决定" in page
    assert "只差认定的" in page
    assert "企业无法改变" not in page  # it can apply
    page = text_of(client.get(of("rent_subsidy")))
    assert "要先认定为「总部企业」" in page
    assert 'id="start"' not in page


def test_only_what_can_be_asked_for_has_a_button(client: Client, enterprise: Enterprise):
    page = text_of(client.get(reverse("support:benefits")))
    found = re.findall(r'href="(/support/requests/ask/[^"]+)"', page)
    assert len(found) > 5
    assert all(client.get(address).status_code == 200 for address in found)
    for other in ("annual_recognition", "comprehensive_evaluation", "talent_recognition_quota"):
        assert not any(other in address for address in found)
        assert "/support/requests/ask/" not in text_of(client.get(of(other)))
    assert f'href="{reverse("recognition:mine")}"' in text_of(client.get(of("annual_recognition")))


def test_an_earlier_year_and_a_year_that_has_none(client: Client, enterprise: Enterprise):
    assert client.get(reverse("support:benefits"), {"year": YEAR - 1}).status_code == 200
    for wrong in ("1900", str(YEAR + 1), "abc"):
        page = text_of(client.get(reverse("support:benefits"), {"year": wrong}))
        assert f'?year={YEAR}" aria-current' in page


def test_what_waits_for_the_enterprise_does_not_hide_behind_an_earlier_year(playing: Playing, client: Client):
    offered = playing.offered()
    Claim.objects.filter(pk=offered.pk).update(year=YEAR - 1)
    page = text_of(client.get(reverse("support:benefits")))
    now = page[page.index('id="now"') : page.index('id="could"')]
    assert at("own_confirm", offered) in now
    assert f"{YEAR - 1}年度" in now
    assert re.search(r'href="#now">[^<]*<b>1</b>', page)
    page = text_of(client.get(reverse("support:benefits"), {"year": YEAR - 1}))
    assert at("own_confirm", offered) in page
    assert f"{YEAR - 1}年度" not in page[page.index('id="now"') : page.index('id="could"')]
    page = text_of(client.get(reverse("support:benefits"), {"year": YEAR - 2}))
    assert at("own_confirm", offered) not in page
    claims.decline(playing.own, offered.pk, "不申领")  # nothing is to be done any more: it stands with its year
    page = text_of(client.get(reverse("support:benefits")))
    assert offered.receipt not in page[page.index('id="now"') : page.index('id="could"')]


def test_what_was_received_for_the_same_matter_is_taken_off(
    playing: Playing, client: Client, monkeypatch: pytest.MonkeyPatch
):
    from zongbu.desk.support import stacking

    case = playing.submitted()
    Claim.objects.filter(pk=case.pk).update(
        state="approved", amount=10_0000_00, decided_at=timezone.now(), measure="rnd_subsidy", slot="x"
    )
    monkeypatch.setattr(stacking, "names", lambda found: ("rnd_subsidy",))
    page = text_of(client.get(of("rent_subsidy")))
    assert "同一事项已享受：研发费用补助" in page
    assert "− 10.00万元" in page
    assert "50.00万元" in page
    assert "已扣除同一事项享受的 10.00万元" in text_of(client.get(reverse("support:benefits")))


def test_few_queries_and_little_time_for_more_than_a_hundred_measures(client: Client, enterprise: Enterprise):
    import time

    address = reverse("support:benefits")
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        begun = time.process_time()
        assert client.get(address).status_code == 200
        spent = time.process_time() - begun
    assert len(made) < 60
    assert spent < 0.6  # 150 ms on a quiet machine; this one is shared


def test_an_enterprise_without_a_record_is_told_to_make_one(people: People):
    page = text_of(client_of(people(Role.ENTERPRISE_LEAD)).get(reverse("support:benefits")))
    assert "先建立档案" in page


def test_an_offer_is_confirmed_with_one_click(playing: Playing, client: Client, city_fund: Fund, district_fund: Fund):
    offered = playing.offered()
    page = text_of(client.get(reverse("support:benefits")))
    assert "100.00万元" in page
    assert at("own_confirm", offered) in page
    token = new_token()
    for _time in range(2):  # a double click is one confirmation
        answer = client.post(at("own_confirm", offered), {"submission": token})
        assert answer.headers["Location"] == at("own", offered)
    assert playing.case.state == "verified"
    page = page_of(client, offered)
    assert "核定金额，等待批准" in page
    assert "100.00万元" in page


def test_an_offer_without_an_account_leads_to_the_account(playing: Playing, client: Client):
    offered = playing.offered()
    BankAccount.objects.update(ended_at=timezone.now())
    assert "请先登记收款账户" in text_of(client.get(reverse("support:benefits")))
    assert "请先登记收款账户" in page_of(client, offered)
    answer = client.post(at("own_confirm", offered), {"submission": new_token()}, follow=True)
    assert "请先登记收款账户" in text_of(answer)
    assert playing.case.state == "offered"
