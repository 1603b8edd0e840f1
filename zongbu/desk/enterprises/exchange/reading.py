# ruff: noqa: S608 - statements are put together from names of facts and of our own tables
"""An uploaded table → rows of canonical values, and the rows that cannot be used with the reason.

What a cell means is decided by ``zongbu.law.facts``; here is only what a register asks of a row besides: a code, a
district of today, and that the same enterprise does not stand there twice in different words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from django.utils import timezone

from zongbu.desk.enterprises import values as reading
from zongbu.desk.people.districts import DISTRICTS, OLD_DISTRICTS, district_name, present_districts
from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary, Fact, Value, read_title
from zongbu.law.facts.forms import quoted
from zongbu.law.facts.tables import Staged, stage

EARLIER_YEARS = 15
"""How far back the yearly figures of an extract are read."""
MEMORY = "512MB"
"""What reading a table may take; beyond that it goes to a temporary file."""
REASONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be used: its number in the sheet, the code, and what it says, by key (``identifier[@year]``).

    Cells that are empty or say that the value is not known are left out: an extract takes nothing back.
    """

    number: int
    uscc: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used, and why, in Chinese."""

    number: int
    uscc: str
    name: str
    reason: str


@dataclass(slots=True)
class Table:
    """A table that has been read; ``rows`` and ``rejects`` may be asked for once each, in the order of the sheet.

    Attributes:
        total: data rows, those that cannot be used included.
        repeated: rows that say the same as an earlier row of the same enterprise.
        columns: titles of the facts read, in the order of the sheet.
        unknown: titles that are no fact.
        findings: titles of facts that only a department's finding can set; they are not read.
    """

    total: int
    repeated: int
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    sheet: str
    rows: Iterator[list[Row]]
    rejects: Iterator[Reject]


@contextmanager
def read_table(
    path: Path, year: int, progress: Callable[[float], None] | None = None, batch: int = 1000
) -> Iterator[Table]:
    """Read a CSV file or a workbook; facts of a prior year are those of ``year``.

    Raises:
        InputError: it is no table, or has no column of codes.
    """
    dictionary = reading.dictionary()
    importable = _importable(dictionary, year)
    with TemporaryDirectory(prefix="zongbu-import-") as folder, duckdb.connect(f"{folder}/table.duckdb") as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = true")
        try:
            staged = stage(connection, path, importable, as_of=date(year + 1, 12, 31), progress=progress)
        except InputError as error:  # the path of the upload means nothing to whoever uploaded it
            raise InputError(str(error).replace(f"{path}：", "").replace(str(path), "")) from None
        if "uscc" not in staged.facts:
            raise InputError("没有「统一社会信用代码」这一列，分不清一行说的是哪家企业")
        described = {title: read_title(title, dictionary) for title in staged.unknown_columns}
        early = [importable[name].title for name in staged.facts if _year_of(name) >= timezone.localdate().year]
        shown = _identities(connection, path, staged, importable, year)
        judge = _Judge(connection, staged, importable, year, shown)
        yield Table(
            total=staged.rows or 0,
            repeated=judge.repeated,
            columns=tuple(importable[name].title for name in staged.facts if importable[name].title not in early),
            unknown=(*early, *(title for title, heading in described.items() if heading is None)),
            findings=tuple(heading.fact.title for heading in described.values() if heading is not None),
            warnings=staged.warnings,
            sheet=staged.sheet or "",
            rows=judge.batches(batch),
            rejects=judge.rejects(),
        )


def _importable(dictionary: Dictionary, year: int) -> Dictionary:
    """Everything but findings (judgements, made one by one with their reason), and a yearly fact once for each year.

    The engine reads the column of one year; an extract may hold several, so the others are facts of their own here:
    ``in_city_revenue__2021``, by every name that says the year.
    """
    facts = [fact for fact in dictionary.values() if fact.kind != "finding"]
    this = timezone.localdate().year
    for fact in list(facts):
        if fact.period == "prior_year":
            facts += [_of_year(fact, one) for one in range(this - EARLIER_YEARS, this + 2) if one != year]
    return Dictionary(facts)


def _of_year(fact: Fact, year: int) -> Fact:
    written = [
        f"{name}{mark}" for name in fact.names for mark in (f"@{year}", f"({year}年)", f"({year}年度)", f"({year})")
    ]
    written += [f"{year}{mark}{name}" for name in fact.names if not name.startswith("上") for mark in ("年", "年度")]
    name = f"{fact.identifier}__{year}"
    return replace(fact, identifier=name, title=f"{fact.title}（{year}年）", aliases=tuple(written), period=None)


def _year_of(identifier: str) -> int:
    """The year in the identifier of a yearly fact of another year; 0 in any other."""
    _name, mark, year = identifier.rpartition("__")
    return int(year) if mark and year.isdigit() else 0


def _key(fact: Fact, year: int) -> str:
    """The key under which a register keeps a fact."""
    if other := _year_of(fact.identifier):
        return f"{fact.identifier.rpartition('__')[0]}@{other}"
    return f"{fact.identifier}@{year}" if fact.period == "prior_year" else fact.identifier


def _identities(
    connection: duckdb.DuckDBPyConnection, path: Path, staged: Staged, dictionary: Dictionary, year: int
) -> str:
    """A relation (_row, uscc, name) of the rows that a bad cell has kept out, where there are any."""
    found = connection.execute(f"SELECT count(*) FROM {staged.rejects}").fetchone()
    if found is None or not found[0]:
        return "(SELECT NULL::BIGINT AS _row, NULL::VARCHAR AS uscc, NULL::VARCHAR AS name WHERE false)"
    again = stage(connection, path, dictionary, as_of=date(year + 1, 12, 31), wanted=frozenset())
    name = "name" if "name" in again.facts else "NULL::VARCHAR"
    return f"(SELECT _row, uscc, {name} AS name FROM {again.relation})"


class _Judge:
    """Separates the rows of a staged table that a register can use from those that it cannot."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        staged: Staged,
        dictionary: Dictionary,
        year: int,
        identities: str,
    ) -> None:
        self.identities = identities
        self.connection = connection
        self.staged = staged
        this = timezone.localdate().year
        self.facts: list[Fact] = [dictionary[name] for name in staged.facts if _year_of(name) < this]
        self.keys = [_key(fact, year) for fact in self.facts]
        self.repeated = self._mark()

    def _mark(self) -> int:
        """The table ``judged``: of each row the first row of the same code, and whether all of these agree."""
        names = ", ".join(quoted(fact.identifier) for fact in self.facts)
        has = staged_has(self.staged)
        name, district = (quoted(one) if has(one) else "NULL" for one in ("name", "district"))
        self.connection.execute(
            f"""CREATE TABLE judged AS
            WITH code AS (
                SELECT uscc, min(_row) AS first, count(DISTINCT struct_pack({_packed(self.facts)})) AS versions
                FROM {self.staged.relation} WHERE uscc IS NOT NULL GROUP BY uscc
            )
            SELECT s._row, s.uscc, {name} AS shown_name, {district} AS shown_district, c.first, c.versions
            FROM (SELECT _row, {names} FROM {self.staged.relation}) s LEFT JOIN code c ON s.uscc = c.uscc"""
        )
        row = self.connection.execute("SELECT count(*) FROM judged WHERE versions = 1 AND first <> _row").fetchone()
        return int(row[0]) if row is not None else 0

    def batches(self, size: int) -> Iterator[list[Row]]:
        """The rows that can be used, each enterprise once."""
        columns = ", ".join(f"s.{quoted(fact.identifier)}" for fact in self.facts)
        code = [fact.identifier for fact in self.facts].index("uscc")
        cursor = self.connection.cursor()
        cursor.execute(
            f"SELECT s._row, {columns} FROM {self.staged.relation} s JOIN judged j ON s._row = j._row "
            f"WHERE j.versions = 1 AND j.first = j._row AND NOT ({_foreign('j.shown_district')}) "
            f"AND NOT ({_odd_code('j.uscc')}) ORDER BY s._row"
        )
        while found := cursor.fetchmany(size):
            yield [
                Row(
                    row[0],
                    row[1 + code],
                    {key: text for key, value in zip(self.keys, row[1:], strict=True) if (text := _text(value))},
                )
                for row in found
            ]

    def rejects(self) -> Iterator[Reject]:
        """The other rows: cells that cannot be read, no code, two versions, a district that is none of the city's."""
        cursor = self.connection.cursor()
        cursor.execute(
            f"""SELECT row_number, max(uscc), max(name), list(reason ORDER BY place, part) FROM (
                SELECT r.row_number, i.uscc, i.name, 0 AS place, r.rowid AS part,
                    CASE WHEN r.column_title = '' THEN r.reason
                         WHEN r.value IN ('江干', '江干区', '杭州市江干区') THEN {_foreign_reason("'330104'")}
                         ELSE r.column_title || '「' || left(r.value, 40) || '」：' || r.reason END AS reason
                FROM {self.staged.rejects} r LEFT JOIN {self.identities} i ON i._row = r.row_number
                UNION ALL SELECT DISTINCT i._row, i.uscc, i.name, 1, 0, '没有统一社会信用代码'
                    FROM {self.staged.rejects} r JOIN {self.identities} i ON i._row = r.row_number
                    WHERE i.uscc IS NULL
                UNION ALL SELECT _row, uscc, shown_name, 1, 0, '没有统一社会信用代码'
                    FROM judged WHERE uscc IS NULL
                UNION ALL SELECT _row, uscc, shown_name, 1, 0, '统一社会信用代码应为15至18位数字和大写字母'
                    FROM judged WHERE {_odd_code("uscc")}
                UNION ALL SELECT _row, uscc, shown_name, 2, 0,
                    CASE WHEN first = _row THEN '后面还有同一代码的行，内容不同，分不清以哪一行为准'
                         ELSE '与第 ' || first || ' 行代码相同而内容不同，分不清以哪一行为准' END
                    FROM judged WHERE versions > 1
                UNION ALL SELECT _row, uscc, shown_name, 3, 0, {_foreign_reason("shown_district")}
                    FROM judged WHERE {_foreign("shown_district")}
            ) GROUP BY row_number ORDER BY row_number"""
        )
        while found := cursor.fetchmany(1000):
            for number, uscc, name, reasons in found:
                more = f"；另有 {len(reasons) - REASONS_SHOWN} 处" if len(reasons) > REASONS_SHOWN else ""
                yield Reject(number, uscc or "", name or "", "；".join(reasons[:REASONS_SHOWN]) + more)


def staged_has(staged: Staged) -> Callable[[str], bool]:
    """Whether a fact has a column."""
    return frozenset(staged.facts).__contains__


def _packed(facts: list[Fact]) -> str:
    return ", ".join(f"{quoted(fact.identifier)} := {quoted(fact.identifier)}" for fact in facts)


def _odd_code(column: str) -> str:
    return f"({column} IS NOT NULL AND NOT regexp_full_match({column}, '[0-9A-Z]{{15,18}}'))"


def _foreign(column: str) -> str:
    """SQL: a district that is none of today's thirteen."""
    known = ", ".join(f"'{code}'" for code in DISTRICTS)
    return f"({column} IS NOT NULL AND {column} NOT IN ({known}))"


def _foreign_reason(column: str) -> str:
    """SQL: why; a district that was divided needs a person to say which part is meant."""
    cases = []
    for code in OLD_DISTRICTS:
        now = "、".join(map(district_name, present_districts(code)))
        cases.append(f"WHEN '{code}' THEN '{district_name(code)}已并入或分入{now}，请写明现在的区县'")
    return f"CASE {column} {' '.join(cases)} ELSE '注册区县「' || {column} || '」不是本市的区、县（市）' END"


def _text(value: Any) -> str:
    given: Value = value
    return reading.written(given)
