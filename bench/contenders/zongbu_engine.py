"""Zongbu, through its public face: `load_policy`, `assess`, `screen`. Nothing is tuned for the benchmark."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from bench.rules_by_hand.common import AS_OF, BOOLEANS, RESULTS, Total, Totals, from_fen
from zongbu.law.document import load_policy
from zongbu.law.parameters import Overrides, read_overrides
from zongbu.law.policy import Policy

POLICIES = Path(__file__).parent.parent.parent / "zongbu" / "policies"
DEMONSTRATION = POLICIES / "demo-parameters.yaml"


@functools.cache
def policy() -> Policy:
    """The policy whose rules are written by hand next door."""
    return load_policy("hangzhou-2023")


@functools.cache
def parameters() -> Overrides:
    """The demonstration parameters."""
    return read_overrides(DEMONSTRATION)


def totals(source: str, *, funnel: bool) -> Totals:
    """Counts and sums of every result over a Parquet file or glob, with or without the funnel."""
    screening = policy().screen(source, as_of=AS_OF, results=RESULTS, parameters=parameters(), funnel=funnel)
    return {
        name: Total(count.met, count.not_met, count.undetermined, count.total)
        for name, count in screening.counts.items()
    }


def screening(path: Path, results: tuple[str, ...], source: str) -> Callable[[], Any]:
    """Totals of some results of a policy file, the policy loaded."""
    loaded = load_policy(path)
    return lambda: loaded.screen(source, as_of=AS_OF, results=results, funnel=False).rows and None


def write(source: str, output: str) -> None:
    """All results of all rows as a Parquet file."""
    policy().screen(source, as_of=AS_OF, results=RESULTS, parameters=parameters(), output=output, summary=False)


def load() -> Callable[[], Any]:
    """Loading and checking the policy file."""
    return lambda: load_policy(POLICIES / "hangzhou-2023.md")


def assessments(facts: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    """The pieces of one assessment, policy and assessor loaded: result, explanation tree, the tree as
    JSON, the whole assessment (also what is missing, short and read otherwise) as JSON, and from facts as people
    write them to the result."""
    assessor = policy().assessor(as_of=AS_OF, parameters=parameters(), results=RESULTS)
    values = assessor.facts(facts)
    return {
        "result": lambda: assessor.decide(assessor.slots(values)),
        "explanation": lambda: assessor.assess_values(values).because,
        "json": lambda: orjson.dumps(assessor.assess_values(values).explained()),
        "whole json": lambda: assessor.assess_values(values).json(),
        "from text": lambda: assessor.assess(facts).results,
    }


def decider() -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Facts of one enterprise (Python values) → its results, amounts in fen."""
    assessor = policy().assessor(as_of=AS_OF, parameters=parameters(), results=RESULTS)
    return lambda facts: assessor.decide(assessor.slots(facts))


def counted(decisions: list[tuple[Any, ...]]) -> Totals:
    """What `decider` gave for many enterprises, counted and added."""
    found = {}
    for position, name in enumerate(RESULTS):
        known = [decision[position] for decision in decisions if decision[position] is not None]
        met = sum(1 for value in known if value is True or (value is not False and value > 0))
        amount = None if name in BOOLEANS else from_fen(sum(known))
        found[name] = Total(met, len(known) - met, len(decisions) - len(known), amount)
    return found


def compiled() -> Callable[[], str]:
    """Compiling the SQL of a screening request: everything that happens before a table is touched."""
    from zongbu.law.screen import Request
    from zongbu.law.screen.prepare import Means, prepare_request

    def work() -> str:
        request = Request(policy(), "", AS_OF, RESULTS, parameters())
        return prepare_request(request).rows_query((), Means()).text()

    return work


def whole_process(facts: Path) -> Callable[[], Any]:
    """`zongbu assess` as a user runs it, from the shell."""
    command = [
        str(Path(sys.executable).parent / "zongbu"), "assess", str(facts), "--policy", "hangzhou-2023",
        "--as-of", AS_OF.isoformat(), "--parameters", str(DEMONSTRATION), "--format", "json",
    ]  # fmt: skip
    return lambda: subprocess.run(command, check=True, capture_output=True)
