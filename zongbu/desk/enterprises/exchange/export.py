"""What a list shows, as a file: the same rows, columns and order, row by row from the database to the reader."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.listing.catalogue import Cell, Column, catalogue
from zongbu.desk.enterprises.listing.criteria import Criteria
from zongbu.desk.enterprises.listing.rows import all_rows, facts_of_the_day, shown_columns
from zongbu.desk.kernel.scope import Viewer
from zongbu.law import InputError

MOST_IN_WORKBOOK = 200_000
"""Rows that a workbook is made of while somebody waits; a CSV file has no limit."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that make a spreadsheet take a text for a formula (OWASP: CSV injection)."""
EXACT_IN_DOUBLE = Decimal(10) ** 13
"""Amounts in yuan below this are kept exact, to the fen, by the doubles that a workbook holds."""


def cells(viewer: Viewer, criteria: Criteria, year: int) -> Iterator[list[tuple[Column, Cell]]]:
    """The rows, each cell with its column; the name comes first."""
    columns = shown_columns(criteria, catalogue())
    for chunk in all_rows(viewer, criteria, year):
        derived = facts_of_the_day(chunk, columns)
        for enterprise in chunk:
            known = derived.get(enterprise.pk, {})
            yield [(column, column.cell(enterprise, year, known)) for column in columns]


def titles(criteria: Criteria, year: int) -> list[str]:
    """The headings, as an import reads them back."""
    return [column.title(year) for column in shown_columns(criteria, catalogue())]


def as_csv(viewer: Viewer, criteria: Criteria, year: int) -> Iterator[bytes]:
    """A CSV file in UTF-8 (with a mark, for spreadsheets), in pieces."""
    yield b"\xef\xbb\xbf"
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(map(harmless, titles(criteria, year)))
    for number, row in enumerate(cells(viewer, criteria, year), 1):
        writer.writerow([_written(column, cell) for column, cell in row])
        if number % 200 == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def as_workbook(viewer: Viewer, criteria: Criteria, year: int) -> Any:
    """An XLSX workbook as an open temporary file; numbers and dates stay numbers and dates, texts are never formulas.

    Raises:
        InputError: there are more rows than a workbook is made of.
    """
    file = NamedTemporaryFile(suffix=".xlsx", prefix="zongbu-")  # noqa: SIM115 - the response closes it
    try:
        _write_workbook(Path(file.name), titles(criteria, year), cells(viewer, criteria, year))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write_workbook(path: Path, headings: Sequence[str], rows: Iterator[list[tuple[Column, Cell]]]) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(_("企业"))
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "ratio": book.add_format({"num_format": "0.######"}),
            "integer": book.add_format({"num_format": "0"}),
        }
        sheet.freeze_panes(1, 1)
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, 36 if place == 0 else 20)
            sheet.write_string(0, place, heading, head)
        number = 0
        for number, row in enumerate(rows, 1):
            if number > MOST_IN_WORKBOOK:
                raise InputError(
                    _("超过 %(most)s 家，做成 Excel 工作簿太大；请加筛选，或导出为 CSV")
                    % {"most": f"{MOST_IN_WORKBOOK:,}"}
                )
            for place, (column, cell) in enumerate(row):
                kind = column.fact.type if column.fact is not None else ""
                if cell is None or cell == "":
                    continue
                if isinstance(cell, bool) or not isinstance(cell, int | Decimal | date):
                    sheet.write_string(number, place, _plain(column, cell))
                elif isinstance(cell, date):
                    sheet.write_datetime(number, place, cell)
                elif -EXACT_IN_DOUBLE < cell < EXACT_IN_DOUBLE:
                    sheet.write_number(number, place, cell, formats.get(kind))
                else:
                    sheet.write_string(number, place, format(cell, "f"))
        if number:
            sheet.autofilter(0, 0, number, len(headings) - 1)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return harmless(_plain(column, cell))


def _plain(column: Column, cell: Cell) -> str:
    """A cell in words: what an import reads back as the same value."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    return column.word(str(cell))


def _emptied(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
