"""Text of a formula → typed nodes, with every static check that a formula alone allows.

Two passes: lark reads the text (``formula.lark``), then ``Typist`` gives each node its type by asking a
``Scope`` what the names mean. Whatever is wrong is a ``FormulaError`` with its place and a way out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Protocol

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput

from zongbu.law import literals, nodes
from zongbu.law.nodes import BOOLEAN, CODE, DATE, PURE, TEXT, Node, Type

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


class Scope(Protocol):
    """What the names in a formula mean."""

    def resolve(self, name: str) -> Node | None:
        """The node that a name stands for, or None if nothing has that name."""
        ...

    def names(self) -> Iterator[str]:
        """Every name that can be used, for "did you mean"."""
        ...

    def option(self, text: str, options: tuple[str, ...]) -> str | None:
        """The identifier of a choice's option, given by title or identifier."""
        ...

    def speaks_of(self, parameter: str, options: tuple[str, ...]) -> None:
        """Take note that the texts in a parameter's set or table are options of a choice."""
        ...


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
            return _set(tree)
    except FormulaError as error:
        raise error.quoting(text) from None
    value, type_, width = _scalar(tree)
    return value, type_, width


def type_formula(tree: Tree[Token], scope: Scope) -> Node:
    """Give every node of a parsed formula its type.

    Raises:
        FormulaError: an unknown name, operands whose units do not fit, an unknown option …
    """
    return _Typist(scope).node(tree)


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
    before = (getattr(error, "token_history", None) or [""])[-1]
    for word in KEYWORDS:
        if str(token).startswith(word) or str(before).removesuffix(word) not in ("", before):
            hint = f"「{word}」前后要有空格"
    if token.type == "COMPARE":
        hint = "比较不能连写，请用「且」连接两个比较"
    elif token.type in ("AND", "OR", "BELONGS"):
        hint = "「且」「或」「属于」两边都要有内容"
    return FormulaError("公式在此处读不懂", str(token), line, column, hint)


def _fault(where: Tree[Token] | Token, message: str, text: str = "", hint: str = "") -> FormulaError:
    if isinstance(where, Token):
        return FormulaError(message, text or str(where), where.line or 1, where.column or 1, hint)
    error = FormulaError(message, text, where.meta.line, where.meta.column, hint)
    error.span = where.meta.start_pos, where.meta.end_pos
    return error


def _unwrap(tree: Tree[Token] | Token) -> Token:
    while isinstance(tree, Tree):
        tree = tree.children[0]
    return tree


def _scalar(tree: Tree[Token] | Token) -> tuple[Value, Type, nodes.Width | None]:
    token = _unwrap(tree)
    if token.type == "NUMBER":
        try:
            return literals.parse_number(str(token))
        except ValueError as error:
            unit = str(error)
            keyword = next((word for word in KEYWORDS if word in unit), "")
            hint = f"「{keyword}」前后要有空格" if keyword else nearest(unit, iter(literals.UNITS))
            raise _fault(token, f"未知单位「{unit}」，在", hint=hint) from None
    if token.type == "DATE":
        try:
            return literals.parse_date(str(token)), DATE, None
        except ValueError:
            raise _fault(token, "没有这一天", hint="写成 2021-12-31") from None
    if token.type in ("YES", "NO"):
        return token.type == "YES", BOOLEAN, None
    return str(token)[1:-1], TEXT, None


def _set(tree: Tree[Token]) -> tuple[tuple[str, ...], Type, None]:
    tokens = [_unwrap(child) for child in tree.children]
    kinds = {token.type for token in tokens}
    if len(kinds) > 1:
        raise _fault(tree, "集合里不能既有代码又有文字")
    if kinds == {"NUMBER"}:
        for token in tokens:
            if not str(token).isdigit():
                raise _fault(token, "代码只能是数字")
        return tuple(str(token) for token in tokens), Type("set", item=CODE), None
    return tuple(str(token)[1:-1] for token in tokens), Type("set", item=TEXT), None


def _table(tree: Tree[Token]) -> tuple[Table, Type, nodes.Width | None]:
    table: Table = {}
    key_type: Type | None = None
    item_type: Type | None = None
    width: nodes.Width | None = None
    for entry in tree.children:
        assert isinstance(entry, Tree)
        key_token, item_token = (_unwrap(child) for child in entry.children)
        key: Value | None = OTHERWISE
        if key_token.type != "OTHERWISE":
            key, type_, _ = _scalar(key_token)
            if key_type is not None and type_ != key_type:
                raise _fault(key_token, "表的键类型不一致")
            key_type = type_
            if isinstance(key, Decimal) and key != key.to_integral_value():
                raise _fault(key_token, "表的键要是整数")
        if key in table:
            raise _fault(key_token, "表里有重复的键")
        item: Value | None = None
        if item_token.type != "UNPUBLISHED":
            item, type_, item_width = _scalar(item_token)
            if item_type is not None and type_ != item_type:
                raise _fault(item_token, "表的值单位不一致", hint=f"此前是{item_type}")
            item_type, width = type_, wider(width, item_width)
        table[key] = item
    if key_type is None or item_type is None:
        raise _fault(tree, "表里至少要有一个键和一个已公布的值", hint="全部未公布时写「: 整数→元 = 未公布」")
    return table, Type("table", key=key_type, item=item_type), width


def wider(one: nodes.Width | None, other: nodes.Width | None) -> nodes.Width | None:
    """The width that holds the values of both."""
    if one is None or other is None:
        return one or other
    return nodes.Width(max(one.digits, other.digits), max(one.scale, other.scale), one.signed or other.signed)


# --- typing ----------------------------------------------------------------------------------------------


class _Typist:
    """One method per construct of the grammar; each returns a typed node or raises FormulaError."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def node(self, tree: Tree[Token] | Token) -> Node:
        if isinstance(tree, Token):
            return self.literal(tree)
        method: Callable[[Tree[Any]], Node] = getattr(self, str(tree.data))
        return method(tree)

    def literal(self, tree: Tree[Token] | Token) -> Node:
        value, type_, _ = _scalar(tree)
        return nodes.Literal(type_, value)

    def group(self, tree: Tree[Token]) -> Node:
        return self.node(tree.children[0])

    def name(self, tree: Tree[Token]) -> Node:
        token, node = _unwrap(tree), self._named(tree)
        if node.type.kind == "set":
            raise _fault(token, "这是一个集合，只能写在「属于」后面")
        if node.type.kind == "table":
            raise _fault(token, "这是一张表，要写明查哪一行", hint=f"例如 {token}[星级]")
        return node

    def _named(self, tree: Tree[Token]) -> Node:
        token = _unwrap(tree)
        node = self.scope.resolve(str(token))
        if node is None:
            raise _fault(token, "未声明的名称", hint=self._advice(str(token)))
        return node

    def _advice(self, name: str) -> str:
        for keyword in KEYWORDS:
            before, found, after = name.partition(keyword)
            if found and any(part and self.scope.resolve(part) is not None for part in (before, after)):
                return f"「{keyword}」前后要有空格"
        return nearest(name, self.scope.names())

    def base_date(self, tree: Tree[Token]) -> Node:
        return nodes.BaseDate(DATE)

    def disjunction(self, tree: Tree[Token]) -> Node:
        return self._connective(tree, nodes.Or, "或")

    def conjunction(self, tree: Tree[Token]) -> Node:
        return self._connective(tree, nodes.And, "且")

    def _connective(self, tree: Tree[Token], make: type[nodes.And] | type[nodes.Or], word: str) -> Node:
        parts = tree.children[::2]  # the words 且 / 或 stand between them
        for part in parts:
            if isinstance(part, Tree) and part.data in ("conjunction", "disjunction"):
                raise _fault(part, "「且」与「或」混用而没有括号", hint="加上括号，写明先后")
        return make(BOOLEAN, tuple(self.boolean(part, f"「{word}」的两边") for part in parts))

    def negation(self, tree: Tree[Token]) -> Node:
        return nodes.Not(BOOLEAN, self.boolean(tree.children[-1], "「非」后面"))

    def boolean(self, tree: Tree[Token] | Token, where: str) -> Node:
        node = self.node(tree)
        if node.type.kind != "boolean":
            raise _fault(tree, f"{where}要是条件，这里却是{node.type}")
        return node

    def number(self, tree: Tree[Token] | Token, where: str) -> Node:
        node = self.node(tree)
        if node.type.kind != "number":
            raise _fault(tree, f"{where}要是数，这里却是{node.type}")
        return node

    def comparison(self, tree: Tree[Token]) -> Node:
        left_tree, token, right_tree = tree.children
        operator = COMPARISONS[str(token)]
        left, right = self.node(left_tree), self.node(right_tree)
        left, right = self._option(left, right, left_tree), self._option(right, left, right_tree)
        if left.type.kind == "boolean" or right.type.kind == "boolean":
            raise _fault(tree, "条件不用比较", hint="直接写条件，或用「非」")
        if left.type.kind in ("text", "code", "choice") and operator not in ("=", "!="):
            raise _fault(tree, f"{left.type}只能用 = 或 !=")
        self._same(tree, left, right)
        return nodes.Compare(BOOLEAN, operator, left, right)

    def _option(self, node: Node, other: Node, tree: Tree[Token] | Token) -> Node:
        """Of a text written beside a choice, make the choice's option; anything else stays as it is."""
        if not (isinstance(node, nodes.Literal) and node.type.kind == "text"):
            return node
        if other.type.kind == "code" and str(node.value).isdigit():
            return nodes.Literal(CODE, node.value)
        if other.type.kind != "choice":
            return node
        option = self.scope.option(str(node.value), other.type.options)
        if option is None:
            hint = nearest(str(node.value), iter(other.type.options)) or "可选：" + "、".join(other.type.options)
            raise _fault(tree, "没有这个选项", str(node.value), hint)
        return nodes.Literal(other.type, option)

    def _same(self, tree: Tree[Token], left: Node, right: Node) -> None:
        one, other = left.type, right.type
        if one.kind == other.kind == "number":
            if one.unit != other.unit:
                raise _fault(tree, f"单位不同：{one}与{other}", hint=_unit_hint(left, right))
        elif one != other:
            raise _fault(tree, f"类型不同：{one}与{other}")

    def membership(self, tree: Tree[Token]) -> Node:
        value = self.node(tree.children[0])
        holder = _tree(tree.children[-1].children[0])
        collection: Node
        if holder.data == "set":
            values, type_, _ = _set(holder)
            collection = nodes.SetLiteral(type_, values)
        else:
            collection = self._named(holder)
        if collection.type.kind != "set":
            raise _fault(holder, f"「属于」后面要是集合，这里却是{collection.type}")
        item = collection.type.item
        wanted = CODE if value.type.kind == "code" else TEXT
        if value.type.kind not in ("code", "choice", "text") or item != wanted:
            raise _fault(tree, f"{value.type}不能属于{collection.type}")
        if value.type.kind == "choice":
            if isinstance(collection, nodes.SetLiteral):
                collection = self._options(holder, collection, value.type)
            elif isinstance(collection, nodes.ParameterRef):
                self.scope.speaks_of(collection.identifier, value.type.options)
        return nodes.Member(BOOLEAN, value, collection)

    def _options(self, tree: Tree[Token], collection: nodes.SetLiteral, type_: Type) -> nodes.SetLiteral:
        options = []
        for text in collection.values:
            option = self.scope.option(text, type_.options)
            if option is None:
                raise _fault(tree, "没有这个选项", text, "可选：" + "、".join(type_.options))
            options.append(option)
        return nodes.SetLiteral(collection.type, tuple(options))

    def arithmetic(self, tree: Tree[Token]) -> Node:
        left_tree, token, right_tree = tree.children
        operator = {"＋": "+", "－": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/"}.get(token, str(token))
        left = self.node(left_tree)
        if left.type.kind == "date":
            return self._shift(tree, left, operator, right_tree)
        left, right = self.number(left_tree, "运算的左边"), self.number(right_tree, "运算的右边")
        one, other = left.type.unit, right.type.unit
        unit = one
        if operator in "+-":
            if one != other:
                raise _fault(tree, f"单位不同：{left.type}与{right.type}", hint=_unit_hint(left, right))
        elif operator == "*":
            if one and other:
                raise _fault(tree, f"{left.type}不能乘以{right.type}")
            unit = one or other
        elif one == other:
            unit = ""
        elif other:
            unit = f"{one or '1'}/{other}"
        return nodes.Arithmetic(Type("number", unit), operator, left, right)  # type: ignore[arg-type]

    def _shift(self, tree: Tree[Token], moment: Node, operator: str, amount_tree: Tree[Token] | Token) -> Node:
        amount = self.node(amount_tree)
        if operator not in "+-" or amount.type.kind != "number" or amount.type.unit not in ("年", "天"):
            raise _fault(tree, f"日期只能加减年数或天数，这里是{amount.type}", hint="写成 日期 + 2年；工作日由日历计算")
        if _has_division(amount):
            raise _fault(tree, "加在日期上的年数或天数不能含除法", hint=WHOLE)
        return nodes.Shift(DATE, moment, amount, operator == "-", "年" if amount.type.unit == "年" else "天")

    def minus(self, tree: Tree[Token]) -> Node:
        operand = self.number(tree.children[-1], "负号后面")
        return nodes.Minus(operand.type, operand)

    def choice(self, tree: Tree[Token]) -> Node:
        _, condition_tree, then_tree, otherwise_tree = tree.children
        condition = self.boolean(condition_tree, "如果的条件")
        then, otherwise = self.node(then_tree), self.node(otherwise_tree)
        then = self._option(then, otherwise, then_tree)
        otherwise = self._option(otherwise, then, otherwise_tree)
        self._same(tree, then, otherwise)
        return nodes.If(then.type, condition, then, otherwise)

    def extreme(self, tree: Tree[Token]) -> Node:
        word, *trees = tree.children
        operands = tuple(self.node(child) for child in trees)
        for operand, child in zip(operands, trees, strict=True):
            if operand.type.kind not in ("number", "date"):
                raise _fault(_tree_or_token(child), f"{word}只比较数或日期，这里是{operand.type}")
            self._same(tree, operands[0], operand)
        return nodes.Extreme(operands[0].type, str(word) == "最大", operands)

    def has_value(self, tree: Tree[Token]) -> Node:
        return nodes.HasValue(BOOLEAN, self.node(tree.children[-1]))

    def rounding(self, tree: Tree[Token]) -> Node:
        word, operand_tree, places_token = tree.children
        operand = self.number(operand_tree, f"{word}的对象")
        places = str(_unwrap(places_token))
        if not places.isdigit() or int(places) > 6:
            raise _fault(_unwrap(places_token), "小数位数要是 0 到 6")
        return nodes.Round(operand.type, operand, int(places), str(word) == "四舍五入")

    def look_up(self, tree: Tree[Token]) -> Node:
        token, table = _unwrap(tree.children[0]), self._named(_tree(tree.children[0]))
        if not isinstance(table, nodes.ParameterRef) or table.type.kind != "table":
            raise _fault(token, "只有表才能用方括号查", hint=f"{token}是{table.type}")
        key = self.node(tree.children[1])
        wanted = table.type.key
        assert wanted is not None and table.type.item is not None
        if key.type.kind == "choice" and wanted == TEXT:
            self.scope.speaks_of(table.identifier, key.type.options)
        elif (key.type.kind, key.type.unit) != (wanted.kind, wanted.unit):
            raise _fault(tree, f"表的键是{wanted}，这里是{key.type}")
        elif wanted == PURE and _has_division(key):
            raise _fault(tree, "表的键要是整数，不能含除法", hint=WHOLE)
        return nodes.LookUp(table.type.item, table, key)


def _has_division(node: Node) -> bool:
    """Whether a number may be a quotient as it stands; a rounded one is none any more."""
    match node:
        case nodes.Arithmetic():
            return node.operator == "/" or _has_division(node.left) or _has_division(node.right)
        case nodes.If():
            return _has_division(node.then) or _has_division(node.otherwise)
        case nodes.Minus():
            return _has_division(node.operand)
        case nodes.Extreme():
            return any(_has_division(operand) for operand in node.operands)
    return False


def _tree(child: Tree[Token] | Token) -> Tree[Token]:
    assert isinstance(child, Tree)
    return child


def _tree_or_token(child: Any) -> Tree[Token] | Token:
    assert isinstance(child, Tree | Token)
    return child


def _unit_hint(left: Node, right: Node) -> str:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, nodes.Literal) and not one.type.unit and other.type.unit:
            return f"写成 {one.value}{other.type.unit}"
    return ""
