"""Every page is there, and who sees what of it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from tests.desk.support.finance_pages.pages import YEAR, Clients, own_pages, post, text, url
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.actions import reimbursements

pytestmark = pytest.mark.django_db
CITY_WIDE = (Role.CITY_OFFICER, Role.CITY_LEAD, Role.AUDITOR)


def test_every_page_shows_what_there_is(client_as: Clients) -> None:
    pages = own_pages()
    client = client_as(Role.DISTRICT_FINANCE)
    for address in (
        *pages, url("finance"), url("funds"), url("lines"), url("close_budget", financed.a_budget().pk), url("orders"),
        url("orders") + "?state=failed", url("orders") + "?state=unpaid&age=0", url("batches"), url("reimbursements"),
        url("public"), url("new_fund"), url("fund_act", financed.a_fund().pk, "withdraw"),
    ):  # fmt: skip
        page = text(client, address)
        assert "{{" not in page and ">None<" not in page, address
    assert sound()


def test_a_district_never_sees_the_money_of_another_one(client_as: Clients) -> None:
    pages = own_pages()
    for role in (Role.DISTRICT_FINANCE, Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD):
        stranger = client_as(role, district="330106")
        for address in pages:
            assert stranger.get(address).status_code in (403, 404), (role, address)
        for address in (url("funds"), url("lines"), url("reimbursements")):
            page = text(stranger, address)
            assert "330108district" not in page and "示例兑现企业" not in page and "CB2" not in page
    stranger = client_as(Role.DISTRICT_FINANCE, district="330106")
    for address in (url("orders") + "?state=all", url("batches"), url("finance")):
        page = text(stranger, address)
        assert "示例兑现企业" not in page and "BF2" not in page
    assert post(stranger, url("district_statement", "330108", YEAR, "xlsx")).status_code == 404
    exported = client_as(Role.DISTRICT_FINANCE, district="330106")
    financed.a_fund("district", "330106")
    answer = post(exported, url("lines_export", "csv"))
    assert b"330108" not in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_whoever_sees_the_city_sees_every_fund(client_as: Clients) -> None:
    pages = own_pages()
    for role in CITY_WIDE:
        client = client_as(role)
        for address in pages:
            assert client.get(address).status_code == 200, (role, address)


def test_the_citys_finance_keeps_the_citys_funds_and_reads_no_districts_books(client_as: Clients) -> None:
    fund, _batch = financed.a_fund(), financed.a_batch()
    client = client_as(Role.CITY_FINANCE)
    assert client.get(url("fund", fund.pk)).status_code == 404
    financed.a_reimbursement()
    page = text(client, url("ceiling", financed.POLICY, "city_reimbursement_ceiling", "330108", YEAR - 1))
    assert "1,234,567.89元" in page and "246,913.57元" in page
    assert "由区县和市总部办查看" in page and "示例兑现企业" not in page


def test_account_numbers_are_seen_in_full_only_by_whoever_pays(client_as: Clients) -> None:
    batch = financed.a_batch()
    number = batch.orders.all()[0].account
    address = url("batch", batch.receipt)
    assert number in text(client_as(Role.DISTRICT_FINANCE), address)
    for role in CITY_WIDE:
        page = text(client_as(role), address)
        assert number not in page and f"…{number[-4:]}" in page
        assert client_as(role).post(url("batch_file", batch.receipt, "json"), {}).status_code == 403


def test_others_than_finance_get_no_buttons_and_no_further(client_as: Clients) -> None:
    batch, budget = financed.a_draft_batch(), financed.a_budget()
    for role in (Role.CITY_LEAD, Role.DISTRICT_LEAD, Role.LEADING_GROUP, Role.AUDITOR):
        client = client_as(role)
        assert post(client, url("batch_act", batch.receipt, "dissolve")).status_code == 403
        assert post(client, url("close_budget", budget.pk), rest="carry", document="a", reason="b").status_code == 403
        assert post(client, url("fund_act", budget.fund_id, "appropriate"), amount="1").status_code == 403
    assert "送国库</a>" not in text(client_as(Role.CITY_LEAD), url("batch", batch.receipt))
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_nobody_is_shown_a_link_that_is_closed_to_them(client_as: Clients) -> None:
    case = financed.a_reimbursement()
    reimbursements.check(financed.viewer(Role.CITY_OFFICER), case.pk)
    case = reimbursements.approve(financed.viewer(Role.CITY_LEAD), case.pk)
    assert case.orders.exists()
    failed = financed.failed_order()
    for role in (Role.LEADING_GROUP, Role.AUDITOR, Role.DISTRICT_LEAD, Role.CITY_OFFICER):
        client = client_as(role)
        for address in (url("reimbursement", case.receipt), url("finance")):
            if role == Role.DISTRICT_LEAD and address == url("finance"):
                continue  # not theirs
            links = set(re.findall(r'href="(/support/[^"#]+)', text(client, address)))
            closed = [link for link in links if client.get(link).status_code != 200]
            assert closed == [], (role, address)
    assert failed.state == "failed"


@pytest.mark.parametrize("route", ["lines", "orders", "batches", "funds", "finance"])
def test_as_many_queries_for_many_rows_as_for_few(route: str, client_as: Clients) -> None:
    client = client_as(Role.DISTRICT_FINANCE)

    def queries() -> int:
        address = url(route) + ("?state=all" if route == "orders" else "")
        text(client, address)
        with CaptureQueriesContext(connection) as made:
            text(client, address)
        return len(made)

    for number in (1, 2):
        financed.sent(financed.an_approved_claim(number))
    few = queries()
    for number in range(3, 9):
        financed.sent(financed.an_approved_claim(number))
    assert queries() == few
