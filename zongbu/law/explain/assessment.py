"""An Assessment: results, reasons, what is missing, what is short, which readings matter.

Everything beyond the values is worked out when it is first asked for. ``document`` gives the whole as plain
data (strings, booleans, lists), which is what JSON output, records and verification use.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from zongbu.law import nodes
from zongbu.law.compile import Slots
from zongbu.law.explain import missing as gaps
from zongbu.law.explain.phrases import Phrasebook
from zongbu.law.explain.plain import literal_text, plain
from zongbu.law.explain.reasons import Reason
from zongbu.law.explain.shortfalls import Distances, Shortfall
from zongbu.law.explain.trace import Trace
from zongbu.law.explain.words import word
from zongbu.law.facts import Doubt
from zongbu.law.names import Names
from zongbu.law.parameters import DEMONSTRATION, ParameterValue
from zongbu.law.policy import Parameter, Policy
from zongbu.law.slots import unscaled

if TYPE_CHECKING:
    from zongbu.law.assessor import Assessor


@dataclass(frozen=True)
class Assessment:
    """One enterprise under one policy, date, set of parameters and readings. Made by ``Policy.assess``.

    ``facts`` are the checked values by identifier (None: unknown), ``warnings`` remarks on facts that were
    accepted with a doubt (a unified social credit code whose check digit fails).
    """

    assessor: Assessor
    facts: Mapping[str, Any]
    slots: Slots
    values: Slots
    warnings: tuple[Doubt, ...] = ()

    # --- values ------------------------------------------------------------------------------------------

    @functools.cached_property
    def results(self) -> dict[str, Any]:
        """Identifier → True / False / None (undetermined), an amount (``Decimal`` yuan) or another value."""
        program = self.assessor.program
        decided = self.assessor.decide(self.slots)
        return {
            result: unscaled(value, scale)
            for result, scale, value in zip(program.results, program.scales, decided, strict=True)
        }

    def __getitem__(self, result: str) -> Any:
        return self.results[result]

    @property
    def parameters(self) -> dict[str, ParameterValue]:
        """The parameters read, with their sources."""
        return self.assessor.used_parameters

    @property
    def demonstration(self) -> bool:
        """Whether any parameter that was read holds a demonstration value."""
        return any(value.demonstration for value in self.parameters.values())

    # --- reasons -----------------------------------------------------------------------------------------

    @functools.cached_property
    def trace(self) -> Trace:
        """The value of every node of the rules."""
        return Trace(self.assessor.program.spots, self.values)

    @functools.cached_property
    def because(self) -> dict[str, Reason]:
        """Result → its because-tree."""
        templates, values = self.assessor.templates, self.values
        return {result: templates.rule(result).join(values) for result in self.assessor.results}

    def book(self, lang: str = "zh") -> Phrasebook:
        """The phrasebook with which to read the reasons (``zh`` or ``en``)."""
        return self.assessor.templates.book(self.assessor.names(lang))

    @functools.cached_property
    def _distances(self) -> Distances:
        policy = self.assessor.policy
        return Distances(policy.rules, policy.dictionary, self.trace, self.assessor.templates.facts_read)

    @functools.cached_property
    def _gaps(self) -> gaps.Gaps:
        return gaps.Gaps(
            self.assessor.policy.rules, self.trace, self.assessor.templates.asking, self.assessor.templates.akin
        )

    def missing(self, result: str) -> gaps.Missing:
        """What could still change an undetermined result; empty for a determined one."""
        return self._gaps.of(result)

    def shortfalls(self, result: str) -> tuple[Shortfall, ...]:
        """What a result lacks that is not met; for an amount, what the entitlement lacks."""
        policy = self.assessor.policy
        rule = policy.rules[result]
        node = rule.node
        if isinstance(node, nodes.If) and rule.kind == "措施":
            node = node.condition
        if node.type.kind != "boolean":
            return ()
        return self._distances.of(node, rule.clause)

    @functools.cached_property
    def sensitivity(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Reading → other option → the results that it would change, with their other values."""
        return self.assessor.sensitivity(self.slots)

    def remarks(self, names: Names) -> list[str]:
        """What a reader must know first: doubts about facts, draft, not in force, demonstration, notices."""
        clauses = self.assessor.policy.rules
        notices = [word("notice", names.lang, clauses[name].clause, names.rule(name)) for name in self.notices]
        return [*(doubt.text(names.lang) for doubt in self.warnings), *self.assessor.remarks(names.lang), *notices]

    @functools.cached_property
    def notices(self) -> tuple[str, ...]:
        """The notices (提示) of the policy that hold: they change no result, but people have to know."""
        return self.assessor.notices(self.facts)

    # --- as plain data -----------------------------------------------------------------------------------

    def document(self, lang: str = "zh") -> dict[str, Any]:
        """The whole assessment as plain data, fit for JSON; amounts are strings with two places."""
        policy = self.assessor.policy
        book = self.book(lang)
        written: dict[int, dict[str, Any]] = {}
        return {
            "policy": policy.identifier,
            "title": policy.title,
            "version": policy.version,
            "as_of": self.assessor.as_of.isoformat(),
            "lang": lang,
            "remarks": self.remarks(book.names),
            "results": {result: self._result(result, book, written) for result in self.assessor.results},
            "referred": self._referred(book, written),
            "missing": self._missing(book.names),
            "shortfalls": self._shortfalls(book),
            "readings": self._readings(book.names),
            "parameters": self.assessor.parameter_document(lang),
            "facts": {
                name: plain(value, policy.dictionary[name].unit)
                for name, value in self.facts.items()
                if value is not None
            },
        }

    def explained(self, lang: str = "zh") -> dict[str, Any]:
        """Only the results with their because-trees as plain data: what ``document`` holds under ``results``."""
        book = self.book(lang)
        written: dict[int, dict[str, Any]] = {}
        return {result: self._result(result, book, written) for result in self.assessor.results}

    def json(self, lang: str = "zh") -> bytes:
        """The whole assessment as compact JSON in UTF-8."""
        return orjson.dumps(self.document(lang))

    def _result(self, result: str, book: Phrasebook, written: dict[int, dict[str, Any]]) -> dict[str, Any]:
        rule = self.assessor.policy.rules[result]
        value = self.results[result]
        entry = {
            "title": book.names.rule(result),
            "value": plain(value, rule.node.type.unit),
            "clause": rule.clause,
            "because": self.assessor.templates.rule(result).document(self.values, book, written),
        }
        if value is None:
            gap = self.missing(result)
            entry["missing"] = [*gap.facts]
            entry["unpublished"] = [*gap.parameters]
            entry["reasons"] = undetermined_reasons(gap, self.trace, book)
        return entry

    def _referred(self, book: Phrasebook, written: dict[int, dict[str, Any]]) -> dict[str, Any]:
        """The results that the reasons point to (见该项) without being asked for, so that no pointer leads nowhere."""
        templates, rules = self.assessor.templates, self.assessor.policy.rules
        return {
            identifier: {
                "title": book.names.rule(identifier),
                "value": templates.rule(identifier).plain(self.values),
                "clause": rules[identifier].clause,
                "because": templates.rule(identifier).document(self.values, book, written),
            }
            for identifier in templates.referred(self.assessor.results)
        }

    def _missing(self, names: Names) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        dictionary = self.assessor.policy.dictionary
        for result, value in self.results.items():
            if value is not None:
                continue
            for fact in self.missing(result).facts:
                entry = entries.setdefault(
                    fact, {"title": names.fact(fact), "kind": dictionary[fact].kind, "decides": []}
                )
                entry["decides"].append(result)
        return entries

    def _shortfalls(self, book: Phrasebook) -> dict[str, Any]:
        found = {}
        written: dict[int, dict[str, Any]] = {}
        for result in self.assessor.results:
            short = self.shortfalls(result)
            if short:
                found[result] = [shortfall_document(part, self.trace, book, written) for part in short]
        return found

    def _readings(self, names: Names) -> dict[str, Any]:
        assessor = self.assessor
        units = {result: assessor.policy.rules[result].node.type.unit for result in assessor.results}
        entries = {}
        for reading in assessor.program.readings:
            others = self.sensitivity.get(reading, {})
            entries[reading] = {
                "title": names.reading(reading),
                "used": assessor.readings[reading],
                "clause": assessor.policy.readings[reading].clause,
                "would_differ": {
                    option: {result: plain(value, units[result]) for result, value in changes.items()}
                    for option, changes in others.items()
                },
            }
        return entries


def shortfall_document(
    part: Shortfall, trace: Trace, book: Phrasebook, written: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    """A shortfall as plain data; ``alternatives`` lists the ways in, the nearest first.

    ``written`` keeps, by ``id``, what was written before: several results often lack the same.
    """
    if id(part) in written:
        return written[id(part)]
    entry: dict[str, Any] = written.setdefault(id(part), {})
    entry |= {
        "text": part.text(trace, book),
        "clause": part.clause,
        "facts": list(part.facts),
        "actionable": part.actionable,
    }
    if part.gap is not None and part.gap_node is not None:
        entry["gap"] = plain(part.gap, part.gap_node.type.unit)
        entry["unit"] = part.gap_node.type.unit
    if part.alternatives:
        entry["alternatives"] = [
            [shortfall_document(inner, trace, book, written) for inner in way] for way in part.alternatives
        ]
    return entry


def undetermined_reasons(gap: gaps.Missing, trace: Trace, book: Phrasebook) -> list[str]:
    """Why a result is undetermined although no fact is missing: 未公布, a zero divisor, a key not in the table."""
    names, lang = book.names, book.lang
    reasons = [f"{names.parameter(name)}：{word('unpublished', lang)}" for name in gap.parameters]
    reasons += [word("zero_divisor", lang, book.name(node)) for node in gap.divisors]
    reasons += [
        word("not_in_table", lang, names.parameter(node.table.identifier), book.figure(node.key)(trace.values))
        for node in gap.entries
    ]
    return reasons


def parameter_document(value: ParameterValue, parameter: Parameter, title: str) -> dict[str, Any]:
    """A parameter that was read, with where it comes from."""
    item = parameter.type.item or parameter.type
    entry: dict[str, Any] = {
        "title": title,
        "value": literal_text(value.value, item.unit),
        "clause": parameter.clause,
    }
    if value.source:
        entry["source"] = value.source
    if value.demonstration:
        entry["demonstration"] = True
    return entry


def policy_remarks(policy: Policy, as_of: date, used: Mapping[str, ParameterValue], names: Names) -> list[str]:
    """What whoever relies on a policy at a date must know first; ``used`` are the parameters that were read."""
    chinese = names.lang == "zh"
    remarks = []
    if policy.status == "废止":
        remarks.append("政策已废止" if chinese else "The policy has been repealed")
    elif not policy.may_be_activated:
        remarks.append(
            "政策尚未施行（征求意见稿）：结果只供参考"
            if chinese
            else "Draft policy, not in force: for information only"
        )
    elif not policy.in_force(as_of):
        remarks.append(f"{as_of} 不在政策施行期内" if chinese else f"The policy is not in force on {as_of}")
    year = re.search(r"\d{4}", policy.successor)
    if year is not None and as_of.year >= int(year[0]):
        remarks.append(
            f"本政策已有后续文件：{policy.successor}，实际以后者为准"
            if chinese
            else f"Superseded in practice by {policy.successor}"
        )
    demo = [names.parameter(name) for name, value in used.items() if value.demonstration]
    if demo:
        remarks.append(
            f"{DEMONSTRATION}：{'、'.join(demo)} 用的是演示值，不是公布的标准"
            if chinese
            else f"{DEMONSTRATION} (demonstration parameters): {', '.join(demo)} hold demonstration values"
        )
    return remarks
