"""What the city reimburses districts for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.desk.support import financed
from tests.desk.support.conftest import sound
from tests.desk.support.finance_pages.pages import YEAR, Clients, post, text, url
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.actions import payments
from zongbu.desk.support.models import Budget, Claim, PaymentBatch, PaymentOrder, Reimbursement

pytestmark = pytest.mark.django_db


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
