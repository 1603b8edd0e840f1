"""The examples of a policy file as small tables: what is known, what then comes out, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zongbu.desk.library.showing import links
from zongbu.desk.library.showing.views import Cell, ExampleView
from zongbu.law import Policy, amounts
from zongbu.law.formula import FormulaError, parse_literal
from zongbu.law.names import Names
from zongbu.law.policy import Example

_TONES = {"是": "met", "否": "not_met", None: "undetermined"}


def example_view(policy: Policy, names: Names, example: Example) -> ExampleView:
    """An example, its names linked to what they mean."""
    return ExampleView(
        title=example.title,
        as_of=example.as_of,
        facts=tuple(
            Cell(_fact(policy, names, name), _text(value, names.lang)) for name, value in example.facts.items()
        ),
        parameters=tuple(
            Cell(_titled(policy, names, policy.parameters, name, "parameter"), _text(value, names.lang))
            for name, value in example.parameters.items()
        ),
        readings=tuple(
            Cell(_titled(policy, names, policy.readings, name, "reading"), _option(policy, names, name, value))
            for name, value in example.readings.items()
        ),
        results=tuple(
            Cell(
                _titled(policy, names, policy.rules, name, "rule"),
                _text(value, names.lang) if value is not None else _("待定"),
                _TONES.get(value, "plain"),
                _("、").join(_plain_fact(policy, names, fact) for fact in sorted(example.missing.get(name, ()))),
            )
            for name, value in example.results.items()
        ),
    )


def _fact(policy: Policy, names: Names, name: str) -> SafeString | str:
    fact = policy.dictionary.by_name(name)
    return links.link(links.fact_url(fact.identifier), names.fact(fact.identifier), "fact") if fact else name


def _plain_fact(policy: Policy, names: Names, name: str) -> str:
    fact = policy.dictionary.by_name(name)
    return names.fact(fact.identifier) if fact else name


def _titled(policy: Policy, names: Names, things: Mapping[str, Any], name: str, kind: str) -> SafeString | str:
    """A link to what an example calls by title or identifier."""
    bare = name.rpartition(".")[2]
    for identifier, thing in things.items():
        if name in (identifier, thing.title) or bare == thing.title:
            if kind == "parameter":
                return links.link(links.parameter_url(policy, identifier), names.parameter(identifier), kind)
            if kind == "reading":
                return links.link(links.reading_url(policy, identifier), names.reading(identifier), kind)
            return links.link(links.rule_url(policy, identifier), names.rule(identifier), kind)
    return name


def _option(policy: Policy, names: Names, name: str, option: str) -> str:
    for identifier, reading in policy.readings.items():
        if name in (identifier, reading.title):
            return names.reading_option(identifier, option)
    return option


def _text(value: Any, lang: str) -> str:
    """A value as the example writes it; in English with English units where it is a figure or a day."""
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    if lang == "zh":
        return text
    if text in _WORDS:
        return _WORDS[text]
    try:
        found, type_, _width = parse_literal(text)
    except FormulaError:
        return text
    if isinstance(found, Decimal) and type_.unit:
        return amounts.number(found, type_.unit, lang)
    return amounts.day(found, lang) if isinstance(found, date) else text


_WORDS = {"是": "yes", "否": "no", "无": "none"}
