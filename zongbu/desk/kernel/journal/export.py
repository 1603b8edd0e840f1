"""The journal as a file: CSV, JSON lines or XLSX, of exactly what is filtered, without holding it in memory."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import IO, Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from zongbu.desk.kernel import journal
from zongbu.desk.kernel.flow.refusals import Refused
from zongbu.desk.kernel.journal.chain import COVERED, where_it_ends
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.journal.queries import Filters, entries, in_order
from zongbu.desk.kernel.scope import Viewer

COLUMNS = (*COVERED, "digest")
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS_XLSX = 200_000
"""A workbook is written before it is sent; more than this takes too long, and CSV has no limit."""
LONGEST_CELL = 32_767
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


class TooMany(Refused):
    """More entries than a workbook takes."""


def export(viewer: Viewer, filters: Filters, form: str) -> Iterable[bytes] | IO[bytes]:
    """The content of the file; that it was asked for is journalled first.

    Raises:
        PermissionDenied: no auditor asks. TooMany: too much for XLSX. KeyError: no such format.
    """
    write: Callable[[Iterable[Entry]], Any] = {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}[form]
    found = entries(viewer, filters)
    until = where_it_ends().sequence
    number = found.filter(sequence__lte=until).count()
    if form == "xlsx" and number > MOST_ROWS_XLSX:
        from django.utils.translation import gettext as _

        raise TooMany(
            _("共%(number)s条，超过XLSX一次可导出的%(most)s条；请缩小范围，或改用CSV。")
            % {"number": number, "most": MOST_ROWS_XLSX}
        )
    with transaction.atomic():
        told = {"format": form, "filters": filters.used(), "entries": number, "until": until}
        journal.record("kernel.export_journal", viewer, after=told)
    return write(in_order(found, until))  # type: ignore[no-any-return]


def _row(entry: Entry) -> list[Any]:
    """The values of an entry; moments in local time, what changed as JSON."""
    values: list[Any] = []
    for name in COLUMNS:
        value = getattr(entry, name)
        if name == "moment":
            value = timezone.localtime(value).isoformat(timespec="microseconds")
        elif name in ("before", "after"):
            value = "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
        values.append("" if value is None else value)
    return values


def _csv(found: Iterable[Entry]) -> Iterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf"  # the mark by which spreadsheets know UTF-8
    for entry in found:
        writer.writerow([f"'{value}" if str(value).startswith(FORMULA) else value for value in _row(entry)])
        if buffer.tell() > 64 * 1024:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _jsonl(found: Iterable[Entry]) -> Iterator[bytes]:
    for entry in found:
        content = {name: getattr(entry, name) for name in COLUMNS}
        content["moment"] = timezone.localtime(entry.moment).isoformat(timespec="microseconds")
        yield json.dumps(content, ensure_ascii=False).encode() + b"\n"


def _xlsx(found: Iterable[Entry]) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="zongbu-journal-")  # noqa: SIM115 - whoever sends it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("journal")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for number, entry in enumerate(found, 1):
            for column, value in enumerate(_row(entry)):
                if isinstance(value, int) and abs(value) < 10**15:
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, str(value)[:LONGEST_CELL])
    file.seek(0)
    return file
