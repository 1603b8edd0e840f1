"""What a result lacks is told in as few lines as say the same."""

from __future__ import annotations

import itertools
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.desk.library.policies import policy
from zongbu.desk.selfcheck.lacking import arranged, rest
from zongbu.desk.selfcheck.presentation import present
from zongbu.law.explain.view import Short

LEAVES = "abcd"


def plain(name: str) -> Short:
    return Short(name, "（一）")


def either(*ways: tuple[Short, ...]) -> Short:
    return Short("", "（一）", ways=ways)


def holds(shorts: tuple[Short, ...], met: set[str]) -> bool:
    """Whether nothing is lacking any more once these conditions are met."""
    return all(
        any(holds(way, met) for way in short.ways) if short.ways else short.text in {*met, rest().text}
        for short in shorts
    )  # fmt: skip


def leaves(shorts: tuple[Short, ...]) -> list[str]:
    found = []
    for short in shorts:
        found += [name for way in short.ways for name in leaves(way)] if short.ways else [short.text]
    return [name for name in found if name != rest().text]


def test_what_all_ways_need_is_said_once() -> None:
    a, b, c, d = map(plain, LEAVES)
    nested = either((a, b, c), (either((a, b, d), (a, either((b,), (c, d)))),))
    first, second = arranged([nested])
    assert first == a
    assert "a" not in leaves((second,))


def test_no_way_is_dropped_because_another_needs_less() -> None:
    """What is not known does not count as lacking: the shorter way may be none."""
    a, b, c, _d = map(plain, LEAVES)
    assert arranged([either((a, b), (a, b, c))]) == (a, b, either((rest(),), (c,)))
    assert arranged([a, either((a, b), (c,))]) == (a, either((b,), (c,)))
    basic = either((a,), (b,))
    assert arranged([basic, either((c,), (basic,), (basic, plain("e")))]) == (
        basic,
        either((c,), (rest(),), (plain("e"),)),
    )


shorts = st.recursive(
    st.sampled_from(LEAVES).map(plain),
    lambda inner: st.lists(st.lists(inner, min_size=1, max_size=3).map(tuple), min_size=2, max_size=3).map(
        lambda ways: either(*ways)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(shorts, min_size=1, max_size=3).map(tuple))
def test_it_says_the_same(before: tuple[Short, ...]) -> None:
    after = arranged(before)
    assert len(leaves(after)) <= len(leaves(before))
    for number in range(len(LEAVES) + 1):
        for met in map(set, itertools.combinations(LEAVES, number)):
            assert holds(before, met) == holds(after, met)


def test_the_exchanges_are_named() -> None:
    facts = {
        "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
        "branches_outside_city": "0", "subsidiaries_outside_city": "0", "on_dishonesty_list": "否",
        "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01", "is_banned": "否",
        "in_city_revenue": "1000000", "stock_exchange": "none",
    }  # fmt: skip
    known = policy("hangzhou-2023")
    assessor = known.assessor(as_of=date(2026, 6, 30))
    check = present(assessor.assess(facts), "zh")
    said = [name for card in check.cards for name in leaves(card.shorts)]
    assert any("认可交易所（上海证券交易所、深圳证券交易所、" in text for text in said), said
    headquarters = check.cards[0]
    told = leaves(headquarters.shorts)
    assert len(told) == len(set(told))
    assert any("上年度在杭营业收入 要达到 10.00亿元" in text for text in told), "the way in by turnover stays"
    for card in check.cards:
        top = [short.text for short in card.shorts if not short.ways]
        below = leaves(tuple(short for short in card.shorts if short.ways))
        assert not set(top) & set(below)
