"""Exact nodes → sqlglot trees, with explicit types wherever an engine's own rules could lose a digit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from zongbu.law import exact
from zongbu.law.exact import Constant, Exact, lift, width_of
from zongbu.law.formula import OTHERWISE, ParsedLiteral
from zongbu.law.nodes import Width
from zongbu.law.slots import Codes
from zongbu.law.sql.bits import Bits
from zongbu.law.sql.dialects import Dialect, cast, decimal_type, number_type, plain_type, unit_of

Reference = Callable[[Exact], exp.Expression]

_SIGNS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_SAFE_YEARS = 1000
"""Dates of facts lie between 1900 and 2999: so many years on or back stay within the calendar."""
_NARROW = 18
"""Digits up to which DuckDB computes decimals in 64 bits; beyond, an operand must be widened first."""


class Writer:
    """Writes expressions. ``refer`` gives the column of a fact, a rule or an open parameter.

    ``certain`` tells whether a node can never be NULL: guards are written only where one can be. With
    ``bits``, 且 and 或 over values that can be NULL are written as whole numbers (see ``bits.py``); ``coded``
    tells whether a column already holds such a number. ``narrow`` leaves decimals at 64 bits: several times
    faster, and DuckDB raises an error where a product does not fit, upon which the caller compiles anew.
    """

    def __init__(
        self,
        dialect: Dialect,
        parameters: dict[str, ParsedLiteral | None],
        open_parameters: frozenset[str],
        refer: Reference,
        certain: Callable[[Exact], bool],
        bits: Bits | None = None,
        coded: Callable[[Exact], bool] = lambda node: False,
        narrow: bool = False,
    ) -> None:
        self.narrow = narrow
        self.bits = bits
        self.coded = coded
        self.dialect = dialect
        self.parameters = parameters
        self.open_parameters = open_parameters
        self.refer = refer
        self.certain = certain

    def write(self, node: Exact, like: Width | None = None) -> exp.Expression:
        """The expression of a node; a constant is written with the scale of ``like``."""
        match node:
            case exact.Constant():
                return self._constant(node, like)
            case exact.RuleValue() if self.coded(node):
                return self._decoded(node)
            case exact.FactValue() | exact.RuleValue() | exact.ParameterValue():
                return self.refer(node)
            case exact.Add() | exact.Subtract():
                make = exp.Add if isinstance(node, exact.Add) else exp.Sub
                left, right = self._wide(node.left, node), self._atom(node.right, node.left.width)
                return exp.Paren(this=make(this=left, expression=right))
            case exact.Multiply():
                return exp.Paren(this=exp.Mul(this=self._wide(node.left, node), expression=self._atom(node.right)))
            case exact.Negate():
                return exp.Paren(this=exp.Neg(this=self._atom(node.operand)))
            case exact.NonZero():
                return exp.Nullif(this=self._atom(node.operand), expression=exp.Literal.number(0))
            case exact.Compare():
                left, right = self.sized(node.left, node.right.width), self.sized(node.right, node.left.width)
                return exp.Paren(this=_SIGNS[node.operator](this=left, expression=right))
            case exact.And() | exact.Or() if self.in_bits(node):
                return self._decoded(node)
            case exact.And() | exact.Or():
                connect = exp.And if isinstance(node, exact.And) else exp.Or
                return _chain(connect, [self.write(operand) for operand in node.operands])
            case exact.Not() if self.in_bits(node.operand):
                return self._decoded(node)
            case exact.Not():
                return exp.Paren(this=exp.Not(this=self._atom(node.operand)))
            case exact.Select():
                return self._select(node)
            case exact.Extreme():
                return self._extreme(node)
            case exact.LookUp():
                return self._look_up(node)
            case exact.StartsWith():
                return self._starts_with(node)
            case exact.OneOf():
                return self.dialect.one_of(self.write(node.value), self._texts(node.parameter, node.options))
            case exact.Known():
                return exp.Paren(this=_known(self._atom(node.operand)))
            case exact.Round():
                return self._round(node)
            case exact.RoundQuotient():
                return self._round_quotient(node)
            case exact.Shift():
                return self._shift(node)
        raise TypeError(f"no SQL for {type(node).__name__}")

    def sized(self, node: Exact, like: Width | None = None) -> exp.Expression:
        """The expression with no wider type than its values need.

        Products of wide decimals get a type with all of an engine's 38 digits; brought to one type with
        another decimal (in a comparison, CASE, GREATEST) they would lose places behind the point.
        """
        written = self.write(node, like)
        if isinstance(node, exact.Add | exact.Subtract | exact.Multiply | exact.Negate) and self.dialect.sizes:
            return written if self.narrow else cast(written, number_type(width_of(node)))
        return written

    def typed(self, node: Exact, width: Width | None) -> exp.Expression:
        """The expression as the column of a result: with the type that every engine and file will see."""
        if width is not None:
            return cast(self.write(node, width), number_type(width))
        if isinstance(node, Constant):
            return cast(self.write(node), _type_of(node))
        return self.write(node)

    # --- logic in bits -----------------------------------------------------------------------------------

    def in_bits(self, node: Exact) -> bool:
        """Whether a condition is best written as a number of two bits."""
        if self.bits is None or self.certain(node):
            return False
        if isinstance(node, exact.Not):
            return self.in_bits(node.operand)
        return isinstance(node, exact.And | exact.Or) or self.coded(node)

    def code(self, node: Exact, negated: bool = False) -> exp.Expression:
        """A condition as a number of two bits; negation is pushed down, as De Morgan's laws hold in Kleene's logic."""
        assert self.bits is not None
        match node:
            case exact.Constant():
                value = node.value if node.value is None else bool(node.value) is not negated
                mask = {True: self.bits.may | self.bits.must, False: 0, None: self.bits.may}[value]
                return exp.Literal.number(mask)
            case exact.Not():
                return self.code(node.operand, not negated)
            case exact.And() | exact.Or():
                both = isinstance(node, exact.And) is not negated
                operands = [self.code(operand, negated) for operand in node.operands]
                joined = _chain(exp.BitwiseAnd if both else exp.BitwiseOr, operands)
                return self._guarded(node.operands, joined) if both and not negated else joined
            case exact.RuleValue() if self.coded(node) and not negated:
                return self.refer(node)
            case exact.Select() if not negated and not self.certain(node):
                return self._code_select(node)
        written = self.write(node)
        return exp.Anonymous(this="HASH", expressions=[exp.Not(this=written) if negated else written])

    def _guarded(self, operands: tuple[Exact, ...], joined: exp.Expression) -> exp.Expression:
        """且 with a column already at hand: where that is known to be false, the rest is not computed."""
        guard = next((operand for operand in operands if self.coded(operand)), None)
        if guard is None or all(isinstance(operand, exact.RuleValue) for operand in operands):
            return joined
        nothing = exp.Literal.number(0)
        return exp.Paren(this=exp.Case(ifs=[exp.If(this=self.false(guard), true=nothing)], default=joined))

    def _code_select(self, node: exact.Select) -> exp.Expression:
        assert self.bits is not None
        then, otherwise = self.code(node.then), self.code(node.otherwise)
        both = _chain(exp.BitwiseAnd, [then.copy(), otherwise.copy(), exp.Literal.number(self.bits.must)])
        either = _chain(exp.BitwiseOr, [then.copy(), otherwise.copy()])
        either = exp.Paren(this=exp.BitwiseAnd(this=either, expression=exp.Literal.number(self.bits.may)))
        undecided = _chain(exp.BitwiseOr, [both, either])
        cases = [exp.If(this=self.true(node.condition), true=then)]
        if self.certain(node.condition):
            return exp.Paren(this=exp.Case(ifs=cases, default=otherwise))
        cases.append(exp.If(this=self.false(node.condition), true=otherwise))
        return exp.Paren(this=exp.Case(ifs=cases, default=undecided))

    def _decoded(self, node: Exact) -> exp.Expression:
        """A condition in bits as a BOOLEAN."""
        falsified, met = self.false(node), self.true(node)
        ifs = [exp.If(this=falsified, true=exp.false()), exp.If(this=met, true=exp.true())]
        return exp.Paren(this=exp.Case(ifs=ifs))

    def true(self, node: Exact) -> exp.Expression:
        """A test that holds where a condition is known to be true."""
        return self._bit(node, "must", exp.NEQ) if self.in_bits(node) else self.write(node)

    def false(self, node: Exact) -> exp.Expression:
        """A test that holds where a condition is known to be false."""
        return self._bit(node, "may", exp.EQ) if self.in_bits(node) else exp.Not(this=self.write(node))

    def _bit(self, node: Exact, name: str, test: type[exp.Binary]) -> exp.Expression:
        mask = exp.BitwiseAnd(this=self.code(node), expression=exp.Literal.number(getattr(self.bits, name)))
        return exp.Paren(this=test(this=exp.Paren(this=mask), expression=exp.Literal.number(0)))

    # --- parts -------------------------------------------------------------------------------------------

    def _atom(self, node: Exact, like: Width | None = None) -> exp.Expression:
        return self.write(node, like)

    def _constant(self, node: Constant, like: Width | None) -> exp.Expression:
        value = node.value
        if value is None:
            return cast(exp.Null(), _type_of(node))
        if isinstance(value, bool):
            return exp.Boolean(this=value)
        if isinstance(value, Decimal):
            return self._number(value, width_of(node), like)
        if isinstance(value, date):
            return cast(exp.Literal.string(value.isoformat()), plain_type("DATE"))
        return exp.Literal.string(value)

    def _number(self, value: Decimal, own: Width, like: Width | None) -> exp.Expression:
        scale = max(own.scale, like.scale if like is not None else 0)
        text = f"{value:.{scale}f}"
        literal: exp.Expression = exp.Literal.number(text.lstrip("-"))
        if value < 0:
            literal = exp.Paren(this=exp.Neg(this=literal))
        if not scale:
            return literal
        digits = max(len(text.lstrip("-").partition(".")[0]), like.digits if like is not None else 0)
        return cast(literal, number_type(Width(min(digits, 38 - scale), scale)))

    def _wide(self, node: Exact, result: Exact) -> exp.Expression:
        """An operand, cast where the engine would otherwise compute the result in too few digits."""
        own, wide = width_of(node), width_of(result)
        written = self._atom(node, own)
        total = wide.digits + wide.scale
        if wide.scale == 0:
            # Only of a fact is the type known: literals, and what is made of them, have the narrowest that holds them.
            room = number_type(Width(max(own.digits, wide.digits), 0))
            fits = room == number_type(own) and isinstance(node, exact.FactValue)
            return written if fits else cast(written, room)
        if total <= _NARROW or self.narrow:
            return written
        size = max(max(own.digits, wide.digits) + own.scale, _NARROW + 1)
        return cast(written, decimal_type(min(size, 38), own.scale))

    def _select(self, node: exact.Select) -> exp.Expression:
        """CASE is lazy: a branch is computed only for the rows that take it. Constant branches come first."""
        then, otherwise = self._branch(node.then, node), self._branch(node.otherwise, node)
        if self.certain(node.condition):
            cases = [exp.If(this=self.write(node.condition), true=then)]
            return exp.Paren(this=exp.Case(ifs=cases, default=otherwise))
        if node.agree is not None:
            agree = self.write(node.agree)
        else:
            agree = exp.EQ(this=then.copy(), expression=otherwise.copy())
        cases = [
            exp.If(this=self.true(node.condition), true=then),
            exp.If(this=self.false(node.condition), true=otherwise),
        ]
        if isinstance(node.otherwise, Constant):
            cases.reverse()
        # Where both agree either will do, and the constant one is the cheaper to repeat; but halves of quotients
        # agree as a whole (1/2 and 2/4), so that there it must be the same branch for both halves.
        constant = isinstance(node.otherwise, Constant) and node.agree is None
        same = otherwise.copy() if constant else then.copy()
        return exp.Paren(this=exp.Case(ifs=[*cases, exp.If(this=agree, true=same)]))

    def _branch(self, node: Exact, select: exact.Select) -> exp.Expression:
        if select.width is None:
            return self.write(node)
        return self.sized(node, Width(width_of(node).digits, select.width.scale))

    def _extreme(self, node: exact.Extreme) -> exp.Expression:
        """GREATEST and LEAST skip NULL in every engine; here an unknown operand makes the result unknown."""
        written = [self.sized(operand, node.width) for operand in node.operands]
        if len(written) == 2:
            one, other = written
            first, second = (exp.GTE, exp.LT) if node.largest else (exp.LTE, exp.GT)
            return exp.Paren(
                this=exp.Case(
                    ifs=[
                        exp.If(this=first(this=one.copy(), expression=other.copy()), true=one),
                        exp.If(this=second(this=one.copy(), expression=other.copy()), true=other),
                    ]
                )
            )
        make = exp.Greatest if node.largest else exp.Least
        best = make(this=written[0], expressions=written[1:])
        doubts = [operand for operand in node.operands if not self.certain(operand)]
        if not doubts:
            return best
        known = _chain(exp.And, [_known(self._atom(operand)) for operand in doubts])
        return exp.Paren(this=exp.Case(ifs=[exp.If(this=known, true=best)]))

    def _look_up(self, node: exact.LookUp) -> exp.Expression:
        table = self.parameters[node.table]
        key = self.write(node.key)
        assert isinstance(table, dict)
        cases = []
        for entry in table:
            if entry is not OTHERWISE:
                test = exp.EQ(this=key.copy(), expression=self.write(_key(entry)))
                cases.append(exp.If(this=test, true=self._entry(node, entry)))
        if OTHERWISE in table:
            cases.append(exp.If(this=_known(key.copy()), true=self._entry(node, OTHERWISE)))
        return exp.Paren(this=exp.Case(ifs=cases))

    def _entry(self, node: exact.LookUp, key: Any) -> exp.Expression:
        if node.table in self.open_parameters:
            return self.refer(exact.ParameterValue(node.kind, node.width, entry_name(node.table, key)))
        table = self.parameters[node.table]
        assert isinstance(table, dict)
        return self._constant(Constant(node.kind, node.width, table[key]), node.width)

    def _starts_with(self, node: exact.StartsWith) -> exp.Expression:
        """A code that only begins one of the listed codes is too coarse to tell: NULL."""
        codes = Codes(self._texts(node.parameter, node.codes))
        coarse = sorted(stem for stem in codes.stems if stem and not stem.startswith(tuple(codes)))
        return self.dialect.starts_with(self.write(node.value), codes, coarse)

    def _texts(self, parameter: str, literal: tuple[str, ...]) -> tuple[str, ...]:
        if not parameter:
            return literal
        value = self.parameters[parameter]
        assert isinstance(value, tuple)
        return value

    def _shift(self, node: exact.Shift) -> exp.Expression:
        """A date outside the calendar's years 1 to 9999 is unknown; engines would go on counting, or fail."""
        amount = self.write(node.amount)
        if node.backwards:
            amount = exp.Paren(this=exp.Neg(this=amount))
        years = node.unit == "年"
        moment = self.write(node.date)
        shifted = self.dialect.shift(moment, amount, years)
        if isinstance(node.date, exact.FactValue | Constant) and isinstance(node.amount, Constant):
            limit = _SAFE_YEARS if years else _SAFE_YEARS * 365
            if isinstance(node.amount.value, Decimal) and node.amount.value <= limit:
                return shifted
        # Asked of the distance, not of the result: PostgreSQL fails on days before 4713 BC.
        if years:
            place: exp.Expression = exp.Extract(this=exp.Var(this="YEAR"), expression=moment.copy())
            first, last = "1", "9999"
        else:
            place = self.dialect.day_number(moment.copy())
            first, last = "0", str((date.max - date.min).days)
        target = exp.Paren(this=exp.Add(this=place, expression=amount.copy()))
        between = exp.Between(this=target, low=exp.Literal.number(first), high=exp.Literal.number(last))
        inside = exp.Case(ifs=[exp.If(this=between, true=shifted)])
        reach = str(9998 if years else 9999 * 366)
        low, high = exp.Paren(this=exp.Neg(this=exp.Literal.number(reach))), exp.Literal.number(reach)
        near = exp.Between(this=amount.copy(), low=low, high=high)
        return exp.Paren(this=exp.Case(ifs=[exp.If(this=near, true=exp.Paren(this=inside))]))

    def _round(self, node: exact.Round) -> exp.Expression:
        operand = self._atom(node.operand)
        if not node.half_up:
            operand = self.dialect.truncate(operand, node.places, width_of(node.operand))
        # All three engines round half away from zero when they cast a decimal to fewer places.
        return cast(operand, number_type(width_of(node)))

    def _round_quotient(self, node: exact.RoundQuotient) -> exp.Expression:
        """Division of whole numbers only: scaled so that the quotient is the rounded result's last place."""
        above, below = width_of(node.numerator), width_of(node.denominator)
        whole = self.dialect.whole_type()
        lifted = lift(above, below, node.places)
        top = self._scaled(node.numerator, node.places + lifted, whole)
        bottom = self._scaled(node.denominator, lifted, whole)
        quotient = self._whole(top, bottom, node.half_up)
        if above.signed:
            negative = self._whole(exp.Paren(this=exp.Neg(this=top.copy())), bottom.copy(), node.half_up)
            below_zero = exp.LT(this=self._atom(node.numerator), expression=exp.Literal.number(0))
            quotient = exp.Paren(
                this=exp.Case(
                    ifs=[exp.If(this=below_zero, true=exp.Paren(this=exp.Neg(this=negative)))],
                    default=quotient,
                )
            )
        width = width_of(node)
        if not node.places:
            return cast(quotient, number_type(width))
        unit = cast(unit_of(node.places), decimal_type(node.places + 1, node.places))
        whole_part = cast(quotient, decimal_type(min(38, width.digits + node.places), 0))
        return cast(exp.Paren(this=exp.Mul(this=whole_part, expression=unit)), number_type(width))

    def _scaled(self, node: Exact, places: int, whole: exp.DataType) -> exp.Expression:
        """A number times a power of ten, as a whole number; ``places`` is never less than its scale."""
        own = width_of(node)
        number = self._atom(node)
        if own.scale:
            wide = cast(number, decimal_type(max(min(38, own.digits + own.scale), _NARROW + 1), own.scale))
            factor = cast(exp.Literal.number(str(10**own.scale)), decimal_type(own.scale + 1, 0))
            number = exp.Paren(this=exp.Mul(this=wide, expression=factor))
        number = cast(number, whole)
        if places == own.scale:
            return number
        factor = cast(exp.Literal.number(str(10 ** (places - own.scale))), whole.copy())
        return exp.Paren(this=exp.Mul(this=number, expression=factor))

    def _whole(self, top: exp.Expression, bottom: exp.Expression, half_up: bool) -> exp.Expression:
        if half_up:
            two = cast(exp.Literal.number(2), self.dialect.whole_type())
            doubled = exp.Paren(this=exp.Mul(this=two, expression=top))
            top = exp.Paren(this=exp.Add(this=doubled, expression=bottom.copy()))
            bottom = exp.Paren(this=exp.Mul(this=two.copy(), expression=bottom))
        return exp.Paren(this=self.dialect.whole_division(top, bottom))


def entry_name(table: str, key: Any) -> str:
    """The column that holds an entry of a table parameter, when parameters come as columns."""
    return f"{table}[{'其他' if key is OTHERWISE else key}]"


def _chain(connect: type[exp.Binary], operands: list[exp.Expression]) -> exp.Expression:
    """Operands joined by one connective, in parentheses; balanced, so that long chains do not nest deeply."""
    while len(operands) > 1:
        joined: list[Any] = []
        for index in range(0, len(operands) - 1, 2):
            joined.append(connect(this=operands[index], expression=operands[index + 1]))
        operands = joined + operands[len(operands) // 2 * 2 :]
    return exp.Paren(this=operands[0])


def _known(written: exp.Expression) -> exp.Expression:
    # NOT x IS NULL binds differently in hand-built trees from engine to engine: always parenthesised.
    return exp.Not(this=exp.Paren(this=exp.Is(this=written, expression=exp.Null())))


def _key(entry: Any) -> Constant:
    if isinstance(entry, bool):
        return Constant("boolean", None, entry)
    if isinstance(entry, Decimal):
        return Constant("number", Width(9, 0), entry)
    return Constant("date" if isinstance(entry, date) else "text", None, entry)


def _type_of(node: Exact) -> exp.DataType:
    if node.width is not None:
        return number_type(node.width)
    return plain_type({"boolean": "BOOLEAN", "date": "DATE", "text": "TEXT", "number": "INT"}[node.kind])
