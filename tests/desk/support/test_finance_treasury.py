"""What goes to the treasury, and what is read of what comes back."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.support import financed
from tests.desk.support.conftest import Playing, sound
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support import treasury
from zongbu.desk.support.actions import results
from zongbu.desk.support.models import Fund, PaymentBatch
from zongbu.law.errors import InputError

pytestmark = pytest.mark.django_db


def canonical(content: object) -> str:
    """The digest as docs/treasury.md says that it is made, written anew here."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_a_batch_is_written_as_the_manual_says(playing: Playing, district_fund: Fund) -> None:
    (batch,) = playing.exported()
    batch.refresh_from_db()
    told = json.loads(treasury.as_json(batch))
    assert (told["format"], told["version"]) == ("zongbu-payment-batch", 1)
    assert told["sha256"] == canonical(told["content"]) == batch.digest
    content = told["content"]
    (order,) = content["orders"]
    case = playing.case
    assert order == {
        "number": case.orders.get().number, "payee": "示例科技有限公司", "bank": "示例银行滨江支行",
        "account": "6222000012345678", "amount": "600000.00", "amount_fen": 60_0000_00,
        "purpose": f"租房补助 {case.year}年度 {case.receipt}",
    }  # fmt: skip
    assert (content["batch"], content["fund"], content["level"]) == (batch.receipt, district_fund.name, "district")
    assert (content["count"], content["total"], content["total_fen"]) == (1, "600000.00", 60_0000_00)


def test_the_files_are_the_same_to_the_byte_whenever_they_are_fetched(
    client_as: Callable[..., Client],
) -> None:
    batch = financed.sent(financed.an_approved_claim(1, 12_345_67), financed.an_approved_claim(2, 5))
    client = client_as(Role.DISTRICT_FINANCE)
    first = {
        kind: client.post(reverse("support:batch_file", args=[batch.receipt, kind])).content
        for kind in ("json", "xlsx")
    }
    results.begin(financed.payer(batch.fund), financed.results_of(batch, failing=1).pk)
    Fund.objects.filter(pk=batch.fund_id).update(name="改了名的资金")
    for kind, content in first.items():
        assert client.post(reverse("support:batch_file", args=[batch.receipt, kind])).content == content
    assert Entry.objects.filter(act="support.fetch_batch").count() == 4
    assert batch.orders.all()[0].account not in str(Entry.objects.filter(act="support.fetch_batch")[0].after)
    sheet = openpyxl.load_workbook(io.BytesIO(first["xlsx"]))["支付单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[4:6] for row in rows] == [["12345.67", 1234567], ["0.05", 5], ["12345.72", 1234572]]
    assert client.post(reverse("support:batch_file", args=[batch.receipt, "pdf"])).status_code == 404
    draft = financed.a_draft_batch()
    assert client.post(reverse("support:batch_file", args=[draft.receipt, "json"])).status_code == 404


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (100, "1.00"), (123_456_789_012_34, "123456789012.34"), (-105, "-1.05")]
)
def test_yuan_to_the_fen(fen: int, text: str) -> None:
    assert treasury.yuan(fen) == text


# --- what comes back -----------------------------------------------------------------------------------------

HEAD = "支付单号,结果,金额（元）,支付日期,国库流水号,失败原因\n"


def read_one(line: str) -> treasury.Read:
    (row,) = treasury.read("a.csv", (HEAD + line).encode())
    return row


def test_rows_are_read() -> None:
    paid = read_one('ZF1,已支付,"600,000.00",2026-01-05,GK1,')
    assert paid == treasury.Read(2, "ZF1", True, 60_0000_00, date(2026, 1, 5), "GK1", "")
    failed = read_one("ZF1,支付失败,0.05,,,账号有误")
    assert failed == treasury.Read(2, "ZF1", False, 5, None, "", "账号有误")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",已支付,1.00,2026-01-05,GK1,", "没有支付单号"),
        ("ZF1,处理中,1.00,2026-01-05,GK1,", "结果应为"),
        ("ZF1,已支付,,2026-01-05,GK1,", "没有金额"),
        ("ZF1,已支付,一元,2026-01-05,GK1,", "读不出来"),
        ("ZF1,已支付,1.005,2026-01-05,GK1,", "最多两位小数"),
        ("ZF1,已支付,-1.00,2026-01-05,GK1,", "大于零"),
        ("ZF1,已支付,NaN,2026-01-05,GK1,", "大于零"),
        ("ZF1,已支付,1e99,2026-01-05,GK1,", "大于零"),
        ("ZF1,已支付,1.00,,GK1,", "没有支付日期"),
        ("ZF1,已支付,1.00,2999-01-01,GK1,", "晚于今天"),
        ("ZF1,已支付,1.00,五月,GK1,", "读不出来"),
        ("ZF1,已支付,1.00,2026-01-05,,", "没有国库流水号"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(line: str, fault: str) -> None:
    assert fault in read_one(line).fault


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "空的"),
        ("a.txt", b"x", "请上传"),
        ("a.csv", "单号,金额\nZF1,1".encode(), "缺少列：结果"),
        ("a.csv", "支付单号,结果\nZF1,已支付".encode(), "缺少列：金额"),
        ("a.csv", HEAD.encode(), "没有支付结果"),
        ("a.csv", b"\xff\xfe\x00\x81", "编码|缺少列"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "读不出来"),
        ("a.json", b"[1]", "format"),
        ("a.json", b"{", "不是 JSON"),
        ("a.json", b"[" * 100_000, "不是 JSON"),
        ("a.json", b'{"format": "zongbu-payment-results", "version": 2, "results": []}', "version"),
        ("a.json", b'{"format": "zongbu-payment-results", "version": 1}', "results"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        treasury.read(name, content)


def test_the_same_results_as_workbook_as_csv_in_both_encodings_and_as_json() -> None:
    expected = [
        treasury.Read(2, "ZF1", True, 1234_50, date(2026, 1, 5), "20260105001", ""),
        treasury.Read(3, "ZF2", False, 100, None, "", "户名不符"),
    ]
    text = HEAD + "ZF1,已支付,1234.5,2026-01-05,20260105001,\nZF2,退票,1.00,,,户名不符\n合计,,1235.50,,,\n"
    assert treasury.read("a.csv", b"\xef\xbb\xbf" + text.encode()) == expected
    assert treasury.read("A.CSV", text.encode("gb18030")) == expected
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("支付单号", "结果", "金额（元）", "支付日期", "国库流水号", "失败原因"))
        sheet.write_row(1, 0, ("ZF1", "已支付", 1234.5))
        sheet.write_datetime(1, 3, datetime(2026, 1, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 4, 20260105001)
        sheet.write_row(2, 0, ("ZF2", "退票", 1, "", "", "户名不符"))
    assert treasury.read("a.xlsx", file.getvalue()) == expected
    told = {
        "format": treasury.RESULTS,
        "version": 1,
        "results": [
            {"number": "ZF1", "result": "paid", "amount": "1234.50", "amount_fen": 123450, "paid_on": "2026-01-05",
             "reference": "20260105001"},
            {"number": "ZF2", "result": "failed", "amount_fen": 100, "failure": "户名不符"},
        ],
    }  # fmt: skip
    found = treasury.read("a.json", json.dumps(told).encode())
    assert [(one.number, one.paid, one.amount, one.on, one.reference, one.failure) for one in found] == [
        (one.number, one.paid, one.amount, one.on, one.reference, one.failure) for one in expected
    ]
    told["results"][0]["amount_fen"] = 123451  # type: ignore[index]
    assert "不一致" in treasury.read("a.json", json.dumps(told).encode())[0].fault


# --- taken over ----------------------------------------------------------------------------------------------


def apply(batch: PaymentBatch, *lines: str) -> list[tuple[str, str]]:
    """What became of rows."""
    payer = financed.payer(batch.fund)
    file = results.upload(payer, batch, "a.csv", (HEAD + "\n".join(lines)).encode())
    foreseen = [(one.outcome, one.text) for one in results.foresee(file, list(file.rows.all()))]
    results.begin(payer, file.pk)
    done = list(file.rows.values_list("outcome", "text"))
    assert len(lines) > 1 or done == foreseen  # of several rows one may stand in another's way
    return done


def test_what_contradicts_is_refused_and_told_again_nothing_happens() -> None:
    batch = financed.sent(*(financed.an_approved_claim(number, 100_00) for number in (1, 2, 3)))
    first, second, third = batch.orders.order_by("pk")
    other = financed.sent(financed.an_approved_claim(4, 100_00)).orders.get()
    day = timezone.localdate()
    before = day - timedelta(days=1)
    ((outcome, why),) = apply(batch, f"{first.number},已支付,100.00,{before},GK1,")
    assert outcome == "refused" and "早于批次送国库的日期" in why
    assert apply(batch, f"{first.number},已支付,100.00,{day},GK1,") == [("paid", "")]
    assert apply(batch, f"{first.number},已支付,100.00,{day},GK1,") == [("again", "")]
    ((outcome, why),) = apply(batch, f"{first.number},已支付,100.00,{day},GK2,")
    assert outcome == "refused" and "另一流水号" in why
    ((outcome, why),) = apply(batch, f"{first.number},支付失败,100.00,,,退票")
    assert outcome == "refused" and "请人工核对" in why
    ((outcome, why),) = apply(batch, f"{second.number},已支付,100.01,{day},GK3,")
    assert outcome == "refused" and "金额与国库回执不一致" in why
    ((outcome, why),) = apply(batch, f"{second.number},已支付,100.00,{day},GK1,")
    assert outcome == "refused" and "已用于支付单" in why
    ((outcome, why),) = apply(batch, f"{other.number},已支付,100.00,{day},GK4,")
    assert outcome == "refused" and "批次里没有" in why
    # Within one file: the same order twice, and the same number of the treasury twice.
    found = apply(
        batch,
        f"{second.number},已支付,100.00,{day},GK5,",
        f"{second.number},支付失败,100.00,,,退票",
        f"{third.number},已支付,100.00,{day},GK5,",
    )
    assert [outcome for outcome, _why in found] == ["paid", "refused", "refused"]
    third.refresh_from_db()
    assert third.state == "exported"
    assert sound()


def test_many_rows_go_on_in_the_background_and_a_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = financed.sent(*(financed.an_approved_claim(number, 100_00) for number in range(results.AT_ONCE + 5)))
    payer, file = financed.payer(batch.fund), financed.results_of(batch)
    begun = results.begin(payer, file.pk)
    assert (begun.state, begun.rows.exclude(outcome="").count()) == ("running", 0)
    with pytest.raises(results.Refused, match="正在登记"):
        results.begin(payer, file.pk)

    class Broken(Exception):
        pass

    real, left = results.told, [12]

    def told(*given: object) -> str:
        left[0] -= 1
        if not left[0]:
            raise Broken
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as breaking:
        breaking.setattr(results, "told", told)
        results.run(file.pk, begun.attempt)
    file.refresh_from_db()
    assert results.interrupted(file) and "程序出错" in file.error
    assert file.rows.exclude(outcome="").count() == results.PORTION  # the second portion left nothing behind
    again = results.begin(payer, file.pk)
    results.run(file.pk, begun.attempt)  # whoever comes late does nothing
    assert file.rows.exclude(outcome="").count() >= results.PORTION
    results.run(file.pk, again.attempt)
    file.refresh_from_db()
    assert (file.state, file.error) == ("done", "")
    assert set(batch.orders.values_list("state", flat=True)) == {"paid"}
    assert Decimal(batch.fund.budgets.get().paid) == (results.AT_ONCE + 5) * 100_00
    assert sound()
