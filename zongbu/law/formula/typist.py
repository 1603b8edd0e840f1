"""The second pass: every node of a formula gets its type, or the formula a fault with a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from lark import Token, Tree

from zongbu.law import nodes
from zongbu.law.formula.reading import (
    COMPARISONS,
    KEYWORDS,
    WHOLE,
    FormulaError,
    fault,
    nearest,
    read_set,
    scalar,
    unwrap,
)
from zongbu.law.nodes import BOOLEAN, CODE, DATE, PURE, TEXT, Node, Type


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


def type_formula(tree: Tree[Token], scope: Scope) -> Node:
    """Give every node of a parsed formula its type.

    Raises:
        FormulaError: an unknown name, operands whose units do not fit, an unknown option …
    """
    return _Typist(scope).node(tree)


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
        value, type_, _ = scalar(tree)
        return nodes.Literal(type_, value)

    def group(self, tree: Tree[Token]) -> Node:
        return self.node(tree.children[0])

    def name(self, tree: Tree[Token]) -> Node:
        token, node = unwrap(tree), self._named(tree)
        if node.type.kind == "set":
            raise fault(token, "这是一个集合，只能写在「属于」后面")
        if node.type.kind == "table":
            raise fault(token, "这是一张表，要写明查哪一行", hint=f"例如 {token}[星级]")
        return node

    def _named(self, tree: Tree[Token]) -> Node:
        token = unwrap(tree)
        try:
            node = self.scope.resolve(str(token))
        except FormulaError as error:  # the scope knows no places
            raise fault(token, error.message, error.text, error.hint) from None
        if node is None:
            raise fault(token, "未声明的名称", hint=self._advice(str(token)))
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
                raise fault(part, "「且」与「或」混用而没有括号", hint="加上括号，写明先后")
        return make(BOOLEAN, tuple(self.boolean(part, f"「{word}」的两边") for part in parts))

    def negation(self, tree: Tree[Token]) -> Node:
        return nodes.Not(BOOLEAN, self.boolean(tree.children[-1], "「非」后面"))

    def boolean(self, tree: Tree[Token] | Token, where: str) -> Node:
        node = self.node(tree)
        if node.type.kind != "boolean":
            raise fault(tree, f"{where}要是条件，这里却是{node.type}")
        return node

    def number(self, tree: Tree[Token] | Token, where: str) -> Node:
        return self._as_number(self.node(tree), tree, where)

    @staticmethod
    def _as_number(node: Node, tree: Tree[Token] | Token, where: str) -> Node:
        if node.type.kind != "number":
            raise fault(tree, f"{where}要是数，这里却是{node.type}")
        return node

    def comparison(self, tree: Tree[Token]) -> Node:
        left_tree, token, right_tree = tree.children
        operator = COMPARISONS[str(token)]
        left, right = self.node(left_tree), self.node(right_tree)
        left, right = self._option(left, right, left_tree), self._option(right, left, right_tree)
        if left.type.kind == "boolean" or right.type.kind == "boolean":
            raise fault(tree, "条件不用比较", hint="直接写条件，或用「非」")
        if left.type.kind in ("text", "code", "choice") and operator not in ("=", "!="):
            raise fault(tree, f"{left.type}只能用 = 或 !=")
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
            raise fault(tree, "没有这个选项", str(node.value), hint)
        return nodes.Literal(other.type, option)

    def _same(self, tree: Tree[Token], left: Node, right: Node) -> None:
        one, other = left.type, right.type
        if one.kind == other.kind == "number":
            if one.unit != other.unit:
                raise fault(tree, f"单位不同：{one}与{other}", hint=_unit_hint(left, right))
        elif one != other:
            raise fault(tree, f"类型不同：{one}与{other}")

    def membership(self, tree: Tree[Token]) -> Node:
        value = self.node(tree.children[0])
        holder = _tree(_tree(tree.children[-1]).children[0])
        collection: Node
        if holder.data == "set":
            values, type_, _ = read_set(holder)
            collection = nodes.SetLiteral(type_, values)
        else:
            collection = self._named(holder)
        if collection.type.kind != "set":
            raise fault(holder, f"「属于」后面要是集合，这里却是{collection.type}")
        item = collection.type.item
        wanted = CODE if value.type.kind == "code" else TEXT
        if value.type.kind not in ("code", "choice", "text") or item != wanted:
            raise fault(tree, f"{value.type}不能属于{collection.type}")
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
                raise fault(tree, "没有这个选项", text, "可选：" + "、".join(type_.options))
            options.append(option)
        return nodes.SetLiteral(collection.type, tuple(options))

    def arithmetic(self, tree: Tree[Token]) -> Node:
        left_tree, token, right_tree = tree.children
        operator = {"＋": "+", "－": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/"}.get(
            str(token), str(token)
        )
        left = self.node(left_tree)
        if left.type.kind == "date":
            return self._shift(tree, left, operator, right_tree)
        # Typed above already: typing it anew would double the work at every level of a long sum.
        left, right = self._as_number(left, left_tree, "运算的左边"), self.number(right_tree, "运算的右边")
        one, other = left.type.unit, right.type.unit
        unit = one
        if operator in "+-":
            if one != other:
                raise fault(tree, f"单位不同：{left.type}与{right.type}", hint=_unit_hint(left, right))
        elif operator == "*":
            if one and other:
                raise fault(tree, f"{left.type}不能乘以{right.type}")
            unit = one or other
        elif one == other:
            unit = ""
        elif other:
            unit = f"{one or '1'}/{other}"
        return nodes.Arithmetic(Type("number", unit), operator, left, right)  # type: ignore[arg-type]

    def _shift(self, tree: Tree[Token], moment: Node, operator: str, amount_tree: Tree[Token] | Token) -> Node:
        amount = self.node(amount_tree)
        if operator not in "+-" or amount.type.kind != "number" or amount.type.unit not in ("年", "天"):
            raise fault(tree, f"日期只能加减年数或天数，这里是{amount.type}", hint="写成 日期 + 2年；工作日由日历计算")
        if _has_division(amount):
            raise fault(tree, "加在日期上的年数或天数不能含除法", hint=WHOLE)
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
                raise fault(_tree_or_token(child), f"{word}只比较数或日期，这里是{operand.type}")
            self._same(tree, operands[0], operand)
        return nodes.Extreme(operands[0].type, str(word) == "最大", operands)

    def has_value(self, tree: Tree[Token]) -> Node:
        return nodes.HasValue(BOOLEAN, self.node(tree.children[-1]))

    def rounding(self, tree: Tree[Token]) -> Node:
        word, operand_tree, places_token = tree.children
        operand = self.number(operand_tree, f"{word}的对象")
        places = str(unwrap(places_token))
        if not places.isdigit() or int(places) > 6:
            raise fault(unwrap(places_token), "小数位数要是 0 到 6")
        return nodes.Round(operand.type, operand, int(places), str(word) == "四舍五入")

    def look_up(self, tree: Tree[Token]) -> Node:
        token, table = unwrap(tree.children[0]), self._named(_tree(tree.children[0]))
        if not isinstance(table, nodes.ParameterRef) or table.type.kind != "table":
            raise fault(token, "只有表才能用方括号查", hint=f"{token}是{table.type}")
        key = self.node(tree.children[1])
        wanted = table.type.key
        assert wanted is not None and table.type.item is not None
        if key.type.kind == "choice" and wanted == TEXT:
            self.scope.speaks_of(table.identifier, key.type.options)
        elif (key.type.kind, key.type.unit) != (wanted.kind, wanted.unit):
            raise fault(tree, f"表的键是{wanted}，这里是{key.type}")
        elif wanted == PURE and _has_division(key):
            raise fault(tree, "表的键要是整数，不能含除法", hint=WHOLE)
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
