"""Chapters of the manual as data: small policies with truth tables that every engine must satisfy.

A chapter is a Python file: its docstring is the prose (first line: the title), ``SECTIONS`` what it shows,
``test_section`` the test. ``python -m tests.spec`` renders all chapters to ``docs/manual/semantics.md``.

A truth table is written as text. Left of ``||`` stand the inputs: facts by title, ``基准日``, ``参数 X`` and
``口径 X``; right of it the expected results by title. ``?`` is the unknown, on both sides. Columns ``缺 X``,
``未公布 X``, ``原因 X`` and ``差 X`` say what the explanation of X must name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from tests.law.engines import ENGINES as PLAIN_ENGINES
from tests.law.engines import Engine, same
from tests.law.sql_engines import duckdb_engine
from tests.law.toy import policy as read_policy
from zongbu.law import Policy
from zongbu.law.explain.assessment import Assessment, undetermined_reasons
from zongbu.law.explain.phrases import Phrasebook
from zongbu.law.explain.reasons import Reason
from zongbu.law.explain.words import verdict
from zongbu.law.facts import prepare
from zongbu.law.formula import parse_literal
from zongbu.law.parameters import Overrides


def _ready(engine: Engine) -> Engine:
    return engine


ENGINES: dict[str, Callable[[], Engine]] = {
    **{name: partial(_ready, engine) for name, engine in PLAIN_ENGINES.items()},
    "duckdb": partial(duckdb_engine, bits=True, narrow=True),
}
"""Every table is run through all of these; each is made when it is needed and let go again."""

AS_OF = date(2024, 6, 30)
UNKNOWN, NOTHING = "?", "—"
SPECIAL = ("基准日", "参数", "口径")
EXPLAINED = ("缺", "未公布", "原因", "差")


@dataclass(frozen=True)
class Table:
    """A truth table: one row per case."""

    title: str
    prose: str
    policy: str
    rows: str

    @property
    def columns(self) -> tuple[list[str], list[str]]:
        """Titles of the input columns and of the expected columns."""
        inputs, expected = self.lines[0].split("||")
        return _cells(inputs), _cells(expected)

    @property
    def lines(self) -> list[str]:
        return [line for line in self.rows.splitlines() if line.strip()]

    @property
    def cases(self) -> list[Case]:
        """The rows of the table."""
        inputs, expected = self.columns
        cases = []
        for line in self.lines[1:]:
            given, _, wanted = line.partition("||")
            left, right = _cells(given), _cells(wanted)
            assert (len(left), len(right)) == (len(inputs), len(expected)), f"ragged row: {line}"
            cases.append(Case(self, dict(zip(inputs, left, strict=True)), dict(zip(expected, right, strict=True))))
        return cases


@dataclass(frozen=True)
class Because:
    """An explanation in full: the tree beneath one result, as text, then what a reader is told besides."""

    title: str
    prose: str
    policy: str
    facts: Mapping[str, str]
    result: str
    expected: str
    lang: str = "zh"

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.expected.strip("\n").splitlines())


Section = Table | Because


@dataclass(frozen=True)
class Case:
    """One row: inputs and expected values as written."""

    table: Table
    inputs: Mapping[str, str]
    expected: Mapping[str, str]

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.inputs.get("基准日", AS_OF.isoformat()))

    def facts(self, policy: Policy) -> dict[str, Any]:
        given = {
            title: None if value == UNKNOWN else value
            for title, value in self.inputs.items()
            if title.split()[0] not in SPECIAL
        }
        return prepare(given, policy.dictionary, self.as_of)[0]

    def parameters(self, policy: Policy) -> Overrides:
        titles = {parameter.title: parameter.identifier for parameter in policy.parameters.values()}
        entered = {
            titles[title.split()[1]]: {"value": value, "source": "手册"}
            for title, value in self.inputs.items()
            if title.startswith("参数 ") and value != UNKNOWN
        }
        return {policy.identifier: entered}

    @property
    def readings(self) -> dict[str, str]:
        return {title.split()[1]: value for title, value in self.inputs.items() if title.startswith("口径 ")}


def chapter(sections: Sequence[Section]) -> Callable[..., None]:
    """The test of a chapter, to be bound to a name that starts with ``test_``."""
    runs: list[Any] = []
    for number, section in enumerate(sections, 1):
        if isinstance(section, Because):
            runs.append(pytest.param(_check_because, section, id=f"{number}-because"))
            continue
        for engine in ENGINES:
            runs.append(pytest.param(_check_results(engine), section, id=f"{number}-{engine}"))
        if any(column.split()[0] in EXPLAINED for column in section.columns[1]):
            runs.append(pytest.param(_check_explained, section, id=f"{number}-explained"))

    def test_section(check: Callable[[Any], None], section: Section) -> None:
        check(section)

    decorated: Callable[..., None] = pytest.mark.parametrize(("check", "section"), runs)(test_section)
    return decorated


# --- checks ----------------------------------------------------------------------------------------------


def _check_results(engine: str) -> Callable[[Table], None]:
    def check(table: Table) -> None:
        policy, evaluate = read_policy(table.policy), ENGINES[engine]()
        titles = {rule.title: rule.identifier for rule in policy.rules.values()}
        asked = [titles[column] for column in table.columns[1] if column.split()[0] not in EXPLAINED]
        for (as_of, parameters, readings), cases in _alike(table, policy):
            rows = [case.facts(policy) for case in cases]
            answers = evaluate(policy, rows, as_of, parameters, readings, asked)
            for case, found in zip(cases, answers, strict=True):
                wanted = {name: expected_value(policy, name, case.expected[policy.rules[name].title]) for name in asked}
                wrong = {name: (value, found[name]) for name, value in wanted.items() if not same(value, found[name])}
                assert not wrong, f"{dict(case.inputs)}: (expected, {engine}) = {wrong}"

    return check


def _alike(table: Table, policy: Policy) -> Iterator[tuple[tuple[date, Overrides, dict[str, str]], list[Case]]]:
    """The cases that one call can answer: the same date, parameters and readings."""
    together: dict[str, tuple[tuple[date, Overrides, dict[str, str]], list[Case]]] = {}
    for case in table.cases:
        setting = case.as_of, case.parameters(policy), case.readings
        together.setdefault(repr(setting), (setting, []))[1].append(case)
    yield from together.values()


def _check_explained(table: Table) -> None:
    policy = read_policy(table.policy)
    for case in table.cases:
        assessment = assess(policy, case)
        for column, text in case.expected.items():
            kind, _, title = column.partition(" ")
            if kind in EXPLAINED:
                found = explained(assessment, kind, _identifier(policy, title))
                assert "；".join(found) == text.replace(NOTHING, ""), f"{column}, {dict(case.inputs)}"


def _check_because(section: Because) -> None:
    policy = read_policy(section.policy)
    case = Case(Table(section.title, "", section.policy, ""), section.facts, {})
    found = because_text(assess(policy, case), _identifier(policy, section.result), section.lang)
    assert found == section.text, f"\n{found}"


def assess(policy: Policy, case: Case) -> Assessment:
    """The assessment of a case."""
    assessor = policy.assessor(
        as_of=case.as_of, parameters=case.parameters(policy), readings=case.readings, results=tuple(policy.rules)
    )
    return assessor.assess_values(case.facts(policy))


def explained(assessment: Assessment, kind: str, result: str) -> list[str]:
    """What an explanation names: missing facts, unpublished parameters, reasons or shortfalls, in words."""
    book = assessment.book()
    if kind == "差":
        return [part.text(assessment.trace, book) for part in assessment.shortfalls(result)]
    gap = assessment.missing(result)
    if kind == "缺":
        return [book.names.fact(fact) for fact in gap.facts]
    if kind == "未公布":
        return [book.names.parameter(name) for name in gap.parameters]
    return undetermined_reasons(gap, assessment.trace, book)


def because_text(assessment: Assessment, result: str, lang: str = "zh") -> str:
    """A because-tree as text: ✓ met, ✗ not met, ? undetermined, · a figure."""
    book = assessment.book(lang)
    return "\n".join(_because_lines(assessment.because[result], book, 0))


def _because_lines(reason: Reason, book: Phrasebook, depth: int) -> Iterator[str]:
    sign = verdict(reason.value, book.lang)[0] if reason.is_condition else "·"
    yield f"{'    ' * depth}{sign} {reason.text(book)}"
    for child in reason.children:
        yield from _because_lines(child, book, depth + 1)


# --- reading tables --------------------------------------------------------------------------------------


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|") if cell.strip()]


def _identifier(policy: Policy, title: str) -> str:
    (found,) = (rule.identifier for rule in policy.rules.values() if title == rule.title)
    return found


def expected_value(policy: Policy, result: str, text: str) -> Any:
    """An expected cell as a published value."""
    type_ = policy.rules[result].node.type
    if text == UNKNOWN:
        return None
    if type_.kind == "boolean":
        return {"是": True, "否": False}[text]
    if type_.kind == "number":
        value, found, _ = parse_literal(text.lstrip("-−"))
        assert isinstance(value, Decimal) and found.unit == (type_.unit if "/" not in type_.unit else ""), text
        return -value if text[0] in "-−" else value
    if type_.kind == "date":
        return date.fromisoformat(text)
    titles = {
        title: option
        for fact in policy.dictionary.values()
        if tuple(fact.choices) == type_.options
        for option, title in fact.choices.items()
    }
    return titles.get(text, text)
