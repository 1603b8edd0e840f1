"""All executions of a policy give the same answer, to the fen; the interpreter is the reference."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.law import random_formulas, toy
from tests.law.critical import critical_values
from tests.law.effort import FACTOR, effort
from tests.law.engines import ENGINES, Engine, differences, reference
from tests.law.sql_engines import duckdb_engine
from zongbu.law import Policy, PolicyError, load_policy, nodes, read_overrides
from zongbu.law.document.find import SHIPPED
from zongbu.law.parameters import Overrides

REFERENCE, *OTHERS = ENGINES


def engine_named(engine: str) -> Engine:
    """An engine by name; a database is opened for the test and let go with it."""
    return ENGINES[engine] if engine in ENGINES else duckdb_engine(bits=True, narrow=True)


def disagreements(
    engine: str,
    policy: Policy,
    rows: Sequence[Mapping[str, Any]],
    as_of: date,
    parameters: Overrides | None = None,
    readings: Mapping[str, str] | None = None,
    results: Sequence[str] | None = None,
) -> list[str]:
    """Where an engine differs from the reference, fit to be read: result, both values, the row."""
    expected = ENGINES[REFERENCE](policy, rows, as_of, parameters, readings, results)
    found = engine_named(engine)(policy, rows, as_of, parameters, readings, results)
    return [
        f"{result} is {value!r}, {engine} says {other!r} on {as_of} for {rows[number]}"
        for number, result, value, other in differences(expected, found)
    ]


def random_policy(data: st.DataObject, counts: Counter[str]) -> tuple[random_formulas.Written, Policy] | None:
    """A random policy; None (and counted) if a value could need too many digits."""
    written = data.draw(random_formulas.policies())
    note(written.text)
    counts["written"] += 1
    try:
        return written, load_policy(toy.write(written.text))
    except PolicyError as error:
        assert all("38 位" in problem.message for problem in error.problems), str(error)
        counts["refused"] += 1
        return None


@pytest.mark.parametrize("engine", OTHERS)
def test_random_policies_mean_the_same(engine: str) -> None:
    counts: Counter[str] = Counter()

    @effort(120)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, readings = data.draw(random_formulas.scenarios(written, policy))
        rows = data.draw(random_formulas.rows(policy, as_of, parameters))
        found = disagreements(engine, policy, rows, as_of, parameters, readings)
        assert not found, "\n".join(found[:5])

    agree()
    assert counts["refused"] * 10 <= counts["written"], f"too many policies are refused: {dict(counts)}"


def test_random_texts_are_read_as_they_were_meant() -> None:
    """Precedence, brackets and all ways to write operators: the tree is the one the author had in mind."""
    counts: Counter[str] = Counter()

    @effort(40)
    @given(st.data())
    def read(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is not None:
            written, policy = made
            for identifier, outline in written.outlines.items():
                assert random_formulas.outline(policy.rules[identifier].node) == outline, identifier

    read()


def test_the_trace_holds_the_value_of_every_part() -> None:
    """What explanations show is what the reference computes, node by node."""
    counts: Counter[str] = Counter()

    @effort(30)
    @given(st.data())
    def traced(data: st.DataObject) -> None:
        made = random_policy(data, counts)
        if made is None:
            return
        written, policy = made
        as_of, parameters, readings = data.draw(random_formulas.scenarios(written, policy))
        assessor = policy.assessor(as_of=as_of, parameters=parameters, readings=readings)
        for row in data.draw(random_formulas.rows(policy, as_of, parameters, most=4)):
            assert_trace(assessor.assess_values(row).trace, reference(policy, row, as_of, parameters, readings), policy)

    traced()


def assert_trace(trace: Any, walker: Any, policy: Policy) -> None:
    for result in policy.results:
        for node in nodes.walk(policy.rules[result].node):
            if node.type.kind not in ("set", "table"):
                value, expected = trace.value(node), walker.value(node)
                assert trace.known(node) is (expected is not None), node
                if value is not None and isinstance(expected, Fraction):
                    value = Fraction(value)
                assert value == expected, node


# --- the shipped policies --------------------------------------------------------------------------------

DEMO = read_overrides(SHIPPED / "demo-parameters.yaml")


def random_rows(policy: Policy, as_of: date, parameters: Overrides | None, count: int) -> list[dict[str, Any]]:
    """Rows at the policy's own thresholds; a third of them knows nearly everything, a third very little."""
    chance = random.Random(f"{policy.identifier} {as_of}")
    values = critical_values(policy, as_of, parameters)
    rows = []
    for number in range(count):
        share = (0.97, 0.8, 0.3)[number % 3]
        rows.append({name: chance.choice(known) if chance.random() < share else None for name, known in values.items()})
    return rows


@pytest.mark.parametrize("parameters", [None, DEMO], ids=["published", "demonstration"])
@pytest.mark.parametrize("identifier", ["hangzhou-2023", "binjiang-draft"])
@pytest.mark.parametrize("engine", [*OTHERS, "duckdb"])
def test_shipped_policies_mean_the_same(engine: str, identifier: str, parameters: Overrides | None) -> None:
    policy = load_policy(identifier)
    everything = tuple(policy.rules)
    for as_of in (date(2023, 6, 30), date(2024, 2, 29)):
        rows = random_rows(policy, as_of, parameters, 40 * FACTOR)
        found = disagreements(engine, policy, rows, as_of, parameters, results=everything)
        assert not found, "\n".join(found[:5])


@pytest.mark.parametrize("engine", [*OTHERS, "duckdb"])
def test_every_reading_means_the_same(engine: str) -> None:
    policy, as_of = load_policy("hangzhou-2023"), date(2023, 6, 30)
    rows = random_rows(policy, as_of, DEMO, 15)
    for reading in policy.readings.values():
        for option in reading.options:
            found = disagreements(engine, policy, rows, as_of, DEMO, {reading.identifier: option})
            assert not found, "\n".join(found[:5])


def test_the_trace_of_a_shipped_policy_holds_the_value_of_every_part() -> None:
    policy, as_of = load_policy("hangzhou-2023"), date(2023, 6, 30)
    assessor = policy.assessor(as_of=as_of, parameters=DEMO)
    for row in random_rows(policy, as_of, DEMO, 9):
        assert_trace(assessor.assess_values(row).trace, reference(policy, row, as_of, DEMO), policy)


def test_results_do_not_depend_on_what_else_is_asked() -> None:
    policy, as_of = load_policy("hangzhou-2023"), date(2023, 6, 30)
    rows = random_rows(policy, as_of, DEMO, 30)
    for name in (*OTHERS, "duckdb"):
        engine = engine_named(name)
        whole = engine(policy, rows, as_of, DEMO)
        for result in policy.results:
            alone = engine(policy, rows, as_of, DEMO, None, [result])
            assert [row[result] for row in whole] == [row[result] for row in alone], (name, result)


def test_the_engines_are_found_by_name() -> None:
    assert REFERENCE == "interpreter"
    assert Path(random_formulas.__file__).parent == Path(__file__).parent
