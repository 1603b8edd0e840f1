"""The reference interpreter: each piece of meaning on its own, against an independent account of it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law.effort import effort
from zongbu.law import logic, nodes
from zongbu.law.logic import Interpreter

AMOUNTS = st.decimals(min_value=-(10**16), max_value=10**16, places=5)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31))


@pytest.mark.parametrize("values", list(itertools.product((True, False, None), repeat=3)))
def test_kleene_logic_is_minimum_and_maximum(values: tuple[bool | None, ...]) -> None:
    """With false < unknown < true, 且 is the smallest and 或 the largest."""
    order = {False: 0, None: 1, True: 2}
    back = {rank: value for value, rank in order.items()}
    assert logic.kleene_and(list(values)) is back[min(order[value] for value in values)]
    assert logic.kleene_or(list(values)) is back[max(order[value] for value in values)]


@effort(300)
@given(AMOUNTS, st.integers(0, 4))
def test_rounding_is_that_of_decimals(amount: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    assert logic.round_half_up(Fraction(amount), places) == Fraction(amount.quantize(unit, ROUND_HALF_UP))
    assert logic.round_down(Fraction(amount), places) == Fraction(amount.quantize(unit, ROUND_DOWN))


@pytest.mark.parametrize(
    ("number", "half_up", "down"), [("0.005", "0.01", "0"), ("-0.005", "-0.01", "0"), ("2.675", "2.68", "2.67")]
)
def test_half_a_fen(number: str, half_up: str, down: str) -> None:
    assert logic.round_half_up(Fraction(number), 2) == Fraction(half_up)
    assert logic.round_down(Fraction(number), 2) == Fraction(down)


@effort(200)
@given(DAYS, st.integers(-3000, 8000))
def test_years_later_is_the_same_day_of_the_year(moment: date, years: int) -> None:
    later = logic.shift_years(moment, years)
    if not 1 <= moment.year + years <= 9999:
        assert later is None
        return
    assert later is not None
    assert (later.year, later.month) == (moment.year + years, moment.month)
    assert later.day == moment.day or (moment.month, moment.day, later.day) == (2, 29, 28)


@effort(200)
@given(DAYS, st.integers(-(10**9) + 1, 10**9 - 1))
def test_days_later(moment: date, days: int) -> None:
    later = logic.shift_days(moment, days)
    if abs(days) > 4_000_000:
        assert later is None
    elif later is not None:
        assert later - moment == timedelta(days=days)


@pytest.mark.parametrize(
    ("code", "codes", "answer"),
    [
        ("6621", ("66", "4411"), True),
        ("66", ("66",), True),
        ("6", ("66",), None),
        ("44", ("66", "4411"), None),
        ("4411", ("4411", "44119"), True),
        ("4412", ("4411",), False),
        ("0134", ("013",), True),
        ("134", ("0134",), False),
        ("65", (), False),
    ],
)
def test_a_code_belongs_by_its_beginning(code: str, codes: tuple[str, ...], answer: bool | None) -> None:
    assert logic.has_prefix(code, codes) is answer


def test_look_up() -> None:
    table = {Decimal(3): Decimal(100), Decimal(4): None, None: Decimal(7)}
    assert logic.look_up(table, Fraction(3)) == 100
    assert logic.look_up(table, Fraction(4)) is None  # 未公布, though there is an 其他
    assert logic.look_up(table, Fraction(9)) == 7
    assert logic.look_up({Decimal(3): Decimal(1)}, Fraction(9)) is None
    assert logic.look_up({"SSE": True}, "SSE") is True
    assert logic.look_up(None, Fraction(3)) is None
    assert logic.look_up(table, None) is None


def test_a_fact_that_is_not_given_is_unknown() -> None:
    walker = Interpreter({}, {}, {}, {}, date(2024, 1, 1))
    assert walker.value(nodes.FactRef(nodes.BOOLEAN, "a")) is None
    assert walker.value(nodes.HasValue(nodes.BOOLEAN, nodes.FactRef(nodes.BOOLEAN, "a"))) is False


def test_zero_and_false_are_values() -> None:
    walker = Interpreter({}, {"money": Decimal("0.00"), "flag": False}, {}, {}, date(2024, 1, 1))
    for name, type_ in (("money", nodes.YUAN), ("flag", nodes.BOOLEAN)):
        assert walker.value(nodes.HasValue(nodes.BOOLEAN, nodes.FactRef(type_, name))) is True


def test_what_has_no_meaning_is_an_error() -> None:
    with pytest.raises(TypeError, match="no meaning for Node"):
        Interpreter({}, {}, {}, {}, date(2024, 1, 1)).value(nodes.Node(nodes.BOOLEAN))
