"""Lists as files: CSV (UTF-8 with a mark, for spreadsheets) and XLSX; texts are never formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.exchange.export import harmless

Cell = str | int | Decimal | date | None
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")


def answer(
    kind: str, name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[Sequence[str]] = ()
) -> HttpResponseBase:
    """A list as a file to be kept: ``kind`` is ``csv`` or ``xlsx``, ``name`` the file's without its ending.

    Args:
        notes: what the list rests on, line by line: a second sheet of a workbook, lines below those of a CSV file.

    Raises:
        Http404: another kind.
    """
    if kind == "csv":
        lines = csv_lines(titles, rows, notes)
        found: HttpResponseBase = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        found.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
        return found
    if kind == "xlsx":
        file = workbook(titles, rows, notes)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK)
    raise Http404(kind)


def csv_lines(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[Sequence[str]] = ()
) -> Iterator[bytes]:
    """The file piece by piece."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(map(harmless, titles))
    for number, row in enumerate(rows, 1):
        writer.writerow([_written(cell) for cell in row])
        if number % 500 == 0:
            yield _emptied(buffer)
    for line in notes:
        writer.writerow(map(harmless, line))
    yield _emptied(buffer)


def workbook(titles: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[Sequence[str]] = ()) -> IO[bytes]:
    """An XLSX workbook as an open temporary file; numbers and dates stay numbers and dates."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("名单"))
        sheet.freeze_panes(1, 1)
        for place, title in enumerate(titles):
            sheet.set_column(place, place, 36 if place == 0 else 18)
            sheet.write_string(0, place, title, head)
        number = 0
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell)
                elif isinstance(cell, int | Decimal) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_string(number, place, str(cell), wrapped if len(str(cell)) > 40 else None)
        if number:
            sheet.autofilter(0, 0, number, len(titles) - 1)
        if notes:
            other = book.add_worksheet(_("说明"))
            other.set_column(0, 0, 24)
            other.set_column(1, 1, 80)
            for place, line in enumerate(notes):
                other.write_row(place, 0, line)
    file.seek(0)
    return file


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell) if isinstance(cell, int) else harmless(str(cell))


def _emptied(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
