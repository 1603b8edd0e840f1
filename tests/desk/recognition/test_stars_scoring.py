"""Scores, ranks and stars: truth tables, and the SQL against a plain Python reference on random populations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from zongbu.desk.recognition.stars.definition import Definition, Direction, Item, Method, Missing, Normalisation, Tier
from zongbu.desk.recognition.stars.definition import faults as faults_of
from zongbu.desk.recognition.stars.scoring import Part, Row, Scored, score

# --- the reference -----------------------------------------------------------------------------------------


def rounded(value: Fraction, places: int) -> Decimal:
    """Half up; nothing here is negative."""
    return Decimal((value * 10**places * 2 + 1) // 2).scaleb(-places)


def read(text: str) -> Fraction | None:
    return Fraction(Decimal(text).quantize(Decimal("0.000001"), ROUND_HALF_UP)) if text else None


def normalised(item: Item, mine: Fraction | None, everybody: Sequence[Fraction | None]) -> Decimal | None:
    known = [one for one in everybody if one is not None]
    if mine is None:
        return None
    down = item.direction == Direction.LOWER
    if item.normalisation == Normalisation.PERCENTILE:
        not_better = sum(one >= mine if down else one <= mine for one in known) - 1
        return rounded(Fraction(not_better, len(known) - 1), 6) if len(known) > 1 else Decimal(1)
    if item.normalisation == Normalisation.MIN_MAX:
        low, high = min(known), max(known)
        if low == high:
            return Decimal(1)
    else:
        assert item.lower is not None
        assert item.upper is not None
        low, high = Fraction(item.lower), Fraction(item.upper)
        mine = min(max(mine, low), high)
    return rounded((high - mine if down else mine - low) / (high - low), 6)


def reference(definition: Definition, rows: Sequence[Row]) -> list[Scored]:
    items = definition.indicators
    raw = [[read(values[number]) for _key, values in rows] for number in range(len(items))]
    own = [[normalised(item, one, raw[number]) for one in raw[number]] for number, item in enumerate(items)]
    used: list[list[Decimal | None]] = []
    for number, item in enumerate(items):
        least = min((one for one in own[number] if one is not None), default=None)
        instead = {Missing.ZERO: Decimal(0), Missing.LOWEST: least}.get(Missing(item.missing))
        used.append([instead if one is None else one for one in own[number]])
    found: list[tuple[int, Decimal | None, tuple[Part, ...]]] = []
    for place, (key, _values) in enumerate(rows):
        mine = [used[number][place] for number in range(len(items))]
        out = [one is None and item.missing == Missing.LEFT_OUT for item, one in zip(items, mine, strict=True)]
        total = sum((item.weight for item, left in zip(items, out, strict=True) if not left), Decimal(0))
        parts = []
        for number, (item, one, left) in enumerate(zip(items, mine, out, strict=True)):
            weight = Decimal(0) if left or not total else rounded(Fraction(item.weight) * 100 / Fraction(total), 4)
            points = None if one is None else rounded(Fraction(one) * Fraction(item.weight) * 100 / Fraction(total), 4)
            parts.append(Part(one, weight, points, raw[number][place] is None))
        undetermined = not total or any(one is None and not left for one, left in zip(mine, out, strict=True))
        whole = None if undetermined else sum((part.points or Decimal(0) for part in parts), Decimal(0))
        found.append((key, whole, tuple(parts)))

    def order(place: int) -> tuple[tuple[bool, Fraction], ...]:
        whole = found[place][1]
        assert whole is not None
        keys = [(False, -Fraction(whole))]
        for key in definition.ties:
            number, item = next(one for one in enumerate(items) if one[1].key == key)
            value = raw[number][place]
            sign = 1 if item.direction == Direction.LOWER else -1
            keys.append((value is None, sign * (value or Fraction(0))))
        return tuple(keys)

    ranked = [place for place in range(len(rows)) if found[place][1] is not None]
    ranks = {place: 1 + sum(order(other) < order(place) for other in ranked) for place in ranked}
    stars = tiered(definition, {place: (found[place][1] or Decimal(0), ranks[place]) for place in ranked})
    return [
        Scored(key, whole, ranks.get(place), stars.get(place), parts) for place, (key, whole, parts) in enumerate(found)
    ]


def tiered(definition: Definition, ranked: dict[int, tuple[Decimal, int]]) -> dict[int, int]:
    answer: dict[int, int] = {}
    if definition.method == Method.QUOTA:
        waiting = sorted({rank for _score, rank in ranked.values()})
        seated = 0
        for tier in definition.tiers:
            room = seated + int(tier.limit) if tier.limit is not None else len(ranked)
            while waiting:
                peers = [place for place, (_score, rank) in ranked.items() if rank == waiting[0]]
                if seated + len(peers) > room:
                    break
                seated += len(peers)
                answer |= dict.fromkeys(peers, tier.star)
                waiting.pop(0)
        return dict.fromkeys(ranked, 0) | answer
    for place, (whole, rank) in ranked.items():
        reached, answer[place] = Decimal(0), 0
        for tier in definition.tiers:
            reached += tier.limit or 0
            if (
                tier.limit is None
                or {
                    Method.SCORE: whole >= tier.limit,
                    Method.COUNT: rank <= reached,
                    Method.SHARE: Decimal(rank) * 100 <= reached * len(ranked),
                }[Method(definition.method)]
            ):
                answer[place] = tier.star
                break
    return answer


def plain(found: Sequence[Scored]) -> list[object]:
    """As numbers, whatever their places."""
    return [
        (one.key, one.score, one.rank, one.star, [(p.normalised, p.weight, p.points, p.missing) for p in one.parts])
        for one in found
    ]


# --- truth tables ------------------------------------------------------------------------------------------

STARS = (Tier(5, "五星级", Decimal(1)), Tier(4, "四星级", Decimal(2)), Tier(3, "三星级"))


def one_item(**given: object) -> Definition:
    return Definition((Item(**{"key": "a", "title": "甲", "weight": Decimal(100), **given}),), STARS, Method.COUNT)  # type: ignore[arg-type]


def scores(definition: Definition, *values: str) -> list[str | None]:
    rows = [(number, [value]) for number, value in enumerate(values)]
    return [None if one.score is None else f"{one.score:.2f}" for one in score(definition, rows)]


@pytest.mark.parametrize(
    ("given", "values", "expected"),
    [
        ({}, ("0", "5", "10"), ["0.00", "50.00", "100.00"]),
        ({"direction": "lower"}, ("0", "5", "10"), ["100.00", "50.00", "0.00"]),
        ({}, ("7", "7"), ["100.00", "100.00"]),  # no spread: nobody is worse
        ({}, ("-3",), ["100.00"]),
        ({"normalisation": "percentile"}, ("1", "100", "101"), ["0.00", "50.00", "100.00"]),
        ({"normalisation": "percentile"}, ("1", "5", "5"), ["0.00", "100.00", "100.00"]),
        ({"normalisation": "percentile", "direction": "lower"}, ("1", "5", "9"), ["100.00", "50.00", "0.00"]),
        ({"normalisation": "target", "lower": Decimal(10), "upper": Decimal(20)}, ("5", "15", "99"), ["0.00", "50.00", "100.00"]),
        ({"normalisation": "target", "lower": Decimal(10), "upper": Decimal(20), "direction": "lower"}, ("5", "15"), ["100.00", "50.00"]),
        ({"missing": "undetermined"}, ("0", "", "10"), ["0.00", None, "100.00"]),
        ({"missing": "zero"}, ("5", "", "10"), ["0.00", "0.00", "100.00"]),
        ({"missing": "lowest", "normalisation": "target", "lower": Decimal(0), "upper": Decimal(10)}, ("5", "", "10"), ["50.00", "50.00", "100.00"]),
        ({"missing": "lowest"}, ("", ""), [None, None]),  # nothing is known of anybody: there is no lowest
        ({"missing": "left_out"}, ("", "3"), [None, "100.00"]),  # nothing else to go by
    ],
)  # fmt: skip
def test_one_indicator(given: dict[str, object], values: tuple[str, ...], expected: list[str | None]) -> None:
    assert scores(one_item(**given), *values) == expected


def test_left_out_weights_are_rescaled_and_the_points_add_up() -> None:
    items = (
        Item("a", "甲", Decimal(70), missing="left_out"),
        Item("b", "乙", Decimal(20)),
        Item("c", "丙", Decimal(10)),
    )
    found = list(score(Definition(items, STARS), [(1, ["1", "0", "1"]), (2, ["", "1", "0"])]))
    assert [f"{part.weight:f}" for part in found[1].parts] == ["0", "66.6667", "33.3333"]
    assert found[1].score == sum(part.points or 0 for part in found[1].parts) == Decimal("66.6667")


@pytest.mark.parametrize(
    ("method", "limits", "expected"),
    [
        ("count", ("1", "1", None), [5, 5, 3, 3, 3]),  # both of the tie are within the first place
        ("quota", ("1", "1", None), [3, 3, 3, 3, 3]),  # the tie fits neither; nobody behind may pass it
        ("quota", ("1", "2", None), [4, 4, 3, 3, 3]),
        ("quota", ("2", "1", "1"), [5, 5, 4, 3, 0]),
        ("share", ("20", "40", None), [5, 5, 4, 3, 3]),
        ("share", ("19", "1", None), [4, 4, 3, 3, 3]),  # 0.95 of an enterprise is none
        ("score", ("90", "50", "1"), [5, 5, 4, 3, 0]),
    ],
)
def test_tiers(method: str, limits: tuple[str | None, ...], expected: list[int]) -> None:
    tiers = tuple(Tier(star, f"{star}", Decimal(x) if x else None) for star, x in zip((5, 4, 3), limits, strict=True))
    item = Item("a", "甲", Decimal(100), normalisation="target", lower=Decimal(0), upper=Decimal(10))
    rows = [(number, [value]) for number, value in enumerate(("10", "10", "5", "4", "0"))]
    assert [one.star for one in score(Definition((item,), tiers, method), rows)] == expected


def test_ties_are_broken_by_the_declared_values_and_then_shared() -> None:
    items = (
        Item("a", "甲", Decimal(99)),
        Item("b", "乙", Decimal(1), direction="lower", normalisation="target", lower=Decimal(0), upper=Decimal(1)),
    )
    rows = [(1, ["1", "7"]), (2, ["1", "5"]), (3, ["1", "5"]), (4, ["0", "0"])]
    assert [one.rank for one in score(Definition(items, STARS), rows)] == [1, 1, 1, 4]
    assert [one.rank for one in score(Definition(items, STARS, ties=("b",)), rows)] == [3, 1, 1, 4]


def test_what_is_wrong_with_a_set() -> None:
    items = (Item("a", "甲", Decimal("99.9999"), kind="score"), Item("a", "乙", Decimal(0), fact="name"))
    wrong = " ".join(faults_of(Definition(items, (Tier(3, "甲"), Tier(5, "甲", Decimal(1))), ties=("z",))))
    for word in ("99.9999", "标识重复", "大于零", "没有选", "并列次序", "从高到低", "名称重复", "只有最低一级"):
        assert word in wrong
    good = Definition((Item("a", "甲", Decimal(100), fact="in_city_revenue"),), STARS, Method.COUNT)
    assert faults_of(good) == []
    assert good.digest == Definition(good.indicators, STARS, Method.COUNT).digest
    assert good.digest != Definition(good.indicators, STARS, Method.QUOTA).digest


# --- random populations ------------------------------------------------------------------------------------

VALUES = some.one_of(
    some.just(""),
    some.sampled_from(("0", "1", "2", "-1", "0.0000005", "1.0000004999", "999999999999.99")),
    some.decimals(-1000, 1000, places=3, allow_nan=False).map(lambda value: f"{value:f}"),
)


@some.composite
def populations(draw: some.DrawFn) -> tuple[Definition, list[Row]]:
    number = draw(some.integers(1, 4))
    cuts = sorted(draw(some.lists(some.integers(1, 999_999), min_size=number - 1, max_size=number - 1, unique=True)))
    edges = [0, *cuts, 1_000_000]
    weights = [Decimal(edges[n + 1] - edges[n]).scaleb(-4) for n in range(number)]
    items = tuple(
        Item(
            f"k{place}",
            f"指标{place}",
            weight,
            direction=draw(some.sampled_from(Direction.values)),
            normalisation=draw(some.sampled_from(Normalisation.values)),
            missing=draw(some.sampled_from(Missing.values)),
            lower=Decimal(draw(some.integers(-5, 1))),
            upper=Decimal(draw(some.integers(2, 9))),
        )
        for place, weight in enumerate(weights)
    )
    method = draw(some.sampled_from(Method.values))
    limits = draw(some.lists(some.integers(0, 33), min_size=3, max_size=3, unique=method == Method.SCORE))
    limits.sort(reverse=True)
    rest = draw(some.booleans())
    tiers = tuple(
        Tier(star, str(star), None if rest and star == 1 else Decimal(limit))
        for star, limit in zip((3, 2, 1), limits, strict=True)
    )
    ties = tuple(draw(some.lists(some.sampled_from([one.key for one in items]), unique=True, max_size=2)))
    row = some.lists(VALUES, min_size=number, max_size=number)
    rows = list(enumerate(draw(some.lists(row, max_size=8))))
    return Definition(items, tiers, method, ties), rows


@settings(max_examples=60, deadline=None)
@given(populations())
def test_the_statement_means_what_the_reference_says(given_one: tuple[Definition, list[Row]]) -> None:
    definition, rows = given_one
    assert plain(list(score(definition, rows))) == plain(reference(definition, rows))
