"""What goes to the treasury and what comes back: a batch as JSON and XLSX, results out of XLSX, CSV or JSON.

The format is described in ``docs/treasury.md``; whoever changes it raises ``VERSION``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

import python_calamine
import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.support.models import PaymentBatch, PaymentOrder
from zongbu.law.errors import InputError

FORMAT = "zongbu-payment-batch"
RESULTS = "zongbu-payment-results"
VERSION = 1
LARGEST = 20 * 2**20
"""Bytes of a file of results."""
MOST_ROWS = 20_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- what goes there -------------------------------------------------------------------------------------------


def yuan(fen: int) -> str:
    """Fen as a number of yuan with two places: ``"1234.50"``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def content(batch: PaymentBatch, orders: Iterable[PaymentOrder], sent_at: datetime) -> dict[str, Any]:
    """What a batch asks the treasury to pay, as plain data. The same orders always give the same."""
    lines = [
        {
            "number": one.number,
            "payee": one.payee,
            "bank": one.bank,
            "account": one.account,
            "amount": yuan(one.amount),
            "amount_fen": one.amount,
            "purpose": purpose(one),
        }
        for one in orders
    ]
    total = sum(one["amount_fen"] for one in lines)  # type: ignore[misc]
    return {
        "batch": batch.receipt,
        "title": batch.title,
        "fund": batch.fund.name,
        "level": batch.fund.level,
        "district": batch.fund.district,
        "sent_at": timezone.localtime(sent_at).isoformat(timespec="seconds"),
        "currency": "CNY",
        "orders": lines,
        "count": len(lines),
        "total": yuan(total),
        "total_fen": total,
    }


def purpose(order: PaymentOrder) -> str:
    """What a payment is for: the measure, its year and the number of the case."""
    if order.claim is not None:
        return f"{order.claim.title} {order.claim.year}年度 {order.claim.receipt}"
    assert order.reimbursement is not None
    return f"市级次年补助 {order.reimbursement.year}年度 {order.reimbursement.receipt}"


def digest(told: Mapping[str, Any]) -> str:
    """SHA-256 of the content, written as JSON with sorted keys, without spaces, in UTF-8."""
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def as_json(batch: PaymentBatch) -> bytes:
    """The file of a batch that has been sent; the same bytes whenever it is asked for."""
    file = {"format": FORMAT, "version": VERSION, "content": batch.document, "sha256": batch.digest}
    return json.dumps(file, ensure_ascii=False, indent=2).encode() + b"\n"


HEADS = ("支付单号", "收款人", "开户行", "账号", "金额（元）", "金额（分）", "用途")


def as_workbook(batch: PaymentBatch) -> bytes:
    """The same as a workbook; amounts in yuan as text, so that nothing rounds them. Always the same bytes."""
    told: Mapping[str, Any] = batch.document
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sent = datetime.fromisoformat(told["sent_at"]).replace(tzinfo=None)
        book.set_properties({"title": told["batch"], "created": sent})
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("支付单")
        sheet.freeze_panes(1, 1)
        for place, (title, width) in enumerate(zip(HEADS, (24, 32, 28, 26, 16, 16, 44), strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, head)
        for number, one in enumerate(told["orders"], 1):
            texts = (one["number"], one["payee"], one["bank"], one["account"], one["amount"])
            for place, text in enumerate(texts):
                sheet.write_string(number, place, text)
            sheet.write_number(number, 5, one["amount_fen"])
            sheet.write_string(number, 6, one["purpose"])
        last = len(told["orders"]) + 1
        sheet.write_string(last, 0, "合计", head)
        sheet.write_string(last, 4, told["total"], head)
        sheet.write_number(last, 5, told["total_fen"], head)
        about = book.add_worksheet("批次")
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 72)
        lines = (
            ("格式", f"{FORMAT} 第{VERSION}版"), ("批次号", told["batch"]), ("名称", told["title"]),
            ("资金", told["fund"]), ("送出时间", told["sent_at"]), ("币种", told["currency"]),
            ("笔数", str(told["count"])), ("合计（元）", told["total"]), ("合计（分）", str(told["total_fen"])),
            ("内容摘要（SHA-256）", batch.digest),
        )  # fmt: skip
        for number, line in enumerate(lines):
            for place, text in enumerate(line):
                about.write_string(number, place, text)
    return file.getvalue()


# --- what comes back -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """A row of results as it was read; ``fault`` says why it cannot be used."""

    line: int
    number: str = ""
    paid: bool | None = None
    amount: int | None = None
    on: date | None = None
    reference: str = ""
    failure: str = ""
    fault: str = ""


TITLES = {
    "支付单号": "number", "单号": "number", "number": "number",
    "结果": "result", "支付结果": "result", "状态": "result", "result": "result",
    "金额": "amount", "金额（元）": "amount", "金额(元)": "amount", "amount": "amount",
    "金额（分）": "amount_fen", "金额(分)": "amount_fen", "amount_fen": "amount_fen",
    "支付日期": "paid_on", "日期": "paid_on", "paid_on": "paid_on",
    "国库流水号": "reference", "流水号": "reference", "reference": "reference",
    "失败原因": "failure", "原因": "failure", "failure": "failure",
}  # fmt: skip
PAID = frozenset({"paid", "已支付", "成功", "支付成功"})
FAILED = frozenset({"failed", "失败", "支付失败", "退票"})
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")


def read(name: str, data: bytes) -> list[Read]:
    """The rows of a file of results.

    Raises:
        InputError: it is no such file, too large, or lacks a column.
    """
    if not data:
        raise InputError(_("文件是空的"))
    if len(data) > LARGEST:
        raise InputError(_("文件超过 %(most)s MB，请分成几个文件") % {"most": LARGEST >> 20})
    suffix = PurePath(name).suffix.lower()
    if suffix == ".json":
        rows = _json(data)
    elif suffix == ".csv":
        rows = _table(_csv(data))
    elif suffix == ".xlsx":
        rows = _table(_sheet(data))
    else:
        raise InputError(_("请上传国库的支付结果（.xlsx、.csv 或 .json）"))
    found = [_row(line, cells) for line, cells in rows]
    if not found:
        raise InputError(_("文件里没有支付结果"))
    if len(found) > MOST_ROWS:
        raise InputError(_("文件超过 %(most)s 行，请分成几个文件") % {"most": MOST_ROWS})
    return found


def _json(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError):
        raise InputError(_("文件不是 JSON")) from None
    if not isinstance(told, dict) or told.get("format") != RESULTS or told.get("version") != VERSION:
        raise InputError(
            _("不是支付结果的 JSON：format 应为「%(format)s」，version 应为 %(version)s")
            % {"format": RESULTS, "version": VERSION}
        )
    rows = told.get("results")
    if not isinstance(rows, list):
        raise InputError(_("JSON 里没有 results"))
    for line, one in enumerate(rows, 1):
        yield line, one if isinstance(one, dict) else {}


def _csv(data: bytes) -> Iterator[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(_("CSV 文件的编码不是 UTF-8 或 GB18030"))
    try:
        yield from csv.reader(io.StringIO(text))
    except csv.Error as error:
        raise InputError(_("CSV 文件读不出来：%(error)s") % {"error": error}) from None


def _sheet(data: bytes) -> Iterator[list[Any]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        yield from book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise InputError(_("Excel 文件读不出来：%(error)s") % {"error": error}) from None


def _table(rows: Iterable[list[Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    names: list[str] | None = None
    for line, cells in enumerate(rows, 1):
        if not any(str(cell).strip() for cell in cells):
            continue
        if names is None:
            names = [TITLES.get(str(cell).strip(), "") for cell in cells]
            if lacking := [title for title, name in _NEEDED if name not in names]:
                raise InputError(_("缺少列：%(columns)s") % {"columns": "、".join(lacking)})
            if not {"amount", "amount_fen"} & set(names):
                raise InputError(_("缺少列：%(columns)s") % {"columns": "金额（元）"})
            continue
        found = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        if str(found.get("number", "")).strip() == "合计":
            continue
        yield line, found


_NEEDED = (("支付单号", "number"), ("结果", "result"))


def _row(line: int, cells: Mapping[str, Any]) -> Read:
    number, reference, failure = (_text(cells.get(name)) for name in ("number", "reference", "failure"))
    known = {"line": line, "number": number[:60], "reference": reference[:60], "failure": failure[:300]}
    try:
        if not number:
            raise ValueError(_("没有支付单号"))
        if len(reference) > 60:
            raise ValueError(_("国库流水号太长"))
        result = _text(cells.get("result"))
        if result not in PAID | FAILED:
            raise ValueError(_("结果应为「已支付」或「支付失败」，实为「%(text)s」") % {"text": result[:40]})
        paid = result in PAID
        amount, day = _fen(cells), _day(cells.get("paid_on"))
        if paid and day is None:
            raise ValueError(_("已支付的没有支付日期"))
        if day is not None and day > timezone.localdate():
            raise ValueError(_("支付日期晚于今天"))
        if paid and not reference:
            raise ValueError(_("已支付的没有国库流水号"))
    except ValueError as error:
        return Read(**known, fault=str(error))  # type: ignore[arg-type]
    return Read(**known, paid=paid, amount=amount, on=day)  # type: ignore[arg-type]


def _fen(cells: Mapping[str, Any]) -> int:
    """The amount in fen; both columns must agree where there are two."""
    found: set[Decimal] = set()
    for name, factor in (("amount", 100), ("amount_fen", 1)):
        text = _text(cells.get(name)).replace(",", "").replace("，", "").removesuffix("元")
        if not text:
            continue
        try:
            found.add(Decimal(text) * factor)
        except InvalidOperation:
            raise ValueError(_("金额「%(text)s」读不出来") % {"text": text[:40]}) from None
    if len(found) != 1:
        raise ValueError(_("两列金额不一致") if found else _("没有金额"))
    value = found.pop()
    if not value.is_finite() or value != value.to_integral_value() or not 0 < value < 10**16:
        raise ValueError(_("金额应大于零，最多两位小数"))
    return int(value)


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if not text:
        return None
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise ValueError(_("支付日期「%(text)s」读不出来") % {"text": text[:40]})


def _text(cell: Any) -> str:
    if cell is None or isinstance(cell, bool | dict | list):
        return ""
    if isinstance(cell, float):  # workbooks give every number as one
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()
