"""The rows of a screening as CSV and XLSX: exactly what is shown, in words."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from zongbu.desk.people.districts import district_name
from zongbu.desk.selfcheck.models import Screening
from zongbu.desk.selfcheck.screening import rows, summary
from zongbu.law.amounts import day
from zongbu.law.explain.words import verdict
from zongbu.law.parameters import DEMONSTRATION

MOST_IN_A_SHEET = 100_000
"""Rows that are written to a workbook while somebody waits."""
_BOM = "\ufeff"


def heads(screening: Screening, lang: str) -> list[str]:
    """The titles of the columns; amounts in yuan."""
    titles = [_("企业名称"), _("统一社会信用代码"), _("注册区县")]
    for column in summary.columns(screening, lang):
        titles.append(_("%s（元）") % column.title if column.amount else column.title)
    if screening.demonstration:
        titles.append(_("参数来源"))
    return titles


def cells(row: rows.Row, screening: Screening, lang: str) -> list[Any]:
    """A row: answers in words, amounts as numbers; 待定 stands for what is not known."""
    shown = summary.shown(row, screening, lang)
    found: list[Any] = [row.name, row.uscc, shown.district]
    for result, value in zip(screening.results, row.answers, strict=True):
        amount = screening.counts[result]["total"] is not None
        told = value is None or isinstance(value, bool)
        found.append(verdict(value, lang)[1] if told else value if amount else str(value))
    if screening.demonstration:
        found.append(DEMONSTRATION)
    return found


def csv_lines(screening: Screening, chosen: rows.Filter, lang: str) -> Iterator[str]:
    """The file piece by piece, with a byte order mark so that spreadsheets read it as UTF-8."""
    titles = heads(screening, lang)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BOM)
    writer.writerow(titles)
    for number, row in enumerate(rows.every(screening, chosen), 1):
        writer.writerow([_harmless(str(cell)) for cell in cells(row, screening, lang)])
        if number % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(text) else text


def _number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def workbook(screening: Screening, chosen: rows.Filter, lang: str) -> IO[bytes]:
    """A workbook: the rows, and on a second sheet what they rest on."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet = book.add_worksheet(_("筛查结果"))
    sheet.write_row(0, 0, heads(screening, lang), bold)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 3 + len(screening.results), 14)
    for number, row in enumerate(rows.every(screening, chosen), 1):
        for position, cell in enumerate(cells(row, screening, lang)):
            if isinstance(cell, str):
                sheet.write_string(number, position, cell)
            else:
                sheet.write_number(number, position, cell, money)
    notes = book.add_worksheet(_("说明"))
    notes.set_column(0, 0, 24)
    notes.set_column(1, 2, 60)
    for number, line in enumerate(_notes(screening, chosen, lang)):
        notes.write_row(number, 0, line)
    book.close()
    file.seek(0)
    return file


def _notes(screening: Screening, chosen: rows.Filter, lang: str) -> Iterator[tuple[str, ...]]:
    yield _("政策"), screening.policy_title
    yield _("政策版本"), screening.version
    yield _("基准日"), day(screening.as_of, lang)
    yield _("筛查范围"), summary.scope(screening)
    yield _("企业数"), str(screening.enterprises)
    if chosen.text:
        yield _("筛选：名称或代码"), chosen.text
    if chosen.district:
        yield _("筛选：区县"), str(district_name(chosen.district))
    if chosen.result and chosen.answer:
        titles = {column.identifier: column.title for column in summary.columns(screening, lang)}
        answer = {"met": True, "not_met": False, "undetermined": None}[chosen.answer]
        yield _("筛选：结果"), f"{titles[chosen.result]} {verdict(answer, lang)[1]}"
    for title, value, source in summary.parameters(screening, lang):
        yield _("参数：%s") % title, value, source
    if screening.demonstration:
        yield DEMONSTRATION, _("部分参数是演示值，不是公布的标准，不得用于实际认定或兑现。")
