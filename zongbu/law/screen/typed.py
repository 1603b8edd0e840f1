"""Typed columns of a database or a Spark table as facts: the value, and what makes a cell unusable.

Unlike the spreadsheets of offices (``zongbu.law.facts.tables``), tables of databases have types. What is
checked here is the rest: below zero, fractions of a fen, an unknown option, a day that cannot be read. The
SQL is common to Spark and PostgreSQL; a text column is used where its text is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary
from zongbu.law.facts.columns import Column, Layout, match_columns, nothing_known
from zongbu.law.facts.forms import literal, option_words
from zongbu.law.facts.words import FALSE_WORDS, TRUE_WORDS
from zongbu.law.screen.prepare import Prepared

Kind = str
"""``boolean``, ``integer``, ``decimal``, ``double``, ``text`` or ``date``: what matters of a column's type."""

_PLAIN_NUMBER = "^-?[0-9]+([.][0-9]+)?$"
_PLAIN_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True, slots=True)
class Cell:
    """A column as a fact: SQL of its value, SQL that holds for an unusable cell, and why it is unusable."""

    fact: str
    title: str
    value: str
    unusable: str
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class TypedTable:
    """The columns of a table that are facts, with what the reader should know about the others."""

    cells: tuple[Cell, ...]
    unknown: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that have a column."""
        return tuple(cell.fact for cell in self.cells)

    @property
    def unusable(self) -> str:
        """SQL that holds for a row with any unusable cell."""
        tests = [cell.unusable for cell in self.cells if cell.unusable]
        return " OR ".join(tests) or "FALSE"


class Writer:
    """Writes the SQL of cells for one dialect."""

    def __init__(self, quote: str, text: str, matches: str) -> None:
        self.quote = quote
        self.text_type = text
        self.matches = matches

    def quoted(self, name: str) -> str:
        """``name`` as an SQL identifier."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def table(self, place: str, columns: Mapping[str, Kind], dictionary: Dictionary, prepared: Prepared) -> TypedTable:
        """Match the columns of a table with the facts that a request needs.

        Raises:
            InputError: no column is a known fact, two are the same one, or a type does not fit.
        """
        layout: Layout = match_columns(list(columns), dictionary, prepared.request.as_of, prepared.facts)
        if not layout.columns:
            raise nothing_known(place, columns, dictionary)
        cells = tuple(self.cell(column, columns[column.title]) for column in layout.columns)
        return TypedTable(cells, layout.unknown)

    def cell(self, column: Column, kind: Kind) -> Cell:
        """One column as a fact."""
        name = self.quoted(column.title)
        fact = column.fact
        if not column.wanted:
            return Cell(fact.identifier, column.title, f"CAST({name} AS {self.text_type})", "", name, "")
        if column.scale != 1:
            raise InputError(f"列「{column.title}」带有单位换算；数据库表请直接存元，列名用「{fact.title}」")
        found = {
            "boolean": self._boolean,
            "money": self._number,
            "integer": self._number,
            "ratio": self._number,
            "date": self._date,
        }.get(fact.type, self._words)(column, kind, name)
        if found is None:
            raise InputError(f"列「{column.title}」的类型是 {kind}，不能当作「{fact.title}」")
        value, unusable, reason = found
        return Cell(fact.identifier, column.title, value, unusable, name, reason)

    def _boolean(self, column: Column, kind: Kind, name: str) -> tuple[str, str, str] | None:
        if kind == "boolean":
            return name, "", ""
        if kind not in ("text", "integer"):
            return None
        text = f"LOWER(TRIM(CAST({name} AS {self.text_type})))"
        yes, no = (", ".join(literal(word) for word in sorted(words)) for words in (TRUE_WORDS, FALSE_WORDS))
        value = f"CASE WHEN {text} IN ({yes}) THEN TRUE WHEN {text} IN ({no}) THEN FALSE END"
        return value, f"({text} <> '' AND {text} NOT IN ({yes}) AND {text} NOT IN ({no}))", "要写 是 或 否"

    def _number(self, column: Column, kind: Kind, name: str) -> tuple[str, str, str] | None:
        fact = column.fact
        places, digits = {"money": (2, 16), "ratio": (6, 3), "integer": (0, 9)}[fact.type]
        if kind == "text":
            plain = f"{self.matches.format(name=f'TRIM({name})', pattern=literal(_PLAIN_NUMBER))}"
            wide = f"CASE WHEN {plain} THEN CAST(TRIM({name}) AS DECIMAL(38, 10)) END"
            fault = f"(TRIM({name}) <> '' AND NOT {plain}) OR "
        elif kind in ("integer", "decimal", "double"):
            wide, fault = f"CAST({name} AS DECIMAL(38, 10))", ""
        else:
            return None
        limit = f"CAST({'1' + '0' * digits} AS DECIMAL(38, 10))"
        unusable = f"({fault}{wide} <> ROUND({wide}, {places}) OR ABS({wide}) >= {limit}"
        if not fact.negative:
            unusable += f" OR {wide} < 0"
        sql_type = {"money": "DECIMAL(18, 2)", "ratio": "DECIMAL(9, 6)", "integer": "INT"}[fact.type]
        reason = f"要写不{'超过范围' if fact.negative else '小于零'}的数，最多 {places} 位小数"
        return f"CAST({wide} AS {sql_type})", unusable + ")", reason

    def _date(self, column: Column, kind: Kind, name: str) -> tuple[str, str, str] | None:
        if kind == "date":
            return f"CAST({name} AS DATE)", "", ""
        if kind != "text":
            return None
        plain = self.matches.format(name=f"TRIM({name})", pattern=literal(_PLAIN_DATE))
        value = f"CASE WHEN {plain} THEN CAST(TRIM({name}) AS DATE) END"
        return value, f"(TRIM({name}) <> '' AND NOT {plain})", "日期要写成 2021-12-31"

    def _words(self, column: Column, kind: Kind, name: str) -> tuple[str, str, str] | None:
        if kind not in ("text", "integer"):
            return None
        text = f"NULLIF(TRIM(CAST({name} AS {self.text_type})), '')"
        fact = column.fact
        if fact.type == "choice":
            cases = " ".join(
                f"WHEN {text} = {literal(word)} THEN {literal(option)}" for word, option in option_words(fact)
            )
            value = f"CASE {cases} END"
            known = ", ".join(literal(word) for word, _ in option_words(fact))
            return value, f"({text} NOT IN ({known}))", f"可选：{'、'.join(fact.choices.values())}"
        if fact.type == "code" and fact.format == "industry":
            bare = f"REGEXP_REPLACE({text}, '^[A-Ta-t]', '')"
            digits = self.matches.format(name=bare, pattern=literal("^[0-9]{2,4}$"))
            return bare, f"({text} IS NOT NULL AND NOT {digits})", "行业代码是 2 至 4 位数字"
        return text, "", ""
