"""Scores, ranks and stars of a whole population: one DuckDB statement, built as a tree, in whole numbers.

Values are taken to six decimal places and normalised to six, weights and points have four; every rounding is half up.
Division is on whole numbers (DuckDB divides decimals as binary fractions), so that nothing is ever approximate. The
score is the sum of the points as they are shown. One layer per step; ``tests`` hold it to a plain Python reference.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
from sqlglot import exp

from zongbu.desk.recognition.stars.definition import Definition, Direction, Item, Method, Missing, Normalisation
from zongbu.law.sql.dialects import alias, cast, decimal_type, plain_type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VALUE_PLACES, PLACES = 6, 4
ONE = 10**VALUE_PLACES
"""A normalised value of 1."""
WEIGHT = 10**PLACES
SOURCE = "source"
AT_ONCE = 5000

When = tuple[exp.Expression, exp.Expression]
"""A test, and the value where it holds."""
Row = tuple[int, Sequence[str]]
"""An enterprise's key and its values as text, in the order of the indicators; empty: unknown."""


class Part(NamedTuple):
    """One indicator of one enterprise. ``normalised`` 0 to 1 (None: unknown and not replaced); ``weight`` in effect."""

    normalised: Decimal | None
    weight: Decimal
    points: Decimal | None
    missing: bool


class Scored(NamedTuple):
    """What came out for one enterprise; ``score`` None: undetermined, and then neither rank nor star."""

    key: int
    score: Decimal | None
    rank: int | None
    star: int | None
    parts: tuple[Part, ...]


def score(definition: Definition, rows: Iterable[Row]) -> Iterator[Scored]:
    """Score a population, in the order of the keys."""
    with tempfile.TemporaryDirectory(prefix="zongbu-stars-") as folder, duckdb.connect(config={"threads": 2}) as opened:
        _load(opened, Path(folder) / "values.csv", definition, rows)
        cursor = opened.execute(statement(definition).sql(dialect="duckdb"))
        while part := cursor.fetchmany(AT_ONCE):
            for found in part:
                yield _scored(found)


def _load(connection: DuckDBPyConnection, path: Path, definition: Definition, rows: Iterable[Row]) -> None:
    names = [f"raw_{number}" for number in range(len(definition.indicators))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", *names])
        writer.writerows([key, *given] for key, given in rows)
    types = {"key": "BIGINT", **dict.fromkeys(names, "VARCHAR")}
    connection.read_csv(str(path), header=True, columns=types, na_values="").to_table(SOURCE)


def _scored(found: tuple[Any, ...]) -> Scored:
    key, points, rank, star, *rest = found
    parts = tuple(
        Part(_decimal(normalised, VALUE_PLACES), _decimal(weight, PLACES) or Decimal(0), _decimal(own, PLACES), missing)
        for normalised, weight, own, missing in zip(*[iter(rest)] * 4, strict=True)
    )
    return Scored(key, _decimal(points, PLACES), rank, star, parts)


UNITS = {places: Decimal(1).scaleb(-places) for places in (PLACES, VALUE_PLACES)}


def _decimal(value: int | None, places: int) -> Decimal | None:
    return None if value is None else value * UNITS[places]


# --- the statement -----------------------------------------------------------------------------------------


def statement(definition: Definition) -> exp.Select:
    """The SELECT over ``source``: key, score, rank, star, then four columns per indicator."""
    items = list(enumerate(definition.indicators))
    found = _select([_column("key"), *(alias(_value(number), f"value_{number}") for number, _one in items)])
    found = found.from_(exp.to_table(SOURCE))
    found = _layer(found, {name: made for number, one in items for name, made in _population(number, one)})
    found = _layer(found, {f"own_{number}": _normalised(number, one) for number, one in items})
    found = _layer(found, {f"used_{number}": _replaced(number, one) for number, one in items})
    found = _layer(found, {"total": _total(items), "open": _open(items)})
    found = _layer(found, {name: made for number, one in items for name, made in _points(number, one)})
    found = _layer(found, {"points": _score(items)})
    found = _layer(found, {"standing": _standing(definition), "ranked": _over(exp.Count(this=_column("points")))})
    found = _layer(found, {"last": _last()})
    found = _tiered(found, definition)
    columns: list[exp.Expression] = [_column("key"), _small("points"), _column("standing"), _column("star")]
    for number, _one in items:
        columns += [_small(f"used_{number}"), _small(f"effective_{number}"), _small(f"points_{number}")]
        columns.append(alias(_is_null(_column(f"value_{number}")), f"missing_{number}"))
    return _select(columns).from_(found.subquery("found")).order_by(_column("key"))


def _value(number: int) -> exp.Expression:
    """The value in millionths, a whole number."""
    exactly = cast(_column(f"raw_{number}"), decimal_type(30, VALUE_PLACES))
    unit = cast(_number(ONE), decimal_type(7, 0))
    return cast(exp.Mul(this=exactly, expression=unit), plain_type("INT128"))


def _population(number: int, one: Item) -> Iterator[tuple[str, exp.Expression]]:
    """What an indicator's normalisation asks of all values together."""
    value = f"value_{number}"
    match one.normalisation:
        case Normalisation.MIN_MAX:
            yield f"least_{number}", _over(exp.Min(this=_column(value)))
            yield f"most_{number}", _over(exp.Max(this=_column(value)))
        case Normalisation.PERCENTILE:
            order = _ordered(_column(value), one.direction == Direction.LOWER)
            yield f"known_{number}", cast(_over(exp.Count(this=_column(value))), plain_type("INT128"))
            not_better = _over(exp.Count(this=_column(value)), order=[order])
            yield f"reached_{number}", cast(not_better, plain_type("INT128"))


def _normalised(number: int, one: Item) -> exp.Expression:
    value, full, nothing = _column(f"value_{number}"), _whole(ONE), _whole(0)
    lower_is_better = one.direction == Direction.LOWER
    cases: list[When] = [(_is_null(value), exp.Null())]
    match one.normalisation:
        case Normalisation.PERCENTILE:
            known, reached = _column(f"known_{number}"), _column(f"reached_{number}")
            cases.append((exp.EQ(this=known, expression=_number(1)), full))
            way, span = _minus(reached, _number(1)), _minus(known, _number(1))
        case Normalisation.MIN_MAX:
            least, most = _column(f"least_{number}"), _column(f"most_{number}")
            cases.append((exp.EQ(this=least, expression=most), full))
            way = _minus(most, value) if lower_is_better else _minus(value, least)
            span = _minus(most, least)
        case _:
            assert one.lower is not None and one.upper is not None
            least, most = _whole(_scaled(one.lower, VALUE_PLACES)), _whole(_scaled(one.upper, VALUE_PLACES))
            low, high = (full, nothing) if lower_is_better else (nothing, full)
            cases.append((exp.LTE(this=value, expression=least), low))
            cases.append((exp.GTE(this=value, expression=most), high))
            way = _minus(most, value) if lower_is_better else _minus(value, least)
            span = _minus(most, least)
    return _case(cases, _rounded(_times(way, _whole(ONE)), span))


def _replaced(number: int, one: Item) -> exp.Expression:
    """The normalised value, or what the set puts in the place of an unknown one."""
    own = _column(f"own_{number}")
    match one.missing:
        case Missing.ZERO:
            return exp.Coalesce(this=own, expressions=[_whole(0)])
        case Missing.LOWEST:
            return exp.Coalesce(this=own, expressions=[_over(exp.Min(this=own.copy()))])
    return own


def _total(items: list[tuple[int, Item]]) -> exp.Expression:
    """The weights that count; those of indicators left out do not."""
    parts = []
    for number, one in items:
        weight = _whole(_scaled(one.weight, PLACES))
        if one.missing == Missing.LEFT_OUT:
            weight = _case([(_is_null(_column(f"used_{number}")), _whole(0))], weight)
        parts.append(weight)
    return _sum(parts)


def _open(items: list[tuple[int, Item]]) -> exp.Expression:
    """Whether an unknown value leaves the whole undetermined."""
    tests = [_is_null(_column(f"used_{number}")) for number, one in items if one.missing != Missing.LEFT_OUT]
    return _either(*tests) if tests else exp.false()


def _points(number: int, one: Item) -> Iterator[tuple[str, exp.Expression]]:
    used, total = _column(f"used_{number}"), _column("total")
    nothing = exp.EQ(this=total, expression=_number(0))
    weight = _whole(_scaled(one.weight, PLACES))
    unknown = _either(_is_null(used), nothing)
    yield f"points_{number}", _case([(unknown, exp.Null())], _rounded(_times(used, weight), total))
    cases: list[When] = [(nothing.copy(), _whole(0))]
    if one.missing == Missing.LEFT_OUT:
        cases.append((_is_null(used), _whole(0)))
    yield f"effective_{number}", _case(cases, _rounded(_times(weight, _whole(100 * WEIGHT)), total))


def _score(items: list[tuple[int, Item]]) -> exp.Expression:
    undetermined = _either(_column("open"), exp.EQ(this=_column("total"), expression=_number(0)))
    parts = [exp.Coalesce(this=_column(f"points_{number}"), expressions=[_whole(0)]) for number, _one in items]
    return _case([(undetermined, exp.Null())], _sum(parts))


def _standing(definition: Definition) -> exp.Expression:
    """The rank; ties are broken by the values named for it, and shared where those are equal too."""
    order = [_ordered(_column("points"), True)]
    for key in definition.ties:
        number, one = next(found for found in enumerate(definition.indicators) if found[1].key == key)
        order.append(_ordered(_column(f"value_{number}"), one.direction == Direction.HIGHER))
    # Undetermined scores come last in the order, and get no rank.
    rank = _over(exp.Anonymous(this="RANK", expressions=[]), order=order)
    return _case([(_is_null(_column("points")), exp.Null())], rank)


def _last() -> exp.Expression:
    """The last place that enterprises of one rank fill together."""
    peers = _over(exp.Count(this=exp.Star()), partition=[_column("standing")])
    return _minus(exp.Paren(this=exp.Add(this=_column("standing"), expression=peers)), _number(1))


def _tiered(found: exp.Select, definition: Definition) -> exp.Select:
    """The column ``star``: 0 for who reaches none, NULL for who has no score."""
    unscored: When = (_is_null(_column("points")), exp.Null())
    if definition.method == Method.QUOTA:
        return _by_quota(found, definition)
    cases: list[When] = [unscored]
    places = Decimal(0)
    for tier in definition.tiers:
        star = _number(tier.star)
        if tier.limit is None:
            return _layer(found, {"star": _case(cases, star)})
        places += tier.limit
        match definition.method:
            case Method.SCORE:
                limit = _whole(_scaled(tier.limit, PLACES))
                test: exp.Expression = exp.GTE(this=_column("points"), expression=limit)
            case Method.COUNT:
                test = exp.LTE(this=_column("standing"), expression=_number(int(places)))
            case _:
                # rank ≤ share × ranked, without dividing; the part of an enterprise does not count
                mine = _times(cast(_column("standing"), plain_type("INT128")), _whole(100 * WEIGHT))
                room = _times(cast(_column("ranked"), plain_type("INT128")), _whole(_scaled(places, PLACES)))
                test = exp.LTE(this=mine, expression=room)
        cases.append((test, star))
    return _layer(found, {"star": _case(cases, _number(0))})


def _by_quota(found: exp.Select, definition: Definition) -> exp.Select:
    """Seat by seat from the top: who shares a rank goes in together or falls to the next star together."""
    given: exp.Expression = exp.Null()
    seated: exp.Expression = _number(0)
    for tier in definition.tiers:
        cases: list[When] = [(exp.Not(this=_is_null(given)), given.copy())]
        star = _number(tier.star)
        if tier.limit is None:
            cases.append((exp.Not(this=_is_null(_column("points"))), star))
        else:
            room = exp.Paren(this=exp.Add(this=seated.copy(), expression=_number(int(tier.limit))))
            cases.append((exp.LTE(this=_column("last"), expression=room), star))
        found = _layer(found, {f"given_{tier.star}": _case(cases, exp.Null())})
        given = _column(f"given_{tier.star}")
        place = _case([(exp.Not(this=_is_null(given)), _column("last"))], exp.Null())
        most = exp.Coalesce(this=_over(exp.Max(this=place)), expressions=[_number(0)])
        found = _layer(found, {f"seated_{tier.star}": most})
        seated = _column(f"seated_{tier.star}")
    none = exp.Coalesce(this=given, expressions=[_number(0)])
    return _layer(found, {"star": _case([(_is_null(_column("points")), exp.Null())], none)})


# --- pieces of trees ---------------------------------------------------------------------------------------


def _select(columns: Sequence[exp.Expression]) -> exp.Select:
    return exp.Select(expressions=list(columns))


def _layer(found: exp.Select, more: dict[str, exp.Expression]) -> exp.Select:
    """One more layer: all columns of the one before, and these."""
    if not more:
        return found
    made = _select([exp.Star(), *(alias(expression, name) for name, expression in more.items())])
    return made.from_(found.subquery("found"))


def _column(name: str) -> exp.Expression:
    return exp.column(name, quoted=True)


def _small(name: str) -> exp.Expression:
    """A column of the answer: no more than a million or so, and read much faster as such."""
    return alias(cast(_column(name), plain_type("INT")), name)


def _number(value: int) -> exp.Expression:
    literal = exp.Literal.number(abs(value))
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def _whole(value: int) -> exp.Expression:
    """A whole number wide enough for any product here."""
    return cast(_number(value), plain_type("INT128"))


def _scaled(value: Decimal, places: int) -> int:
    return int(value.scaleb(places).to_integral_value())


def _is_null(value: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Is(this=value.copy(), expression=exp.Null()))


def _minus(one: exp.Expression, other: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Sub(this=one.copy(), expression=other.copy()))


def _times(one: exp.Expression, other: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Mul(this=one.copy(), expression=other.copy()))


def _sum(parts: Sequence[exp.Expression]) -> exp.Expression:
    found = parts[0]
    for one in parts[1:]:
        found = exp.Add(this=found, expression=one)
    return exp.Paren(this=found)


def _rounded(above: exp.Expression, below: exp.Expression) -> exp.Expression:
    """A quotient of whole numbers that are not negative, half up."""
    twice = exp.Paren(this=exp.Add(this=_times(above, _number(2)), expression=below.copy()))
    return exp.Paren(this=exp.IntDiv(this=twice, expression=_times(below, _number(2))))


def _case(cases: Sequence[When], default: exp.Expression) -> exp.Expression:
    ifs = [exp.If(this=test.copy(), true=then.copy()) for test, then in cases]
    return exp.Paren(this=exp.Case(ifs=ifs, default=default.copy()))


def _either(*tests: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.or_(*tests))


def _ordered(value: exp.Expression, down: bool) -> exp.Expression:
    return exp.Ordered(this=value, desc=down, nulls_first=False)


def _over(
    function: exp.Expression, *, partition: Sequence[exp.Expression] = (), order: Sequence[exp.Expression] = ()
) -> exp.Expression:
    window = exp.Window(this=function, partition_by=list(partition))
    if order:
        window.set("order", exp.Order(expressions=list(order)))
    return window
