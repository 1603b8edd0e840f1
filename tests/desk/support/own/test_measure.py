"""A measure explained to an enterprise."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.support.conftest import People, record
from tests.desk.support.own.pages import YEAR, of, send, text_of
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.support.models import Claim

pytestmark = pytest.mark.django_db


def test_an_amount_is_explained_row_by_row(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("rent_subsidy")))
    rows = page[page.index('id="amount"') :]
    for text in ("认定当年实付租金", "200.00万元", "租房补助比例", "30%", "60.00万元", "演示参数", "（七）"):
        assert text in rows
    assert "租赁合同" in page
    assert "正式清单未公布" in page
    assert "接下来会怎样" in page


def test_a_conflict_is_explained_by_comparing_amounts(people: People, client: Client, enterprise: Enterprise):
    record(people, enterprise, is_first_purchase="是", purchase_price="5000万元")
    page = text_of(client.get(of("rent_subsidy")))
    assert "同一年度只能享受一项" in page
    assert "较高的是" in page


def test_a_draft_policy_is_assessed_and_never_claimed(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("matching_fund", "binjiang-draft")))
    assert "测算，尚未施行" in page
    assert "50.00万元" in page
    assert 'id="start"' not in page
    address = reverse("support:start", args=["binjiang-draft", "matching_fund"])
    answer = send(client, address, year=YEAR)
    assert "不能兑现" in text_of(answer)
    assert not Claim.objects.exists()


def test_an_encouragement_shows_no_amount(client: Client, enterprise: Enterprise):
    page = text_of(client.get(of("local_cultivation")))
    assert "不产生金额" in page
    assert "own-amount" not in page
    assert 'id="amount"' not in page


def test_an_unknown_measure_is_not_found(client: Client, enterprise: Enterprise):
    assert client.get(of("nothing")).status_code == 404
    assert client.get(of("rent_subsidy", "nowhere")).status_code == 404
