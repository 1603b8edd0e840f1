"""Typed nodes → exact nodes: the last form before execution, free of quotients.

A division has no exact decimal value, so a quotient is carried as a pair (numerator, positive denominator)
and every test on it is decided by cross-multiplication: ``a / b >= k`` becomes ``a >= k * b``. What remains
are additions and products of decimals whose number of digits is known beforehand, so that any engine with
38-digit decimals (or whole numbers of any size) computes the very same value.

Both executions start here: ``compile.py`` writes Python over whole numbers, ``sql`` writes SQL.
"""

from zongbu.law.exact.lowering import SHOWN_PLACES, Lowering, inexact
from zongbu.law.exact.nodes import (
    Add,
    And,
    AsOf,
    Compare,
    Constant,
    Exact,
    Extreme,
    FactValue,
    Kind,
    Known,
    LookUp,
    Multiply,
    Negate,
    NonZero,
    Not,
    OneOf,
    Or,
    Pair,
    ParameterValue,
    ReadingValue,
    Round,
    RoundQuotient,
    RuleValue,
    Select,
    Shift,
    StartsWith,
    Subtract,
)
from zongbu.law.exact.numbers import MAX_DIGITS, InexactError, constant, lift, width_of

__all__ = [
    "MAX_DIGITS",
    "SHOWN_PLACES",
    "Add",
    "And",
    "AsOf",
    "Compare",
    "Constant",
    "Exact",
    "Extreme",
    "FactValue",
    "InexactError",
    "Kind",
    "Known",
    "LookUp",
    "Lowering",
    "Multiply",
    "Negate",
    "NonZero",
    "Not",
    "OneOf",
    "Or",
    "Pair",
    "ParameterValue",
    "ReadingValue",
    "Round",
    "RoundQuotient",
    "RuleValue",
    "Select",
    "Shift",
    "StartsWith",
    "Subtract",
    "constant",
    "inexact",
    "lift",
    "width_of",
]
