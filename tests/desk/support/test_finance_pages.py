"""The pages of finance offices: who sees what, what the forms do, what is public."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support import books, waiting
from zongbu.desk.support.actions import payments, results
from zongbu.desk.support.models import Budget, Claim, Fund, Movement, PaymentBatch, PaymentOrder, Reimbursement

pytestmark = pytest.mark.django_db
Clients = Callable[..., Client]
YEAR = timezone.localdate().year


@pytest.fixture(autouse=True)
def _demonstration(settings: Settings) -> None:
    settings.DEMONSTRATION = True


def url(route: str, *arguments: object) -> str:
    return reverse(f"support:{route}", args=arguments)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def post(client: Client, address: str, **data: object) -> HttpResponse:
    return client.post(address, {FIELD: new_token(), **data})  # type: ignore[return-value]


def own_pages() -> list[str]:
    """Pages about the money of district 330108, which its own office sees."""
    batch, case, budget = financed.a_batch(), financed.a_reimbursement(), financed.a_budget()
    order = financed.failed_order()
    movement = Movement.objects.filter(lines__budget=budget).latest("pk")
    return [
        url("fund", budget.fund_id), url("budget", budget.pk), url("movement", movement.pk), url("order", order.number),
        url("batch", batch.receipt), url("results", batch.results.latest("pk").pk), url("reimbursement", case.receipt),
        url("ceiling", case.policy, case.measure, case.district, case.year),
    ]  # fmt: skip


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


# --- who sees what -------------------------------------------------------------------------------------------

CITY_WIDE = (Role.CITY_OFFICER, Role.CITY_LEAD, Role.AUDITOR)


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


# --- funds -------------------------------------------------------------------------------------------------------


def test_a_district_sets_up_its_fund_and_gives_it_money(client_as: Clients) -> None:
    client = client_as(Role.DISTRICT_FINANCE)
    assert "设立资金" in text(client, url("funds"))
    answer = post(client, url("new_fund"), name="滨江总部经济资金")
    fund = Fund.objects.get()
    assert (fund.level, fund.district, answer["Location"]) == ("district", "330108", url("fund", fund.pk))
    assert url("new_fund") not in text(client, url("funds"))
    wrong = post(client, url("fund_act", fund.pk, "appropriate"), year=YEAR, amount="1,000.005", document="文1")
    assert wrong.status_code == 400 and "1,000.005" in wrong.content.decode()
    token = new_token()
    sent = {FIELD: token, "year": YEAR, "amount": "1,000,000.50", "document": "滨财〔2026〕1号"}
    for _time in range(2):
        assert client.post(url("fund_act", fund.pk, "appropriate"), sent).status_code == 302
    budget = Budget.objects.get(fund=fund)
    assert budget.available == 1_000_000_50
    too_much = post(client, url("fund_act", fund.pk, "withdraw"), year=YEAR, amount="2000000", document="文2")
    assert too_much.status_code == 400 and "不足" in too_much.content.decode()
    assert "1,000,000.50元" in text(client, url("fund", fund.pk))


def test_the_city_sets_up_its_own_and_those_of_departments(client_as: Clients) -> None:
    from tests.desk.conftest import organisation_for

    department = organisation_for(Role.DEPARTMENT_LEAD)
    client = client_as(Role.CITY_FINANCE)
    assert post(client, url("new_fund"), name="市专项", level="city").status_code == 302
    assert post(client, url("new_fund"), name="又一项", level="city").status_code == 400
    lacking = post(client, url("new_fund"), name="科技专项", level="department")
    assert lacking.status_code == 400 and "请选择资金所属的部门" in lacking.content.decode()
    assert (
        post(client, url("new_fund"), name="科技专项", level="department", organisation=department.pk).status_code
        == 302
    )
    assert list(Fund.objects.order_by("pk").values_list("level", flat=True)) == ["city", "department"]


def test_a_sum_leads_to_its_lines_a_line_to_its_movement_and_that_to_what_corrects_it(client_as: Clients) -> None:
    financed.a_batch()
    budget = financed.a_budget()
    client = client_as(Role.DISTRICT_FINANCE)
    page = text(client, url("budget", budget.pk))
    assert f"account=paid&amp;policy={financed.POLICY}&amp;measure=rent_subsidy#lines" in page
    narrowed = text(client, url("budget", budget.pk) + f"?account=paid&policy={financed.POLICY}&measure=rent_subsidy")
    paid = Movement.objects.get(kind="pay")
    assert url("movement", paid.pk) in narrowed and "合计 <strong>600,000.00元" in narrowed
    assert narrowed.count("/support/movements/") == 1
    assert "示例兑现企业" in text(client, url("lines") + "?enterprise=91330100MA2FIN0002&account=paid")
    assert "没有符合条件" in text(client, url("lines") + "?enterprise=91330100MA2FIN0001&account=paid")
    assert paid.order is not None and paid.order.number in text(client, url("movement", paid.pk))
    assert url("counter", paid.pk) not in text(client, url("movement", paid.pk))
    given = Movement.objects.filter(kind="appropriate").latest("pk")
    assert url("counter", given.pk) in text(client, url("movement", given.pk))
    assert post(client, url("counter", given.pk), reason="").status_code == 400
    spent = post(client, url("counter", given.pk), reason="记错")
    assert spent.status_code == 400 and "不足" in spent.content.decode()
    post(client, url("fund_act", budget.fund_id, "appropriate"), year=YEAR, amount="5", document="错")
    wrong = Movement.objects.filter(kind="appropriate").latest("pk")
    done = post(client, url("counter", wrong.pk), reason="记错")
    assert done.status_code == 302
    right = Movement.objects.get(counters=wrong)
    assert url("movement", right.pk) in text(client, url("movement", wrong.pk))
    assert url("movement", wrong.pk) in text(client, url("movement", right.pk))
    assert sound()


def test_lines_are_taken_away_as_files_with_a_note_in_the_journal(client_as: Clients) -> None:
    financed.a_batch()
    client = client_as(Role.DISTRICT_FINANCE)
    answer = post(client, url("lines_export", "csv") + "?account=paid")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert len(rows) == 2 and rows[1][6] == "600000.00"
    assert Entry.objects.filter(act="support.export_lines").latest("sequence").after["account"] == "paid"


def test_statements_as_workbook_and_as_pdf(client_as: Clients) -> None:
    financed.a_batch()
    budget = financed.a_budget()
    client = client_as(Role.DISTRICT_FINANCE)
    answer = post(client, url("statement", budget.pk, "xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = {row[0].value: row[1].value for row in book["收支表"].iter_rows(min_row=4)}
    assert (cells["本年安排"], cells["已承诺待付"]) == (10_000_000, 1_200_000)
    assert book["明细"].max_row == 1 + budget.lines.count()
    for address in (url("statement", budget.pk, "pdf"), url("district_statement", "330108", YEAR, "pdf")):
        made = post(client, address)
        assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF")
    assert post(client, url("statement", budget.pk, "csv")).status_code == 404


# --- orders and batches ---------------------------------------------------------------------------------------


def test_ready_orders_are_put_into_a_batch_and_taken_out_again(
    client_as: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zongbu.desk.support import checks

    monkeypatch.setattr(checks, "now", lambda claim: (None, []))
    first, second = financed.an_approved_claim(1), financed.an_approved_claim(2)
    fund, client = financed.a_fund(), client_as(Role.DISTRICT_FINANCE)
    assert "把勾选的编入批次" in text(client, url("orders"))
    none = post(client, url("make_batch"), fund=fund.pk, title="第一批")
    assert none.status_code == 400 and "请至少勾选" in none.content.decode() and "第一批" in none.content.decode()
    order = first.orders.get()
    answer = post(client, url("make_batch"), fund=fund.pk, title="第一批", order=[order.pk])
    batch = PaymentBatch.objects.get()
    assert answer["Location"] == url("batch", batch.receipt)
    assert post(client, url("take_out_order", batch.receipt, order.number), reason="").status_code == 400
    post(client, url("take_out_order", batch.receipt, order.number), reason="账号待核实")
    order.refresh_from_db()
    assert (order.state, order.batch) == ("ready", None)
    assert post(client, url("batch_act", batch.receipt, "export")).status_code == 400
    assert post(client, url("batch_act", batch.receipt, "dissolve")).status_code == 302
    post(client, url("make_batch"), fund=fund.pk, title="全部", all="1")
    assert set(PaymentBatch.objects.latest("pk").orders.all()) == {order, second.orders.get()}


def test_a_stranger_batches_nothing(client_as: Clients) -> None:
    order = financed.an_approved_claim(1).orders.get()
    stranger = client_as(Role.DISTRICT_FINANCE, district="330106")
    assert post(stranger, url("make_batch"), fund=order.fund_id, title="x", order=[order.pk]).status_code == 404


def test_results_are_shown_first_then_taken_over(client_as: Clients) -> None:
    batch = financed.sent(financed.an_approved_claim(1), financed.an_approved_claim(2))
    client = client_as(Role.DISTRICT_FINANCE)
    wrong = client.post(
        url("upload_results", batch.receipt), {FIELD: new_token(), "file": SimpleUploadedFile("a.pdf", b"%PDF")}
    )
    assert wrong.status_code == 400 and "请上传国库的支付结果" in wrong.content.decode()
    content = financed.told(batch, failing=1) + "\r\nZF-0,已支付,1.00,2026-01-05,GK9,".encode()
    answer = client.post(
        url("upload_results", batch.receipt), {FIELD: new_token(), "file": SimpleUploadedFile("结果.csv", content)}
    )
    file = batch.results.get()
    assert answer["Location"] == url("results", file.pk)
    page = text(client, url("results", file.pk))
    assert "将登记已支付" in page and "将登记支付失败" in page and "批次里没有支付单ZF-0" in page
    assert set(batch.orders.values_list("state", flat=True)) == {"exported"}
    rejected = b"".join(client.get(url("results_rejects", file.pk)).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert rejected.count("\r\n") == 2 and "ZF-0" in rejected
    token = new_token()
    for _time in range(2):
        assert client.post(url("results_act", file.pk, "begin"), {FIELD: token}).status_code == 302
    file.refresh_from_db()
    assert file.state == "done"
    assert sorted(batch.orders.values_list("state", flat=True)) == ["failed", "paid"]
    assert "将登记" not in text(client, url("results", file.pk))
    assert sound()
    # The failed one is issued anew, once.
    failed = batch.orders.get(state="failed")
    assert "账号有误" in text(client, url("orders") + "?state=failed")
    made = post(client, url("order_act", failed.number, "reissue"))
    assert made.status_code == 302
    again = post(client, url("order_act", failed.number, "reissue"))
    assert again.status_code == 400 and "已经重新签发过" in again.content.decode()
    assert PaymentOrder.objects.filter(replaces=failed).count() == 1
    assert post(client, url("batch_act", batch.receipt, "settle")).status_code == 302
    assert sound()


def test_a_file_of_results_may_be_given_up(client_as: Clients) -> None:
    batch = financed.sent(financed.an_approved_claim(1))
    file = financed.results_of(batch)
    client = client_as(Role.DISTRICT_FINANCE)
    post(client, url("results_act", file.pk, "drop"))
    post(client, url("results_act", file.pk, "begin"))
    file.refresh_from_db()
    assert file.state == "dropped" and batch.orders.get().state == "exported"


def test_money_given_back_is_booked_from_the_order(client_as: Clients) -> None:
    financed.a_batch()
    order = PaymentOrder.objects.get(state="paid")
    client = client_as(Role.DISTRICT_FINANCE)
    address = url("order_act", order.number, "give_back")
    assert order.share is not None
    field = f"share-{order.share.pk}"
    too_much = post(client, address, **{field: "600000.01", "document": "退1", "reason": "多付"})
    assert too_much.status_code == 400
    assert post(client, address, **{field: "1000", "document": "退1", "reason": "多付"}).status_code == 302
    order.share.refresh_from_db()
    assert order.share.returned == 1000_00
    assert sound()


# --- reimbursements -------------------------------------------------------------------------------------------


def test_a_district_asks_the_city_checks_approves_and_pays(client_as: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    financed.spent_last_year()
    measure, year = "city_reimbursement_ceiling", YEAR - 1
    asking = client_as(Role.DISTRICT_FINANCE)
    page = text(asking, url("reimbursements"))
    assert "246,913.57元" in page and "演示参数" in page
    ceiling = url("ceiling", financed.POLICY, measure, "330108", year)
    assert "申请补助" in text(asking, ceiling) and "示例兑现企业" in text(asking, ceiling)
    address = url("request_reimbursement", financed.POLICY, measure, "330108", year)
    assert 'value="246913.57"' in text(asking, address)
    over = post(asking, address, amount="246913.58", note="试试")
    assert over.status_code == 400 and "超过" in over.content.decode() and "试试" in over.content.decode()
    assert post(asking, address, amount="246913.57", note="").status_code == 302
    case = Reimbursement.objects.get()
    assert post(asking, address, amount="0.01").status_code == 400
    officer, lead, payer = (client_as(role) for role in (Role.CITY_OFFICER, Role.CITY_LEAD, Role.CITY_FINANCE))
    assert "核对账簿" in text(officer, url("reimbursement", case.receipt))
    refused = post(asking, url("reimbursement_act", case.receipt, "check"))
    assert refused.status_code == 400 and "您的角色不能" in refused.content.decode()
    assert post(officer, url("reimbursement_act", case.receipt, "check")).status_code == 302
    assert post(lead, url("reimbursement_act", case.receipt, "approve")).status_code == 302
    order = PaymentOrder.objects.get(reimbursement=case)
    post(payer, url("make_batch"), fund=case.fund_id, title="补助", order=[order.pk])
    batch = PaymentBatch.objects.get()
    assert post(payer, url("batch_act", batch.receipt, "export")).status_code == 302
    batch.refresh_from_db()
    file = financed.results_of(batch)
    assert post(payer, url("results_act", file.pk, "begin")).status_code == 302
    case.refresh_from_db()
    assert case.state == "paid"
    assert Budget.objects.get(fund__district="330108", year=YEAR).available == 10_000_000_00 + 246_913_57
    assert "已拨付" in text(asking, url("reimbursement", case.receipt))
    assert sound()


def test_an_approval_is_stopped_before_it_goes_and_a_ceiling_that_fell_holds_it_back(client_as: Clients) -> None:
    case = financed.a_reimbursement(None)
    officer, lead, payer = (client_as(role) for role in (Role.CITY_OFFICER, Role.CITY_LEAD, Role.CITY_FINANCE))
    post(officer, url("reimbursement_act", case.receipt, "check"))
    post(lead, url("reimbursement_act", case.receipt, "approve"))
    spent = Claim.objects.get(state="paid")
    payments.give_back(
        financed.viewer(Role.DISTRICT_FINANCE), spent.pk, [(spent.shares.get().pk, Decimal("1000"))], "退1", "多付"
    )
    order = PaymentOrder.objects.get(reimbursement=case)
    held = post(payer, url("make_batch"), fund=case.fund_id, title="补助", order=[order.pk])
    assert held.status_code == 400 and "超过现在还可申请的" in held.content.decode()
    assert post(lead, url("reimbursement_act", case.receipt, "stop"), reason="").status_code == 400
    assert post(lead, url("reimbursement_act", case.receipt, "stop"), reason="支出有退回").status_code == 302
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.state, order.state) == ("refused", "void")
    assert Budget.objects.get(fund=case.fund).committed == 0
    asking = client_as(Role.DISTRICT_FINANCE)
    again = url("request_reimbursement", case.policy, case.measure, case.district, case.year)
    assert 'value="246713.57"' in text(asking, again)  # a fifth of what is left
    assert post(asking, again, amount="246713.57").status_code == 302
    assert sound()


def test_who_may_ask(client_as: Clients) -> None:
    financed.spent_last_year()
    address = url("request_reimbursement", financed.POLICY, "city_reimbursement_ceiling", "330108", YEAR - 1)
    for role in (Role.DISTRICT_OFFICER, Role.CITY_LEAD, Role.CITY_FINANCE):
        assert post(client_as(role), address, amount="1").status_code == 403
    assert post(client_as(Role.DISTRICT_LEAD, district="330106"), address, amount="1").status_code == 404
    now = url("request_reimbursement", financed.POLICY, "city_reimbursement_ceiling", "330108", YEAR)
    early = post(client_as(Role.DISTRICT_LEAD), now, amount="1")
    assert early.status_code == 400 and not Reimbursement.objects.exists()


# --- overview and public ---------------------------------------------------------------------------------------


def test_the_overview_tells_what_is_to_come_and_how_long_it_waits(client_as: Clients) -> None:
    financed.a_batch()
    Claim.objects.filter(state="approved").update(decided_at=timezone.now() - timedelta(days=20))
    viewer = financed.viewer(Role.DISTRICT_FINANCE)
    (coming,) = books.forecast(viewer)
    assert (coming.approved, coming.verified, coming.offered) == (120_0000_00, 0, 0)
    ages = {(one.since, one.until): (one.count, one.fen) for one in books.ages(viewer)}
    assert ages[16, 30] == (2, 120_0000_00) and sum(count for count, _fen in ages.values()) == 2
    assert books.failed(viewer) == (1, 60_0000_00)
    page = text(client_as(Role.DISTRICT_FINANCE), url("finance"))
    assert "1 笔支付失败" in page and 'data-finance="measures"' in page and "16–30天" in page
    old = text(client_as(Role.DISTRICT_FINANCE), url("orders") + "?state=unpaid&age=16")
    assert old.count("批准后20天") == 2
    assert "示例兑现企业" not in text(client_as(Role.DISTRICT_FINANCE), url("orders") + "?state=unpaid&age=0")


def test_what_waits_for_finance_and_the_city_office() -> None:
    financed.a_batch()
    financed.a_reimbursement()
    told = {one.label: one.count for one in waiting.waiting(financed.viewer(Role.DISTRICT_FINANCE))}
    assert told == {"待编入批次的支付单": 1, "支付失败、待重新签发的支付单": 1, "等支付结果的批次": 1}
    assert not waiting.waiting(financed.viewer(Role.DISTRICT_FINANCE, "330106"))
    told = {one.label: one.count for one in waiting.waiting(financed.viewer(Role.CITY_OFFICER))}
    assert told["待核对的市级次年补助"] == 1


def test_the_public_sees_sums_of_at_least_three_enterprises(client_as: Clients) -> None:
    other = financed.a_fund("district", "330106")
    claims = [financed.an_approved_claim(number) for number in (1, 2, 3)]
    for batch in (
        financed.sent(*claims),
        financed.sent(*(financed.an_approved_claim(number, fund=other) for number in (11, 12, 13, 14))),
        financed.sent(financed.an_approved_claim(21, 7_0000_00, measure="purchase_subsidy")),
    ):
        results.begin(financed.payer(batch.fund), financed.results_of(batch).pk)
    client = client_as(Role.PUBLIC)
    found = books.published(YEAR)
    rent, purchase = (financed.POLICY, "rent_subsidy"), (financed.POLICY, "purchase_subsidy")
    assert found.cell(rent, "330106").fen == 240_0000_00
    assert found.cell(purchase, "330108").fen is None and found.cell(purchase, "").fen is None
    # Nor what would give it away: 滨江's total less its rent would be the one purchase, and so would the city's.
    hidden = {key for key, cell in found.cells.items() if cell.hidden}
    assert (books.ALL, "330108") in hidden or (rent, "330108") in hidden
    assert (books.ALL, "") in hidden or (rent, "") in hidden
    page = text(client, url("public"))
    assert "演示参数" in page and "示例兑现企业" not in page and ">7.00万元" not in page and "70,000" not in page
    body = b"".join(client.get(url("public_export", "csv")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2400000.00" in body and ",70000.00" not in body and "不公布" in body
    assert client.get(url("public_export", "pdf")).status_code == 404


def test_no_hidden_sum_can_be_worked_out() -> None:
    """Whatever the table: no row, column or margin lacks exactly one of its figures."""
    import random

    from zongbu.desk.support.books import ALL, Cell, Published, _hide

    dice = random.Random(7)
    for _case in range(300):
        measures = [("p", f"m{number}") for number in range(dice.randint(1, 4))]
        districts = [f"d{number}" for number in range(dice.randint(1, 4))]
        found = Published(2026, measures, districts)
        for measure in measures:
            for district in districts:
                if many := dice.choice((0, 0, 1, 2, 3, 9)):
                    fen = many * dice.randint(1, 50)
                    for key in ((measure, district), (measure, ""), (ALL, district), (ALL, "")):
                        cell = found.cells.setdefault(key, Cell())
                        cell.fen, cell.enterprises = (cell.fen or 0) + fen, cell.enterprises + many
        few = {key for key, cell in found.cells.items() if cell.enterprises < books.FEW}
        _hide(found)
        assert all(found.cells[key].hidden for key in few)
        codes, names = ["", *districts], [ALL, *measures]
        lines = [[(name, code) for code in codes] for name in names]
        lines += [[(name, code) for name in names] for code in codes]
        for line in lines:
            there = [found.cells[key] for key in line if key in found.cells]
            assert sum(cell.hidden for cell in there) != 1 or len(there) == 1


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
