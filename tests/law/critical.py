"""The values at which a policy can turn: thresholds and their neighbours, table keys, codes and their stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zongbu.law import Policy, nodes
from zongbu.law.facts import Fact
from zongbu.law.parameters import Overrides, values_at

FEN, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
FAR = {"money": Decimal("9999999999999999.99"), "ratio": Decimal("999.999999"), "integer": Decimal(999_999_999)}


def critical_values(
    policy: Policy, as_of: date, parameters: Overrides | None = None, facts: Iterable[str] | None = None
) -> dict[str, list[Any]]:
    """Per fact that the rules read (or per given fact), the values worth trying, small ones first."""
    constants = _constants(policy, as_of, parameters)
    return {name: _around(policy.dictionary[name], constants, as_of) for name in facts or facts_read(policy)}


def facts_read(policy: Policy) -> list[str]:
    """The facts that the rules of a policy read, in the order of the dictionary."""
    found = {
        node.identifier
        for rule in policy.rules.values()
        for node in nodes.walk(rule.node)
        if isinstance(node, nodes.FactRef)
    }
    return [name for name in policy.dictionary if name in found]


def _constants(policy: Policy, as_of: date, parameters: Overrides | None) -> dict[str, set[Any]]:
    """Constants by kind: ``元``, ``家`` …, pure numbers under ``""``, ``date`` and ``code``."""
    found: dict[str, set[Any]] = {"date": {as_of}, "code": set()}

    def add(value: Any, unit: str) -> None:
        if isinstance(value, date):
            found["date"].add(value)
        elif isinstance(value, Decimal):
            found.setdefault(unit, set()).add(value)

    for name, entry in values_at(policy, as_of, parameters).items():
        type_ = policy.parameters[name].type
        if isinstance(entry.value, dict):
            assert type_.key is not None and type_.item is not None
            for key, item in entry.value.items():
                add(key, type_.key.unit)
                add(item, type_.item.unit)
        elif isinstance(entry.value, tuple):
            found["code"] |= set(entry.value)
        else:
            add(entry.value, type_.unit)
    for rule in policy.rules.values():
        for node in nodes.walk(rule.node):
            if isinstance(node, nodes.Literal):
                add(node.value, node.type.unit)
            elif isinstance(node, nodes.SetLiteral):
                found["code"] |= set(node.values)
    return found


def _around(fact: Fact, constants: Mapping[str, set[Any]], as_of: date) -> list[Any]:
    match fact.type:
        case "boolean":
            return [True, False]
        case "choice":
            return list(fact.choices)
        case "code":
            codes = {code for code in constants["code"] if code.isdigit()}
            stems = {code[:length] for code in codes for length in range(2, len(code))}
            longer = {f"{code}9" for code in codes if len(code) < 4}
            return ["3990", *sorted(codes | stems | longer)]
        case "text":
            return ["甲", "乙"]
        case "date":
            days = {day + timedelta(days=step) for day in constants["date"] for step in (-1, 0, 1)}
            return sorted(days | {date(2024, 2, 29), date(2020, 2, 29), date(1990, 12, 31), date(2999, 12, 31)})
    step = {"money": FEN, "ratio": MILLIONTH, "integer": Decimal(1)}[fact.type]
    limit = FAR[fact.type]
    known = constants.get(fact.unit, set()) | {Decimal(0), step, limit}
    if fact.type == "money":
        known |= {Decimal("200.05"), Decimal("77777777.77"), Decimal("777777777.70")}
    lowest = -limit if fact.negative else Decimal(0)
    near = {value + change for value in known for change in (-step, Decimal(0), step)}
    if fact.negative:
        near |= {-value for value in near}
    fitting = sorted(value for value in near if lowest <= value <= limit and value == value.quantize(step))
    return [int(value) for value in fitting] if fact.type == "integer" else [v.quantize(step) for v in fitting]
