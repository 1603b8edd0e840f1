"""What an import would change, in words; and the rows that it leaves out, as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from django.db.models import Q
from django.utils.translation import gettext as _

from zongbu.desk.enterprises import values as reading
from zongbu.desk.enterprises.exchange import queries
from zongbu.desk.enterprises.exchange.export import harmless
from zongbu.desk.enterprises.exchange.models import ImportRow, ImportRun
from zongbu.desk.enterprises.exchange.work import SHOWN
from zongbu.desk.enterprises.listing.catalogue import catalogue
from zongbu.desk.people.districts import district_name
from zongbu.law.facts import BadValue


@dataclass(frozen=True, slots=True)
class Change:
    """A fact and what it would become; ``before`` is empty where nothing was known."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the sheet with its changes."""

    row: ImportRow
    changes: tuple[Change, ...]


def kinds(run: ImportRun) -> list[tuple[str, str, int]]:
    """The kinds of rows with how many there are of each."""
    return [(kind, str(label), int(getattr(run, kind))) for kind, label in ImportRow.Kind.choices]


def preview(run: ImportRun, kind: str) -> list[PreviewRow]:
    """The first rows of a kind."""
    return [
        PreviewRow(
            row,
            tuple(
                Change(title_of(key), words(key, row.before.get(key, "")), words(key, value))
                for key, value in row.values.items()
                if key not in ("uscc", "name") or key in row.before
            ),
        )
        for row in queries.rows(run, kind)[:SHOWN]
    ]


def title_of(key: str) -> str:
    """The title of a fact, with its year where it has one."""
    name, _mark, year = key.partition("@")
    column = catalogue().columns.get(name)
    return column.title(int(year) if year else None) if column is not None else key


def words(key: str, text: str) -> str:
    """A kept value for people."""
    column = catalogue().columns.get(key.partition("@")[0])
    if not text or column is None:
        return text
    if column.fact is None:
        return column.word(text) if column.name != "district" else district_name(text)
    try:
        return column.shown(reading.read(column.fact, text))
    except BadValue:
        return text


def rejects(run: ImportRun) -> Iterator[bytes]:
    """The rows that are left out, each with its reason, as a CSV file in pieces."""
    yield b"\xef\xbb\xbf"
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_("行号"), _("统一社会信用代码"), _("企业名称"), _("原因")])
    left_out = run.rows.filter(Q(kind=ImportRow.Kind.REJECTED) | Q(outcome=ImportRow.Outcome.SKIPPED))
    for number, row in enumerate(left_out.order_by("number", "pk").iterator(1000), 1):
        writer.writerow([row.number, harmless(row.uscc), harmless(row.name), harmless(row.reason)])
        if number % 200 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
