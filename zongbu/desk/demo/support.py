"""Last year's support, offered, claimed, paid and reimbursed, and this year's with claims in every state.

Played by the acts themselves on the days on which they would have been, for the invented enterprises that have stars,
on the demonstration's parameters: no amount here is published anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import cycle

from django.utils import timezone

from zongbu.desk.demo.accounts import make_starred_account
from zongbu.desk.demo.days import on
from zongbu.desk.demo.rounds import POLICY, Cast
from zongbu.desk.demo.synthetic import HOME
from zongbu.desk.enterprises.actions import declare_for_case, upload
from zongbu.desk.enterprises.actions import record as record_facts
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.models import StarTitle
from zongbu.desk.support.actions import claims, closing, funds, offers, payments, reimbursements, review
from zongbu.desk.support.actions.payments import Outcome
from zongbu.desk.support.measures import Offering, offering
from zongbu.desk.support.models import Budget, Claim, Fund, Level, PaymentOrder, ResponsibleUnit

DOCUMENT = "演示文号"
CITY_BUDGET, DISTRICT_BUDGET, DEPARTMENT_BUDGET = Decimal(60_000_000), Decimal(20_000_000), Decimal(5_000_000)
UNITS = {
    "科技部门": "市科学技术局",
    "人力社保部门": "市人力资源和社会保障局",
    "市场监管部门": "市市场监督管理局",
    "税务部门": "市税务局",
    "统计部门": "市统计局",
    "发改部门": "市发展和改革委员会",
    "人才工作部门": "市人力资源和社会保障局",
    "交通部门": "市交通运输局",
    "住房保障部门": "市住房保障和房产管理局",
    "公安出入境部门": "市公安局",
}
"""Which organisation of the demonstration acts for a unit that the policy names; of the others nobody does."""
EMPTY_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n170\n"
    b"%%EOF\n"
)
"""The smallest PDF: what materials of the demonstration hold."""
REIMBURSING = "city_reimbursement_ceiling"
RENTS = (1_860_000, 2_400_000, 963_500, 3_125_000, 720_000, 1_208_888)
"""What starred enterprises paid in rent, in yuan, one after the other."""
STOPS = (
    "returned", "paid", "verified", "submitted", "approved", "objected", "failed", "exported", "accepted", "refused",
    "withdrawn", "draft",
)  # fmt: skip
"""How far this year's claims have got, one after the other."""


class SupportCast(Cast):
    """The people of the demonstration; those of one district stand in for all districts', of one department for all."""

    def lead(self, claim: Claim) -> Viewer:
        """Who approves a claim."""
        assert claim.organisation is not None
        return self.handling(claim.organisation, lead=True)

    def officer(self, claim: Claim) -> Viewer:
        """Who examines a claim."""
        assert claim.organisation is not None
        return self.handling(claim.organisation)

    def payer(self, fund: Fund) -> Viewer:
        """Who pays from a fund."""
        return self.treasury(fund.district) if fund.level == Level.DISTRICT else self[Role.CITY_FINANCE]

    def treasury(self, district: str) -> Viewer:
        """Somebody of a district's finance bureau."""
        bureau = Organisation.objects.get(kind=Organisation.Kind.FINANCE, district=district)
        return self._at(Role.DISTRICT_FINANCE, bureau)

    def district_lead(self, district: str) -> Viewer:
        """The lead of a district's office."""
        return self._at(Role.DISTRICT_LEAD, self._offices[district])

    def handling(self, organisation: Organisation, *, lead: bool = False) -> Viewer:
        """Somebody of an organisation that handles a measure."""
        match organisation.kind:
            case Organisation.Kind.DISTRICT_OFFICE:
                return self._at(Role.DISTRICT_LEAD if lead else Role.DISTRICT_OFFICER, organisation)
            case Organisation.Kind.DEPARTMENT:
                return self._at(Role.DEPARTMENT_LEAD if lead else Role.DEPARTMENT_OFFICER, organisation)
            case _:
                city = Role.CITY_LEAD if lead else Role.CITY_OFFICER
                return replace(self[city], organisation=organisation.pk, organisation_name=organisation.name)


def play_last_year(tell: Callable[[], None]) -> None:
    """Play last year's awards and rent subsidies to their payment; nothing if there are funds already.

    Args:
        tell: is called once for each claim.
    """
    last = timezone.localdate().year - 1
    found = starred(date(last, 10, 1))
    if Fund.objects.exists() or not found:
        return
    make_starred_account(found[0])
    cast = SupportCast()
    with on(date(last, 1, 20)):
        _set_up(cast, last)
    with on(date(last, 9, 25)):
        _prepare(cast, found)
    with on(date(last, 10, 9)):
        offers.offer(cast[Role.CITY_OFFICER], offering(POLICY, "star_award"), [one.pk for one in found], last)
    awards = list(Claim.objects.filter(state="offered").select_related("enterprise", "organisation").order_by("pk"))
    for place, claim in enumerate(awards):
        with on(date(last, 10, 12 + place % 12)):
            if claim.enterprise == found[0]:
                continue  # whose people have an account: they may confirm it themselves
            if place % 9 == 8:
                claims.decline(cast.of(claim.enterprise), claim.pk, "本年度不申领（演示）")
            else:
                claims.confirm(cast.of(claim.enterprise), claim.pk)
        tell()
    with on(date(last, 11, 6)):
        for claim in Claim.objects.filter(measure="star_award", state="verified").select_related("organisation"):
            review.approve(cast.lead(claim), claim.pk, "同意")
    for place, enterprise in enumerate(_renting(found)[:8]):
        with on(date(last, 10, 13 + place)):
            case = _submitted(cast, enterprise, offering(POLICY, "rent_subsidy"), last)
        if case is not None:
            _approved(cast, case, date(last, 11, 3 + place))
        tell()
    with on(date(last, 11, 20)):
        _pay_all(cast, f"{last}年第一批", settled=date(last, 11, 24))


def play_this_year(tell: Callable[[], None]) -> None:
    """Play this year's support up to today; nothing if it has been played, see ``play_last_year``."""
    today = timezone.localdate()
    year, found = today.year, starred(today)
    funds_of = Fund.objects.all()
    if not found or not funds_of.exists() or funds_of.filter(budgets__year=year).exists():
        return
    cast = SupportCast()
    _new_year(cast, year)
    with on(max(date(year, 1, 25), today - timedelta(days=60))):
        _reimburse(cast, year - 1)
    for enterprise, stop in zip(_renting(found), cycle(STOPS), strict=False):
        _play_to(cast, enterprise, offering(POLICY, "rent_subsidy"), year, stop, today)
        tell()
    for enterprise, stop in zip(found[::3], ("verified", "accepted", "submitted", "paid"), strict=False):
        _play_to(cast, enterprise, offering(POLICY, "research_project_subsidy"), year, stop, today)


def starred(day: date) -> list[Enterprise]:
    """The invented enterprises that hold stars on a day, those of the district with accounts before all others.

    The first of them has three stars or more, where any has: its people have an account.
    """
    holders = StarTitle.objects.filter(awarded_on__lte=day, ended_on=None).order_by("-star", "pk")
    found = [one.enterprise for one in holders.select_related("enterprise") if one.enterprise.district]
    return sorted(found, key=lambda one: (_star(one) < 3, one.district != HOME))


def _star(enterprise: Enterprise) -> int:
    return int(enterprise.known.get("star") or 0)


def _renting(found: Sequence[Enterprise]) -> list[Enterprise]:
    """Those that may claim for rent: three stars, no office of their own."""
    return [one for one in found if one.known.get("owns_office") == "false" and _star(one) >= 3]


# --- setting up ------------------------------------------------------------------------------------------------


def _set_up(cast: SupportCast, year: int) -> None:
    """The city's fund, one of each district, one of each department that pays, each with money for a year."""
    city = cast[Role.CITY_FINANCE]
    made = [funds.set_up(city, "市级总部经济专项资金（演示）", Level.CITY)]
    for code in DISTRICTS:
        name = f"{district_name(code)}总部经济资金（演示）"
        made.append(funds.set_up(cast.treasury(code), name, Level.DISTRICT, district=code))
    organisations = {one.name: one for one in Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)}
    for unit, name in UNITS.items():
        ResponsibleUnit.objects.get_or_create(policy=POLICY, unit=unit, defaults={"organisation": organisations[name]})
    for name in ("市科学技术局", "市人力资源和社会保障局"):
        fund_name = f"{name}现有专项资金（演示）"
        made.append(funds.set_up(city, fund_name, Level.DEPARTMENT, organisation=organisations[name].pk))
    _appropriate(cast, made, year)
    Fund.objects.update(demonstration=True)


def _appropriate(cast: SupportCast, made: Sequence[Fund], year: int) -> None:
    amounts = {"city": CITY_BUDGET, "district": DISTRICT_BUDGET, "department": DEPARTMENT_BUDGET}
    for fund in made:
        document = f"{DOCUMENT}〔{year}〕{fund.pk}号"
        funds.appropriate(cast.payer(fund), fund, year, amounts[fund.level], document, "年初预算（演示）")


def _prepare(cast: SupportCast, found: Sequence[Enterprise]) -> None:
    """What registers say of enterprises with stars: never rewarded, most without offices of their own."""
    office, day = cast[Role.CITY_OFFICER], timezone.localdate()
    for place, enterprise in enumerate(found):
        owns = "true" if place % 6 == 5 else "false"
        facts = {"highest_star_paid": "0", "owns_office": owns, "is_first_purchase": "false"}
        facts["drew_other_office_subsidy"] = "false"
        given = {**facts, "on_dishonesty_list": "false", "is_banned": "false"}
        record_facts(office, enterprise, given, source_name="不动产登记、兑现台账（演示）", valid_from=day)
        record_facts(
            office, enterprise, {"leads_research_project": "true" if place % 3 == 0 else "false"},
            source_name="科技项目库（演示）", valid_from=day,
        )  # fmt: skip
        number = f"62220{place:011d}"
        claims.choose_account(cast.of(enterprise), enterprise, enterprise.name, "示例银行杭州分行", number)
        enterprise.refresh_from_db()


# --- single steps ----------------------------------------------------------------------------------------------


def _submitted(cast: SupportCast, enterprise: Enterprise, found: Offering, year: int) -> Claim | None:
    """A claim with its rent declared, materials handed in, signed and submitted; None where something stands in its
    way."""
    case = _drafted(cast, enterprise, found, year)
    if case is None:
        return None
    own = cast.of(enterprise)
    claims.sign(own, case.pk, own.name)
    try:
        return claims.submit(own, case.pk)
    except Refused:
        return None


def _drafted(cast: SupportCast, enterprise: Enterprise, found: Offering, year: int) -> Claim | None:
    own = cast.of(enterprise)
    subject = f"{year}年度科技项目（演示）" if found.measure.frequency == "each" else ""
    try:
        case = claims.start(own, enterprise, found.policy.identifier, found.measure.identifier, year, subject=subject)
    except Refused:
        return None
    if found.measure.identifier == "rent_subsidy":
        rent = RENTS[enterprise.pk % len(RENTS)]
        declare_for_case(own, enterprise, {"rent_paid": f"{rent}.00"}, case=case.receipt, as_of=case.as_of)
        claims.name_invoices(own, case.pk, [(f"演示{year}{enterprise.pk:08d}", Decimal(rent))])
    for title in found.materials:
        claims.hand_in(own, case.pk, _file(own, enterprise, title), title)
    return case


def _file(own: Viewer, enterprise: Enterprise, title: str) -> EvidenceFile:
    """A file of the demonstration: one empty page."""
    name = f"{title}（演示）.pdf"
    found = EvidenceFile.objects.filter(enterprise=enterprise, name=name).first()
    return found or upload(own, enterprise, name, BytesIO(EMPTY_PAGE))


def _verified(cast: SupportCast, case: Claim) -> None:
    officer = cast.officer(case)
    review.accept(officer, case.pk)
    if case.computed is None:
        amount, basis = Decimal(300_000), "现行科技项目资助办法（演示）"
        review.verify(officer, case.pk, amount=amount, basis=basis, reason="材料齐全（演示）")
    else:
        review.verify(officer, case.pk, reason="材料齐全（演示）")


def _approved(cast: SupportCast, case: Claim, day: date) -> None:
    try:
        with on(day):
            _verified(cast, case)
        with on(day + timedelta(days=3)):
            review.approve(cast.lead(case), case.pk, "同意")
    except Refused:
        return  # something that a real case would be asked about as well: it stays where it is


def _pay_all(cast: SupportCast, title: str, settled: date, *, only: Claim | None = None) -> None:
    """Everything that is ready goes to the treasury, fund by fund, and is paid."""
    for fund in Fund.objects.all():
        ready = PaymentOrder.objects.filter(fund=fund, state="ready")
        if only is not None:
            ready = ready.filter(claim=only)
        keys = list(ready.order_by("pk").values_list("pk", flat=True))
        if not keys:
            continue
        payer = cast.payer(fund)
        batch, _left = payments.make_batch(payer, fund, title, keys)
        payments.export(payer, batch.pk)
        with on(settled):
            for order in batch.orders.filter(state="exported"):
                outcome = Outcome(order.number, True, order.amount, timezone.localdate(), f"演示{order.pk:08d}")
                payments.told(payer, batch, outcome)
            payments.settle_batch(payer, batch.pk)


# --- this year -------------------------------------------------------------------------------------------------


def _new_year(cast: SupportCast, year: int) -> None:
    """New budgets; last year's are closed, the city's remainder carried over, the others' lapsed."""
    with on(date(year, 1, 18)):
        _appropriate(cast, list(Fund.objects.order_by("pk")), year)
    with on(date(year, 1, 20)):
        for budget in Budget.objects.filter(year=year - 1, closed_at=None).select_related("fund"):
            rest = "carry" if budget.fund.level == Level.CITY else "lapse"
            document = f"{DOCUMENT}〔{year}〕年终结转{budget.pk}号"
            closing.close(cast.payer(budget.fund), budget.pk, rest, document, "年终关账（演示）")  # type: ignore[arg-type]


def _reimburse(cast: SupportCast, year: int) -> None:
    """Districts ask back what the policy allows: the first is paid, the second approved, the others wait."""
    asked = []
    for code in DISTRICTS:
        try:
            asked.append(reimbursements.request(cast.treasury(code), POLICY, REIMBURSING, year, note="（演示）"))
        except Refused:
            continue  # it has paid nothing
    for place, case in enumerate(asked[:3]):
        reimbursements.check(cast[Role.CITY_OFFICER], case.pk)
        if place < 2:
            reimbursements.approve(cast[Role.CITY_LEAD], case.pk)
        if place == 0:
            _pay_all(cast, f"{year}年度次年补助", timezone.localdate() + timedelta(days=2))


def _play_to(cast: SupportCast, enterprise: Enterprise, found: Offering, year: int, stop: str, today: date) -> None:
    """One claim, as far as ``stop``; where something stands in its way it stays where it is."""
    with on(today - timedelta(days=24)):
        case = (_drafted if stop == "draft" else _submitted)(cast, enterprise, found, year)
    if case is None or stop in ("draft", "submitted"):
        return
    try:
        _after_submission(cast, case, stop, today)
    except Refused:
        return


def _after_submission(cast: SupportCast, case: Claim, stop: str, today: date) -> None:
    own, officer, lead = cast.of(case.enterprise), cast.officer(case), cast.lead(case)
    with on(today - timedelta(days=21)):
        if stop == "withdrawn":
            claims.withdraw(own, case.pk, "发票有误，另行申请（演示）")
            return
        if stop == "returned":
            review.comment(officer, case.pk, "material:付款凭证", "付款凭证只到六月，请补充全年的。")
            review.return_(officer, case.pk, "付款凭证不全")
            return
        if stop == "accepted":
            review.accept(officer, case.pk)
            return
        _verified(cast, case)
    if stop == "verified":
        return
    with on(today - timedelta(days=14)):
        if stop in ("refused", "objected"):
            review.refuse(lead, case.pk, "租赁合同的承租人不是本企业（演示）")
        else:
            review.approve(lead, case.pk, "同意")
    if stop == "objected":
        with on(today - timedelta(days=10)):
            claims.object_to(own, case.pk, "合同已经补签变更协议，承租人为本企业，请重新核验（演示）。")
    if stop == "paid":
        with on(today - timedelta(days=9)):
            _pay_all(cast, f"{case.year}年批次", today - timedelta(days=6), only=case)
    if stop in ("exported", "failed"):
        _sent(cast, case, stop, today)


def _sent(cast: SupportCast, case: Claim, stop: str, today: date) -> None:
    """One order that is with the treasury, and one that came back."""
    order = case.orders.select_related("fund").first()
    assert order is not None
    payer = cast.payer(order.fund)
    with on(today - timedelta(days=8)):
        batch, _left = payments.make_batch(payer, order.fund, f"{case.year}年批次", [order.pk])
        payments.export(payer, batch.pk)
    if stop == "failed":
        with on(today - timedelta(days=5)):
            outcome = Outcome(order.number, False, order.amount, timezone.localdate(), failure="户名与账号不符（演示）")
            payments.told(payer, batch, outcome)
