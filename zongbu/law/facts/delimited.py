"""Reading CSV as offices send it: encoding and delimiter found, ragged rows told, never all in memory."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import count, islice
from pathlib import Path
from typing import Final

from zongbu.law.errors import InputError
from zongbu.law.facts.columns import HEADER_ROWS, find_header, nothing_known
from zongbu.law.facts.dictionary import Dictionary

_BLOCK: Final = 1 << 20
_SAMPLE: Final = 1 << 20
_LONGEST_LINE: Final = 8 << 20
RECORD_LINES: Final = 200
RECORD_LENGTH: Final = 500_000
"""A record longer than this many lines or characters has an opening quote that is never closed."""

# Rows without any content; DuckDB would leave them out of its count of rows.
_EMPTY_ROW: Final = re.compile(rb'\n[,;\t"\r ]*\n')
DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a text file found.

    ``plain`` means: clean UTF-8, one kind of line end, no empty rows, so that DuckDB may read the file
    itself and count rows as a spreadsheet does. ``records`` is then the number of line ends outside
    quotes (the last line's included): what DuckDB reads must come to as many.
    """

    encoding: str
    plain: bool = False
    records: int = 0


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row that does not fit the header: its number in the sheet, its beginning, and what is wrong."""

    row: int
    text: str
    reason: str


def survey(path: Path, progress: Callable[[float], None]) -> Survey:
    """Read ``path`` once, block by block, to find its encoding and whether it is plain.

    Raises :class:`InputError` for an empty or binary file and for text in no readable encoding.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4)
    if not size or (head[:3] == codecs.BOM_UTF8 and size == 3):
        raise InputError(f"{path}：文件是空的")
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return Survey("utf-16")
    decoder = codecs.getincrementaldecoder("utf-8")()
    crlf = lf = cr = done = 0
    empty_rows = quoted = False
    ends = 0
    tail = last = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\0" in block:
                raise InputError(f"{path}：不是文本表格（含有二进制数据）；支持 CSV、XLSX 和 Parquet")
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return Survey(_encoding(path, done))
            done, last = done + len(block), block
            # Between one quote and the next, line ends belong to a cell ("" within quotes is two quotes).
            for piece_number, piece in enumerate(block.split(b'"')):
                quoted = quoted != (piece_number > 0)
                ends += 0 if quoted else piece.count(b"\n")
            crlf, lf, cr = crlf + block.count(b"\r\n"), lf + block.count(b"\n"), cr + block.count(b"\r")
            if tail.endswith(b"\r") and block.startswith(b"\n"):
                crlf += 1
            text = tail + block
            cut = text.rfind(b"\n") + 1
            empty_rows = empty_rows or _EMPTY_ROW.search(text, 0, cut) is not None
            tail = text[max(cut - 1, 0) :]
            if len(tail) > _LONGEST_LINE:
                raise InputError(f"{path}：有一行超过 {_LONGEST_LINE >> 20} MB，不是表格")
            progress(done / size)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Survey(_encoding(path, max(done - _SAMPLE, 0)))
    plain = not empty_rows and (cr == 0 or (cr == crlf and lf == crlf))
    return Survey("utf-8-sig", plain, ends + (not last.endswith(b"\n")))


def _encoding(path: Path, near: int) -> str:
    """UTF-8 with damage, or GB18030 (of which GBK is a part)? The one that explains more of the text."""
    with path.open("rb") as file:
        file.seek(max(near - 4096, 0))
        if near > 4096:
            file.readline()
        sample = file.read(_SAMPLE)
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    damage = {name: sample.decode(name, "replace").count("\ufffd") for name in ("gb18030", "utf-8")}
    best = min(damage, key=lambda name: damage[name])
    foreign = sum(byte >= 0x80 for byte in sample)
    if damage[best] > 5 and damage[best] * 20 > foreign:
        raise InputError(f"{path}：认不出文字编码，请另存为 UTF-8 编码的 CSV")
    return best if best != "utf-8" else "utf-8-sig"


def first_rows(path: Path, encoding: str, delimiter: str, number: int) -> list[list[str]]:
    """The first ``number`` records; one that cannot be split counts as an empty list."""
    found = islice(records(path, encoding, delimiter), number)
    return [row if isinstance(row, list) else [] for row in found]


def find_text_header(path: Path, encoding: str, dictionary: Dictionary) -> tuple[str, int, list[str]]:
    """The delimiter of a text table, the position of its header among the records, and the titles in it.

    The delimiter under which the header has the most cells is meant.

    Raises:
        InputError: no delimiter gives a header with a known fact.
    """
    best: tuple[int, str, int, list[str]] | None = None
    seen: list[str] = []
    for delimiter in DELIMITERS:
        top = first_rows(path, encoding, delimiter, HEADER_ROWS)
        index = find_header(top, dictionary)
        if index is None:
            longest = next((row for row in top if any(row)), [])
            seen = longest if len(longest) > len(seen) else seen
        elif best is None or len(top[index]) > best[0]:
            best = (len(top[index]), delimiter, index, top[index])
    if best is None:
        raise nothing_known(str(path), seen, dictionary)
    return best[1], best[2], best[3]


def records(
    path: Path, encoding: str, delimiter: str, progress: Callable[[float], None] | None = None
) -> Iterator[list[str] | str]:
    """The records of a CSV file, one for each row of the sheet (an empty line is an empty list).

    Where a quote is opened and never closed, the line comes as plain text (``str``) and reading goes on
    with the next line: nothing is swallowed. Damaged characters become U+FFFD.
    """
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, "replace", newline="") as file:
        record = _Lines(file)
        reader = csv.reader(record, delimiter=delimiter, skipinitialspace=True, strict=True)
        for number in count(1):
            try:
                row: list[str] | str = next(reader)
            except StopIteration:
                return
            except csv.Error:
                row = record.give_back()
                reader = csv.reader(record, delimiter=delimiter, skipinitialspace=True, strict=True)
            record.lines.clear()
            record.length = 0
            yield row
            if progress is not None and number % 20_000 == 0:
                progress(min(raw.tell() / size, 1.0))


class _Lines(Iterator[str]):
    """Lines for the ``csv`` reader, remembering those of the record being read."""

    def __init__(self, file: Iterator[str]) -> None:
        self.file = file
        self.waiting: deque[str] = deque()
        self.lines: list[str] = []
        self.length = 0

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.file)
        self.lines.append(line)
        self.length += len(line)
        if len(self.lines) > RECORD_LINES or self.length > RECORD_LENGTH:
            raise csv.Error("unclosed quote")
        return line

    def give_back(self) -> str:
        """The first line of the broken record; the others are read again as records of their own."""
        first, *rest = self.lines
        self.waiting.extendleft(reversed(rest))
        return first.rstrip("\r\n")


def data_rows(
    rows: Iterator[list[str] | str], header_row: int, width: int, delimiter: str
) -> Iterator[tuple[int, Sequence[str]] | Ragged]:
    """(row number, cells) for what follows the header, or :class:`Ragged`; rows without content left out.

    ``header_row`` is the number of the header's row in the sheet, ``width`` its number of cells. Empty
    cells beyond the header are no content.
    """
    for number, row in enumerate(rows, 1):
        if number <= header_row:
            continue
        if isinstance(row, str):
            yield Ragged(number, row[:200], "引号没有成对（或单元格过长），分不清单元格")
            continue
        if len(row) == width:
            if row.count("") < width:
                yield number, row
            continue
        if row.count("") == len(row):
            continue
        if len(row) > width and not any(row[width:]):
            yield number, row[:width]
            continue
        few_or_many = "少" if len(row) < width else "多"
        reason = f"单元格{few_or_many}于表头：表头 {width} 格，这一行 {len(row)} 格"
        yield Ragged(number, delimiter.join(row)[:200], reason)
