"""Funds, budgets and their lines; files of them."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from tests.desk.support.finance_pages.pages import YEAR, Clients, post, text, url
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support.models import Budget, Fund, Movement

pytestmark = pytest.mark.django_db


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
