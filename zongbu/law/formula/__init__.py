"""Text of a formula → typed nodes, with every static check that a formula alone allows.

Two passes: ``reading.py`` reads the text by the grammar in ``formula.lark``; ``typist.py`` gives each node its
type by asking a ``Scope`` what the names mean. Whatever is wrong is a ``FormulaError`` with its place and a way
out.
"""

from zongbu.law.formula.reading import (
    OTHERWISE,
    FormulaError,
    ParsedLiteral,
    Table,
    Value,
    names_used,
    nearest,
    parse,
    parse_literal,
    wider,
)
from zongbu.law.formula.typist import Scope, type_formula

__all__ = [
    "OTHERWISE",
    "FormulaError",
    "ParsedLiteral",
    "Scope",
    "Table",
    "Value",
    "names_used",
    "nearest",
    "parse",
    "parse_literal",
    "type_formula",
    "wider",
]
