"""Checking a policy file: do its own examples hold, and does it stand on its official text?

Loading has found every fault of form already; what is checked here is whether the rules mean what the file
says they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from zongbu.law.assessor import Assessor
from zongbu.law.errors import ZongbuError
from zongbu.law.files import read_text, write_text
from zongbu.law.formula import FormulaError, nearest, parse_literal
from zongbu.law.nodes import Type
from zongbu.law.official import (
    Attachment,
    Place,
    RecordedDigests,
    attach,
    cited_parameter,
    read_digests,
    read_official,
    render_digests,
)
from zongbu.law.parameters import Overrides
from zongbu.law.policy import Example, Policy

SOURCE = "示例"
"""The source that parameters entered by an example carry."""

_TRUTH = {"是": True, "否": False}
_WORDS = {value: text for text, value in _TRUTH.items()}


class _Mistake(Exception):
    """Something in an example that cannot be understood; the text says what."""


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """What became of an example; ``failures`` says, in Chinese, what is not as expected (empty: it holds)."""

    example: Example
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as the example says."""
        return not self.failures


# --- examples --------------------------------------------------------------------------------------------


def run_examples(policy: Policy) -> list[ExampleOutcome]:
    """Run every ```示例``` case of a policy file, in file order.

    Results are compared exactly, to the fen; 缺 is compared as a set where an example gives it. A name that
    the policy does not know is a failure of the example, never an exception.
    """
    names = _Names(policy)
    return [ExampleOutcome(example, tuple(_failures(policy, names, example))) for example in policy.examples]


class _Names:
    """What examples may call things: by title or identifier; other policies' things with their prefix."""

    def __init__(self, policy: Policy) -> None:
        self.results = _by_name({rule.identifier: rule.title for rule in policy.rules.values()})
        self.parameters = _by_name({name: item.title for name, item in policy.parameters.items()})
        self.dictionary = policy.dictionary

    def fact(self, name: str) -> str:
        """The identifier of a fact."""
        fact = self.dictionary.by_name(name)
        if fact is None:
            near = self.dictionary.nearest(name)
            raise _Mistake(f"没有事实「{name}」。{f'是否想写「{near}」？' if near else ''}")
        return fact.identifier


def _by_name(titles: Mapping[str, str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for identifier, title in titles.items():
        owner, dot, _ = identifier.rpartition(".")
        known[identifier] = known[f"{owner}{dot}{title}"] = identifier
    for identifier, title in titles.items():
        known.setdefault(title, identifier)  # another policy's, where the bare title is free
    return known


def _find(known: Mapping[str, str], name: str, what: str) -> str:
    if name not in known:
        raise _Mistake(f"没有{what}「{name}」。{nearest(name, iter(known))}")
    return known[name]


def _failures(policy: Policy, names: _Names, example: Example) -> Iterator[str]:
    try:
        assessor = Assessor(
            policy,
            as_of=example.as_of,
            parameters=_overrides(policy, names, example),
            readings=example.readings,
            results=policy.rules,  # one compiled program for all examples; steps may be asked for too
        )
        assessment = assessor.assess(example.facts)
    except (_Mistake, ZongbuError) as error:
        yield str(error)
        return
    for name, expected in example.results.items():
        try:
            result = _find(names.results, name, "结果")
            wanted = _expected(expected, policy.rules[result].node.type)
        except _Mistake as error:
            yield str(error)
            continue
        found = assessment.results[result]
        if not _same(found, wanted):
            gap = [policy.dictionary[fact].title for fact in assessment.missing(result).facts]
            because = f"（缺 {'、'.join(gap)}）" if gap else ""
            shown = _show(found, policy.rules[result].node.type)
            yield f"「{name}」应为 {'待定' if expected is None else expected}，实为 {shown}{because}"
    for name, titles in example.missing.items():
        try:
            result = _find(names.results, name, "结果")
            facts = {names.fact(title) for title in titles}
        except _Mistake as error:
            yield f"缺：{error}"
            continue
        found_facts = set(assessment.missing(result).facts)
        if facts != found_facts:
            yield f"「{name}」缺的事实不同：{_difference(policy, facts, found_facts)}"


def _overrides(policy: Policy, names: _Names, example: Example) -> Overrides:
    overrides: dict[str, dict[str, dict[str, Any]]] = {}
    for name, value in example.parameters.items():
        owner, _, identifier = _find(names.parameters, name, "参数").rpartition(".")
        entry = {"value": value, "source": SOURCE}
        overrides.setdefault(owner or policy.identifier, {})[identifier] = entry
    return overrides


def _expected(text: Any, type_: Type) -> Any:
    """The value that an example expects of a result of this type; None for 待定."""
    if text is None:
        return None
    text = str(text).strip()
    if type_.kind == "boolean":
        if text not in _TRUTH:
            raise _Mistake(f"条件的结果应写 是、否 或 待定，不能写「{text}」")
        return _TRUTH[text]
    if type_.kind in ("text", "code", "choice"):
        return text.removeprefix("「").removesuffix("」")
    try:
        value, found, _ = parse_literal(text.removeprefix("-"))
    except FormulaError as error:
        raise _Mistake(f"结果「{text}」读不懂：{error.message}") from None
    if found != type_:
        raise _Mistake(f"结果应为{type_}，给出的「{text}」是{found}")
    return -value if isinstance(value, Decimal) and text.startswith("-") else value


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, Decimal | Fraction) and isinstance(wanted, Decimal):
        return Fraction(found) == Fraction(wanted)
    return type(found) is type(wanted) and bool(found == wanted)


def _show(value: Any, type_: Type) -> str:
    if value is None:
        return "待定"
    if isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        text = f"{Decimal(value):f}" if isinstance(value, Decimal) else str(value)
        return (text.rstrip("0").rstrip(".") if "." in text else text) + type_.unit
    return str(value)


def _difference(policy: Policy, wanted: set[str], found: set[str]) -> str:
    parts = []
    for label, facts in (("示例写了而不缺的", wanted - found), ("缺而示例没有写的", found - wanted)):
        if facts:
            parts.append(f"{label} {'、'.join(sorted(policy.dictionary[fact].title for fact in facts))}")
    return "；".join(parts)


# --- the official text -----------------------------------------------------------------------------------


def check_against(policy: Policy, official_text: str, recorded_digests: Mapping[str, str] | None = None) -> Attachment:
    """Attach an official text to a policy: which article each clause restates, where each figure stands.

    Args:
        policy: the loaded policy; parameters that it takes over from other policies are theirs to check.
        official_text: the plain text of the document.
        recorded_digests: citation → digest of the wording last accepted (``recorded``); None or empty:
            nothing was accepted yet.

    Raises:
        InputError: no numbered passage is found in the text.
    """
    own = (item for item in policy.parameters.values() if "." not in item.identifier)
    parameters = [cited_parameter(parameter) for parameter in own]
    return attach(policy.clauses, parameters, read_official(official_text), recorded_digests)


def unexplained(attachment: Attachment) -> tuple[Place, ...]:
    """Figures that do not stand in their article although no note says why."""
    return tuple(place for place in attachment.places_with("missing", "elsewhere") if not place.note)


def record_file(policy: Policy) -> Path:
    """Where the accepted wording of the official text is remembered: beside the policy file."""
    return policy.path.with_suffix(".official.yaml")


def recorded(policy: Policy) -> RecordedDigests | None:
    """What was accepted last, or None.

    Raises:
        InputError: the file beside the policy cannot be read.
    """
    file = record_file(policy)
    if not file.is_file():
        return None
    return read_digests(read_text(file))


def accept(policy: Policy, official_text: str) -> Path:
    """Remember the wording of an official text as checked; returns the file written.

    Raises:
        InputError: no numbered passage is found in the text, or the file cannot be written.
    """
    file = record_file(policy)
    content = render_digests(policy.head.get("文号", ""), read_official(official_text))
    write_text(file, content)
    return file
