"""Text of formulas → typed trees: what binds how tightly, how literals read, where a fault is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.law.random_formulas import Outline, outline
from zongbu.law import formula, nodes
from zongbu.law.formula import FormulaError, parse, parse_literal, type_formula
from zongbu.law.nodes import BOOLEAN, CODE, DATE, PURE, TEXT, YUAN, Node, Type

BOARD = Type("choice", options=("none", "main"))
KNOWN: dict[str, Node] = {
    **{name: nodes.FactRef(BOOLEAN, name) for name in "甲乙丙"},
    **{name: nodes.FactRef(YUAN, name, nodes.MONEY) for name in ("产值", "租金")},
    "家数": nodes.FactRef(Type("number", "家"), "家数", nodes.INTEGER),
    "等级": nodes.FactRef(PURE, "等级", nodes.INTEGER),
    "日子": nodes.FactRef(DATE, "日子"),
    "行业": nodes.FactRef(CODE, "行业"),
    "板块": nodes.FactRef(BOARD, "板块"),
    "字号": nodes.FactRef(TEXT, "字号"),
    "奖励": nodes.ParameterRef(Type("table", key=PURE, item=YUAN), "奖励", nodes.MONEY),
    "上市奖励": nodes.ParameterRef(Type("table", key=TEXT, item=YUAN), "上市奖励", nodes.MONEY),
    "名录": nodes.ParameterRef(Type("set", item=CODE), "名录"),
    "湖市.灯塔": nodes.RuleRef(BOOLEAN, "湖市.灯塔"),
    "lake-city.灯塔": nodes.RuleRef(BOOLEAN, "lake-city.beacon"),
}


class Known:
    """A scope with the names above."""

    def __init__(self) -> None:
        self.spoken_of: list[str] = []

    def resolve(self, name: str) -> Node | None:
        return KNOWN.get(name)

    def names(self) -> Iterator[str]:
        yield from KNOWN

    def option(self, text: str, options: tuple[str, ...]) -> str | None:
        return {"无": "none", "主板": "main"}.get(text, text if text in options else None)

    def speaks_of(self, parameter: str, options: tuple[str, ...]) -> None:
        self.spoken_of.append(parameter)


def typed(text: str) -> Node:
    return type_formula(parse(text), Known())


def fact(name: str) -> Outline:
    return "fact", name


def number(value: str) -> Outline:
    return "literal", Decimal(value)


A, B, C = fact("甲"), fact("乙"), fact("丙")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("甲 且 乙 且 丙", ("and", A, B, C)),
        ("(甲 且 乙) 且 丙", ("and", ("and", A, B), C)),
        ("(甲 且 乙) 或 丙", ("or", ("and", A, B), C)),
        ("非 甲 且 乙", ("and", ("not", A), B)),
        ("非 (甲 且 乙)", ("not", ("and", A, B))),
        ("非 非 甲", ("not", ("not", A))),
        ("非 等级 > 3", ("not", (">", fact("等级"), number("3")))),
        ("等级 > 3 且 甲", ("and", (">", fact("等级"), number("3")), A)),
        ("等级 + 1 > 3", (">", ("+", fact("等级"), number("1")), number("3"))),
        ("等级 - 1 - 2", ("-", ("-", fact("等级"), number("1")), number("2"))),
        ("等级 - (1 - 2)", ("-", fact("等级"), ("-", number("1"), number("2")))),
        ("等级 + 1 * 2", ("+", fact("等级"), ("*", number("1"), number("2")))),
        ("等级 / 2 * 3", ("*", ("/", fact("等级"), number("2")), number("3"))),
        ("-等级 * 2", ("*", ("minus", fact("等级")), number("2"))),
        ("等级 * -2", ("*", fact("等级"), ("minus", number("2")))),
        ("等级 - -2", ("-", fact("等级"), ("minus", number("2")))),
        (
            "奖励[等级 + 1] / 2",
            ("/", ("look_up", ("parameter", "奖励"), ("+", fact("等级"), number("1"))), number("2")),
        ),
        ("日子 + 2年 <= 基准日", ("<=", ("+年", fact("日子"), number("2")), ("today",))),
        ("日子 - 30天 = 2024-02-29", ("=", ("-天", fact("日子"), number("30")), ("literal", date(2024, 2, 29)))),
        ("最大(等级, 1, 2)", ("largest", fact("等级"), number("1"), number("2"))),
        ("最小(日子, 基准日)", ("smallest", fact("日子"), ("today",))),
        ("四舍五入(产值 * 30%, 2)", ("half_up", ("*", fact("产值"), number("0.3")), 2)),
        ("舍去(产值, 0)", ("down", fact("产值"), 0)),
        ("如果(甲, 产值, 0元)", ("if", A, fact("产值"), number("0"))),
        ("有值(日子 + 2年)", ("known", ("+年", fact("日子"), number("2")))),
        ("行业 属于 {66, 0134}", ("member", fact("行业"), ("set", "66", "0134"))),
        ("非 行业 属于 名录", ("not", ("member", fact("行业"), ("parameter", "名录")))),
        ("板块 = 「主板」", ("=", fact("板块"), ("literal", "main"))),
        ("「main」 != 板块", ("!=", ("literal", "main"), fact("板块"))),
        ("板块 属于 {「无」, 「main」}", ("member", fact("板块"), ("set", "none", "main"))),
        ("上市奖励[板块]", ("look_up", ("parameter", "上市奖励"), fact("板块"))),
        ("行业 = 「6513」", ("=", fact("行业"), ("literal", "6513"))),
        ("字号 = “甲”", ("=", fact("字号"), ("literal", "甲"))),
        ('字号 = "甲"', ("=", fact("字号"), ("literal", "甲"))),
        ("lake-city.灯塔 且 甲", ("and", ("rule", "lake-city.beacon"), A)),
        ("是 或 否", ("or", ("literal", True), ("literal", False))),
    ],
)
def test_a_formula_is_read_as(text: str, tree: Outline) -> None:
    assert outline(typed(text)) == tree


@pytest.mark.parametrize(
    ("half", "full"),
    [
        ("等级 >= 3", "等级≥3"),
        ("等级 <= 3", "等级 ≤ 3"),
        ("等级 != 3", "等级 ≠ 3"),
        ("等级 > 3", "等级＞3"),
        ("等级 < 3", "等级 ＜ 3"),
        ("等级 = 3", "等级＝3"),
        ("等级 * 2 / 3 + 1 - 1", "等级×2÷3＋1－1"),
        ("等级 * 2 / 3 - 1", "等级＊2／3−1"),
        ("如果(甲, 产值, 0元)", "如果（甲，产值，0元）"),
        ("奖励[等级]", "奖励［等级］"),
        ("行业 属于 {66, 67}", "行业 属于 ｛66，67｝"),
        ("产值 * 30%", "产值 * 30％"),
        ("甲 且 乙", "甲\n　　且\n　　乙"),
        ("日子 = 2024-02-29", "日子 = 2024年2月29日"),
    ],
)
def test_full_width_signs_mean_the_same(half: str, full: str) -> None:
    assert typed(half) == typed(full)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("产值 + 租金", "元"),
        ("产值 * 30%", "元"),
        ("30% * 产值", "元"),
        ("产值 / 租金", ""),
        ("产值 / 等级", "元"),
        ("产值 / 家数", "元/家"),
        ("等级 / 家数", "1/家"),
        ("-产值", "元"),
        ("最大(产值, 0元)", "元"),
        ("四舍五入(产值 / 家数, 2)", "元/家"),
        ("奖励[等级]", "元"),
    ],
)
def test_numbers_carry_their_unit(text: str, unit: str) -> None:
    assert typed(text).type == Type("number", unit)


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("10亿元", Decimal(10**9), YUAN),
        ("3.5元", Decimal("3.5"), YUAN),
        ("10%", Decimal("0.1"), PURE),
        ("2家", Decimal(2), Type("number", "家")),
        ("5个工作日", Decimal(5), Type("number", "个工作日")),
        ("3", Decimal(3), PURE),
        ("是", True, BOOLEAN),
        ("否", False, BOOLEAN),
        ("2021-12-31", date(2021, 12, 31), DATE),
        ("「上海证券交易所」", "上海证券交易所", TEXT),
        ("{66, 0134}", ("66", "0134"), Type("set", item=CODE)),
        ("{「甲」, “乙”}", ("甲", "乙"), Type("set", item=TEXT)),
        (
            "{3: 1元, 4: 2.5元}",
            {Decimal(3): Decimal(1), Decimal(4): Decimal("2.5")},
            Type("table", key=PURE, item=YUAN),
        ),
        ("{「甲」: 是, 其他: 否}", {"甲": True, None: False}, Type("table", key=TEXT, item=BOOLEAN)),
        ("｛3：未公布，4：1元｝", {Decimal(3): None, Decimal(4): Decimal(1)}, Type("table", key=PURE, item=YUAN)),
    ],
)
def test_a_parameter_reads(text: str, value: object, type_: Type) -> None:
    found, found_type, _ = parse_literal(text)
    assert (found, found_type) == (value, type_)


def test_a_table_is_as_wide_as_its_widest_value() -> None:
    assert parse_literal("{3: 1, 4: 10%}")[2] == nodes.Width(9, 6, signed=False)


@pytest.mark.parametrize("text", ["", "   ", "3 + 4", "甲", "-3", "{}", "{3: 1元,}", "10亿元 5", "未公布"])
def test_what_is_no_literal(text: str) -> None:
    with pytest.raises(FormulaError):
        parse_literal(text)


def test_the_names_that_a_formula_uses() -> None:
    tree = parse("如果(甲 且 甲, 奖励[等级] + lake-city.灯塔, 租金) 且 行业 属于 名录")
    names = formula.names_used(tree)
    assert len(names) == 7
    assert set(names) == {"甲", "奖励", "等级", "lake-city.灯塔", "租金", "行业", "名录"}


def test_the_scope_is_told_which_texts_are_options() -> None:
    scope = Known()
    type_formula(parse("上市奖励[板块] > 0元"), scope)
    assert scope.spoken_of == ["上市奖励"]


@pytest.mark.parametrize(
    ("text", "line", "column", "quoted"),
    [
        ("甲 且\n  产值", 2, 3, "产值"),
        ("甲 且\n  (产值 > 3 且\n   乙)", 2, 4, "产值 > 3"),
        ("如果(甲,\n  产值,\n  家数)", 1, 1, "如果(甲, 产值, 家数)"),
        ("产值 * (租金 + 1元)", 1, 1, "产值 * (租金 + 1元)"),
        ("甲 且\n庚", 2, 1, "庚"),
    ],
)
def test_a_fault_is_placed_and_quoted(text: str, line: int, column: int, quoted: str) -> None:
    with pytest.raises(FormulaError) as found:
        typed(text)
    error = found.value.quoting(text)
    assert (error.line, error.column, error.text) == (line, column, quoted)


def test_a_long_quotation_is_cut() -> None:
    text = "产值 > " + " + ".join(["家数"] * 30)
    with pytest.raises(FormulaError) as found:
        typed(text)
    assert len(found.value.quoting(text).text) == 41


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("等及", "是否想写「等级」？"),
        ("甲且乙", "「且」前后要有空格"),
        ("行业属于名录", "「属于」前后要有空格"),
        ("完全无关的东西", ""),
    ],
)
def test_an_unknown_name_is_met_with_advice(name: str, hint: str) -> None:
    with pytest.raises(FormulaError, match="未声明的名称") as found:
        typed(f"{name} > 3")
    assert found.value.hint == hint


def test_deep_nesting_is_no_trouble() -> None:
    assert outline(typed("(" * 200 + "甲" + ")" * 200)) == A
    assert len(outline(typed(" 且 ".join(["甲"] * 500)))) == 501
