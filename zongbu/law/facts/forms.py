"""SQL shortcuts (DuckDB): the value of a cell that is written plainly, NULL for every other cell.

What a shortcut accepts it must read exactly as :func:`zongbu.law.facts.values.parse` does; whatever it
leaves (NULL though the cell is not empty) goes to ``parse`` itself. So there is one meaning, and these
expressions only make the common case fast. ``tests/law/facts/test_forms.py`` holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

from zongbu.law.facts.dictionary import Fact
from zongbu.law.facts.text import BLANKS
from zongbu.law.facts.values import FIRST_YEAR, INTEGER_LIMIT, LAST_YEAR
from zongbu.law.facts.words import FALSE_WORDS, TRUE_WORDS

SQL_TYPES: Final = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "choice": "VARCHAR",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "money": "DECIMAL(18,2)",
    "ratio": "DECIMAL(9,6)",
    "date": "DATE",
}
_YEAR: Final = "(?:19|2[0-9])[0-9]{2}"
_INTEGERS: Final = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)
_TIMESTAMPS: Final = frozenset(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"))


def quoted(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """``path`` as an SQL string literal that names this very file though its name holds * ? or [."""
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path)))


def text_value(fact: Fact, cell: str, scale: Decimal = Decimal(1)) -> str:
    """SQL for the value of the text ``cell`` (an SQL expression of type VARCHAR), NULL unless plain."""
    if fact.type == "text":
        return _text(fact, cell)
    if fact.type == "boolean":
        return _boolean(cell)
    if fact.type == "integer":
        return _integer(fact, cell)
    if fact.type == "money":
        return _money(fact, cell, scale)
    if fact.type == "ratio":
        return _ratio(fact, cell, scale)
    if fact.type == "date":
        return _date(cell)
    return _option(fact, cell)


def typed_value(fact: Fact, cell: str, sql_type: str) -> str | None:
    """SQL for the value of a ``cell`` of a typed column, NULL unless in range; ``None``: read it as text."""
    sign = "" if fact.negative else "0 AND "
    if fact.type == "boolean" and sql_type == "BOOLEAN":
        return cell
    if fact.type == "integer" and sql_type in _INTEGERS:
        lowest = f"{1 - INTEGER_LIMIT} AND " if fact.negative else sign
        return f"CASE WHEN {cell} BETWEEN {lowest}{INTEGER_LIMIT - 1} THEN {cell}::INTEGER END"
    if fact.type == "money":
        if sql_type in _INTEGERS:
            lowest = "-9999999999999999 AND " if fact.negative else sign
            return f"CASE WHEN {cell} BETWEEN {lowest}9999999999999999 THEN {cell}::DECIMAL(18,2) END"
        if sql_type == "DOUBLE":
            return _money_of_double(fact, cell)
        width = _decimal(sql_type)
        if width and width[1] <= 2 and width[0] - width[1] <= 16:
            value = cell if width == (18, 2) else f"{cell}::DECIMAL(18,2)"
            return value if fact.negative else f"CASE WHEN {cell} >= 0 THEN {value} END"
    if fact.type == "ratio" and sql_type == "DOUBLE":
        # By way of its text: multiplying a double by a million could round differently.
        value = f"TRY_CAST({cell}::VARCHAR AS DECIMAL(9,6))"
        return f"CASE WHEN {cell} BETWEEN {'-1 AND ' if fact.negative else sign}1 THEN {value} END"
    if fact.type == "date":
        day = cell if sql_type == "DATE" else f"{cell}::DATE"
        if sql_type == "TIMESTAMP WITH TIME ZONE":
            day = f"timezone('Asia/Shanghai', {cell})::DATE"
        if sql_type in ("DATE", "TIMESTAMP WITH TIME ZONE") or sql_type in _TIMESTAMPS:
            first, last = f"DATE '{FIRST_YEAR}-01-01'", f"DATE '{LAST_YEAR}-12-31'"
            return f"CASE WHEN isfinite({cell}) AND {day} BETWEEN {first} AND {last} THEN {day} END"
    return None


def _decimal(sql_type: str) -> tuple[int, int] | None:
    if not sql_type.startswith("DECIMAL("):
        return None
    width, places = sql_type[8:-1].split(",")
    return int(width), int(places)


def _money_of_double(fact: Fact, cell: str) -> str:
    """Doubles within the noise of a whole fen. The margins are narrower than those of ``parse``, so that
    double arithmetic in the comparison cannot accept what ``parse`` refuses; above 1e13 a double may
    stand for several amounts in fen, which ``parse`` decides."""
    fen = f"{cell}::DECIMAL(18,2)"
    near = f"abs({cell} - ({fen})::DOUBLE) <= greatest(9e-9, least(abs({cell}) * 4.5e-16, 9e-4))"
    lowest = "-1e13" if fact.negative else "0"
    return f"CASE WHEN {cell} BETWEEN {lowest} AND 1e13 THEN CASE WHEN {near} THEN {fen} END END"


def _full_match(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {literal(pattern)})"


def _case(branches: Iterable[tuple[str, str]]) -> str:
    return "CASE " + " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches) + " END"


def _words(cell: str, words: Iterable[tuple[str, str]], otherwise: str = "") -> str:
    branches = " ".join(f"WHEN {literal(word)} THEN {value}" for word, value in words)
    if not branches:
        return otherwise or "NULL"
    return f"CASE {cell} {branches}" + (f" ELSE {otherwise}" if otherwise else "") + " END"


def _text(fact: Fact, cell: str) -> str:
    if fact.format == "uscc":
        return _case([(_full_match(cell, "[0-9A-Z]{15,18}"), cell)])
    # Short cells may be words for "unknown"; blanks at the ends and damaged characters need care too.
    blank = [f"contains({literal(BLANKS)}, {cell}[{place}])" for place in (1, -1)]
    damaged = f"regexp_matches({cell}, '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffd]')"
    tidy = f"NOT {blank[0]} AND NOT {blank[1]} AND NOT {damaged}"
    return _case([(f"length({cell}) > 8 AND {tidy}", cell)])


def _boolean(cell: str) -> str:
    words: dict[str, str] = {}
    for listed, value in ((TRUE_WORDS, "true"), (FALSE_WORDS, "false")):
        for word in listed:
            for form in (word, word.upper(), word.capitalize()):
                words.setdefault(form, value)
    first = ("是", "否", "true", "false", "1", "0")
    ordered = [*first, *(word for word in words if word not in first)]
    return _words(cell, [(word, words[word]) for word in ordered])


def option_words(fact: Fact) -> list[tuple[str, str]]:
    """(word as written, option), identifiers and titles before aliases."""
    pairs = [(option, option) for option in fact.choices]
    pairs += [(title, option) for option, title in fact.choices.items()]
    pairs += [(word, option) for option, words in fact.option_aliases.items() for word in words]
    return list(dict.fromkeys(pairs))


def plain_industry() -> tuple[str, str]:
    """Patterns of industry codes that are plain without and with the letter of the section.

    Three digits are plain only where no leading zero can have been lost; ``parse`` decides the others.
    """
    return "[0-9]{2}|0[0-9]{2}|[0-9]{4}", "[A-T]([0-9]{2}|0[0-9]{2}|[0-9]{4})|[C-T][0-9]{3}"


def _option(fact: Fact, cell: str) -> str:
    otherwise = ""
    if fact.type == "code":
        if fact.format == "industry":
            bare, lettered = plain_industry()
            plain = [(bare, cell), (lettered, f"substr({cell}, 2)")]
        elif fact.format == "division":
            plain = [("[1-9][0-9]{5}", cell)]
        else:
            plain = [("[0-9A-Z]*[0-9][0-9A-Z]*", cell)]
        otherwise = _case((_full_match(cell, pattern), value) for pattern, value in plain)
    return _words(cell, [(word, literal(option)) for word, option in option_words(fact)], otherwise)


def _integer(fact: Fact, cell: str) -> str:
    sign = "-?" if fact.negative else ""
    whole = f"split_part({cell}, '.', 1)::INTEGER"
    words = [(word, option) for option, aliases in fact.option_aliases.items() for word in aliases]
    unit = f"rtrim({cell}, {literal(fact.unit)})::INTEGER" if fact.unit else ""
    branches = [(_full_match(cell, rf"{sign}[0-9]{{1,9}}(?:\.0+)?"), whole)]
    if unit:
        branches.append((_full_match(cell, f"{sign}[0-9]{{1,9}}{fact.unit}"), unit))
    if words:
        branches.append(("true", _words(cell, words)))
    return _case(branches)


def _money(fact: Fact, cell: str, scale: Decimal) -> str:
    sign = "-?" if fact.negative else ""
    power = len(str(int(scale))) - 1
    whole, places = 16 - power, 2 + power
    plain = f"{cell}::DECIMAL({whole + places},{places})"
    bare = f"replace({cell}, ',', '')::DECIMAL({whole + places},{places})"
    groups = (whole - 3) // 3  # as many as surely fit
    unit = r"[0-9]{1,8}(?:\.[0-9]{1,6})?"
    digits = rf"{sign}[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{places}}}0*)?"
    grouped = rf"{sign}[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,{groups}}}(?:\.[0-9]{{1,{places}}})?"
    branches = [
        (_full_match(cell, digits), _scaled(plain, places, power)),
        (_full_match(cell, grouped), _scaled(bare, places, power)),
    ]
    for word, word_power in (("亿", 8), ("万", 4)):
        number = f"replace(rtrim({cell}, '元'), '{word}', '')::DECIMAL(14,6)"
        branches.append((_full_match(cell, f"{sign}{unit}{word}元?"), _scaled(number, 6, word_power)))
    return _case(branches)


def _scaled(number: str, places: int, power: int) -> str:
    """``number`` times ten to the ``power``, exactly; the places that drop out are zero.

    (Multiplied as DECIMAL(38): DuckDB keeps a product of narrower decimals within 18 digits.)
    """
    if not power:
        return number
    return f"({number}::DECIMAL(38,{places}) * {10**power}::DECIMAL({power + 1},0))::DECIMAL(18,2)"


def _ratio(fact: Fact, cell: str, scale: Decimal) -> str:
    sign = "-?" if fact.negative else ""
    percent = rf"{sign}[0-9]{{1,3}}(?:\.[0-9]{{1,4}})?"
    hundredth = f"(rtrim({cell}, '%')::DECIMAL(9,4) * 0.01::DECIMAL(3,2))::DECIMAL(9,6)"
    branches = [(_full_match(cell, percent + "%"), hundredth)]
    if scale == 1:
        small = rf"{sign}(?:0?\.[0-9]{{1,6}}|0|1(?:\.0{{1,6}})?)"
        branches.insert(0, (_full_match(cell, small), f"{cell}::DECIMAL(9,6)"))
    else:
        branches.append((_full_match(cell, percent), hundredth))
    return _case(branches)


def _date(cell: str) -> str:
    day, two = "[0-9]{1,2}", "[0-9]{2}"
    eight = f"concat_ws('-', substr({cell}, 1, 4), substr({cell}, 5, 2), substr({cell}, 7, 2))"
    chinese = f"replace(replace(replace({cell}, '年', '-'), '月', '-'), '日', '')"
    branches = [
        (_full_match(cell, f"{_YEAR}-{two}-{two}(?: 00:00:00)?"), f"TRY_CAST(left({cell}, 10) AS DATE)"),
        (_full_match(cell, f"{_YEAR}/{day}/{day}"), f"TRY_CAST(replace({cell}, '/', '-') AS DATE)"),
        (_full_match(cell, f"{_YEAR}[.]{day}[.]{day}"), f"TRY_CAST(replace({cell}, '.', '-') AS DATE)"),
        (_full_match(cell, f"{_YEAR}-{day}-{day}"), f"TRY_CAST({cell} AS DATE)"),
        (_full_match(cell, f"{_YEAR}{two}{two}"), f"TRY_CAST({eight} AS DATE)"),
        (_full_match(cell, f"{_YEAR}年{day}月{day}日"), f"TRY_CAST({chinese} AS DATE)"),
    ]
    return _case(branches)
