"""An evaluation and the published list as files; a demonstration says so in every row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.exchange.export import harmless
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.stars import explaining
from zongbu.desk.recognition.stars.models import Evaluation, Result

MOST_IN_WORKBOOK = 100_000
AT_ONCE = 1000
Cell = str | Decimal | int | None


def rows(evaluation: Evaluation, found: QuerySet[Result]) -> Iterator[Sequence[Cell]]:
    """Headings and rows of an evaluation: rank, enterprise, score, stars, then each indicator."""
    definition = evaluation.set.definition
    heads = [
        _("名次"),
        _("企业名称"),
        _("统一社会信用代码"),
        _("区县"),
        _("得分"),
        _("计算星级"),
        _("星级"),
        _("上一次星级"),
    ]
    for item in definition.indicators:
        heads += [
            item.title,
            _("%s·标准化") % item.title,
            _("%s·权重") % item.title,
            _("%s·得分") % item.title,
        ]
    marked = evaluation.set.demonstration
    yield [*heads, *([_("指标来源")] if marked else [])]
    before = evaluation.previous.set.definition if evaluation.previous is not None else definition
    for one in found.iterator(chunk_size=AT_ONCE):
        cells: list[Cell] = [
            one.rank, one.name, one.uscc, district_name(one.district), one.score, definition.label(one.computed),
            definition.label(one.star), "" if one.before is None else before.label(one.before),
        ]  # fmt: skip
        for part in one.parts:
            cells.append(_number(part["value"]))
            cells += [
                None if part[name] is None else Decimal(part[name]) for name in ("normalised", "weight", "points")
            ]
        yield [*cells, *([_("演示指标")] if marked else [])]


def public_rows(evaluation: Evaluation, found: Iterable[Result]) -> Iterator[Sequence[Cell]]:
    """Headings and rows of the public list."""
    definition, marked = evaluation.set.definition, evaluation.set.demonstration
    yield [_("年度"), _("星级"), _("企业名称"), _("区县"), *([_("指标来源")] if marked else [])]
    for one in found:
        mark = [_("演示指标")] if marked else []
        yield [evaluation.year, definition.label(one.star), one.name, district_name(one.district), *mark]


def as_csv(found: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV file in UTF-8 (with a mark, for spreadsheets), in pieces."""
    yield b"\xef\xbb\xbf"
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(found):
        writer.writerow([_text(cell) for cell in row])
        if number % AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def as_workbook(evaluation: Evaluation, found: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A workbook: the rows, and on a second sheet what they rest on."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("星级评价"))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(found):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell, bold if number == 0 else None)
            elif cell is not None:
                sheet.write_number(number, place, cell)
    notes = book.add_worksheet(_("说明"))
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 80)
    for number, line in enumerate(_notes(evaluation)):
        notes.write_row(number, 0, line)
    book.close()
    file.seek(0)
    return file


def _notes(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    definition = evaluation.set.definition
    yield _("评价"), evaluation.title
    yield _("评价指标"), str(evaluation.set)
    yield _("来源"), evaluation.set.source
    if evaluation.set.demonstration:
        yield _("演示指标"), _("指标、权重和界限不是公布的标准，不得用于实际评定。")
    yield _("评价基准日"), evaluation.as_of.isoformat()
    for place, tier in enumerate(definition.tiers):
        yield tier.label, explaining.limit(definition, place)
    yield _("并列"), explaining.ties(definition)


def _number(text: str) -> Cell:
    if text in ("true", "false"):
        return _("是") if text == "true" else _("否")
    return Decimal(text) if text else None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else harmless(str(cell))
