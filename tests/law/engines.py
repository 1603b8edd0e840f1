"""The executions of a policy that tests hold against each other.

``ENGINES`` is the one list of them, the reference first. An engine takes checked facts (identifier → value,
as ``zongbu.law.facts`` gives them) and returns the results as they are published: numbers as ``Decimal``,
a bare quotient rounded to six places, unknown as ``None``. To add one, write such a function and list it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from zongbu.law import Policy
from zongbu.law.amounts import decimal_of
from zongbu.law.assessor import check_readings, check_results
from zongbu.law.exact import SHOWN_PLACES, Lowering
from zongbu.law.logic import Interpreter
from zongbu.law.parameters import Overrides, values_at

Row = Mapping[str, Any]


class Engine(Protocol):
    """Evaluates the results of a policy for many rows under one date, set of parameters and of readings.

    ``results`` None asks for the published ones. The answer has one mapping per row, in order.
    """

    def __call__(
        self,
        policy: Policy,
        rows: Sequence[Row],
        as_of: date,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        results: Sequence[str] | None = None,
    ) -> list[dict[str, Any]]: ...


def reference(
    policy: Policy,
    row: Row,
    as_of: date,
    parameters: Overrides | None = None,
    readings: Mapping[str, str] | None = None,
) -> Interpreter:
    """The reference interpreter for one row; it can be asked for any rule or node."""
    values = {name: value.value for name, value in values_at(policy, as_of, parameters).items()}
    return Interpreter(policy.rules, row, values, check_readings(policy, readings), as_of)


def interpreter(
    policy: Policy,
    rows: Sequence[Row],
    as_of: date,
    parameters: Overrides | None = None,
    readings: Mapping[str, str] | None = None,
    results: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The reference: walks the trees with exact fractions."""
    asked = check_results(policy, results)
    lowering = Lowering(policy.rules)
    quotients = {result for result in asked if lowering.rule(result).denominator is not None}
    values = {name: value.value for name, value in values_at(policy, as_of, parameters).items()}
    chosen = check_readings(policy, readings)
    answers = []
    for row in rows:
        walker = Interpreter(policy.rules, row, values, chosen, as_of)
        answers.append({result: published(walker.rule(result), result in quotients) for result in asked})
    return answers


def published(value: Any, quotient: bool = False) -> Any:
    """A value of the interpreter as results are published."""
    if not isinstance(value, Fraction):
        return value
    if quotient:
        return decimal_of(value, SHOWN_PLACES)
    places = 0
    while value.denominator != 1 and (value * 10**places).denominator != 1:
        places += 1
        assert places < 40, f"{value} is no decimal"
    return decimal_of(value, places)


def python(
    policy: Policy,
    rows: Sequence[Row],
    as_of: date,
    parameters: Overrides | None = None,
    readings: Mapping[str, str] | None = None,
    results: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The Python that is generated for single assessments."""
    assessor = policy.assessor(as_of=as_of, parameters=parameters, readings=readings, results=results)
    return [assessor.assess_values(row).results for row in rows]


ENGINES: dict[str, Engine] = {
    "interpreter": interpreter,
    "python": python,
}


def same(one: Any, other: Any) -> bool:
    """Whether two published values are the same, to the last place; a truth value is no number."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one == other
    return type(one) is type(other) and one == other


def differences(
    expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[tuple[int, str, Any, Any]]:
    """Row, result, expected and found value wherever two engines differ."""
    assert len(expected) == len(found), f"{len(expected)} rows became {len(found)}"
    return [
        (number, result, value, answers.get(result))
        for number, (row, answers) in enumerate(zip(expected, found, strict=True))
        for result, value in row.items()
        if result not in answers or not same(value, answers[result])
    ]
