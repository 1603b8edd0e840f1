"""Reading workbooks (XLSX, XLS, ODS) with python-calamine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from zongbu.law.errors import InputError
from zongbu.law.facts.columns import HEADER_ROWS, find_header, nothing_known
from zongbu.law.facts.dictionary import Dictionary


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A worksheet, the position of its header row (from 0) and the titles in it."""

    name: str
    sheet: CalamineSheet
    header: int
    titles: tuple[object, ...]


def open_sheet(path: Path, sheet: str | None, dictionary: Dictionary) -> OpenSheet:
    """The worksheet to read.

    ``sheet`` names it; without a name it is the first visible sheet that has a header (so a cover sheet
    does no harm). Raises :class:`InputError` for a file that is no workbook, a sheet that is not there,
    an empty sheet, and sheets without any known column.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise InputError(f"{path}：工作簿有密码，请先去掉密码") from error
    except (CalamineError, OSError) as error:
        advice = "请用 Excel 或 WPS 另存为 .xlsx"
        raise InputError(f"{path}：不是能读的 Excel 工作簿（{error}）；{advice}") from error
    names = workbook.sheet_names
    if sheet is not None:
        if sheet not in names:
            raise InputError(f"{path}：没有名为「{sheet}」的工作表；现有：{'、'.join(names)}")
        candidates = [sheet]
    else:
        candidates = [
            info.name
            for info in workbook.sheets_metadata
            if info.typ == SheetTypeEnum.WorkSheet and info.visible == SheetVisibleEnum.Visible
        ] or names
    seen: list[object] = []
    for name in candidates:
        try:
            loaded = workbook.get_sheet_by_name(name)
            top = _first_rows(loaded)
        except CalamineError as error:
            raise InputError(f"{path}：工作表「{name}」读不了（{error}）") from error
        header = find_header(top, dictionary)
        if header is not None:
            return OpenSheet(name, loaded, header, tuple(top[header]))
        seen = seen or next((list(row) for row in top if any(cell != "" for cell in row)), [])
    if not seen:
        raise InputError(f"{path}：工作表「{'、'.join(candidates)}」是空的")
    raise nothing_known(f"{path}「{candidates[0]}」", seen, dictionary)


def _first_rows(sheet: CalamineSheet) -> list[list[object]]:
    rows: list[list[object]] = []
    for row in sheet.iter_rows():
        rows.append(list(row))
        if len(rows) >= HEADER_ROWS:
            break
    return rows


def sheet_rows(
    opened: OpenSheet,
    positions: Sequence[int],
    codes: Sequence[int],
    progress: Callable[[float], None],
) -> Iterator[tuple[int, list[object]]]:
    """(row number in the sheet, the cells at ``positions``) for every data row with any content.

    Cells come as text, float, bool or date, to be written by ``csv``, whose float is the shortest that
    reads back the same. ``codes`` are the indices (within ``positions``) of columns of text and codes,
    where Excel keeps 6511 as 6511.0: those are given as whole numbers again.
    """
    height = max(opened.sheet.height, 1)
    for number, row in enumerate(opened.sheet.iter_rows(), 1):
        if number <= opened.header + 1 or row.count("") == len(row):
            continue
        cells: list[object] = [row[position] for position in positions]
        for index in codes:
            cell = cells[index]
            if isinstance(cell, float) and cell.is_integer():
                cells[index] = int(cell)
            elif isinstance(cell, date):
                cells[index] = str(cell)
        if number % 10_000 == 0:
            progress(number / height)
        yield number, cells
