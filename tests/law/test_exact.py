"""The last form before execution: quotients as pairs, and a known number of digits for every value."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import random_formulas
from tests.law.effort import effort
from tests.law.test_engines_agree import random_policy
from tests.law.toy import rules
from zongbu.law import Policy, PolicyError, exact, nodes
from zongbu.law.exact import Lowering, width_of

FACTS = "甲额 [a]: 元, 申报\n乙额 [b]: 元, 申报\n盈亏 [d]: 元, 申报, 可为负\n家数 [k]: 家, 登记\n等级 [n]: 整数, 认定\n占比 [r]: 比例, 申报"


def lowered(formula: str, steps: str = "") -> exact.Pair:
    policy = rules(f"果 [result] = {formula}", facts=FACTS, steps=steps)
    return Lowering(policy.rules).rule("result")


def width(formula: str) -> tuple[int, int, bool]:
    found = width_of(lowered(formula).numerator)
    return found.digits, found.scale, found.signed


@pytest.mark.parametrize(
    ("formula", "digits", "scale", "signed"),
    [
        ("甲额", 16, 2, False),
        ("盈亏", 16, 2, True),
        ("甲额 + 乙额", 17, 2, False),
        ("甲额 - 乙额", 17, 2, True),
        ("-甲额", 16, 2, True),
        ("甲额 * 占比", 19, 8, False),
        ("甲额 * 10%", 17, 3, False),
        ("甲额 * 等级", 25, 2, False),
        ("家数 + 等级 * 1家", 11, 0, False),
        ("最大(甲额, 0元)", 16, 2, False),
        ("如果(等级 > 1, 盈亏, 0.001元)", 16, 3, True),
        ("四舍五入(甲额 * 占比, 2)", 20, 2, False),
        ("舍去(甲额 * 占比, 2)", 19, 2, False),
        ("四舍五入(甲额, 4)", 16, 2, False),
        ("四舍五入(甲额 / 乙额, 2)", 19, 2, False),
    ],
)
def test_the_width_of_a_number(formula: str, digits: int, scale: int, signed: bool) -> None:
    assert width(formula) == (digits, scale, signed)


@pytest.mark.parametrize(
    "formula",
    [
        "甲额 * 占比 * 占比 * 等级",  # 16+3+3+9 digits and 2+6+6 places
        "甲额 / 乙额 * 等级 / 占比 >= 乙额 / 甲额",
        "甲额 / 乙额 + 乙额 / 盈亏 + 盈亏 / 甲额 > 0",
        "四舍五入(甲额 / (占比 * 占比 * 占比), 6)",
        "甲额 * 1.0000000000000000000000000001",
        "等级 * 1234567890123456789012345678901234567891",
    ],
)
def test_too_many_digits_are_refused(formula: str) -> None:
    with pytest.raises(PolicyError, match="可能超过 38 位"):
        rules(f"果 [result] = {formula}", facts=FACTS)


def test_rounding_in_between_makes_room() -> None:
    with pytest.raises(PolicyError):
        rules("果 [result] = 甲额 * 占比 * 占比 * 占比", facts=FACTS)
    assert rules("果 [result] = 四舍五入(甲额 * 占比 * 占比, 2) * 占比", facts=FACTS)


def test_the_limit_is_exactly_38_digits() -> None:
    fits = "甲额 * 1000000000000 * 等级 >= 0元"  # 16 + 13 + 9 digits and 2 places are 40
    with pytest.raises(PolicyError):
        rules(f"果 [result] = {fits}", facts=FACTS)
    assert rules("果 [result] = 甲额 * 10000000000 * 等级", facts=FACTS)  # 16 + 11 + 9 and 2: 38
    with pytest.raises(PolicyError):
        rules("果 [result] = 甲额 * 100000000000 * 等级", facts=FACTS)  # 39


def test_a_quotient_is_a_pair() -> None:
    pair = lowered("甲额 / 乙额")
    assert isinstance(pair.numerator, exact.FactValue)
    assert isinstance(pair.denominator, exact.NonZero)


def test_a_negative_divisor_turns_both_signs() -> None:
    pair = lowered("甲额 / 盈亏")
    assert isinstance(pair.numerator, exact.Select)
    assert isinstance(pair.denominator, exact.Select)
    assert pair.denominator.width == nodes.Width(16, 2, signed=False)


def test_a_test_on_a_quotient_multiplies_across() -> None:
    compared = lowered("甲额 / 乙额 >= 10%").numerator
    assert isinstance(compared, exact.Compare)
    assert isinstance(compared.right, exact.Multiply)
    assert lowered("甲额 / 乙额 >= 10%").denominator is None


def test_equal_denominators_are_not_multiplied_with_each_other() -> None:
    pair = lowered("甲额 / 家数 + 乙额 / 家数")
    assert isinstance(pair.numerator, exact.Add)
    assert isinstance(pair.denominator, exact.NonZero)


def test_a_rounded_quotient_is_a_plain_number() -> None:
    pair = lowered("四舍五入(甲额 / 乙额, 2)")
    assert isinstance(pair.numerator, exact.RoundQuotient)
    assert pair.denominator is None


def test_a_step_that_is_a_quotient_stays_one() -> None:
    pair = lowered("份额 * 3", steps="份额 [share] = 甲额 / 乙额")
    assert isinstance(pair.denominator, exact.RuleValue)
    assert pair.denominator.part == "denominator"


def test_a_published_quotient_is_shown_with_six_places() -> None:
    policy = rules("果 [result] = 甲额 / 乙额", facts=FACTS)
    shown = Lowering(policy.rules).shown("result")
    assert isinstance(shown, exact.RoundQuotient)
    assert (shown.places, shown.half_up) == (exact.SHOWN_PLACES, True)


def test_no_value_is_wider_than_foretold() -> None:
    """Every part of random policies, at the largest and smallest facts, fits the digits it was given."""
    counts: Counter[str] = Counter()

    @effort(40)
    @given(st.data())
    def fits(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, readings = data.draw(random_formulas.scenarios(written, policy))
        assessor = policy.assessor(as_of=as_of, parameters=parameters, readings=readings)
        widths = _widths(policy)
        for row in data.draw(random_formulas.rows(policy, as_of, parameters, most=6)):
            assessment = assessor.assess_values(row)
            for key, (above, below) in widths.items():
                if key not in assessor.program.spots:
                    continue
                spot = assessor.program.spots[key]
                for index, foretold in ((spot.index, above), (spot.below, below)):
                    value = None if index is None else assessment.values[index]
                    if value is not None:
                        assert abs(value) < 10 ** (foretold.digits + foretold.scale), (foretold, value)
                        assert foretold.signed or value >= 0, (foretold, value)
                if spot.below is not None and assessment.values[spot.below] is not None:
                    assert assessment.values[spot.below] > 0, "a denominator is positive or unknown"

    fits()


def _widths(policy: Policy) -> dict[int, tuple[nodes.Width, nodes.Width]]:
    lowering = Lowering(policy.rules)
    found = {}
    for rule in policy.rules.values():
        for node in nodes.walk(rule.node):
            if node.type.kind == "number":
                pair = lowering.pair(node)
                below = pair.denominator
                one = nodes.Width(1, 0, signed=False)
                found[id(node)] = (width_of(pair.numerator), one if below is None else width_of(below))
    return found


@pytest.mark.parametrize(
    ("text", "digits", "scale"), [("0", 1, 0), ("10.00", 2, 0), ("0.05", 1, 2), ("123.4500", 3, 2)]
)
def test_a_constant_has_no_more_digits_than_it_needs(text: str, digits: int, scale: int) -> None:
    found = exact.constant(Decimal(text)).width
    assert found == nodes.Width(digits, scale, signed=False)
