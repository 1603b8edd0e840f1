"""What is no money: places allocated and used, requests in every state, lists, obligations with their milestones.

Played by the acts themselves on the days on which they would have been, for the invented enterprises that have stars.
Nobody in it is real: whoever is named is called 示例.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from zongbu.desk.demo.days import on
from zongbu.desk.demo.rounds import POLICY
from zongbu.desk.demo.support import SupportCast, starred
from zongbu.desk.enterprises.actions import find
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.actions import obligations, quotas, requests, selections
from zongbu.desk.support.actions.obligations import Step
from zongbu.desk.support.actions.selections import Word
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import Candidate, Obligation, QuotaAccount, SelectionList, SupportRequest

TALENTS, LAND, LISTED = "talent_recognition_quota", "project_conditioned_land_grant", "outstanding_entrepreneur"
RETENTION, WHY = 90, "演示设定：保存天数没有公布，暂取九十天"
PLACES, NAMES = 5, "甲乙丙丁戊"
"""How many stand on a list: the number is not published, so the demonstration says one."""
PROMISED, INVESTED = Decimal(50_000), Decimal(15_000)
"""What a project is to bring in all, and by its second milestone, in 万元."""
CONTACT = {"contact_name": "示例联系人", "contact_phone": "0571-00000000"}


class Case(NamedTuple):
    """A request of this year: whose (by place among the starred), for what, how far it has got, what it is about."""

    place: int
    measure: str
    stop: str
    subject: str


CASES = (
    Case(0, "car_quota", "granted", "申请小客车增量指标"),
    Case(0, "shared_ownership_housing", "received", "两名骨干申请共有产权房"),
    Case(0, "priority_lottery", "returned", "一名高层次人才购房优先摇号"),
    Case(1, "executive_children_schooling", "granted", "一名高管的子女转学"),
    Case(1, "car_quota", "received", "申请小客车增量指标"),
    Case(2, "green_channel", "late", "商务团组出境证件"),
    Case(1, "government_service_facilitation", "asked", "新建总部大楼的工程审批"),
    Case(3, "apec_card", "asked", "两名员工的商务旅行卡"),
    Case(3, "talent_tax_benefit", "declined", "引进人才个税优惠"),
    Case(4, "shared_ownership_housing", "asked", "一名人才申请共有产权房"),
    Case(5, "car_quota", "withdrawn", "申请小客车增量指标"),
    Case(4, "major_project_referral", "referred", "智能工厂项目列入重大项目"),
    Case(1, "policy_loan_referral", "referred and received", "总部大楼项目政策性贷款"),
    Case(6, "bond_financing_referral", "referred", "拟发行公司债券"),
)
"""This year's requests; of some measures nobody is entered as the unit that handles them: the city office assigns."""
CAR_PLACES = 2


def play_last_years_unpaid(tell: Callable[[], None]) -> None:
    """Play last year's places, a schooling case, a published list and obligations; nothing if there are any already.

    Args:
        tell: is called once for each case.
    """
    last = timezone.localdate().year - 1
    found = starred(date(last, 10, 10))
    if not found or any(model.objects.exists() for model in (QuotaAccount, SupportRequest, SelectionList, Obligation)):
        return
    cast = SupportCast()
    with on(date(last, 9, 28)):
        requests.keep_for(cast[Role.CITY_LEAD], RETENTION, WHY)
    with on(date(last, 10, 15)):
        _allocate(cast, found, last)
    with on(date(last, 10, 29)):
        _use(cast, found, last)
    _schooling(cast, found[-1], last)
    _listed(cast, last)
    for place, enterprise in enumerate(found[:3]):
        _promised(cast, enterprise, place, last)
        tell()


def play_this_years_unpaid(tell: Callable[[], None]) -> None:
    """Play this year's up to today; nothing if it has been played, see ``play_last_years_unpaid``."""
    today = timezone.localdate()
    year, found = today.year, starred(today)
    if not found or not QuotaAccount.objects.exists() or SelectionList.objects.filter(year=year).exists():
        return
    cast = SupportCast()
    with on(min(today, max(date(year, 1, 4), today - timedelta(days=50)))):
        quotas.expire()
        _allocate(cast, found, year)
    with on(min(today, max(date(year, 1, 5), today - timedelta(days=20)))):
        _use(cast, found, year)
    with on(today - timedelta(days=60)):
        _qualified(cast, found[:6])
    for case in CASES:
        with suppress(Refused):  # something that a real case would be asked about as well: it stays where it is
            _play_to(cast, found[case.place % len(found)], case, today)
        tell()
    with on(today - timedelta(days=10)):
        _drawn_up(cast, year)
    requests.forget()


# --- places ----------------------------------------------------------------------------------------------------


def _allocate(cast: SupportCast, found: Sequence[Enterprise], year: int) -> None:
    measure = offering(POLICY, TALENTS)
    unit = organisation_for(measure, "")
    officer = cast[Role.CITY_OFFICER] if unit is None else cast.department(unit.pk)
    quotas.allocate_all(officer, measure, [one.pk for one in found], year)


def _use(cast: SupportCast, found: Sequence[Enterprise], year: int) -> None:
    """Every other enterprise uses a place; of some, a second one comes back."""
    held = {one.enterprise_id: one for one in QuotaAccount.objects.filter(measure=TALENTS, year=year)}
    for place, enterprise in enumerate(found):
        account = held.get(enterprise.pk)
        if account is None or place % 2:
            continue
        own, reference = cast.of(enterprise), f"演示{year}-{place + 1}"
        quotas.use(own, account.pk, "E类人才认定（演示）", name="示例人才甲", reference=reference)
        if account.allocated > 1 and place % 4 == 0:
            second = quotas.use(own, account.pk, "D类人才认定（演示）")
            quotas.give_back(own, second.pk, "认定没有通过，名额退回（演示）")


# --- requests --------------------------------------------------------------------------------------------------


def _schooling(cast: SupportCast, enterprise: Enterprise, year: int) -> None:
    """A case of last year: done, and what is personal in it erased since."""
    values = {"subject": "一名高管的子女入学", "text": "基本条件已由学校所在地核对（演示）。", **CONTACT}
    with on(date(year, 10, 16)):
        case = requests.ask(cast.of(enterprise), enterprise, POLICY, "executive_children_schooling", values)
    assert case.organisation is not None
    officer = cast.handling(case.organisation)
    with on(date(year, 10, 19)):
        requests.receive(officer, case.pk)
    with on(date(year, 11, 2)):
        requests.grant(officer, case.pk, "已协调入学（演示）")


def _qualified(cast: SupportCast, found: Sequence[Enterprise]) -> None:
    """Who meets the transport department's requirements for cars."""
    for one in found:
        find(cast[Role.CITY_OFFICER], one, "meets_car_quota_requirements", "true", "交通部门书面核定（演示）")
        one.refresh_from_db()


def _play_to(cast: SupportCast, enterprise: Enterprise, case: Case, today: date) -> None:
    """One request, as far as its stop."""
    began = 40 if case.stop == "late" else 18
    with on(today - timedelta(days=began)):
        made = _brought(cast, enterprise, case)
    if case.stop in ("asked", "referred") or made.organisation is None:
        return
    officer = cast.handling(made.organisation)
    with on(today - timedelta(days=began - 2)):
        requests.receive(officer, made.pk)
    with on(today - timedelta(days=6)):
        match case.stop:
            case "granted":
                number = CAR_PLACES if case.measure == "car_quota" else None
                requests.grant(officer, made.pk, "已办结（演示）", number=number)
            case "declined":
                requests.decline(officer, made.pk, "所列人员不在人才名录里（演示）")
            case "returned":
                requests.return_(officer, made.pk, "请补充人才认定的文号（演示）")
            case "withdrawn":
                requests.withdraw(cast.of(enterprise), made.pk, "暂不需要（演示）")


def _brought(cast: SupportCast, enterprise: Enterprise, case: Case) -> SupportRequest:
    values = {"subject": f"{case.subject}（演示）", "text": "演示数据，没有真实的个人信息。", **CONTACT}
    if not case.stop.startswith("referred"):
        return requests.ask(cast.of(enterprise), enterprise, POLICY, case.measure, values)
    district = cast.district(enterprise.district)
    return requests.refer(district, enterprise, POLICY, case.measure, values, "走访时企业提出（演示）")


# --- lists -----------------------------------------------------------------------------------------------------


def _drawn_up(cast: SupportCast, year: int) -> SelectionList:
    """A list with those of most stars on it, the first of them proposed; put forward."""
    office = cast[Role.CITY_OFFICER]
    case = selections.open_list(
        office,
        offering(POLICY, LISTED),
        year,
        title=f"{year}年度卓越贡献总部企业家名单（演示）",
        basis="按当年星级结果选树；人数没有公布，演示取五名。",
        approver=Role.LEADING_GROUP,
        places=PLACES,
    )
    selections.gather(office, case.pk)
    found = sorted(case.candidates.select_related("enterprise"), key=lambda one: (-_stars(one), one.pk))
    words = {
        one.pk: Word(True, f"{_stars(one)}星级，贡献突出", f"示例企业家{NAMES[place]}")
        if place < PLACES
        else Word(False, f"{_stars(one)}星级，名额以外")
        for place, one in enumerate(found)
    }
    selections.word(office, case.pk, words)
    return selections.propose(office, case.pk) if words else case


def _stars(one: Candidate) -> int:
    return int(one.enterprise.known.get("star") or 0)


def _listed(cast: SupportCast, year: int) -> None:
    """Last year's list: decided as proposed but for one, and published."""
    with on(date(year, 11, 9)):
        case = _drawn_up(cast, year)
    if case.state != "proposed":
        return
    candidates = list(case.candidates.order_by("pk"))
    dropped = next(one for one in reversed(candidates) if one.proposed)
    words = {one.pk: Word(bool(one.proposed) and one != dropped) for one in candidates}
    words[dropped.pk] = Word(False, "本人书面表示不参评（演示）")
    with on(date(year, 11, 18)):
        selections.decide(cast[Role.LEADING_GROUP], case.pk, words, "会议研究同意（演示）")
    with on(date(year, 11, 25)):
        selections.publish(cast[Role.CITY_OFFICER], case.pk, "现予公布（演示）。")


# --- obligations -----------------------------------------------------------------------------------------------


def _promised(cast: SupportCast, enterprise: Enterprise, place: int, year: int) -> None:
    """A project on land that was granted on conditions: begun in time, the next step due soon, overdue or reported."""
    office, own, today = cast.district(enterprise.district), cast.of(enterprise), timezone.localdate()
    soon = (today + timedelta(days=12), today - timedelta(days=9), today - timedelta(days=2))[place]
    with on(date(year, 10, 20)):
        made = obligations.register(
            office,
            enterprise,
            offering(POLICY, LAND),
            title=f"{enterprise.name}总部大楼项目",
            text="按出让条件开工、投资、竣工，竣工以后年营业收入不低于约定数（演示）。",
            document=f"演示文号〔{year}〕土合{place + 1}号",
            steps=[
                Step("开工", date(year, 12, 10)),
                Step("累计投资", soon, INVESTED),
                Step("竣工", today + timedelta(days=400)),
            ],
            figure=PROMISED,
            unit="万元",
            signed_on=date(year, 10, 8),
        )
    steps = {one.title: one.pk for one in made.milestones.all()}
    with on(date(year, 12, 2)):
        obligations.report(own, steps["开工"], "基坑已经开挖（演示）。")
    with on(date(year, 12, 4)):
        obligations.meet(office, steps["开工"], "现场查看，已经开工（演示）")
    if place == 2:
        with on(today - timedelta(days=4)):
            obligations.report(own, steps["累计投资"], "已投入约定的投资（演示）。", figure=INVESTED)
