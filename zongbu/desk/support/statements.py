"""Statements: what a fund got, gave and still holds in a year; the same of a district. As workbook and as PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import QuerySet, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from zongbu.desk.kernel import documents
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.districts import district_name
from zongbu.desk.support import books
from zongbu.desk.support.actions.closing import carried_in
from zongbu.desk.support.models import HOLDING, Account, Budget, Claim, Line, Movement
from zongbu.desk.support.treasury import yuan
from zongbu.law.amounts import full_amount

TEMPLATE = Path(__file__).resolve().parent / "documents" / "statement.typ"
Row = tuple[str, ...]


@dataclass
class Statement:
    """A statement as plain data: (label, fen) pairs and tables of sums; ``lines`` are the entries of the workbook."""

    title: str
    subtitle: str
    organ: str
    date: date
    accounts: list[tuple[str, int]]
    measures: list[books.Sums]
    districts: list[books.Sums]
    lines: QuerySet[Line]
    closed: str = ""
    demonstration: bool = False
    notes: list[str] = field(default_factory=list)


def of_budget(viewer: Viewer, budget: Budget) -> Statement:
    """The statement of a fund for a year, as the books stand now."""
    with translation.override("zh-hans"):
        found = books.lines(viewer).filter(budget=budget).order_by("pk")
        given = _given(found)
        carried = carried_in(budget)
        accounts = [
            (_("上年结转"), carried),
            (_("本年安排"), given - carried),
            *((str(one.label), getattr(budget, one.value)) for one in HOLDING),
        ]
        notes = [
            "上年结转、本年安排合计等于其余各项合计。",
            "各项金额由账簿的分录加总得出，冲正的已抵减。",
        ]
        return Statement(
            f"{budget.fund.name}{budget.year}年度收支表",
            "",
            budget.fund.owner,
            timezone.localdate(),
            accounts,
            books.by_measure(found),
            books.by_district(found) if not budget.fund.district else [],
            found,
            _day(budget),
            budget.fund.demonstration or _demonstration(found),
            notes,
        )


def _given(found: QuerySet[Line]) -> int:
    total: int | None = found.filter(account=Account.SOURCE).aggregate(total=Sum("amount"))["total"]
    return -(total or 0)


def _day(budget: Budget) -> str:
    return timezone.localdate(budget.closed_at).isoformat() if budget.closed_at is not None else ""


def _demonstration(found: QuerySet[Line]) -> bool:
    return Claim.objects.filter(demonstration=True, pk__in=found.values("movement__claim")).exists()


def of_district(viewer: Viewer, district: str, year: int) -> Statement:
    """What enterprises of a district were given in a year, whichever fund the viewer reads paid it."""
    with translation.override("zh-hans"):
        found = (
            books.lines(viewer).filter(budget__year=year, district=district, enterprise__isnull=False).order_by("pk")
        )
        sums = books.by_measure(found)
        accounts = [
            (str(account.label), sum(getattr(one, account.value) for one in sums)) for account in books.SPENDING
        ]
        by_fund = (
            found.filter(account=Account.PAID)
            .order_by("budget__fund__name")
            .values_list("budget__fund__name")
            .annotate(total=Sum("amount"))
        )
        accounts += [(f"其中：{name}支付", total) for name, total in by_fund]
        back = books.lines(viewer).filter(
            movement__kind=Movement.Kind.PAY, movement__reimbursement__district=district, budget__year=year,
            account=Account.AVAILABLE,
        )  # fmt: skip
        returned: int | None = back.aggregate(total=Sum("amount"))["total"]
        if returned:
            accounts.append(("市级次年补助收入", returned))
        return Statement(
            f"{district_name(district)}{year}年度政策兑现收支表",
            "按享受企业所在区县统计，含市级和部门资金中阅表人可以查看的部分。",
            district_name(district),
            timezone.localdate(),
            accounts,
            sums,
            [],
            found,
            demonstration=_demonstration(found),
            notes=["各项金额由账簿的分录加总得出，退回和冲正的已抵减。"],
        )


# --- as files --------------------------------------------------------------------------------------------------


def as_pdf(found: Statement) -> bytes:
    """The statement for printing and filing.

    Raises:
        CannotPrint: a character has no glyph.
    """
    data: dict[str, Any] = {
        "title": found.title,
        "subtitle": found.subtitle,
        "organ": found.organ,
        "date": found.date.isoformat(),
        "closed": found.closed,
        "demonstration": found.demonstration,
        "accounts": [[label, full_amount(fen)] for label, fen in found.accounts],
        "measures": [_sums(one) for one in found.measures],
        "districts": [_sums(one) for one in found.districts],
        "totals": _sums(_all(found.measures)),
        "notes": found.notes,
    }
    return documents.render(TEMPLATE, data)


def _sums(one: books.Sums) -> Row:
    return (one.title, *(full_amount(fen) for fen in (one.reserved, one.committed, one.paid, one.total)))


def _all(rows: Sequence[books.Sums]) -> books.Sums:
    total = books.Sums((), "合计")
    for one in rows:
        total.reserved += one.reserved
        total.committed += one.committed
        total.paid += one.paid
    return total


def as_workbook(found: Statement) -> bytes:
    """The same with every entry, for checking and adding up."""
    from zongbu.desk.support.views.finance.budgets import cells  # the columns of the page's own export

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with (
        translation.override("zh-hans"),
        xlsxwriter.Workbook(file, {**options, "default_date_format": "yyyy-mm-dd"}) as book,
    ):
        head = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet = book.add_worksheet("收支表")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 4, 20)
        sheet.write_string(0, 0, found.title, book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(
            1, 0, f"截至{found.date.isoformat()}，金额单位：元" + ("（演示参数）" if found.demonstration else "")
        )
        line = 3
        for label, fen in found.accounts:
            sheet.write_string(line, 0, label)
            sheet.write_number(line, 1, Decimal(yuan(fen)), money)
            line += 1
        for title, rows in (("措施", found.measures), ("区县", found.districts)):
            if not rows:
                continue
            line += 1
            for place, text in enumerate((title, "已预留", "已承诺待付", "已支付", "合计")):
                sheet.write_string(line, place, text, head)
            line += 1
            for one in [*rows, _all(rows)]:
                sheet.write_string(line, 0, one.title)
                for place, fen in enumerate((one.reserved, one.committed, one.paid, one.total), 1):
                    sheet.write_number(line, place, Decimal(yuan(fen)), money)
                line += 1
        for note in found.notes:
            line += 1
            sheet.write_string(line, 0, note)
        entries = book.add_worksheet("明细")
        entries.freeze_panes(1, 0)
        titles = (
            "分录号", "记账日", "类型", "资金", "年度", "科目", "金额（元）", "措施", "区县", "企业",
            "统一社会信用代码", "事项", "文号或凭证号", "事由", "经办人",
        )  # fmt: skip
        for place, title in enumerate(titles):
            entries.set_column(place, place, 16)
            entries.write_string(0, place, title, head)
        for number, row in enumerate(cells(found.lines), 1):
            for place, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, date):
                    entries.write_datetime(number, place, cell)
                elif isinstance(cell, int | Decimal):
                    entries.write_number(number, place, cell, money if place == 6 else None)
                else:
                    entries.write_string(number, place, str(cell))
    return file.getvalue()
