"""Applications that came in on paper, as a sheet: code, way in, who signed. Every row meets the same guards as a page.

A sheet is read (``read``), each row is judged as it would be now (``judge``), and what can be used is registered one
by one by the act that the page uses (``register_all``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import IO

import python_calamine
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import queries as register
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition.actions import applications
from zongbu.desk.recognition.entering import applying_members, hindrances
from zongbu.desk.recognition.models import Application, Round
from zongbu.desk.recognition.showing import track_titles
from zongbu.law import InputError

LARGEST = 2 * 2**20
"""Bytes of a sheet."""
MOST = 300
"""Rows that are registered while somebody waits."""
COLUMNS = {
    "uscc": ("统一社会信用代码", "信用代码", "uscc", "unified social credit code"),
    "track": ("申报途径", "途径", "track"),
    "signed_by": ("签署人", "承诺书签署人", "signer", "signed_by"),
}
SALT = "recognition.papers"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet: its number there, what it says, the enterprise found, and why it cannot be used."""

    number: int
    uscc: str
    track: str
    signed_by: str
    name: str = ""
    fault: str = ""


def read(name: str, upload: IO[bytes]) -> list[Row]:
    """The rows of a CSV file or a workbook's first sheet.

    Raises:
        InputError: too large, unreadable, without the columns, empty, or too long.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError(_("登记表超过 2 MB。"))
    table = _workbook(content) if name.lower().endswith((".xlsx", ".xls")) else _text(content)
    if not table:
        raise InputError(_("登记表是空的。"))
    heading = [cell.strip().lower() for cell in table[0]]
    places = {
        key: next((place for place, title in enumerate(heading) if title in names), None)
        for key, names in COLUMNS.items()
    }
    for key in ("uscc", "signed_by"):
        if places[key] is None:
            raise InputError(_("登记表没有「%(title)s」这一列。") % {"title": COLUMNS[key][0]})

    def cell(row: Sequence[str], key: str) -> str:
        place = places[key]
        return row[place].strip() if place is not None and place < len(row) else ""

    rows = [
        Row(number, cell(row, "uscc").replace(" ", "").upper(), cell(row, "track"), cell(row, "signed_by"))
        for number, row in enumerate(table[1:], 2)
        if any(one.strip() for one in row)
    ]
    if not rows:
        raise InputError(_("登记表里没有数据行。"))
    if len(rows) > MOST:
        raise InputError(_("登记表超过 %(most)s 行，请分几次登记。") % {"most": MOST})
    return rows


def _text(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text)))
        except csv.Error:
            break
    raise InputError(_("读不出这个文件，请另存为 CSV（UTF-8）或 XLSX。"))


def _workbook(content: bytes) -> list[list[str]]:
    try:
        sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(nrows=MOST + 2)
    except Exception as error:  # the library has many ways of saying that a file is none
        raise InputError(_("读不出这个工作簿，请另存为 XLSX 后再传。")) from error
    return [[str(cell) for cell in row] for row in rows]


# --- judging -----------------------------------------------------------------------------------------------------


def judge(viewer: Viewer, round: Round, rows: Iterable[Row]) -> list[Row]:
    """Each row with its enterprise and what would be refused now; registering asks all of it again."""
    rows = list(rows)
    found = {one.uscc: one for one in register.enterprises(viewer).filter(uscc__in=[row.uscc for row in rows])}
    titles = {title: name for name, title in track_titles(round).items()} | {name: name for name in round.tracks}
    seen: dict[str, int] = {}
    judged = []
    for row in rows:
        enterprise = found.get(row.uscc)
        fault = _fault(round, row, enterprise, titles, seen)
        seen.setdefault(row.uscc, row.number)
        name = enterprise.name if enterprise is not None else ""
        judged.append(replace(row, track=titles.get(row.track, row.track), name=name, fault=fault))
    return judged


def _fault(round: Round, row: Row, enterprise: Enterprise | None, titles: dict[str, str], seen: dict[str, int]) -> str:
    if not row.uscc:
        return _("没有统一社会信用代码。")
    if row.uscc in seen:
        return _("与第%(number)s行重复。") % {"number": seen[row.uscc]}
    if enterprise is None:
        return _("本区县没有这家企业的档案，请先登记企业。")
    if not row.signed_by:
        return _("没有写明承诺书签署人。")
    if row.track and row.track not in titles:
        return _("本批次没有「%(track)s」这条途径。") % {"track": row.track}
    if barred := hindrances(enterprise, round, timezone.localdate()):
        return barred[0].text
    if members := applying_members(enterprise, round):
        return _("同一集团的%(name)s已在本批次申报（%(receipt)s）。") % {
            "name": members[0].enterprise.name,
            "receipt": members[0].receipt,
        }
    return ""


def packed(round: Round, rows: Iterable[Row]) -> str:
    """Rows to be confirmed, signed so that nobody alters them on the way through the page."""
    plain = [{**asdict(row), "fault": ""} for row in rows]
    return signing.dumps({"round": round.pk, "rows": plain}, salt=SALT, compress=True)


def unpacked(text: str) -> tuple[int, list[Row]]:
    """What ``packed`` made: the round's key and the rows.

    Raises:
        InputError: it was altered, or is older than a day.
    """
    try:
        found = signing.loads(text, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise InputError(_("预览已经过期，请重新上传登记表。")) from None
    return int(found["round"]), [Row(**row) for row in found["rows"]]


def register_all(viewer: Viewer, round: Round, rows: Iterable[Row]) -> tuple[list[Application], list[Row]]:
    """Register each row that can be; the others come back with the reason.

    Raises:
        NotPermitted: no district.
    """
    rows = list(rows)
    found = {one.uscc: one for one in register.enterprises(viewer).filter(uscc__in=[row.uscc for row in rows])}
    done: list[Application] = []
    left: list[Row] = []
    for row in rows:
        enterprise = found.get(row.uscc)
        if enterprise is None:
            left.append(replace(row, fault=_("本区县没有这家企业的档案，请先登记企业。")))
            continue
        try:
            with transaction.atomic():
                done.append(applications.register(viewer, enterprise, round, signed_by=row.signed_by, track=row.track))
        except NotPermitted:
            raise
        except Refused as error:
            left.append(replace(row, fault=str(error)))
        except ValidationError as error:
            left.append(replace(row, fault=" ".join(error.messages)))
    return done, left
