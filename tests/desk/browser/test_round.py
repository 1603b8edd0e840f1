"""A whole round of recognition in the browser, by everybody whose turn it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.desk.browser.conftest import Look

pytestmark = pytest.mark.browser

TODAY = date.today()
YEAR = TODAY.year + 1
"""A year of which the demonstration has no round."""


def behind(look: Look, code: str) -> str:
    """Run something beside the service, in its database: what an act does on another day, or a register delivers."""
    folder = look.service.log.parent
    start = 'from zongbu.desk.operation.start import start; start("local")\n'
    environment = {
        **os.environ,
        "ZONGBU_DATA": str(folder),
        "ZONGBU_MODE": "local",
        "DJANGO_SETTINGS_MODULE": "zongbu.desk.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", start + code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


REGISTER = """
from datetime import date
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.demo.rounds import Cast
from zongbu.desk.demo.synthetic import uscc
from zongbu.desk.kernel.roles import Role
year = date.today().year - 1
enterprise = Enterprise.objects.get(uscc=uscc(0))
actions.record(Cast()[Role.CITY_OFFICER], enterprise, {
    "registered_in_city": "是", "operates_in_city": "是", "is_legal_person": "是", "unified_accounting": "是",
    "branches_outside_city": "2", "subsidiaries_outside_city": "1", "industry_code": "6513",
    "state_ownership": "none", "city_entry_date": "2015-03-01", "on_dishonesty_list": "否", "is_banned": "否",
    "stock_exchange": "none", f"in_city_revenue@{year}": "", f"rnd_expense@{year}": "1000万元",
}, source_name="登记库", valid_from=date.today())
print(enterprise.name)
"""
"""The enterprise whose people have accounts qualifies by its scale, but for its revenue, which it has not declared."""


def fill(look: Look, label: str, text: str) -> None:
    look.page.locator("main").get_by_label(label, exact=False).first.fill(text)


def press(look: Look, name: str) -> None:
    look.page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def follow(look: Look, name: str) -> None:
    look.page.locator("main").get_by_role("link", name=name).first.click()


def says(look: Look, text: str) -> None:
    assert text in look.page.locator("main").inner_text(), look.page.locator("main").inner_text()[:1500]


def announced(look: Look) -> str:
    """The city office prepares a round with one department, another person announces it; the round's address."""
    page = look.as_role("city_officer").page
    look.go("/recognition/rounds/new/?policy=hangzhou-2023")
    for label, text in {
        "名称": f"{YEAR}年度总部企业认定",
        "年度": str(YEAR),
        "申报开始": TODAY.isoformat(),
        "申报截止": (TODAY + timedelta(days=10)).isoformat(),
        "评估基准日": TODAY.isoformat(),
        "公示天数": "7",
        "真实性承诺文本": "本企业承诺所报材料真实。",
    }.items():
        fill(look, label, text)
    for reason in page.locator("textarea[name^=basis_]").all():
        reason.fill("测试设定")
    # One department and no materials: the others are taken over from the round before.
    for box in page.locator("input[name$=DELETE]:not([name=checks-0-DELETE])").all():
        box.check()
    press(look, "保存")
    says(look, "市发展和改革委员会")
    address = page.url.removeprefix(look.service.address)
    look.as_role("city_lead").go(address)
    follow(look, "发布通知")
    press(look, "发布")
    says(look, "已发布")
    return address


def submitted(look: Look, title: str) -> str:
    """The enterprise applies: what is not known yet, a contact, the declaration; the number of the application."""
    page = look.as_role("enterprise_lead").page
    look.go("/recognition/mine/")
    follow(look, title)
    says(look, "上年度在杭营业收入")  # what is missing, before anything is filled in
    press(look, "开始填写申请")
    fill(look, "联系人", "示例联系人")
    fill(look, "联系电话", "0571-00000000")
    press(look, "保存，下一步")
    fill(look, "上年度在杭营业收入", "12亿元")
    press(look, "保存，下一步")
    press(look, "保存，下一步")
    says(look, "12.00亿元")
    says(look, "草稿·未提交")
    page.get_by_label("我已阅读上面的承诺").check()
    fill(look, "签署人姓名", "示例企业负责人")
    press(look, "签署并提交")
    says(look, "滨江区总部办")  # whose turn it is
    number = re.search(r"RD\d{8}-\w{8}", page.locator("main").inner_text())
    assert number is not None
    return number[0]


def recommended(look: Look, number: str) -> None:
    """The district goes through the check list and recommends."""
    page = look.as_role("district_officer").page
    look.go(f"/recognition/applications/{number}/")
    for verdict in page.get_by_label("属实").all():
        verdict.check()
    press(look, "保存核查")
    says(look, "各项都已填")
    follow(look, "推荐")
    fill(look, "理由", "材料与登记数据一致")
    press(look, "推荐")
    says(look, "部门并联审查")


def answered(look: Look, number: str) -> None:
    """The department finds what it was asked about."""
    page = look.as_role("department_officer").page
    look.go("/recognition/opinions/?q=" + number)
    page.locator("tbody a").first.click()
    for fact, finding in (("符合产业发展导向", "是"), ("属于排除行业", "否")):
        page.get_by_role("group", name=fact).get_by_label(finding, exact=True).check()
    page.get_by_label("无异议").check()
    press(look, "答复")
    says(look, "已答复")


def decided(look: Look, number: str, address: str) -> None:
    """The city office puts the application into a batch, the leading group approves it."""
    page = look.as_role("city_officer").page
    look.go(f"{address}batches/new/")
    fill(look, "名称", "第一批")
    press(look, "建立")
    batch = page.url
    look.go(f"{address}sheet/")
    page.locator("tbody input[type=checkbox]").first.check()
    press(look, "把选中的提请审定")
    page.get_by_role("radio", name="认定", exact=True).check()
    page.get_by_label("拟办理由").fill("条件满足，部门无异议")
    press(look, "列入批次")
    page.goto(batch)
    follow(look, "提请审定")
    press(look, "提请审定")
    look.as_role("leading_group").go(batch.removeprefix(look.service.address))
    press(look, "按拟办意见决定（1 件）")
    says(look, "已审定")


def published(look: Look, number: str, address: str) -> None:
    """A week's public notice; when it is over the list is announced."""
    page = look.as_role("city_lead").page
    look.go(f"{address}publish/")
    press(look, "发布")
    says(look, "公示中")
    notice = page.url.removeprefix(look.service.address)
    look.as_role("public").go(notice)
    says(look, "提出异议")
    assert number not in page.locator("main").inner_text()
    behind(look, WEEK_LATER)
    look.as_role("city_lead").go(notice)
    follow(look, "公告认定名单")
    press(look, "公告")
    says(look, "已公告")


def certified(look: Look, number: str) -> None:
    """The enterprise has its certificate and letter; everybody may ask whether the certificate is genuine."""
    page = look.as_role("enterprise_lead").page
    look.go(f"/recognition/applications/{number}/")
    says(look, "已认定")
    look.go("/recognition/titles/")
    says(look, f"ZB{YEAR}-330108-0001")
    links = page.locator("main a[href$='.pdf']").evaluate_all("links => links.map(link => link.href)")
    mine = [href for href in links if number in href or f"ZB{YEAR}" in href]
    assert len(mine) == 2, links  # certificate and letter
    for href in mine:
        answer = page.request.get(href)
        assert answer.status == 200
        assert answer.body().startswith(b"%PDF"), href
    code = behind(
        look,
        "from zongbu.desk.recognition.models import Recognition\n"
        f"print(Recognition.objects.get(application__receipt='{number}').code)",
    )
    look.as_role("public").go("/recognition/verify/")
    fill(look, "验证码", code)
    press(look, "核验")
    says(look, "有效")
    says(look, f"ZB{YEAR}-330108-0001")
    assert number not in page.locator("main").inner_text()
    look.go("/recognition/list/?q=示例钱和")
    says(look, "示例钱和软件有限公司")


WEEK_LATER = """
from datetime import timedelta
from zongbu.desk.recognition.models import Notice
notice = Notice.objects.latest("pk")
Notice.objects.filter(pk=notice.pk).update(starts=notice.starts - timedelta(days=8), ends=notice.ends - timedelta(days=8))
"""
"""The days of the notice pass."""


def test_a_round_from_its_announcement_to_the_certificate(look: Look) -> None:
    behind(look, REGISTER)
    address = announced(look)
    number = submitted(look, f"{YEAR}年度总部企业认定")
    recommended(look, number)
    answered(look, number)
    decided(look, number, address)
    published(look, number, address)
    certified(look, number)


STAGE = """
from datetime import date, timedelta
from zongbu.desk.demo.rounds import Cast, announced
from zongbu.desk.demo.synthetic import uscc
from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Ban, Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Round
cast, today = Cast(), date.today()
enterprise = Enterprise.objects.get(uscc=uscc(0))
own, officer, office = cast.of(enterprise), cast.district(enterprise.district), cast[Role.CITY_OFFICER]
group, lead = cast[Role.LEADING_GROUP], cast[Role.CITY_LEAD]
def opened(year):
    return announced(cast, year, opens=today, closes=today + timedelta(days=10), as_of=today)
def submitted(year):
    case = applications.start(own, enterprise, opened(year))
    applications.sign(own, case.pk, own.name)
    return applications.submit(own, case.pk)
def proposed(year):
    case = submitted(year)
    review.check_list(officer, case.pk, {name: ("confirmed", "") for name, title in conditions(case.round)})
    review.recommend(officer, case.pk, "同意")
    opinions.collect_without(office, case.pk, "不再等待")
    batch = batches.make(office, case.round, "一批")
    batches.propose(office, case.pk, batch.pk, "recognise", "拟认定")
    batches.submit(office, batch.pk)
    return Application.objects.get(pk=case.pk)
"""
"""What has happened before, by the acts themselves."""


def test_too_late_or_barred_nobody_gets_in(look: Look) -> None:
    page = look.page
    late = behind(
        look,
        STAGE + "round = opened(2091); Round.objects.filter(pk=round.pk).update(opens=today - timedelta(days=9), "
        "closes=today - timedelta(days=1)); print(round.pk)",
    )
    look.as_role("enterprise_lead").go(f"/recognition/rounds/{late}/precheck/")
    says(look, "截止")
    assert page.locator("main").get_by_role("button", name="开始填写申请").count() == 0

    barred = behind(
        look,
        STAGE + "round = opened(2092); actions.bar(office, enterprise, today, ground='示例', source_name='示例'); "
        "print(round.pk)",
    )
    try:
        look.go(f"/recognition/rounds/{barred}/precheck/")
        says(look, "禁申期")
        assert page.locator("main").get_by_role("button", name="开始填写申请").count() == 0
    finally:
        behind(look, STAGE + "actions.withdraw_ban(office, Ban.objects.latest('pk'), '示例结束')")


def test_returned_twice_corrected_and_withdrawn(look: Look) -> None:
    page = look.page
    number = behind(look, STAGE + "print(submitted(2093).receipt)")
    for text in ("请核对营业收入", "请再核对营业收入"):
        look.as_role("district_officer").go(f"/recognition/applications/{number}/")
        page.get_by_label("哪一项").select_option(label="上年度在杭营业收入")
        fill(look, "需要补正什么", text)
        press(look, "记下补正意见")
        follow(look, "退回补正")
        fill(look, "理由", "营业收入须核对")
        press(look, "退回补正")
        says(look, "期限中止")
        look.as_role("enterprise_lead").go(f"/recognition/applications/{number}/")
        says(look, text)
        page.locator("main summary", has_text="说明").first.click()
        page.locator("textarea[name=text]").first.fill("与审计报告一致")
        press(look, "记下说明")
        look.go(f"/recognition/applications/{number}/submit/")
        page.get_by_label("我已阅读上面的承诺").check()
        fill(look, "签署人姓名", "示例企业负责人")
        press(look, "签署并重新提交")
        says(look, "滨江区总部办")
    look.go(f"/recognition/applications/{number}/")
    follow(look, "撤回申请")
    press(look, "撤回申请")
    says(look, "已撤回")


def test_an_upheld_objection_takes_the_name_out_of_the_notice(look: Look) -> None:
    page = look.page
    serial = behind(
        look,
        STAGE + "case = proposed(2096); batches.decide(group, case.pk, 'recognise', deviation='示例'); "
        "print(notices.publish(lead, case.round_id, '示例公示').serial)",
    )
    look.as_role("public").go(f"/recognition/notices/{serial}/")
    follow(look, "提出异议")
    fill(look, "异议", "该企业在市外没有分支机构。")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    press(look, "提交异议")
    receipt = re.search(r"YY\d{8}-\w{8}", page.locator("main").inner_text())
    assert receipt is not None
    look.as_role("city_officer").go(f"/recognition/objections/{receipt[0]}/")
    says(look, "该企业在市外没有分支机构。")
    page.get_by_role("radio", name="异议成立：企业退出公示").check()
    fill(look, "答复", "经核实，异议成立，重新审查。")
    press(look, "答复")
    look.as_role("public").go(f"/recognition/notices/{serial}/")
    says(look, "示例公示")
    assert "示例钱和" not in page.locator("main").inner_text()


def test_of_two_who_decide_at_once_the_second_is_told_what_happened(look: Look) -> None:
    page = look.page
    told = behind(look, STAGE + "case = proposed(2095); print(case.receipt, case.batch_id)").split()
    look.as_role("leading_group").go(f"/recognition/batches/{told[1]}/{told[0]}/decide/")
    behind(
        look,
        STAGE + f"case = Application.objects.get(receipt='{told[0]}'); "
        "from dataclasses import replace; from zongbu.desk.people.models import Person; "
        "other = Person.objects.create(username='second-member', name='另一位成员'); "
        "batches.decide(replace(group, person=other.pk, name='另一位成员'), case.pk, 'recognise', deviation='示例')",
    )
    page.get_by_role("radio", name="不予认定", exact=True).check()
    for area in page.locator("main textarea").all():
        area.fill("不同意")
    press(look, "决定")
    says(look, "另一位成员")
