"""Generated Python: what fills its slots, what it returns, and that it is fit to run."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import toy
from tests.law.effort import effort
from zongbu.law import load_policy
from zongbu.law.compile import compile_rules, needed_rules
from zongbu.law.nodes import INTEGER, MONEY, RATIO, Width
from zongbu.law.slots import Codes, LookUpTable, encode_parameter, scaled, unscaled

DAY = date(2024, 6, 30)


@effort(300)
@given(st.decimals(min_value=-(10**16), max_value=10**16, places=2))
def test_scaling_there_and_back(amount: Decimal) -> None:
    assert unscaled(scaled(amount, MONEY), MONEY.scale) == amount


@pytest.mark.parametrize(
    ("value", "width", "held"),
    [
        (Decimal("1.50"), MONEY, 150),
        (Decimal("9999999999999999.99"), MONEY, 999999999999999999),
        (Decimal("0.1"), RATIO, 100000),
        (7, INTEGER, 7),
        (None, MONEY, None),
        (True, None, True),
        ("SSE", None, "SSE"),
        (DAY, None, DAY),
    ],
)
def test_values_as_they_are_held(value: Any, width: Width | None, held: Any) -> None:
    assert scaled(value, width) == held
    assert type(scaled(value, width)) is type(held)


def test_a_result_of_38_digits_is_not_rounded() -> None:
    assert unscaled(10**37 + 1, 8) == Decimal("100000000000000000000000000000.00000001")
    policy = toy.rules(
        "果 [r] = 甲额 * 等级 * 占比", facts="甲额 [a]: 元, 申报\n等级 [n]: 整数, 认定\n占比 [s]: 比例, 申报"
    )
    facts = {"甲额": "9999999999999999.99", "等级": 999999999, "占比": "99999.9999%"}
    found = policy.assess(facts, as_of=DAY)["r"]
    assert str(found).replace(".", "") == str(999999999999999999 * 999999999 * 999999999)


def test_tables_and_sets() -> None:
    table = encode_parameter({Decimal(3): Decimal("1.5"), Decimal(4): None, None: Decimal(0)}, MONEY)
    assert isinstance(table, LookUpTable)
    assert (table[3], table[4], table[99]) == (150, None, 0)
    assert encode_parameter({"SSE": True}, None)["HKEX"] is None
    codes = encode_parameter(("66", "4411"), None)
    assert isinstance(codes, Codes)
    assert codes.stems == {"", "6", "4", "44", "441"}
    assert codes == ("66", "4411")
    assert encode_parameter(None, MONEY) is None
    assert encode_parameter(Decimal("0.01"), MONEY) == 1


STEPS = toy.policy(
    toy.block("事实", "甲额 [a]: 元, 申报", "乙额 [b]: 元, 申报", "丙额 [c]: 元, 申报")
    + toy.block("参数", "上限 [cap] = 3元", "下限 [least] = 1元")
    + toy.block("解释", "口径 [way]:", "  宽 (默认): 一", "  严: 二")
    + toy.block("步骤", "和 [sum] = 甲额 + 乙额", "差 [gap] = 和 - 丙额", "高 [high] = 和 > 上限")
    + toy.block("规则", "甲果 [r_a] = 如果(口径 = 「宽」, 高, 差 > 下限)", "乙果 [r_b] = 差 / 甲额", "丙果 [r_c] = 是")
)


def test_only_what_is_needed_is_compiled_in_order() -> None:
    assert needed_rules(STEPS.rules, ["r_b"]) == ["sum", "gap", "r_b"]
    assert needed_rules(STEPS.rules, ["r_c"]) == ["r_c"]
    program = compile_rules(STEPS.rules, ("r_b",))
    assert (set(program.facts), set(program.parameters), program.readings) == ({"a", "b", "c"}, set(), ())
    assert program.scales == (6,)


def test_slots_are_filled_in_the_order_that_the_program_names() -> None:
    program = compile_rules(STEPS.rules, ("r_a", "r_b", "r_c"))
    known: dict[str, Any] = {"a": Decimal("2.00"), "b": Decimal("1.50"), "c": Decimal("0.25")}
    slots = program.load(known)
    assert dict(zip(program.facts, slots, strict=True)) == {"a": 200, "b": 150, "c": 25}
    parameters = tuple({"cap": 300, "least": 100}[name] for name in program.parameters)
    assert program.readings == ("way",)
    assert program.decide(slots, parameters, ("宽",), DAY) == (True, 1625000, True)
    assert program.decide(slots, parameters, ("严",), DAY) == (True, 1625000, True)
    assert program.decide(program.load({}), parameters, ("宽",), DAY) == (None, None, True)


def test_a_program_without_facts() -> None:
    program = compile_rules(STEPS.rules, ("r_c",))
    assert program.load({}) == ()
    assert program.decide((), (), (), DAY) == (True,)
    assert program.trace((), (), (), DAY)


def test_the_same_part_is_computed_once() -> None:
    policy = toy.rules("果 [r] = 甲额 * 2 > 3元 或 甲额 * 2 > 4元 或 甲额 * 2 > 3元", facts="甲额 [a]: 元, 申报")
    source = compile_rules(policy.rules, ("r",)).source
    decide = source[source.index("def decide") : source.index("def trace")]
    assert decide.count("f0 * 2") == 1


@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
def test_generated_code_compiles_without_a_warning(identifier: str) -> None:
    rules = load_policy(identifier).rules
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compile_rules(rules, tuple(rules)).source


@pytest.mark.parametrize(
    "formula",
    [
        "有值(5)",
        "有值(基准日)",
        "是 且 否",
        "非 是",
        "3 > 2",
        "5 / 0 > 1",
        "有值(2024-01-01)",
        "如果(是, 1元, 2元)",
        "-0元",
    ],
)
def test_formulas_of_constants_alone(formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        policy = toy.rules(f"果 [r] = {formula}")
        expected = {"有值(5)": True, "有值(基准日)": True, "是 且 否": False, "非 是": False, "3 > 2": True, "5 / 0 > 1": None,
                    "有值(2024-01-01)": True, "如果(是, 1元, 2元)": Decimal(1), "-0元": Decimal(0)}  # fmt: skip
        assert policy.assess({}, as_of=DAY)["r"] == expected[formula]


def test_texts_with_quotes_do_no_harm() -> None:
    policy = toy.rules("果 [r] = 字号 = 「a'b\\」", facts="字号 [label]: 文字, 登记")
    assert policy.assess({"字号": "a'b\\"}, as_of=DAY)["r"] is True
    assert policy.assess({"字号": "a"}, as_of=DAY)["r"] is False
