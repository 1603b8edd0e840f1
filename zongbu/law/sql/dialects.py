"""Where the SQL of DuckDB, Spark and PostgreSQL differs in meaning, not only in spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from zongbu.law.nodes import Width

Name = Literal["duckdb", "spark", "postgres"]


def decimal_type(total: int, scale: int) -> exp.DataType:
    """``DECIMAL(total, scale)``."""
    sizes = [exp.DataTypeParam(this=exp.Literal.number(size)) for size in (total, scale)]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes, nested=False)


def plain_type(name: str) -> exp.DataType:
    """``BOOLEAN``, ``DATE``, ``TEXT``, ``INT``, ``BIGINT`` or ``INT128``."""
    return exp.DataType(this=exp.DType[name], nested=False)


def number_type(width: Width) -> exp.DataType:
    """The column type that holds every number of a width."""
    total = width.digits + width.scale
    if width.scale or total > 18:
        return decimal_type(total, width.scale)
    return plain_type("INT" if total <= 9 else "BIGINT")


def cast(expression: exp.Expression, to: exp.DataType) -> exp.Expression:
    """A cast that always stands: sqlglot's own ``cast`` leaves out those that differ only in size."""
    return exp.Cast(this=expression, to=to)


def alias(expression: exp.Expression, name: str, quoted: bool = True) -> exp.Expression:
    """``expression AS name``."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name, quoted=quoted))


def unit_of(places: int) -> exp.Expression:
    """One in the last of so many decimal places."""
    return exp.Literal.number(f"{Decimal(1).scaleb(-places):f}")


class Dialect:
    """What all three share; PostgreSQL is the plainest of them."""

    name: Name = "postgres"
    fence = True
    """Whether each layer needs OFFSET 0 to keep the planner from folding the layers into each other."""
    sizes = False
    """Whether decimals have a fixed number of places by type, so that bringing two to one type can lose some."""

    def starts_with(self, value: exp.Expression, codes: Sequence[str], coarse: Sequence[str]) -> exp.Expression:
        """Whether a text begins with one of the codes; NULL for NULL and for the ``coarse`` texts."""
        found = exp.Paren(this=exp.RegexpLike(this=value, expression=_text(_pattern(codes))))
        if not coarse:
            return found
        unclear = exp.If(this=self.one_of(value.copy(), coarse), true=cast(exp.Null(), plain_type("BOOLEAN")))
        return exp.Paren(this=exp.Case(ifs=[unclear], default=found))

    def one_of(self, value: exp.Expression, texts: Sequence[str]) -> exp.Expression:
        """Whether a text is one of the texts; NULL for NULL."""
        if len(texts) == 1:
            return exp.Paren(this=exp.EQ(this=value, expression=_text(texts[0])))
        return exp.Paren(this=exp.In(this=value, expressions=[_text(text) for text in texts]))

    def whole_division(self, above: exp.Expression, below: exp.Expression) -> exp.Expression:
        """Whole part of a quotient of non-negative whole numbers, exactly."""
        return exp.Anonymous(this="DIV", expressions=[above, below])

    def whole_type(self) -> exp.DataType:
        """The type in which ``whole_division`` computes."""
        return decimal_type(38, 0)

    def truncate(self, number: exp.Expression, places: int, width: Width) -> exp.Expression:
        """A decimal cut off after some places, toward zero; ``width`` is that of the number."""
        return exp.Anonymous(this="TRUNC", expressions=[number, exp.Literal.number(places)])

    def shift(self, day: exp.Expression, amount: exp.Expression, years: bool) -> exp.Expression:
        """A date some years or days later."""
        if years:
            interval = exp.Anonymous(this="MAKE_INTERVAL", expressions=[cast(amount, plain_type("INT"))])
            return cast(exp.Add(this=day, expression=interval), plain_type("DATE"))
        return exp.Add(this=day, expression=cast(amount, plain_type("INT")))

    def day_number(self, day: exp.Expression) -> exp.Expression:
        """The days from 0001-01-01 to a date."""
        return exp.Paren(this=exp.Sub(this=day, expression=_first_day()))


class DuckDB(Dialect):
    """DuckDB evaluates a *function* of one dictionary-encoded column once per distinct value, an operator
    (IN, CASE, OR) once per row: text tests are therefore written as functions."""

    name = "duckdb"
    fence = False
    sizes = True

    def starts_with(self, value: exp.Expression, codes: Sequence[str], coarse: Sequence[str]) -> exp.Expression:
        if not coarse:
            return self._found(value, _pattern(codes))
        # What the pattern finds is looked up: nothing → false, a listed code → true, a coarse one → no entry, NULL.
        keys = exp.Array(expressions=[_text(""), *(_text(code) for code in codes)])
        answers = exp.Array(expressions=[exp.false(), *(exp.true() for _ in codes)])
        table = exp.Anonymous(this="MAP", expressions=[keys, answers])
        pattern = f"{_pattern(codes)}|{_pattern(coarse)}$"
        return exp.Anonymous(this="MAP_EXTRACT_VALUE", expressions=[table, _extract(value, pattern)])

    def one_of(self, value: exp.Expression, texts: Sequence[str]) -> exp.Expression:
        if len(texts) == 1:
            return super().one_of(value, texts)
        return self._found(value, f"{_pattern(texts)}$")

    def _found(self, value: exp.Expression, pattern: str) -> exp.Expression:
        return exp.Paren(this=exp.NEQ(this=_extract(value, pattern), expression=_text("")))

    def whole_division(self, above: exp.Expression, below: exp.Expression) -> exp.Expression:
        return exp.IntDiv(this=above, expression=below)

    def whole_type(self) -> exp.DataType:
        return plain_type("INT128")

    def shift(self, day: exp.Expression, amount: exp.Expression, years: bool) -> exp.Expression:
        if years:
            interval = exp.Anonymous(this="TO_YEARS", expressions=[cast(amount, plain_type("INT"))])
            return cast(exp.Add(this=day, expression=interval), plain_type("DATE"))
        return exp.Add(this=day, expression=cast(amount, plain_type("INT")))


class Spark(Dialect):
    """Spark; runs with ANSI mode on, so that an overflow is an error and never a wrong number."""

    name = "spark"
    fence = False
    sizes = True

    def truncate(self, number: exp.Expression, places: int, width: Width) -> exp.Expression:
        scale = max(width.scale, places)
        unit = cast(unit_of(places), decimal_type(min(38, width.digits + scale + 1), scale))
        rest = exp.Paren(this=exp.Mod(this=number.copy(), expression=unit))
        return exp.Paren(this=exp.Sub(this=number, expression=rest))

    def shift(self, day: exp.Expression, amount: exp.Expression, years: bool) -> exp.Expression:
        if years:
            months = exp.Mul(this=cast(amount, plain_type("INT")), expression=exp.Literal.number(12))
            return exp.Anonymous(this="ADD_MONTHS", expressions=[day, months])
        return exp.Anonymous(this="DATE_ADD", expressions=[day, cast(amount, plain_type("INT"))])

    def day_number(self, day: exp.Expression) -> exp.Expression:
        return exp.Anonymous(this="DATEDIFF", expressions=[day, _first_day()])

    def whole_division(self, above: exp.Expression, below: exp.Expression) -> exp.Expression:
        # DIV gives a BIGINT and wraps silently beyond it, ANSI mode or not: the quotient is taken in two halves.
        billion = cast(exp.Literal.number(10**9), decimal_type(10, 0))
        shifted = exp.Paren(this=exp.Mul(this=below, expression=billion))
        high = cast(exp.Paren(this=exp.IntDiv(this=above, expression=shifted)), decimal_type(28, 0))
        rest = exp.Paren(this=exp.Sub(this=above.copy(), expression=exp.Mul(this=high, expression=shifted.copy())))
        low = cast(exp.Paren(this=exp.IntDiv(this=rest, expression=below.copy())), decimal_type(28, 0))
        return exp.Paren(this=exp.Add(this=exp.Mul(this=high.copy(), expression=billion.copy()), expression=low))


def _first_day() -> exp.Expression:
    return cast(_text("0001-01-01"), plain_type("DATE"))


def _pattern(texts: Sequence[str]) -> str:
    return f"^({'|'.join(re.escape(text) for text in sorted(texts))})"


def _extract(value: exp.Expression, pattern: str) -> exp.Expression:
    return exp.Anonymous(this="REGEXP_EXTRACT", expressions=[value, _text(pattern)])


def _text(text: str) -> exp.Expression:
    return exp.Literal.string(text)


DIALECTS: dict[str, Dialect] = {"duckdb": DuckDB(), "spark": Spark(), "postgres": Dialect()}
