"""Money in the browser, by everybody whose turn it is: an award offered, confirmed, approved, shared and paid, and what
a district gave out asked back from the city the year after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.desk.browser.conftest import Look
from tests.desk.browser.test_round import behind, fill, follow, press, says

pytestmark = pytest.mark.browser

YEAR = date.today().year
STAGE = """
from datetime import date, timedelta
from decimal import Decimal
from django.utils import timezone
from zongbu.desk.demo.support import SupportCast
from zongbu.desk.demo.synthetic import uscc
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.models import Application, Recognition, Round
from zongbu.desk.support.actions import funds
from zongbu.desk.support.models import Claim, Fund
today, now, cast = date.today(), timezone.now(), SupportCast()
office, enterprise = cast[Role.CITY_OFFICER], Enterprise.objects.get(uscc=uscc(0))
round = Round.objects.filter(state="concluded").order_by("year").first()
round.pk, round.year, round._state.adding = None, today.year - 4, True
round.save()
case = Application.objects.create(
    receipt="RD-BROWSER", round=round, enterprise=enterprise, district=enterprise.district, state="recognised",
    submitted_at=now, decided_at=now,
)
Recognition.objects.create(
    number="ZB-BROWSER", code="BROWSER00001", application=case, round=round, enterprise=enterprise,
    name=enterprise.name, district=enterprise.district, recognised_on=today - timedelta(days=500),
)
actions.record(office, enterprise, {
    "highest_star_paid": "0", "owns_office": "否", "is_first_purchase": "否", "on_dishonesty_list": "否",
    "is_banned": "否", "rent_paid": "",
}, source_name="登记库", valid_from=today - timedelta(days=2))
actions.find(office, enterprise, "star", "3", "星级评定", valid_from=today)
for level, district in (("city", ""), ("district", enterprise.district)):
    fund = Fund.objects.filter(level=level, district=district).first()
    keeper = cast[Role.CITY_FINANCE] if level == "city" else cast.treasury(district)
    fund = fund or funds.set_up(keeper, f"{level}资金（演示）", level, district=district)
    funds.appropriate(keeper, fund, today.year, Decimal(9_000_000), "演示文号")
# What other tests look at is out of the way.
Claim.objects.filter(enterprise=enterprise).exclude(state="draft").update(state="withdrawn")
print(enterprise.name)
"""
"""The enterprise whose people have accounts has three stars, was never rewarded, and both funds have money."""

WORKER = """
from django.core.management import call_command
call_command("db_worker", "--batch", verbosity=0)
"""
"""What waits in the background is done."""

LAST_YEAR = """
from tests.desk.support.ledgers import paid_by_district
from zongbu.desk.demo.support import SupportCast
from zongbu.desk.demo.synthetic import uscc
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.support.models import Fund
from datetime import date
enterprise = Enterprise.objects.get(uscc=uscc(0))
fund, year = Fund.objects.get(level="district", district=enterprise.district), date.today().year - 3
paid_by_district(SupportCast().treasury(enterprise.district), fund, enterprise, year, [123_456_789])
"""
"""Three years ago the district paid rent subsidies of 1,234,567.89 yuan: a year of which nothing has been asked back."""


def done(look: Look, text: str) -> None:
    """Do what waits in the background; the page, which asks for itself, then says so."""
    behind(look, WORKER)
    look.page.locator("main").get_by_text(text).first.wait_for(timeout=30_000)


def offered(look: Look) -> None:
    """The city office computes the award for everybody and offers it."""
    page = look.as_role("city_officer").page
    look.go("/support/offers/")
    press(look, "试算")
    done(look, "将推送")
    page.get_by_role("button", name="推送给这").click()
    done(look, "已推送")


def confirmed(look: Look, name: str) -> str:
    """The enterprise registers its account and takes the offer with one click; the number of the claim."""
    page = look.as_role("enterprise_lead").page
    look.go("/support/account/")
    says(look, name)
    fill(look, "开户行", "示例银行滨江支行")
    page.get_by_label("账号", exact=True).fill("6222000012345678")
    page.get_by_label("再填一次账号").fill("6222 0000 1234 5678")
    press(look, "登记账户")
    look.go("/support/my/")
    says(look, "100.00万元")
    says(look, "演示参数")
    page.get_by_role("button", name="确认享受").first.click()
    says(look, "待批准")
    return page.url.rstrip("/").rpartition("/")[2]


def approved(look: Look, number: str) -> None:
    """Somebody else than who offered it approves."""
    page = look.as_role("city_lead").page
    look.go(f"/support/claims/{number}/")
    says(look, "1,000,000.00元")
    page.locator("main").get_by_role("link", name="批准").first.click()
    fill(look, "说明", "同意")
    press(look, "批准")
    says(look, "已批准")


def paid(look: Look, role: str, number: str, reference: str, folder: Path) -> None:
    """A finance office puts the order into a batch, sends it to the treasury and takes over what that says."""
    page = look.as_role(role).page
    look.go(f"/support/orders/?q={number}")
    if page.locator("#fund").count():
        page.locator("#fund").select_option(index=1)
        press(look, "筛选")
    page.locator("tbody input[type=checkbox]").first.check()
    fill(look, "名称", "浏览器测试批次")
    press(look, "把勾选的编入批次")
    batch = page.url
    follow(look, "送国库")
    press(look, "送国库")
    says(look, "已送国库")
    order = page.locator("tbody th a").first.inner_text().strip()
    amount = page.locator("main tbody tr").first.inner_text()
    yuan = next(part.removesuffix("元").replace(",", "") for part in amount.split() if part.endswith("元"))
    page.goto(batch)
    follow(look, "登记支付结果")
    results = folder / f"{reference}.csv"
    lines = (
        f"支付单号,结果,金额,支付日期,流水号,失败原因\n{order},已支付,{yuan},{date.today().isoformat()},{reference},\n"
    )
    results.write_text(lines, "utf-8")
    page.get_by_label("支付结果文件").set_input_files(results)
    press(look, "上传并检查")
    says(look, order)
    press(look, "确认登记")
    done(look, "已登记")


def test_an_award_from_the_offer_to_the_account(look: Look, tmp_path: Path) -> None:
    name = behind(look, STAGE)
    offered(look)
    number = confirmed(look, name)
    approved(look, number)
    look.as_role("enterprise_lead").go("/support/money/")
    says(look, "已批准")
    paid(look, "city_finance", number, "GK-CITY-1", tmp_path)
    paid(look, "district_finance", number, "GK-DISTRICT-1", tmp_path)
    look.as_role("enterprise_lead").go(f"/support/claims/{number}/")
    look.go("/support/money/")
    says(look, "到账")
    says(look, "已兑现")
    assert "6222000012345678" not in look.page.content()


def test_a_district_asks_back_what_it_paid(look: Look, tmp_path: Path) -> None:
    behind(look, LAST_YEAR)
    page = look.as_role("district_finance").page
    look.go(f"/support/reimbursements/?year={YEAR - 3}")
    says(look, "246,913.57元")
    follow(look, "滨江区")
    follow(look, "申请补助")
    press(look, "提出补助申请")
    says(look, "待审核")
    number = page.url.rstrip("/").rpartition("/")[2]
    address = f"/support/reimbursements/{number}/"
    look.as_role("city_officer").go(address)
    follow(look, "核对账簿")
    press(look, "核对账簿")
    look.as_role("city_lead").go(address)
    follow(look, "批准")
    press(look, "批准")
    paid(look, "city_finance", number, "GK-CITY-2", tmp_path)
    look.as_role("district_finance").go(address)
    says(look, "已拨付")
