"""Columns of a database table or a Spark frame as facts: the same values, the same rejects as from any file.

As with files (``zongbu.law.facts.resolve``), SQL reads the cells that are written plainly and everything else
is read by ``facts.values.parse``, once per different text; so there is one meaning. No cast here can fail:
digits, limits and days are checked before it, because one failing cell would end the whole statement. The SQL
is common to PostgreSQL and Spark (ANSI mode); where they differ the :class:`Dialect` says how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from zongbu.law.facts import Fact
from zongbu.law.facts.columns import Column, match_columns, nothing_known
from zongbu.law.facts.forms import SQL_TYPES, literal, option_words, plain_industry
from zongbu.law.facts.resolve import understand, written
from zongbu.law.facts.text import BLANKS
from zongbu.law.facts.values import FIRST_YEAR, INTEGER_LIMIT, LAST_YEAR
from zongbu.law.facts.words import FALSE_WORDS, TRUE_WORDS
from zongbu.law.screen.prepare import Prepared

NUMBERED: Final = "zongbu_numbered"
"""The relation of the source's own columns with the row number ``_row``."""

Kind = str
"""What matters of a column's type: ``boolean``, ``integer``, ``decimal(18,2)``, ``double``, ``date``, ``time``
(a date with a time of day); anything else is read as text."""

# Every day but 29 February, which parse decides: a pattern that holds is a day that exists.
_DAYS: Final = (
    "(19|2[0-9])[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes names, types and matches; ``matches`` takes ``cell`` and a whole pattern as literal."""

    quote: str
    text: str
    double: str
    matches: str
    literal: Callable[[str], str] = literal

    def name(self, name: str) -> str:
        """``name`` as an SQL identifier."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def match(self, cell: str, pattern: str) -> str:
        """SQL that holds where the whole text of ``cell`` matches."""
        return self.matches.format(cell=cell, pattern=pattern)

    def type_of(self, fact: Fact) -> str:
        """The SQL type of a fact's values."""
        return SQL_TYPES[fact.type].replace("VARCHAR", self.text).replace("INTEGER", "INT")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a column: SQL of the value (NULL unless plain) and of the odd text to be parsed (or empty)."""

    column: Column
    value: str
    odd: str

    @property
    def fact(self) -> str:
        """The identifier of the fact."""
        return self.column.fact.identifier


Run = Callable[[str], Iterator[tuple[object, ...]]]
"""Runs a SELECT and gives its rows."""
Keep = Callable[[str, Iterator[tuple[str, str | None, str | None]]], None]
"""Makes a relation of a name from rows (raw, value, reason), all of them text."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The relation of usable rows and the one of rejects (``rejects.SHAPE``), as SELECTs."""

    rows: str
    rejects: str


def find_cells(
    place: str, columns: Mapping[str, Kind], prepared: Prepared, dialect: Dialect
) -> tuple[tuple[Cells, ...], tuple[str, ...]]:
    """The columns that are facts which the request needs, and the titles of those that are none.

    Raises:
        InputError: no column is a known fact, or two are the same one.
    """
    dictionary = prepared.request.policy.dictionary
    layout = match_columns(list(columns), dictionary, prepared.request.as_of, prepared.facts)
    if set(columns) <= set(layout.unknown):
        raise nothing_known(place, columns, dictionary)
    cells = tuple(_Reader(dialect, column, columns[column.title]).cells() for column in layout.columns)
    return cells, layout.unknown


def resolve_cells(cells: Sequence[Cells], dialect: Dialect, run: Run, keep: Keep) -> Typed:
    """Parse the odd texts of each column and join the answers back."""
    joined = {index: f"zongbu_words{index}" for index in _odd_columns(cells, run)}
    bad = [index for index, table in joined.items() if _parse(cells[index], table, run, keep)]
    odd = [f"{each.odd} AS o{index}" for index, each in enumerate(cells) if index in joined]
    inner = ["_row", *(f"{each.value} AS v{index}" for index, each in enumerate(cells)), *odd]
    layer = f"(SELECT {', '.join(inner)} FROM {NUMBERED}) s"
    joins = {index: f" LEFT JOIN {table} p{index} ON s.o{index} = p{index}.raw" for index, table in joined.items()}
    columns = ["s._row"]
    for index, each in enumerate(cells):
        value = f"s.v{index}"
        if index in joined:
            value = f"COALESCE({value}, CAST(p{index}.value AS {dialect.type_of(each.column.fact)}))"
        columns.append(f"{value} AS {dialect.name(each.fact)}")
    where = " AND ".join(f"p{index}.reason IS NULL" for index in bad) or "TRUE"
    rows = f"SELECT {', '.join(columns)} FROM {layer}{''.join(joins.values())} WHERE {where}"
    parts = [
        f"SELECT s._row AS row_number, {dialect.literal(cells[index].column.title)} AS column_title, "
        f"s.o{index} AS value, p{index}.reason AS reason FROM {layer}{joins[index]} WHERE p{index}.reason IS NOT NULL"
        for index in bad
    ]
    nothing = f"SELECT _row AS row_number, CAST(NULL AS {dialect.text}) AS column_title, CAST(NULL AS {dialect.text})"
    nothing += f" AS value, CAST(NULL AS {dialect.text}) AS reason FROM {NUMBERED} WHERE FALSE"
    return Typed(rows, " UNION ALL ".join(parts) or nothing)


def _odd_columns(cells: Sequence[Cells], run: Run) -> list[int]:
    """Which columns hold anything odd: one pass over the source."""
    asked = [index for index, each in enumerate(cells) if each.odd]
    if not asked:
        return []
    counts = ", ".join(f"COUNT({cells[index].odd})" for index in asked)
    [row] = run(f"SELECT {counts} FROM {NUMBERED}")
    return [index for index, count in zip(asked, row, strict=True) if count]


def _parse(cells: Cells, table: str, run: Run, keep: Keep) -> bool:
    """Make the relation of a column's odd texts; whether any of them cannot be read."""
    bad = False

    def words() -> Iterator[tuple[str, str | None, str | None]]:
        nonlocal bad
        query = f"SELECT DISTINCT odd FROM (SELECT {cells.odd} AS odd FROM {NUMBERED}) AS cells WHERE odd IS NOT NULL"
        for (raw,) in run(query):
            value, reason = understand(cells.column, str(raw))
            bad = bad or bool(reason)
            yield str(raw), None if value is None else written(value), reason or None

    keep(table, words())
    return bad


class _Reader:
    """Writes the SQL for one column; what a shortcut accepts it reads exactly as ``values.parse`` does."""

    def __init__(self, dialect: Dialect, column: Column, kind: Kind) -> None:
        self.dialect, self.column, self.kind, self.fact = dialect, column, kind, column.fact
        self.cell = dialect.name(column.title)
        self.string = self.cell if kind == "text" else f"CAST({self.cell} AS {dialect.text})"

    def cells(self) -> Cells:
        """The column's value and odd text."""
        if not self.column.wanted:  # for show: as it is, but a district by its code
            return Cells(self.column, self._case(option_words(self.fact), self.string), "")
        value = self._typed() if self.column.scale == 1 else None
        value = value or self._text()
        if value == self.cell:
            return Cells(self.column, value, "")
        return Cells(self.column, value, f"CASE WHEN {value} IS NULL THEN NULLIF({self.string}, '') END")

    # --- typed columns -----------------------------------------------------------------------------------

    def _typed(self) -> str | None:
        fact, cell, kind = self.fact, self.cell, self.kind
        if fact.type == "boolean" and kind == "boolean":
            return cell
        if fact.type == "date" and kind in ("date", "time"):
            word = "DATE" if kind == "date" else "TIMESTAMP"
            first, after = f"{word} '{FIRST_YEAR}-01-01'", f"{word} '{LAST_YEAR + 1}-01-01'"
            return f"CASE WHEN {cell} >= {first} AND {cell} < {after} THEN CAST({cell} AS DATE) END"
        if fact.type == "integer" and kind == "integer":
            return self._between(INTEGER_LIMIT - 1, f"CAST({cell} AS INT)")
        if fact.type == "money" and kind == "integer":
            return self._between(10**16 - 1, f"CAST({cell} AS DECIMAL(18,2))")
        if fact.type == "money" and kind == "double":
            return self._money_of_double()
        if fact.type == "money" and (width := re.fullmatch(r"decimal\((\d+),(\d+)\)", kind)):
            precision, places = int(width[1]), int(width[2])
            if places <= 2 and precision - places <= 16:
                value = f"CAST({cell} AS DECIMAL(18,2))"
                # No bounds are needed, but PostgreSQL keeps NaN in a column of any width.
                lowest = f"-{10**16}" if fact.negative else "0"
                return f"CASE WHEN {cell} >= {lowest} AND {cell} < {10**16} THEN {value} END"
        if fact.type == "ratio" and kind == "double":
            # By way of its text: multiplying a double by a million could round differently.
            lowest = "-1" if fact.negative else "0"
            return f"CASE WHEN {cell} >= {lowest} AND {cell} <= 1 THEN CAST({self.string} AS DECIMAL(9,6)) END"
        return None

    def _between(self, most: int, value: str) -> str:
        return f"CASE WHEN {self.cell} BETWEEN {-most if self.fact.negative else 0} AND {most} THEN {value} END"

    def _money_of_double(self) -> str:
        """Doubles within the noise of a whole fen; see ``forms._money_of_double``, whose margins these are."""
        cell, double = self.cell, self.dialect.double
        fen = f"CAST({cell} AS DECIMAL(18,2))"
        noise = f"ABS({cell} - CAST({fen} AS {double})) <= GREATEST(9e-9, LEAST(ABS({cell}) * 4.5e-16, 9e-4))"
        lowest = "-1e13" if self.fact.negative else "0"
        inside = f"{cell} >= {lowest} AND {cell} <= 1e13"
        return f"CASE WHEN {inside} THEN CASE WHEN {noise} THEN {fen} END END"

    # --- text --------------------------------------------------------------------------------------------

    def _text(self) -> str:
        fact, cell = self.fact, self.string
        match fact.type:
            case "text":
                return self._plain_text()
            case "boolean":
                words = [(word, "TRUE") for word in TRUE_WORDS] + [(word, "FALSE") for word in FALSE_WORDS]
                branches = " ".join(f"WHEN {self.dialect.literal(word)} THEN {value}" for word, value in words)
                return f"CASE {cell} {branches} END"
            case "integer":
                return self._when([("[0-9]{1,9}", f"CAST({cell} AS INT)")])
            case "money":
                return self._money()
            case "ratio" if self.column.scale == 1:
                return self._when([("0?[.][0-9]{1,6}|0|1([.]0{1,6})?", f"CAST({cell} AS DECIMAL(9,6))")])
            case "ratio":
                return f"CAST(NULL AS {self.dialect.type_of(fact)})"
            case "date":
                return self._when([(_DAYS, f"CAST({cell} AS DATE)")])
        return self._case(option_words(fact), self._code() if fact.type == "code" else "NULL")

    def _when(self, branches: Iterable[tuple[str, str]]) -> str:
        cases = " ".join(f"WHEN {self._match(pattern)} THEN {value}" for pattern, value in branches)
        return f"CASE {cases} END"

    def _match(self, pattern: str) -> str:
        return self.dialect.match(self.string, pattern)

    def _case(self, words: Iterable[tuple[str, str]], otherwise: str) -> str:
        quoted = self.dialect.literal
        branches = " ".join(f"WHEN {quoted(word)} THEN {quoted(option)}" for word, option in words)
        return f"CASE {self.string} {branches} ELSE {otherwise} END" if branches else otherwise

    def _plain_text(self) -> str:
        if self.fact.format == "uscc":
            return self._when([("[0-9A-Z]{15,18}", self.string)])
        # Short cells may be words for "unknown"; blanks at the ends and damaged characters need care too.
        ends = (
            f"POSITION({side}({self.string}, 1) IN {self.dialect.literal(BLANKS)}) = 0" for side in ("LEFT", "RIGHT")
        )
        tidy = f"{' AND '.join(ends)} AND POSITION('\ufffd' IN {self.string}) = 0"
        return f"CASE WHEN CHAR_LENGTH({self.string}) > 8 AND {tidy} THEN {self.string} END"

    def _money(self) -> str:
        power = len(str(int(self.column.scale))) - 1
        whole, places = 16 - power, 2 + power
        number = f"CAST({self.string} AS DECIMAL({whole + places},{places}))"
        if power:
            number = f"CAST({number} * CAST({10**power} AS DECIMAL({power + 1},0)) AS DECIMAL(18,2))"
        sign = "-?" if self.fact.negative else ""
        return self._when([(f"{sign}[0-9]{{1,{whole}}}([.][0-9]{{1,{places}}}0*)?", number)])

    def _code(self) -> str:
        if self.fact.format == "industry":
            bare, lettered = plain_industry()
            rest = f"SUBSTRING({self.string}, 2)"
            return self._when([(bare, self.string), (lettered, rest)])
        pattern = "[1-9][0-9]{5}" if self.fact.format == "division" else "[0-9A-Z]*[0-9][0-9A-Z]*"
        return self._when([(pattern, self.string)])
