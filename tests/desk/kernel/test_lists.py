"""Lists of cases: an address says everything that is asked for, and what makes no sense in it is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest

from zongbu.desk.kernel import lists
from zongbu.desk.kernel.lists import Column, Given


@dataclass(frozen=True, slots=True)
class Wanted(lists.Asked):
    colour: tuple[str, ...] = ()
    least: str = ""
    late: bool = False

    usual_columns: ClassVar[tuple[str, ...]] = ("a", "b")


SORTS = ("name", "a")
COLUMNS: dict[str, Column[str]] = lists.by_name(
    Column("a", "甲", str, lambda row: "met" if row else ""), Column("b", "乙", str, falling=True)
)


def read(query: str) -> Wanted:
    given = Given(parse_qs(query, keep_blank_values=True))
    return Wanted(
        **given.frame(
            show=given.one_of("show", ("mine", "all"), "mine"),
            columns=COLUMNS,
            usual_columns=Wanted.usual_columns,
            sorts=SORTS,
            sort="-a",
        ),
        colour=given.several("colour", ("红", "绿")),
        least=given.last("least"),
        late=given.ticked("late"),
    )


USUAL = Wanted(show="mine", sort="-a", columns=("a", "b"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("show=all&q=+海++康+", {"show": "all", "q": "海 康"}),
        ("colour=红&colour=蓝&colour=红&colour=绿", {"colour": ("红", "绿")}),
        ("late=1&least=5", {"late": True, "least": "5"}),
        ("late=yes&show=nobody&sort=b&columns=c&page=0", {}),
        ("page=-1", {}),
        ("page=99999999999999999999", {}),
        ("page=7&sort=name&columns=b,x,b", {"page": 7, "sort": "name", "columns": ("b",)}),
    ],
)
def test_what_makes_no_sense_is_left_out(query: str, expected: dict[str, Any]) -> None:
    found = read(query)
    assert found == Wanted(**({"show": "mine", "sort": "-a", "columns": ("a", "b")} | expected))
    assert read(found.address().removeprefix("?")) == Wanted(
        **({"show": "mine", "sort": "-a", "columns": ("a", "b")} | expected | {"page": 1})
    )


def test_numbers_are_small_and_whole() -> None:
    assert Given({"n": ["1", "1", "-2", "３", "x", "1234567890", "04"]}).numbers("n") == ("1", "04")


def test_filters_are_told_and_taken_away() -> None:
    asked = read("q=海&colour=红&colour=绿&late=1&least=5")
    assert asked.filtered
    assert not USUAL.filtered
    assert asked.told == {"show": "mine", "q": "海", "colour": "红,绿", "least": "5", "late": "1", "sort": "-a"}
    assert read(asked.without("colour", "红").removeprefix("?")).colour == ("绿",)
    assert not read(asked.without("late").removeprefix("?")).late
    assert read(asked.without("least").removeprefix("?")).least == ""
    offered = {"colour": [("红", "红色"), ("绿", "绿色")]}
    told = lists.chips(asked, offered, {"least": "不低于5", "late": "已逾期"})
    assert [one.label for one in told] == ["含「海」", "红色", "绿色", "不低于5", "已逾期"]
    [(name, legend, options, chosen)] = lists.filters(asked, offered, {"colour": "颜色"})
    assert (name, legend, chosen) == ("colour", "颜色", 2)
    assert all(ticked for _value, _label, ticked in options)
    assert lists.filters(asked, {"colour": []}, {"colour": "颜色"}) == []


def test_a_click_on_a_heading_turns_the_order_round() -> None:
    name, first, second = lists.headings(USUAL, "企业", COLUMNS.values(), ("name", "a", "b"))
    assert (name.title, name.sorted, first.sorted) == ("企业", "", "descending")
    assert read(first.address.removeprefix("?")).sort == "a"
    assert "sort=-b" in second.address
    assert lists.headings(USUAL, "企业", COLUMNS.values(), ("name",))[1].address == ""


def test_a_cell_is_text_and_tone() -> None:
    assert COLUMNS["a"].shown("x") == (COLUMNS["a"], "x", "met")
    assert COLUMNS["b"].shown("x") == (COLUMNS["b"], "x", "")
    assert lists.choosable(read("columns=b"), COLUMNS) == [("a", "甲", False), ("b", "乙", True)]
