"""Where the money is, and the account that it goes to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.desk.support.conftest import Playing
from tests.desk.support.own.pages import send, text_of
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.submission import new_token
from zongbu.desk.support.models import BankAccount, Claim, Fund

pytestmark = pytest.mark.django_db


def test_where_the_money_is(playing: Playing, client: Client, city_fund: Fund, district_fund: Fund):
    page = text_of(client.get(reverse("support:money")))
    assert "还没有兑现申请" in page
    case = playing.paid()
    playing.offered()
    page = text_of(client.get(reverse("support:money")))
    assert case.receipt in page
    assert "60.00万元" in page
    assert "100.00万元" in page  # only computed as yet
    assert "演示参数" in page
    answer = client.post(reverse("support:money_export", args=["csv"]))
    text = b"".join(answer.streaming_content).decode()
    assert case.receipt in text
    assert "600000.00" in text
    assert "演示参数" in text
    answer = client.post(reverse("support:money_export", args=["xlsx"]) + "?year=2001")
    assert answer.status_code == 200
    assert client.post(reverse("support:money_export", args=["pdf"])).status_code == 404


def test_as_many_queries_for_ten_claims_as_for_two(playing: Playing, client: Client, district_fund: Fund):
    playing.paid()
    pattern = playing.case

    def more(number: int) -> None:
        for _place in range(number):
            count = Claim.objects.count()
            made = Claim.objects.get(pk=pattern.pk)
            made.pk, made.receipt, made.slot, made.state = None, f"SC20000101-X{count:05d}", f"x{count}", "accepted"
            made.save(force_insert=True)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as made:
            assert client.get(address).status_code == 200
        return len(made)

    for address in (reverse("support:money"), reverse("support:benefits"), reverse("desk")):
        more(2)
        few = queries(address)
        more(8)
        assert queries(address) == few


def test_an_account_is_registered_replaced_and_never_shown_in_full(client: Client, enterprise: Enterprise):
    address = reverse("support:account")
    answer = send(client, address, bank="示例银行", number="12345678", again="12345679")
    assert "两次填写的账号不一致" in text_of(answer)
    assert 'value="示例银行"' in text_of(answer)
    answer = send(client, address, bank="示例银行", number="abc12345", again="abc12345")
    assert "账号应为6至32位数字" in text_of(answer)
    token = new_token()
    for _time in range(2):
        client.post(address, {"submission": token, "bank": "示例银行", "number": "12345678", "again": "12345678"})
    assert BankAccount.objects.count() == 1
    answer = send(client, address, bank="新银行", number="87654321", again="87654321", next="https://example.com/")
    assert answer.headers["Location"] == address
    page = text_of(client.get(address))
    assert "…4321" in page
    assert "…5678" in page
    assert "12345678" not in page
    assert "87654321" not in page
