"""Answers that travel: signed, exact, and refused where they were touched."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.desk.selfcheck import sharing
from zongbu.desk.selfcheck.answers import BadState, State, kept, pack, read, typed_amount, unpack
from zongbu.law import load_policy
from zongbu.law.facts import load_dictionary

STATE = State(
    "hangzhou-2023",
    date(2026, 6, 30),
    {"registered_in_city": "是", "in_city_revenue": "820000000.00", "star": None},
    goals=("homecoming",),
    coarse=frozenset({"industry_code"}),
)
FACTS = load_dictionary()


def test_a_state_comes_back_as_it_went() -> None:
    assert unpack(pack(STATE)) == STATE


@given(st.integers(0, 400), st.sampled_from("aZ0-_:."))
@settings(max_examples=60, deadline=None)
def test_a_state_that_was_touched_is_refused(position: int, letter: str) -> None:
    text = pack(STATE)
    position %= len(text)
    touched = text[:position] + letter + text[position + 1 :]
    if touched == text:
        return
    try:
        found = unpack(touched)
    except BadState:
        return
    assert found == STATE  # bits that base64 does not use


@pytest.mark.parametrize("text", ["", "abc", "a:b:c", "x" * 100_000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadState):
        unpack(text)


def test_a_link_is_no_state_and_a_state_no_link() -> None:
    policy = load_policy("hangzhou-2023")
    with pytest.raises(BadState):
        unpack(sharing.link(policy, STATE.as_of, STATE.known))
    with pytest.raises(sharing.BadLink):
        sharing.opened(pack(STATE))


def test_an_answer_keeps_its_place_when_it_is_changed() -> None:
    state = STATE.answered("registered_in_city", "否")
    assert [*state.answers] == [*STATE.answers]
    assert state.before("in_city_revenue") == "registered_in_city"
    assert state.before("registered_in_city") is None
    assert state.before(None) == "star"


@pytest.mark.parametrize(
    ("typed", "unit", "text"),
    [
        ("8.2", "亿", "820000000.00"),
        ("8.2亿", "万", "820000000.00"),
        ("5000", "万", "50000000.00"),
        ("1,234.56", "", "1234.56"),
        ("", "万", None),
    ],
)
def test_amounts_are_read_in_the_unit_beside_them(typed: str, unit: str, text: str | None) -> None:
    assert read(FACTS["in_city_revenue"], typed, unit) == text


@given(st.decimals(0, 10**13, places=2))
@settings(max_examples=80, deadline=None)
def test_amounts_come_back_as_they_were(amount: object) -> None:
    fact = FACTS["in_city_revenue"]
    text = read(fact, str(amount))
    assert text is not None
    number, unit = typed_amount(text)
    assert read(fact, number, unit) == text


def test_what_the_policy_no_longer_knows_is_left_out() -> None:
    state = State("hangzhou-2023", date(2026, 6, 30), {"gone": "1", "star": "many", "is_banned": "否"}, ("gone",))
    left = kept(state, load_policy("hangzhou-2023"))
    assert left.answers == {"is_banned": "否"}
    assert left.goals == ()
