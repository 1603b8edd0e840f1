"""A small treasury to look at: funds, a paid claim, a failed payment, batches, results, a request of a district."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from tests.desk.conftest import organisation_for
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.receipts import receipt
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policy
from zongbu.desk.people.models import Organisation
from zongbu.desk.support import treasury
from zongbu.desk.support.actions import funds, reimbursements, results
from zongbu.desk.support.ledger.posting import Concern, Transfer, budget_of, post
from zongbu.desk.support.models import (
    Account,
    BankAccount,
    Budget,
    Claim,
    Fund,
    Movement,
    PaymentBatch,
    PaymentOrder,
    Reimbursement,
    ResultFile,
    Share,
)

DISTRICT = "330108"
POLICY = "hangzhou-2023"


def viewer(role: Role, district: str = DISTRICT) -> Viewer:
    """A person in a role: of the bureau or office that is there already, else a fresh one."""
    from tests.desk.conftest import membership_as
    from zongbu.desk.people.models import Membership
    from zongbu.desk.people.viewers import viewer_as

    known = Membership.objects.filter(role=role, ended_at=None).select_related("organisation", "person")
    if role in (Role.DISTRICT_FINANCE, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER):
        known = known.filter(organisation__district=district)
    made = known.exclude(organisation__name__contains=district).first() or membership_as(role, district=district)
    return viewer_as(made, made.person)


def a_fund(level: str = "district", district: str = DISTRICT, money: str = "10000000") -> Fund:
    """A fund with money for this year; the one that is there already."""
    given = {"district": district} if level == "district" else {}
    found = Fund.objects.filter(level=level, **given).first()
    if found is not None:
        return found
    keeper = viewer(Role.DISTRICT_FINANCE if level == "district" else Role.CITY_FINANCE, district)
    made = funds.set_up(keeper, f"{district if given else ''}{level}专项资金", level, **given)
    funds.appropriate(keeper, made, timezone.localdate().year, Decimal(money), "财预〔2026〕1号")
    return made


def a_budget() -> Budget:
    return Budget.objects.get(fund=a_fund(), year=timezone.localdate().year)


def _office(district: str) -> Organisation:
    known = Organisation.objects.filter(kind=Organisation.Kind.DISTRICT_OFFICE, district=district).first()
    return known or organisation_for(Role.DISTRICT_OFFICER, district=district)


def an_enterprise(number: int = 0, district: str = DISTRICT) -> Enterprise:
    """An enterprise with a bank account."""
    code = f"91330100MA2FIN{number:04d}"
    found, _new = Enterprise.objects.get_or_create(
        uscc=code, defaults={"name": f"示例兑现企业{number}有限公司", "district": district}
    )
    if not found.bank_accounts.exists():
        BankAccount.objects.create(enterprise=found, holder=found.name, bank="示例银行", number=f"6222{number:012d}")
    return found


def an_approved_claim(
    number: int = 0, fen: int = 60_0000_00, *, fund: Fund | None = None, measure: str = "rent_subsidy"
) -> Claim:
    """A claim that has been approved, with its money committed and its order issued, without the way there."""
    fund = fund or a_fund()
    now, year = timezone.now(), timezone.localdate().year
    enterprise = an_enterprise(number, fund.district or DISTRICT)
    claim = Claim.objects.create(
        receipt=receipt("DX"), enterprise=enterprise, district=enterprise.district, policy=POLICY, measure=measure,
        title="租房补助", clause="（七）", year=year, slot=f"{POLICY}:{measure}", way="claim", level="district",
        organisation=_office(enterprise.district), as_of=timezone.localdate(),
        policy_version=policy(POLICY).version, amount=fen, computed=fen, demonstration=True, account=enterprise.bank_accounts.get(),
        submitted_at=now, decided_at=now, state="approved", state_since=now,
    )  # fmt: skip
    share = Share.objects.create(claim=claim, fund=fund, amount=fen, budget_year=year, committed=fen)
    about = Concern(claim, None, None, POLICY, measure, claim.district, enterprise.pk)
    post(
        Viewer(), Movement.Kind.COMMIT, [Transfer(budget_of(fund, year), Account.AVAILABLE, Account.COMMITTED, fen)],
        about,
    )  # fmt: skip
    account = claim.account
    assert account is not None
    PaymentOrder.objects.create(
        number=receipt("ZF"), claim=claim, share=share, fund=fund, amount=fen, payee=account.holder, bank=account.bank,
        account=account.number,
    )  # fmt: skip
    return claim


def sent(*claims: Claim) -> PaymentBatch:
    """A batch with the orders of claims as it is with the treasury; checks of the claims are passed over."""
    orders = PaymentOrder.objects.filter(claim__in=claims, state="ready").order_by("pk")
    first = orders[0]
    now = timezone.now()
    batch = PaymentBatch.objects.create(
        receipt=receipt("BF"), fund=first.fund, title=f"{first.fund}第一批", state="exported", state_since=now,
        exported_at=now,
    )  # fmt: skip
    orders.update(state="exported", batch=batch)
    Claim.objects.filter(pk__in=[one.pk for one in claims]).update(state="paying", state_since=now)
    leaving = batch.orders.select_related("claim", "reimbursement").order_by("pk")
    batch.document = treasury.content(batch, leaving, now)
    batch.digest = treasury.digest(batch.document)
    batch.save()
    return batch


def told(batch: PaymentBatch, *, failing: int = 0) -> bytes:
    """What the treasury says of a batch, as CSV: the first ``failing`` orders failed, the others are paid."""
    lines = ["支付单号,结果,金额（元）,支付日期,国库流水号,失败原因"]
    for place, one in enumerate(batch.orders.order_by("pk")):
        good = place >= failing
        lines.append(
            f"{one.number},{'已支付' if good else '支付失败'},{treasury.yuan(one.amount)},"
            f"{timezone.localdate()},{f'GK{one.pk:08d}' if good else ''},{'' if good else '账号有误'}"
        )
    return "\r\n".join(lines).encode()


def payer(fund: Fund) -> Viewer:
    """Somebody of the office that pays from a fund."""
    if fund.level == "district":
        return viewer(Role.DISTRICT_FINANCE, fund.district)
    return viewer(Role.CITY_FINANCE)


def results_of(batch: PaymentBatch, **given: int) -> ResultFile:
    """An uploaded file of results, not taken over yet."""
    return results.upload(payer(batch.fund), batch, "结果.csv", told(batch, **given))


def a_batch() -> PaymentBatch:
    """A batch of which one order is paid and one has failed; and an approved claim beside it."""
    found = PaymentBatch.objects.filter(state="exported", orders__state="failed", fund=a_fund()).first()
    if found is not None:
        return found
    batch = sent(an_approved_claim(1), an_approved_claim(2))
    results.begin(payer(batch.fund), results_of(batch, failing=1).pk)
    an_approved_claim(3)
    return batch


def a_draft_batch() -> PaymentBatch:
    """A batch that has not gone."""
    order = PaymentOrder.objects.get(claim=an_approved_claim(4), state="ready")
    now = timezone.now()
    batch = PaymentBatch.objects.create(
        receipt=receipt("BF"), fund=order.fund, title="编制中的批次", state="draft", state_since=now
    )
    PaymentOrder.objects.filter(pk=order.pk).update(state="batched", batch=batch)
    return batch


def spent_last_year(fen: int = 1_234_567_89, district: str = DISTRICT, *, ago: int = 1) -> Fund:
    """Let a district have paid something under a measure that the city gives back part of, last year or before."""
    year = timezone.localdate().year - ago
    fund = a_fund("district", district)
    a_fund("city")
    keeper = viewer(Role.DISTRICT_FINANCE, district)
    funds.appropriate(keeper, fund, year, Decimal(fen * 2) / 100, "财预〔2025〕9号")
    enterprise = an_enterprise(90 + int(district[-2:]), district)
    now = timezone.now()
    claim = Claim.objects.create(
        receipt=receipt("DX"), enterprise=enterprise, district=district, policy=POLICY, measure="rent_subsidy",
        title="租房补助", clause="（七）", year=year, slot=f"{POLICY}:rent_subsidy", way="claim", level="district",
        as_of=timezone.localdate().replace(year=year, month=12, day=31), policy_version=policy(POLICY).version, amount=fen, computed=fen,
        demonstration=True, account=enterprise.bank_accounts.get(), submitted_at=now, decided_at=now, paid_at=now,
        state="paid", state_since=now,
    )  # fmt: skip
    Share.objects.create(claim=claim, fund=fund, amount=fen, budget_year=year, paid=fen)
    about = Concern(claim, None, None, POLICY, "rent_subsidy", district, enterprise.pk)
    budget = budget_of(fund, year)
    day = timezone.localdate().replace(year=year, month=11, day=30)
    post(keeper, Movement.Kind.COMMIT, [Transfer(budget, Account.AVAILABLE, Account.COMMITTED, fen)], about)
    post(keeper, Movement.Kind.PAY, [Transfer(budget, Account.COMMITTED, Account.PAID, fen)], about, booked_on=day)
    return fund


def a_reimbursement(amount: Decimal | None = Decimal("100000")) -> Reimbursement:
    """A district's request for what it spent last year."""
    found = Reimbursement.objects.first()
    if found is not None:
        return found
    spent_last_year()
    year = timezone.localdate().year - 1
    with override_settings(DEMONSTRATION=True) if not settings.DEMONSTRATION else override_settings():
        return reimbursements.request(
            viewer(Role.DISTRICT_FINANCE),
            POLICY,
            "city_reimbursement_ceiling",
            year,
            amount=amount,
            note="按账簿申请。",
        )


def failed_order() -> PaymentOrder:
    """An order that the treasury could not pay."""
    found = a_batch().orders.filter(state="failed").first()
    assert found is not None
    return found


def address(what: str, rest: str = "") -> str:
    """The page of something: ``fund``, ``budget`` (this year's), ``old budget``, ``movement``, ``countered``,
    ``paid`` and ``failed`` (orders), ``batch``, ``draft``, ``results``, ``read`` (not booked), ``reimbursement``, ``ceiling``."""
    if what == "fund":
        return f"/support/funds/{a_fund().pk}/{rest}"
    if what == "budget":
        return f"/support/budgets/{a_budget().pk}/{rest}"
    if what == "old budget":
        made = budget_of(a_fund(), timezone.localdate().year - 5)
        return f"/support/budgets/{made.pk}/{rest}"
    if what in ("movement", "countered"):
        keeper, fund = payer(a_fund()), a_fund()
        movement = funds.appropriate(keeper, fund, timezone.localdate().year, Decimal(1), "财预〔2026〕2号", "看一看")
        if what == "countered":
            funds.put_right(keeper, movement.pk, "记错")
        return f"/support/movements/{movement.pk}/{rest}"
    if what == "failed":
        return f"/support/orders/{failed_order().number}/{rest}"
    if what == "paid":
        order = a_batch().orders.filter(state="paid").first()
        assert order is not None
        return f"/support/orders/{order.number}/{rest}"
    if what == "batch":
        return f"/support/batches/{a_batch().receipt}/{rest}"
    if what == "draft":
        draft = PaymentBatch.objects.filter(state="draft", fund=a_fund(), orders__isnull=False).first()
        batch = draft or a_draft_batch()
        first = batch.orders.first()
        assert first is not None
        return f"/support/batches/{batch.receipt}/{rest.format(first.number)}"
    if what == "results":
        return f"/support/results/{a_batch().results.latest('pk').pk}/{rest}"
    if what == "read":
        return f"/support/results/{results_of(a_batch(), failing=2).pk}/{rest}"
    year = timezone.localdate().year - 2  # of last year the demonstration has closed the books
    case = Reimbursement.objects.filter(district=DISTRICT, state="requested", year=year).first()
    if case is None:
        spent_last_year(ago=2)
        case = _another_request(year)
    if what == "ceiling":
        return f"/support/reimbursements/{case.policy}/{case.measure}/{case.district}/{case.year}/{rest}"
    return f"/support/reimbursements/{case.receipt}/{rest}"


def _another_request(year: int) -> Reimbursement:
    with override_settings(DEMONSTRATION=True) if not settings.DEMONSTRATION else override_settings():
        return reimbursements.request(
            viewer(Role.DISTRICT_FINANCE), POLICY, "city_reimbursement_ceiling", year,
            amount=Decimal("0.01"), note="按账簿申请。",
        )  # fmt: skip
