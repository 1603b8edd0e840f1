"""Text of a formula → typed nodes, with every static check that a formula alone allows.

Two passes: lark reads the text (``formula.lark``), then ``Typist`` gives each node its type by asking a
``Scope`` what the names mean. Whatever is wrong is a ``FormulaError`` with its place and a way out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput

from zongbu.law import literals, nodes
from zongbu.law.nodes import BOOLEAN, CODE, DATE, TEXT, Type

Value = Decimal | date | bool | str
Table = dict[Value | None, Value | None]
ParsedLiteral = Value | tuple[str, ...] | Table

OTHERWISE = None
"""The key under which a table keeps its 其他 entry."""

COMPARISONS: dict[str, nodes.Comparison] = {
    "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "＝": "=",
    ">=": ">=", "<=": "<=", "!=": "!=", ">": ">", "<": "<", "=": "=",
}  # fmt: skip
KEYWORDS = ("且", "或", "非", "属于")
LONGEST_QUOTE = 40
WHOLE = "先用 四舍五入(…, 0) 取整"


class FormulaError(Exception):
    """A fault in a formula; ``line`` and ``column`` count from 1 within the formula's text.

    ``span`` is the part of the formula that is at fault, for errors that do not quote it in ``text``.
    """

    span: tuple[int, int] = (0, 0)

    def __init__(self, message: str, text: str = "", line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.text, self.line, self.column, self.hint = message, text, line, column, hint

    def quoting(self, source: str) -> FormulaError:
        """The same error, with the part of the formula that is at fault in ``text``."""
        part = " ".join(source[slice(*self.span)].split())
        self.text = self.text or (part if len(part) <= LONGEST_QUOTE else part[:LONGEST_QUOTE] + "…")
        return self


@functools.cache
def _parser() -> Lark:
    return Lark.open(
        "formula.lark",
        rel_to=__file__,
        parser="lalr",
        start=["start", "value"],
        maybe_placeholders=False,
        propagate_positions=True,
    )


def parse(text: str) -> Tree[Token]:
    """Read a formula; raises FormulaError where it cannot be read."""
    return _parse(text, "start")


def names_used(tree: Tree[Token]) -> list[str]:
    """The names that a formula mentions, each once, in order."""
    return list(dict.fromkeys(str(name.children[0]) for name in tree.find_data("name")))


def parse_literal(text: str) -> tuple[ParsedLiteral, Type, nodes.Width | None]:
    """Read the value of a parameter: a literal, a set ``{66, 67}`` or a table ``{3: 100万元, 其他: 0元}``.

    An entry of a table may be 未公布 (None); the key None holds 其他.

    Raises:
        FormulaError: the text is no literal, or a table mixes types.
    """
    tree = _parse(text, "value")
    try:
        if tree.data == "table":
            return _table(tree)
        if tree.data == "set":
            return read_set(tree)
    except FormulaError as error:
        raise error.quoting(text) from None
    value, type_, width = scalar(tree)
    return value, type_, width


def nearest(name: str, known: Iterator[str]) -> str:
    """「是否想写 X？」 for the known name nearest to the given one, or an empty text."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"是否想写「{matches[0]}」？" if matches else ""


# --- reading ---------------------------------------------------------------------------------------------


def _parse(text: str, start: str) -> Tree[Token]:
    try:
        tree = _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise _unreadable(text, error) from None
    # lark returns a bare token for a text that is one literal; a tree keeps all callers uniform.
    return tree if isinstance(tree, Tree) else Tree("literal", [tree])


def _unreadable(text: str, error: UnexpectedInput) -> FormulaError:
    lines = text.split("\n")
    token = getattr(error, "token", None)
    if isinstance(error, UnexpectedEOF) or (token is not None and token.type == "$END"):
        return FormulaError("公式没有写完", lines[-1][-12:], len(lines), len(lines[-1]) + 1, "检查括号和最后一个运算符")
    line, column = error.line, error.column
    if isinstance(error, UnexpectedCharacters) or token is None:
        character = lines[line - 1][column - 1] if column <= len(lines[line - 1]) else ""
        return FormulaError("公式里有不认识的符号", character, line, column, "见政策文件格式说明中的运算符")
    hint = "此前缺少运算符，或此处多余"
    before = (getattr(error, "token_history", None) or [None])[-1]
    if before is not None and str(before) in KEYWORDS and before.type == "NAME":
        # Where a name is due, the lexer takes the word for one.
        hint = f"「{before}」两边都要有内容"
        return FormulaError("公式在此处读不懂", str(before), before.line or 1, before.column or 1, hint)
    for word in KEYWORDS:
        if str(token).startswith(word) or str(before or "").removesuffix(word) not in ("", str(before or "")):
            hint = f"「{word}」前后要有空格"
    if token.type == "COMPARE":
        hint = "比较不能连写，请用「且」连接两个比较"
    return FormulaError("公式在此处读不懂", str(token), line, column, hint)


def fault(where: Tree[Token] | Token, message: str, text: str = "", hint: str = "") -> FormulaError:
    if isinstance(where, Token):
        return FormulaError(message, text or str(where), where.line or 1, where.column or 1, hint)
    error = FormulaError(message, text, where.meta.line, where.meta.column, hint)
    error.span = where.meta.start_pos, where.meta.end_pos
    return error


def unwrap(tree: Tree[Token] | Token) -> Token:
    while isinstance(tree, Tree):
        tree = tree.children[0]
    return tree


def scalar(tree: Tree[Token] | Token) -> tuple[Value, Type, nodes.Width | None]:
    token = unwrap(tree)
    if token.type == "NUMBER":
        try:
            return literals.parse_number(str(token))
        except ValueError as error:
            unit = str(error)
            keyword = next((word for word in KEYWORDS if word in unit), "")
            hint = f"「{keyword}」前后要有空格" if keyword else nearest(unit, iter(literals.UNITS))
            raise fault(token, f"未知单位「{unit}」，在", hint=hint) from None
    if token.type == "DATE":
        try:
            return literals.parse_date(str(token)), DATE, None
        except ValueError:
            raise fault(token, "没有这一天", hint="写成 2021-12-31") from None
    if token.type in ("YES", "NO"):
        return token.type == "YES", BOOLEAN, None
    return str(token)[1:-1], TEXT, None


def read_set(tree: Tree[Token]) -> tuple[tuple[str, ...], Type, None]:
    tokens = [unwrap(child) for child in tree.children]
    kinds = {token.type for token in tokens}
    if len(kinds) > 1:
        raise fault(tree, "集合里不能既有代码又有文字")
    if kinds == {"NUMBER"}:
        for token in tokens:
            if not str(token).isdigit():
                raise fault(token, "代码只能是数字")
        return tuple(str(token) for token in tokens), Type("set", item=CODE), None
    return tuple(str(token)[1:-1] for token in tokens), Type("set", item=TEXT), None


def _table(tree: Tree[Token]) -> tuple[Table, Type, nodes.Width | None]:
    table: Table = {}
    key_type: Type | None = None
    item_type: Type | None = None
    width: nodes.Width | None = None
    for entry in tree.children:
        assert isinstance(entry, Tree)
        key_token, item_token = (unwrap(child) for child in entry.children)
        key: Value | None = OTHERWISE
        if key_token.type != "OTHERWISE":
            key, type_, _ = scalar(key_token)
            if key_type is not None and type_ != key_type:
                raise fault(key_token, "表的键类型不一致")
            key_type = type_
            if isinstance(key, Decimal) and key != key.to_integral_value():
                raise fault(key_token, "表的键要是整数")
        if key in table:
            raise fault(key_token, "表里有重复的键")
        item: Value | None = None
        if item_token.type != "UNPUBLISHED":
            item, type_, item_width = scalar(item_token)
            if item_type is not None and type_ != item_type:
                raise fault(item_token, "表的值单位不一致", hint=f"此前是{item_type}")
            item_type, width = type_, wider(width, item_width)
        table[key] = item
    if key_type is None or item_type is None:
        raise fault(tree, "表里至少要有一个键和一个已公布的值", hint="全部未公布时写「: 整数→元 = 未公布」")
    return table, Type("table", key=key_type, item=item_type), width


def wider(one: nodes.Width | None, other: nodes.Width | None) -> nodes.Width | None:
    """The width that holds the values of both."""
    if one is None or other is None:
        return one or other
    return nodes.Width(max(one.digits, other.digits), max(one.scale, other.scale), one.signed or other.signed)
