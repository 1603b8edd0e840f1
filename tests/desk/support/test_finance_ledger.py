"""The ledger held against itself, and years that are closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import typer
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support import financed, unpaid
from tests.desk.support.conftest import sound
from zongbu.cli.desk import verify_ledger
from zongbu.desk.enterprises import triggers
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import FIELD, new_token
from zongbu.desk.support.actions import closing, funds, payments, reimbursements, results
from zongbu.desk.support.ledger import holding
from zongbu.desk.support.ledger.checking import faults
from zongbu.desk.support.ledger.posting import Closed, Transfer, post
from zongbu.desk.support.models import (
    Account,
    Budget,
    Claim,
    Line,
    Movement,
    QuotaAccount,
    QuotaEntry,
    Reimbursement,
    Share,
)

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


def behind_its_back(sql: str, *values: object) -> None:
    """Alter what may not be altered, as somebody with the database's password could."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    triggers.install(connection)


# --- verify ------------------------------------------------------------------------------------------------


def test_a_sound_ledger_has_no_faults(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zongbu.desk.operation.start.start", lambda *_: None)
    financed.a_batch()
    financed.spent_last_year()
    assert sound()
    verify_ledger()
    assert "账簿相符" in capsys.readouterr().out


ALTERED: dict[str, tuple[Callable[[], Any], str]] = {
    "a balance": (
        lambda: Budget.objects.filter(pk=financed.a_budget().pk).update(
            available=F("available") + 100, source=F("source") - 100
        ),
        "可用：应为",
    ),
    "an entry": (
        lambda: behind_its_back(
            "UPDATE support_line SET amount = amount - 1 WHERE id = %s", Line.objects.filter(account="paid")[0].pk
        ),
        "分录 #",
    ),
    "an entry taken away": (
        lambda: behind_its_back("DELETE FROM support_line WHERE id = %s", Line.objects.filter(account="paid")[0].pk),
        "已支付：应为",
    ),
    "the lines of a movement taken away": (
        lambda: behind_its_back("DELETE FROM support_line WHERE movement_id = %s", Movement.objects.latest("pk").pk),
        "没有明细",
    ),
    "what a claim holds": (
        lambda: Share.objects.filter(committed__gt=0).update(committed=F("committed") - 7),
        "各事项合计",
    ),
    "the places of an account": (
        lambda: QuotaAccount.objects.update(used=0, balance=3),
        "已使用：应为 1 个，实为 0 个",
    ),
    "a use of a place taken away": (
        lambda: behind_its_back("DELETE FROM support_quotaentry WHERE id = %s", QuotaEntry.objects.latest("pk").pk),
        "已使用：应为 2 个，实为 1 个",
    ),
    "the state of a reimbursement": (
        lambda: Reimbursement.objects.update(state="approved"),
        "已承诺待付",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_behind_its_back_is_found(
    what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zongbu.desk.operation.start.start", lambda *_: None)
    financed.a_batch()
    if "reimbursement" in what:
        financed.a_reimbursement()
    if "place" in what:
        unpaid.a_quota()
    assert sound()
    alter, told = ALTERED[what]
    alter()
    with pytest.raises(typer.Exit) as ended:
        verify_ledger()
    out = capsys.readouterr().out
    assert ended.value.exit_code == 1
    assert told in out and "处不符" in out


def test_the_database_itself_refuses_to_alter_entries() -> None:
    financed.a_fund()
    line = Line.objects.earliest("pk")
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE support_line SET amount = 1 WHERE id = %s", [line.pk])


# --- closing -----------------------------------------------------------------------------------------------


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the year be over from here on: it is the tenth of January."""
    real = timezone.localdate

    def go() -> None:
        def localdate(value: Any = None, zone: Any = None) -> date:
            return date(YEAR + 1, 1, 10) if value is None else real(value, zone)

        monkeypatch.setattr(timezone, "localdate", localdate)

    return go


def close(budget: Budget, rest: Any = "carry") -> Budget:
    return closing.close(financed.payer(budget.fund), budget.pk, rest, "财预〔2027〕1号", "年度终了")


def next_of(budget: Budget) -> Budget:
    return Budget.objects.get(fund=budget.fund_id, year=budget.year + 1)


def reserved(number: int, fen: int) -> Claim:
    """A verified claim for which money is reserved."""
    claim = financed.an_approved_claim(number, fen)
    holding.release(Viewer(), claim)
    claim.orders.update(state="void")
    Claim.objects.filter(pk=claim.pk).update(state="verified", decided_at=None)
    assert holding.reserve(Viewer(), Claim.objects.get(pk=claim.pk))
    return Claim.objects.get(pk=claim.pk)


def test_closing_carries_what_is_held_case_by_case_and_the_rest_as_decided(over: Callable[[], None]) -> None:
    financed.a_batch()  # one paid, one failed, one ready: 60万 each
    held = reserved(7, 5_0000_01)
    budget = financed.a_budget()
    before = (budget.available, budget.reserved, budget.committed, budget.paid)
    assert before[1:] == (5_0000_01, 120_0000_00, 60_0000_00)
    over()
    closed = close(budget)
    following = next_of(budget)
    assert (closed.available, closed.reserved, closed.committed, closed.paid) == (0, 0, 0, before[3])
    assert closed.carried == sum(before[:3]) == following.appropriated
    assert (following.available, following.reserved, following.committed) == before[:3]
    assert closed.closed_at is not None
    assert set(Share.objects.filter(paid=0).values_list("budget_year", flat=True)) == {budget.year + 1}
    entry = Entry.objects.filter(act="support.close").latest("sequence")
    assert entry.reason == "年度终了"
    carried = Movement.objects.filter(kind="carry", claim=held).get()
    assert carried.document == "财预〔2027〕1号"
    assert sorted(carried.lines.values_list("budget", "account", "amount")) == sorted(
        [
            (budget.pk, "reserved", -5_0000_01), (budget.pk, "carried", 5_0000_01),
            (following.pk, "source", -5_0000_01), (following.pk, "reserved", 5_0000_01),
        ]
    )  # fmt: skip
    assert closing.carried_in(following) == closed.carried
    assert sound()


def test_what_is_available_may_lapse(over: Callable[[], None]) -> None:
    budget = financed.a_budget()
    over()
    closed = close(budget, "lapse")
    assert (closed.lapsed, closed.carried, closed.available) == (1000_0000_00, 0, 0)
    assert next_of(budget).appropriated == 0
    assert sound()


def test_nothing_is_booked_in_a_closed_year(over: Callable[[], None]) -> None:
    budget = financed.a_budget()
    keeper = financed.payer(budget.fund)
    over()
    close(budget)
    movement = Movement.objects.filter(kind="appropriate").latest("pk")
    for act in (
        lambda: funds.appropriate(keeper, budget.fund, budget.year, Decimal(1), "文"),
        lambda: funds.withdraw(keeper, budget.fund, budget.year, Decimal(1), "文"),
        lambda: funds.put_right(keeper, movement.pk, "记错"),
        lambda: close(budget),
    ):
        with pytest.raises(Refused, match="已经关闭"):
            act()
    with pytest.raises(Closed), transaction.atomic():
        post(keeper, Movement.Kind.PAY, [Transfer(budget, Account.CARRIED, Account.PAID, 1)])
    assert sound()


def test_what_is_told_and_given_back_after_closing_counts_for_the_next_year(over: Callable[[], None]) -> None:
    batch = financed.sent(*(financed.an_approved_claim(number) for number in (1, 2, 3)))
    budget, payer = financed.a_budget(), financed.payer(batch.fund)
    lines = financed.told(batch, failing=1).decode().split("\r\n")
    results.begin(payer, results.upload(payer, batch, "一.csv", "\r\n".join(lines[:3]).encode()).pk)
    paid = Claim.objects.get(state="paid")
    over()
    close(budget)
    payments.give_back(payer, paid.pk, [(paid.shares.get().pk, Decimal("100.00"))], "退001", "多付")
    # The treasury paid the third one before the year was over, and says so only now.
    results.begin(payer, results.upload(payer, batch, "二.csv", "\r\n".join([lines[0], lines[3]]).encode()).pk)
    budget.refresh_from_db()
    following = next_of(budget)
    assert (budget.paid, following.paid) == (60_0000_00 - 100_00, 60_0000_00)
    assert following.available == 1000_0000_00 - 180_0000_00 + 100_00
    assert Movement.objects.filter(kind="pay").latest("pk").booked_on.year == YEAR
    again = payments.reissue(payer, financed.failed_order().pk)
    assert again.share is not None and again.share.budget_year == budget.year + 1
    assert sound()


def test_who_may_close_and_what_it_takes(over: Callable[[], None]) -> None:
    budget = financed.a_budget()
    with pytest.raises(Refused, match="还没有结束"):
        close(budget)
    over()
    for role, district in ((Role.CITY_FINANCE, ""), (Role.DISTRICT_FINANCE, "330106"), (Role.DISTRICT_LEAD, "330108")):
        with pytest.raises(NotPermitted):
            closing.close(financed.viewer(role, district), budget.pk, "carry", "文", "理由")
    keeper = financed.payer(budget.fund)
    for document, reason, rest in (("", "理由", "carry"), ("文", " ", "carry"), ("文", "理由", "keep")):
        with pytest.raises(Refused):
            closing.close(keeper, budget.pk, rest, document, reason)  # type: ignore[arg-type]
    budget.refresh_from_db()
    assert budget.closed_at is None


def test_reimbursements_that_are_approved_go_on_too(over: Callable[[], None]) -> None:
    case = financed.a_reimbursement()
    reimbursements.check(financed.viewer(Role.CITY_OFFICER), case.pk)
    reimbursements.approve(financed.viewer(Role.CITY_LEAD), case.pk)
    budget = Budget.objects.get(fund=case.fund, year=YEAR)
    assert budget.committed == case.amount
    over()
    close(budget)
    case.refresh_from_db()
    assert case.budget_year == YEAR + 1
    assert next_of(budget).committed == case.amount
    assert sound()


def test_a_claim_without_reserved_money_goes_on_in_the_next_year(over: Callable[[], None]) -> None:
    claim = reserved(8, 100)
    holding.release(Viewer(), claim)
    budget = financed.a_budget()
    over()
    close(budget)
    assert claim.shares.get().budget_year == YEAR + 1
    assert [str(one) for one in faults()] == []


def test_the_page_shows_what_closing_would_do_and_does_it_once(
    client_as: Callable[..., Client], over: Callable[[], None]
) -> None:
    financed.a_batch()
    budget = financed.a_budget()
    client, address = client_as(Role.DISTRICT_FINANCE), reverse("support:close_budget", args=[budget.pk])
    assert "还没有结束" in client.get(address).content.decode()
    over()
    page = client.get(address).content.decode()
    assert "1,200,000.00元" in page and "逐件结转" in page and "还没有结束" not in page
    answer = client.post(address, {FIELD: new_token(), "rest": "carry", "document": "", "reason": "终了"})
    assert answer.status_code == 400 and "终了" in answer.content.decode()
    sent = {FIELD: new_token(), "rest": "lapse", "document": "财预1号", "reason": "终了"}
    for _time in range(2):
        assert client.post(address, sent).status_code == 302
    budget.refresh_from_db()
    assert budget.closed_at is not None and budget.lapsed > 0
    assert "关闭" in client.get(reverse("support:budget", args=[budget.pk])).content.decode()
    assert Movement.objects.filter(kind="lapse").count() == 1
    assert sound()
