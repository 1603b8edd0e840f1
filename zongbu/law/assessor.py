"""One enterprise at a time: facts in, decisions and explanations out.

An ``Assessor`` is made once for a policy, a date, parameters and readings; it then assesses any number of
enterprises at a few microseconds each, and joins the explanation only when somebody asks.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zongbu.law import parameters as parameter_values
from zongbu.law.compile import Program, Slots, compile_rules
from zongbu.law.errors import InputError
from zongbu.law.explain.assessment import Assessment, parameter_document, policy_remarks
from zongbu.law.explain.reasons import Templates
from zongbu.law.facts import Doubt, prepare
from zongbu.law.formula import nearest
from zongbu.law.names import Names
from zongbu.law.parameters import Overrides, ParameterValue
from zongbu.law.policy import Policy
from zongbu.law.slots import encode_parameter, unscaled


class Assessor:
    """Assesses enterprises under one policy, as-of date, set of parameters and set of readings.

    Raises:
        InputError: an unknown parameter, reading, option or result is named.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        as_of: date,
        parameters: Overrides | None = None,
        readings: Mapping[str, str] | None = None,
        results: Iterable[str] | None = None,
    ) -> None:
        self.policy = policy
        self.as_of = as_of
        self.results = check_results(policy, results)
        self.overrides: Overrides = parameters or {}
        self.parameters = parameter_values.values_at(policy, as_of, parameters)
        self.readings = check_readings(policy, readings)
        self.program = _program(policy, self.results)
        self.templates = _templates(policy, self.results)
        self._parameter_slots: Slots = tuple(
            encode_parameter(self.parameters[identifier].value, width)
            for identifier, width in self.program.parameters.items()
        )
        self._reading_slots: Slots = tuple(self.readings[identifier] for identifier in self.program.readings)
        self._alternatives = self._other_readings()
        self._names: dict[str, Names] = {}
        self._parameter_documents: dict[str, dict[str, Any]] = {}
        self._remarks: dict[str, tuple[str, ...]] = {}

    @functools.cached_property
    def used_parameters(self) -> dict[str, ParameterValue]:
        """The parameters that the results read, and those entered from outside that the notices read."""
        watched = self._watch.program.parameters if self._watch is not None else {}
        given = self.overrides.get(self.policy.identifier, {})
        names = [*self.program.parameters, *(name for name in watched if name in given)]
        return {name: self.parameters[name] for name in dict.fromkeys(names)}

    @functools.cached_property
    def _watch(self) -> Assessor | None:
        """The assessor of the policy's notices; None where there are none, or where they are what is asked for."""
        notices = self.policy.notices
        if not notices or set(notices) <= set(self.results):
            return None
        return Assessor(
            self.policy, as_of=self.as_of, parameters=self.overrides, readings=self.readings, results=notices
        )

    def names(self, lang: str = "zh") -> Names:
        """What things are called in a language."""
        if lang not in self._names:
            self._names[lang] = Names(self.policy, lang)
        return self._names[lang]

    def parameter_document(self, lang: str) -> dict[str, Any]:
        """The parameters that the results read, as plain data; the same for every enterprise."""
        if lang not in self._parameter_documents:
            names, known = self.names(lang), self.policy.parameters
            self._parameter_documents[lang] = {
                identifier: parameter_document(value, known[identifier], names.parameter(identifier))
                for identifier, value in self.used_parameters.items()
            }
        return self._parameter_documents[lang]

    def remarks(self, lang: str) -> tuple[str, ...]:
        """What a reader of any assessment must know first: a draft, not in force, demonstration values."""
        if lang not in self._remarks:
            self._remarks[lang] = tuple(policy_remarks(self.policy, self.as_of, self.used_parameters, self.names(lang)))
        return self._remarks[lang]

    def notices(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """The notices (提示) of the policy that hold for an enterprise, as identifiers."""
        watch = self._watch
        if watch is None:
            return ()
        decided = watch.decide(watch.slots(values))
        return tuple(name for name, holds in zip(watch.results, decided, strict=True) if holds is True)

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Facts as people write them → checked values by identifier (None: unknown).

        Raises:
            InputError: a fact is unknown or cannot be read; all faults together.
        """
        values, _ = prepare(facts, self.policy.dictionary, self.as_of)
        return values

    def slots(self, values: Mapping[str, Any]) -> Slots:
        """Checked values → the slots of the compiled program."""
        return self.program.load(values)

    def decide(self, slots: Slots) -> Slots:
        """The results, in the order of ``results``: booleans as they are, numbers scaled (amounts in fen)."""
        return self.program.decide(slots, self._parameter_slots, self._reading_slots, self.as_of)

    def assess(self, facts: Mapping[str, Any]) -> Assessment:
        """Assess one enterprise from facts as people write them.

        Raises:
            InputError: a fact is unknown or cannot be read; all faults together.
        """
        values, warnings = prepare(facts, self.policy.dictionary, self.as_of)
        return self.assess_values(values, warnings)

    def assess_values(self, values: Mapping[str, Any], warnings: Iterable[Doubt] = ()) -> Assessment:
        """Assess one enterprise from checked values (identifier → value)."""
        slots = self.slots(values)
        trace = self.program.trace(slots, self._parameter_slots, self._reading_slots, self.as_of)
        return Assessment(self, dict(values), slots, trace, tuple(warnings))

    def sensitivity(self, slots: Slots) -> dict[str, dict[str, dict[str, Any]]]:
        """Per reading and other option: the results that would be different, with that value."""
        decided = self.decide(slots)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for reading, option, readings in self._alternatives:
            other = self.program.decide(slots, self._parameter_slots, readings, self.as_of)
            if other != decided:
                found.setdefault(reading, {})[option] = {
                    result: unscaled(value, scale)
                    for result, scale, value, before in zip(
                        self.results, self.program.scales, other, decided, strict=True
                    )
                    if value != before
                }
        return found

    def _other_readings(self) -> list[tuple[str, str, Slots]]:
        others = []
        for position, reading in enumerate(self.program.readings):
            for option in self.policy.readings[reading].options:
                if option != self.readings[reading]:
                    slots = (*self._reading_slots[:position], option, *self._reading_slots[position + 1 :])
                    others.append((reading, option, slots))
        return others


def check_results(policy: Policy, results: Iterable[str] | None) -> tuple[str, ...]:
    """The identifiers of the asked results, each known to the policy; None asks for the published ones."""
    if results is None:
        return policy.results
    checked = tuple(dict.fromkeys(results))
    titles = {rule.title: rule.identifier for rule in policy.rules.values()}
    for result in checked:
        if result not in policy.rules and result not in titles:
            known = (*policy.rules, *titles)
            raise InputError(f"政策「{policy.identifier}」没有结果「{result}」。{nearest(result, iter(known))}")
    return tuple(result if result in policy.rules else titles[result] for result in checked)


def check_readings(policy: Policy, readings: Mapping[str, str] | None) -> dict[str, str]:
    """The option in force of every reading: as given by identifier or title, else the default."""
    chosen = {identifier: reading.default for identifier, reading in policy.readings.items()}
    titles = {reading.title: identifier for identifier, reading in policy.readings.items()}
    for name, option in (readings or {}).items():
        identifier = titles.get(name, name)
        if identifier not in chosen:
            raise InputError(f"没有解释口径「{name}」。{nearest(name, iter((*chosen, *titles)))}")
        options = policy.readings[identifier].options
        if option not in options:
            raise InputError(f"解释口径「{name}」没有「{option}」，可选：{'、'.join(options)}")
        chosen[identifier] = option
    return chosen


def _program(policy: Policy, results: tuple[str, ...]) -> Program:
    cache: dict[tuple[str, ...], Program] = policy.__dict__.setdefault("_programs", {})
    if results not in cache:
        cache[results] = compile_rules(policy.rules, results)
    return cache[results]


def _templates(policy: Policy, results: tuple[str, ...]) -> Templates:
    cache: dict[tuple[str, ...], Templates] = policy.__dict__.setdefault("_templates", {})
    if results not in cache:
        cache[results] = Templates(policy.rules, _program(policy, results).spots)
    return cache[results]
